//! HTTP on a socket: who gets a place, how long each part of a call may take, and how it all ends (ADR 22).
//! Reading in the order of a connection's life: `places`, `gate` and `head`, `stream`, `connection` with what
//! it knows of itself in `seat`, and `body`.

mod body;
mod connection;
mod gate;
mod head;
mod places;
mod seat;
mod stream;

pub(super) use body::BodyStalled;
pub(super) use head::Fault;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{Instant, sleep};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::client::{Prefix, Proxies};
use super::{Api, Config};
use crate::telemetry::Metrics;
use head::Bounds;
use places::{Caps, Places};
use seat::Order;

/// How long accepting rests where the system gives no more sockets.
const REST: Duration = Duration::from_millis(50);
/// How often that is told of.
const TELL_EVERY: Duration = Duration::from_secs(1);

/// A listener and what is served there.
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    router: Router,
    refusals: Router,
    config: Config,
    metrics: Metrics,
}

/// How a server ends. Clones are the same.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    /// Cancelled when it is to accept no more and finish what it has begun.
    pub close: CancellationToken,
    /// Cancelled when it is to drop what is left.
    pub end: CancellationToken,
}

/// What all connections of a server work with.
struct Shared {
    router: Router,
    /// Answers heads that are no request.
    refusals: Router,
    bounds: Bounds,
    header_timeout: Duration,
    body_timeout: Duration,
    idle_timeout: Duration,
    write_timeout: Duration,
    max_streams: u32,
    metrics: Metrics,
    tasks: TaskTracker,
    stop: Stop,
}

impl Server {
    /// Makes a server that does not accept before [`Server::run`].
    #[must_use]
    pub fn new(listener: TcpListener, router: Router, api: &Api) -> Server {
        let refusals = super::refusals(api);
        Server { listener, router, refusals, config: api.config.clone(), metrics: api.metrics.clone() }
    }

    /// Accepts until it is to close, and returns when the last connection has ended, on its own or because
    /// it is to end.
    pub async fn run(self, stop: Stop) {
        let Server { listener, router, refusals, config, metrics } = self;
        let caps = Caps { all: config.max_connections, per_address: config.max_connections_per_address };
        let places = Places::new(caps, metrics.clone());
        let proxies = Proxies::new(&config.trusted_proxies);
        let tasks = TaskTracker::new();
        let shared = Arc::new(Shared {
            router,
            refusals,
            bounds: Bounds { headers: config.max_headers, bytes: config.max_header_bytes },
            header_timeout: config.header_timeout.unsigned_abs(),
            body_timeout: config.body_timeout.unsigned_abs(),
            idle_timeout: config.idle_timeout.unsigned_abs(),
            write_timeout: config.write_timeout.unsigned_abs(),
            max_streams: config.max_streams,
            metrics,
            tasks: tasks.clone(),
            stop: stop.clone(),
        });
        let accepting = accept(&listener, &places, &proxies, &shared);
        tokio::select! {
            () = stop.close.cancelled() => {}
            () = accepting => {}
        }
        drop(listener);
        places.tell_all(Order::Leave);
        tasks.close();
        tokio::select! {
            () = tasks.wait() => return,
            () = stop.end.cancelled() => {}
        }
        places.tell_all(Order::End);
        tasks.wait().await;
    }
}

async fn accept(listener: &TcpListener, places: &Places, proxies: &Proxies, shared: &Arc<Shared>) {
    let mut told: Option<Instant> = None;
    loop {
        match listener.accept().await {
            Ok((socket, peer)) => admit(socket, peer, (places, proxies), shared),
            // Whoever went before it was accepted.
            Err(error) if error.kind() == io::ErrorKind::ConnectionAborted => {}
            Err(error) => {
                if told.is_none_or(|told| told.elapsed() >= TELL_EVERY) {
                    tracing::error!(%error, "no connection can be accepted; idle ones go for new ones");
                    told = Some(Instant::now());
                }
                // There are no more files, as a rule.
                places.make_room();
                sleep(REST).await;
            }
        }
    }
}

/// Gives a connection its place, if there is one.
fn admit(socket: TcpStream, peer: SocketAddr, (places, proxies): (&Places, &Proxies), shared: &Arc<Shared>) {
    let ip = peer.ip().to_canonical();
    // Behind a proxy there are many callers.
    let address = (!proxies.trust(ip)).then(|| Prefix::of(ip));
    let Some(place) = places.take(address) else {
        shared.metrics.connection_refused("cap");
        return;
    };
    // An answer that waits for its acknowledgement is only late.
    let _ = socket.set_nodelay(true);
    shared.tasks.spawn(connection::serve(socket, peer, place, Arc::clone(shared)));
}
