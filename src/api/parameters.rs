//! Ids and kinds of a path, with our own problem bodies where they are wrong. What stands behind its
//! question mark is read by `query`.

use axum::extract::{FromRequestParts, Path};
use axum::http::request::Parts;
use serde::Deserialize;

use super::error::{ApiError, Code};
use crate::content::Kind;
use crate::id::{BatchId, JobId, KeyId, MessageId};
use crate::{audit, auth};

/// The job that a path names. A text that is no id names no job.
pub(super) struct JobPath(pub(super) JobId);

/// The piece of a job that a path names.
pub(super) struct PiecePath(pub(super) JobId, pub(super) Kind);

/// The batch that a path names.
pub(super) struct BatchPath(pub(super) BatchId);

/// The API key that a path names.
pub(super) struct KeyPath(pub(super) KeyId);

/// The block that a path names.
pub(super) struct BlockPath(pub(super) String);

/// The message that a path names.
pub(super) struct MessagePath(pub(super) MessageId);

#[derive(Deserialize)]
struct Named {
    id: String,
    kind: Option<String>,
}

async fn named<S: Send + Sync>(parts: &mut Parts, state: &S) -> Result<Named, ApiError> {
    let path = Path::<Named>::from_request_parts(parts, state).await;
    path.map(|Path(named)| named).map_err(|_| ApiError::no_such_job())
}

impl<S: Send + Sync> FromRequestParts<S> for JobPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = named(parts, state).await?;
        named.id.parse().map(JobPath).map_err(|_| ApiError::no_such_job())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for BatchPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = named(parts, state).await.ok();
        let id = named.and_then(|named| named.id.parse().ok());
        id.map(BatchPath).ok_or_else(ApiError::no_such_batch)
    }
}

impl<S: Send + Sync> FromRequestParts<S> for KeyPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = named(parts, state).await.ok();
        let id = named.and_then(|named| named.id.parse().ok());
        id.map(KeyPath).ok_or_else(|| auth::Error::NoKey.into())
    }
}

impl<S: Send + Sync> FromRequestParts<S> for BlockPath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = named(parts, state).await.map_err(|_| audit::Error::NoBlock)?;
        Ok(BlockPath(named.id))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for MessagePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = named(parts, state).await.ok();
        let id = named.and_then(|named| named.id.parse().ok());
        id.map(MessagePath).ok_or_else(|| ApiError::new(Code::NotFound, "there is no such delivery"))
    }
}

impl<S: Send + Sync> FromRequestParts<S> for PiecePath {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        let named = named(parts, state).await?;
        let id = named.id.parse().map_err(|_| ApiError::no_such_job())?;
        let kind = named.kind.as_deref().and_then(Kind::from_name);
        let kind =
            kind.ok_or_else(|| ApiError::new(Code::NotFound, "there is no such kind; see /api/v1/kinds"))?;
        Ok(PiecePath(id, kind))
    }
}
