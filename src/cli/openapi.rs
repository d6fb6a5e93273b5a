//! `openapi`: prints the document of the API, the same that a service gives at `/openapi.json`.

use super::{End, terminal};
use crate::api;

pub(super) fn run() -> End {
    terminal::say(api::document_text().trim_end());
    End::Done
}
