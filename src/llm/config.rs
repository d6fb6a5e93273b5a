//! The settings of models: `[llm.limits]` and a section for each provider in the file.

use std::time::Duration;

use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{ApiKey, AttemptLimits};

/// Says how models are reached.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Bounds of every attempt.
    pub limits: Limits,
    /// The Gemini API.
    pub gemini: Gemini,
    /// Gemini on Google Cloud.
    pub vertex: Vertex,
    /// OpenAI, and what speaks like it.
    pub openai: OpenAi,
    /// Anthropic.
    pub anthropic: Anthropic,
}

/// Bounds every attempt.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// How long connecting may take, 100 ms to 1 min.
    pub connect: SignedDuration,
    /// How long the first byte of an answer may take, 100 ms to 10 min: a model may think first.
    pub first_byte: SignedDuration,
    /// How long an answer may pause, 100 ms to 10 min.
    pub idle: SignedDuration,
    /// How long an attempt may take, 100 ms to 1 h.
    pub attempt: SignedDuration,
    /// Bytes that the body of an answer may have, 1024 to 67108864.
    pub max_body_bytes: usize,
}

/// Reaches the Gemini API.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Gemini {
    /// Where the API is, without the version.
    pub base_url: String,
    /// Which model writes.
    pub model: String,
    /// The key; unset by default.
    pub api_key: ApiKey,
}

/// Reaches Gemini on Google Cloud, with application default credentials.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Vertex {
    /// Where the API is, without the version.
    pub base_url: String,
    /// Which model writes.
    pub model: String,
    /// The project that is billed; unset by default.
    pub project: String,
    /// The region, or `global`.
    pub location: String,
    /// A bearer token to present instead of application default credentials; unset by default.
    pub access_token: ApiKey,
}

/// Reaches OpenAI, or a server that speaks its chat completions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct OpenAi {
    /// Where the API is, its version included.
    pub base_url: String,
    /// Which model writes.
    pub model: String,
    /// The key; unset by default. A server on this machine may need none.
    pub api_key: ApiKey,
}

/// Reaches Anthropic.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Anthropic {
    /// Where the API is, without the version.
    pub base_url: String,
    /// Which model writes.
    pub model: String,
    /// The key; unset by default.
    pub api_key: ApiKey,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connect: SignedDuration::from_secs(5),
            first_byte: SignedDuration::from_secs(60),
            idle: SignedDuration::from_secs(30),
            attempt: SignedDuration::from_mins(4),
            max_body_bytes: 8 * 1024 * 1024,
        }
    }
}

impl Default for Gemini {
    fn default() -> Self {
        Gemini {
            base_url: "https://generativelanguage.googleapis.com".to_owned(),
            model: "gemini-3.8-flash".to_owned(),
            api_key: ApiKey::default(),
        }
    }
}

impl Default for Vertex {
    fn default() -> Self {
        Vertex {
            base_url: "https://aiplatform.googleapis.com".to_owned(),
            model: "gemini-3.8-flash".to_owned(),
            project: String::new(),
            location: "global".to_owned(),
            access_token: ApiKey::default(),
        }
    }
}

impl Default for OpenAi {
    fn default() -> Self {
        OpenAi {
            base_url: "https://api.openai.com/v1".to_owned(),
            model: "gpt-5.6-luna".to_owned(),
            api_key: ApiKey::default(),
        }
    }
}

impl Default for Anthropic {
    fn default() -> Self {
        Anthropic {
            base_url: "https://api.anthropic.com".to_owned(),
            model: "claude-haiku-5-5".to_owned(),
            api_key: ApiKey::default(),
        }
    }
}

impl Limits {
    /// Bounds an attempt that begins now and may last until `deadline` at most.
    #[must_use]
    pub fn attempt_until(&self, deadline: Instant) -> AttemptLimits {
        let longest = Instant::now().checked_add(self.attempt.unsigned_abs());
        AttemptLimits {
            deadline: longest.map_or(deadline, |longest| longest.min(deadline)),
            first_byte: self.first_byte.unsigned_abs(),
            idle: self.idle.unsigned_abs(),
            max_body_bytes: self.max_body_bytes,
        }
    }

    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let least = Duration::from_millis(100);
        let is_within = |span: SignedDuration, most: Duration| {
            !span.is_negative() && (least..=most).contains(&span.unsigned_abs())
        };
        let minutes = |count: u64| Duration::from_secs(count.saturating_mul(60));
        let checks = [
            (is_within(self.connect, minutes(1)), "connect", "must be 100ms to 1m"),
            (is_within(self.first_byte, minutes(10)), "first_byte", "must be 100ms to 10m"),
            (is_within(self.idle, minutes(10)), "idle", "must be 100ms to 10m"),
            (is_within(self.attempt, minutes(60)), "attempt", "must be 100ms to 1h"),
            (
                (1024..=67_108_864).contains(&self.max_body_bytes),
                "max_body_bytes",
                "must be 1024 to 67108864",
            ),
        ];
        checks.into_iter().filter(|(is_good, ..)| !is_good).map(|(_, name, fault)| (name, fault)).collect()
    }
}
