//! Who is recognised, who is not, and how often the store is asked for it.

use std::time::Duration;

use super::*;
use crate::auth::{ApiKey, Error as AuthError, SETTINGS_KEY_ID, Tier, network};
use crate::id::KeyId;

/// Longer than anything is remembered.
const LATER: Duration = Duration::from_millis(801);

#[tokio::test]
async fn a_created_key_is_recognised_with_its_scopes_and_its_secret_is_not_stored() {
    let (keys, ..) = fixture();
    let minted = keys.create(NewKey { tier: Tier::Pro, ..reader() }).await.unwrap();
    let principal = keys.recognise(&minted.key.reveal(), HERE).await.unwrap();
    assert_eq!((principal.key, principal.tier), (minted.record.id, Tier::Pro));
    assert!(principal.may(Scope::Read) && !principal.may(Scope::Generate) && !principal.may(Scope::Admin));
    let document = keys.store.get(Collection::Keys, &minted.record.id.to_string()).await.unwrap().unwrap();
    let revealed = minted.key.reveal();
    assert!(!document.payload.contains(revealed.rsplit('_').next().unwrap()));
}

/// A key that is wrong in its last digit, and one of nobody.
fn wrong(key: &ApiKey) -> [String; 2] {
    let key = key.reveal();
    let last = if key.ends_with('0') { "1" } else { "0" };
    let near = format!("{}{last}", key.get(..key.len() - 1).unwrap());
    [near, ApiKey::mint(KeyId::at(Timestamp::UNIX_EPOCH)).unwrap().reveal()]
}

#[tokio::test]
async fn a_wrong_secret_an_unknown_id_and_no_key_at_all_are_told_apart_by_nobody() {
    let (keys, store, _) = fixture();
    let key = keys.create(reader()).await.unwrap().key;
    for presented in wrong(&key) {
        assert!(matches!(keys.recognise(&presented, HERE).await, Err(AuthError::Unknown)), "{presented}");
        let [there, absent] = store.looked_at();
        assert_eq!((there, absent), (1, 1), "{presented}");
    }
    for presented in ["", "cf_", &format!("{}0", key.reveal()), &"x".repeat(1000)] {
        assert!(matches!(keys.recognise(presented, HERE).await, Err(AuthError::Unknown)), "{presented}");
        assert_eq!(store.reads(), 0, "{presented}: a text that cannot be a key is looked up nowhere");
    }
}

#[tokio::test]
async fn what_was_found_holds_for_a_moment_right_or_wrong() {
    let (keys, store, clock) = fixture();
    let key = keys.create(reader()).await.unwrap().key;
    let [near, nobodys] = wrong(&key);
    for (presented, is_right, reads) in [(key.reveal(), true, 1), (near, false, 2), (nobodys, false, 2)] {
        let asked = async || {
            assert_eq!(keys.recognise(&presented, HERE).await.is_ok(), is_right, "{presented}");
            store.reads()
        };
        assert_eq!([asked().await, asked().await, asked().await], [reads, 0, 0], "{presented}");
        clock.advance(LATER);
        assert_eq!([asked().await, asked().await], [reads, 0], "{presented}");
        // Time in which the machine sleeps counts.
        clock.suspend(LATER);
        assert_eq!([asked().await, asked().await], [reads, 0], "{presented}");
    }
}

/// A key of somebody else's secret is nobody's.
#[tokio::test]
async fn the_secret_of_one_key_is_not_good_for_another_id() {
    let (keys, ..) = fixture();
    let (one, other) = (keys.create(reader()).await.unwrap().key, keys.create(reader()).await.unwrap().key);
    let [_, nobodys] = wrong(&one);
    assert!(keys.recognise(&one.reveal(), HERE).await.is_ok());
    for id in [other.reveal(), nobodys] {
        let mixed = format!("{}{}", id.get(..36).unwrap(), one.reveal().get(36..).unwrap());
        assert!(matches!(keys.recognise(&mixed, HERE).await, Err(AuthError::Unknown)), "{mixed}");
    }
}

