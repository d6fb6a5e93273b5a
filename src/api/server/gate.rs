//! The first thing that happens to a connection: its first head is read, within its time and size, and
//! judged. What passes goes to hyper with all bytes that were read. What does not is answered as every failed
//! request is, and the connection closes.

use std::future::poll_fn;
use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Method, Request, Response, header};
use http_body_util::BodyExt;
use jiff::Timestamp;
use tokio::io::AsyncWrite;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tower::ServiceExt;

use super::Shared;
use super::head::{self, Bounds, Fault, Head};

/// Bytes that are read at once.
const CHUNK: usize = 4096;
/// A client that is still sending gets so long to take the refusal: a socket that is closed with bytes
/// unread takes back what was not read on the other side either.
const LINGER: Duration = Duration::from_secs(1);
/// Bytes that are thrown away meanwhile.
const MOST_THROWN_AWAY: usize = 1024 * 1024;

/// What a connection may go on as.
pub(super) enum Passed {
    /// HTTP/1, with the bytes that were read.
    Http1(Vec<u8>),
    /// HTTP/2, with the bytes that were read.
    Http2(Vec<u8>),
}

/// Waits for the first head; `None` if the connection is over with that.
///
/// # Cancel safety
/// The connection is to be dropped with the call.
pub(super) async fn pass(socket: &mut TcpStream, peer: SocketAddr, shared: &Shared) -> Option<Passed> {
    let Ok(read) = timeout(shared.header_timeout, read_head(socket, shared.bounds)).await else {
        shared.metrics.connection_refused("deadline");
        return None;
    };
    // Whoever goes without a whole head is not answered.
    match read.ok()?? {
        (Head::Http1, bytes) => Some(Passed::Http1(bytes)),
        (Head::Http2, bytes) => Some(Passed::Http2(bytes)),
        (Head::Refused(fault), _) => {
            shared.metrics.connection_refused("head");
            // What cannot be sent in time is not sent.
            let _ = timeout(shared.write_timeout, refuse(socket, peer, fault, shared)).await;
            None
        }
        (Head::Incomplete, _) => None,
    }
}

/// Reads until it is clear what the bytes are; `None` if they end before.
async fn read_head(socket: &TcpStream, bounds: Bounds) -> io::Result<Option<(Head, Vec<u8>)>> {
    let (mut bytes, mut judged) = (Vec::new(), 0_usize);
    loop {
        // Nothing is set aside for a client that sends nothing.
        socket.readable().await?;
        let from = bytes.len();
        match read_some(socket, &mut bytes) {
            Ok(0) => return Ok(None),
            Ok(_) => {}
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => continue,
            Err(error) => return Err(error),
        }
        if may_have_changed(&bytes, from, judged, bounds) {
            judged = bytes.len();
            match head::judge(&bytes, bounds) {
                Head::Incomplete => {}
                known => return Ok(Some((known, bytes))),
            }
        }
    }
}

/// Keeps what a head costs in proportion to its length, also if it comes byte by byte: it is looked at when
/// a line has ended, or when there is twice as much of it.
fn may_have_changed(bytes: &[u8], from: usize, judged: usize, bounds: Bounds) -> bool {
    let new = bytes.get(from.saturating_sub(3)..).unwrap_or_default();
    let ends = new.windows(2).any(|pair| pair == b"\n\r" || pair == b"\n\n");
    ends || bytes.len() >= judged.saturating_mul(2) || bytes.len() >= bounds.bytes
}

fn read_some(socket: &TcpStream, bytes: &mut Vec<u8>) -> io::Result<usize> {
    let mut chunk = [0; CHUNK];
    let count = socket.try_read(&mut chunk)?;
    bytes.extend_from_slice(chunk.get(..count).unwrap_or_default());
    Ok(count)
}

/// Answers by the same layers as every request, so that a refusal has its name, its headers and its line in
/// the log.
async fn refuse(socket: &mut TcpStream, peer: SocketAddr, fault: Fault, shared: &Shared) -> io::Result<()> {
    let mut request = Request::new(Body::empty());
    // Whatever its method was to be, it is not known.
    *request.method_mut() = Method::from_bytes(b"UNKNOWN").unwrap_or_default();
    request.extensions_mut().insert(ConnectInfo(peer));
    request.extensions_mut().insert(fault);
    let Ok(response) = shared.refusals.clone().oneshot(request).await;
    send(socket, &written(response).await).await?;
    poll_fn(|cx| Pin::new(&mut *socket).poll_shutdown(cx)).await?;
    let _ = timeout(LINGER, throw_away(socket)).await;
    Ok(())
}

/// Writes a response as HTTP/1.1 does.
async fn written(response: Response<Body>) -> Vec<u8> {
    let (parts, body) = response.into_parts();
    // Its body was made here and is whole.
    let body = body.collect().await.map(|body| body.to_bytes()).unwrap_or_default();
    let reason = parts.status.canonical_reason().unwrap_or_default();
    let mut bytes = format!("HTTP/1.1 {} {reason}\r\n", parts.status.as_str()).into_bytes();
    let own = [header::CONTENT_LENGTH, header::CONNECTION, header::DATE];
    for (name, value) in parts.headers.iter().filter(|(name, _)| !own.contains(name)) {
        for part in [name.as_str().as_bytes(), b": ", value.as_bytes(), b"\r\n"] {
            bytes.extend_from_slice(part);
        }
    }
    let date = Timestamp::now().strftime("%a, %d %b %Y %H:%M:%S GMT");
    let end = format!("content-length: {}\r\nconnection: close\r\ndate: {date}\r\n\r\n", body.len());
    bytes.extend_from_slice(end.as_bytes());
    bytes.extend_from_slice(&body);
    bytes
}

async fn send(socket: &TcpStream, mut bytes: &[u8]) -> io::Result<()> {
    while !bytes.is_empty() {
        socket.writable().await?;
        match socket.try_write(bytes) {
            Ok(count) => bytes = bytes.get(count..).unwrap_or_default(),
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

async fn throw_away(socket: &TcpStream) -> io::Result<()> {
    let (mut bytes, mut thrown_away) = (Vec::new(), 0);
    while thrown_away < MOST_THROWN_AWAY {
        socket.readable().await?;
        bytes.clear();
        match read_some(socket, &mut bytes) {
            Ok(0) => return Ok(()),
            Ok(count) => thrown_away += count,
            Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_head_that_comes_byte_by_byte_is_looked_at_seldom_and_at_every_end() {
        let bounds = Bounds { headers: 100, bytes: 10_000 };
        let head = format!("GET / HTTP/1.1\r\nhost: x\r\na: {}\r\n\r\n", "b".repeat(8000));
        let (mut judged, mut looks) = (0, 0);
        for end in 1..=head.len() {
            if may_have_changed(&head.as_bytes()[..end], end - 1, judged, bounds) {
                (judged, looks) = (end, looks + 1);
            }
        }
        assert!(looks < 30, "{looks}");
        assert_eq!(judged, head.len(), "the end itself is looked at");
    }
}
