//! From the call in which something happens to the store: a bounded queue that never makes a call wait, one
//! task that puts events together by the minute, and writes of closed minutes.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tokio::sync::mpsc;
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::minutes::{Entry, Minutes};
use super::{Error, Event, Kind};
use crate::clock::Clock;
use crate::id::EventId;
use crate::store::{self, Collection, Store, Write};
use crate::telemetry::Metrics;

/// Events that wait to be put together: some milliseconds of refusals at full speed.
const QUEUE: usize = 4096;
/// How often is looked whether a minute is over.
const ROUND: Duration = Duration::from_secs(1);
/// Entries of one commit.
const WRITTEN_AT_ONCE: usize = 100;
/// What the last writes may take when the service ends.
const LAST_WRITES: Duration = Duration::from_secs(4);

/// Where events are noted, and asked for. Clones are the same.
#[derive(Clone)]
pub struct Audit(Arc<Held>);

struct Held {
    store: Arc<dyn Store>,
    clock: Clock,
    metrics: Metrics,
    kept: SignedDuration,
    queue: mpsc::Sender<(Timestamp, Event)>,
    /// Events that found the queue full, by their kind.
    lost: [AtomicU64; Kind::ALL.len()],
    minutes: Mutex<Minutes>,
    /// Whether the last write failed, so that the log tells it once.
    is_failing: AtomicBool,
}

/// The task behind [`Audit`].
pub struct Recorder {
    audit: Audit,
    queue: mpsc::Receiver<(Timestamp, Event)>,
}

impl Audit {
    /// Keeps events in that store for so long (`retention.audit`). Nothing is written before the recorder
    /// runs.
    #[must_use]
    pub fn new(
        store: Arc<dyn Store>,
        clock: Clock,
        metrics: Metrics,
        kept: SignedDuration,
    ) -> (Audit, Recorder) {
        let (sender, queue) = mpsc::channel(QUEUE);
        let minutes = Minutes::new(EventId::at(clock.now()).to_string());
        let audit = Audit(Arc::new(Held {
            store,
            clock,
            metrics,
            kept,
            queue: sender,
            lost: std::array::from_fn(|_| AtomicU64::new(0)),
            minutes: Mutex::new(minutes),
            is_failing: AtomicBool::new(false),
        }));
        (audit.clone(), Recorder { audit, queue })
    }

    /// Notes that something happened. Never waits: where the queue is full, the event is counted by its kind.
    pub fn note(&self, event: Event) {
        let kind = event.kind;
        self.0.metrics.security_event(kind.as_str());
        if self.0.queue.try_send((self.0.clock.now(), event)).is_err()
            && let Some(lost) = self.lost(kind)
        {
            lost.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn lost(&self, kind: Kind) -> Option<&AtomicU64> {
        let place = Kind::ALL.iter().position(|known| *known == kind)?;
        self.0.lost.get(place)
    }

    pub(super) fn store(&self) -> &dyn Store {
        self.0.store.as_ref()
    }

    pub(super) fn now(&self) -> Timestamp {
        self.0.clock.now()
    }

    /// Gives what this process has not written yet, newest first.
    pub(super) fn unstored(&self) -> Vec<Entry> {
        self.minutes().unstored()
    }

    /// Entries are whole at every moment.
    fn minutes(&self) -> MutexGuard<'_, Minutes> {
        self.0.minutes.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts what found the queue full, and closes the minutes that are over.
    fn proceed(&self) {
        let now = self.now();
        let mut minutes = self.minutes();
        for (kind, lost) in Kind::ALL.iter().zip(&self.0.lost) {
            match lost.swap(0, Ordering::Relaxed) {
                0 => {}
                count => minutes.lose(now, *kind, count),
            }
        }
        minutes.proceed(now);
    }

    /// Writes what is closed, each entry once. What cannot be written waits for the next round.
    async fn write(&self) {
        loop {
            let entries = self.minutes().unwritten(WRITTEN_AT_ONCE);
            if entries.is_empty() {
                return;
            }
            match self.write_entries(&entries).await {
                Ok(()) => {
                    self.minutes().written(&entries);
                    self.0.is_failing.store(false, Ordering::Relaxed);
                }
                Err(error) => {
                    if !self.0.is_failing.swap(true, Ordering::Relaxed) {
                        tracing::warn!(%error, "security events are not written yet");
                    }
                    return;
                }
            }
        }
    }

    async fn write_entries(&self, entries: &[Entry]) -> Result<(), Error> {
        let writes = entries.iter().map(|entry| self.write_of(entry)).collect::<Result<Vec<_>, _>>()?;
        match self.0.store.commit(writes.clone()).await {
            Ok(_) => return Ok(()),
            // Some of it is there already, from an attempt whose outcome nobody knew.
            Err(store::Error::Conflict { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        for write in writes {
            match self.0.store.commit(vec![write]).await {
                Ok(_) | Err(store::Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    fn write_of(&self, entry: &Entry) -> Result<Write, Error> {
        let payload = serde_json::to_string(entry).map_err(|_| Error::Unreadable)?;
        let until = entry.at.saturating_add(self.0.kept).unwrap_or(Timestamp::MAX);
        let write = Write::put(Collection::Audit, entry.id.as_str())
            .field("at", entry.at)
            .field("kind", entry.kind.as_str())
            .field("principal", entry.principal.as_str())
            .payload(payload)
            .expire_at(until);
        Ok(write.absent())
    }

    async fn write_rounds(&self, stop: &CancellationToken) {
        let mut rounds = tokio::time::interval(ROUND);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        while stop.run_until_cancelled(rounds.tick()).await.is_some() {
            self.proceed();
            self.write().await;
        }
    }
}

impl Recorder {
    /// Puts events together and writes them, until the token ends it; then what is left is written too, the
    /// minute that runs included.
    pub async fn run(self, stop: CancellationToken) {
        let Recorder { audit, mut queue } = self;
        let receive = async {
            while let Some((at, event)) = stop.run_until_cancelled(queue.recv()).await.flatten() {
                audit.minutes().add(at, event);
            }
        };
        tokio::join!(receive, audit.write_rounds(&stop));
        while let Ok((at, event)) = queue.try_recv() {
            audit.minutes().add(at, event);
        }
        audit.proceed();
        audit.minutes().close();
        if tokio::time::timeout(LAST_WRITES, audit.write()).await.is_err() {
            tracing::warn!("the last security events were not written in time");
        }
    }
}

impl std::fmt::Debug for Audit {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Audit")
    }
}

impl std::fmt::Debug for Recorder {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Recorder")
    }
}
