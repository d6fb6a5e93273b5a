//! A client of HTTP/1.1 on one connection that costs as little as it can, so that the service is what is
//! measured.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// A connection that is kept.
pub(crate) struct Caller {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// What a call came to.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) body: Vec<u8>,
    /// Whether the connection may be used again.
    pub(crate) is_kept: bool,
}

/// Writes a request.
pub(crate) fn request(method: &str, path: &str, headers: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("{method} {path} HTTP/1.1\r\nhost: bench\r\n{headers}content-length: {length}\r\n\r\n");
    [head.as_bytes(), body.as_bytes()].concat()
}

impl Caller {
    pub(crate) async fn connect(address: SocketAddr) -> io::Result<Caller> {
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Caller { stream, buffer: Vec::with_capacity(4096) })
    }

    /// Sends a request and reads its answer, of a stated length.
    pub(crate) async fn call(&mut self, request: &[u8]) -> io::Result<Answer> {
        self.stream.write_all(request).await?;
        self.buffer.clear();
        loop {
            if self.stream.read_buf(&mut self.buffer).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            if let Some(answer) = parsed(&self.buffer)? {
                return Ok(answer);
            }
        }
    }
}

fn parsed(bytes: &[u8]) -> io::Result<Option<Answer>> {
    let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") else { return Ok(None) };
    let (head, body) = bytes.split_at(end + 4);
    let head = String::from_utf8_lossy(head).to_ascii_lowercase();
    let strange = || io::Error::other(format!("no answer: {head}"));
    let status = head.split(' ').nth(1).and_then(|status| status.parse().ok()).ok_or_else(strange)?;
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")?.parse().ok());
    let length: usize = length.ok_or_else(strange)?;
    let is_kept = !head.contains("connection: close");
    Ok((body.len() >= length).then(|| Answer { status, body: body.to_vec(), is_kept }))
}
