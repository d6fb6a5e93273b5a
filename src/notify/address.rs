//! Where a message may go, as far as the address itself tells: HTTPS to a public name or number,
//! written the way everybody writes it. Pure; what a name resolves to is checked when a connection is
//! made (`resolver`).
//!
//! An address comes from a caller, and the connection is made from inside the operator's network: so
//! whatever is not plainly public is refused, and so is every unusual spelling, because two readers of
//! one address may not agree on what it means.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use reqwest::Url;

use super::networks::is_public;

/// Whether messages may go to this machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Loopback {
    /// Also without TLS.
    Allowed,
    /// As everything else that is not public.
    Refused,
}

/// An address that a message may be sent to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Target(Url);

/// Says why no message may be sent to an address. Never repeats the address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// It is too long, not readable, or holds what an address is not written with.
    #[error("must be an https address in plain ASCII, of at most 2000 characters")]
    Unreadable,
    /// It is neither HTTPS nor HTTP to this machine where that is allowed.
    #[error("must begin with https://")]
    Scheme,
    /// It carries a name or password.
    #[error("must not carry a user name or password")]
    Credentials,
    /// The host is written in an unusual way.
    #[error("must name its host in the usual spelling, without a dot at its end")]
    Spelling,
    /// The port is no port.
    #[error("must not name port 0")]
    Port,
    /// The name is one of a local network.
    #[error("must name a public host, not one of a local network")]
    LocalName,
    /// The number is that of a local or special network.
    #[error("must lead to a public address, not into a local or special network")]
    NotPublic,
}

const MAX_CHARACTERS: usize = 2000;
/// The name of this machine. Source: RFC 6761, section 6.3.
const LOCALHOST: &str = "localhost";
/// Ends of names that are not public. Source: RFC 6761, RFC 6762 (local), RFC 8375 (home.arpa), RFC
/// 7686 (onion), ICANN's reservation of internal (2024), and the names that routers and systems use.
const LOCAL_ENDS: [&str; 10] =
    [LOCALHOST, "local", "localdomain", "internal", "intranet", "lan", "home", "corp", "home.arpa", "onion"];

impl Target {
    /// Reads an address.
    pub(super) fn parse(text: &str, loopback: Loopback) -> Result<Target, Refusal> {
        let plain = text.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'\\');
        if !plain || text.len() > MAX_CHARACTERS {
            return Err(Refusal::Unreadable);
        }
        let url = Url::parse(text).map_err(|_| Refusal::Unreadable)?;
        let is_plain_http = match url.scheme() {
            "https" => false,
            "http" if loopback == Loopback::Allowed => true,
            _ => return Err(Refusal::Scheme),
        };
        let host = spelled_host(text, &url)?;
        match ip_literal(host) {
            Some(ip) => check_ip(ip, loopback)?,
            None => check_name(host, loopback)?,
        }
        let is_this_machine = ip_literal(host).map_or(host == LOCALHOST, |ip| ip.is_loopback());
        if is_plain_http && !is_this_machine {
            return Err(Refusal::Scheme);
        }
        if url.port() == Some(0) {
            return Err(Refusal::Port);
        }
        Ok(Target(url))
    }

    pub(super) fn into_url(self) -> Url {
        self.0
    }
}

/// Gives the host as it is understood, provided that it is written that way.
fn spelled_host<'a>(text: &str, url: &'a Url) -> Result<&'a str, Refusal> {
    let (_, rest) = text.split_once("://").ok_or(Refusal::Spelling)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.contains('@') {
        return Err(Refusal::Credentials);
    }
    let host = url.host_str().ok_or(Refusal::Spelling)?;
    let written = match authority.strip_prefix('[').and_then(|inner| inner.split_once(']')) {
        // However an IPv6 address is abbreviated, it is one number.
        Some((_, port)) if port.is_empty() || port.starts_with(':') => return Ok(host),
        Some(_) => return Err(Refusal::Spelling),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let is_usual = written.eq_ignore_ascii_case(host) && !host.ends_with('.');
    if is_usual { Ok(host) } else { Err(Refusal::Spelling) }
}

fn ip_literal(host: &str) -> Option<IpAddr> {
    match host.strip_prefix('[').and_then(|inner| inner.strip_suffix(']')) {
        Some(inner) => inner.parse::<Ipv6Addr>().ok().map(IpAddr::V6),
        None => host.parse::<Ipv4Addr>().ok().map(IpAddr::V4),
    }
}

fn check_ip(ip: IpAddr, loopback: Loopback) -> Result<(), Refusal> {
    let is_allowed = is_public(ip) || (loopback == Loopback::Allowed && ip.is_loopback());
    if is_allowed { Ok(()) } else { Err(Refusal::NotPublic) }
}

fn check_name(host: &str, loopback: Loopback) -> Result<(), Refusal> {
    if loopback == Loopback::Allowed && host == LOCALHOST {
        return Ok(());
    }
    let ends_locally = LOCAL_ENDS
        .iter()
        .any(|end| host.strip_suffix(end).is_some_and(|rest| rest.is_empty() || rest.ends_with('.')));
    if ends_locally || !host.contains('.') { Err(Refusal::LocalName) } else { Ok(()) }
}

/// Checks what a name resolved to, all of it: one address that is not public makes the name one that
/// leads inside.
pub(super) fn check_resolved(host: &str, found: &[IpAddr], loopback: Loopback) -> Result<(), Refusal> {
    let fits = |ip: &IpAddr| match loopback == Loopback::Allowed && host == LOCALHOST {
        true => ip.is_loopback(),
        false => is_public(*ip),
    };
    if !found.is_empty() && found.iter().all(fits) { Ok(()) } else { Err(Refusal::NotPublic) }
}

#[cfg(test)]
#[path = "address_tests.rs"]
mod tests;
