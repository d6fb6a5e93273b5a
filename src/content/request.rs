//! What is wanted. A [`Request`] is valid by construction: whoever holds one need not check it
//! again. The body that clients send is [`RequestBody`]; its attributes are the limits.

use std::sync::LazyLock;

use jsonschema::Validator;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Difficulty, Kind, Violation, schema};
use crate::money::Money;

/// A request as clients send it. Only a text or a topic is required.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct RequestBody {
    /// The text to teach from, 50 to 200 000 Unicode code points.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 50, max = 200_000))]
    pub syllabus_text: Option<String>,
    /// A short topic instead of a text; needs a model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 3, max = 300))]
    pub topic: Option<String>,
    /// What to make; goes before `target_format`. The outline is always made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 1, max = 8))]
    pub kinds: Option<Vec<Kind>>,
    /// A preset for `kinds`; without either, all kinds are made.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub target_format: Option<TargetFormat>,
    /// Who it is for.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 5, max = 100))]
    pub audience: Option<String>,
    /// How demanding it is to be.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub difficulty: Option<Difficulty>,
    /// Language of the material as a BCP 47 tag; default: the language of the text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 35), regex(pattern = r"^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"))]
    pub language: Option<String>,
    /// Tone of voice.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(min = 2, max = 100))]
    pub tone: Option<String>,
    /// Wanted minutes of the podcast.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 3, max = 60))]
    pub target_duration: Option<u16>,
    /// Wanted pages of the detailed reading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(range(min = 1, max = 20))]
    pub target_pages: Option<u16>,
    /// Whether finished pieces may be reused; default true.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub use_cache: Option<bool>,
    /// The most that the job may cost, in US dollars.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(regex(pattern = r"^[0-9]{1,6}(\.[0-9]{1,6})?$"))]
    pub max_cost_usd: Option<String>,
    /// Goes before other work or after it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub priority: Option<Priority>,
    /// Where events of the job are sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schemars(length(max = 2000), regex(pattern = r"^https?://[^\s]+$"))]
    pub callback_url: Option<String>,
}

/// A preset of kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum TargetFormat {
    /// The podcast script.
    Podcast,
    /// The study guide.
    Guide,
    /// The one-pager.
    OnePager,
    /// Everything.
    Comprehensive,
}

/// How urgent a job is.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Priority {
    /// When nothing else waits.
    Low,
    /// In turn.
    #[default]
    Normal,
    /// First.
    High,
}

impl Priority {
    /// All priorities, the most urgent first.
    pub const ALL: [Priority; 3] = [Priority::High, Priority::Normal, Priority::Low];

    /// Returns the name used on the wire, in the store and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Priority::Low => "low",
            Priority::Normal => "normal",
            Priority::High => "high",
        }
    }
}

/// A request that is known to be valid.
#[derive(Clone, PartialEq, Eq, Serialize)]
#[cfg_attr(test, derive(Debug))]
#[serde(transparent)]
pub struct Request {
    body: RequestBody,
}

/// Digits that an amount of dollars has at most, before the point.
const MOST_DOLLAR_DIGITS: usize = 6;
/// The fields that hold words of the user, as opposed to codes.
const TEXTS: [&str; 4] = ["syllabus_text", "topic", "audience", "tone"];

static BODY_SCHEMA: LazyLock<Value> = LazyLock::new(schema::of::<RequestBody>);
static BODY_VALIDATOR: LazyLock<Validator> = LazyLock::new(|| schema::compile(&BODY_SCHEMA));

