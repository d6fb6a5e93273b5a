//! What a key is: what it is called and whose it is, what it may do and from where, how long, and the
//! form in which the store keeps it. Its secret is not in it; what is kept of that is a hash, and of a
//! revoked key not even that.

use std::net::IpAddr;

use ipnet::IpNet;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::key::{Hash, NO_HASH};
use super::{Error, FIRST_KEY_ID, OPERATOR, Principal, Scope, Tier, addresses};
use crate::id::KeyId;
use crate::setting::{Fault, faults};
use crate::store::{Document, Write};

/// Characters that a name or an owner has at most; four bytes each fit a field of the store.
const MAX_NAME_CHARACTERS: usize = 100;
/// Networks that a key may be used from, at most.
const MAX_NETWORKS: usize = 100;
/// The form that is written. Form 1 had no owner, no addresses and no rotation.
pub(super) const FORM: u32 = 2;

/// What a key is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewKey {
    /// What its owner calls it, 1 to 100 characters.
    pub name: String,
    /// The person or team that answers for it; the key's name where none is given.
    pub owner: Option<String>,
    /// What it may do, at least one.
    pub scopes: Vec<Scope>,
    /// How much it may do.
    pub tier: Tier,
    /// From when on it is not valid any more; to come.
    pub expires_at: Option<Timestamp>,
    /// From where it may be used, at most 100 networks; from everywhere where there are none.
    pub allowed_addresses: Vec<IpNet>,
}

/// A key as it stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyRecord {
    /// Names it; stays when the secret is rotated.
    pub id: KeyId,
    /// What its owner calls it.
    pub name: String,
    /// The person or team that answers for it.
    pub owner: String,
    /// What it may do.
    pub scopes: Vec<Scope>,
    /// How much it may do.
    pub tier: Tier,
    /// From where it may be used; from everywhere where there are none.
    pub allowed_addresses: Vec<IpNet>,
    /// When it was made.
    pub created_at: Timestamp,
    /// From when on it is not valid any more.
    pub expires_at: Option<Timestamp>,
    /// When its secret was last changed.
    pub rotated_at: Option<Timestamp>,
    /// Until when the secret before that goes on; `None` once it has ended.
    pub previous_until: Option<Timestamp>,
    /// When it was revoked.
    pub revoked_at: Option<Timestamp>,
    /// When it was last used, to the minute; `None` if it never was.
    pub last_used_at: Option<Timestamp>,
}

/// What the store holds of a key, beside its envelope.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Stored {
    pub(super) name: String,
    #[serde(default)]
    pub(super) owner: Option<String>,
    pub(super) hash: String,
    #[serde(default)]
    pub(super) previous: Option<Previous>,
    pub(super) scopes: Vec<Scope>,
    pub(super) tier: Tier,
    pub(super) expires_at: Option<Timestamp>,
    #[serde(default)]
    pub(super) allowed_addresses: Vec<IpNet>,
    #[serde(default)]
    pub(super) rotated_at: Option<Timestamp>,
    #[serde(default)]
    pub(super) revoked_at: Option<Timestamp>,
}

/// The secret before the last rotation.
#[derive(Clone, Serialize, Deserialize)]
pub(super) struct Previous {
    pub(super) hash: String,
    pub(super) until: Timestamp,
}

/// Whom a presented key stands for, and under which conditions.
pub(super) struct Known {
    pub(super) principal: Principal,
    valid_until: Option<Timestamp>,
    allowed_addresses: Vec<IpNet>,
}

impl NewKey {
    /// Lists what is wrong with it at `now`, each as the name of a field and a sentence.
    #[must_use]
    pub fn faults(&self, now: Timestamp) -> Vec<Fault> {
        let wanted = "must have 1 to 100 characters, none of which commands a terminal";
        faults([
            ("name", is_name(&self.name), wanted),
            ("owner", self.owner.as_deref().is_none_or(is_name), wanted),
            ("scopes", !self.scopes.is_empty(), "must name at least one of generate, read, admin"),
            ("expires_at", self.expires_at.is_none_or(|at| at > now), "must be to come"),
            (
                "allowed_addresses",
                self.allowed_addresses.len() <= MAX_NETWORKS,
                "must be at most 100 addresses or networks",
            ),
        ])
    }
}

