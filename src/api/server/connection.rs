//! One connection from the gate to its end. hyper speaks HTTP over it; here is what hyper leaves open: how
//! long a connection may be idle, also one of HTTP/2, how long its client may leave an answer untaken, and
//! that it goes when it is told to.

use std::convert::Infallible;
use std::net::SocketAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::ConnectInfo;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::rt::Executor;
use hyper::server::conn::{http1, http2};
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::net::TcpStream;
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use super::body::{Answer, timed};
use super::gate::{self, Passed};
use super::places::Place;
use super::seat::{Order, Seat};
use super::stream::Stream;
use super::{Shared, head};

/// How long a connection that is to go, and has nothing to do, may take to go by itself: the last bytes of
/// an answer are on their way, or an HTTP/2 client has not said goodbye.
const LAST_BYTES: Duration = Duration::from_secs(2);
/// Bytes that hyper sets aside for an HTTP/1 connection at most; its own default is 400 KiB.
const BUFFER: usize = 64 * 1024;
/// Bytes that an HTTP/2 client may send ahead in one stream, and in all of its connection.
const STREAM_WINDOW: u32 = 64 * 1024;
const CONNECTION_WINDOW: u32 = 256 * 1024;
/// Streams that a client resets before they were looked at, and those that break the protocol, until it is
/// taken for an attack. The former are more than those of a client that changes its mind, the latter are
/// counted over the life of a connection. Source: CVE-2023-44487 and RUSTSEC-2024-0003, read November 2026.
const MOST_UNSEEN_RESETS: usize = 32;
const MOST_FAULTS: usize = 128;
/// How often an HTTP/2 client is asked whether it is still there, and how long it may take to say so.
const PING: Duration = Duration::from_secs(20);

/// Serves a connection to its end, which every other task of it has at the same time.
pub(super) async fn serve(mut socket: TcpStream, peer: SocketAddr, place: Place, shared: Arc<Shared>) {
    let waiting = shared.metrics.connection_opens("none");
    let passed = tokio::select! {
        biased;
        () = place.seat.told() => return,
        passed = gate::pass(&mut socket, peer, &shared) => passed,
    };
    match passed {
        None => {}
        Some(Passed::Http1(taken)) => {
            let _open = shared.metrics.connection_opens("http1");
            drop(waiting);
            Box::pin(serve_http1(Stream::new(socket, taken, shared.write_timeout), peer, &place, &shared))
                .await;
        }
        Some(Passed::Http2(taken)) => {
            let _open = shared.metrics.connection_opens("http2");
            drop(waiting);
            Box::pin(serve_http2(Stream::new(socket, taken, shared.write_timeout), peer, &place, &shared))
                .await;
        }
    }
}

async fn serve_http1(stream: Stream, peer: SocketAddr, place: &Place, shared: &Arc<Shared>) {
    let mut builder = http1::Builder::new();
    builder.timer(TokioTimer::new());
    // `drive` knows better how long a connection has been without a request.
    builder.header_read_timeout(None::<Duration>);
    builder.max_buf_size(BUFFER.max(shared.bounds.bytes));
    builder.max_header_size(shared.bounds.bytes);
    // hyper has room for a hundred without asking for memory.
    if shared.bounds.headers != head::USUAL_HEADERS {
        builder.max_headers(shared.bounds.headers);
    }
    let (seat, shared_too) = (Arc::clone(&place.seat), Arc::clone(shared));
    let service = service_fn(move |request| call(request, peer, Arc::clone(&seat), Arc::clone(&shared_too)));
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    drive(std::pin::pin!(connection), http1::Connection::graceful_shutdown, &place.seat, shared).await;
}

