//! The one table of what can be looked up: collections, their fields, and the declared indexes.
//! Adapters and the index files of hosted backends are made from it; a query that it does not
//! declare is refused everywhere, so nothing works on one backend and fails on another.

use std::fmt;

/// Names a collection of documents. The list is closed: a new kind of record adds a line here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Collection {
    /// Jobs, without text and pieces.
    Jobs,
    /// Submitted texts, in parts where they are large.
    Sources,
    /// Versions of pieces.
    Pieces,
    /// Messages that are to be delivered, or were; those that wait have a due time.
    Outbox,
    /// Which job answered an idempotency key; read by id only.
    Idempotency,
    /// API keys, hashed.
    Keys,
    /// When each API key was last used; named like the key, read by id only.
    KeyUses,
    /// Processes that run jobs, each with a heartbeat: the version of its document.
    Instances,
    /// What each API key signs webhooks with, encrypted; named like the key.
    Webhooks,
    /// Which jobs were accepted together, and what they may cost; read by id only.
    Batches,
    /// How many jobs each key has had accepted on a day, and which of them were given back.
    Quotas,
    /// Security events, put together by the minute; never changed.
    Audit,
    /// Whom the service keeps out; named by the address, network or key.
    Blocks,
}

/// The type of a field's value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FieldType {
    /// UTF-8 text, ordered by its bytes.
    Text,
    /// A signed 64-bit number.
    Integer,
    /// True or false; not ordered by.
    Bool,
    /// A moment, to the microsecond.
    Timestamp,
}

/// Declares a field that documents of a collection may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name.
    pub name: &'static str,
    /// The type of its value.
    pub field_type: FieldType,
}

/// Declares that a collection can be asked for documents that equal the given values in `equal`,
/// in either order of `order`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Index {
    /// Its name, unique over all collections.
    pub name: &'static str,
    /// What it covers.
    pub collection: Collection,
    /// The fields that are compared, all of them in every query.
    pub equal: &'static [&'static str],
    /// The field that orders; documents without it are not in the index.
    pub order: &'static str,
    /// Whether what it covers is counted often, which a hosted backend needs one more index for.
    pub counted: bool,
}

/// All declared indexes.
pub const INDEXES: &[Index] = &[
    index("jobs_by_time", Collection::Jobs, &[], "created_at"),
    index("jobs_by_owner", Collection::Jobs, &["owner"], "created_at"),
    counted(index("jobs_by_owner_and_status", Collection::Jobs, &["owner", "status"], "created_at")),
    index("jobs_by_status", Collection::Jobs, &["status"], "created_at"),
    index("jobs_in_queue", Collection::Jobs, &["status"], "queue_key"),
    counted(index("jobs_in_queue_by_priority", Collection::Jobs, &["status", "priority"], "queue_key")),
    index("jobs_by_claimant", Collection::Jobs, &["claimed_by"], "created_at"),
    index("sources_by_job", Collection::Sources, &["job"], "number"),
    index("pieces_by_job", Collection::Pieces, &["job"], "number"),
    index("pieces_by_job_and_kind", Collection::Pieces, &["job", "kind"], "number"),
    index("outbox_by_due_time", Collection::Outbox, &[], "due_at"),
    index("outbox_by_job_and_time", Collection::Outbox, &["job"], "created_at"),
    index("outbox_by_owner", Collection::Outbox, &["owner"], "created_at"),
    index("outbox_by_owner_and_state", Collection::Outbox, &["owner", "state"], "created_at"),
    index("keys_by_time", Collection::Keys, &[], "created_at"),
    index("keys_by_owner", Collection::Keys, &["owner"], "created_at"),
    index("instances_by_time", Collection::Instances, &[], "started_at"),
    index("webhooks_by_time", Collection::Webhooks, &[], "created_at"),
    counted(index("quotas_by_account", Collection::Quotas, &["account"], "returned_at")),
    index("audit_by_time", Collection::Audit, &[], "at"),
    index("audit_by_kind", Collection::Audit, &["kind"], "at"),
    index("audit_by_principal", Collection::Audit, &["principal"], "at"),
    index("audit_by_kind_and_principal", Collection::Audit, &["kind", "principal"], "at"),
    index("blocks_by_time", Collection::Blocks, &[], "created_at"),
];

const fn index(
    name: &'static str,
    collection: Collection,
    equal: &'static [&'static str],
    order: &'static str,
) -> Index {
    Index { name, collection, equal, order, counted: false }
}

const fn counted(index: Index) -> Index {
    Index { counted: true, ..index }
}

const fn field(name: &'static str, field_type: FieldType) -> Field {
    Field { name, field_type }
}

const JOB_FIELDS: &[Field] = &[
    field("owner", FieldType::Text),
    field("status", FieldType::Text),
    field("created_at", FieldType::Timestamp),
    field("queue_key", FieldType::Integer),
    // As the request says; the order of the queue is by `queue_key` alone.
    field("priority", FieldType::Text),
    // Which instance runs it; only while it runs.
    field("claimed_by", FieldType::Text),
];
const SOURCE_FIELDS: &[Field] = &[field("job", FieldType::Text), field("number", FieldType::Integer)];
const PIECE_FIELDS: &[Field] =
    &[field("job", FieldType::Text), field("kind", FieldType::Text), field("number", FieldType::Integer)];
