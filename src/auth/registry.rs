//! Making keys, showing them, giving them new secrets and ending them. A key is changed by
//! compare-and-set, and what this process knew of it is forgotten the moment it is.

use std::time::Duration;

use futures_util::future::try_join_all;
use jiff::{SignedDuration, Timestamp};

use super::config::LONGEST_OVERLAP;
use super::key::{ApiKey, NO_HASH};
use super::record::{FORM, KeyRecord, NewKey, Previous, Stored};
use super::{ApiKeys, Error, SETTINGS_KEY_ID};
use crate::id::KeyId;
use crate::store::{self, Collection, Cursor, Document, Query, Write};

/// How long a revoked key is still shown.
const SHOWN_AFTER_REVOCATION: SignedDuration = SignedDuration::from_hours(90 * 24);
/// Entries of a page at most.
const MAX_LISTED: usize = 100;
/// Times that something is tried again after somebody else wrote the same key in between.
const MAX_RACES: usize = 20;
/// Keys read at once when all are gone through, and how many times.
const PAGE: usize = 100;
const MAX_PAGES: usize = 100;

/// A key whose secret was just made: it is in `key`, and nowhere else.
#[derive(Clone, Debug)]
pub struct Minted {
    /// The key in the clear.
    pub key: ApiKey,
    /// The key as it stands.
    pub record: KeyRecord,
}

/// Which keys are listed.
#[derive(Clone, Debug, Default)]
pub struct ListQuery {
    /// Only those of that owner.
    pub owner: Option<String>,
    /// How many at most, 1 to 100.
    pub limit: usize,
    /// Where the page begins: what the page before gave as its `next_cursor`.
    pub cursor: Option<String>,
}

/// One page of keys, newest first.
#[derive(Clone, Debug)]
pub struct Page {
    /// What is on it.
    pub items: Vec<KeyRecord>,
    /// Where the next page begins, `None` when there is none.
    pub next_cursor: Option<String>,
}

impl ApiKeys {
    /// Makes a key and keeps its hash.
    ///
    /// # Errors
    /// [`Error::Invalid`], [`Error::Random`], [`Error::Store`].
    pub async fn create(&self, new: NewKey) -> Result<Minted, Error> {
        let now = self.now();
        let faults = new.faults(now);
        if !faults.is_empty() {
            return Err(Error::Invalid(faults));
        }
        let key = ApiKey::mint(KeyId::at(now))?;
        let record = self.keep(&key, new).await?;
        Ok(Minted { key, record })
    }

    /// Lists keys, newest first, with those that were revoked in the last 90 days. The administrator's key of
    /// the settings is not among them. One that cannot be read is left out and told of in the log.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`], [`Error::Store`].
    pub async fn list(&self, query: &ListQuery) -> Result<Page, Error> {
        let limit = query.limit.clamp(1, MAX_LISTED);
        let mut wanted = Query::descending(Collection::Keys, "created_at").limit(limit);
        if let Some(owner) = &query.owner {
            wanted = wanted.equal("owner", owner.as_str());
        }
        if let Some(cursor) = &query.cursor {
            wanted = wanted.after(cursor.parse::<Cursor>().map_err(of_cursor)?);
        }
        let page = self.store.query(wanted).await.map_err(of_cursor)?;
        let now = self.now();
        let mut items = Vec::new();
        for document in &page.documents {
            match Stored::read(document).and_then(|stored| stored.record(document, now)) {
                Ok(record) => items.push(record),
                Err(error) => tracing::error!(key = document.id, %error, "a key is left out of a list"),
            }
        }
        let items = try_join_all(items.into_iter().map(|record| self.with_use(record))).await?;
        Ok(Page { items, next_cursor: page.next.map(|cursor| cursor.to_string()) })
    }

    /// Reads a key.
    ///
    /// # Errors
    /// [`Error::NoKey`], [`Error::Unreadable`], [`Error::Store`].
    pub async fn read(&self, id: KeyId) -> Result<KeyRecord, Error> {
        let (document, stored) = self.stored(id).await?;
        self.with_use(stored.record(&document, self.now())?).await
    }

    /// Gives a key a new secret, under the same id. The secret before goes on for the overlap,
    /// `keys.rotation_overlap` where none is given; one that was older still ends at once.
    ///
    /// # Errors
    /// [`Error::Invalid`] for an overlap of more than 30 days; [`Error::NoKey`], [`Error::InSettings`],
    /// [`Error::Revoked`], [`Error::Expired`], [`Error::Contended`]; [`Error::Random`], [`Error::Store`].
    pub async fn rotate(&self, id: KeyId, overlap: Option<Duration>) -> Result<Minted, Error> {
        let overlap = overlap.unwrap_or(self.config.rotation_overlap.unsigned_abs());
        if overlap > LONGEST_OVERLAP.unsigned_abs() {
            return Err(Error::Invalid(vec![(
                "overlap_seconds",
                "must be at most 2592000, which is 30 days",
            )]));
        }
        self.not_in_settings(id)?;
        let key = ApiKey::mint(id)?;
        let record = self
            .change(id, |stored, now| {
                stored.living_at(now)?;
                let until = now.saturating_add(overlap).unwrap_or(Timestamp::MAX);
                let hash = std::mem::replace(&mut stored.hash, key.hash().as_str().to_owned());
                stored.previous = (!overlap.is_zero()).then_some(Previous { hash, until });
                stored.rotated_at = Some(now);
                Ok(Changed::Stays)
            })
            .await?;
        Ok(Minted { key, record })
    }

