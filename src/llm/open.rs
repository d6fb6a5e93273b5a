//! Opening a provider: its settings are checked and its HTTP client is made; nothing is sent.

use std::sync::Arc;

use reqwest::Url;
use tokio::sync::OnceCell;

use super::anthropic::Anthropic;
use super::credentials::Credentials;
use super::exchange::{Endpoint, client};
use super::gemini::Gemini;
use super::openai::OpenAi;
use super::{Config, Error, Provider, ProviderName};

/// Opens a provider: checks its settings and makes its connections' client. Nothing is sent.
///
/// # Errors
/// What is missing or wrong in the settings.
pub fn open(name: ProviderName, config: &Config) -> Result<Arc<dyn Provider>, Error> {
    Ok(match name {
        ProviderName::Gemini => Arc::new(gemini(config)?),
        ProviderName::Vertex => Arc::new(vertex(config)?),
        ProviderName::OpenAi => Arc::new(openai(config)?),
        ProviderName::Anthropic => Arc::new(anthropic(config)?),
    })
}

fn gemini(config: &Config) -> Result<Gemini, Error> {
    let (name, settings) = (ProviderName::Gemini, &config.gemini);
    let method = format!("v1beta/models/{}:streamGenerateContent", settings.model);
    let url = events_of(address(name, &settings.base_url, &method)?);
    Ok(Gemini {
        name,
        client: client(name, config.limits.connect.unsigned_abs())?,
        credentials: Credentials::key("x-goog-api-key", &settings.api_key).ok_or(Error::NoKey(name))?,
        endpoint: Endpoint::of(name, &url, &settings.model),
        url,
        model: settings.model.clone(),
    })
}

fn vertex(config: &Config) -> Result<Gemini, Error> {
    let (name, settings) = (ProviderName::Vertex, &config.vertex);
    if settings.project.is_empty() {
        return Err(Error::NoProject);
    }
    let method = format!(
        "v1/projects/{}/locations/{}/publishers/google/models/{}:streamGenerateContent",
        settings.project, settings.location, settings.model
    );
    let token = Credentials::bearer(&settings.access_token);
    let url = events_of(address(name, &settings.base_of_location(), &method)?);
    Ok(Gemini {
        name,
        client: client(name, config.limits.connect.unsigned_abs())?,
        credentials: token.unwrap_or_else(|| Credentials::GoogleCloud(OnceCell::new())),
        endpoint: Endpoint::of(name, &url, &settings.model),
        url,
        model: settings.model.clone(),
    })
}

fn openai(config: &Config) -> Result<OpenAi, Error> {
    let (name, settings) = (ProviderName::OpenAi, &config.openai);
    let url = address(name, &settings.base_url, "chat/completions")?;
    let is_vendor = url.host_str() == Some("api.openai.com");
    let credentials = Credentials::bearer(&settings.api_key);
    if credentials.is_none() && (is_vendor || settings.api_key.is_set()) {
        return Err(Error::NoKey(name));
    }
    let client = client(name, config.limits.connect.unsigned_abs())?;
    let credentials = credentials.unwrap_or(Credentials::Nobody);
    Ok(OpenAi::new(client, url, credentials, settings))
}

fn anthropic(config: &Config) -> Result<Anthropic, Error> {
    let (name, settings) = (ProviderName::Anthropic, &config.anthropic);
    let url = address(name, &settings.base_url, "v1/messages")?;
    let credentials = Credentials::key("x-api-key", &settings.api_key).ok_or(Error::NoKey(name))?;
    let client = client(name, config.limits.connect.unsigned_abs())?;
    Ok(Anthropic::new(client, url, credentials, &settings.model))
}

/// Joins a base address and a path. A key travels only encrypted, or to this very machine.
fn address(provider: ProviderName, base: &str, path: &str) -> Result<Url, Error> {
    let wrong = |problem| Error::BaseUrl { provider, problem };
    check(base).map_err(wrong)?;
    format!("{}/{path}", base.trim_end_matches('/')).parse().map_err(|_| wrong("is no address"))
}

/// Checks a base address.
///
/// # Errors
/// What is wrong with it, as the end of a sentence.
pub(super) fn check(base: &str) -> Result<(), &'static str> {
    let url: Url = base.parse().map_err(|_| "is no address")?;
    if !url.username().is_empty() || url.password().is_some() {
        return Err("must not hold a user name or a password");
    }
    if url.query().is_some() || url.fragment().is_some() {
        return Err("must end with its path");
    }
    match (url.scheme(), url.host_str()) {
        ("https", Some(_)) => Ok(()),
        ("http", Some("localhost" | "127.0.0.1" | "[::1]")) => Ok(()),
        ("http", Some(_)) => Err("must be https, except to this machine"),
        _ => Err("must be https"),
    }
}

/// Asks for the answer as a stream of events.
fn events_of(mut url: Url) -> Url {
    url.set_query(Some("alt=sse"));
    url
}
