//! Payloads that are too large for one document: they are divided among documents below it, which
//! are written ahead, and belong to it from the commit on that names them. Parts of a commit that
//! never came are removed by their expiry, which the commit takes away.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use ::firestore::gcloud_sdk::google::firestore::v1 as proto;
use jiff::{SignedDuration, Timestamp};
use proto::precondition::ConditionType;
use proto::write::Operation;

use super::link::{Effect, Link, effect};
use super::wire::{self, Kept, Standing};
use crate::store::Error;
use crate::store::document::Document;
use crate::store::write::Write;

/// The collection below a document that holds the parts of its payload.
pub const COLLECTION: &str = "parts";

/// The fields of a part, none of which is to be indexed.
pub const UNINDEXED: [&str; 2] = [wire::EXPIRE_AT, wire::PAYLOAD];

/// Bytes of a part, and of a payload that stands whole in its document. A document may have 1 MiB, and
/// its fields need their room. Source: Firestore's limits, 2026-11-28.
const PART_BYTES: usize = 900_000;
/// Bytes of payload that one commit carries; what goes beyond is written ahead. A request may have
/// 10 MiB, but 4 MiB to the emulator, and 500 documents need up to 2 MiB without their payloads.
const COMMIT_BYTES: usize = 2_000_000;
/// Parts that are written ahead in one commit.
const PARTS_A_COMMIT: usize = 3;
/// How long parts live that no commit names: longer than any commit takes.
const ORPHANS_LIVE: SignedDuration = SignedDuration::from_hours(24);

/// The parts of a batch: by the place of the write, the pieces of its payload.
pub(super) type Parcels<'a> = BTreeMap<usize, Vec<&'a str>>;

/// Decides which payloads of a batch are divided, and divides them.
pub(super) fn divide(writes: &[Write]) -> Parcels<'_> {
    let mut sizes: Vec<(usize, usize)> =
        writes.iter().map(|write| write.content.payload.len()).enumerate().collect();
    sizes.sort_by_key(|(_, bytes)| std::cmp::Reverse(*bytes));
    let mut carried: usize = sizes.iter().map(|(_, bytes)| *bytes).sum();
    let mut divided = BTreeSet::new();
    for (place, bytes) in sizes {
        if bytes > PART_BYTES || (carried > COMMIT_BYTES && bytes > 0) {
            divided.insert(place);
            carried = carried.saturating_sub(bytes);
        }
    }
    let chosen = writes.iter().enumerate().filter(|(place, _)| divided.contains(place));
    chosen.map(|(place, write)| (place, pieces(&write.content.payload))).collect()
}

/// Cuts a text between characters.
fn pieces(text: &str) -> Vec<&str> {
    let mut rest = text;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, remaining) = rest.split_at(rest.floor_char_boundary(PART_BYTES));
        pieces.push(piece);
        rest = remaining;
    }
    pieces
}

/// Names a part of what a batch wrote to a document.
fn name(document: &str, batch: &str, number: usize) -> String {
    format!("{document}/{COLLECTION}/{batch}.{number}")
}

/// Names all parts of a document.
fn names(document: &str, batch: &str, parts: u32) -> impl Iterator<Item = String> {
    (0..usize::try_from(parts).unwrap_or(0)).map(move |number| name(document, batch, number))
}

/// Counts the parts of a write.
pub(super) fn count(parcels: &Parcels<'_>, place: usize) -> u32 {
    parcels.get(&place).map_or(0, |pieces| u32::try_from(pieces.len()).unwrap_or(u32::MAX))
}

/// Writes all parts of a batch ahead; they expire unless the batch follows.
pub(super) async fn write_ahead(
    link: &Link,
    documents: &[String],
    parcels: &Parcels<'_>,
    batch: &str,
    now: Timestamp,
) -> Result<(), Error> {
    let expire_at = now.saturating_add(ORPHANS_LIVE).unwrap_or(Timestamp::MAX);
    let parts = parcels.iter().filter_map(|(place, pieces)| Some((documents.get(*place)?, pieces)));
    let parts =
        parts.flat_map(|(document, pieces)| pieces.iter().enumerate().map(move |piece| (document, piece)));
    let writes: Vec<proto::Write> = parts
        .map(|(document, (number, piece))| {
            let part = wire::loose(name(document, batch, number), (*piece).to_owned(), Some(expire_at));
            proto::Write { operation: Some(Operation::Update(part)), ..proto::Write::default() }
        })
        .collect();
    for writes in writes.chunks(PARTS_A_COMMIT) {
        commit_twice(link, writes).await?;
    }
    Ok(())
}

