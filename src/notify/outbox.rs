//! The messages that wait and those that are done: what is due, taking one for an attempt, what came
//! of it, listing and replaying.
//!
//! Whoever takes a message moves its due time on by a lease, by compare-and-set: nobody else sends it
//! meanwhile, and if this process dies, another sends it when the lease is over, the same bytes under
//! the same id.

use std::time::Duration;

use jiff::{SignedDuration, Timestamp};

use super::courier::Outcome;
use super::schedule::wait_after;
use super::{Error, Message, Problem, State, Webhooks};
use crate::id::{JobId, KeyId, MessageId};
use crate::store::{self, Collection, Cursor, Document, Query, Write};

/// Which messages are listed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ListQuery {
    /// Only those that stand there.
    pub state: Option<State>,
    /// How many at most, 1 to 100.
    pub limit: usize,
    /// Where the page begins: what the page before gave as its `next_cursor`.
    pub cursor: Option<String>,
}

/// One page of messages, newest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// What is on it.
    pub items: Vec<Message>,
    /// Where the next page begins; `None` at the end.
    pub next_cursor: Option<String>,
}

/// What is due, and when something is again.
pub(super) struct Due {
    pub(super) messages: Vec<Message>,
    /// When the next one is due; `None` if nothing more waits, or more is due than was asked for.
    pub(super) next: Option<Timestamp>,
}

/// How much longer than an attempt may take a message stays with whoever took it: as long as the first wait
/// of the schedule, so that an attempt whose sender died is followed like one that failed. Where the clocks
/// of two instances differ by more, a message may go out twice, the same bytes under the same id.
const LEASE_BEYOND_ATTEMPT: Duration = Duration::from_secs(5);
/// How long a message is put off whose receiver is slow, and up to as much longer at random.
const POSTPONED: Duration = Duration::from_secs(30);
const MAX_LISTED: usize = 100;
/// Messages of one job that are read at most: one for each of its ends, so a few.
const MAX_OF_JOB: usize = 1000;

impl Webhooks {
    /// Lists messages of the key, newest first.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`], [`Error::Store`].
    pub async fn messages(&self, owner: KeyId, query: &ListQuery) -> Result<Page, Error> {
        let mut wanted = Query::descending(Collection::Outbox, "created_at")
            .equal("owner", owner.to_string())
            .limit(query.limit.clamp(1, MAX_LISTED));
        if let Some(state) = query.state {
            wanted = wanted.equal("state", state.as_str());
        }
        if let Some(cursor) = &query.cursor {
            wanted = wanted.after(cursor.parse::<Cursor>()?);
        }
        let page = self.store.query(wanted).await?;
        let items = page.documents.iter().filter_map(|document| Message::read(document).ok()).collect();
        Ok(Page { items, next_cursor: page.next.map(|cursor| cursor.to_string()) })
    }

