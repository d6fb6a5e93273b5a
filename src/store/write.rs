//! A write and what it expects, built up in one expression:
//! `Write::put(Collection::Jobs, id).field("owner", owner).payload(json).absent()`.

use std::collections::BTreeSet;
use std::fmt;

use jiff::Timestamp;

use super::document::{Document, Fields, Value, microseconds};
use super::{
    Collection, Error, MAX_BATCH_BYTES, MAX_BATCH_WRITES, MAX_FIELD_BYTES, MAX_ID_BYTES, MAX_PAYLOAD_BYTES,
};

/// What a write expects of the document before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Precondition {
    /// It does not exist.
    Absent,
    /// It exists and has this version.
    AtVersion(u64),
    /// Nothing.
    #[default]
    Any,
}

/// One write of a batch: puts a whole document in the place of what is there, changes how long it is kept,
/// or deletes it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Write {
    pub(super) collection: Collection,
    pub(super) id: String,
    pub(super) precondition: Precondition,
    pub(super) action: Action,
    pub(super) content: Content,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Action {
    Put,
    Keep,
    Delete,
}

/// What a put leaves behind. Debug output tells the size of the payload only.
#[derive(Clone, Default, PartialEq, Eq)]
pub(super) struct Content {
    pub(super) schema_version: u32,
    pub(super) fields: Fields,
    pub(super) expire_at: Option<Timestamp>,
    pub(super) payload: String,
}

impl fmt::Debug for Content {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Content { schema_version, fields, expire_at, payload } = self;
        formatter
            .debug_struct("Content")
            .field("schema_version", schema_version)
            .field("fields", fields)
            .field("expire_at", expire_at)
            .field("payload_bytes", &payload.len())
            .finish()
    }
}

impl Write {
    /// Begins a write that puts a whole document, with an empty payload, no fields, schema version
    /// 1, no expiry and no expectation until they are given.
    #[must_use]
    pub fn put(collection: Collection, id: impl Into<String>) -> Write {
        let content = Content { schema_version: 1, ..Content::default() };
        Write { collection, id: id.into(), precondition: Precondition::Any, action: Action::Put, content }
    }

    /// Begins a write that puts a document that was read back with changes, provided that nobody
    /// wrote it in between.
    #[must_use]
    pub fn replace(document: Document) -> Write {
        let Document { collection, id, version, schema_version, fields, expire_at, payload } = document;
        let content = Content { schema_version, fields, expire_at, payload };
        let precondition = Precondition::AtVersion(version);
        Write { collection, id, precondition, action: Action::Put, content }
    }

    /// Begins a write that changes from when on a document is gone, `None` for never, and nothing else of it.
    /// Where none is, it is done already, unless the write expects a version.
    #[must_use]
    pub fn keep(collection: Collection, id: impl Into<String>, until: Option<Timestamp>) -> Write {
        let content = Content { expire_at: until.map(microseconds), ..Content::default() };
        Write { collection, id: id.into(), precondition: Precondition::Any, action: Action::Keep, content }
    }

    /// Begins a write that deletes a document. Where none is, it is done already, unless the write
    /// expects a version.
    #[must_use]
    pub fn delete(collection: Collection, id: impl Into<String>) -> Write {
        let (precondition, action) = (Precondition::Any, Action::Delete);
        Write { collection, id: id.into(), precondition, action, content: Content::default() }
    }

    /// Sets an indexed field; moments are cut to microseconds.
    #[must_use]
    pub fn field(mut self, name: &'static str, value: impl Into<Value>) -> Write {
        self.content.fields.insert(name, value.into().kept());
        self
    }

    /// Takes an indexed field away, and the document out of the indexes that order by it.
    #[must_use]
    pub fn without(mut self, name: &'static str) -> Write {
        self.content.fields.remove(name);
        self
    }

    /// Sets the payload.
    #[must_use]
    pub fn payload(mut self, payload: impl Into<String>) -> Write {
        self.content.payload = payload.into();
        self
    }

    /// Sets the version of the payload's form.
    #[must_use]
    pub fn schema_version(mut self, schema_version: u32) -> Write {
        self.content.schema_version = schema_version;
        self
    }

