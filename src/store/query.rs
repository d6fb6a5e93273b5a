//! A question to one collection, and the page that answers it:
//! `Query::descending(Collection::Jobs, "created_at").equal("owner", owner).limit(50)`.

use std::fmt;
use std::str::FromStr;

use super::document::{Document, Fields, Value};
use super::indexes::{FieldType, INDEXES, Index};
use super::write::{check_value, within};
use super::{Collection, Error, MAX_FIELD_BYTES, MAX_ID_BYTES, MAX_QUERY_LIMIT};

const DEFAULT_LIMIT: usize = 100;
// Two hexadecimal digits a byte, each of which JSON may write as up to six, and the brackets.
const MAX_CURSOR_BYTES: usize = 2 * (6 * (MAX_FIELD_BYTES + MAX_ID_BYTES) + 64);

/// Asks for documents of a collection that equal the given values, in order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Query {
    pub(super) collection: Collection,
    pub(super) equal: Fields,
    pub(super) order: &'static str,
    pub(super) direction: Direction,
    pub(super) start: Start,
    pub(super) limit: usize,
}

/// Which way a query runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Smallest, oldest first.
    Ascending,
    /// Largest, newest first.
    Descending,
}

/// Where a page begins.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Start {
    Beginning,
    /// Past this document, ties included.
    After(Cursor),
    /// Past every document with this value.
    Beyond(Value),
}

/// Marks the end of a page; the next one begins after it. As text it is safe in a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    pub(super) order: Value,
    pub(super) id: String,
}

/// The documents that answer a query.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// At most as many as the query's limit.
    pub documents: Vec<Document>,
    /// Ids of documents that belong on it and are not as they were written. They are left out, so that one
    /// damaged document does not hold up all others, and told of in the log.
    pub damaged: Vec<String>,
    /// Where the next page begins, `None` when there is none.
    pub next: Option<Cursor>,
}

impl Query {
    /// Asks for the smallest values of `order` first, at most 100 until a limit is given.
    #[must_use]
    pub fn ascending(collection: Collection, order: &'static str) -> Query {
        Query::new(collection, order, Direction::Ascending)
    }

    /// Asks for the largest values of `order` first, at most 100 until a limit is given.
    #[must_use]
    pub fn descending(collection: Collection, order: &'static str) -> Query {
        Query::new(collection, order, Direction::Descending)
    }

    fn new(collection: Collection, order: &'static str, direction: Direction) -> Query {
        let (equal, start) = (Fields::new(), Start::Beginning);
        Query { collection, equal, order, direction, start, limit: DEFAULT_LIMIT }
    }

    /// Keeps documents whose field has this value.
    #[must_use]
    pub fn equal(mut self, field: &'static str, value: impl Into<Value>) -> Query {
        self.equal.insert(field, value.into().kept());
        self
    }

    /// Begins after the page that ended with `cursor`.
    #[must_use]
    pub fn after(mut self, cursor: Cursor) -> Query {
        self.start = Start::After(cursor);
        self
    }

    /// Begins past every document whose ordering field has this value: with larger ones when
    /// ascending, with smaller ones when descending.
    #[must_use]
    pub fn beyond(mut self, value: impl Into<Value>) -> Query {
        self.start = Start::Beyond(value.into().kept());
        self
    }

    /// Asks for the first page again.
    pub(super) fn restarted(mut self) -> Query {
        self.start = Start::Beginning;
        self
    }

    /// Sets how many documents a page has at most, 1 to [`MAX_QUERY_LIMIT`].
    #[must_use]
    pub fn limit(mut self, limit: usize) -> Query {
        self.limit = limit;
        self
    }

    /// Finds the index that answers the query, and refuses what none does.
    pub(super) fn check(&self) -> Result<&'static Index, Error> {
        within("documents of a page", self.limit, MAX_QUERY_LIMIT)?;
        if self.limit == 0 {
            return Err(Error::Invalid("a page has at least one document"));
        }
        let answers = |index: &&Index| {
            index.collection == self.collection
                && index.order == self.order
                && index.equal.len() == self.equal.len()
                && index.equal.iter().all(|field| self.equal.contains_key(field))
        };
        let index = INDEXES.iter().find(answers).ok_or_else(|| self.undeclared())?;
        for (field, value) in &self.equal {
            check_value(self.collection, field, value)?;
        }
        match &self.start {
            Start::Beginning => {}
            Start::Beyond(value) => check_value(self.collection, self.order, value)?,
            Start::After(cursor) => {
                check_value(self.collection, self.order, &cursor.order).map_err(|_| Error::InvalidCursor)?
            }
        }
        Ok(index)
    }

    fn undeclared(&self) -> Error {
        let equal: Vec<_> = self.equal.keys().copied().collect();
        let wanted = format!("[{}] ordered by {}", equal.join(", "), self.order);
        Error::UndeclaredIndex { collection: self.collection, wanted }
    }

    /// Makes a page of documents in order, of which one more than the limit may have been read.
    pub(super) fn page(&self, mut documents: Vec<Document>) -> Page {
        let more = documents.len() > self.limit;
        documents.truncate(self.limit);
        let last = documents.last().filter(|_| more);
        let next = last.and_then(|last| {
            Some(Cursor { order: last.fields.get(self.order)?.clone(), id: last.id.clone() })
        });
        Page { documents, damaged: Vec::new(), next }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let json = serde_json::to_vec(&(&self.order, &self.id)).map_err(|_| fmt::Error)?;
        json.iter().try_for_each(|byte| write!(out, "{byte:02x}"))
    }
}

impl FromStr for Cursor {
    type Err = Error;

    fn from_str(text: &str) -> Result<Cursor, Error> {
        if text.len() > MAX_CURSOR_BYTES || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(Error::InvalidCursor);
        }
        let byte = |at: usize| text.get(at..at + 2).and_then(|pair| u8::from_str_radix(pair, 16).ok());
        let json: Option<Vec<u8>> = (0..text.len()).step_by(2).map(byte).collect();
        let parts = serde_json::from_slice::<(Value, String)>(&json.ok_or(Error::InvalidCursor)?);
        let (order, id) = parts.map_err(|_| Error::InvalidCursor)?;
        if order.field_type() == FieldType::Bool {
            return Err(Error::InvalidCursor);
        }
        Ok(Cursor { order: order.kept(), id })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cursor_survives_being_written_into_a_url() {
        let at = "2026-11-20T10:00:00.123456Z".parse::<jiff::Timestamp>().unwrap();
        for order in [Value::from("ñ \"ü\""), Value::from(i64::MIN), Value::from(at)] {
            let cursor = Cursor { order, id: "0192-ab?&%".to_owned() };
            let text = cursor.to_string();
            assert!(text.bytes().all(|byte| byte.is_ascii_hexdigit()));
            assert_eq!(text.parse::<Cursor>().unwrap(), cursor);
        }
    }

    #[test]
    fn a_text_that_is_no_cursor_is_refused() {
        let long = "5b".repeat(MAX_CURSOR_BYTES);
        for text in ["", "5", "zz", "é1", "5b5d", "+5+b", &long, "5b7b2262223a747275657d2c2278225d"] {
            assert!(matches!(text.parse::<Cursor>(), Err(Error::InvalidCursor)), "{text}");
        }
    }
}
