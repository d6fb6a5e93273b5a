//! One attempt to deliver one message over HTTP.
//!
//! The address is checked again right before (settings may have changed since it was accepted), names
//! are resolved by [`CheckedResolver`], every attempt makes a connection of its own, and no proxy, no
//! redirect and no retry stands in between. Of the answer only the status is looked at: its body is
//! not read at all, so it can be as large or as slow as it wants, and nothing of it is ever shown.

use std::error::Error as StdError;
use std::time::Duration;

use reqwest::header::{CONTENT_TYPE, HeaderValue};
use reqwest::{Client, redirect, retry};

use super::address::{Loopback, Refusal, Target};
use super::resolver::{CheckedResolver, Lookup};
use super::{Config, Error, Problem};

/// How long making a connection may take, within the time of the attempt.
const CONNECT: Duration = Duration::from_secs(5);

/// Delivers messages. Clones share the client.
#[derive(Clone)]
pub(super) struct Courier {
    client: Client,
    loopback: Loopback,
}

/// What is sent.
pub(super) struct Letter<'a> {
    pub(super) url: &'a str,
    pub(super) id: &'a str,
    pub(super) timestamp: i64,
    pub(super) signatures: &'a str,
    pub(super) body: &'a str,
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Outcome {
    /// The receiver took it, with that status.
    Delivered(u16),
    /// It did not work, with the status that the receiver answered with, if it answered.
    Failed(Problem, Option<u16>),
}

impl Outcome {
    /// Returns the metrics label.
    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Outcome::Delivered(_) => "delivered",
            Outcome::Failed(problem, _) => problem.as_str(),
        }
    }
}

impl Courier {
    /// Makes the client.
    pub(super) fn new(config: &Config, lookup: Lookup) -> Result<Courier, Error> {
        let loopback = config.loopback();
        let client = Client::builder()
            .http1_only()
            .https_only(loopback == Loopback::Refused)
            .no_proxy()
            .referer(false)
            .redirect(redirect::Policy::none())
            .retry(retry::never())
            .connect_timeout(CONNECT.min(config.timeout()))
            .timeout(config.timeout())
            // A connection is checked when it is made, so none is kept.
            .pool_max_idle_per_host(0)
            .dns_resolver(CheckedResolver { lookup, loopback })
            .user_agent(concat!("content-factory/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(Error::Http)?;
        Ok(Courier { client, loopback })
    }

    /// Sends a letter and waits for the status.
    pub(super) async fn deliver(&self, letter: &Letter<'_>) -> Outcome {
        let Ok(target) = Target::parse(letter.url, self.loopback) else {
            return Outcome::Failed(Problem::AddressRefused, None);
        };
        let request = self
            .client
            .post(target.into_url())
            .header(CONTENT_TYPE, HeaderValue::from_static("application/json"))
            .header("webhook-id", letter.id)
            .header("webhook-timestamp", letter.timestamp)
            .header("webhook-signature", letter.signatures)
            .body(letter.body.to_owned());
        match request.send().await {
            Ok(response) => of_status(response.status().as_u16()),
            Err(error) => Outcome::Failed(of_error(&error), None),
        }
    }
}

fn of_status(status: u16) -> Outcome {
    match status {
        200..=299 => Outcome::Delivered(status),
        300..=399 => Outcome::Failed(Problem::Redirect, Some(status)),
        410 => Outcome::Failed(Problem::Gone, Some(status)),
        _ => Outcome::Failed(Problem::Status, Some(status)),
    }
}

fn of_error(error: &reqwest::Error) -> Problem {
    let mut cause: Option<&(dyn StdError + 'static)> = Some(error);
    while let Some(current) = cause {
        if current.is::<Refusal>() {
            return Problem::AddressRefused;
        }
        cause = current.source();
    }
    if error.is_timeout() { Problem::TimedOut } else { Problem::Unreachable }
}
