//! The loop that empties the outbox: looks for what is due, takes it, sends it, writes what came of
//! it. Any number of instances may run one over the same store.

use std::time::Duration;

use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use super::courier::{Courier, Letter, Outcome};
use super::lanes::{self, Lanes, Room};
use super::resolver::{self, Lookup};
use super::{Error, Message, Problem, State, Webhooks, signature};
use crate::store::{Change, Collection, Watch};
use crate::telemetry::Metrics;

/// How often the outbox is looked at without being told to; messages whose time has come by then are
/// sent when it has.
const LOOK_EVERY: Duration = Duration::from_secs(30);
/// Due messages that are looked at together: more than there is room for, as some receivers may have none.
const LOOKED_AT: usize = 100;
/// How long to wait when the store could not be read.
const AFTER_FAILURE: Duration = Duration::from_secs(5);
/// How long attempts may go on after the service was told to stop; what is cut off is sent again by
/// the next start, when its lease is over.
const LAST_ATTEMPTS: Duration = Duration::from_secs(2);

/// Sends what the outbox holds. Clones share everything.
#[derive(Clone)]
pub struct Dispatcher {
    webhooks: Webhooks,
    courier: Courier,
    lanes: Lanes,
    metrics: Metrics,
}

impl Dispatcher {
    /// Makes the client that messages are sent with.
    ///
    /// # Errors
    /// [`Error::Http`] if it cannot be made.
    pub fn new(webhooks: Webhooks) -> Result<Dispatcher, Error> {
        Dispatcher::with_lookup(webhooks, resolver::system())
    }

    pub(super) fn with_lookup(webhooks: Webhooks, lookup: Lookup) -> Result<Dispatcher, Error> {
        let courier = Courier::new(&webhooks.config, lookup)?;
        Ok(Dispatcher { webhooks, courier, lanes: Lanes::default(), metrics: Metrics::new() })
    }

    /// Counts in those metrics from now on.
    #[must_use]
    pub fn counting_in(self, metrics: Metrics) -> Dispatcher {
        Dispatcher { metrics, ..self }
    }

    /// Sends messages as they become due, until `stop`.
    pub async fn run(self, stop: CancellationToken) {
        let mut watch = self.webhooks.store.watch(Collection::Outbox);
        let mut under_way = JoinSet::new();
        loop {
            let wait = self.begin_due(&mut under_way).await;
            tokio::select! {
                () = stop.cancelled() => break,
                Some(_) = under_way.join_next() => {}
                () = something_new(&mut watch) => {}
                () = self.webhooks.wake.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
        let ending = async { while under_way.join_next().await.is_some() {} };
        if tokio::time::timeout(LAST_ATTEMPTS, ending).await.is_err() {
            tracing::info!("messages under way are cut off and go out again later");
        }
    }

    /// Begins attempts of what is due, as far as there is room, and says when to look again.
    async fn begin_due(&self, under_way: &mut JoinSet<()>) -> Duration {
        match self.try_begin_due(under_way).await {
            Ok(wait) => wait,
            Err(error) => {
                tracing::error!(%error, "the outbox could not be read");
                AFTER_FAILURE
            }
        }
    }

    pub(super) async fn try_begin_due(&self, under_way: &mut JoinSet<()>) -> Result<Duration, Error> {
        let room = self.webhooks.config.max_in_flight.saturating_sub(under_way.len());
        if room == 0 {
            // The next one that ends wakes the loop.
            return Ok(LOOK_EVERY);
        }
        let due = self.webhooks.due(LOOKED_AT).await?;
        let next = due.next.map(|next| {
            Duration::try_from(next.duration_since(self.webhooks.clock.now())).unwrap_or(Duration::ZERO)
        });
        let most = self.webhooks.config.max_in_flight_per_receiver;
        let (mut taken, mut crowded, mut postponed) = (0_usize, false, false);
        for message in due.messages {
            if taken >= room {
                break;
            }
            let ticket = match self.lanes.enter(&message, most) {
                Room::Taken(ticket) => ticket,
                Room::Soon => {
                    crowded = true;
                    continue;
                }
                Room::Late => {
                    self.webhooks.postpone(message).await?;
                    postponed = true;
                    continue;
                }
            };
            if let Some(message) = self.webhooks.take(message).await? {
                taken = taken.saturating_add(1);
                let dispatcher = self.clone();
                under_way.spawn(async move {
                    dispatcher.send(message).await;
                    drop(ticket);
                });
            }
        }
        // Where everything that is due fitted, `next` is known; where not, what is under way makes
        // room. If others took all of it, the queue behind it is looked at soon.
        let unknown = if taken == 0 { AFTER_FAILURE } else { LOOK_EVERY };
        let wait = next.unwrap_or(if postponed { Duration::ZERO } else { unknown }).min(LOOK_EVERY);
        Ok(if crowded { wait.min(lanes::SLOW) } else { wait })
    }

    /// Sends a message that was taken, and writes what came of it.
    pub(super) async fn send(&self, message: Message) {
        let outcome = self.attempt(&message).await;
        self.metrics.webhook_attempted(outcome.as_str());
        let (id, job, attempts) = (message.id, message.job, message.attempts);
        if let Outcome::Failed(Problem::Gone, _) = outcome
            && let Err(error) = self.webhooks.disable(message.owner, &message.url).await
        {
            tracing::error!(message = %id, %error, "an address could not be disabled");
        }
        match self.webhooks.conclude(message, outcome).await {
            Ok(State::Dead) => {
                self.metrics.webhook_given_up();
                tracing::warn!(message = %id, %job, attempts, ?outcome, "a message was given up")
            }
            Ok(state) => {
                tracing::info!(message = %id, %job, attempts, ?outcome, state = state.as_str(), "a message was sent")
            }
            Err(error) => {
                tracing::error!(message = %id, %error, "what came of a message could not be written; it goes out again")
            }
        }
    }

    pub(super) async fn attempt(&self, message: &Message) -> Outcome {
        let endpoint = match self.webhooks.ensure_endpoint(message.owner).await {
            Ok((endpoint, _)) => endpoint,
            Err(error) => {
                tracing::error!(message = %message.id, %error, "a message could not be signed");
                return Outcome::Failed(Problem::Unsigned, None);
            }
        };
        if endpoint.is_disabled(&message.url) {
            return Outcome::Failed(Problem::AddressDisabled, None);
        }
        let id = message.id.to_string();
        let timestamp = self.webhooks.clock.now().as_second();
        let Some(signatures) = signature::sign(&endpoint.secrets(), &id, timestamp, &message.body) else {
            return Outcome::Failed(Problem::Unsigned, None);
        };
        let (url, body) = (message.url.as_str(), message.body.as_str());
        self.courier.deliver(&Letter { url, id: &id, timestamp, signatures: &signatures, body }).await
    }
}

/// Waits until the outbox has a message that was not there before, as far as the store can tell.
async fn something_new(watch: &mut Watch) {
    let Watch::Changes(changes) = watch else { return std::future::pending().await };
    loop {
        match changes.next().await {
            // Later versions are attempts and what came of them.
            Some(Change::Put { version: 1, .. } | Change::Missed) => return,
            Some(Change::Put { .. } | Change::Deleted { .. }) => {}
            None => return std::future::pending().await,
        }
    }
}

impl std::fmt::Debug for Dispatcher {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Dispatcher")
    }
}