    /// Ends a key: at once where it is done, on every other instance within a second. It is shown for 90 days
    /// more; its hashes are gone. One that was revoked before stays as it is.
    ///
    /// # Errors
    /// [`Error::NoKey`], [`Error::InSettings`], [`Error::Contended`], [`Error::Store`].
    pub async fn revoke(&self, id: KeyId) -> Result<KeyRecord, Error> {
        self.not_in_settings(id)?;
        self.change(id, |stored, now| {
            if stored.revoked_at.is_some() {
                return Ok(Changed::Nothing);
            }
            NO_HASH.clone_into(&mut stored.hash);
            stored.previous = None;
            stored.revoked_at = Some(now);
            Ok(Changed::Ends(now.saturating_add(SHOWN_AFTER_REVOCATION).unwrap_or(Timestamp::MAX)))
        })
        .await
    }

    /// Tells whether the store holds no key at all.
    pub(super) async fn is_empty(&self) -> Result<bool, Error> {
        let page = self.store.query(Query::ascending(Collection::Keys, "created_at").limit(1)).await?;
        Ok(page.documents.is_empty() && page.damaged.is_empty())
    }

    /// Writes a new key, if none of its id is there.
    pub(super) async fn keep(&self, key: &ApiKey, new: NewKey) -> Result<KeyRecord, Error> {
        let stored = Stored::new(new, &key.hash());
        let now = self.now();
        let document = Document {
            collection: Collection::Keys,
            id: key.id().to_string(),
            version: 0,
            schema_version: FORM,
            fields: [("created_at", now.into())].into(),
            expire_at: None,
            payload: String::new(),
        };
        let record = stored.record(&document, now)?;
        self.store.commit(vec![stored.replace(document)?.absent()]).await?;
        Ok(record)
    }

    /// Writes keys of an earlier form in the present one, so that they are found by their owner. Gives how
    /// many that were.
    pub(super) async fn renew_forms(&self) -> Result<usize, Error> {
        let mut renewed = 0_usize;
        let mut query = Query::ascending(Collection::Keys, "created_at").limit(PAGE);
        for _ in 0..MAX_PAGES {
            let page = self.store.query(query.clone()).await?;
            // So that from the first call on there is one to look at (`keys`).
            if let Some(id) = page.documents.first().and_then(|first| first.id.parse().ok()) {
                self.presented(id);
            }
            for document in page.documents.into_iter().filter(|document| document.schema_version < FORM) {
                let Ok(stored) = Stored::read(&document) else { continue };
                match self.store.commit(vec![stored.replace(document)?]).await {
                    Ok(_) => renewed = renewed.saturating_add(1),
                    // Whoever wrote it meanwhile wrote the present form.
                    Err(store::Error::Conflict { .. }) => {}
                    Err(error) => return Err(error.into()),
                }
            }
            match page.next {
                Some(next) => query = query.after(next),
                None => break,
            }
        }
        Ok(renewed)
    }

    async fn change(
        &self,
        id: KeyId,
        change: impl Fn(&mut Stored, Timestamp) -> Result<Changed, Error>,
    ) -> Result<KeyRecord, Error> {
        for _ in 0..MAX_RACES {
            let (document, mut stored) = self.stored(id).await?;
            let now = self.now();
            let changed = change(&mut stored, now)?;
            let record = stored.record(&document, now)?;
            let mut writes = Vec::new();
            match changed {
                Changed::Nothing => return self.with_use(record).await,
                Changed::Stays => writes.push(stored.replace(document)?),
                Changed::Ends(at) => {
                    writes.push(stored.replace(document)?.expire_at(at));
                    writes.push(Write::keep(Collection::KeyUses, id.to_string(), Some(at)));
                }
            }
            let committed = self.store.commit(writes).await;
            // Also where nobody knows whether it was written.
            self.memory.forget(id);
            match committed {
                Ok(_) => return self.with_use(record).await,
                Err(store::Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Contended)
    }

    async fn stored(&self, id: KeyId) -> Result<(Document, Stored), Error> {
        let document = self.store.get(Collection::Keys, &id.to_string()).await?.ok_or(Error::NoKey)?;
        let stored = Stored::read(&document)?;
        Ok((document, stored))
    }

    fn not_in_settings(&self, id: KeyId) -> Result<(), Error> {
        let is_there = self.has_settings_key() && id.uuid() == SETTINGS_KEY_ID;
        if is_there { Err(Error::InSettings) } else { Ok(()) }
    }
}

/// What a change comes to.
enum Changed {
    Nothing,
    Stays,
    /// From then on the key is not even shown.
    Ends(Timestamp),
}

impl Stored {
    fn living_at(&self, now: Timestamp) -> Result<(), Error> {
        match (self.revoked_at, self.expires_at) {
            (Some(_), _) => Err(Error::Revoked),
            (None, Some(at)) if at <= now => Err(Error::Expired),
            _ => Ok(()),
        }
    }
}

fn of_cursor(error: store::Error) -> Error {
    match error {
        store::Error::InvalidCursor => Error::InvalidCursor,
        error => error.into(),
    }
}
