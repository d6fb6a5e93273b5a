//! What the hosted store is set up with is the table that the program queries by. `UPDATE_DOCS=1`
//! writes the file that Terraform reads.

use std::collections::BTreeMap;

use content_factory::store::Collection;
use content_factory::store::firestore::{PARTS_COLLECTION, PARTS_UNINDEXED, UNINDEXED};
use content_factory::store::indexes::{INDEXES, Index};
use serde_json::{Value, json};

use crate::support::sources::root;

const MODULE: &str = "iac/modules/firestore";

/// The indexes that the database does not keep by itself: those over more than one field.
fn composite() -> BTreeMap<String, Value> {
    let several = INDEXES.iter().filter(|index| !index.equal.is_empty());
    let ways = [("ascending", "ASCENDING"), ("descending", "DESCENDING")];
    let declared = |index: &'static Index| {
        ways.map(|(name, way)| {
            let equal = index.equal.iter().map(|field| json!({ "field_path": field, "order": "ASCENDING" }));
            let order = json!({ "field_path": index.order, "order": way });
            let fields: Vec<Value> = equal.chain([order]).collect();
            let entry = json!({ "collection": index.collection.name(), "fields": fields });
            (format!("{}_{name}", index.name), entry)
        })
    };
    several.flat_map(declared).chain(INDEXES.iter().filter(|index| index.counted).map(expired)).collect()
}

/// What has expired and still lies there is taken off a count.
fn expired(index: &Index) -> (String, Value) {
    let fields = index.equal.iter().chain([&"expire_at", &index.order]);
    let fields: Vec<Value> =
        fields.map(|field| json!({ "field_path": field, "order": "ASCENDING" })).collect();
    let entry = json!({ "collection": index.collection.name(), "fields": fields });
    (format!("{}_expired", index.name), entry)
}

fn unindexed() -> BTreeMap<String, Value> {
    let of = |collection: &'static str, fields: &'static [&'static str]| {
        fields.iter().map(move |field| {
            let entry = json!({ "collection": collection, "field": field, "expires": *field == "expire_at" });
            (format!("{collection}_{field}"), entry)
        })
    };
    let collections = Collection::ALL.into_iter().flat_map(|collection| of(collection.name(), &UNINDEXED));
    collections.chain(of(PARTS_COLLECTION, &PARTS_UNINDEXED)).collect()
}

#[test]
fn the_database_is_set_up_with_the_table_that_queries_go_by() {
    let path = root().join(MODULE).join("indexes.json");
    let declared = json!({ "composite": composite(), "unindexed": unindexed() });
    let declared = format!("{}\n", serde_json::to_string_pretty(&declared).unwrap());
    if std::env::var_os("UPDATE_DOCS").is_some() {
        std::fs::write(&path, &declared).unwrap();
    }
    assert!(std::fs::read_to_string(path).unwrap() == declared, "run the tests once with UPDATE_DOCS=1");
}

#[test]
fn terraform_reads_all_of_that_table() {
    let main = std::fs::read_to_string(root().join(MODULE).join("main.tf")).unwrap();
    for used in [
        "declared = jsondecode(file(\"${path.module}/indexes.json\"))",
        "for_each = local.declared.composite",
        "for_each = local.declared.unindexed",
        "collection  = each.value.collection",
        "for_each = each.value.fields",
        "field_path = fields.value.field_path",
        "order      = fields.value.order",
        "field      = each.value.field",
        "for_each = each.value.expires ? [true] : []",
    ] {
        assert!(main.contains(used), "{used}");
    }
}
