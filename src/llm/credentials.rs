//! How an adapter shows who it is: a key in a header, or a token that Google Cloud hands out.
//!
//! Where application default credentials come from (a file, the metadata server) is `gcp_auth`'s
//! business; it also keeps a token for as long as it is good.

use std::sync::Arc;

use gcp_auth::TokenProvider;
use reqwest::RequestBuilder;
use reqwest::header::{AUTHORIZATION, HeaderName, HeaderValue};
use tokio::sync::OnceCell;
use tokio::time::{Instant, timeout_at};

use super::{ApiKey, Fault, Outcome, TimedOutStage};

/// What a token of Google Cloud is asked for.
const SCOPES: [&str; 1] = ["https://www.googleapis.com/auth/cloud-platform"];

/// Shows who asks.
pub(super) enum Credentials {
    /// Nothing is shown: a server on this machine.
    Nobody,
    /// The same header each time.
    Header(HeaderName, HeaderValue),
    /// Application default credentials, looked for at the first attempt.
    GoogleCloud(OnceCell<Arc<dyn TokenProvider>>),
}

impl Credentials {
    /// Shows a key in that header.
    pub(super) fn key(header: &'static str, key: &ApiKey) -> Option<Credentials> {
        let header = HeaderName::from_static(header);
        key.is_set().then(|| sensitive(key.expose()).map(|value| Credentials::Header(header, value)))?
    }

    /// Shows a key or a token as the bearer's.
    pub(super) fn bearer(token: &ApiKey) -> Option<Credentials> {
        let value = token.is_set().then(|| sensitive(&format!("Bearer {}", token.expose())))??;
        Some(Credentials::Header(AUTHORIZATION, value))
    }

    /// Adds the credentials to a request, within the time until `deadline`.
    ///
    /// # Errors
    /// The outcome of an attempt that had none to show.
    pub(super) async fn present(
        &self,
        request: RequestBuilder,
        deadline: Instant,
    ) -> Result<RequestBuilder, Outcome> {
        match self {
            Credentials::Nobody => Ok(request),
            Credentials::Header(name, value) => Ok(request.header(name, value)),
            Credentials::GoogleCloud(found) => match timeout_at(deadline, token(found)).await {
                Ok(Some(token)) => Ok(request.header(AUTHORIZATION, token)),
                Ok(None) => Err(Outcome::Authentication { fault: Fault::new("no_default_credentials") }),
                Err(_) => Err(Outcome::TimedOut { stage: TimedOutStage::Attempt }),
            },
        }
    }
}

/// The library's errors repeat addresses and bodies; only that there is no token goes on.
async fn token(found: &OnceCell<Arc<dyn TokenProvider>>) -> Option<HeaderValue> {
    let provider = found.get_or_try_init(gcp_auth::provider).await.ok()?;
    let token = provider.token(&SCOPES).await.ok()?;
    sensitive(&format!("Bearer {}", token.as_str()))
}

/// Makes the value of a header that nothing prints.
fn sensitive(text: &str) -> Option<HeaderValue> {
    let mut value = HeaderValue::from_str(text).ok()?;
    value.set_sensitive(true);
    Some(value)
}
