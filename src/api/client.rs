//! Where a call comes from: the peer of its connection, or whom a trusted proxy in front of the service
//! names. What a caller says of itself counts for nothing.
//!
//! Only `X-Forwarded-For` and `X-Forwarded-Proto` are read. A proxy that writes these passes on the header
//! `Forwarded` as the caller sent it, so reading both would let callers name themselves.

use std::convert::Infallible;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName, Request};
use ipnet::IpNet;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
const FORWARDED_PROTO: HeaderName = HeaderName::from_static("x-forwarded-proto");

/// Where a call comes from, among the extensions of every request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ClientAddress {
    /// The caller's address; an IPv4 address is never written as one of IPv6.
    pub(super) ip: IpAddr,
    /// Whether a trusted proxy says that the caller came over TLS.
    pub(super) is_tls: bool,
}

/// What callers are counted by: an IPv4 address, or the network of 64 bits that one customer of a provider
/// has of IPv6 at least. Source: RFC 6177, section 2, read November 2026.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Prefix(IpAddr);

/// The proxies whose word counts. Clones are the same ones.
#[derive(Clone, Debug, Default)]
pub(super) struct Proxies(Arc<[IpNet]>);

impl ClientAddress {
    /// Reads where a request comes from. A request that did not come over a socket was made here.
    pub(super) fn of(extensions: &Extensions) -> ClientAddress {
        let here = ClientAddress { ip: IpAddr::V4(Ipv4Addr::LOCALHOST), is_tls: false };
        extensions.get::<ClientAddress>().copied().unwrap_or(here)
    }

    /// Gives what the caller is counted by.
    pub(super) fn prefix(self) -> Prefix {
        Prefix::of(self.ip)
    }
}

impl<S: Sync> FromRequestParts<S> for ClientAddress {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(ClientAddress::of(&parts.extensions))
    }
}

impl Prefix {
    /// Gives what callers of an address are counted by.
    pub(super) fn of(ip: IpAddr) -> Prefix {
        match ip.to_canonical() {
            IpAddr::V6(ip) => {
                let [a, b, c, d, ..] = ip.segments();
                Prefix(IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0)))
            }
            ip => Prefix(ip),
        }
    }
}

impl Prefix {
    /// Gives the first address of it.
    pub(super) fn network(self) -> IpAddr {
        self.0
    }
}

impl fmt::Display for Prefix {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            IpAddr::V4(ip) => write!(formatter, "{ip}"),
            IpAddr::V6(ip) => write!(formatter, "{ip}/64"),
        }
    }
}

impl From<Prefix> for IpNet {
    fn from(prefix: Prefix) -> IpNet {
        let bits = if prefix.0.is_ipv4() { 32 } else { 64 };
        IpNet::new(prefix.0, bits).unwrap_or(IpNet::from(prefix.0))
    }
}

impl Proxies {
    pub(super) fn new(networks: &[IpNet]) -> Proxies {
        Proxies(networks.into())
    }

    /// Adds to a request where it comes from.
    pub(super) fn locate<B>(&self, mut request: Request<B>) -> Request<B> {
        let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
        if let Some(peer) = peer {
            let client = self.client(peer.to_canonical(), request.headers());
            request.extensions_mut().insert(client);
        }
        request
    }

    /// Walks from the peer towards the caller, as long as the next hop is trusted. Where a hop is not
    /// named as an address, it is the peer that is known.
    fn client(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        if !self.trust(peer) {
            return ClientAddress { ip: peer, is_tls: false };
        }
        let is_tls =
            last(headers, &FORWARDED_PROTO).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https"));
        let mut ip = peer;
        let lines = headers.get_all(FORWARDED_FOR).iter().rev();
        for hop in lines.flat_map(|line| line.to_str().unwrap_or("?").rsplit(',')) {
            let Some(hop) = address_of(hop.trim()) else { return ClientAddress { ip: peer, is_tls } };
            ip = hop;
            if !self.trust(ip) {
                break;
            }
        }
        ClientAddress { ip, is_tls }
    }

    /// Tells whether an address is a trusted proxy's.
    pub(super) fn trust(&self, ip: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&ip))
    }
}

/// Reads the last member of a list: what the nearest proxy added.
fn last<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    headers.get_all(name).iter().next_back()?.to_str().ok()?.rsplit(',').next().map(str::trim)
}

