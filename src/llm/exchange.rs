//! One exchange over HTTP: a request goes out, a stream of events comes back, within the limits of
//! the attempt. What the events mean is the adapter's business ([`Wire`]).
//!
//! Whether an error is billed is the catalogue's to say, by interface and host ([`Endpoint`]).
//!
//! A body is never unpacked: a compressed answer is refused, so that the cap on its bytes is a cap
//! on what comes out of it. A redirect is never followed: it would carry the key elsewhere.

use std::time::Duration;

use reqwest::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderMap, HeaderName};
use reqwest::{Client, RequestBuilder, Response, Url, redirect, retry};
use serde::Deserialize as _;
use serde::de::DeserializeOwned;
use serde_json::Value;
use tokio::time::Instant;

use super::reported::Reported;
use super::sending;
use super::stream::{Body, Broken, Events};
use super::{Attempt, AttemptLimits, Error, Fault, Outcome, ProviderName, Reason, Sent, TimedOutStage};
use crate::catalog::{self, Unbilled};

/// Tokens a model's context is taken for where the model is not known.
const UNKNOWN_CONTEXT_TOKENS: u64 = 1_048_576;
/// Bytes of an error's body that are read; codes stand at its beginning.
const MAX_ERROR_BYTES: usize = 64 * 1024;
/// Idle connections that are kept to a vendor: what a hundred packages ask at once need not shake hands
/// anew with each of them.
const IDLE_CONNECTIONS: usize = 1024;
/// How long an idle connection is kept: less than the load balancers of vendors keep it.
const IDLE_CONNECTION: Duration = Duration::from_secs(50);
/// Between two signs of life that a quiet connection is asked for.
const KEEP_ALIVE: Duration = Duration::from_secs(20);

/// Makes sense of one vendor's events.
pub(super) trait Wire: Default + Send {
    /// What one event says.
    type Event: DeserializeOwned + Send;

    /// Takes one event.
    ///
    /// # Errors
    /// The outcome, where the event ends the attempt by itself.
    fn take(&mut self, event: Self::Event) -> Result<(), Outcome>;

    /// Tells whether an event reports a usage.
    fn tells_usage(event: &Self::Event) -> bool;

    /// Tells how far the answer has come.
    fn progress(&self) -> Progress;

    /// Returns the text that has come so far.
    fn text(&self) -> &str;

    /// Says what the events amount to, once no more of them come.
    fn outcome(self) -> Outcome;

    /// Returns the usage as reported so far.
    fn usage(&self) -> Reported;

    /// Returns the tokens of the prompt that were written to the vendor's cache, as reported so far.
    fn written_tokens(&self) -> u64 {
        0
    }

    /// Says what a refusal means, from its status and from what its body says, if it is JSON.
    fn refusal(status: u16, headers: &HeaderMap, body: &Value) -> Outcome;
}

/// Tells how far an answer has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Progress {
    /// No text yet.
    Waiting,
    /// There is text.
    Writing,
    /// The vendor gave the reason why it ended, but may still report the usage.
    Ended,
    /// The vendor said that nothing more comes.
    Closed,
}

/// What is known of an endpoint beforehand.
#[derive(Clone, Copy, Debug)]
pub(super) struct Endpoint {
    /// Tokens of its model's context.
    pub(super) context_tokens: u64,
    /// Which of its errors are not billed.
    pub(super) unbilled: Option<&'static Unbilled>,
}

impl Endpoint {
    /// Looks up what is known of a model at an address.
    pub(super) fn of(provider: ProviderName, url: &Url, model: &str) -> Endpoint {
        let context_tokens =
            catalog::find(model).map_or(UNKNOWN_CONTEXT_TOKENS, |model| model.context_tokens);
        let host = url.host_str().unwrap_or_default();
        Endpoint { context_tokens, unbilled: catalog::unbilled_at(provider.as_str(), host) }
    }
}

/// What an exchange came to, with what an adapter may want to look at before it is final.
pub(super) struct Exchanged {
    pub(super) attempt: Attempt,
    /// The body of a refusal, for the adapter's eyes only: it may repeat the prompt.
    pub(super) refusal: Option<Value>,
}

/// Makes the HTTP client of a provider. HTTP/1.1, because a vendor's one HTTP/2 connection would
/// queue whatever is beyond its stream limit, unseen.
pub(super) fn client(provider: ProviderName, connect: Duration) -> Result<Client, Error> {
    Client::builder()
        .http1_only()
        .no_gzip()
        .no_proxy()
        .referer(false)
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .connect_timeout(connect)
        .tcp_keepalive(KEEP_ALIVE)
        .pool_idle_timeout(IDLE_CONNECTION)
        .pool_max_idle_per_host(IDLE_CONNECTIONS)
        .user_agent(concat!("content-factory/", env!("CARGO_PKG_VERSION")))
        .build()
        .map_err(|source| Error::Http { provider, source })
}