    /// Reads the messages about a job, oldest first.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn messages_about(&self, job: JobId) -> Result<Vec<Message>, Error> {
        let query = Query::ascending(Collection::Outbox, "created_at").equal("job", job.to_string());
        let page = self.store.query(query.limit(MAX_OF_JOB)).await?;
        Ok(page.documents.iter().filter_map(|document| Message::read(document).ok()).collect())
    }

    /// Sends a message that was delivered or given up again, with the same id and the same bytes.
    ///
    /// # Errors
    /// [`Error::NoMessage`] if the key has no such message; [`Error::Pending`] if it still waits;
    /// [`Error::Damaged`] if nobody knows any more what it said;
    /// [`Error::Store`].
    pub async fn replay(&self, owner: KeyId, id: MessageId) -> Result<Message, Error> {
        let document = self.store.get(Collection::Outbox, &id.to_string()).await?;
        let mut message = document.as_ref().map(Message::read).transpose()?.ok_or(Error::NoMessage)?;
        if message.owner != owner {
            return Err(Error::NoMessage);
        }
        if message.state == State::Pending {
            return Err(Error::Pending);
        }
        if message.last_problem == Some(Problem::Damaged) {
            return Err(Error::Damaged);
        }
        message.state = State::Pending;
        message.attempts = 0;
        message.due_at = Some(self.clock.now());
        match self.put(message).await? {
            Some(message) => {
                self.wake.notify_one();
                Ok(message)
            }
            // Somebody else replayed it, or it was deleted with its job.
            None => Err(Error::Pending),
        }
    }

    /// Reads what is due, the longest due first.
    pub(super) async fn due(&self, limit: usize) -> Result<Due, Error> {
        let query = Query::ascending(Collection::Outbox, "due_at").limit(limit.clamp(1, MAX_LISTED));
        let page = self.store.query(query).await?;
        let now = self.clock.now();
        let (mut messages, mut next) = (Vec::new(), None);
        for document in page.documents {
            match document.timestamp("due_at").filter(|due_at| *due_at > now) {
                Some(later) => {
                    next = Some(later);
                    break;
                }
                None => match Message::read(&document) {
                    Ok(message) => messages.push(message),
                    Err(_) => self.set_aside(document).await?,
                },
            }
        }
        Ok(Due { messages, next })
    }

    /// Takes a damaged message out of the way of the others: as far as it is known whose it is, it stands
    /// among the dead ones, and it expires like them.
    async fn set_aside(&self, document: Document) -> Result<(), Error> {
        tracing::error!(message = document.id, "a message of the outbox cannot be read and is set aside");
        let write = match Message::remains(&document) {
            Some(remains) => remains.write()?.at_version(document.version),
            None => Write::replace(document).without("due_at"),
        };
        match self.store.commit(vec![write.expire_at(self.kept_until())]).await {
            Ok(_) | Err(store::Error::Conflict { .. }) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Takes a due message for an attempt; `None` if somebody else did.
    pub(super) async fn take(&self, mut message: Message) -> Result<Option<Message>, Error> {
        let now = self.clock.now();
        let lease = self.config.timeout().saturating_add(LEASE_BEYOND_ATTEMPT);
        message.attempts = message.attempts.saturating_add(1);
        message.last_attempt_at = Some(now);
        message.due_at = Some(later(now, lease));
        self.put(message).await
    }

    /// Puts off a due message whose receiver is slow, without an attempt, so that it is in nobody's way.
    pub(super) async fn postpone(&self, mut message: Message) -> Result<(), Error> {
        let wait = POSTPONED + POSTPONED * u32::from(chance()) / u32::from(u16::MAX);
        message.due_at = Some(later(self.clock.now(), wait));
        self.put(message).await.map(drop)
    }

    fn kept_until(&self) -> Timestamp {
        self.clock.now().saturating_add(self.config.kept).unwrap_or(Timestamp::MAX)
    }

    /// Writes what came of an attempt. If somebody else has the message now, or it was deleted, that
    /// stands.
    pub(super) async fn conclude(&self, mut message: Message, outcome: Outcome) -> Result<State, Error> {
        let now = self.clock.now();
        let (status, problem) = match outcome {
            Outcome::Delivered(status) => (Some(status), None),
            Outcome::Failed(problem, status) => (status, Some(problem)),
        };
        message.last_status = status;
        message.last_problem = problem;
        message.due_at = problem.filter(|problem| problem.may_pass()).and_then(|_| {
            let wait = wait_after(message.attempts, chance())?;
            Some(later(now, wait))
        });
        message.state = match (problem, message.due_at) {
            (None, _) => State::Delivered,
            (Some(_), Some(_)) => State::Pending,
            (Some(_), None) => State::Dead,
        };
        let state = message.state;
        self.put(message).await?;
        Ok(state)
    }

    /// Puts a message in the place of the version it was read at; `None` if that is not there any
    /// more. What is done expires.
    async fn put(&self, mut message: Message) -> Result<Option<Message>, Error> {
        let write = message.write()?.at_version(message.version);
        let write = match message.state {
            State::Pending => write,
            State::Delivered | State::Dead => write.expire_at(self.kept_until()),
        };
        match self.store.commit(vec![write]).await {
            Ok(versions) => {
                message.version = versions.first().copied().unwrap_or_default();
                Ok(Some(message))
            }
            Err(store::Error::Conflict { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }
}

impl Problem {
    /// Tells whether another attempt may go better.
    const fn may_pass(self) -> bool {
        match self {
            Problem::Status | Problem::Redirect | Problem::TimedOut | Problem::Unreachable => true,
            // A name may lead elsewhere tomorrow, and a key may be put back into the settings.
            Problem::AddressRefused | Problem::Unsigned => true,
            Problem::Gone | Problem::AddressDisabled | Problem::Damaged => false,
        }
    }
}

fn later(now: Timestamp, wait: Duration) -> Timestamp {
    let wait = SignedDuration::try_from(wait).unwrap_or(SignedDuration::MAX);
    now.saturating_add(wait).unwrap_or(Timestamp::MAX)
}

/// Draws the random part of a wait; none where the machine gives no random numbers.
fn chance() -> u16 {
    let mut bytes = [0_u8; 2];
    getrandom::fill(&mut bytes).map_or(0, |()| u16::from_le_bytes(bytes))
}
