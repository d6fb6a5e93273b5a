//! The list of addresses that no message goes to, to its last entry.

use super::*;

fn refusal(text: &str) -> Option<Refusal> {
    Target::parse(text, Loopback::Refused).err()
}

#[test]
fn public_addresses_are_taken() {
    for text in [
        "https://example.org/hooks",
        "https://example.org",
        "HTTPS://Example.ORG:8443/a?b=c#d",
        "https://hooks.xn--bcher-kva.example/x",
        "https://8.8.8.8/",
        "https://[2a00:1450:4001:800::200e]:443/x",
        "https://[2A00:1450:4001:0800:0:0:0:200E]/",
        "https://mylocal.example/",
        "https://internal.example/",
    ] {
        assert_eq!(refusal(text), None, "{text}");
    }
}

#[test]
fn every_special_network_is_refused_as_a_number() {
    for text in crate::notify::networks::tests::NOT_PUBLIC {
        let ip: IpAddr = text.parse().unwrap();
        let host = if ip.is_ipv6() { format!("[{text}]") } else { (*text).to_owned() };
        assert_eq!(refusal(&format!("https://{host}/hooks")), Some(Refusal::NotPublic), "{text}");
    }
}

#[test]
fn other_spellings_of_numbers_are_refused() {
    for host in [
        "127.1",
        "127.0.1",
        "0x7f.1",
        "0x7f.0.0.1",
        "0x7f000001",
        "2130706433",
        "0177.0.0.1",
        "0177.1",
        "017700000001",
        "127.0.0.1.",
        "127.000.000.001",
        "1",
        "0",
        "0x8.0x8.0x8.0x8",
        "134744072",
        "8.8.2056",
        "010.010.010.010",
        "%31%32%37.0.0.1",
        "127%2e0.0.1",
        "8.8.8.8.",
    ] {
        assert!(
            matches!(refusal(&format!("https://{host}/")), Some(Refusal::Spelling | Refusal::NotPublic)),
            "{host}"
        );
    }
    for host in
        ["256.0.0.1", "1.2.3.4.5", "0x7g.1", "4294967296", "[::1", "[::1]x", "[fe80::1%25eth0]", "[v1.x]"]
    {
        let refused = refusal(&format!("https://{host}/"));
        assert!(matches!(refused, Some(Refusal::Unreadable | Refusal::Spelling)), "{host}: {refused:?}");
    }
}

#[test]
fn names_of_local_networks_are_refused() {
    for host in [
        "localhost",
        "LOCALHOST",
        "a.localhost",
        "printer",
        "router.local",
        "metadata.google.internal",
        "x.lan",
        "x.home",
        "x.corp",
        "x.intranet",
        "x.localdomain",
        "x.home.arpa",
        "x.onion",
        "com",
    ] {
        assert_eq!(refusal(&format!("https://{host}/")), Some(Refusal::LocalName), "{host}");
    }
    for host in ["localhost.", "example.org.", "metadata.google.internal.", "example.org%2e", "ex%61mple.org"]
    {
        assert_eq!(refusal(&format!("https://{host}/")), Some(Refusal::Spelling), "{host}");
    }
}

#[test]
fn what_two_readers_may_understand_differently_is_refused() {
    for (text, expected) in [
        ("https://user@example.org/", Refusal::Credentials),
        ("https://user:secret@example.org/", Refusal::Credentials),
        ("https://@example.org/", Refusal::Credentials),
        ("https://example.org@127.0.0.1/", Refusal::Credentials),
        ("https://127.0.0.1:80@example.org/", Refusal::Credentials),
        ("https://example.org\\@127.0.0.1/", Refusal::Unreadable),
        ("https:\\\\127.0.0.1/", Refusal::Unreadable),
        ("https:example.org", Refusal::Spelling),
        ("https:/example.org", Refusal::Spelling),
        ("https:///example.org/", Refusal::Spelling),
        ("https://exa\tmple.org/", Refusal::Unreadable),
        ("https://example.org/\n", Refusal::Unreadable),
        (" https://example.org/", Refusal::Unreadable),
        ("https://b\u{fc}cher.example/", Refusal::Unreadable),
        ("https://\u{ff11}27.0.0.1/", Refusal::Unreadable),
        ("https://\u{2460}27.0.0.1/", Refusal::Unreadable),
        ("https://example.org:0/", Refusal::Port),
        ("https://example.org:99999/", Refusal::Unreadable),
        ("https://", Refusal::Unreadable),
        ("", Refusal::Unreadable),
        ("//example.org/", Refusal::Unreadable),
        ("http://example.org/", Refusal::Scheme),
        ("http://127.0.0.1/", Refusal::Scheme),
        ("ftp://example.org/", Refusal::Scheme),
        ("file:///etc/passwd", Refusal::Scheme),
        ("gopher://example.org/", Refusal::Scheme),
        ("unix:/run/docker.sock", Refusal::Scheme),
    ] {
        assert_eq!(refusal(text), Some(expected), "{text:?}");
    }
    let long = |length: usize| format!("https://example.org/{}", "x".repeat(length - 20));
    assert_eq!((refusal(&long(2000)), refusal(&long(2001))), (None, Some(Refusal::Unreadable)));
}

#[test]
fn where_it_is_allowed_this_machine_is_reached_and_nothing_else_besides() {
    let allowed = |text: &str| Target::parse(text, Loopback::Allowed).err();
    for text in ["http://127.0.0.1:9/x", "http://localhost:9/", "https://localhost/", "http://[::1]:9/"] {
        assert_eq!(allowed(text), None, "{text}");
    }
    for text in
        ["http://10.0.0.1/", "https://169.254.169.254/", "https://[::ffff:127.0.0.1]/", "http://0.0.0.0/"]
    {
        assert_eq!(allowed(text), Some(Refusal::NotPublic), "{text}");
    }
    assert_eq!(allowed("http://example.org/"), Some(Refusal::Scheme));
    assert_eq!(allowed("http://8.8.8.8/"), Some(Refusal::Scheme));
    assert_eq!(allowed("http://a.localhost/"), Some(Refusal::LocalName));
    assert_eq!(allowed("http://0x7f.1/"), Some(Refusal::Spelling));
}

#[test]
fn a_name_that_also_leads_inside_is_refused_with_all_it_leads_to() {
    let ip = |text: &str| text.parse::<IpAddr>().unwrap();
    let check = |host, found: &[IpAddr], loopback| check_resolved(host, found, loopback).is_ok();
    let (public, inside) = (ip("8.8.8.8"), ip("127.0.0.1"));
    assert!(check("example.org", &[public, ip("2a00::1")], Loopback::Refused));
    assert!(!check("example.org", &[public, inside], Loopback::Refused));
    assert!(!check("example.org", &[], Loopback::Refused));
    assert!(!check("example.org", &[inside], Loopback::Allowed), "only localhost leads to this machine");
    assert!(check("localhost", &[inside, ip("::1")], Loopback::Allowed));
    assert!(!check("localhost", &[inside, ip("10.0.0.1")], Loopback::Allowed));
    assert!(!check("localhost", &[inside], Loopback::Refused));
}
