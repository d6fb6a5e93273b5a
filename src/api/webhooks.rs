//! `/webhooks`: the secret that a key's messages are signed with, and the messages themselves. A key
//! sees its own only, an administrator's too: nobody else has a use for a secret.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::Serialize;
use serde_json::Value;

use super::Api;
use super::access::{Generator, Reader};
use super::body::OptionalJson;
use super::error::{ApiError, Code};
use super::parameters::MessagePath;
use super::query::{FromQuery, Parameters, Query};
use crate::content::Violation;
use crate::id::{JobId, MessageId};
use crate::notify::{Disabled, Endpoint, ListQuery, Message, Problem, State as Stage};

/// Fields that nobody knows which are named in an answer, and characters of the name of one.
const MAX_FAULTS: usize = 20;
const MAX_NAME: usize = 64;

/// What a key signs with, in the clear: it is shown to the key that it belongs to.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "Webhook")]
pub(super) struct WebhookView {
    /// What messages are signed with.
    #[schemars(regex(pattern = r"^whsec_[A-Za-z0-9+/=]+$"))]
    secret: String,
    /// Until when messages are signed with the secret before it too.
    previous_secret_until: Option<Timestamp>,
    /// When the first secret was made.
    created_at: Timestamp,
    /// When the secret was last rotated.
    rotated_at: Option<Timestamp>,
    /// Addresses that answered 410 and get no more messages.
    disabled: Vec<Disabled>,
}

/// What goes with making a secret; `address_to_enable` reads it.
#[derive(JsonSchema)]
#[serde(deny_unknown_fields)]
#[expect(dead_code, reason = "read by hand, so that every fault is told at once")]
pub(super) struct WebhookBody {
    /// An address that answered 410 and is to get messages again.
    enable: Option<String>,
}

/// A message, and how far its delivery is.
#[derive(Debug, Serialize, JsonSchema)]
#[schemars(rename = "Delivery")]
pub(super) struct DeliveryView<'a> {
    /// Its name, the `webhook-id` that the receiver sees.
    id: MessageId,
    /// The job that it is about.
    job_id: JobId,
    /// What it tells.
    #[serde(rename = "type")]
    event: &'a str,
    /// Where it goes.
    url: &'a str,
    /// How far it is.
    status: Stage,
    /// How often it was sent.
    attempts: u32,
    /// When it was written.
    created_at: Timestamp,
    /// When it will be sent; null if it will not.
    next_attempt_at: Option<Timestamp>,
    /// When it was last sent.
    last_attempt_at: Option<Timestamp>,
    /// What the receiver last answered with.
    last_status: Option<u16>,
    /// Why it was not taken.
    last_problem: Option<Problem>,
}

/// One page of a list of messages.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "DeliveryList")]
pub(super) struct DeliveryListView<'a> {
    /// The messages, newest first.
    items: Vec<DeliveryView<'a>>,
    /// What the next page begins after; null on the last.
    next_cursor: Option<String>,
}

/// Which messages are listed.
pub(super) struct ListParameters(ListQuery);

impl FromQuery for ListParameters {
    fn read(query: &mut Query) -> ListParameters {
        ListParameters(ListQuery {
            state: query.take("status", "must be pending, delivered or dead", Stage::from_name),
            limit: query.page_size(),
            cursor: query.text("cursor"),
        })
    }
}

impl From<Endpoint> for WebhookView {
    fn from(endpoint: Endpoint) -> WebhookView {
        WebhookView {
            secret: endpoint.secret.reveal().to_owned(),
            previous_secret_until: endpoint.previous.map(|(_, until)| until),
            created_at: endpoint.created_at,
            rotated_at: endpoint.rotated_at,
            disabled: endpoint.disabled,
        }
    }
}

impl<'a> From<&'a Message> for DeliveryView<'a> {
    fn from(message: &'a Message) -> DeliveryView<'a> {
        DeliveryView {
            id: message.id,
            job_id: message.job,
            event: &message.event,
            url: &message.url,
            status: message.state,
            attempts: message.attempts,
            created_at: message.created_at,
            next_attempt_at: message.due_at,
            last_attempt_at: message.last_attempt_at,
            last_status: message.last_status,
            last_problem: message.last_problem,
        }
    }
}

fn no_secret() -> ApiError {
    ApiError::new(Code::NotFound, "the api key has no webhook secret yet: POST /api/v1/webhooks makes one")
}

pub(super) async fn read_webhook(State(api): State<Api>, caller: Reader) -> Result<Response, ApiError> {
    let endpoint = api.webhooks.endpoint(caller.owner().0).await?.ok_or_else(no_secret)?;
    Ok(Json(WebhookView::from(endpoint)).into_response())
}

pub(super) async fn create_webhook(
    State(api): State<Api>,
    caller: Generator,
    OptionalJson(body): OptionalJson,
) -> Result<Response, ApiError> {
    let enable = address_to_enable(body.as_ref()).map_err(ApiError::invalid)?;
    let owner = caller.owner().0;
    let (made, is_new) = api.webhooks.ensure_endpoint(owner).await?;
    let endpoint = match enable {
        Some(url) => api.webhooks.enable(owner, &url).await?.unwrap_or(made),
        None => made,
    };
    let status = if is_new { StatusCode::CREATED } else { StatusCode::OK };
    Ok((status, Json(WebhookView::from(endpoint))).into_response())
}

/// Reads `{"enable": "…"}`, the address that answered 410 and is to get messages again.
fn address_to_enable(body: Option<&Value>) -> Result<Option<String>, Vec<Violation>> {
    let Some(body) = body else { return Ok(None) };
    let Some(fields) = body.as_object() else { return Err(vec![Violation::new("", "must be an object")]) };
    let mut faults = Vec::new();
    for name in fields.keys().filter(|name| *name != "enable").take(MAX_FAULTS) {
        let name: String = name.chars().take(MAX_NAME).collect();
        faults.push(Violation::new(format!("/{name}"), "is no field here"));
    }
    let address = match fields.get("enable") {
        None | Some(Value::Null) => None,
        Some(Value::String(address)) => Some(address.clone()),
        Some(_) => {
            faults.push(Violation::new("/enable", "must be an address as text"));
            None
        }
    };
    if faults.is_empty() { Ok(address) } else { Err(faults) }
}

pub(super) async fn rotate_secret(State(api): State<Api>, caller: Generator) -> Result<Response, ApiError> {
    let endpoint = api.webhooks.rotate(caller.owner().0).await?.ok_or_else(no_secret)?;
    Ok(Json(WebhookView::from(endpoint)).into_response())
}

pub(super) async fn list_deliveries(
    State(api): State<Api>,
    caller: Reader,
    Parameters(ListParameters(query)): Parameters<ListParameters>,
) -> Result<Response, ApiError> {
    let page = api.webhooks.messages(caller.owner().0, &query).await?;
    let items = page.items.iter().map(DeliveryView::from).collect();
    Ok(Json(DeliveryListView { items, next_cursor: page.next_cursor }).into_response())
}

pub(super) async fn replay_delivery(
    State(api): State<Api>,
    caller: Generator,
    MessagePath(id): MessagePath,
) -> Result<Response, ApiError> {
    let message = api.webhooks.replay(caller.owner().0, id).await?;
    Ok((StatusCode::ACCEPTED, Json(DeliveryView::from(&message))).into_response())
}
