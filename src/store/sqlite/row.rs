//! Documents as rows: which columns there are, in which order, and how a value is bound and read.

use jiff::Timestamp;
use rusqlite::Row;
use rusqlite::types::{FromSqlError, ToSql, ToSqlOutput, Type};

use super::schema::quoted;
use crate::store::Collection;
use crate::store::document::{Document, Fields, Value};
use crate::store::indexes::{Field, FieldType};

/// The envelope's columns, which come before those of the fields.
const ENVELOPE: [&str; 5] = ["id", "version", "schema_version", "expire_at", "payload"];

/// All columns of a collection in the order in which rows are written and read.
pub(super) fn columns(collection: Collection) -> Vec<String> {
    let fields = collection.fields().iter().map(|field| field.name);
    ENVELOPE.into_iter().chain(fields).map(quoted).collect()
}

/// Reads a row that was selected by [`columns`].
pub(super) fn document(collection: Collection, row: &Row<'_>) -> rusqlite::Result<Document> {
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
