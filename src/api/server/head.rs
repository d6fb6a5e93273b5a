//! What the first bytes of a connection are: a whole head of HTTP/1, the preface of HTTP/2, a beginning of
//! either, or neither. A head that two readers could understand in two ways is refused here, because what
//! reads it next would choose one of them without a word (ADR 22).

use axum::http::{Method, Uri};
use httparse::{EMPTY_HEADER, Header, Request, Status};

/// What an HTTP/2 client sends first. Source: RFC 9113, section 3.4, read November 2026.
const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Lines that heads may have by default, which is hyper's own default.
pub(super) const USUAL_HEADERS: usize = 100;

/// What a head may have.
#[derive(Clone, Copy, Debug)]
pub(super) struct Bounds {
    /// Lines after the first.
    pub(super) headers: usize,
    /// Bytes up to the empty line.
    pub(super) bytes: usize,
}

/// What bytes are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Head {
    /// The beginning of something, as far as can be seen.
    Incomplete,
    /// A whole head of HTTP/1.0 or 1.1 that has one meaning.
    Http1,
    /// The preface of HTTP/2.
    Http2,
    /// Nothing that is answered otherwise.
    Refused(Fault),
}

/// Why a head is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in super::super) enum Fault {
    /// It is not HTTP, or has more than one meaning; what is wrong with it.
    Malformed(&'static str),
    /// It has more lines or bytes than it may.
    TooLarge,
}

/// Reads the first bytes of a connection, which are all that has arrived of it so far.
pub(super) fn judge(bytes: &[u8], bounds: Bounds) -> Head {
    if bytes.starts_with(PREFACE) {
        return Head::Http2;
    }
    if PREFACE.starts_with(bytes) {
        return Head::Incomplete;
    }
    let mut headers = vec![EMPTY_HEADER; bounds.headers];
    let mut request = Request::new(&mut headers);
    match request.parse(bytes) {
        Ok(Status::Partial) if bytes.len() >= bounds.bytes => Head::Refused(Fault::TooLarge),
        Ok(Status::Partial) => Head::Incomplete,
        Ok(Status::Complete(length)) if length > bounds.bytes => Head::Refused(Fault::TooLarge),
        Ok(Status::Complete(length)) => {
            let fault = ends_a_line_in_two_ways(bytes.get(..length).unwrap_or_default())
                .or_else(|| fault_of_line(&request))
                .or_else(|| fault_of_framing(&request));
            fault.map_or(Head::Http1, |what| Head::Refused(Fault::Malformed(what)))
        }
        Err(httparse::Error::TooManyHeaders) => Head::Refused(Fault::TooLarge),
        Err(error) => Head::Refused(Fault::Malformed(named(error))),
    }
}

fn named(error: httparse::Error) -> &'static str {
    match error {
        httparse::Error::HeaderName => "the name of a header is none",
        httparse::Error::HeaderValue => "the value of a header has a byte that none may have",
        httparse::Error::NewLine => "a line does not end as lines do",
        httparse::Error::Version => "it is neither HTTP/1.0, HTTP/1.1 nor HTTP/2",
        _ => "its first line is no request",
    }
}

/// A line feed alone ends a line for some readers and not for others.
fn ends_a_line_in_two_ways(head: &[u8]) -> Option<&'static str> {
    let mut before = 0;
    let bare = head.iter().any(|byte| {
        let is_bare = *byte == b'\n' && before != b'\r';
        before = *byte;
        is_bare
    });
    bare.then_some("a line ends with a line feed alone")
}

fn fault_of_line(request: &Request<'_, '_>) -> Option<&'static str> {
    if request.method.is_none_or(|method| Method::from_bytes(method.as_bytes()).is_err()) {
        return Some("its method is none");
    }
    request.path.is_none_or(|path| Uri::try_from(path).is_err()).then_some("its path is none")
}

/// Where the body ends, and whom the request is for, must be said once and in one way.
/// Source: RFC 9112, sections 3.2 and 6.3, read November 2026.
fn fault_of_framing(request: &Request<'_, '_>) -> Option<&'static str> {
    let (hosts, _) = values(request.headers, "host");
    let (lengths, length) = values(request.headers, "content-length");
    let (codings, coding) = values(request.headers, "transfer-encoding");
    let is_version_1_1 = request.version == Some(1);
    let is_number = |value: &[u8]| !value.is_empty() && value.iter().all(u8::is_ascii_digit);
    let faults = [
        (hosts > 1, "it has two `Host`"),
        (hosts == 0 && is_version_1_1, "it has no `Host`"),
        (lengths > 0 && codings > 0, "it has both `Content-Length` and `Transfer-Encoding`"),
        (lengths > 1, "it has two `Content-Length`"),
        (lengths == 1 && !is_number(length), "its `Content-Length` is no number"),
        (codings > 0 && !is_version_1_1, "HTTP/1.0 has no `Transfer-Encoding`"),
        (
            codings > 1 || (codings == 1 && !coding.eq_ignore_ascii_case(b"chunked")),
            "its `Transfer-Encoding` is not `chunked`",
        ),
    ];
    faults.into_iter().find_map(|(is_there, what)| is_there.then_some(what))
}

