//! A job at one moment, read from the same object that the service answers with, wherever it runs.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_json::Value;

use super::Stop;
use crate::content::{Kind, Material};
use crate::record::{Failure, Metadata, Progress, Quality, Status};

/// A job at one moment.
#[derive(Debug)]
pub(super) struct Snapshot {
    pub(super) status: Status,
    pub(super) progress: Progress,
    pub(super) failures: BTreeMap<Kind, Failure>,
    pub(super) metadata: Metadata,
    pub(super) quality: Option<Quality>,
    pub(super) pieces: BTreeMap<Kind, Material>,
    /// The object itself.
    pub(super) package: Value,
}

#[derive(Deserialize)]
struct Read {
    status: Status,
    progress: Progress,
    failures: BTreeMap<Kind, Failure>,
    metadata: Metadata,
    quality: Option<Quality>,
    #[serde(default)]
    content: BTreeMap<Kind, Value>,
}

impl Snapshot {
    pub(super) fn of(package: Value) -> Result<Snapshot, Stop> {
        let unreadable = |what: String| Stop::Failed(format!("the job cannot be read: {what}"));
        let read = Read::deserialize(&package).map_err(|error| unreadable(error.to_string()))?;
        let mut pieces = BTreeMap::new();
        for (kind, piece) in read.content {
            let piece =
                Material::stored(kind, piece).map_err(|_| unreadable(format!("{kind} is not valid")))?;
            pieces.insert(kind, piece);
        }
        let Read { status, progress, failures, metadata, quality, .. } = read;
        Ok(Snapshot { status, progress, failures, metadata, quality, pieces, package })
    }

    pub(super) fn language(&self) -> &str {
        self.metadata.language.as_deref().unwrap_or("en")
    }
}