const OUTBOX_FIELDS: &[Field] = &[
    field("owner", FieldType::Text),
    field("job", FieldType::Text),
    field("state", FieldType::Text),
    field("created_at", FieldType::Timestamp),
    field("due_at", FieldType::Timestamp),
];
// The owner is the person or team that answers for the key.
const KEY_FIELDS: &[Field] = &[field("owner", FieldType::Text), field("created_at", FieldType::Timestamp)];
const INSTANCE_FIELDS: &[Field] = &[field("started_at", FieldType::Timestamp)];
const WEBHOOK_FIELDS: &[Field] = &[field("created_at", FieldType::Timestamp)];
const QUOTA_FIELDS: &[Field] =
    &[field("account", FieldType::Text), field("returned_at", FieldType::Timestamp)];
// `at` is the beginning of the minute.
const AUDIT_FIELDS: &[Field] =
    &[field("kind", FieldType::Text), field("principal", FieldType::Text), field("at", FieldType::Timestamp)];
const BLOCK_FIELDS: &[Field] = &[field("created_at", FieldType::Timestamp)];

impl Collection {
    /// All collections.
    pub const ALL: [Collection; 13] = [
        Collection::Jobs,
        Collection::Sources,
        Collection::Pieces,
        Collection::Outbox,
        Collection::Idempotency,
        Collection::Keys,
        Collection::KeyUses,
        Collection::Instances,
        Collection::Webhooks,
        Collection::Batches,
        Collection::Quotas,
        Collection::Audit,
        Collection::Blocks,
    ];

    /// Whether instances that share a store tell each other of its changes: those that somebody follows.
    #[must_use]
    pub const fn is_followed(self) -> bool {
        matches!(self, Collection::Jobs | Collection::Outbox | Collection::Keys | Collection::Blocks)
    }

    /// The name of the collection in a backend.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Collection::Jobs => "jobs",
            Collection::Sources => "sources",
            Collection::Pieces => "pieces",
            Collection::Outbox => "outbox",
            Collection::Idempotency => "idempotency",
            Collection::Keys => "keys",
            Collection::KeyUses => "key_uses",
            Collection::Instances => "instances",
            Collection::Webhooks => "webhooks",
            Collection::Batches => "batches",
            Collection::Quotas => "quotas",
            Collection::Audit => "audit",
            Collection::Blocks => "blocks",
        }
    }

    /// The fields its documents may have.
    #[must_use]
    pub const fn fields(self) -> &'static [Field] {
        match self {
            Collection::Jobs => JOB_FIELDS,
            Collection::Sources => SOURCE_FIELDS,
            Collection::Pieces => PIECE_FIELDS,
            Collection::Outbox => OUTBOX_FIELDS,
            Collection::Idempotency | Collection::KeyUses | Collection::Batches => &[],
            Collection::Keys => KEY_FIELDS,
            Collection::Instances => INSTANCE_FIELDS,
            Collection::Webhooks => WEBHOOK_FIELDS,
            Collection::Quotas => QUOTA_FIELDS,
            Collection::Audit => AUDIT_FIELDS,
            Collection::Blocks => BLOCK_FIELDS,
        }
    }

    /// Finds a declared field by its name.
    #[must_use]
    pub fn field(self, name: &str) -> Option<Field> {
        self.fields().iter().copied().find(|field| field.name == name)
    }

    /// The indexes declared for it.
    pub fn indexes(self) -> impl Iterator<Item = &'static Index> {
        INDEXES.iter().filter(move |index| index.collection == self)
    }
}

impl fmt::Display for Collection {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_index_speaks_of_declared_fields_and_orders_by_something_ordered() {
        for index in INDEXES {
            for name in index.equal {
                assert!(index.collection.field(name).is_some(), "{} compares {name}", index.name);
            }
            let order = index.collection.field(index.order);
            assert!(order.is_some_and(|field| field.field_type != FieldType::Bool), "{}", index.name);
            assert!(!index.equal.contains(&index.order), "{} compares what it orders by", index.name);
        }
    }

    #[test]
    fn no_name_is_declared_twice_or_clashes_with_the_envelope() {
        let names: BTreeSet<_> = INDEXES.iter().map(|index| index.name).collect();
        assert_eq!(names.len(), INDEXES.len());
        for collection in Collection::ALL {
            let fields: BTreeSet<_> = collection.fields().iter().map(|field| field.name).collect();
            assert_eq!(fields.len(), collection.fields().len(), "{collection}");
            for taken in ["id"].iter().chain(&crate::store::firestore::UNINDEXED) {
                assert!(!fields.contains(taken), "{collection} declares {taken}");
            }
        }
    }

    #[test]
    fn no_two_indexes_answer_the_same_query() {
        let shapes: BTreeSet<_> = INDEXES
            .iter()
            .map(|index| (index.collection, index.equal.iter().collect::<BTreeSet<_>>(), index.order))
            .collect();
        assert_eq!(shapes.len(), INDEXES.len());
    }
}