/// Commits what may be written any number of times.
async fn commit_twice(link: &Link, writes: &[proto::Write]) -> Result<(), Error> {
    let failed = |status| Error::unavailable("write to Firestore", status);
    match link.commit(writes.to_vec()).await {
        Ok(_) => Ok(()),
        Err(status) if effect(&status) == Effect::NoneRefused => Err(failed(status)),
        Err(_) => link.commit(writes.to_vec()).await.map(drop).map_err(failed),
    }
}

/// Makes the writes that turn parts written ahead into parts of their document: they live as long
/// as it does.
pub(super) fn adopt(
    document: &str,
    batch: &str,
    parts: u32,
    expire_at: Option<Timestamp>,
) -> Vec<proto::Write> {
    let adopted = names(document, batch, parts).map(|name| proto::Write {
        update_mask: Some(proto::DocumentMask { field_paths: vec![wire::EXPIRE_AT.to_owned()] }),
        current_document: Some(proto::Precondition { condition_type: Some(ConditionType::Exists(true)) }),
        operation: Some(Operation::Update(wire::expiring(name, expire_at))),
        ..proto::Write::default()
    });
    adopted.collect()
}

/// Makes the writes that remove the parts of what stands now.
pub(super) fn remove(document: &str, standing: &Standing) -> Vec<proto::Write> {
    let removed = names(document, &standing.batch, standing.parts)
        .map(|name| proto::Write { operation: Some(Operation::Delete(name)), ..proto::Write::default() });
    removed.collect()
}

/// Removes parts that were written ahead for a batch that is not to be. They would expire otherwise.
pub(super) async fn discard(link: &Link, documents: &[String], parcels: &Parcels<'_>, batch: &str) {
    let parts = parcels.keys().filter_map(|place| Some((documents.get(*place)?, count(parcels, *place))));
    let deletes: Vec<proto::Write> = parts
        .flat_map(|(document, parts)| names(document, batch, parts))
        .map(|name| proto::Write { operation: Some(Operation::Delete(name)), ..proto::Write::default() })
        .collect();
    if deletes.is_empty() {
        return;
    }
    if let Err(status) = link.commit(deletes).await {
        tracing::debug!(%status, "parts of a refused batch stay until they expire");
    }
}

/// Fetches the parts of documents that have any. Where some are not there the document has been
/// replaced since it was read: `None`.
pub(super) async fn joined(link: &Link, found: Vec<Kept>) -> Result<Option<Vec<Document>>, Error> {
    let mut documents = Vec::with_capacity(found.len());
    for Kept { name, standing, mut document } in found {
        if standing.parts > 0 {
            match payload(link, &name, &standing).await? {
                Some(payload) => document.payload = payload,
                None => return Ok(None),
            }
        }
        documents.push(document);
    }
    Ok(Some(documents))
}

async fn payload(link: &Link, document: &str, standing: &Standing) -> Result<Option<String>, Error> {
    let wanted: Vec<String> = names(document, &standing.batch, standing.parts).collect();
    let found = link.documents(wanted.clone(), Some(&[wire::PAYLOAD])).await?;
    let found: HashMap<&str, &proto::Document> =
        found.iter().map(|part| (part.name.as_str(), part)).collect();
    let mut payload = String::new();
    for name in &wanted {
        match found.get(name.as_str()) {
            Some(part) => payload.push_str(wire::part(part)?),
            None => return Ok(None),
        }
    }
    Ok(Some(payload))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Collection;

    fn batch(sizes: &[usize]) -> Vec<Write> {
        let write = |(id, bytes): (usize, &usize)| {
            Write::put(Collection::Jobs, id.to_string()).payload("x".repeat(*bytes))
        };
        sizes.iter().enumerate().map(write).collect()
    }

    #[test]
    fn a_text_is_cut_between_characters_and_nothing_of_it_is_lost() {
        for text in ["ñ".repeat(PART_BYTES), "x".repeat(PART_BYTES), format!("x{}", "🎓".repeat(PART_BYTES))]
        {
            let cut = pieces(&text);
            assert!(cut.iter().all(|piece| (1..=PART_BYTES).contains(&piece.len())));
            assert_eq!(cut.len(), text.len().div_ceil(PART_BYTES));
            assert_eq!(cut.concat(), text);
        }
    }

    #[test]
    fn what_does_not_fit_into_a_document_or_a_commit_is_divided_the_largest_first() {
        let divided = |sizes: &[usize]| {
            let writes = batch(sizes);
            divide(&writes).into_iter().map(|(place, pieces)| (place, pieces.len())).collect::<Vec<_>>()
        };
        assert_eq!(divided(&[0, PART_BYTES, PART_BYTES]), []);
        assert_eq!(divided(&[10, PART_BYTES + 1, 10]), [(1, 2)]);
        assert_eq!(divided(&[PART_BYTES, PART_BYTES - 1, 300_000, 5]), [(0, 1)]);
        assert_eq!(divided(&[16 * 1024 * 1024]), [(0, 19)]);
    }
}
