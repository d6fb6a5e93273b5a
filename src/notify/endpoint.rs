//! What a key signs with, and where it does not send any more: one document a key. The secret lies in
//! it encrypted, because it must be read back to sign.

use jiff::Timestamp;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::{Error, Webhooks, signature};
use crate::id::KeyId;
use crate::secret::{Place, Secret};
use crate::store::{self, Collection, Document, Query, Write};

/// What a key signs with, opened.
#[derive(Clone, Debug)]
pub struct Endpoint {
    /// The secret.
    pub secret: Secret,
    /// The secret before it, and until when messages are signed with it too.
    pub previous: Option<(Secret, Timestamp)>,
    /// When the first secret was made.
    pub created_at: Timestamp,
    /// When the secret was last changed.
    pub rotated_at: Option<Timestamp>,
    /// Addresses that get no more messages.
    pub disabled: Vec<Disabled>,
}

/// An address that gets no more messages of a key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Disabled {
    /// The address.
    pub url: String,
    /// Since when.
    pub since: Timestamp,
}

#[derive(Clone, Serialize, Deserialize)]
struct Stored {
    secret: String,
    previous: Option<Previous>,
    created_at: Timestamp,
    rotated_at: Option<Timestamp>,
    disabled: Vec<Disabled>,
}

#[derive(Clone, Serialize, Deserialize)]
struct Previous {
    secret: String,
    until: Timestamp,
}

const PURPOSE: &str = "webhook-secret";
/// Disabled addresses that are remembered; beyond it the oldest is asked once more.
const MAX_DISABLED: usize = 100;
/// Times that something is tried again after somebody else wrote the same document in between.
const MAX_RACES: usize = 20;
/// Documents read at once when all are gone through, and how many times.
const PAGE: usize = 100;
const MAX_PAGES: usize = 100;

impl Webhooks {
    /// Reads what a key signs with; `None` before there is anything.
    ///
    /// # Errors
    /// [`Error::Secret`] if the key that it is encrypted under is not here; [`Error::Store`].
    pub async fn endpoint(&self, owner: KeyId) -> Result<Option<Endpoint>, Error> {
        match self.stored(owner).await? {
            Some((stored, _)) => self.opened(owner, stored).await.map(Some),
            None => Ok(None),
        }
    }