/// Names stand in lists on terminals: nothing in them may steer one, or turn what follows around.
fn is_name(text: &str) -> bool {
    let steers = |letter: char| {
        letter.is_control()
            || matches!(letter, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
    };
    !text.trim().is_empty() && text.chars().count() <= MAX_NAME_CHARACTERS && !text.chars().any(steers)
}

impl Stored {
    pub(super) fn new(new: NewKey, hash: &Hash) -> Stored {
        let NewKey { name, owner, mut scopes, tier, expires_at, mut allowed_addresses } = new;
        scopes.sort_unstable();
        scopes.dedup();
        allowed_addresses.sort_unstable();
        allowed_addresses.dedup();
        Stored {
            owner: Some(owner.unwrap_or_else(|| name.clone())),
            name,
            hash: hash.as_str().to_owned(),
            previous: None,
            scopes,
            tier,
            expires_at,
            allowed_addresses,
            rotated_at: None,
            revoked_at: None,
        }
    }

    /// Reads a document of either form.
    pub(super) fn read(document: &Document) -> Result<Stored, Error> {
        let stored: Result<Stored, _> = serde_json::from_str(&document.payload);
        stored.map_err(|_| Error::Unreadable)
    }

    fn payload(&self) -> Result<String, Error> {
        serde_json::to_string(self).map_err(|_| Error::Unreadable)
    }

    /// Makes the write that puts this in the place of the document it was read from.
    pub(super) fn replace(&self, document: Document) -> Result<Write, Error> {
        let owner = self.owner(&document.id);
        let payload = Stored { owner: Some(owner.clone()), ..self.clone() }.payload()?;
        Ok(Write::replace(document).field("owner", owner).schema_version(FORM).payload(payload))
    }

    /// Names the owner; keys of form 1 answer for themselves, and the first one is the operator's.
    fn owner(&self, id: &str) -> String {
        let is_first = id.parse::<KeyId>().is_ok_and(|id| id.uuid() == FIRST_KEY_ID);
        let by_name = || if is_first { OPERATOR.to_owned() } else { self.name.clone() };
        self.owner.clone().unwrap_or_else(by_name)
    }

    /// Shows the key as it stands at `now`.
    pub(super) fn record(&self, document: &Document, now: Timestamp) -> Result<KeyRecord, Error> {
        let id: KeyId = document.id.parse().map_err(|_| Error::Unreadable)?;
        let created_at = document.timestamp("created_at").ok_or(Error::Unreadable)?;
        let until = self.previous.as_ref().map(|previous| previous.until);
        Ok(KeyRecord {
            id,
            name: self.name.clone(),
            owner: self.owner(&document.id),
            scopes: self.scopes.clone(),
            tier: self.tier,
            allowed_addresses: self.allowed_addresses.clone(),
            created_at,
            expires_at: self.expires_at,
            rotated_at: self.rotated_at,
            previous_until: until.filter(|until| *until > now),
            revoked_at: self.revoked_at,
            last_used_at: None,
        })
    }

    /// Tells whom the secret stands for. It is compared with both secrets in any case, so that the time
    /// says nothing about which of them it is, or whether it is any.
    pub(super) fn known_by(self, id: KeyId, presented: &Hash) -> Option<Known> {
        let previous = self.previous.as_ref().map_or(NO_HASH, |previous| &previous.hash).to_owned();
        let is_current = Hash::stored(self.hash).matches(presented);
        let is_previous = Hash::stored(previous).matches(presented);
        let overlap = self.previous.map(|previous| previous.until);
        let valid_until = match (is_current, is_previous) {
            (true, _) => self.expires_at,
            (false, true) => [self.expires_at, overlap].into_iter().flatten().min(),
            (false, false) => return None,
        };
        let principal = Principal { key: id, scopes: self.scopes, tier: self.tier };
        Some(Known { principal, valid_until, allowed_addresses: self.allowed_addresses })
    }
}

impl Known {
    /// Knows somebody who may do everything, from everywhere and for ever.
    pub(super) fn administrator(key: KeyId) -> Known {
        let scopes = vec![Scope::Generate, Scope::Read, Scope::Admin];
        let principal = Principal { key, scopes, tier: Tier::Free };
        Known { principal, valid_until: None, allowed_addresses: Vec::new() }
    }

    /// Gives the caller, if the key is good at `now` from that address.
    pub(super) fn admit(&self, from: IpAddr, now: Timestamp) -> Result<Principal, Error> {
        let key = self.principal.key;
        match self.valid_until {
            Some(until) if until <= now => Err(Error::Ended(key)),
            _ if !addresses::allow(&self.allowed_addresses, from) => Err(Error::ForeignAddress(key)),
            _ => Ok(self.principal.clone()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn new_key() -> NewKey {
        NewKey { name: "reader".to_owned(), scopes: vec![Scope::Read], ..NewKey::default() }
    }

    fn faults_of(change: impl FnOnce(&mut NewKey)) -> Vec<&'static str> {
        let mut new = new_key();
        change(&mut new);
        new.faults(Timestamp::UNIX_EPOCH).into_iter().map(|(field, _)| field).collect()
    }

    #[test]
    fn every_fault_of_a_new_key_is_listed_at_once() {
        assert_eq!(faults_of(|_| {}), [""; 0]);
        let all = faults_of(|new| {
            *new = NewKey {
                name: " ".to_owned(),
                owner: Some(String::new()),
                scopes: Vec::new(),
                tier: Tier::Free,
                expires_at: Some(Timestamp::UNIX_EPOCH),
                allowed_addresses: vec![addresses::network("::1").unwrap(); MAX_NETWORKS + 1],
            };
        });
        assert_eq!(all, ["name", "owner", "scopes", "expires_at", "allowed_addresses"]);
    }

    #[test]
    fn a_name_steers_no_terminal_and_has_its_length() {
        for name in ["a\nb", "a\u{1b}[31mb", "a\u{202e}b", "a\u{200b}b", "\u{2028}", &"ä".repeat(101)] {
            assert_eq!(faults_of(|new| new.name = name.to_owned()), ["name"], "{name:?}");
        }
        for name in ["a", "Frau Müller & Söhne; DROP TABLE keys", "日本語", &"ä".repeat(100)] {
            assert_eq!(faults_of(|new| new.name = name.to_owned()), [""; 0], "{name:?}");
        }
    }

    #[test]
    fn what_is_kept_names_each_scope_and_network_once_and_its_owner() {
        let twice = |text: &str| vec![addresses::network(text).unwrap(); 2];
        let scopes = vec![Scope::Admin, Scope::Read, Scope::Admin];
        let new = NewKey { scopes, allowed_addresses: twice("10.0.0.0/8"), ..new_key() };
        let stored = Stored::new(new, &Hash::of("x"));
        assert_eq!(stored.scopes, [Scope::Read, Scope::Admin]);
        assert_eq!((stored.allowed_addresses.len(), stored.owner.as_deref()), (1, Some("reader")));
    }
}
