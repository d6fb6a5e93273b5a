//! Webhooks by Standard Webhooks 1.0: messages that tell a receiver what became of a job.
//!
//! A message is composed when something happens ([`Message::compose`]) and gives a write for the very
//! commit in which it happens, so that it is told if and only if it happened. From there the
//! [`Dispatcher`] sends it, again and again by a fixed schedule, until a receiver takes it or it is
//! given up: at least once, always the same bytes under the same id. [`Webhooks`] is what owners see
//! of it: the secret that signs, the messages, and sending one again.
//!
//! Addresses come from callers, so most of this module is about where not to connect: `address` (as
//! written), `networks` (as a number), `resolver` (as resolved, at the moment of connecting),
//! `courier` (no proxy, no redirect, nothing read). Read `message` first, then `outbox`, `dispatcher`.
//!
//! What is told, and when, is decided by those who know jobs; this module knows none of their types.

mod address;
mod config;
mod courier;
mod dispatcher;
mod endpoint;
mod lanes;
mod message;
mod networks;
mod outbox;
mod resolver;
mod schedule;
mod signature;
#[cfg(test)]
mod tests;

pub use address::Refusal;
pub use config::Config;
pub use dispatcher::Dispatcher;
pub use endpoint::{Disabled, Endpoint};
pub use message::{Message, Problem, State, Told};
pub use outbox::{ListQuery, Page};

use std::sync::Arc;

use address::Target;
use tokio::sync::Notify;

use crate::clock::Clock;
use crate::secret::{self, Keyring};
use crate::store::{self, Store};

/// The webhooks of all keys. Clones are the same.
#[derive(Clone)]
pub struct Webhooks {
    store: Arc<dyn Store>,
    clock: Clock,
    keyring: Keyring,
    config: Config,
    /// Tells the dispatcher of this process that something is due.
    wake: Arc<Notify>,
}

/// Says why something about webhooks could not be done.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The key has no such message.
    #[error("there is no such delivery")]
    NoMessage,
    /// What the message said is lost.
    #[error("what the delivery said cannot be read any more")]
    Damaged,
    /// The message still waits to be sent.
    #[error("the message still waits to be sent")]
    Pending,
    /// The cursor is none that a list gave out.
    #[error("not a cursor of this list")]
    InvalidCursor,
    /// A document is written faster than it can be read.
    #[error("the webhook settings of the key changed meanwhile")]
    Contended,
    /// The machine gave no random numbers.
    #[error("no random numbers for a webhook secret")]
    Random,
    /// A stored record is not in the form that this version of the program writes.
    #[error("a stored webhook record cannot be read")]
    Unreadable,
    /// The client that sends could not be made.
    #[error("the client that sends webhooks cannot be made")]
    Http(#[source] reqwest::Error),
    /// A secret could not be encrypted or decrypted.
    #[error("a webhook secret cannot be encrypted or decrypted: {0}")]
    Secret(#[source] secret::Error),
    /// The store did not do what was asked.
    #[error("the store of webhooks failed")]
    Store(#[source] store::Error),
}

impl From<store::Error> for Error {
    fn from(error: store::Error) -> Error {
        match error {
            store::Error::InvalidCursor => Error::InvalidCursor,
            other => Error::Store(other),
        }
    }
}

impl Webhooks {
    /// Keeps messages and secrets in that store, the latter encrypted with that keyring.
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, keyring: Keyring, config: Config) -> Webhooks {
        Webhooks { store, clock, keyring, config, wake: Arc::new(Notify::new()) }
    }

    /// Checks an address as far as it tells by itself; what its name resolves to is checked each time
    /// that something is sent there.
    ///
    /// # Errors
    /// Why no message will be sent there.
    pub fn check_address(&self, url: &str) -> Result<(), Refusal> {
        Target::parse(url, self.config.loopback()).map(drop)
    }
}

impl std::fmt::Debug for Webhooks {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Webhooks")
    }
}