/// Reads a hop: an address, also with a port, as some proxies write it.
fn address_of(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let alone = bare.parse::<IpAddr>().ok();
    alone.or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip())).map(|ip| ip.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    fn proxies() -> Proxies {
        Proxies::new(&["10.0.0.0/8", "fd00::/8"].map(|network| network.parse().unwrap()))
    }

    /// Who called, as far as proxies tell, of a peer and the lines of `X-Forwarded-For`.
    fn client(peer: &str, lines: &[&str]) -> String {
        let headers = lines.iter().map(|line| (FORWARDED_FOR, line.parse().unwrap()));
        let peer: IpAddr = peer.parse().unwrap();
        proxies().client(peer, &HeaderMap::from_iter(headers)).ip.to_string()
    }

    #[test]
    fn nobody_but_a_trusted_proxy_says_who_called() {
        assert_eq!(client("192.0.2.1", &["198.51.100.7"]), "192.0.2.1");
        assert_eq!(client("10.0.0.1", &["198.51.100.7"]), "198.51.100.7");
        assert_eq!(client("fd00::1", &["2001:db8::7"]), "2001:db8::7");
    }

    #[test]
    fn the_first_hop_that_is_not_trusted_is_the_caller_whatever_it_says_itself() {
        assert_eq!(client("10.0.0.1", &["203.0.113.9, 198.51.100.7, 10.0.0.2"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["203.0.113.9", "198.51.100.7", "10.0.0.2"]), "198.51.100.7");
        assert_eq!(client("10.0.0.1", &["not an address, 198.51.100.7"]), "198.51.100.7");
    }

    #[test]
    fn where_all_are_proxies_the_farthest_called_and_where_one_is_unreadable_the_peer() {
        assert_eq!(client("10.0.0.1", &["10.0.0.3, 10.0.0.2"]), "10.0.0.3");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        for garbage in ["", "unknown", "_hidden", "198.51.100.7,", "198.51.100.7, x, 10.0.0.2", "é"] {
            assert_eq!(client("10.0.0.1", &[garbage]), "10.0.0.1", "{garbage}");
        }
    }

    #[test]
    fn an_address_is_read_in_every_form_that_proxies_write() {
        for (hop, ip) in [
            ("198.51.100.7:4711", "198.51.100.7"),
            ("[2001:db8::7]:4711", "2001:db8::7"),
            ("[2001:db8::7]", "2001:db8::7"),
            ("::ffff:198.51.100.7", "198.51.100.7"),
        ] {
            assert_eq!(client("10.0.0.1", &[hop]), ip);
        }
    }

    #[test]
    fn tls_is_what_the_nearest_trusted_proxy_says() {
        let is_tls = |peer: &str, value: &str| {
            let headers = HeaderMap::from_iter([(FORWARDED_PROTO, value.parse().unwrap())]);
            proxies().client(peer.parse().unwrap(), &headers).is_tls
        };
        assert!(is_tls("10.0.0.1", "https") && is_tls("10.0.0.1", "http, HTTPS"));
        assert!(!is_tls("10.0.0.1", "http") && !is_tls("10.0.0.1", "https, http"));
        assert!(!is_tls("192.0.2.1", "https"));
    }

    #[test]
    fn a_caller_counts_by_its_address_or_by_its_network() {
        let prefix = |ip: &str| Prefix::of(ip.parse().unwrap()).to_string();
        assert_eq!(prefix("198.51.100.7"), "198.51.100.7");
        assert_eq!(prefix("::ffff:198.51.100.7"), "198.51.100.7");
        assert_eq!(prefix("2001:db8:1:2:3:4:5:6"), "2001:db8:1:2::/64");
        assert_eq!(prefix("2001:db8:1:2:ffff::1"), prefix("2001:db8:1:2::"));
        assert_ne!(prefix("2001:db8:1:3::"), prefix("2001:db8:1:2::"));
    }

    #[test]
    fn a_request_bears_where_it_comes_from_and_one_without_a_socket_comes_from_here() {
        let peer: SocketAddr = "[::ffff:192.0.2.1]:80".parse().unwrap();
        let mut request = Request::new(Body::empty());
        assert_eq!(ClientAddress::of(request.extensions()).ip.to_string(), "127.0.0.1");
        request.extensions_mut().insert(ConnectInfo(peer));
        let located = ClientAddress::of(proxies().locate(request).extensions());
        assert_eq!(located, ClientAddress { ip: "192.0.2.1".parse().unwrap(), is_tls: false });
        assert_eq!(located.prefix().to_string(), "192.0.2.1");
    }
}