/// Sends a request and reads what comes back.
pub(super) async fn exchange<W: Wire>(
    request: RequestBuilder,
    limits: &AttemptLimits,
    endpoint: Endpoint,
) -> Exchanged {
    let started = Instant::now();
    let first_byte = started.checked_add(limits.first_byte).unwrap_or(limits.deadline);
    let sending = sending::send(request, &limits.tenure);
    let response = match tokio::time::timeout_at(first_byte.min(limits.deadline), sending).await {
        Ok(Ok(response)) => response,
        Ok(Err(error)) => return unsent(&error),
        Err(_) if first_byte < limits.deadline => return timed_out(TimedOutStage::FirstByte),
        Err(_) => return timed_out(TimedOutStage::Attempt),
    };
    if response.status().as_u16() != 200 {
        return refused::<W>(response, limits, first_byte, endpoint).await;
    }
    let form = match Form::of(response.headers()) {
        Ok(form) => form,
        Err(reason) => return finished(malformed(reason)),
    };
    let mut reading = Reading { wire: W::default(), started, first_token_after: None, is_usage_final: false };
    let body = Body::new(response, limits, first_byte, limits.max_body_bytes);
    let failed = match form {
        Form::Events => reading.events(body).await.err(),
        Form::Json => reading.whole(body).await.err(),
    };
    reading.finish(failed, endpoint.context_tokens)
}

/// The forms in which an answer may come.
enum Form {
    Events,
    Json,
}

impl Form {
    fn of(headers: &HeaderMap) -> Result<Form, &'static str> {
        if is_packed(headers) {
            return Err("content_encoding");
        }
        let media_type = header(headers, CONTENT_TYPE).split(';').next().unwrap_or_default().trim();
        match media_type.to_ascii_lowercase().as_str() {
            "text/event-stream" => Ok(Form::Events),
            "application/json" => Ok(Form::Json),
            _ => Err("content_type"),
        }
    }
}

fn header(headers: &HeaderMap, name: HeaderName) -> &str {
    headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
}

fn is_packed(headers: &HeaderMap) -> bool {
    !matches!(header(headers, CONTENT_ENCODING), "" | "identity")
}

struct Reading<W> {
    wire: W,
    started: Instant,
    first_token_after: Option<Duration>,
    /// Whether a usage came with the reason why the answer ended, or after it. What comes before counts up
    /// to that moment, and the vendor goes on and bills all of it.
    is_usage_final: bool,
}

impl<W: Wire> Reading<W> {
    async fn events(&mut self, body: Body) -> Result<(), Outcome> {
        let mut events = Events::new(body);
        loop {
            let data = match events.next().await {
                Ok(Some(data)) => data,
                Ok(None) => return Ok(()),
                // What was paid for is whole; only its trailer is missing.
                Err(_) if self.wire.progress() >= Progress::Ended => return Ok(()),
                // Also a break leaves what came before it, for whoever can use the beginning.
                Err(Broken::Connection) if self.wire.progress() == Progress::Writing => return Ok(()),
                Err(Broken::TimedOut(_)) if self.wire.progress() == Progress::Writing => {
                    return Err(Outcome::late(self.wire.text().to_owned()));
                }
                Err(broken) => return Err(outcome_of(broken)),
            };
            if data == "[DONE]" {
                events.drain().await;
                return Ok(());
            }
            self.take(serde_json::from_str(data).map_err(|error| unreadable(&error)))?;
            match self.wire.progress() {
                Progress::Closed => {
                    events.drain().await;
                    return Ok(());
                }
                Progress::Ended => events.expect_end(),
                Progress::Waiting | Progress::Writing => {}
            }
        }
    }

    async fn whole(&mut self, mut body: Body) -> Result<(), Outcome> {
        let bytes = body.all().await.map_err(outcome_of)?;
        let read = |event| W::Event::deserialize(event).map_err(|error| unreadable(&error));
        match serde_json::from_slice(&bytes).map_err(|_| malformed("body_json"))? {
            // Some servers put the events that they would stream into a list.
            Value::Array(events) => events.into_iter().try_for_each(|event| self.take(read(event))),
            event => self.take(read(event)),
        }
    }

    fn take(&mut self, event: Result<W::Event, Outcome>) -> Result<(), Outcome> {
        let is_whole = self.wire.progress() >= Progress::Ended;
        match event.and_then(|event| self.heed(event)) {
            // Whatever is wrong with the trailer, the answer before it was paid for.
            Err(_) if is_whole => Ok(()),
            taken => taken,
        }
    }

