//! Making, listing, rotating and revoking keys.

use std::time::Duration;

use super::*;
use crate::auth::{Error as AuthError, FIRST_KEY_ID, ListQuery, OPERATOR, SETTINGS_KEY_ID, network};
use crate::id::KeyId;

const HOUR: Duration = Duration::from_secs(3600);
/// Longer than anything is remembered.
const LATER: Duration = Duration::from_millis(801);

fn page(limit: usize) -> ListQuery {
    ListQuery { limit, ..ListQuery::default() }
}

#[tokio::test]
async fn a_key_is_shown_as_it_was_made() {
    let (keys, _, clock) = fixture();
    let new = NewKey {
        name: "front end".to_owned(),
        owner: Some("team a".to_owned()),
        scopes: vec![Scope::Read, Scope::Generate],
        tier: crate::auth::Tier::Enterprise,
        expires_at: Some(clock.now() + HOUR),
        allowed_addresses: vec![network("10.0.0.0/8").unwrap()],
    };
    let record = keys.create(new.clone()).await.unwrap().record;
    assert_eq!(keys.read(record.id).await.unwrap(), record);
    assert_eq!((&record.name, Some(&record.owner)), (&new.name, new.owner.as_ref()));
    assert_eq!((record.tier, record.expires_at), (new.tier, new.expires_at));
    assert_eq!(record.scopes, [Scope::Generate, Scope::Read]);
    assert_eq!(record.allowed_addresses, new.allowed_addresses);
    assert_eq!((record.created_at, record.last_used_at, record.revoked_at), (clock.now(), None, None));
    assert_eq!(
        keys.create(reader()).await.unwrap().record.owner,
        "reader",
        "the name is the owner by default"
    );
    assert!(
        matches!(keys.create(NewKey::default()).await, Err(AuthError::Invalid(faults)) if faults.len() == 2)
    );
}

#[tokio::test]
async fn a_list_has_pages_and_can_be_of_one_owner() {
    let (keys, _, clock) = fixture();
    let mut made = Vec::new();
    for number in 0..5 {
        clock.advance(Duration::from_secs(1));
        let owner = Some(if number % 2 == 0 { "even" } else { "odd" }.to_owned());
        made.push(keys.create(NewKey { owner, ..reader() }).await.unwrap().record);
    }
    made.reverse();
    let (mut seen, mut query) = (Vec::new(), page(2));
    loop {
        let page = keys.list(&query).await.unwrap();
        assert!(page.items.len() <= 2);
        seen.extend(page.items);
        match page.next_cursor {
            Some(next) => query.cursor = Some(next),
            None => break,
        }
    }
    assert_eq!(seen, made);
    let even = keys.list(&ListQuery { owner: Some("even".to_owned()), ..page(100) }).await.unwrap().items;
    assert_eq!(even.len(), 3);
    assert!(even.iter().all(|key| key.owner == "even"));
    for cursor in ["nonsense", "5b5d", "5b7b2269223a317d2c2278225d"] {
        let listed = keys.list(&ListQuery { cursor: Some(cursor.to_owned()), ..page(2) }).await;
        assert!(matches!(listed, Err(AuthError::InvalidCursor)), "{cursor}");
    }
}

#[tokio::test]
async fn both_secrets_are_good_during_the_overlap_and_the_new_one_after_it() {
    let (keys, _, clock) = fixture();
    let there = elsewhere(&keys);
    let old = keys.create(reader()).await.unwrap();
    let id = old.record.id;
    assert!(there.recognise(&old.key.reveal(), HERE).await.is_ok());
    clock.advance(HOUR);
    let new = keys.rotate(id, Some(HOUR)).await.unwrap();
    assert_eq!((new.record.id, new.record.rotated_at), (id, Some(clock.now())));
    assert_eq!(new.record.previous_until, Some(clock.now() + HOUR));
    let (old, new) = (old.key.reveal(), new.key.reveal());
    for keys in [&keys, &there] {
        assert_eq!(
            keys.recognise(&new, HERE).await.unwrap().key,
            id,
            "a new secret works everywhere at once"
        );
        assert_eq!(keys.recognise(&old, HERE).await.unwrap().key, id);
    }
    clock.advance(HOUR - Duration::from_millis(1));
    assert!(keys.recognise(&old, HERE).await.is_ok());
    // It is remembered, and ends at its moment all the same.
    clock.advance(Duration::from_millis(1));
    for keys in [&keys, &there] {
        assert!(matches!(keys.recognise(&old, HERE).await, Err(AuthError::Ended(_))));
        assert!(keys.recognise(&new, HERE).await.is_ok());
    }
    assert_eq!(keys.read(id).await.unwrap().previous_until, None);
}