/// Counts the lines of a header, and gives the last value.
fn values<'a>(headers: &[Header<'a>], name: &str) -> (usize, &'a [u8]) {
    let named = headers.iter().filter(|header| header.name.eq_ignore_ascii_case(name));
    let none: (usize, &'a [u8]) = (0, &[]);
    named.fold(none, |(count, _), header| (count + 1, header.value.trim_ascii()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const BOUNDS: Bounds = Bounds { headers: 4, bytes: 300 };

    fn judged(head: impl AsRef<[u8]>) -> Head {
        judge(head.as_ref(), BOUNDS)
    }

    #[test]
    fn a_whole_head_is_told_from_its_beginnings_wherever_it_breaks() {
        for (whole, kind) in [
            (&b"POST /a?b HTTP/1.1\r\nhost: x\r\ncontent-length: 3\r\n\r\n"[..], Head::Http1),
            (b"\r\nGET / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: Chunked\r\n\r\n", Head::Http1),
            (b"GET / HTTP/1.0\r\n\r\n", Head::Http1),
            (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", Head::Http2),
        ] {
            for end in 0..whole.len() {
                assert_eq!(judged(&whole[..end]), Head::Incomplete, "{end} of {whole:?}");
            }
            assert_eq!(judged(whole), kind);
            assert_eq!(judged([whole, b"body"].concat()), kind, "what follows does not matter");
        }
    }

    #[test]
    fn what_has_two_meanings_is_refused() {
        for lines in [
            "host: x\r\ncontent-length: 3\r\ntransfer-encoding: chunked\r\n",
            "host: x\r\ntransfer-encoding: chunked\r\ncontent-length: 3\r\n",
            "host: x\r\ncontent-length: 3\r\ncontent-length: 3\r\n",
            "host: x\r\ncontent-length: 3, 3\r\n",
            "host: x\r\ncontent-length: +3\r\n",
            "host: x\r\ncontent-length:\r\n",
            "host: x\r\ntransfer-encoding: gzip, chunked\r\n",
            "host: x\r\ntransfer-encoding: chunked\r\ntransfer-encoding: identity\r\n",
            "host: x\r\nhost: y\r\n",
            "",
            "host: x\nb: c\r\n",
            "host: x\r\nb: c\rd\r\n",
            "host: x\r\nb: c\0d\r\n",
            "host: x\r\nb: c\r\n d\r\n",
            "host: x\r\nb : c\r\n",
            "host: x\r\nb\r\n",
        ] {
            let head = format!("POST / HTTP/1.1\r\n{lines}\r\n");
            assert!(matches!(judged(&head), Head::Refused(Fault::Malformed(_))), "{head:?}");
        }
        let coded = "POST / HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n";
        assert!(matches!(judged(coded), Head::Refused(Fault::Malformed(_))));
    }

    #[test]
    fn what_is_no_http_is_refused_as_soon_as_that_shows() {
        for bytes in
            [&b"\x16\x03\x01\x02\x00"[..], b"SSH-2.0-x\r\n", b"GET / HTTP/2.0\r\n", b"G\0T", b"GET \x01"]
        {
            assert!(matches!(judged(bytes), Head::Refused(Fault::Malformed(_))), "{bytes:?}");
        }
    }

    #[test]
    fn a_head_has_so_many_lines_and_bytes_and_no_more() {
        let lines =
            |count: usize| format!("GET / HTTP/1.1\r\nhost: x\r\n{}\r\n", "a: b\r\n".repeat(count - 1));
        assert_eq!(judged(lines(4)), Head::Http1);
        assert_eq!(judged(lines(5)), Head::Refused(Fault::TooLarge));
        let long = |bytes: usize| {
            let rest = "GET / HTTP/1.1\r\nhost: x\r\na: \r\n\r\n".len();
            format!("GET / HTTP/1.1\r\nhost: x\r\na: {}\r\n\r\n", "b".repeat(bytes - rest))
        };
        assert_eq!(judged(long(300)), Head::Http1);
        assert_eq!(judged(long(301)), Head::Refused(Fault::TooLarge));
        assert_eq!(judged(&long(400).as_bytes()[..299]), Head::Incomplete);
        assert_eq!(judged(&long(400).as_bytes()[..300]), Head::Refused(Fault::TooLarge));
    }
}