    fn heed(&mut self, event: W::Event) -> Result<(), Outcome> {
        let tells_usage = W::tells_usage(&event);
        self.wire.take(event)?;
        self.is_usage_final |= tells_usage && self.wire.progress() >= Progress::Ended;
        if self.first_token_after.is_none() && self.wire.progress() > Progress::Waiting {
            self.first_token_after = Some(self.started.elapsed());
        }
        Ok(())
    }

    fn finish(self, failed: Option<Outcome>, context_tokens: u64) -> Exchanged {
        let (usage, is_usage_absurd) = match self.is_usage_final {
            true => self.wire.usage().checked(context_tokens),
            false => (None, false),
        };
        let written_tokens = self.wire.written_tokens();
        let outcome = failed.unwrap_or_else(|| self.wire.outcome());
        let first_token_after = self.first_token_after;
        let sent = Attempt::without_usage(outcome, Sent::Sent);
        let attempt = Attempt { usage, written_tokens, is_usage_absurd, first_token_after, ..sent };
        Exchanged { attempt, refusal: None }
    }
}

async fn refused<W: Wire>(
    response: Response,
    limits: &AttemptLimits,
    first_byte: Instant,
    endpoint: Endpoint,
) -> Exchanged {
    let status = response.status().as_u16();
    let headers = response.headers().clone();
    let cap = limits.max_body_bytes.min(MAX_ERROR_BYTES);
    // Not every server calls its errors JSON; what is none says nothing.
    let bytes = match is_packed(&headers) {
        false => Body::new(response, limits, first_byte, cap).all().await.unwrap_or_default(),
        true => Vec::new(),
    };
    let body = match serde_json::from_slice(&bytes).unwrap_or(Value::Null) {
        Value::Array(items) => items.into_iter().next().unwrap_or(Value::Null),
        body => body,
    };
    let is_unbilled = endpoint.unbilled.is_some_and(|row| row.covers(status));
    let sent = if is_unbilled { Sent::Unbilled } else { Sent::Sent };
    let attempt = Attempt::without_usage(W::refusal(status, &headers, &body), sent);
    Exchanged { attempt, refusal: Some(body) }
}

fn unsent(error: &reqwest::Error) -> Exchanged {
    if sending::is_kept_back(error) {
        let attempt = Attempt::not_sent(transient("kept_back"));
        return Exchanged { attempt, refusal: None };
    }
    let (outcome, sent) = match (error.is_builder(), error.is_connect(), error.is_timeout()) {
        (true, ..) => (Outcome::BadRequest { fault: Fault::new("request") }, Sent::NotSent),
        (_, true, true) => (Outcome::TimedOut { stage: TimedOutStage::Connect }, Sent::NotSent),
        (_, true, false) => (transient("connect"), Sent::NotSent),
        _ => (transient("connection"), Sent::Sent),
    };
    let exchanged = finished(outcome);
    Exchanged { attempt: Attempt { sent, ..exchanged.attempt }, ..exchanged }
}

fn timed_out(stage: TimedOutStage) -> Exchanged {
    finished(Outcome::TimedOut { stage })
}

fn finished(outcome: Outcome) -> Exchanged {
    Exchanged { attempt: Attempt::without_usage(outcome, Sent::Sent), refusal: None }
}

fn outcome_of(broken: Broken) -> Outcome {
    match broken {
        Broken::TimedOut(stage) => Outcome::TimedOut { stage },
        Broken::Connection => transient("connection"),
        Broken::TooLarge => malformed("too_large"),
        Broken::NoText => malformed("no_text"),
    }
}

fn transient(code: &str) -> Outcome {
    Outcome::Transient { fault: Fault::new(code), retry_after: None }
}

/// Says what is wrong with an event: it is no JSON, or says what no event says.
fn unreadable(error: &serde_json::Error) -> Outcome {
    malformed(if error.is_data() { "event_form" } else { "event_json" })
}

/// Says that what came is no answer.
pub(super) fn malformed(code: &str) -> Outcome {
    Outcome::Malformed { fault: Fault::with_status(200, code) }
}

/// Says what a text amounts to that ended without any reason given.
pub(super) fn unended(text: String) -> Outcome {
    if text.is_empty() {
        return malformed("empty");
    }
    Outcome::Truncated { text, reason: Reason::new("no_finish_reason") }
}

/// Says what a text amounts to that the model finished.
pub(super) fn ended(text: String) -> Outcome {
    if text.trim().is_empty() { malformed("empty") } else { Outcome::Complete { text } }
}
