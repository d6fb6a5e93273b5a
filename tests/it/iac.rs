//! What the hosted store is set up with is the table that the program queries by. `UPDATE_DOCS=1`
//! writes the file that Terraform reads.

use std::collections::BTreeMap;

use content_factory::store::Collection;
use content_factory::store::firestore::{
    NOTICES_COLLECTION, NOTICES_UNINDEXED, PARTS_COLLECTION, PARTS_UNINDEXED, UNINDEXED,
};
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
    let others = of(NOTICES_COLLECTION, &NOTICES_UNINDEXED).chain(of(PARTS_COLLECTION, &PARTS_UNINDEXED));
    collections.chain(others).collect()
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

/// Takes the comments out of Terraform's language.
fn without_comments(text: &str) -> String {
    let mut rest = text;
    let mut kept = String::new();
    while let Some(at) = rest.find(['"', '#', '/']) {
        let (before, from) = rest.split_at(at);
        kept.push_str(before);
        // How long what begins here is, and whether it is a comment.
        let (length, is_comment) = match from.as_bytes() {
            [b'#', ..] | [b'/', b'/', ..] => (from.find('\n').unwrap_or(from.len()), true),
            [b'/', b'*', ..] => (from.find("*/").map_or(from.len(), |end| end + 2), true),
            [b'"', ..] => (quoted(from), false),
            _ => (1, false),
        };
        let (itself, after) = from.split_at(length);
        if !is_comment {
            kept.push_str(itself);
        }
        rest = after;
    }
    kept + rest
}

/// How many bytes a text in quotes has that stands at the beginning; one quote in it stands behind a `\`.
fn quoted(text: &str) -> usize {
    let mut escaped = false;
    let end = text.char_indices().skip(1).find(|(_, letter)| {
        let ends = *letter == '"' && !escaped;
        escaped = *letter == '\\' && !escaped;
        ends
    });
    end.map_or(text.len(), |(at, _)| at + 1)
}

/// Finds what stands between the braces of the block that begins with those words, its blanks made one.
fn block<'a>(text: &'a str, head: &str) -> Option<&'a str> {
    let (_, inside) = text.split_once(&format!("{head} {{"))?;
    let mut depth = 1;
    let end = inside.find(|letter| {
        match letter {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        depth == 0
    })?;
    inside.get(..end)
}

/// Lists what of the table a module does not read.
fn unread(main: &str) -> Vec<String> {
    let text = without_comments(main).split_whitespace().collect::<Vec<_>>().join(" ");
    let index = "resource \"google_firestore_index\" \"composite\"";
    let field = "resource \"google_firestore_field\" \"unindexed\"";
    let needed: [(&[&str], &[&str]); 5] = [
        (&["locals"], &["declared = jsondecode(file(\"${path.module}/indexes.json\"))"]),
        (&[index], &["for_each = local.declared.composite", "collection = each.value.collection"]),
        (
            &[index, "dynamic \"fields\"", "content"],
            &["field_path = fields.value.field_path", "order = fields.value.order"],
        ),
        (
            &[field],
            &[
                "for_each = local.declared.unindexed",
                "collection = each.value.collection",
                "field = each.value.field",
                "index_config {}",
            ],
        ),
        (&[field, "dynamic \"ttl_config\""], &["for_each = each.value.expires ? [true] : []", "content {}"]),
    ];
    let mut unread = Vec::new();
    for (path, lines) in needed {
        let found = path.iter().try_fold(text.as_str(), |within, head| block(within, head));
        let missing = lines.iter().filter(|line| !found.is_some_and(|found| found.contains(**line)));
        unread.extend(missing.map(|line| format!("{}: {line}", path.join(" / "))));
    }
    unread
}

#[test]
fn terraform_reads_all_of_that_table() {
    let main = std::fs::read_to_string(root().join(MODULE).join("main.tf")).unwrap();
    assert_eq!(unread(&main), [""; 0]);
    for resource in ["google_firestore_index", "google_firestore_field"] {
        let begin = main.find(&format!("resource \"{resource}\"")).unwrap();
        let (before, rest) = main.split_at(begin);
        let length = rest.find("\n}\n").unwrap() + 3;
        let (itself, after) = rest.split_at(length);
        let hashed: String = itself.lines().map(|line| format!("# {line}\n")).collect();
        let slashed: String = itself.lines().map(|line| format!("// {line}\n")).collect();
        for commented in [hashed, slashed, format!("/* {itself} */")] {
            let faults = unread(&format!("{before}{commented}{after}"));
            assert!(faults.len() >= 4 && faults[0].contains(resource), "{resource}: {faults:?}");
        }
    }
    assert_eq!(unread(&main.replace("  index_config {}\n", "")).len(), 1);
}
