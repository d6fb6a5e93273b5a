//! `/admin/blocks`: whom the service keeps out, for administrators. Nobody can keep out the address or the
//! key that they call with.

use axum::Json;
use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Api;
use super::access::Administrator;
use super::body::read_json;
use super::client::ClientAddress;
use super::error::{ApiError, Code};
use super::fields::Fields;
use super::parameters::BlockPath;
use super::query::{FromQuery, Parameters, Query};
use crate::audit::{Block, MAX_REASON, Subject};
use crate::auth::network;
use crate::id::KeyId;

/// What a reason must be.
const REASON: &str = "must have 1 to 200 characters that can be seen";

/// What is to be kept out: an address or a key.
#[derive(JsonSchema)]
pub(super) struct BlockBody {
    /// An address or a network.
    address: Option<String>,
    /// An API key.
    key_id: Option<KeyId>,
    /// Why, for those who look at the list.
    #[schemars(length(min = 1, max = 200))]
    reason: String,
    /// When the block ends by itself; it stays until it is lifted where none is given.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    expires_at: Option<Timestamp>,
}

#[derive(Serialize, JsonSchema)]
pub(super) struct BlockListView {
    items: Vec<Block>,
    next_cursor: Option<String>,
}

/// A body that says what is to be kept out, valid.
pub(super) struct NewBlock {
    subject: Subject,
    reason: String,
    until: Option<Timestamp>,
}

/// Which blocks are listed.
pub(super) struct BlockParameters {
    limit: usize,
    cursor: Option<String>,
}

impl FromQuery for BlockParameters {
    fn read(query: &mut Query) -> BlockParameters {
        BlockParameters { limit: query.page_size(), cursor: query.text("cursor") }
    }
}

impl FromRequest<Api> for NewBlock {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let body = read_json(request, api, api.config.max_body_bytes).await?;
        let mut fields = Fields::of(Some(body));
        let new = BlockBody::read(&mut fields).checked(&mut fields, Timestamp::now());
        match (new, fields.finish()) {
            (Some(new), faults) if faults.is_empty() => Ok(new),
            (_, faults) => Err(ApiError::invalid(faults)),
        }
    }
}

impl BlockBody {
    fn read(fields: &mut Fields) -> BlockBody {
        let wanted = "must be a time such as `2027-01-31T12:00:00Z`";
        BlockBody {
            address: fields.text("address"),
            key_id: fields
                .take("key_id", "must be the id of an API key", |value| value.as_str()?.parse().ok()),
            reason: fields.take("reason", REASON, reason).unwrap_or_default(),
            expires_at: fields.take("expires_at", wanted, |value| value.as_str()?.parse().ok()),
        }
    }

    /// Makes a block of it, and adds what else is wrong with that.
    fn checked(self, fields: &mut Fields, now: Timestamp) -> Option<NewBlock> {
        let BlockBody { address, key_id, reason, expires_at: until } = self;
        if until.is_some_and(|until| until <= now) {
            fields.refuse("/expires_at", "must be a time to come");
        }
        let subject = match (address, key_id) {
            (Some(text), None) => network(&text).map(Subject::Network),
            (None, Some(key)) => Some(Subject::Key(key)),
            _ => None,
        };
        if subject.is_none() {
            let what = "must be an address or a network such as `192.0.2.0/24`, and stand alone or not at all where `key_id` stands";
            fields.refuse("/address", what);
        }
        if reason.is_empty() {
            fields.refuse("/reason", REASON);
        }
        Some(NewBlock { subject: subject?, reason, until })
    }
}

/// Takes a text that steers no terminal.
fn reason(value: &Value) -> Option<String> {
    let text = value.as_str()?.trim();
    let is_fit = (1..=MAX_REASON).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    is_fit.then(|| text.to_owned())
}

pub(super) async fn list_blocks(
    State(api): State<Api>,
    _: Administrator,
    Parameters(BlockParameters { limit, cursor }): Parameters<BlockParameters>,
) -> Result<Response, ApiError> {
    let page = api.blocks.list(limit, cursor.as_deref()).await?;
    Ok(Json(BlockListView { items: page.items, next_cursor: page.next_cursor }).into_response())
}

pub(super) async fn create_block(
    State(api): State<Api>,
    caller: Administrator,
    client: ClientAddress,
    NewBlock { subject, reason, until }: NewBlock,
) -> Result<Response, ApiError> {
    let is_own = match subject {
        Subject::Key(key) => key == caller.key(),
        Subject::Network(network) => network.contains(&client.ip),
    };
    if is_own {
        let detail =
            "this call was made from the very address, or with the very key: block it from elsewhere";
        return Err(ApiError::new(Code::Conflict, detail));
    }
    let block = api.blocks.add(subject, &reason, caller.key(), until).await?;
    Ok((StatusCode::CREATED, Json(block)).into_response())
}

pub(super) async fn lift_block(
    State(api): State<Api>,
    _: Administrator,
    BlockPath(id): BlockPath,
) -> Result<StatusCode, ApiError> {
    api.blocks.lift(&id).await?;
    Ok(StatusCode::NO_CONTENT)
}
