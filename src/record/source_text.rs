//! The text as submitted, in documents beside the job: in parts, because a hosted document store
//! holds 1 MiB in one.

use super::{Error, Job};
use crate::id::JobId;
use crate::store::{Collection, Document, Write};

/// Code points of one part. At most six bytes each in JSON, so a part stays below 1 MiB.
const PART_CHARACTERS: usize = 150_000;

const UNREADABLE: Error = Error::Unreadable { what: "source" };

/// Names the documents of a job's text.
pub(super) fn ids(job: &Job) -> impl Iterator<Item = String> {
    let parts = usize::try_from(job.source_characters).unwrap_or(usize::MAX).div_ceil(PART_CHARACTERS);
    let id = job.id;
    (1..=parts).map(move |number| document_id(id, number))
}

fn document_id(job: JobId, number: impl std::fmt::Display) -> String {
    format!("{job}.{number}")
}

/// Makes the writes that keep a text, for ever until they are told otherwise.
pub(super) fn writes(job: &Job, text: &str) -> Result<Vec<Write>, Error> {
    parts(text).zip(1_u32..).map(|(part, number)| write(job, part, number)).collect()
}

fn write(job: &Job, part: &str, number: u32) -> Result<Write, Error> {
    let payload = serde_json::to_string(part).map_err(|_| UNREADABLE)?;
    Ok(Write::put(Collection::Sources, document_id(job.id, number))
        .field("job", job.id.to_string())
        .field("number", number)
        .payload(payload)
        .absent())
}

fn parts(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        let end = rest.char_indices().nth(PART_CHARACTERS).map_or(rest.len(), |(end, _)| end);
        let (part, remaining) = rest.split_at(end);
        rest = remaining;
        Some(part)
    })
}

/// Puts the parts, in order, together again.
pub(super) fn join(documents: &[Document]) -> Result<String, Error> {
    documents
        .iter()
        .map(|part| serde_json::from_str::<String>(&part.payload).map_err(|_| UNREADABLE))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_is_cut_between_characters_and_nothing_of_it_is_lost() {
        for length in [1, PART_CHARACTERS, PART_CHARACTERS + 1, 200_000] {
            let text = "ñ".repeat(length);
            let cut: Vec<&str> = parts(&text).collect();
            assert_eq!(cut.len(), length.div_ceil(PART_CHARACTERS));
            assert_eq!(cut.concat(), text);
        }
    }
}
