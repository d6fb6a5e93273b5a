//! A receiver of webhooks on this machine, as somebody's server would be one.

use axum::Router;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

/// Takes messages, hands them on, and answers with a status.
pub(crate) struct Receiver {
    pub(crate) url: String,
    received: mpsc::UnboundedReceiver<Received>,
}

/// A message as it came.
pub(crate) struct Received {
    headers: HeaderMap,
    pub(crate) body: String,
}

#[derive(Clone)]
struct Desk {
    hand_on: mpsc::UnboundedSender<Received>,
    status: StatusCode,
}

impl Receiver {
    pub(crate) async fn answering(status: u16) -> Receiver {
        let (hand_on, received) = mpsc::unbounded_channel();
        let status = StatusCode::from_u16(status).unwrap();
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/hooks?token=t", listener.local_addr().unwrap());
        let desk = Desk { hand_on, status };
        let router = Router::new().fallback(take).with_state(desk);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Receiver { url, received }
    }

    pub(crate) async fn next(&mut self) -> Received {
        self.received.recv().await.unwrap()
    }

    pub(crate) fn is_untouched(&mut self) -> bool {
        self.received.try_recv().is_err()
    }
}

impl Received {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers[name].to_str().unwrap()
    }
}

async fn take(State(desk): State<Desk>, headers: HeaderMap, body: String) -> StatusCode {
    let _ = desk.hand_on.send(Received { headers, body });
    desk.status
}