#[tokio::test]
async fn recheck_of_nothing_asks_the_store_each_time() {
    let (keys, store, clock) = fixture();
    let config = Config { recheck: jiff::SignedDuration::ZERO, ..Config::default() };
    let asking = ApiKeys::new(Arc::clone(&keys.store), clock, &Secret::default(), config);
    let key = keys.create(reader()).await.unwrap().key.reveal();
    for _ in 0..3 {
        asking.recognise(&key, HERE).await.unwrap();
        assert_eq!(store.reads(), 1);
    }
}

#[tokio::test]
async fn remembered_bounds_what_ten_thousand_wrong_keys_leave_behind() {
    let (keys, store, clock) = fixture();
    let config = Config { remembered: 100, ..Config::default() };
    let bounded = ApiKeys::new(Arc::clone(&keys.store), clock, &Secret::default(), config);
    let key = keys.create(reader()).await.unwrap().key.reveal();
    bounded.recognise(&key, HERE).await.unwrap();
    let tail = "0".repeat(64);
    for number in 0..10_001_u128 {
        let presented = format!("cf_{}_{tail}", uuid::Uuid::from_u128(number).simple());
        assert!(bounded.recognise(&presented, HERE).await.is_err());
    }
    let (right, wrong) = bounded.memory.len();
    assert!(right == 1 && wrong <= 100, "{right} {wrong}");
    store.reads();
    bounded.recognise(&key, HERE).await.unwrap();
    assert_eq!(store.reads(), 0, "the right key is still known");
}

#[tokio::test]
async fn a_key_ends_at_its_moment_also_while_it_is_remembered() {
    let (keys, store, clock) = fixture();
    let expires_at = Some(clock.now() + Duration::from_millis(100));
    let key = keys.create(NewKey { expires_at, ..reader() }).await.unwrap().key.reveal();
    assert!(keys.recognise(&key, HERE).await.is_ok());
    clock.advance(Duration::from_millis(99));
    assert!(keys.recognise(&key, HERE).await.is_ok());
    clock.advance(Duration::from_millis(1));
    assert!(matches!(keys.recognise(&key, HERE).await, Err(AuthError::Ended(_))));
    assert_eq!(store.reads(), 1);
}

#[tokio::test]
async fn a_key_is_good_from_its_addresses_only() {
    let (keys, ..) = fixture();
    let allowed_addresses = vec![network("192.0.2.0/24").unwrap()];
    let key = keys.create(NewKey { allowed_addresses, ..reader() }).await.unwrap().key.reveal();
    for (from, is_allowed) in [("192.0.2.9", true), ("::ffff:192.0.2.9", true), ("127.0.0.1", false)] {
        let recognised = keys.recognise(&key, from.parse().unwrap()).await;
        assert_eq!(recognised.is_ok(), is_allowed, "{from}");
        assert!(is_allowed || matches!(recognised, Err(AuthError::ForeignAddress(_))), "{from}");
    }
    // Who has no good key does not learn that there are addresses.
    let [near, _] = wrong(&ApiKey::parse(&key).unwrap());
    assert!(matches!(keys.recognise(&near, HERE).await, Err(AuthError::Unknown)));
}

#[tokio::test]
async fn the_key_of_the_settings_is_an_administrators_and_needs_no_store() {
    let (keys, store, clock) = fixture();
    let secret = "a-long-key-of-the-operator-0123456789";
    let keys = over(Arc::clone(&keys.store), clock, &Secret::new(secret));
    store.leave(true);
    let principal = keys.recognise(secret, HERE).await.unwrap();
    assert!(principal.may(Scope::Admin));
    assert_eq!(principal.key.uuid(), SETTINGS_KEY_ID);
    assert!(keys.recognise(secret.get(1..).unwrap(), HERE).await.is_err());
}

#[tokio::test]
async fn a_store_that_is_away_makes_no_key_wrong() {
    let (keys, store, clock) = fixture();
    let key = keys.create(reader()).await.unwrap().key.reveal();
    store.leave(true);
    assert!(matches!(keys.recognise(&key, HERE).await, Err(AuthError::Store(_))));
    store.leave(false);
    assert!(keys.recognise(&key, HERE).await.is_ok());
    store.leave(true);
    assert!(keys.recognise(&key, HERE).await.is_ok(), "what is remembered needs no store");
    clock.advance(LATER);
    assert!(matches!(keys.recognise(&key, HERE).await, Err(AuthError::Store(_))));
}
