//! Writing a batch, all or nothing: look at what stands, decide what may be written, and commit it on
//! the condition that nothing has moved since. Who was overtaken looks again.
//!
//! An answer can be lost on its way while the commit stands. Every commit therefore leaves its name
//! in the documents it writes: whoever lost the answer looks for the name before anything is tried
//! again. Where no name can tell any more (others have written since, or all was deleted), the outcome
//! is unknown and said to be.

use std::collections::HashMap;
use std::time::Duration;

use ::firestore::gcloud_sdk::google::firestore::v1 as proto;
use jiff::Timestamp;
use proto::precondition::ConditionType;
use proto::write::Operation;

use super::known::Known;
use super::link::{Effect, Link, effect};
use super::parts::{self, Parcels};
use super::wire::{self, Standing};
use crate::store::Error;
use crate::store::write::{Action, Precondition, Write};

/// Times that a batch is tried while others write the same documents.
const RACES: u32 = 24;
/// Answers that may be lost before the outcome is given up as unknown.
const LOST_ANSWERS: usize = 2;
/// The pause before a batch is tried again: doubled each time, up to the longest, and a random part of that.
const FIRST_PAUSE: Duration = Duration::from_millis(4);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// What a commit has done.
#[derive(Debug)]
pub(super) struct Done {
    /// The new version of each document, 0 where it was deleted.
    pub(super) versions: Vec<u64>,
    /// When, in microseconds by the clock of the service.
    pub(super) at: i64,
}

/// How the documents of a batch stand, in the order of its writes.
type Stands = Vec<Option<Standing>>;

struct Batch<'a> {
    link: &'a Link,
    known: &'a Known,
    writes: &'a [Write],
    now: Timestamp,
    /// What is left in the documents.
    name: String,
    /// The full names of the documents.
    documents: Vec<String>,
    parcels: Parcels<'a>,
    /// The versions that were decided when an answer was lost.
    lost: Vec<Vec<u64>>,
}

/// Commits a batch that was checked.
pub(super) async fn commit(
    link: &Link,
    known: &Known,
    writes: &[Write],
    now: Timestamp,
) -> Result<Done, Error> {
    let documents = writes.iter().map(|write| link.name(format_args!("{}/{}", write.collection, write.id)));
    let name = uuid::Uuid::now_v7().simple().to_string();
    let (documents, parcels) = (documents.collect(), parts::divide(writes));
    let mut batch = Batch { link, known, writes, now, name, documents, parcels, lost: Vec::new() };
    parts::write_ahead(link, &batch.documents, &batch.parcels, &batch.name, now).await?;
    let outcome = batch.settle().await;
    batch.remember(outcome.as_ref().ok());
    if outcome.is_err() && batch.lost.is_empty() {
        parts::discard(link, &batch.documents, &batch.parcels, &batch.name).await;
    }
    outcome
}

