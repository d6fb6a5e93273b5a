//! What the service counted, for Prometheus: at the service's own address or at one of its own, for
//! everybody or for whoever presents the token.

use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, header};
use axum::response::IntoResponse;

use super::Api;
use super::access::bearer;
use super::error::{ApiError, Code};
use crate::secret::Secret;
use crate::telemetry::CONTENT_TYPE;

/// How long the queue may take to be counted: a store that hangs must not hide the other metrics.
const COUNTING: Duration = Duration::from_secs(1);

/// Gives all metrics.
pub(super) async fn show_metrics(
    State(api): State<Api>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, ApiError> {
    let token = &api.config.metrics_token;
    let presented = bearer(&headers).map(Secret::new);
    if token.is_set() && presented.as_ref() != Some(token) {
        let missing = "send the token of the settings as `Authorization: Bearer …`";
        return Err(ApiError::new(Code::Unauthenticated, missing));
    }
    count_queue(&api).await;
    let text = api.metrics.text().map_err(ApiError::internal)?;
    Ok(([(header::CONTENT_TYPE, CONTENT_TYPE)], text))
}

/// Brings the depth of the queue up to date. Where the store cannot tell, what was last known stays;
/// whether it can be reached is what `/readyz` says.
async fn count_queue(api: &Api) {
    match tokio::time::timeout(COUNTING, api.jobs.queue_depths()).await {
        Ok(Ok(depths)) => {
            api.metrics.jobs_queued(&depths.map(|(priority, depth)| (priority.as_str(), depth)))
        }
        Ok(Err(error)) => tracing::warn!(%error, "the queue could not be counted"),
        Err(_) => tracing::warn!("the queue could not be counted in time"),
    }
}
