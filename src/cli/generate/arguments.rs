//! The flags: every field of a request is one, and what they amount to is a request like any other.

use std::io::Read as _;
use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Map, Value, json};

use super::Stop;
use crate::content::{Kind, Request, Violation};
use crate::export::Format;

/// What to make, from what, and where to put it.
#[derive(Debug, Args)]
pub(in crate::cli) struct Arguments {
    /// The text, Markdown or plain, 50 to 200000 characters; `-` reads standard input
    #[arg(value_name = "FILE", required_unless_present = "topic")]
    file: Option<PathBuf>,
    /// Folder for the files; made where it is missing. Files of the same name are replaced, pieces of an
    /// earlier run that this one does not make are removed
    #[arg(long, value_name = "DIR", default_value = "out")]
    out: PathBuf,
    /// Formats of the files, with commas between them
    #[arg(long, value_name = "LIST", default_value = "md,json", value_delimiter = ',')]
    formats: Vec<String>,
    /// Kinds to make, with commas between them; the outline is always made, default: all
    #[arg(long, value_name = "LIST", value_delimiter = ',')]
    kinds: Option<Vec<String>>,
    /// Preset for kinds: podcast, guide, one_pager or comprehensive
    #[arg(long, value_name = "PRESET")]
    target_format: Option<String>,
    /// Topic instead of a text; needs a model
    #[arg(long, value_name = "TOPIC")]
    topic: Option<String>,
    /// Who it is for
    #[arg(long)]
    audience: Option<String>,
    /// beginner, intermediate or advanced
    #[arg(long)]
    difficulty: Option<String>,
    /// Language of the material as a tag such as `en`; default: the language of the text
    #[arg(long)]
    language: Option<String>,
    /// Tone of voice
    #[arg(long)]
    tone: Option<String>,
    /// Wanted minutes of the podcast, 3 to 60
    #[arg(long, value_name = "MINUTES")]
    target_duration: Option<u32>,
    /// Wanted pages of the detailed reading, 1 to 20
    #[arg(long, value_name = "PAGES")]
    target_pages: Option<u32>,
    /// Make everything anew, also what is in a cache
    #[arg(long)]
    no_cache: bool,
    /// The most that it may cost, such as 0.50
    #[arg(long, value_name = "USD")]
    max_cost_usd: Option<String>,
    /// low, normal or high
    #[arg(long)]
    priority: Option<String>,
    /// Where events of the job are sent; needs --server
    #[arg(long, value_name = "URL", requires = "server")]
    callback_url: Option<String>,
    /// Let a running service do the work
    #[arg(long, value_name = "URL")]
    pub(super) server: Option<String>,
    /// Key for that service; better set `CONTENT_FACTORY_API_KEY`, which no process list shows
    #[arg(long, value_name = "KEY", requires = "server")]
    pub(super) api_key: Option<String>,
}

/// A file larger than this holds more than 200 000 characters in any case: UTF-8 takes at most four
/// bytes for one.
const MAX_FILE_BYTES: u64 = 4 * 200_000;

impl Arguments {
    pub(super) fn out(&self) -> &Path {
        &self.out
    }

    pub(super) fn formats(&self) -> Result<Vec<Format>, Stop> {
        let known = Format::ALL.map(Format::extension).join(", ");
        let read = |name: &String| {
            Format::from_name(name.trim())
                .ok_or_else(|| Stop::BadInput(format!("unknown format {name:?}: there are {known}")))
        };
        self.formats.iter().map(read).collect()
    }

    /// Gives the request, and the body that says the same to a server.
    pub(super) fn request(&self) -> Result<(Request, Value), Stop> {
        if let Some(unknown) = self.kinds.iter().flatten().find(|name| Kind::from_name(name.trim()).is_none())
        {
            let known = Kind::ALL.map(Kind::as_str).join(", ");
            return Err(Stop::BadInput(format!("unknown kind {unknown:?}: there are {known}")));
        }
        let body = Value::Object(self.body()?);
        let request = Request::parse(&body).map_err(|violations| Stop::BadInput(listed(&violations)))?;
        Ok((request, body))
    }

    fn body(&self) -> Result<Map<String, Value>, Stop> {
        let text = self.file.as_deref().map(read_text).transpose()?;
        let kinds: Option<Vec<&str>> =
            self.kinds.as_ref().map(|kinds| kinds.iter().map(|name| name.trim()).collect());
        let fields = [
            ("syllabus_text", json!(text)),
            ("topic", json!(self.topic)),
            ("kinds", json!(kinds)),
            ("target_format", json!(self.target_format)),
            ("audience", json!(self.audience)),
            ("difficulty", json!(self.difficulty)),
            ("language", json!(self.language)),
            ("tone", json!(self.tone)),
            ("target_duration", json!(self.target_duration)),
            ("target_pages", json!(self.target_pages)),
            ("use_cache", json!(self.no_cache.then_some(false))),
            ("max_cost_usd", json!(self.max_cost_usd)),
            ("priority", json!(self.priority)),
            ("callback_url", json!(self.callback_url)),
        ];
        let given = fields.into_iter().filter(|(_, value)| !value.is_null());
        Ok(given.map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

fn read_text(file: &Path) -> Result<String, Stop> {
    let name = if file == Path::new("-") { "standard input".to_owned() } else { file.display().to_string() };
    let failed = |error: std::io::Error| Stop::BadInput(format!("cannot read {name}: {error}"));
    let mut bytes = Vec::new();
    let limit = MAX_FILE_BYTES + 1;
    match file == Path::new("-") {
        true => std::io::stdin().lock().take(limit).read_to_end(&mut bytes).map_err(failed)?,
        false => {
            std::fs::File::open(file).map_err(failed)?.take(limit).read_to_end(&mut bytes).map_err(failed)?
        }
    };
    if u64::try_from(bytes.len()).is_ok_and(|length| length == limit) {
        return Err(Stop::BadInput(format!("{name} is too long: a text has at most 200000 characters")));
    }
    String::from_utf8(bytes).map_err(|error| {
        let offset = error.utf8_error().valid_up_to();
        Stop::BadInput(format!("{name} is not UTF-8 text: see the byte at offset {offset}"))
    })
}

/// Says each fault in terms of the flag it came from.
fn listed(violations: &[Violation]) -> String {
    let line = |violation: &Violation| match violation.path.trim_start_matches('/') {
        "" => violation.message.clone(),
        "syllabus_text" => format!("the text: {}", violation.message),
        field => format!("--{}: {}", field.replace('_', "-"), violation.message),
    };
    violations.iter().map(line).collect::<Vec<_>>().join("\n       ")
}
