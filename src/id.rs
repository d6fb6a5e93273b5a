//! Names of things: UUIDs of version 7, which sort by the time they were made, one type for each
//! kind of thing so that a job id never stands where a key id is meant.

use std::fmt;
use std::marker::PhantomData;
use std::str::FromStr;

use jiff::Timestamp;
use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Names one thing of the kind `Of`. Written as 36 characters, hyphenated, lower case.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String", bound = "Of: Clone")]
pub struct Id<Of>(Uuid, PhantomData<Of>);

/// Names a job.
pub type JobId = Id<Job>;
/// Names jobs that were accepted together.
pub type BatchId = Id<Batch>;
/// Names an API key; it stays when the secret is rotated.
pub type KeyId = Id<Key>;
/// Names one HTTP request.
pub type RequestId = Id<Request>;
/// Names an event of a job.
pub type EventId = Id<Event>;
/// Names a message that waits in the outbox.
pub type MessageId = Id<Message>;

/// Marks the id of a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Job {}
/// Marks the id of a batch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Batch {}
/// Marks the id of an API key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {}
/// Marks the id of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Request {}
/// Marks the id of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Event {}
/// Marks the id of an outbox message.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Message {}

/// Says that a text is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("an id is a uuid of 36 characters with hyphens")]
pub struct InvalidId;

impl<Of> Id<Of> {
    /// Makes a new id that carries the millisecond `now`; the rest is random, so ids of the same
    /// millisecond sort in no particular order. A time before 1970 counts as 1970.
    #[must_use]
    pub fn at(now: Timestamp) -> Self {
        let (seconds, nanoseconds) =
            match (u64::try_from(now.as_second()), u32::try_from(now.subsec_nanosecond())) {
                (Ok(seconds), Ok(nanoseconds)) => (seconds, nanoseconds),
                _ => (0, 0),
            };
        let time = uuid::Timestamp::from_unix(uuid::NoContext, seconds, nanoseconds);
        Id(Uuid::new_v7(time), PhantomData)
    }

    /// Wraps a UUID that was made elsewhere, of any version.
    #[must_use]
    pub fn from_uuid(uuid: Uuid) -> Self {
        Id(uuid, PhantomData)
    }

    /// Gives the UUID itself.
    #[must_use]
    pub fn uuid(&self) -> Uuid {
        self.0
    }
}

impl<Of> fmt::Display for Id<Of> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.as_hyphenated(), out)
    }
}

impl<Of> fmt::Debug for Id<Of> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

impl<Of> FromStr for Id<Of> {
    type Err = InvalidId;

    // One spelling only: the other forms that UUID readers accept would give one thing two names.
    fn from_str(text: &str) -> Result<Self, InvalidId> {
        if text.len() != 36 {
            return Err(InvalidId);
        }
        Uuid::try_parse(text).map(Id::from_uuid).map_err(|_| InvalidId)
    }
}

impl<Of> TryFrom<String> for Id<Of> {
    type Error = InvalidId;

    fn try_from(text: String) -> Result<Self, InvalidId> {
        text.parse()
    }
}

impl<Of> From<Id<Of>> for String {
    fn from(id: Id<Of>) -> String {
        id.to_string()
    }
}

impl<Of> JsonSchema for Id<Of> {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Id".into()
    }

    fn json_schema(_generator: &mut SchemaGenerator) -> Schema {
        json_schema!({ "type": "string", "format": "uuid" })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_later_milliseconds_sort_later() {
        let early = JobId::at(Timestamp::from_millisecond(1_700_000_000_000).unwrap());
        let late = JobId::at(Timestamp::from_millisecond(1_700_000_000_001).unwrap());
        assert!(early < late);
        assert!(early.to_string() < late.to_string());
        assert_eq!(early.uuid().get_version_num(), 7);
    }

    #[test]
    fn two_ids_of_one_moment_differ() {
        assert_ne!(JobId::at(Timestamp::UNIX_EPOCH), JobId::at(Timestamp::UNIX_EPOCH));
        assert_ne!(JobId::at(Timestamp::MIN), JobId::at(Timestamp::MIN));
    }

    #[test]
    fn an_id_survives_text_and_json() {
        let id = KeyId::at(Timestamp::now());
        assert_eq!(id.to_string().parse::<KeyId>(), Ok(id));
        let json = serde_json::to_string(&id).unwrap();
        assert_eq!(json, format!("\"{id}\""));
        assert_eq!(serde_json::from_str::<KeyId>(&json).unwrap(), id);
    }

    #[test]
    fn other_spellings_of_a_uuid_are_refused() {
        let id = JobId::at(Timestamp::now());
        let (plain, simple) = (id.to_string(), id.uuid().simple().to_string());
        for text in
            [format!("{{{plain}}}"), format!("urn:uuid:{plain}"), simple, String::new(), "x".repeat(36)]
        {
            assert_eq!(text.parse::<JobId>(), Err(InvalidId), "{text}");
        }
        assert_eq!(plain.to_uppercase().parse::<JobId>().unwrap().to_string(), plain);
    }
}
