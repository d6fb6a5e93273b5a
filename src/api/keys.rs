//! `/admin/keys`: API keys for administrators. A secret is shown in the answer that makes it and never
//! again. Nobody can end the key that they call with.

use std::time::Duration;

use axum::extract::{FromRequest, Request, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Json};
use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Api;
use super::access::Administrator;
use super::body::{OptionalJson, read_json};
use super::error::{ApiError, Code};
use super::fields::Fields;
use super::parameters::KeyPath;
use super::query::{FromQuery, Parameters, Query};
use super::security::Happened;
use crate::auth::{KeyRecord, ListQuery, Minted, NewKey, Scope, Tier, network};
use crate::id::KeyId;

/// What an API key is to be.
#[derive(JsonSchema)]
#[schemars(rename = "NewApiKey")]
#[serde(deny_unknown_fields)]
pub(super) struct NewKeyBody {
    /// What its owner calls it.
    #[schemars(length(min = 1, max = 100))]
    name: String,
    /// The person or team that answers for it; the name where none is given.
    #[schemars(length(min = 1, max = 100))]
    owner: Option<String>,
    /// What it may do.
    #[schemars(length(min = 1))]
    scopes: Vec<Scope>,
    /// How much it may do; `free` where none is given.
    tier: Option<Tier>,
    /// From when on it is not valid any more.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    expires_at: Option<Timestamp>,
    /// Addresses or networks that it may be used from; everywhere where there are none.
    #[schemars(with = "Option<Vec<String>>", length(max = 100))]
    allowed_addresses: Vec<String>,
}

/// How a secret is to be rotated.
#[derive(JsonSchema)]
#[schemars(rename = "Rotation")]
#[serde(deny_unknown_fields)]
pub(super) struct RotationBody {
    /// How long the secret before goes on; as the settings say where it is not given.
    #[schemars(range(max = 2_592_000))]
    overlap_seconds: Option<u64>,
}

/// An API key as administrators see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
#[schemars(rename = "ApiKey")]
pub struct KeyView {
    /// Names it; stays when the secret is rotated.
    pub key_id: KeyId,
    /// What its owner calls it.
    pub name: String,
    /// The person or team that answers for it.
    pub owner: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// How much it may do.
    pub tier: Tier,
    /// Networks that it may be used from; everywhere where there are none.
    pub allowed_addresses: Vec<String>,
    /// When it was made.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created_at: Timestamp,
    /// From when on it is not valid any more.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub expires_at: Option<Timestamp>,
    /// When its secret was last changed.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub rotated_at: Option<Timestamp>,
    /// Until when the secret before that goes on; null once it has ended.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub previous_secret_until: Option<Timestamp>,
    /// When it was revoked.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub last_used_at: Option<Timestamp>,
}

/// An API key with the secret that was just made for it.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "MintedApiKey")]
pub(super) struct MintedView {
    /// The key itself, shown this once.
    api_key: String,
    #[serde(flatten)]
    key: KeyView,
}

/// One page of a list of API keys.
#[derive(Serialize, JsonSchema)]
#[schemars(rename = "ApiKeyList")]
pub(super) struct KeyListView {
    /// The keys, newest first.
    items: Vec<KeyView>,
    /// What the next page begins after; null on the last.
    next_cursor: Option<String>,
}

/// A body that says what a key is to be, valid.
pub(super) struct NewKeyRequest(NewKey);

/// Which keys are listed.
pub(super) struct ListParameters(ListQuery);

impl FromQuery for ListParameters {
    fn read(query: &mut Query) -> ListParameters {
        ListParameters(ListQuery {
            owner: query.text("owner"),
            limit: query.page_size(),
            cursor: query.text("cursor"),
        })
    }
}

impl FromRequest<Api> for NewKeyRequest {
    type Rejection = ApiError;

    async fn from_request(request: Request, api: &Api) -> Result<Self, ApiError> {
        let mut fields = Fields::of(Some(read_json(request, api, api.config.max_body_bytes).await?));
        let new = NewKeyBody::read(&mut fields).checked(&mut fields);
        let faults = fields.finish();
        if faults.is_empty() { Ok(NewKeyRequest(new)) } else { Err(ApiError::invalid(faults)) }
    }
}

impl NewKeyBody {
    fn read(fields: &mut Fields) -> NewKeyBody {
        let scope = |name: &Value| Scope::from_name(name.as_str()?);
        let scopes = |value: &Value| value.as_array()?.iter().map(scope).collect();
        let tier = |value: &Value| Tier::from_name(value.as_str()?);
        let moment = |value: &Value| value.as_str()?.parse().ok();
        NewKeyBody {
            name: fields.text("name").unwrap_or_default(),
            owner: fields.text("owner"),
            scopes: fields
                .take("scopes", "must be a list of generate, read, admin", scopes)
                .unwrap_or_default(),
            tier: fields.take("tier", "must be free, pro or enterprise", tier),
            expires_at: fields.take("expires_at", "must be a time such as `2027-01-31T12:00:00Z`", moment),
            allowed_addresses: fields.texts("allowed_addresses"),
        }
    }

