//! Connections that can be reset on purpose: with a TCP reset, not with a tidy end.

use std::io;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use axum::extract::connect_info::Connected;
use axum::serve::{IncomingStream, Listener};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// Takes connections.
pub(crate) struct Door(pub(crate) TcpListener);

/// A connection.
pub(crate) struct Line {
    stream: TcpStream,
    cut: Cut,
}

/// Resets the connection that a request came over.
#[derive(Clone, Debug, Default)]
pub(crate) struct Cut(Arc<State>);

#[derive(Debug, Default)]
struct State {
    is_reset: AtomicBool,
    flushed: Notify,
}

impl Cut {
    /// Resets the connection at the next byte that would go out.
    pub(crate) fn reset(&self) {
        self.0.is_reset.store(true, Ordering::Release);
    }

    /// Waits until everything that the body has handed over by now is with the system. A server writes
    /// out what it holds when its body has nothing more at the moment, so it does while this waits.
    pub(crate) async fn flushed(&self) {
        self.0.flushed.notified().await;
    }

    fn is_reset(&self) -> bool {
        self.0.is_reset.load(Ordering::Acquire)
    }
}

impl Listener for Door {
    type Io = Line;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Line, SocketAddr) {
        loop {
            if let Ok((stream, address)) = self.0.accept().await {
                // Small events must not wait for each other; if it fails they merely do.
                let _ = stream.set_nodelay(true);
                return (Line { stream, cut: Cut::default() }, address);
            }
            // Out of file descriptors, most likely: some come back.
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    fn local_addr(&self) -> io::Result<SocketAddr> {
        self.0.local_addr()
    }
}

impl Connected<IncomingStream<'_, Door>> for Cut {
    fn connect_info(stream: IncomingStream<'_, Door>) -> Cut {
        stream.io().cut.clone()
    }
}

impl Drop for Line {
    fn drop(&mut self) {
        if self.cut.is_reset() {
            // Closing without lingering is what sends a reset; without it the end is merely tidy.
            let _ = self.stream.set_zero_linger();
        }
    }
}

impl AsyncRead for Line {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        into: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, into)
    }
}

impl AsyncWrite for Line {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        if self.cut.is_reset() {
            return Poll::Ready(Err(io::ErrorKind::ConnectionReset.into()));
        }
        Pin::new(&mut self.stream).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        if flushed.is_ready() {
            self.cut.0.flushed.notify_waiters();
        }
        flushed
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
