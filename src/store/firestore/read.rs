//! Reading one document, and pages of those that match. What has expired is left out here, because
//! the database removes it later.

use ::firestore::gcloud_sdk::google::firestore::v1 as proto;
use jiff::Timestamp;
use proto::structured_query::field_filter::Operator;
use proto::structured_query::{self as structure, filter::FilterType};
use proto::value::ValueType;

use super::link::Link;
use super::parts;
use super::wire::{self, Kept};
use crate::store::document::{Document, Value};
use crate::store::query::{Cursor, Direction, Page, Query, Start};
use crate::store::{Collection, Error};

/// Times that something is read whose parts are replaced while it is read.
const ATTEMPTS: usize = 8;
/// Documents that are read at least once a part of a page turned out to be expired.
const SHORTEST_READ: usize = 100;

#[derive(Debug, thiserror::Error)]
#[error("it was replaced each time while its parts were read")]
struct Restless;

/// Reads one document that has not expired.
pub(super) async fn get(
    link: &Link,
    collection: Collection,
    id: &str,
    now: Timestamp,
) -> Result<Option<Document>, Error> {
    let name = link.name(format_args!("{collection}/{id}"));
    for _ in 0..ATTEMPTS {
        let found = link.documents(vec![name.clone()], None).await?;
        let found = found.into_iter().map(|found| wire::read(collection, found)).collect::<Result<_, _>>()?;
        if let Some(documents) = parts::joined(link, found).await? {
            return Ok(documents.into_iter().next().filter(|document| !document.is_expired(now)));
        }
    }
    Err(restless())
}

/// Reads one page by its index.
pub(super) async fn page(link: &Link, query: &Query, now: Timestamp) -> Result<Page, Error> {
    for _ in 0..ATTEMPTS {
        let (found, damaged) = matching(link, query, now).await?;
        if let Some(documents) = parts::joined(link, found).await? {
            return Ok(Page { damaged, ..query.page(documents) });
        }
    }
    Err(restless())
}

fn restless() -> Error {
    Error::unavailable("read from Firestore", Restless)
}

/// Reads what matches and has not expired: at least one more than a page, if there are as many. Beside it
/// the ids of what has not the form that this program writes.
async fn matching(link: &Link, query: &Query, now: Timestamp) -> Result<(Vec<Kept>, Vec<String>), Error> {
    let wanted = query.limit.saturating_add(1);
    let (mut alive, mut damaged) = (Vec::new(), Vec::new());
    let (mut start, mut limit) = (start(link, query), wanted);
    loop {
        let found = link.query(structured(query, start, limit)).await?;
        let is_all = found.len() < limit;
        let last = found.last().map(|last| after(query, last));
        for found in found {
            let id = wire::id(&found.name).to_owned();
            match wire::read(query.collection, found) {
                Ok(kept) if kept.document.is_expired(now) => {}
                Ok(kept) => alive.push(kept),
                // One that somebody made by hand must not hide all others.
                Err(error) => {
                    tracing::error!(%error, "a document is left out");
                    damaged.push(id);
                }
            }
        }
        match last {
            Some(last) if !is_all && alive.len() < wanted => start = last,
            _ => return Ok((alive, damaged)),
        }
        limit = wanted.saturating_sub(alive.len()).max(SHORTEST_READ);
    }
}

/// Counts what matches and has not expired, without reading it.
pub(super) async fn count(link: &Link, query: &Query, now: Timestamp) -> Result<u64, Error> {
    let all = proto::StructuredQuery { limit: None, ..structured(query, Vec::new(), query.limit) };
    let all = link.count(all).await?;
    Ok(all.saturating_sub(link.count(expired(query, now)).await?))
}

/// Asks for those that match, have expired and are still there.
fn expired(query: &Query, now: Timestamp) -> proto::StructuredQuery {
    let over = compare(wire::EXPIRE_AT, Operator::LessThanOrEqual, wire::value(&Value::Timestamp(now)));
    let upwards = structure::Direction::Ascending;
    let order = |path: &str| structure::Order { field: Some(field(path)), direction: upwards.into() };
    proto::StructuredQuery {
        from: from(query),
        r#where: all_of(equal(query).into_iter().chain([over]).collect()),
        order_by: vec![order(wire::EXPIRE_AT), order(query.order)],
        ..proto::StructuredQuery::default()
    }
}

fn from(query: &Query) -> Vec<structure::CollectionSelector> {
    let collection_id = query.collection.name().to_owned();
    vec![structure::CollectionSelector { collection_id, all_descendants: false }]
}

