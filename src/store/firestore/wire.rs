//! Documents as Firestore keeps them: every declared field under its own name and in its own type,
//! the envelope beside them, and the payload as a text that nothing indexes.

use std::collections::HashMap;

use ::firestore::gcloud_sdk::google::firestore::v1 as proto;
use ::firestore::gcloud_sdk::prost_types;
use jiff::Timestamp;
use proto::value::ValueType;

use crate::store::document::{Document, Fields, Value};
use crate::store::indexes::{Field, FieldType};
use crate::store::write::Content;
use crate::store::{Collection, Error};

pub(super) const VERSION: &str = "version";
pub(super) const SCHEMA_VERSION: &str = "schema_version";
pub(super) const EXPIRE_AT: &str = "expire_at";
pub(super) const PAYLOAD: &str = "payload";
/// Names the commit that wrote the document, so that one whose answer was lost is known again.
pub(super) const BATCH: &str = "batch";
/// Into how many parts below the document its payload is divided; not there where it is whole.
pub(super) const PARTS: &str = "parts";

/// The fields that every document may have beside those of its collection. No query uses them, so
/// the database is told to keep no index of them.
pub const UNINDEXED: [&str; 6] = [VERSION, SCHEMA_VERSION, EXPIRE_AT, PAYLOAD, BATCH, PARTS];

/// What has to be known of a document before it is written.
pub(super) const STANDING: [&str; 4] = [VERSION, EXPIRE_AT, BATCH, PARTS];

/// The fields that a change of how long a document is kept writes.
pub(super) const KEEPING: [&str; 2] = [VERSION, EXPIRE_AT];

type Moment = prost_types::Timestamp;

/// A document as it stands, without its content.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) version: u64,
    pub(super) expire_at: Option<Timestamp>,
    pub(super) batch: String,
    pub(super) parts: u32,
    pub(super) update_time: Moment,
}

/// A document that was read, with its full name and how it stood.
#[derive(Debug)]
pub(super) struct Kept {
    pub(super) name: String,
    pub(super) standing: Standing,
    /// Its payload is still empty where it lies in parts.
    pub(super) document: Document,
}

/// What a put leaves in a document beside its content.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    pub(super) version: u64,
    /// The name of the commit.
    pub(super) batch: &'a str,
    /// How many parts hold the payload; none where it stands in the document.
    pub(super) parts: u32,
}

/// Gives the id within its collection of a document with that full name.
pub(super) fn id(name: &str) -> &str {
    name.rsplit_once('/').map_or(name, |(_, id)| id)
}

/// Makes the document that a put leaves behind; with parts its payload lies elsewhere.
pub(super) fn document(name: String, content: &Content, written: Written<'_>) -> proto::Document {
    let Written { version, batch, parts } = written;
    let declared = content.fields.iter().map(|(name, value)| ((*name).to_owned(), self::value(value)));
    let mut fields: HashMap<String, proto::Value> = declared.collect();
    let mut set = |name: &str, value: ValueType| {
        fields.insert(name.to_owned(), proto::Value { value_type: Some(value) });
    };
    set(VERSION, ValueType::IntegerValue(i64::try_from(version).unwrap_or(i64::MAX)));
    set(SCHEMA_VERSION, ValueType::IntegerValue(i64::from(content.schema_version)));
    set(BATCH, ValueType::StringValue(batch.to_owned()));
    if let Some(expire_at) = content.expire_at {
        set(EXPIRE_AT, ValueType::TimestampValue(to_moment(expire_at.as_microsecond())));
    }
    if parts == 0 {
        set(PAYLOAD, ValueType::StringValue(content.payload.clone()));
    } else {
        set(PARTS, ValueType::IntegerValue(i64::from(parts)));
    }
    proto::Document { name, fields, ..proto::Document::default() }
}

/// Makes what is written of a document when only how long it is kept changes.
pub(super) fn keeping(name: String, version: u64, expire_at: Option<Timestamp>) -> proto::Document {
    let version = ValueType::IntegerValue(i64::try_from(version).unwrap_or(i64::MAX));
    let until = expire_at.map(|at| (EXPIRE_AT, ValueType::TimestampValue(to_moment(at.as_microsecond()))));
    let fields = [(VERSION, version)].into_iter().chain(until);
    let fields = fields.map(|(field, value)| (field.to_owned(), proto::Value { value_type: Some(value) }));
    proto::Document { name, fields: fields.collect(), ..proto::Document::default() }
}