impl Batch<'_> {
    async fn settle(&mut self) -> Result<Done, Error> {
        let mut stands = self.first_look().await?;
        let mut races = 0;
        loop {
            if let Some(done) = self.trace(&stands) {
                return Ok(done);
            }
            let versions = self.decide(&mut stands).await?;
            let messages = self.messages(&stands, &versions);
            if messages.is_empty() {
                return Ok(Done { versions, at: wire::microseconds(&self.link.seen()) });
            }
            let status = match self.link.commit(messages).await {
                Ok(at) => return Ok(Done { versions, at }),
                Err(status) => status,
            };
            match effect(&status) {
                Effect::NoneRaced => races += 1,
                Effect::NoneRefused => return Err(failed(status)),
                Effect::Unknown => self.lost.push(versions),
            }
            if races > RACES || self.lost.len() > LOST_ANSWERS {
                return Err(failed(status));
            }
            tracing::debug!(%status, races, lost = self.lost.len(), "a commit is looked at again");
            tokio::time::sleep(pause(races)).await;
            stands = self.look(|_, _| true).await?;
        }
    }

    /// Reads how the documents stand of which nothing is known. What is expected to be absent needs no
    /// look, nor does what this instance left as it is expected: the commit itself will tell.
    async fn first_look(&self) -> Result<Stands, Error> {
        let pairs = self.writes.iter().zip(&self.documents);
        let known: Stands = pairs
            .map(|(write, name)| match write.precondition {
                Precondition::AtVersion(version) => self.known.at(name, version),
                Precondition::Absent | Precondition::Any => None,
            })
            .collect();
        let is_known = |place: usize, write: &Write| {
            write.precondition == Precondition::Absent || known.get(place).is_some_and(Option::is_some)
        };
        let looked = self.look(|place, write| !is_known(place, write)).await?;
        Ok(known.into_iter().zip(looked).map(|(known, looked)| known.or(looked)).collect())
    }

    /// Remembers how the documents stand now; where that is not known, nothing.
    fn remember(&self, done: Option<&Done>) {
        for (place, (write, name)) in self.writes.iter().zip(&self.documents).enumerate() {
            let is_whole = write.action == Action::Put;
            let done = done.filter(|_| is_whole);
            let written = done.and_then(|done| Some((done.versions.get(place)?, done.at)));
            let standing = written.filter(|(version, _)| **version > 0).map(|(version, at)| Standing {
                version: *version,
                expire_at: write.content.expire_at,
                batch: self.name.clone(),
                parts: parts::count(&self.parcels, place),
                update_time: wire::to_moment(at),
            });
            self.known.remember(name, standing);
        }
    }

    /// Reads how the documents stand of those writes that are `wanted`; the others count as absent.
    async fn look(&self, wanted: impl Fn(usize, &Write) -> bool) -> Result<Stands, Error> {
        let pairs = self.writes.iter().enumerate().zip(&self.documents);
        let names = pairs.filter(|((place, write), _)| wanted(*place, write)).map(|(_, name)| name.clone());
        let names = names.collect();
        let found = self.link.documents(names, Some(&wire::STANDING)).await?;
        let mut found: HashMap<&str, &proto::Document> =
            found.iter().map(|document| (document.name.as_str(), document)).collect();
        let stands =
            self.documents.iter().map(|name| found.remove(name.as_str()).map(wire::standing).transpose());
        stands.collect()
    }

    /// Finds out whether a commit whose answer was lost stands.
    fn trace(&self, stands: &Stands) -> Option<Done> {
        let is_ours = |stand: &Option<Standing>| stand.as_ref().is_some_and(|stand| stand.batch == self.name);
        let place = stands.iter().position(is_ours)?;
        let stand = stands.get(place)?.as_ref()?;
        let versions = self.lost.iter().find(|versions| versions.get(place) == Some(&stand.version))?;
        Some(Done { versions: versions.clone(), at: wire::microseconds(&stand.update_time) })
    }

    /// Gives the versions after the batch. A conflict is told only after a look at all documents, so
    /// that the first of them is named.
    async fn decide(&self, stands: &mut Stands) -> Result<Vec<u64>, Error> {
        if let Ok(versions) = self.decided(stands) {
            return Ok(versions);
        }
        *stands = self.look(|_, _| true).await?;
        match self.decided(stands) {
            // An earlier attempt may have been there before whoever is there now.
            Err(_) if !self.lost.is_empty() => Err(failed(Overwritten)),
            decided => decided,
        }
    }

    fn decided(&self, stands: &Stands) -> Result<Vec<u64>, Error> {
        let pairs = self.writes.iter().zip(stands);
        pairs.map(|(write, stand)| write.next_version(self.current(stand.as_ref()))).collect()
    }

    /// Gives the version that counts: an expired document is as good as gone.
    fn current(&self, stand: Option<&Standing>) -> Option<u64> {
        let is_alive = |stand: &&Standing| stand.expire_at.is_none_or(|expire_at| expire_at > self.now);
        stand.filter(is_alive).map(|stand| stand.version)
    }

    /// Writes the batch as the interface wants it, under the condition that everything stands as it
    /// was seen.
    fn messages(&self, stands: &Stands, versions: &[u64]) -> Vec<proto::Write> {
        let (mut messages, mut of_parts) = (Vec::new(), Vec::new());
        let all = self.writes.iter().zip(&self.documents).zip(stands.iter().zip(versions));
        for (place, ((write, name), (stand, version))) in all.enumerate() {
            let parts = parts::count(&self.parcels, place);
            let mut mask = None;
            let operation = match (write.action, stand) {
                (Action::Delete | Action::Keep, None) => continue,
                // It has expired.
                (Action::Keep, Some(_)) if *version == 0 => continue,
                (Action::Keep, Some(stand)) => {
                    let expire_at = write.content.expire_at;
                    of_parts.extend(parts::adopt(name, &stand.batch, stand.parts, expire_at));
                    mask =
                        Some(proto::DocumentMask { field_paths: wire::KEEPING.map(str::to_owned).to_vec() });
                    Operation::Update(wire::keeping(name.clone(), *version, expire_at))
                }
                (Action::Delete, Some(_)) => Operation::Delete(name.clone()),
                (Action::Put, _) => Operation::Update(wire::document(
                    name.clone(),
                    &write.content,
                    wire::Written { version: *version, batch: &self.name, parts },
                )),
            };
            messages.push(proto::Write {
                operation: Some(operation),
                update_mask: mask,
                current_document: Some(unmoved(stand.as_ref())),
                ..proto::Write::default()
            });
            if write.action == Action::Keep {
                continue;
            }
            of_parts.extend(parts::adopt(name, &self.name, parts, write.content.expire_at));
            of_parts.extend(stand.iter().flat_map(|stand| parts::remove(name, stand)));
        }
        messages.append(&mut of_parts);
        messages
    }
}

/// The condition that a document still stands as it was seen.
fn unmoved(stand: Option<&Standing>) -> proto::Precondition {
    let condition = match stand {
        None => ConditionType::Exists(false),
        Some(stand) => ConditionType::UpdateTime(stand.update_time),
    };
    proto::Precondition { condition_type: Some(condition) }
}

#[derive(Debug, thiserror::Error)]
#[error("the answer to a commit was lost, and others have written the documents since")]
struct Overwritten;

fn failed(source: impl std::error::Error + Send + Sync + 'static) -> Error {
    Error::unavailable("write to Firestore", source)
}

/// A random part of a pause that grows, so that those who met do not meet again.
fn pause(races: u32) -> Duration {
    let longest =
        FIRST_PAUSE.saturating_mul(1_u32.checked_shl(races.min(16)).unwrap_or(1)).min(LONGEST_PAUSE);
    let mut byte = [128_u8];
    let _ = getrandom::fill(&mut byte);
    longest.saturating_mul(u32::from(byte[0])) / 255
}