#[tokio::test]
async fn an_overlap_of_nothing_ends_the_old_secret_at_once_and_a_second_rotation_the_one_before() {
    let (keys, _, clock) = fixture();
    let first = keys.create(reader()).await.unwrap();
    let id = first.record.id;
    keys.recognise(&first.key.reveal(), HERE).await.unwrap();
    let second = keys.rotate(id, Some(Duration::ZERO)).await.unwrap().key.reveal();
    assert!(matches!(keys.recognise(&first.key.reveal(), HERE).await, Err(AuthError::Unknown)));
    let third = keys.rotate(id, None).await.unwrap();
    assert_eq!(third.record.previous_until, Some(clock.now() + 24 * HOUR), "keys.rotation_overlap");
    let fourth = keys.rotate(id, Some(HOUR)).await.unwrap();
    for (secret, is_good) in [(&second, false), (&third.key.reveal(), true), (&fourth.key.reveal(), true)] {
        assert_eq!(keys.recognise(secret, HERE).await.is_ok(), is_good);
    }
    let too_long = keys.rotate(id, Some(31 * 24 * HOUR)).await;
    assert!(matches!(too_long, Err(AuthError::Invalid(_))));
}

#[tokio::test]
async fn of_rotations_at_once_each_gets_a_secret_and_the_last_two_are_good() {
    let (keys, ..) = fixture();
    let id = keys.create(reader()).await.unwrap().record.id;
    let all = futures_util::future::join_all((0..8).map(|_| keys.rotate(id, Some(HOUR)))).await;
    let mut good = 0;
    for minted in all {
        good += usize::from(keys.recognise(&minted.unwrap().key.reveal(), HERE).await.is_ok());
    }
    assert_eq!(good, 2);
}

#[tokio::test]
async fn a_revoked_key_ends_at_once_here_and_within_its_moment_where_nobody_tells() {
    let (keys, _, clock) = fixture();
    let there = elsewhere(&keys);
    let minted = keys.create(reader()).await.unwrap();
    let (id, rotated) = (minted.record.id, keys.rotate(minted.record.id, Some(HOUR)).await.unwrap());
    let secrets = [minted.key.reveal(), rotated.key.reveal()];
    for secret in &secrets {
        assert!(keys.recognise(secret, HERE).await.is_ok() && there.recognise(secret, HERE).await.is_ok());
    }
    let revoked = keys.revoke(id).await.unwrap();
    assert_eq!(revoked.revoked_at, Some(clock.now()));
    clock.advance(Duration::from_millis(799));
    for secret in &secrets {
        assert!(matches!(keys.recognise(secret, HERE).await, Err(AuthError::Unknown)));
        assert!(there.recognise(secret, HERE).await.is_ok(), "it is still remembered there");
    }
    clock.advance(Duration::from_millis(1));
    for secret in &secrets {
        assert!(matches!(there.recognise(secret, HERE).await, Err(AuthError::Unknown)));
    }
    assert_eq!(keys.revoke(id).await.unwrap().revoked_at, revoked.revoked_at, "again is no change");
    assert!(matches!(keys.rotate(id, None).await, Err(AuthError::Revoked)));
}

