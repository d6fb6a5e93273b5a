//! The settings of models: `[llm.limits]` and a section for each provider in the file.

use std::time::Duration;

use jiff::SignedDuration;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use tokio::time::Instant;

use super::{ApiKey, AttemptLimits, ProviderName, StatedPrice, open};
use crate::catalog::{self, Place, Prices};
use crate::lease::Tenure;
use crate::money::Money;

/// Says how models are reached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Who takes over, in that order, where the writer fails; `extractive` may stand last.
    pub fallback: Vec<Fallback>,
    /// How pieces are split into calls.
    pub fan_out: FanOut,
    /// The most that a job may cost, in US dollars; a request may only ask for less.
    pub max_cost_usd: Money,
    /// How many calls a provider gets at once.
    pub concurrency: Concurrency,
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

/// Says how pieces are split into calls.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FanOut {
    /// What is planned longer than about 700 tokens, into parts of about that size.
    #[default]
    Auto,
    /// Never: a piece is one call.
    Piece,
    /// Always, a section of the outline at a time.
    Section,
}

/// Names who takes over.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fallback {
    /// See [`ProviderName::Gemini`].
    Gemini,
    /// See [`ProviderName::Vertex`].
    Vertex,
    /// See [`ProviderName::OpenAi`].
    #[serde(rename = "openai")]
    OpenAi,
    /// See [`ProviderName::Anthropic`].
    Anthropic,
    /// Code, from the sentences of the text.
    Extractive,
}

impl Fallback {
    /// Returns the provider that takes over, unless it is code.
    #[must_use]
    pub const fn provider(self) -> Option<ProviderName> {
        match self {
            Fallback::Gemini => Some(ProviderName::Gemini),
            Fallback::Vertex => Some(ProviderName::Vertex),
            Fallback::OpenAi => Some(ProviderName::OpenAi),
            Fallback::Anthropic => Some(ProviderName::Anthropic),
            Fallback::Extractive => None,
        }
    }
}

/// How many calls a provider gets at once. Where it starts, it goes up while all goes well and down
/// when calls are sent away or take longer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Concurrency {
    /// Until it first shows a limit, 1 to 65536; never more than `most`.
    pub start: usize,
    /// At most, 1 to 65536.
    pub most: usize,
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
    /// What a million tokens of a prompt cost here; unset by default, then the catalogue knows, or
    /// takes a model that it does not know for the dearest. Stated together with the output's.
    pub input_usd_per_million: StatedPrice,
    /// The same of answers.
    pub output_usd_per_million: StatedPrice,
    /// The same of what of a prompt comes from the server's cache; unset by default, then as all of
    /// the prompt.
    pub cached_input_usd_per_million: StatedPrice,
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

impl Default for Config {
    fn default() -> Self {
        Config {
            fallback: Vec::new(),
            fan_out: FanOut::Auto,
            max_cost_usd: Money::from_micros(5_000_000),
            concurrency: Concurrency::default(),
            limits: Limits::default(),
            gemini: Gemini::default(),
            vertex: Vertex::default(),
            openai: OpenAi::default(),
            anthropic: Anthropic::default(),
        }
    }
}

