//! A way to a service on this machine that a test can cut, or make deaf: what is said arrives, the
//! answers do not.

use std::net::SocketAddr;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// How the way is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Way {
    Open,
    /// Answers get lost.
    Deaf,
    /// No connection lasts.
    Cut,
}

/// Listens on a port of its own and passes everything on, until it is dropped.
pub(crate) struct Proxy {
    pub(crate) address: SocketAddr,
    way: watch::Sender<Way>,
    _tasks: JoinSet<()>,
}

impl Proxy {
    pub(crate) async fn to(target: &str) -> Proxy {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (way, seen) = watch::channel(Way::Open);
        let mut tasks = JoinSet::new();
        tasks.spawn(accept(listener, target.to_owned(), seen));
        Proxy { address, way, _tasks: tasks }
    }

    /// Changes the way, for connections that are open too.
    pub(crate) fn make(&self, way: Way) {
        self.way.send_replace(way);
    }
}

async fn accept(listener: TcpListener, target: String, way: watch::Receiver<Way>) {
    let mut connections = JoinSet::new();
    while let Ok((client, _)) = listener.accept().await {
        let (target, mut way) = (target.clone(), way.clone());
        way.mark_unchanged();
        connections.spawn(async move {
            if *way.borrow() != Way::Cut
                && let Ok(server) = TcpStream::connect(&target).await
            {
                pass_on(client, server, way).await;
            }
        });
    }
}

async fn pass_on(client: TcpStream, server: TcpStream, mut way: watch::Receiver<Way>) {
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let (mut said, mut answered) = (vec![0; 16 * 1024], vec![0; 16 * 1024]);
    let mut is_deaf = *way.borrow() == Way::Deaf;
    loop {
        tokio::select! {
            biased;
            _ = way.changed() => match *way.borrow_and_update() {
                Way::Deaf => is_deaf = true,
                // The way was cut, or answers were lost: nothing more can be read from this connection.
                Way::Open | Way::Cut => return,
            },
            read = from_client.read(&mut said) => match read {
                Ok(bytes) if bytes > 0 => if to_server.write_all(&said[..bytes]).await.is_err() { return },
                _ => return,
            },
            read = from_server.read(&mut answered) => match read {
                Ok(bytes) if bytes > 0 && is_deaf => {}
                Ok(bytes) if bytes > 0 => if to_client.write_all(&answered[..bytes]).await.is_err() { return },
                _ => return,
            },
        }
    }
}