#[tokio::test]
async fn of_a_revoked_key_no_hash_is_left_and_after_ninety_days_nothing() {
    let (keys, _, clock) = fixture();
    let minted = keys.create(reader()).await.unwrap();
    let id = minted.record.id;
    keys.recognise(&minted.key.reveal(), HERE).await.unwrap();
    keys.write_uses().await;
    let rotated = keys.rotate(id, Some(HOUR)).await.unwrap();
    keys.revoke(id).await.unwrap();
    let document = keys.store.get(Collection::Keys, &id.to_string()).await.unwrap().unwrap();
    for hash in [minted.key.hash(), rotated.key.hash()] {
        assert!(!document.payload.contains(hash.as_str()), "{}", document.payload);
    }
    clock.advance(90 * 24 * HOUR - LATER);
    assert_eq!(keys.list(&page(10)).await.unwrap().items.len(), 1);
    clock.advance(LATER);
    assert!(keys.list(&page(10)).await.unwrap().items.is_empty());
    assert!(matches!(keys.read(id).await, Err(AuthError::NoKey)));
    assert_eq!(keys.store.get(Collection::KeyUses, &id.to_string()).await.unwrap(), None);
}

#[tokio::test]
async fn what_is_not_there_or_over_or_in_the_settings_cannot_be_changed() {
    let (keys, _, clock) = fixture();
    let nobody = KeyId::at(clock.now());
    assert!(matches!(keys.rotate(nobody, None).await, Err(AuthError::NoKey)));
    assert!(matches!(keys.revoke(nobody).await, Err(AuthError::NoKey)));
    let expires_at = Some(clock.now() + HOUR);
    let over = keys.create(NewKey { expires_at, ..reader() }).await.unwrap().record.id;
    clock.advance(HOUR);
    assert!(matches!(keys.rotate(over, None).await, Err(AuthError::Expired)));
    assert!(keys.revoke(over).await.is_ok());
    let settings = KeyId::from_uuid(SETTINGS_KEY_ID);
    assert!(matches!(keys.revoke(settings).await, Err(AuthError::NoKey)));
    let secret = Secret::new("a-long-key-of-the-operator-0123456789");
    let keys = super::over(Arc::clone(&keys.store), clock, &secret);
    assert!(matches!(keys.revoke(settings).await, Err(AuthError::InSettings)));
    assert!(matches!(keys.rotate(settings, None).await, Err(AuthError::InSettings)));
}

/// Writes a key as the first version of the program did.
async fn put_form_1(keys: &ApiKeys, id: KeyId, name: &str) -> String {
    let key = crate::auth::ApiKey::mint(id).unwrap();
    let hash = key.hash();
    let payload = format!(
        r#"{{"name":"{name}","hash":"{}","scopes":["read"],"tier":"pro","expires_at":null}}"#,
        hash.as_str()
    );
    let write = Write::put(Collection::Keys, id.to_string()).field("created_at", keys.clock.now());
    keys.store.commit(vec![write.payload(payload)]).await.unwrap();
    key.reveal()
}

#[tokio::test]
async fn keys_of_the_first_form_are_good_and_are_written_anew_for_their_owners() {
    let (keys, _, clock) = fixture();
    let (id, first) = (KeyId::at(clock.now()), KeyId::from_uuid(FIRST_KEY_ID));
    let secrets = [put_form_1(&keys, id, "old").await, put_form_1(&keys, first, "first administrator").await];
    let of = async |owner: &str| {
        let query = ListQuery { owner: Some(owner.to_owned()), ..page(10) };
        keys.list(&query).await.unwrap().items.into_iter().map(|key| key.id).collect::<Vec<_>>()
    };
    assert_eq!(keys.read(id).await.unwrap().owner, "old");
    assert_eq!(of("old").await, []);
    for renewed in [2, 0] {
        assert_eq!(keys.renew_forms().await.unwrap(), renewed);
        assert_eq!((of("old").await, of(OPERATOR).await), (vec![id], vec![first]));
        for secret in &secrets {
            assert!(keys.recognise(secret, HERE).await.unwrap().may(Scope::Read));
        }
        clock.advance(LATER);
    }
}