impl Default for Concurrency {
    fn default() -> Self {
        // What the jobs in flight ask, four calls for each of a thousand, should not wait as long as
        // nothing speaks for it: what a provider does not take it says.
        Concurrency { start: 4096, most: 4096 }
    }
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
            base_url: VERTEX_BASE_URL.to_owned(),
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
            input_usd_per_million: StatedPrice::default(),
            output_usd_per_million: StatedPrice::default(),
            cached_input_usd_per_million: StatedPrice::default(),
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

impl Config {
    /// Lists what is wrong with the settings on that day, each as the name of a setting and a
    /// sentence: an address that a key must not travel to, a model that no longer answers.
    #[must_use]
    pub fn faults(&self, today: Date) -> Vec<(&'static str, &'static str)> {
        let addresses = [
            ("gemini.base_url", &self.gemini.base_url),
            ("vertex.base_url", &self.vertex.base_url),
            ("openai.base_url", &self.openai.base_url),
            ("anthropic.base_url", &self.anthropic.base_url),
        ];
        let models = [
            ("gemini.model", &self.gemini.model, Place::Vendor),
            ("vertex.model", &self.vertex.model, Place::Vertex),
            ("openai.model", &self.openai.model, Place::Vendor),
            ("anthropic.model", &self.anthropic.model, Place::Vendor),
        ];
        let addresses =
            addresses.into_iter().filter_map(|(name, base)| Some((name, open::check(base).err()?)));
        let models = models.into_iter().filter_map(|(name, model, place)| {
            let is_plain = |byte: u8| {
                byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b':' | b'/' | b'@')
            };
            if model.is_empty() || !model.bytes().all(is_plain) {
                return Some((name, "must be the vendor's name of a model"));
            }
            catalog::is_shut_down(model, place, today).then_some((name, "is shut down; name another model"))
        });
        let last = self.fallback.split_last().map_or(&[][..], |(_, before)| before);
        let chain =
            last.contains(&Fallback::Extractive).then_some(("fallback", "may name extractive only last"));
        let price = self.openai.missing_price().map(|name| (name, "must be set where another price is"));
        let location = (!is_location(&self.vertex.location))
            .then_some(("vertex.location", "must be `global` or the name of a region"));
        let rest = chain.into_iter().chain(price).chain(location);
        let bounds = self.concurrency.faults().into_iter().chain(self.limits.faults());
        bounds.chain(addresses).chain(models).chain(rest).collect()
    }
}

/// It becomes a part of a host's name and of a path.
fn is_location(location: &str) -> bool {
    let is_plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    (1..=40).contains(&location.len()) && location.bytes().all(is_plain)
}

/// Where Google Cloud is, whatever the region.
const VERTEX_BASE_URL: &str = "https://aiplatform.googleapis.com";

impl Vertex {
    /// Returns the base address: a region has a host of its own. Source:
    /// <https://docs.litellm.ai/docs/providers/vertex>, read 2026-11-28.
    pub(super) fn base_of_location(&self) -> String {
        match (self.base_url.as_str(), self.location.as_str()) {
            (VERTEX_BASE_URL, location) if location != "global" => {
                format!("https://{location}-aiplatform.googleapis.com")
            }
            (base_url, _) => base_url.to_owned(),
        }
    }
}

impl OpenAi {
    /// Returns the prices that the operator stated, if any; zero is one only where it was stated.
    pub(super) fn prices(&self) -> Option<Prices> {
        let input = self.input_usd_per_million.stated()?;
        let output = self.output_usd_per_million.stated()?;
        let cached_input = self.cached_input_usd_per_million.stated().unwrap_or(input);
        Some(Prices { input, output, cached_input, cache_write: input })
    }

    /// Names what is missing where prices are stated in part.
    fn missing_price(&self) -> Option<&'static str> {
        let input = self.input_usd_per_million.stated();
        let output = self.output_usd_per_million.stated();
        match (input, output, self.cached_input_usd_per_million.stated()) {
            (Some(_), Some(_), _) | (None, None, None) => None,
            (None, ..) => Some("openai.input_usd_per_million"),
            (_, None, _) => Some("openai.output_usd_per_million"),
        }
    }
}