/// Makes a document that is none of a collection of ours: a text, and from when on it is gone.
pub(super) fn loose(name: String, payload: String, expire_at: Option<Timestamp>) -> proto::Document {
    let mut document = expiring(name, expire_at);
    let payload = proto::Value { value_type: Some(ValueType::StringValue(payload)) };
    document.fields.insert(PAYLOAD.to_owned(), payload);
    document
}

/// Makes a document that says only from when on it is gone.
pub(super) fn expiring(name: String, expire_at: Option<Timestamp>) -> proto::Document {
    let expire_at = expire_at.map(|at| {
        let moment = ValueType::TimestampValue(to_moment(at.as_microsecond()));
        (EXPIRE_AT.to_owned(), proto::Value { value_type: Some(moment) })
    });
    proto::Document { name, fields: HashMap::from_iter(expire_at), ..proto::Document::default() }
}

/// Writes a value in its own type.
pub(super) fn value(value: &Value) -> proto::Value {
    let value = match value {
        Value::Text(text) => ValueType::StringValue(text.clone()),
        Value::Integer(number) => ValueType::IntegerValue(*number),
        Value::Bool(truth) => ValueType::BooleanValue(*truth),
        Value::Timestamp(moment) => ValueType::TimestampValue(to_moment(moment.as_microsecond())),
    };
    proto::Value { value_type: Some(value) }
}

/// Reads a document.
pub(super) fn read(collection: Collection, mut found: proto::Document) -> Result<Kept, Error> {
    let standing = standing(&found)?;
    let schema_version = integer(&found, SCHEMA_VERSION)
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| foreign(&found))?;
    let payload = match found.fields.remove(PAYLOAD).and_then(|value| value.value_type) {
        Some(ValueType::StringValue(payload)) => payload,
        _ if found.fields.contains_key(PARTS) => String::new(),
        _ => return Err(foreign(&found)),
    };
    let mut fields = Fields::new();
    for field in collection.fields() {
        if let Some(value) = found.fields.remove(field.name) {
            let value = declared(*field, value).ok_or_else(|| foreign(&found))?;
            fields.insert(field.name, value);
        }
    }
    let (id, version, expire_at) = (id(&found.name).to_owned(), standing.version, standing.expire_at);
    let document = Document { collection, id, version, schema_version, fields, expire_at, payload };
    Ok(Kept { name: found.name, standing, document })
}

/// Reads how a document stands.
pub(super) fn standing(found: &proto::Document) -> Result<Standing, Error> {
    let read = || {
        let expire_at = match found.fields.get(EXPIRE_AT) {
            None => None,
            Some(_) => Some(moment(found, EXPIRE_AT)?),
        };
        let parts = match found.fields.get(PARTS) {
            None => 0,
            Some(_) => u32::try_from(integer(found, PARTS)?).ok()?,
        };
        Some(Standing {
            version: u64::try_from(integer(found, VERSION)?).ok()?,
            expire_at,
            batch: text(found, BATCH)?.to_owned(),
            parts,
            update_time: found.update_time?,
        })
    };
    read().ok_or_else(|| foreign(found))
}

/// Reads the text of a part, or of a letter.
pub(super) fn part(found: &proto::Document) -> Result<&str, Error> {
    text(found, PAYLOAD).ok_or_else(|| foreign(found))
}

fn declared(field: Field, value: proto::Value) -> Option<Value> {
    match (field.field_type, value.value_type?) {
        (FieldType::Text, ValueType::StringValue(text)) => Some(Value::Text(text)),
        (FieldType::Integer, ValueType::IntegerValue(number)) => Some(Value::Integer(number)),
        (FieldType::Bool, ValueType::BooleanValue(truth)) => Some(Value::Bool(truth)),
        (FieldType::Timestamp, ValueType::TimestampValue(moment)) => {
            from_moment(&moment).map(Value::Timestamp)
        }
        _ => None,
    }
}

fn value_type<'a>(found: &'a proto::Document, field: &str) -> Option<&'a ValueType> {
    found.fields.get(field)?.value_type.as_ref()
}