    /// Makes a key of it, and adds what else is wrong with that.
    fn checked(self, fields: &mut Fields) -> NewKey {
        let NewKeyBody { name, owner, scopes, tier, expires_at, allowed_addresses } = self;
        let mut networks = Vec::new();
        for (number, text) in allowed_addresses.iter().enumerate() {
            match network(text) {
                Some(network) => networks.push(network),
                None => fields.refuse(
                    format!("/allowed_addresses/{number}"),
                    "must be an address or a network such as `192.0.2.0/24`",
                ),
            }
        }
        let tier = tier.unwrap_or_default();
        let new = NewKey { name, owner, scopes, tier, expires_at, allowed_addresses: networks };
        for (field, message) in new.faults(Timestamp::now()) {
            fields.refuse(format!("/{field}"), message);
        }
        new
    }
}

impl RotationBody {
    fn read(body: Option<Value>) -> Result<RotationBody, ApiError> {
        let mut fields = Fields::of(body);
        let wanted = "must be a whole number of seconds, at most 2592000";
        let overlap_seconds = fields.take("overlap_seconds", wanted, Value::as_u64);
        let faults = fields.finish();
        if faults.is_empty() { Ok(RotationBody { overlap_seconds }) } else { Err(ApiError::invalid(faults)) }
    }
}

impl From<&KeyRecord> for KeyView {
    fn from(record: &KeyRecord) -> KeyView {
        KeyView {
            key_id: record.id,
            name: record.name.clone(),
            owner: record.owner.clone(),
            scopes: record.scopes.clone(),
            tier: record.tier,
            allowed_addresses: record.allowed_addresses.iter().map(ToString::to_string).collect(),
            created_at: record.created_at,
            expires_at: record.expires_at,
            rotated_at: record.rotated_at,
            previous_secret_until: record.previous_until,
            revoked_at: record.revoked_at,
            last_used_at: record.last_used_at,
        }
    }
}

impl From<&Minted> for MintedView {
    fn from(minted: &Minted) -> MintedView {
        MintedView { api_key: minted.key.reveal(), key: KeyView::from(&minted.record) }
    }
}

pub(super) async fn create_key(
    State(api): State<Api>,
    _: Administrator,
    NewKeyRequest(new): NewKeyRequest,
) -> Result<Response, ApiError> {
    let minted = api.keys.create(new).await?;
    let location = [(header::LOCATION, format!("/api/v1/admin/keys/{}", minted.record.id))];
    let happened = Extension(Happened::to_key("created", minted.record.id));
    Ok((StatusCode::CREATED, happened, location, Json(MintedView::from(&minted))).into_response())
}

pub(super) async fn list_keys(
    State(api): State<Api>,
    _: Administrator,
    Parameters(ListParameters(query)): Parameters<ListParameters>,
) -> Result<Response, ApiError> {
    let page = api.keys.list(&query).await?;
    let items = page.items.iter().map(KeyView::from).collect();
    Ok(Json(KeyListView { items, next_cursor: page.next_cursor }).into_response())
}

pub(super) async fn read_key(
    State(api): State<Api>,
    _: Administrator,
    KeyPath(id): KeyPath,
) -> Result<Response, ApiError> {
    let record = api.keys.read(id).await?;
    Ok(Json(KeyView::from(&record)).into_response())
}

pub(super) async fn rotate_key(
    State(api): State<Api>,
    _: Administrator,
    KeyPath(id): KeyPath,
    OptionalJson(body): OptionalJson,
) -> Result<Response, ApiError> {
    let overlap = RotationBody::read(body)?.overlap_seconds.map(Duration::from_secs);
    let minted = api.keys.rotate(id, overlap).await?;
    let happened = Extension(Happened::to_key("rotated", id));
    Ok((happened, Json(MintedView::from(&minted))).into_response())
}

pub(super) async fn revoke_key(
    State(api): State<Api>,
    caller: Administrator,
    KeyPath(id): KeyPath,
) -> Result<Response, ApiError> {
    if caller.key() == id {
        let detail = "this call was made with the very key: revoke it with another one";
        return Err(ApiError::new(Code::Conflict, detail));
    }
    api.keys.revoke(id).await?;
    Ok((StatusCode::NO_CONTENT, Extension(Happened::to_key("revoked", id))).into_response())
}
