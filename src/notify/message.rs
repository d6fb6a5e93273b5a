//! A message: what is told, to whom, and how far its delivery is. It lies in the outbox as one
//! document, with the very bytes that are sent, so that one id never stands for two contents.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::Error;
use crate::id::{JobId, KeyId, MessageId};
use crate::store::{Collection, Document, Write};

/// Something that is to be told.
#[derive(Clone, Debug)]
pub struct Told<'a> {
    /// The key that it is told to, and whose secret signs it.
    pub owner: KeyId,
    /// The job that it is about.
    pub job: JobId,
    /// What happened, for instance `job.completed`.
    pub event: &'static str,
    /// When it happened.
    pub at: Timestamp,
    /// Where it is sent.
    pub url: &'a str,
    /// What is said about it.
    pub data: Value,
}

/// A message of the outbox.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// Its name: the `webhook-id`.
    pub id: MessageId,
    /// Whose it is.
    pub owner: KeyId,
    /// Which job it is about.
    pub job: JobId,
    /// What happened.
    pub event: String,
    /// Where it is sent.
    pub url: String,
    /// What is sent, to the byte.
    pub body: String,
    /// When it came about.
    pub created_at: Timestamp,
    /// How far its delivery is.
    pub state: State,
    /// Attempts that were begun.
    pub attempts: u32,
    /// When it is sent next; while an attempt is under way, when another would take over.
    pub due_at: Option<Timestamp>,
    /// When the last attempt was begun.
    pub last_attempt_at: Option<Timestamp>,
    /// What the receiver answered last.
    pub last_status: Option<u16>,
    /// Why the last attempt failed.
    pub last_problem: Option<Problem>,
    /// Counts the writes of its document.
    #[serde(skip)]
    pub(super) version: u64,
}

/// Says how far the delivery of a message is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeliveryStatus")]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// It will be sent.
    Pending,
    /// A receiver took it.
    Delivered,
    /// It was given up; it can be replayed.
    Dead,
}

/// Says why an attempt failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "DeliveryProblem")]
#[serde(rename_all = "snake_case")]
pub enum Problem {
    /// The receiver answered with a status other than 2xx.
    Status,
    /// The receiver answered with a redirect, which is not followed.
    Redirect,
    /// The receiver answered 410: it wants no more, and the address is disabled for the key.
    Gone,
    /// The receiver had answered 410 before.
    AddressDisabled,
    /// The address leads where no message may go.
    AddressRefused,
    /// The receiver was too slow.
    TimedOut,
    /// No connection, or it broke.
    Unreachable,
    /// The message could not be signed: a fault of the service.
    Unsigned,
    /// What it said is lost: its record was damaged.
    Damaged,
}

impl Problem {
    /// Returns the name used on the wire, in the store and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Problem::Status => "status",
            Problem::Redirect => "redirect",
            Problem::Gone => "gone",
            Problem::AddressDisabled => "address_disabled",
            Problem::AddressRefused => "address_refused",
            Problem::TimedOut => "timed_out",
            Problem::Unreachable => "unreachable",
            Problem::Unsigned => "unsigned",
            Problem::Damaged => "damaged",
        }
    }
}

impl State {
    const ALL: [State; 3] = [State::Pending, State::Delivered, State::Dead];

    /// Returns the name used on the wire and in the store.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            State::Pending => "pending",
            State::Delivered => "delivered",
            State::Dead => "dead",
        }
    }

    /// Finds the state of that name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == name)
    }
}

impl Message {
    /// Makes the write that puts a new message into the outbox; it belongs into the commit of what it
    /// tells of.
    ///
    /// # Errors
    /// [`Error::Unreadable`] if it cannot be written as JSON.
    pub fn compose(told: &Told<'_>) -> Result<Write, Error> {
        let Told { owner, job, event, at, url, data } = told;
        let body = json!({ "type": event, "timestamp": at, "data": data }).to_string();
        let message = Message {
            id: MessageId::at(*at),
            owner: *owner,
            job: *job,
            event: (*event).to_owned(),
            url: (*url).to_owned(),
            body,
            created_at: *at,
            state: State::Pending,
            attempts: 0,
            due_at: Some(*at),
            last_attempt_at: None,
            last_status: None,
            last_problem: None,
            version: 0,
        };
        Ok(message.write()?.absent())
    }

    /// Makes the write that puts the message as it is, without an expectation.
    pub(super) fn write(&self) -> Result<Write, Error> {
        let payload = serde_json::to_string(self).map_err(|_| Error::Unreadable)?;
        let write = Write::put(Collection::Outbox, self.id.to_string())
            .field("owner", self.owner.to_string())
            .field("job", self.job.to_string())
            .field("state", self.state.as_str())
            .field("created_at", self.created_at)
            .payload(payload);
        Ok(match self.due_at {
            Some(due_at) => write.field("due_at", due_at),
            None => write,
        })
    }

    /// Makes of a document that cannot be read the message that its fields still tell of: a dead one.
    pub(super) fn remains(document: &Document) -> Option<Message> {
        Some(Message {
            id: document.id.parse().ok()?,
            owner: document.text("owner")?.parse().ok()?,
            job: document.text("job")?.parse().ok()?,
            event: String::new(),
            url: String::new(),
            body: String::new(),
            created_at: document.timestamp("created_at")?,
            state: State::Dead,
            attempts: 0,
            due_at: None,
            last_attempt_at: None,
            last_status: None,
            last_problem: Some(Problem::Damaged),
            version: document.version,
        })
    }

    pub(super) fn read(document: &Document) -> Result<Message, Error> {
        let mut message: Message = serde_json::from_str(&document.payload).map_err(|_| Error::Unreadable)?;
        message.version = document.version;
        Ok(message)
    }
}
