//! Sends a request for as long as it may be sent.
//!
//! Between the decision to ask and the moment at which the prompt leaves, a connection may have to be
//! made, and the process may be stopped or its machine suspended for hours. So the last look is taken
//! when the connection asks for the body: a request without its body is nothing that a vendor works on.

use std::error::Error;

use futures_util::stream;
use reqwest::header::CONTENT_LENGTH;
use reqwest::{Body, RequestBuilder, Response};

use crate::lease::Tenure;

/// Why a body was kept back.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("the job may have been taken over before the request was sent")]
struct KeptBack;

/// Sends a request unless `tenure` is over by the time at which its body is to leave.
///
/// # Errors
/// As of the HTTP client; [`is_kept_back`] tells whether that was the reason.
pub(super) async fn send(request: RequestBuilder, tenure: &Tenure) -> Result<Response, reqwest::Error> {
    let (client, request) = request.build_split();
    let mut request = request?;
    if !tenure.is_endless()
        && let Some(bytes) = request.body().and_then(Body::as_bytes).map(<[u8]>::to_vec)
    {
        // Not every server takes a body whose length it is not told.
        request.headers_mut().insert(CONTENT_LENGTH, bytes.len().into());
        let tenure = tenure.clone();
        let body = async move { if tenure.holds() { Ok(bytes) } else { Err(KeptBack) } };
        *request.body_mut() = Some(Body::wrap_stream(stream::once(body)));
    }
    client.execute(request).await
}

/// Tells whether a request was not sent because its time was over.
pub(super) fn is_kept_back(error: &reqwest::Error) -> bool {
    let mut cause = error.source();
    while let Some(error) = cause {
        if error.is::<KeptBack>() {
            return true;
        }
        cause = error.source();
    }
    false
}
