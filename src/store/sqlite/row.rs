//! Documents as rows: which columns there are, in which order, and how a value is bound and read. A row
//! that is not as it was written is damage, not a document.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSqlError, ToSql, ToSqlOutput, Type};

use super::checksum::{Checksum, Content};
use super::schema::quoted;
use crate::store::Collection;
use crate::store::document::{Document, Fields, Value};
use crate::store::indexes::{Field, FieldType};

/// The envelope's columns, which come before those of the fields.
const ENVELOPE: [&str; 6] = ["id", "version", "schema_version", "expire_at", "payload", CHECKSUM];
/// The column of the checksum.
pub(super) const CHECKSUM: &str = "checksum";

/// All columns of a collection in the order in which rows are written and read.
pub(super) fn columns(collection: Collection) -> Vec<String> {
    let fields = collection.fields().iter().map(|field| field.name);
    ENVELOPE.into_iter().chain(fields).map(quoted).collect()
}

/// Reads a row that was selected by [`columns`], and checks that it is as it was written.
pub(super) fn document(collection: Collection, row: &Row<'_>) -> rusqlite::Result<Document> {
    let document = unchecked(collection, row)?;
    let stored: Checksum = row.get(5)?;
    if stored == checksum(&document) { Ok(document) } else { Err(damaged("a row is not as it was written")) }
}

/// Reads the id of a row that may be damaged.
pub(super) fn id(row: &Row<'_>) -> rusqlite::Result<String> {
    let id = row.get_ref(0)?;
    Ok(match id.as_bytes() {
        Ok(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        Err(_) => format!("{id:?}"),
    })
}

/// Computes the checksum of a document as it is read.
pub(super) fn checksum(document: &Document) -> Checksum {
    let Document { collection, id, version, schema_version, fields, expire_at, payload } = document;
    Content {
        collection: *collection,
        id,
        version: i64::try_from(*version).unwrap_or(i64::MAX),
        schema_version: *schema_version,
        expire_at: *expire_at,
        payload,
        fields,
    }
    .checksum()
}

/// What was read cannot be what was written.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Damage(&'static str);

/// Makes the error of a row that cannot be what was written.
pub(super) fn damaged(what: &'static str) -> rusqlite::Error {
    rusqlite::Error::FromSqlConversionFailure(0, Type::Null, Box::new(Damage(what)))
}

/// Reads a row that was selected by [`columns`] as it is.
pub(super) fn unchecked(collection: Collection, row: &Row<'_>) -> rusqlite::Result<Document> {
    let mut fields = Fields::new();
    for (column, field) in (ENVELOPE.len()..).zip(collection.fields()) {
        if let Some(value) = field_value(*field, column, row)? {
            fields.insert(field.name, value);
        }
    }
    Ok(Document {
        collection,
        id: row.get(0)?,
        version: version(1, row)?,
        schema_version: row.get(2)?,
        expire_at: row.get::<_, Option<i64>>(3)?.map(|micros| moment(3, micros)).transpose()?,
        payload: row.get(4)?,
        fields,
    })
}

fn field_value(field: Field, column: usize, row: &Row<'_>) -> rusqlite::Result<Option<Value>> {
    Ok(match field.field_type {
        FieldType::Text => row.get::<_, Option<String>>(column)?.map(Value::Text),
        FieldType::Integer => row.get::<_, Option<i64>>(column)?.map(Value::Integer),
        FieldType::Bool => row.get::<_, Option<bool>>(column)?.map(Value::Bool),
        FieldType::Timestamp => row
            .get::<_, Option<i64>>(column)?
            .map(|micros| moment(column, micros).map(Value::Timestamp))
            .transpose()?,
    })
}

/// Reads the version of a document; SQLite counts in signed numbers.
pub(super) fn version(column: usize, row: &Row<'_>) -> rusqlite::Result<u64> {
    let stored = row.get::<_, i64>(column)?;
    u64::try_from(stored).map_err(|_| rusqlite::Error::IntegralValueOutOfRange(column, stored))
}

fn moment(column: usize, micros: i64) -> rusqlite::Result<Timestamp> {
    Timestamp::from_microsecond(micros).map_err(|_| {
        let out_of_range = Box::new(FromSqlError::OutOfRange(micros));
        rusqlite::Error::FromSqlConversionFailure(column, Type::Integer, out_of_range)
    })
}

impl ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        match self {
            Value::Text(text) => text.to_sql(),
            Value::Integer(number) => number.to_sql(),
            Value::Bool(truth) => truth.to_sql(),
            Value::Timestamp(moment) => Ok(moment.as_microsecond().into()),
        }
    }
}