fn integer(found: &proto::Document, field: &str) -> Option<i64> {
    match value_type(found, field)? {
        ValueType::IntegerValue(number) => Some(*number),
        _ => None,
    }
}

fn text<'a>(found: &'a proto::Document, field: &str) -> Option<&'a str> {
    match value_type(found, field)? {
        ValueType::StringValue(text) => Some(text),
        _ => None,
    }
}

fn moment(found: &proto::Document, field: &str) -> Option<Timestamp> {
    match value_type(found, field)? {
        ValueType::TimestampValue(moment) => from_moment(moment),
        _ => None,
    }
}

fn foreign(found: &proto::Document) -> Error {
    Error::Unreadable { name: found.name.clone() }
}

const MICROSECONDS: i64 = 1_000_000;

/// Writes a moment, given in microseconds.
pub(super) fn to_moment(microseconds: i64) -> Moment {
    let nanos = i32::try_from(microseconds.rem_euclid(MICROSECONDS)).unwrap_or(0).saturating_mul(1000);
    Moment { seconds: microseconds.div_euclid(MICROSECONDS), nanos }
}

/// Reads a moment in microseconds.
pub(super) fn microseconds(moment: &Moment) -> i64 {
    moment.seconds.saturating_mul(MICROSECONDS).saturating_add(i64::from(moment.nanos / 1000))
}

fn from_moment(moment: &Moment) -> Option<Timestamp> {
    Timestamp::from_microsecond(microseconds(moment)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content() -> Content {
        let at = "1969-12-31T23:59:59.000001Z".parse::<Timestamp>().unwrap();
        Content {
            schema_version: 7,
            fields: Fields::from([
                ("owner", Value::from("Ünï")),
                ("created_at", Value::from(at)),
                ("queue_key", Value::from(i64::MIN)),
            ]),
            expire_at: Some("2026-11-28T10:00:00.123456Z".parse().unwrap()),
            payload: "{\"a\":null}".to_owned(),
        }
    }

    fn kept(content: &Content, parts: u32) -> proto::Document {
        let mut document =
            document("p/documents/jobs/a".to_owned(), content, Written { version: 3, batch: "b", parts });
        document.update_time = Some(to_moment(5));
        document
    }

    #[test]
    fn a_document_is_native_on_the_wire_and_is_read_back_whole() {
        let (content, expected) = (content(), Timestamp::from_microsecond(-999_999).unwrap());
        let document = kept(&content, 0);
        let moment = Moment { seconds: -1, nanos: 1000 };
        assert_eq!(value_type(&document, "created_at"), Some(&ValueType::TimestampValue(moment)));
        assert_eq!(value_type(&document, "version"), Some(&ValueType::IntegerValue(3)));
        assert_eq!(text(&document, "owner"), Some("Ünï"));
        let read = read(Collection::Jobs, document).unwrap().document;
        assert_eq!((read.id.as_str(), read.version, read.schema_version), ("a", 3, 7));
        assert_eq!((read.payload, read.expire_at), (content.payload, content.expire_at));
        assert_eq!(read.fields.get("created_at"), Some(&Value::from(expected)));
        assert_eq!(read.fields, content.fields);
    }

    #[test]
    fn what_somebody_else_wrote_is_refused_by_its_name() {
        let change = |field: &str, value: Option<ValueType>| {
            let mut document = kept(&content(), 0);
            match value {
                Some(value) => {
                    drop(document.fields.insert(field.to_owned(), proto::Value { value_type: Some(value) }))
                }
                None => drop(document.fields.remove(field)),
            }
            read(Collection::Jobs, document)
        };
        assert!(change("status", Some(ValueType::StringValue("queued".to_owned()))).is_ok());
        let wrong = [
            change("version", None),
            change("version", Some(ValueType::IntegerValue(-1))),
            change("schema_version", Some(ValueType::BooleanValue(true))),
            change("expire_at", Some(ValueType::StringValue("soon".to_owned()))),
            change("parts", Some(ValueType::DoubleValue(2.0))),
            change("payload", None),
            change("owner", Some(ValueType::IntegerValue(1))),
        ];
        for result in wrong {
            assert!(
                matches!(&result, Err(Error::Unreadable { name }) if name == "p/documents/jobs/a"),
                "{result:?}"
            );
        }
    }
}
