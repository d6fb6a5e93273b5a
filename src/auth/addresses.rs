//! The addresses that a key may be used from.

use std::net::IpAddr;

use ipnet::{IpNet, Ipv4Net};

/// Bits of an IPv6 address before the IPv4 address that it carries. Source: RFC 4291, section 2.5.5.2.
const MAPPED_BITS: u8 = 96;

/// Reads an address or a network in CIDR form, `192.0.2.7` or `2001:db8::/32`. A single address is a
/// network of one; bits behind the prefix are cut, and an IPv4 address that is written as IPv6
/// (`::ffff:192.0.2.7`) is what it is. `None` if the text is neither.
#[must_use]
pub fn network(text: &str) -> Option<IpNet> {
    let network = match text.parse::<IpNet>() {
        Ok(network) => network,
        Err(_) => IpNet::from(text.parse::<IpAddr>().ok()?.to_canonical()),
    };
    Some(canonical(network).trunc())
}

fn canonical(network: IpNet) -> IpNet {
    let IpNet::V6(sixes) = network else { return network };
    let (Some(address), Some(bits)) =
        (sixes.addr().to_ipv4_mapped(), sixes.prefix_len().checked_sub(MAPPED_BITS))
    else {
        return network;
    };
    Ipv4Net::new(address, bits).map_or(network, IpNet::V4)
}

/// Tells whether one of the networks holds the address; where there are none, every address is allowed.
pub(super) fn allow(networks: &[IpNet], from: IpAddr) -> bool {
    let from = from.to_canonical();
    networks.is_empty() || networks.iter().any(|network| network.contains(&from))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        network(text).map(|network| network.to_string())
    }

    #[test]
    fn one_network_has_one_spelling() {
        for (text, written) in [
            ("192.0.2.7", "192.0.2.7/32"),
            ("192.0.2.7/24", "192.0.2.0/24"),
            ("2001:DB8::1/32", "2001:db8::/32"),
            ("::ffff:192.0.2.7", "192.0.2.7/32"),
            ("::ffff:192.0.2.7/120", "192.0.2.0/24"),
            ("::ffff:0:0/95", "::fffe:0:0/95"),
        ] {
            assert_eq!(read(text).as_deref(), Some(written), "{text}");
        }
        for text in ["", "localhost", "192.0.2", "192.0.2.7/33", "192.0.2.7 ", "::/129", "*"] {
            assert_eq!(read(text), None, "{text}");
        }
    }

    #[test]
    fn an_address_is_allowed_within_a_network_in_either_spelling() {
        let networks = [network("192.0.2.0/24").unwrap(), network("2001:db8::/32").unwrap()];
        for (from, allowed) in [
            ("192.0.2.9", true),
            ("::ffff:192.0.2.9", true),
            ("2001:db8:1::1", true),
            ("192.0.3.1", false),
            ("2001:db9::1", false),
        ] {
            assert_eq!(allow(&networks, from.parse().unwrap()), allowed, "{from}");
            assert!(allow(&[], from.parse().unwrap()));
        }
    }
}
