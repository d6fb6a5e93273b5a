//! One version of one piece, in a document of its own.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Error;
use crate::content::{Kind, Material};
use crate::id::JobId;
use crate::store::{Collection, Document, Write};

/// One version of one piece. Versions are never overwritten: an edit makes the next one.
#[derive(Clone, Debug)]
pub struct PieceVersion {
    /// The job it belongs to.
    pub job: JobId,
    /// Counts from 1 within job and kind.
    pub number: u32,
    /// When it was valid.
    pub made_at: Timestamp,
    /// The piece itself.
    pub material: Material,
}

#[derive(Serialize)]
struct Written<'a> {
    made_at: Timestamp,
    piece: &'a Material,
}

#[derive(Deserialize)]
struct Read {
    made_at: Timestamp,
    piece: Value,
}

const UNREADABLE: Error = Error::Unreadable { what: "piece" };

impl PieceVersion {
    /// Names the document of a version.
    pub(super) fn document_id(job: JobId, kind: Kind, number: u32) -> String {
        format!("{job}.{kind}.{number}")
    }

    /// Puts a version down.
    pub(super) fn write(
        job: JobId,
        number: u32,
        made_at: Timestamp,
        piece: &Material,
    ) -> Result<Write, Error> {
        let kind = piece.kind();
        let payload = serde_json::to_string(&Written { made_at, piece }).map_err(|_| UNREADABLE)?;
        Ok(Write::put(Collection::Pieces, PieceVersion::document_id(job, kind, number))
            .field("job", job.to_string())
            .field("kind", kind.as_str())
            .field("number", number)
            .payload(payload)
            .absent())
    }

    /// Reads a version back and checks it against the schema of its kind. Takes some milliseconds
    /// of CPU for a large piece.
    pub(super) fn read(document: &Document) -> Result<PieceVersion, Error> {
        let job = document.text("job").and_then(|job| job.parse().ok()).ok_or(UNREADABLE)?;
        let kind = document.text("kind").and_then(Kind::from_name).ok_or(UNREADABLE)?;
        let number =
            document.integer("number").and_then(|number| u32::try_from(number).ok()).ok_or(UNREADABLE)?;
        let Read { made_at, piece } = serde_json::from_str(&document.payload).map_err(|_| UNREADABLE)?;
        let material = Material::stored(kind, piece).map_err(|_| UNREADABLE)?;
        Ok(PieceVersion { job, number, made_at, material })
    }
}