/// Gives the values past which a page begins.
fn start(link: &Link, query: &Query) -> Vec<proto::Value> {
    match &query.start {
        Start::Beginning => Vec::new(),
        Start::Beyond(value) => vec![wire::value(value)],
        Start::After(Cursor { order, id }) => {
            vec![wire::value(order), reference(link.name(format_args!("{}/{id}", query.collection)))]
        }
    }
}

/// Gives the values past which what follows a document begins.
fn after(query: &Query, last: &proto::Document) -> Vec<proto::Value> {
    vec![last.fields.get(query.order).cloned().unwrap_or_default(), reference(last.name.clone())]
}

fn reference(name: String) -> proto::Value {
    proto::Value { value_type: Some(ValueType::ReferenceValue(name)) }
}

/// Writes a query as the interface wants it.
fn structured(query: &Query, start: Vec<proto::Value>, limit: usize) -> proto::StructuredQuery {
    let direction = match query.direction {
        Direction::Ascending => structure::Direction::Ascending,
        Direction::Descending => structure::Direction::Descending,
    };
    let order = |path: &str| structure::Order { field: Some(field(path)), direction: direction.into() };
    proto::StructuredQuery {
        from: from(query),
        r#where: all_of(equal(query)),
        order_by: vec![order(query.order), order("__name__")],
        start_at: (!start.is_empty()).then_some(proto::Cursor { values: start, before: false }),
        limit: Some(i32::try_from(limit).unwrap_or(i32::MAX)),
        ..proto::StructuredQuery::default()
    }
}

/// The conditions that fields have the values asked for.
fn equal(query: &Query) -> Vec<structure::Filter> {
    let compared = query.equal.iter();
    compared.map(|(name, value)| compare(name, Operator::Equal, wire::value(value))).collect()
}

fn compare(name: &str, op: Operator, value: proto::Value) -> structure::Filter {
    let comparison = structure::FieldFilter { field: Some(field(name)), op: op.into(), value: Some(value) };
    structure::Filter { filter_type: Some(FilterType::FieldFilter(comparison)) }
}

fn all_of(mut filters: Vec<structure::Filter>) -> Option<structure::Filter> {
    if filters.len() < 2 {
        return filters.pop();
    }
    let op = structure::composite_filter::Operator::And.into();
    let all = structure::CompositeFilter { op, filters };
    Some(structure::Filter { filter_type: Some(FilterType::CompositeFilter(all)) })
}

fn field(path: &str) -> structure::FieldReference {
    structure::FieldReference { field_path: path.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::indexes::{FieldType, INDEXES, Index};

    fn value(index: &Index, field: &str) -> Value {
        match index.collection.field(field).unwrap().field_type {
            FieldType::Text => Value::from("text"),
            FieldType::Integer => Value::from(7_i64),
            FieldType::Bool => Value::from(true),
            FieldType::Timestamp => Value::from(Timestamp::UNIX_EPOCH),
        }
    }

    /// Names the fields that a query compares, all by equality.
    fn compared(filter: Option<structure::Filter>) -> Vec<String> {
        let Some(filter) = filter else { return Vec::new() };
        match filter.filter_type.unwrap() {
            FilterType::FieldFilter(filter) => {
                assert_eq!(filter.op(), Operator::Equal);
                vec![filter.field.unwrap().field_path]
            }
            FilterType::CompositeFilter(all) => {
                assert_eq!(all.op(), structure::composite_filter::Operator::And);
                all.filters.into_iter().flat_map(|filter| compared(Some(filter))).collect()
            }
            FilterType::UnaryFilter(_) => panic!("no index is declared for this"),
        }
    }

    /// The emulator answers without any index, so it would not tell.
    #[test]
    fn what_is_sent_is_answered_by_a_declared_index() {
        use structure::Direction::{Ascending, Descending};
        for index in INDEXES {
            let ways = [
                (Query::ascending(index.collection, index.order), Ascending),
                (Query::descending(index.collection, index.order), Descending),
            ];
            for (query, way) in ways {
                let equal = |query: Query, field: &&'static str| query.equal(field, value(index, field));
                let query = index.equal.iter().fold(query, equal);
                let sent = structured(&query, vec![wire::value(&value(index, index.order))], 5);
                assert_eq!(sent.from.len(), 1);
                assert_eq!(sent.from[0].collection_id, index.collection.name());
                let mut equal = index.equal.to_vec();
                equal.sort_unstable();
                assert_eq!(compared(sent.r#where), equal);
                let order = |order: &structure::Order| {
                    assert_eq!(order.direction(), way);
                    order.field.clone().unwrap().field_path
                };
                let ordered: Vec<String> = sent.order_by.iter().map(order).collect();
                assert_eq!(ordered, [index.order, "__name__"]);
            }
        }
    }
}
