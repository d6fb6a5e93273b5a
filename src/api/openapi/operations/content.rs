//! Generating while the caller waits, and reading what was made.

use serde_json::json;

use super::super::headers::{CONTENT_DISPOSITION, IDEMPOTENCY_KEY, PREFER};
use super::super::{AnyPiece, Operation, Pieces, examples};
use crate::api::error::Code;
use crate::api::export::{ExportParameters, RECORD};
use crate::api::view::{JobView, RecordView};
use crate::content::{Kind, RequestBody};
use crate::export::Format;

/// How a creating call fails besides the checks of its body.
const CREATING: [Code; 2] = [Code::SourceTooThin, Code::IdempotencyMismatch];

/// How a job fails that somebody waits for.
const OF_JOB: [Code; 6] = [
    Code::Conflict,
    Code::ContentBlocked,
    Code::BudgetExceeded,
    Code::ProviderUnavailable,
    Code::ProviderRejected,
    Code::DeadlineExceeded,
];

pub(in crate::api) fn generate_content(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("generate_content", "Make teaching material and wait for it")
        .explained("The job goes on if the wait runs out or the caller hangs up. A job that failed answers with the code of its outline, with its id.")
        .header(IDEMPOTENCY_KEY)
        .header(PREFER)
        .takes::<RequestBody>("What is wanted: a text or a topic, and how.", examples::REQUEST)
        .gives::<JobView<'_>>(200, "It ended, complete or in part: the job with its pieces.", examples::JOB)
        .gives::<JobView<'_>>(202, "The wait ran out: the job as it stands.", examples::QUEUED_JOB)
        .located(200)
        .located(202)
        .leads_to(200, "read_job", "/job_id")
        .leads_to(200, "list_pieces", "/job_id")
        .leads_to(200, "export_job", "/job_id")
        .leads_to(200, "delete_job", "/job_id")
        .leads_to(202, "read_job", "/job_id")
        .leads_to(202, "cancel_job", "/job_id")
        .fails_with(&CREATING)
        .fails_with(&OF_JOB)
}

pub(in crate::api) fn create_job(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("create_job", "Make teaching material")
        .explained("The job is accepted and runs by itself.")
        .header(IDEMPOTENCY_KEY)
        .takes::<RequestBody>("What is wanted: a text or a topic, and how.", examples::REQUEST)
        .gives::<JobView<'_>>(201, "The job, accepted.", examples::QUEUED_JOB)
        .located(201)
        .leads_to(201, "read_job", "/job_id")
        .leads_to(201, "list_pieces", "/job_id")
        .leads_to(201, "read_source", "/job_id")
        .leads_to(201, "cancel_job", "/job_id")
        .leads_to(201, "retry_job", "/job_id")
        .leads_to(201, "delete_job", "/job_id")
        .fails_with(&CREATING)
}

pub(in crate::api) fn create_batch(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("create_batch", "Make teaching material from several requests")
        .explained("All of them are accepted or none; faults name the request that they are in.")
        .header(IDEMPOTENCY_KEY)
        .takes::<crate::api::batches::BatchRequest>(
            "The requests, and what they may cost together.",
            examples::BATCH_REQUEST,
        )
        .gives::<crate::api::batches::BatchView>(201, "The batch, accepted.", examples::BATCH)
        .located(201)
        .leads_to(201, "read_batch", "/batch_id")
        .leads_to(201, "cancel_batch", "/batch_id")
        .fails_with(&CREATING)
}

pub(in crate::api) fn list_pieces(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("list_pieces", "Read the pieces of a job")
        .explained("Each as soon as it is there.")
        .id_of("job")
        .gives::<Pieces>(200, "The pieces by kind.", examples::PIECES)
        .kept()
}

pub(in crate::api) fn read_piece(operation: Operation<'_>) -> Operation<'_> {
    operation
        .named("read_piece", "Read one piece of a job")
        .id_of("job")
        .kind()
        .gives::<AnyPiece>(200, "The piece.", examples::PIECE)
        .kept()
}

pub(in crate::api) fn export_job(operation: Operation<'_>) -> Operation<'_> {
    let formats = Format::ALL.map(Format::extension).into_iter().chain(["markdown", RECORD]);
    let formats = json!({ "type": "string", "enum": formats.collect::<Vec<_>>(), "default": Format::Markdown.extension() });
    let kinds = Kind::ALL.map(Kind::as_str).join("|");
    let kinds = json!({ "type": "string", "pattern": format!("^({kinds})(,({kinds}))*$") });
    let text = "Which pieces, kinds of `/api/v1/kinds` with commas between; not with `record`.";
    operation
        .named("export_job", "Read the pieces of a job as one file, or everything that is kept of it")
        .explained("`record` is all there is: job, request, text, pieces, events and deliveries.")
        .id_of("job")
        .query::<ExportParameters>()
        .parameter_like("format", "The format of the file.", formats, json!("md"))
        .parameter_like("kinds", text, kinds, json!("faqs,flashcards"))
        .gives_text(200, "The file.", Format::Markdown.media_type(), "# Photosynthesis\n")
        .either::<Pieces, RecordView<'_>>(200, "The file.", examples::RECORD)
        .bearing(200, CONTENT_DISPOSITION)
        .kept()
        .bearing(304, CONTENT_DISPOSITION)
}
