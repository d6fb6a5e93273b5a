//! Tells a row that is as it was written from one that is not. SQLite finds pages that make no sense;
//! a bit that flips inside of a text or a number it takes for what it is.
//!
//! A checksum, not a signature: it is against accidents of disks, not against people.

use jiff::Timestamp;
use sha2::{Digest, Sha256};

use crate::store::Collection;
use crate::store::document::{Fields, Value};

/// Bytes that are kept of the hash: damage goes unseen once in 2^64 times.
const BYTES: usize = 8;

/// The checksum of a row.
pub(super) type Checksum = [u8; BYTES];

/// What a row holds, whether it is about to be written or was just read.
pub(super) struct Content<'a> {
    pub(super) collection: Collection,
    pub(super) id: &'a str,
    pub(super) version: i64,
    pub(super) schema_version: u32,
    pub(super) expire_at: Option<Timestamp>,
    pub(super) payload: &'a str,
    /// The fields that it has. One that is declared later and not there yet changes nothing.
    pub(super) fields: &'a Fields,
}

impl Content<'_> {
    /// Computes the checksum over everything, each part with its length, so that none can be taken
    /// for a part of its neighbour.
    pub(super) fn checksum(&self) -> Checksum {
        let mut sum = Sum(Sha256::new());
        sum.text(self.collection.name());
        sum.text(self.id);
        sum.number(self.version);
        sum.number(i64::from(self.schema_version));
        sum.number(self.expire_at.map_or(i64::MIN, Timestamp::as_microsecond));
        sum.text(self.payload);
        for (name, value) in self.fields {
            sum.text(name);
            match value {
                Value::Text(text) => sum.text(text),
                Value::Integer(number) => sum.number(*number),
                Value::Bool(truth) => sum.number(i64::from(*truth)),
                Value::Timestamp(moment) => sum.number(moment.as_microsecond()),
            }
        }
        let digest = sum.0.finalize();
        let mut checksum = [0; BYTES];
        checksum.iter_mut().zip(digest).for_each(|(kept, byte)| *kept = byte);
        checksum
    }
}

struct Sum(Sha256);

impl Sum {
    fn text(&mut self, text: &str) {
        self.number(i64::try_from(text.len()).unwrap_or(i64::MAX));
        self.0.update(text);
    }

    fn number(&mut self, number: i64) {
        self.0.update(number.to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static NO_FIELDS: Fields = Fields::new();

    fn content() -> Content<'static> {
        Content {
            collection: Collection::Jobs,
            id: "a",
            version: 1,
            schema_version: 1,
            expire_at: None,
            payload: "{}",
            fields: &NO_FIELDS,
        }
    }

    /// What is stored must be found valid by every later version.
    #[test]
    fn the_checksum_of_a_row_never_changes() {
        assert_eq!(content().checksum(), [109, 70, 172, 196, 43, 135, 24, 234]);
    }

    #[test]
    fn everything_about_a_row_counts() {
        let later = Some(Timestamp::UNIX_EPOCH);
        let fields = |value: Value| Fields::from([("owner", value)]);
        let (text, empty, number) = (fields("me".into()), fields("".into()), fields(7_i64.into()));
        let rows = [
            content(),
            Content { collection: Collection::Keys, ..content() },
            Content { id: "b", ..content() },
            Content { version: 2, ..content() },
            Content { schema_version: 2, ..content() },
            Content { expire_at: later, ..content() },
            Content { payload: "{ }", ..content() },
            Content { id: "a{", payload: "}", ..content() },
            Content { fields: &text, ..content() },
            Content { fields: &empty, ..content() },
            Content { fields: &number, ..content() },
        ];
        let sums: std::collections::BTreeSet<Checksum> = rows.iter().map(Content::checksum).collect();
        assert_eq!(sums.len(), rows.len());
    }
}