    /// Makes a secret for the key where none is. Tells whether it did.
    ///
    /// # Errors
    /// As [`Webhooks::endpoint`]; [`Error::Random`].
    pub async fn ensure_endpoint(&self, owner: KeyId) -> Result<(Endpoint, bool), Error> {
        if let Some(endpoint) = self.endpoint(owner).await? {
            return Ok((endpoint, false));
        }
        let secret = self.sealed(owner, &signature::mint()?).await?;
        let (previous, rotated_at, disabled) = (None, None, Vec::new());
        let stored = Stored { secret, previous, created_at: self.clock.now(), rotated_at, disabled };
        match self.store.commit(vec![stored.write(owner)?.absent()]).await {
            Ok(_) => Ok((self.opened(owner, stored).await?, true)),
            // Somebody else was faster.
            Err(store::Error::Conflict { .. }) => {
                Ok((self.endpoint(owner).await?.ok_or(Error::Contended)?, false))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Gives the key a new secret. For the overlap messages are signed with the old one too, as far as it can
    /// be decrypted; one that was older still ends at once. `None` if there was no secret.
    ///
    /// # Errors
    /// As [`Webhooks::ensure_endpoint`]; [`Error::Contended`].
    pub async fn rotate(&self, owner: KeyId) -> Result<Option<Endpoint>, Error> {
        let secret = self.sealed(owner, &signature::mint()?).await?;
        let now = self.clock.now();
        let until = now.saturating_add(self.config.rotation_overlap).unwrap_or(Timestamp::MAX);
        self.change(owner, |stored| {
            let old = std::mem::replace(&mut stored.secret, secret.clone());
            stored.previous = Some(Previous { secret: old, until });
            stored.rotated_at = Some(now);
        })
        .await
    }

    /// Sends messages of the key to that address again. `None` if there was no secret.
    ///
    /// # Errors
    /// As [`Webhooks::rotate`].
    pub async fn enable(&self, owner: KeyId, url: &str) -> Result<Option<Endpoint>, Error> {
        self.change(owner, |stored| stored.disabled.retain(|disabled| disabled.url != url)).await
    }

    /// Sends no more messages of the key to that address.
    pub(super) async fn disable(&self, owner: KeyId, url: &str) -> Result<(), Error> {
        let since = self.clock.now();
        let disable = |stored: &mut Stored| {
            if stored.disabled.iter().any(|disabled| disabled.url == url) {
                return;
            }
            let beyond = stored.disabled.len().saturating_add(1).saturating_sub(MAX_DISABLED);
            stored.disabled.drain(..beyond);
            stored.disabled.push(Disabled { url: url.to_owned(), since });
        };
        self.change(owner, disable).await.map(drop)
    }

    /// Encrypts under the current key what still is under an earlier one. Gives how many secrets that
    /// were. One that cannot be opened stays as it is, and the others go on.
    ///
    /// # Errors
    /// [`Error::Store`].
    pub async fn reseal(&self) -> Result<usize, Error> {
        let mut count = 0_usize;
        let mut cursor = None;
        for _ in 0..MAX_PAGES {
            let query = Query::ascending(Collection::Webhooks, "created_at").limit(PAGE);
            let query = match cursor.take() {
                Some(cursor) => query.after(cursor),
                None => query,
            };
            let page = self.store.query(query).await?;
            for document in &page.documents {
                match self.reseal_one(document).await {
                    Ok(resealed) => count = count.saturating_add(usize::from(resealed)),
                    Err(Error::Store(error)) => return Err(error.into()),
                    Err(error) => {
                        tracing::error!(key = document.id, %error, "a webhook secret cannot be opened")
                    }
                }
            }
            match page.next {
                Some(next) => cursor = Some(next),
                None => return Ok(count),
            }
        }
        tracing::warn!("more webhook secrets than one start goes through: the next one goes on");
        Ok(count)
    }

    async fn reseal_one(&self, document: &Document) -> Result<bool, Error> {
        let owner: KeyId = document.id.parse().map_err(|_| Error::Unreadable)?;
        let mut stored = Stored::read(document)?;
        let mut is_old = false;
        let opened = self.keyring.open(place(&document.id), &stored.secret).await.map_err(Error::Secret)?;
        if opened.is_old {
            stored.secret = self.sealed(owner, &opened.text).await?;
            is_old = true;
        }
        // An earlier one that cannot be opened stays as it is.
        if let Some(previous) = &mut stored.previous
            && let Ok(opened) = self.keyring.open(place(&document.id), &previous.secret).await
            && opened.is_old
        {
            previous.secret = self.sealed(owner, &opened.text).await?;
            is_old = true;
        }
        if !is_old {
            return Ok(false);
        }
        match self.store.commit(vec![stored.write(owner)?.at_version(document.version)]).await {
            Ok(_) => Ok(true),
            // Whoever wrote it meanwhile sealed it under a key of today, or the next start does.
            Err(store::Error::Conflict { .. }) => Ok(false),
            Err(error) => Err(error.into()),
        }
    }

    async fn change(&self, owner: KeyId, change: impl Fn(&mut Stored)) -> Result<Option<Endpoint>, Error> {
        for _ in 0..MAX_RACES {
            let Some((mut stored, version)) = self.stored(owner).await? else { return Ok(None) };
            change(&mut stored);
            match self.store.commit(vec![stored.write(owner)?.at_version(version)]).await {
                Ok(_) => return self.opened(owner, stored).await.map(Some),
                Err(store::Error::Conflict { .. }) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::Contended)
    }

    async fn stored(&self, owner: KeyId) -> Result<Option<(Stored, u64)>, Error> {
        let document = self.store.get(Collection::Webhooks, &owner.to_string()).await?;
        document.map(|document| Ok((Stored::read(&document)?, document.version))).transpose()
    }

    async fn opened(&self, owner: KeyId, stored: Stored) -> Result<Endpoint, Error> {
        let (record, now) = (owner.to_string(), self.clock.now());
        let open =
            async |sealed: &str| self.keyring.open(place(&record), sealed).await.map_err(Error::Secret);
        let previous = match stored.previous.filter(|previous| previous.until > now) {
            // One that cannot be opened signs nothing any more, and must not keep its successor from it.
            Some(previous) => match open(&previous.secret).await {
                Ok(opened) => Some((opened.text, previous.until)),
                Err(error) => {
                    tracing::error!(key = record, %error, "an earlier webhook secret cannot be opened");
                    None
                }
            },
            None => None,
        };
        let Stored { created_at, rotated_at, disabled, .. } = stored;
        let secret = open(&stored.secret).await?.text;
        Ok(Endpoint { secret, previous, created_at, rotated_at, disabled })
    }

    async fn sealed(&self, owner: KeyId, secret: &Secret) -> Result<String, Error> {
        self.keyring.seal(place(&owner.to_string()), secret).await.map_err(Error::Secret)
    }
}

fn place(record: &str) -> Place<'_> {
    Place { purpose: PURPOSE, record }
}

impl Endpoint {
    /// Tells whether the address gets no more messages.
    pub(super) fn is_disabled(&self, url: &str) -> bool {
        self.disabled.iter().any(|disabled| disabled.url == url)
    }

    /// Gives the secrets that sign now, the current one first.
    pub(super) fn secrets(&self) -> Vec<&Secret> {
        std::iter::once(&self.secret).chain(self.previous.iter().map(|(secret, _)| secret)).collect()
    }
}

impl Stored {
    fn write(&self, owner: KeyId) -> Result<Write, Error> {
        let payload = serde_json::to_string(self).map_err(|_| Error::Unreadable)?;
        let write = Write::put(Collection::Webhooks, owner.to_string());
        Ok(write.field("created_at", self.created_at).payload(payload))
    }

    fn read(document: &Document) -> Result<Stored, Error> {
        serde_json::from_str(&document.payload).map_err(|_| Error::Unreadable)
    }
}