async fn serve_http2(stream: Stream, peer: SocketAddr, place: &Place, shared: &Arc<Shared>) {
    let mut builder =
        http2::Builder::new(OnTracker { tasks: shared.tasks.clone(), end: shared.stop.end.clone() });
    builder.timer(TokioTimer::new());
    builder.max_concurrent_streams(shared.max_streams);
    builder.max_pending_accept_reset_streams(MOST_UNSEEN_RESETS);
    builder.max_local_error_reset_streams(MOST_FAULTS);
    builder.max_header_list_size(u32::try_from(shared.bounds.bytes).unwrap_or(u32::MAX));
    builder.initial_stream_window_size(STREAM_WINDOW);
    builder.initial_connection_window_size(CONNECTION_WINDOW);
    builder.max_send_buf_size(BUFFER);
    builder.keep_alive_interval(PING);
    builder.keep_alive_timeout(PING);
    let (seat, shared_too) = (Arc::clone(&place.seat), Arc::clone(shared));
    let service = service_fn(move |request| call(request, peer, Arc::clone(&seat), Arc::clone(&shared_too)));
    let connection = builder.serve_connection(TokioIo::new(stream), service);
    drive(std::pin::pin!(connection), http2::Connection::graceful_shutdown, &place.seat, shared).await;
}

/// Answers one request.
async fn call(
    request: Request<Incoming>,
    peer: SocketAddr,
    seat: Arc<Seat>,
    shared: Arc<Shared>,
) -> Result<Response<Answer>, Infallible> {
    let in_flight = seat.begin();
    let mut request = request.map(|body| timed(body, shared.body_timeout));
    request.extensions_mut().insert(ConnectInfo(peer));
    let response = shared.router.clone().oneshot(request).await?;
    Ok(response.map(|body| Answer::new(body, in_flight)))
}

/// Lets a connection speak until it has ended, or has to.
async fn drive<C: Future>(mut connection: Pin<&mut C>, leave: fn(Pin<&mut C>), seat: &Seat, shared: &Shared) {
    let mut is_leaving = false;
    loop {
        tokio::select! {
            biased;
            // Why it ended, its client knows.
            _ = connection.as_mut() => return,
            () = seat.told() => {}
            () = sleep(next_look(seat, shared, is_leaving)) => {}
        }
        let verdict = judge(seat, shared, is_leaving);
        match verdict {
            Order::Stay => {}
            Order::Leave => {
                is_leaving = true;
                leave(connection.as_mut());
            }
            Order::End => return,
        }
    }
}

/// Decides what becomes of a connection as it is now.
fn judge(seat: &Seat, shared: &Shared, is_leaving: bool) -> Order {
    let (order, still_for) = (seat.order(), seat.still_for());
    let is_idle = seat.idle_since().is_some();
    let is_stalled = seat.is_untaken() && still_for >= shared.write_timeout;
    if order == Order::End || is_stalled || (is_leaving && is_idle && still_for >= LAST_BYTES) {
        return Order::End;
    }
    if is_leaving {
        return Order::Stay;
    }
    if is_idle && still_for >= most_idle(seat, shared) {
        if !seat.is_used() {
            shared.metrics.connection_refused("deadline");
        }
        return Order::Leave;
    }
    order
}

/// Says when it is time to decide again, if nothing is told before.
fn next_look(seat: &Seat, shared: &Shared, is_leaving: bool) -> Duration {
    let still_for = seat.still_for();
    let wait = match (is_leaving, seat.idle_since().is_some()) {
        (true, _) => LAST_BYTES,
        (false, true) => most_idle(seat, shared).saturating_sub(still_for),
        (false, false) if seat.is_untaken() => shared.write_timeout.saturating_sub(still_for),
        (false, false) => shared.write_timeout,
    };
    // What changes meanwhile tells nobody: a connection that is at work now is idle after its answer. And
    // whatever is over now is seen a moment later, never in a circle without waiting.
    wait.min(shared.idle_timeout).min(shared.write_timeout).max(Duration::from_millis(1))
}

/// Says how long it may be without a request: shorter before the first.
fn most_idle(seat: &Seat, shared: &Shared) -> Duration {
    if seat.is_used() { shared.idle_timeout } else { shared.header_timeout }
}

/// Where hyper's streams of HTTP/2 run: on the server's tracker, and no longer than the server.
#[derive(Clone)]
struct OnTracker {
    tasks: TaskTracker,
    end: CancellationToken,
}

impl<F: Future<Output = ()> + Send + 'static> Executor<F> for OnTracker {
    fn execute(&self, future: F) {
        let end = self.end.clone();
        self.tasks.spawn(async move {
            tokio::select! {
                biased;
                () = future => {}
                () = end.cancelled() => {}
            }
        });
    }
}
