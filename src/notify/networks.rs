//! Which addresses of the network are public: open to everybody, and nobody's inside. Pure.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Networks of IPv4 that are not public, as first address and length of the prefix.
/// Source: IANA IPv4 Special-Purpose Address Registry, RFC 5771 (multicast), 2026-11-20; and the
/// address at which one hosting platform answers its machines although it looks public.
const NOT_PUBLIC_V4: [([u8; 4], u32); 20] = [
    ([0, 0, 0, 0], 8),          // this network, unspecified
    ([10, 0, 0, 0], 8),         // private
    ([100, 64, 0, 0], 10),      // shared by carriers' address translation
    ([127, 0, 0, 0], 8),        // loopback
    ([168, 63, 129, 16], 32),   // Azure's platform service
    ([169, 254, 0, 0], 16),     // link-local, with the metadata service 169.254.169.254
    ([172, 16, 0, 0], 12),      // private
    ([192, 0, 0, 0], 24),       // protocol assignments
    ([192, 0, 2, 0], 24),       // documentation
    ([192, 31, 196, 0], 24),    // AS112
    ([192, 52, 193, 0], 24),    // automatic multicast tunnels
    ([192, 88, 99, 0], 24),     // relays of 6to4
    ([192, 168, 0, 0], 16),     // private
    ([192, 175, 48, 0], 24),    // AS112
    ([198, 18, 0, 0], 15),      // benchmarking
    ([198, 51, 100, 0], 24),    // documentation
    ([203, 0, 113, 0], 24),     // documentation
    ([224, 0, 0, 0], 4),        // multicast
    ([240, 0, 0, 0], 4),        // reserved
    ([255, 255, 255, 255], 32), // broadcast
];

/// The part of IPv6 from which public addresses are given out; all else is not public: loopback,
/// unspecified, IPv4-mapped and -compatible, NAT64 (64:ff9b::/96, 64:ff9b:1::/48), discard-only,
/// unique local (fd00:ec2::254 among it), link-local, site-local, multicast.
/// Source: IANA IPv6 Global Unicast Address Assignments, 2026-11-20.
const GLOBAL_UNICAST: ([u16; 3], u32) = ([0x2000, 0, 0], 3);

/// Networks within it that are not public. Source: IANA IPv6 Special-Purpose Address Registry,
/// 2026-11-20.
const NOT_PUBLIC_V6: [([u16; 3], u32); 5] = [
    // Protocol assignments: Teredo 2001::/32, benchmarking 2001:2::/48, ORCHID 2001:10::/28 and 2001:20::/28.
    ([0x2001, 0, 0], 23),
    ([0x2001, 0xdb8, 0], 32),     // documentation
    ([0x2002, 0, 0], 16),         // 6to4: an IPv4 address inside
    ([0x2620, 0x4f, 0x8000], 48), // AS112
    ([0x3fff, 0, 0], 20),         // documentation
];

/// Interface identifiers of ISATAP, after which an IPv4 address stands. Source: RFC 5214, section 6.1.
const ISATAP: [[u16; 2]; 2] = [[0x0000, 0x5efe], [0x0200, 0x5efe]];

/// Tells whether an address is public.
pub(super) fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            !NOT_PUBLIC_V4.iter().any(|(first, length)| lies_in_v4(address, Ipv4Addr::from(*first), *length))
        }
        IpAddr::V6(address) => {
            let [_, _, _, _, high, low, _, _] = address.segments();
            lies_in_v6(address, GLOBAL_UNICAST)
                && !NOT_PUBLIC_V6.iter().any(|network| lies_in_v6(address, *network))
                && !ISATAP.contains(&[high, low])
        }
    }
}

fn lies_in_v4(address: Ipv4Addr, first: Ipv4Addr, length: u32) -> bool {
    let differing = address.to_bits() ^ first.to_bits();
    differing.leading_zeros() >= length
}

fn lies_in_v6(address: Ipv6Addr, ([first, second, third], length): ([u16; 3], u32)) -> bool {
    let first = Ipv6Addr::new(first, second, third, 0, 0, 0, 0, 0);
    (address.to_bits() ^ first.to_bits()).leading_zeros() >= length
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// One address or more of every network that messages must not go to, first and last ones too.
    pub(in crate::notify) const NOT_PUBLIC: &[&str] = &[
        "0.0.0.0",
        "0.255.255.255",
        "10.0.0.0",
        "10.255.255.255",
        "100.64.0.0",
        "100.100.100.200",
        "100.127.255.255",
        "127.0.0.1",
        "127.255.255.255",
        "168.63.129.16",
        "169.254.0.1",
        "169.254.169.254",
        "169.254.170.2",
        "172.16.0.0",
        "172.31.255.255",
        "192.0.0.1",
        "192.0.0.192",
        "192.0.2.1",
        "192.31.196.1",
        "192.52.193.1",
        "192.88.99.1",
        "192.168.0.0",
        "192.168.255.255",
        "192.175.48.1",
        "198.18.0.0",
        "198.19.255.255",
        "198.51.100.7",
        "203.0.113.7",
        "224.0.0.1",
        "239.255.255.255",
        "240.0.0.1",
        "255.255.255.255",
        "::",
        "::1",
        "::7f00:1",
        "::a00:1",
        "::808:808",
        "::ffff:7f00:1",
        "::ffff:10.0.0.1",
        "::ffff:8.8.8.8",
        "::ffff:169.254.169.254",
        "64:ff9b::7f00:1",
        "64:ff9b::808:808",
        "64:ff9b:1::1",
        "100::1",
        "2001::1",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "2001:2::1",
        "2001:10::1",
        "2001:20::1",
        "2001:1ff:ffff::1",
        "2001:db8::1",
        "2002:7f00:1::1",
        "2002:808:808::1",
        "2620:4f:8000::1",
        "3fff::1",
        "3fff:fff:ffff::1",
        "2a00:1450:4001::5efe:7f00:1",
        "2a00:1450:4001:0:200:5efe:a00:1",
        "5f00::1",
        "fc00::1",
        "fd00:ec2::254",
        "fdff:ffff::1",
        "fe80::1",
        "febf::1",
        "fec0::1",
        "ff02::1",
        "ff0e::1",
    ];

    #[test]
    fn every_network_that_is_not_public_is_refused_to_its_borders() {
        for text in NOT_PUBLIC {
            assert!(!is_public(text.parse().unwrap()), "{text}");
        }
    }

    #[test]
    fn what_lies_beside_those_networks_is_public() {
        for text in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "168.63.129.15",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.0.3.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "203.0.112.255",
            "203.0.114.0",
            "223.255.255.255",
            "8.8.8.8",
            "2001:200::1",
            "2001:4860:4860::8888",
            "2003::1",
            "2a00:1450:4001:800::200e",
            "3ffe::1",
            "2000::1",
        ] {
            assert!(is_public(text.parse().unwrap()), "{text}");
        }
    }
}
