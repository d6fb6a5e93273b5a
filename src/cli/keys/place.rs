//! Where the keys are: in the store of the settings, or at a running service. Both show a key as the same
//! object.

use std::time::Duration;

use reqwest::Url;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::api::KeyView;
use crate::app;
use crate::auth::{self, ApiKeys, ListQuery, NewKey};
use crate::cli::remote::Remote;
use crate::cli::{Stop, with_causes};
use crate::config::Config;
use crate::id::KeyId;
use crate::store::Backend;

/// A key as it is shown.
pub(super) type Shown = KeyView;

/// Where keys are made and changed.
pub(super) enum Place {
    Here(Box<ApiKeys>),
    There(Remote),
}

const PATH: &str = "/api/v1/admin/keys";
/// Keys of a page, and pages that are gone through at most.
const PAGE: usize = 100;
const MAX_PAGES: usize = 1000;

#[derive(Deserialize)]
struct Minted {
    api_key: String,
    #[serde(flatten)]
    key: Shown,
}

#[derive(Deserialize)]
struct Listed {
    items: Vec<Shown>,
    next_cursor: Option<String>,
}

impl Place {
    pub(super) async fn open(
        config: &Config,
        server: Option<&str>,
        api_key: Option<&str>,
    ) -> Result<Place, Stop> {
        if let Some(server) = server {
            return Remote::new(server, api_key.unwrap_or(config.api_key.reveal())).map(Place::There);
        }
        if config.store.backend == Backend::Memory {
            let message = "a store in memory is the service's own: name the service with --server";
            return Err(Stop::BadInput(message.to_owned()));
        }
        let keys = app::open_keys(config).await;
        keys.map(|keys| Place::Here(Box::new(keys))).map_err(|error| Stop::Failed(with_causes(&error)))
    }

    /// Makes a key, and gives its secret with it.
    pub(super) async fn create(&self, new: NewKey) -> Result<(String, Shown), Stop> {
        match self {
            Place::Here(keys) => keys.create(new).await.map(minted_here).map_err(refused),
            Place::There(remote) => minted_there(remote.post(PATH, &body(&new)).await?),
        }
    }

    /// Gives a key a new secret.
    pub(super) async fn rotate(&self, id: KeyId, overlap: Option<Duration>) -> Result<(String, Shown), Stop> {
        match self {
            Place::Here(keys) => keys.rotate(id, overlap).await.map(minted_here).map_err(refused),
            Place::There(remote) => {
                let body = json!({ "overlap_seconds": overlap.map(|overlap| overlap.as_secs()) });
                minted_there(remote.post(&format!("{PATH}/{id}/rotate"), &body).await?)
            }
        }
    }

    pub(super) async fn revoke(&self, id: KeyId) -> Result<(), Stop> {
        match self {
            Place::Here(keys) => keys.revoke(id).await.map(drop).map_err(refused),
            Place::There(remote) => remote.delete(&format!("{PATH}/{id}")).await,
        }
    }

    /// Lists all keys, page by page.
    pub(super) async fn list(&self, owner: Option<&str>) -> Result<Vec<Shown>, Stop> {
        let (mut found, mut cursor) = (Vec::new(), None);
        for _ in 0..MAX_PAGES {
            let page = self.page(owner, cursor.as_deref()).await?;
            found.extend(page.items);
            cursor = page.next_cursor;
            if cursor.is_none() {
                break;
            }
        }
        Ok(found)
    }

    async fn page(&self, owner: Option<&str>, cursor: Option<&str>) -> Result<Listed, Stop> {
        let given = |text: Option<&str>| text.map(str::to_owned);
        match self {
            Place::Here(keys) => {
                let query = ListQuery { owner: given(owner), limit: PAGE, cursor: given(cursor) };
                let page = keys.list(&query).await.map_err(refused)?;
                let items = page.items.iter().map(Shown::from).collect();
                Ok(Listed { items, next_cursor: page.next_cursor })
            }
            Place::There(remote) => read(remote.get(&listing(owner, cursor)?).await?),
        }
    }
}

/// Makes the path of a page, with what a person wrote in the form of a URL.
fn listing(owner: Option<&str>, cursor: Option<&str>) -> Result<String, Stop> {
    let mut url = Url::parse("http://service").map_err(|error| Stop::Failed(error.to_string()))?;
    url.query_pairs_mut()
        .append_pair("limit", &PAGE.to_string())
        .extend_pairs(owner.map(|owner| ("owner", owner)))
        .extend_pairs(cursor.map(|cursor| ("cursor", cursor)));
    Ok(format!("{PATH}?{}", url.query().unwrap_or_default()))
}

fn body(new: &NewKey) -> Value {
    let NewKey { name, owner, scopes, tier, expires_at, allowed_addresses } = new;
    let networks: Vec<String> = allowed_addresses.iter().map(ToString::to_string).collect();
    json!({
        "name": name,
        "owner": owner,
        "scopes": scopes,
        "tier": tier,
        "expires_at": expires_at,
        "allowed_addresses": networks,
    })
}

fn minted_here(minted: auth::Minted) -> (String, Shown) {
    (minted.key.reveal(), Shown::from(&minted.record))
}

fn minted_there(answer: Value) -> Result<(String, Shown), Stop> {
    // What cannot be read is not shown: there may be a secret in it.
    let minted: Result<Minted, _> = serde_json::from_value(answer);
    let minted = minted.map_err(|_| Stop::Failed("the service answers something else than a key".to_owned()));
    minted.map(|minted| (minted.api_key, minted.key))
}

fn read<T: for<'de> Deserialize<'de>>(answer: Value) -> Result<T, Stop> {
    serde_json::from_value(answer).map_err(|error| Stop::Failed(error.to_string()))
}

/// Says what to change in terms of flags, where something can be changed.
fn refused(error: auth::Error) -> Stop {
    match error {
        auth::Error::Invalid(faults) => {
            let line = |(field, message): (&'static str, &'static str)| format!("{}: {message}", flag(field));
            Stop::BadInput(faults.into_iter().map(line).collect::<Vec<_>>().join("\n       "))
        }
        auth::Error::NoKey
        | auth::Error::Revoked
        | auth::Error::Expired
        | auth::Error::InSettings
        | auth::Error::InvalidCursor => Stop::BadInput(error.to_string()),
        auth::Error::Unknown
        | auth::Error::Ended(_)
        | auth::Error::ForeignAddress(_)
        | auth::Error::Contended
        | auth::Error::Random
        | auth::Error::KeyFile { .. }
        | auth::Error::Unreadable
        | auth::Error::Store(_) => Stop::Failed(with_causes(&error)),
    }
}

fn flag(field: &str) -> String {
    match field {
        "allowed_addresses" => "--allow".to_owned(),
        "expires_at" => "--expires".to_owned(),
        "overlap_seconds" => "--overlap".to_owned(),
        field => format!("--{field}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_person_wrote_stands_in_a_url_as_one_value() {
        assert_eq!(listing(None, None).unwrap(), "/api/v1/admin/keys?limit=100");
        let path = listing(Some("a & b=c?#é"), Some("5b")).unwrap();
        assert_eq!(path, "/api/v1/admin/keys?limit=100&owner=a+%26+b%3Dc%3F%23%C3%A9&cursor=5b");
    }
}
