//! What happens in the background: changes that others make, and when keys were used.

use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::*;

const MINUTE: Duration = Duration::from_secs(60);

#[tokio::test]
async fn who_follows_hears_of_a_revocation_at_once() {
    let (keys, ..) = fixture();
    let there = elsewhere(&keys);
    let minted = keys.create(reader()).await.unwrap();
    let secret = minted.key.reveal();
    let stop = CancellationToken::new();
    let following = there.clone().follow(stop.clone());
    // Whoever follows begins first.
    let revoking = async {
        there.recognise(&secret, HERE).await.unwrap();
        keys.revoke(minted.record.id).await.unwrap();
        // The clock stands: nothing but being told ends what is remembered.
        while there.recognise(&secret, HERE).await.is_ok() {
            tokio::task::yield_now().await;
        }
        stop.cancel();
    };
    let both = async { tokio::join!(following, revoking) };
    assert!(tokio::time::timeout(MINUTE, both).await.is_ok(), "nobody told of the revocation");
}

#[tokio::test]
async fn a_use_is_seen_here_at_once_and_elsewhere_once_it_is_written() {
    let (keys, _, clock) = fixture();
    let there = elsewhere(&keys);
    let minted = keys.create(reader()).await.unwrap();
    let (id, secret) = (minted.record.id, minted.key.reveal());
    clock.advance(MINUTE);
    let used = clock.now();
    keys.recognise(&secret, HERE).await.unwrap();
    let seen =
        async || (keys.read(id).await.unwrap().last_used_at, there.read(id).await.unwrap().last_used_at);
    assert_eq!(seen().await, (Some(used), None));
    let version = keys.store.get(Collection::Keys, &id.to_string()).await.unwrap().unwrap().version;
    keys.write_uses().await;
    assert_eq!(seen().await, (Some(used), Some(used)));
    let after = keys.store.get(Collection::Keys, &id.to_string()).await.unwrap().unwrap().version;
    assert_eq!(version, after, "using a key does not change it");
    let listed = there.list(&crate::auth::ListQuery { limit: 1, ..Default::default() }).await.unwrap();
    assert_eq!(listed.items[0].last_used_at, Some(used));
}

#[tokio::test]
async fn a_use_never_goes_back_and_one_that_cannot_be_written_waits() {
    let (keys, store, clock) = fixture();
    let there = elsewhere(&keys);
    let minted = keys.create(reader()).await.unwrap();
    let (id, secret) = (minted.record.id, minted.key.reveal());
    there.recognise(&secret, HERE).await.unwrap();
    clock.advance(MINUTE);
    keys.recognise(&secret, HERE).await.unwrap();
    store.leave(true);
    keys.write_uses().await;
    store.leave(false);
    keys.write_uses().await;
    there.write_uses().await;
    assert_eq!(there.read(id).await.unwrap().last_used_at, Some(clock.now()));
}

#[tokio::test]
async fn wrong_keys_are_not_used_and_a_key_that_is_gone_leaves_nothing() {
    let (keys, _, clock) = fixture();
    let minted = keys.create(reader()).await.unwrap();
    let (id, secret) = (minted.record.id, minted.key.reveal());
    assert!(keys.recognise(&format!("{}x", secret.get(..99).unwrap()), HERE).await.is_err());
    keys.write_uses().await;
    assert_eq!(keys.read(id).await.unwrap().last_used_at, None);
    keys.recognise(&secret, HERE).await.unwrap();
    keys.revoke(id).await.unwrap();
    keys.write_uses().await;
    assert!(keys.read(id).await.unwrap().last_used_at.is_some());
    clock.advance(91 * 24 * 60 * MINUTE);
    assert_eq!(keys.store.get(Collection::KeyUses, &id.to_string()).await.unwrap(), None);
}

#[tokio::test(start_paused = true)]
async fn uses_are_written_every_minute_and_at_the_end() {
    let (keys, _, clock) = fixture();
    let minted = keys.create(reader()).await.unwrap();
    let (id, secret) = (minted.record.id, minted.key.reveal());
    let (stop, there) = (CancellationToken::new(), elsewhere(&keys));
    let watching = async {
        for _ in 0..2 {
            clock.advance(MINUTE);
            keys.recognise(&secret, HERE).await.unwrap();
            tokio::time::sleep(MINUTE + Duration::from_secs(1)).await;
            assert_eq!(there.read(id).await.unwrap().last_used_at, Some(clock.now()));
        }
        clock.advance(MINUTE);
        keys.recognise(&secret, HERE).await.unwrap();
        stop.cancel();
    };
    tokio::join!(keys.clone().follow(stop.clone()), watching);
    assert_eq!(there.read(id).await.unwrap().last_used_at, Some(clock.now()));
}