impl Concurrency {
    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        [("concurrency.start", self.start), ("concurrency.most", self.most)]
            .into_iter()
            .filter(|(_, count)| !(1..=65_536).contains(count))
            .map(|(name, _)| (name, "must be from 1 to 65536"))
            .collect()
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
            tenure: Tenure::endless(),
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
            (is_within(self.connect, minutes(1)), "limits.connect", "must be 100ms to 1m"),
            (is_within(self.first_byte, minutes(10)), "limits.first_byte", "must be 100ms to 10m"),
            (is_within(self.idle, minutes(10)), "limits.idle", "must be 100ms to 10m"),
            (is_within(self.attempt, minutes(60)), "limits.attempt", "must be 100ms to 1h"),
            (
                (1024..=67_108_864).contains(&self.max_body_bytes),
                "limits.max_body_bytes",
                "must be 1024 to 67108864",
            ),
        ];
        checks.into_iter().filter(|(is_good, ..)| !is_good).map(|(_, name, fault)| (name, fault)).collect()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn the_defaults_are_good_today() {
        assert_eq!(Config::default().faults(date(2026, 11, 21)), []);
        let config = Config::default();
        for model in
            [&config.gemini.model, &config.vertex.model, &config.openai.model, &config.anthropic.model]
        {
            assert!(catalog::find(model).is_some(), "{model} has a price");
        }
    }

    #[test]
    fn a_model_past_its_shutdown_is_a_fault() {
        let mut config = Config::default();
        config.gemini.model = "gemini-3.7-flash".to_owned();
        config.vertex.model = "gemini-3.7-flash".to_owned();
        assert_eq!(config.faults(date(2027, 1, 27)), []);
        let fault = ("vertex.model", "is shut down; name another model");
        assert_eq!(config.faults(date(2027, 1, 28)), [fault]);
    }

    #[test]
    fn every_setting_has_its_fault() {
        let mut config = Config::default();
        let zero = SignedDuration::ZERO;
        let minus = SignedDuration::from_secs(-1);
        config.limits =
            Limits { connect: zero, first_byte: zero, idle: minus, attempt: zero, max_body_bytes: 1 };
        config.concurrency = Concurrency { start: 0, most: 65_537 };
        let addresses =
            ["ftp://x", "http://models.example", "https://user:word@models.example", "https://x?key=1"];
        let [gemini, vertex, openai, anthropic] = addresses.map(str::to_owned);
        config.gemini.base_url = gemini;
        config.vertex.base_url = vertex;
        config.openai.base_url = openai;
        config.anthropic.base_url = anthropic;
        config.gemini.model = "../../secrets?x".to_owned();
        config.openai.model.clear();
        config.openai.output_usd_per_million = StatedPrice::of(Money::ZERO);
        config.vertex.location = "eu/../../x".to_owned();
        let faults = config.faults(date(2026, 11, 21));
        let named: Vec<_> = faults.into_iter().map(|(name, _)| name).collect();
        let bounds = ["concurrency.start", "concurrency.most"].map(str::to_owned).into_iter();
        let limits = ["connect", "first_byte", "idle", "attempt", "max_body_bytes"]
            .map(|name| format!("limits.{name}"));
        let addresses = ["gemini", "vertex", "openai", "anthropic"].map(|name| format!("{name}.base_url"));
        let models = ["gemini.model", "openai.model"].map(str::to_owned);
        let rest = ["openai.input_usd_per_million", "vertex.location"].map(str::to_owned);
        let bounds = bounds.chain(limits);
        assert_eq!(named, bounds.chain(addresses).chain(models).chain(rest).collect::<Vec<_>>());
    }

    #[test]
    fn prices_are_stated_together_or_not_at_all() {
        let mut settings = OpenAi::default();
        assert_eq!((settings.prices(), settings.missing_price()), (None, None));
        settings.cached_input_usd_per_million = StatedPrice::of(Money::ZERO);
        assert_eq!(settings.missing_price(), Some("openai.input_usd_per_million"));
        settings.input_usd_per_million = StatedPrice::of(Money::from_micros(10));
        assert_eq!(settings.missing_price(), Some("openai.output_usd_per_million"));
        settings.output_usd_per_million = StatedPrice::of(Money::from_micros(20));
        let [input, output] = [10, 20].map(Money::from_micros);
        assert_eq!(settings.missing_price(), None);
        assert_eq!(
            settings.prices(),
            Some(Prices { input, output, cached_input: Money::ZERO, cache_write: input })
        );
    }

    #[test]
    fn a_region_is_asked_at_its_own_address_unless_another_is_set() {
        let mut settings = Vertex::default();
        assert_eq!(settings.base_of_location(), "https://aiplatform.googleapis.com");
        settings.location = "europe-west4".to_owned();
        assert_eq!(settings.base_of_location(), "https://europe-west4-aiplatform.googleapis.com");
        settings.base_url = "https://proxy.example".to_owned();
        assert_eq!(settings.base_of_location(), "https://proxy.example");
    }

    #[test]
    fn an_attempt_ends_with_the_call_or_with_its_own_limit() {
        let limits = Limits::default();
        let soon = Instant::now();
        assert_eq!(limits.attempt_until(soon).deadline, soon);
        let late = soon + Duration::from_secs(100_000);
        assert!(limits.attempt_until(late).deadline < late);
    }
}