    /// Sets from when on the document is gone; cut to microseconds.
    #[must_use]
    pub fn expire_at(mut self, expire_at: Timestamp) -> Write {
        self.content.expire_at = Some(microseconds(expire_at));
        self
    }

    /// Expects that the document does not exist.
    #[must_use]
    pub fn absent(mut self) -> Write {
        self.precondition = Precondition::Absent;
        self
    }

    /// Expects that the document has this version.
    #[must_use]
    pub fn at_version(mut self, version: u64) -> Write {
        self.precondition = Precondition::AtVersion(version);
        self
    }

    /// Names the collection written to.
    #[must_use]
    pub fn collection(&self) -> Collection {
        self.collection
    }

    /// Names the document written.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Holds the expectation against the version that is there, and gives the one that will be.
    pub(super) fn next_version(&self, current: Option<u64>) -> Result<u64, Error> {
        let met = match self.precondition {
            Precondition::Absent => current.is_none(),
            Precondition::AtVersion(version) => current == Some(version),
            Precondition::Any => true,
        };
        match (met, self.action) {
            (false, _) => Err(Error::Conflict { collection: self.collection, id: self.id.clone() }),
            (true, Action::Delete) => Ok(0),
            (true, Action::Keep) => Ok(current.map_or(0, |version| version.saturating_add(1))),
            (true, Action::Put) => Ok(current.unwrap_or(0).saturating_add(1)),
        }
    }

    fn check(&self) -> Result<(), Error> {
        check_id(&self.id)?;
        within("bytes of a payload", self.content.payload.len(), MAX_PAYLOAD_BYTES)?;
        for (name, value) in &self.content.fields {
            check_value(self.collection, name, value)?;
        }
        match self.action {
            Action::Delete if self.content != Content::default() => {
                Err(Error::Invalid("a delete carries no content"))
            }
            Action::Delete if self.precondition == Precondition::Absent => {
                Err(Error::Invalid("a delete cannot expect that nothing is there"))
            }
            Action::Keep
                if self.content != (Content { expire_at: self.content.expire_at, ..Content::default() }) =>
            {
                Err(Error::Invalid("a change of how long a document is kept carries no content"))
            }
            Action::Keep if self.precondition == Precondition::Absent => {
                Err(Error::Invalid("what is kept longer cannot be expected to be absent"))
            }
            Action::Delete | Action::Keep | Action::Put => Ok(()),
        }
    }
}

/// Refuses a batch that is beyond a bound or that no backend could follow.
pub(super) fn check_batch(writes: &[Write]) -> Result<(), Error> {
    within("writes of a batch", writes.len(), MAX_BATCH_WRITES)?;
    let bytes = writes.iter().fold(0_usize, |sum, write| sum.saturating_add(write.content.payload.len()));
    let mut named = BTreeSet::new();
    for write in writes {
        write.check()?;
        if !named.insert((write.collection, write.id.as_str())) {
            return Err(Error::Invalid("a batch writes each document once"));
        }
    }
    within("bytes of a batch", bytes, MAX_BATCH_BYTES)
}

/// Refuses ids that some backend could not keep, or that would not stand in a path.
pub(super) fn check_id(id: &str) -> Result<(), Error> {
    within("bytes of an id", id.len(), MAX_ID_BYTES)?;
    let unfit = id.is_empty()
        || id.starts_with('.')
        || id.starts_with("__")
        || id.chars().any(|letter| letter == '/' || letter.is_control());
    if unfit {
        return Err(Error::Invalid(
            "an id is not empty, begins with no dot or two underscores and holds no slash or control character",
        ));
    }
    Ok(())
}

/// Refuses values that the collection does not declare.
pub(super) fn check_value(collection: Collection, name: &'static str, value: &Value) -> Result<(), Error> {
    let declared = collection.field(name).is_some_and(|field| field.field_type == value.field_type());
    match value {
        _ if !declared => Err(Error::WrongField { collection, field: name }),
        Value::Text(text) => within("bytes of a field", text.len(), MAX_FIELD_BYTES),
        Value::Integer(_) | Value::Bool(_) | Value::Timestamp(_) => Ok(()),
    }
}

/// Refuses what is beyond its bound.
pub(super) fn within(what: &'static str, actual: usize, most: usize) -> Result<(), Error> {
    if actual > most { Err(Error::TooLarge { what, actual, most }) } else { Ok(()) }
}