impl Request {
    /// Returns the JSON Schema of a request body.
    #[must_use]
    pub fn schema() -> &'static Value {
        &BODY_SCHEMA
    }

    /// Reads a request from JSON.
    ///
    /// # Errors
    /// Returns every violation at once: unknown fields, wrong types, limits, and a text or topic
    /// that is missing or blank.
    pub fn parse(value: &Value) -> Result<Request, Vec<Violation>> {
        let mut violations = schema::violations(&BODY_VALIDATOR, value);
        if let Some(fields) = value.as_object() {
            text_or_topic(fields, &mut violations);
            texts(fields, &mut violations);
        }
        if !violations.is_empty() {
            return Err(violations);
        }
        let mut value = value.clone();
        schema::whole_numbers(&mut value);
        match RequestBody::deserialize(value) {
            Ok(body) => Ok(Request { body }),
            Err(error) => Err(vec![Violation::new("", error.to_string())]),
        }
    }

    /// The text to teach from.
    #[must_use]
    pub fn syllabus_text(&self) -> Option<&str> {
        self.body.syllabus_text.as_deref()
    }

    /// The topic, alone or beside a text.
    #[must_use]
    pub fn topic(&self) -> Option<&str> {
        self.body.topic.as_deref()
    }

    /// The kinds to make besides the outline, each once, in the catalogue's order.
    #[must_use]
    pub fn kinds(&self) -> Vec<Kind> {
        let wanted = match (&self.body.kinds, self.body.target_format) {
            (Some(kinds), _) => kinds.clone(),
            (None, Some(TargetFormat::Podcast)) => vec![Kind::PodcastScript],
            (None, Some(TargetFormat::Guide)) => vec![Kind::StudyGuide],
            (None, Some(TargetFormat::OnePager)) => vec![Kind::OnePagerSummary],
            (None, Some(TargetFormat::Comprehensive) | None) => Kind::PIECES.to_vec(),
        };
        Kind::PIECES.into_iter().filter(|kind| wanted.contains(kind)).collect()
    }

    /// Who it is for.
    #[must_use]
    pub fn audience(&self) -> Option<&str> {
        self.body.audience.as_deref()
    }

    /// How demanding it is to be.
    #[must_use]
    pub fn difficulty(&self) -> Option<Difficulty> {
        self.body.difficulty
    }

    /// The wanted language as the client wrote it.
    #[must_use]
    pub fn language(&self) -> Option<&str> {
        self.body.language.as_deref()
    }

    /// The wanted language without region or script, in lower case: `en` for `en-GB`.
    #[must_use]
    pub fn language_code(&self) -> Option<String> {
        let primary = self.language()?.split('-').next()?;
        Some(primary.to_ascii_lowercase())
    }

    /// The wanted tone.
    #[must_use]
    pub fn tone(&self) -> Option<&str> {
        self.body.tone.as_deref()
    }

    /// Wanted minutes of the podcast, 3 to 60.
    #[must_use]
    pub fn target_duration(&self) -> Option<u16> {
        self.body.target_duration
    }

    /// Wanted pages of the detailed reading, 1 to 20.
    #[must_use]
    pub fn target_pages(&self) -> Option<u16> {
        self.body.target_pages
    }

    /// The most that the job may cost, in US dollars.
    #[must_use]
    pub fn max_cost_usd(&self) -> Option<Money> {
        amount(self.body.max_cost_usd.as_deref()?)
    }

    /// Where events of the job are to be sent.
    #[must_use]
    pub fn callback_url(&self) -> Option<&str> {
        self.body.callback_url.as_deref()
    }

    /// How urgent it is.
    #[must_use]
    pub fn priority(&self) -> Priority {
        self.body.priority.unwrap_or_default()
    }

    /// Everything but the text, as it is kept with the job; the text is kept beside it.
    #[must_use]
    pub fn without_text(&self) -> RequestBody {
        RequestBody { syllabus_text: None, ..self.body.clone() }
    }

    /// Puts a stored request and its stored text together again. Both came from a [`Request`].
    #[must_use]
    pub fn restored(stored: RequestBody, syllabus_text: Option<String>) -> Request {
        Request { body: RequestBody { syllabus_text, ..stored } }
    }
}

fn text_or_topic(fields: &serde_json::Map<String, Value>, violations: &mut Vec<Violation>) {
    let is_given = |name: &str| fields.get(name).is_some_and(|value| !value.is_null());
    if !is_given("syllabus_text") && !is_given("topic") {
        violations.push(Violation::new("", "needs syllabus_text or topic"));
    }
}

/// Checks what holds for every text of a request, each at most once and only where its limits hold.
fn texts(fields: &serde_json::Map<String, Value>, violations: &mut Vec<Violation>) {
    for (name, text) in fields.iter().filter_map(|(name, value)| Some((name, value.as_str()?))) {
        let path = format!("/{name}");
        if !TEXTS.contains(&name.as_str()) || violations.iter().any(|violation| violation.path == path) {
            continue;
        }
        if text.trim().is_empty() {
            violations.push(Violation::new(path, "must not be blank"));
        } else if let Some(offset) = text.chars().position(|character| character == '\0') {
            let message = format!("must not contain a NUL character (at character {offset})");
            violations.push(Violation::new(path, message));
        }
    }
}
/// Reads an amount in US dollars as requests give it, with at most six digits before and after the point:
/// "2.50". Anything else is `None`.
#[must_use]
pub fn amount(text: &str) -> Option<Money> {
    let whole = text.split('.').next().unwrap_or_default();
    if whole.len() <= MOST_DOLLAR_DIGITS { text.parse().ok() } else { None }
}
