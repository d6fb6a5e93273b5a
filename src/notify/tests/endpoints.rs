//! The secrets of keys: made once, rotated with an overlap, and sealed at rest.

use super::*;
use crate::notify::signature::sign;

#[tokio::test]
async fn a_rotation_signs_with_both_secrets_while_it_overlaps_and_then_with_the_new_one() {
    let bench = Bench::new();
    let mut receiver = Receiver::answering(&[OK]).await;
    assert!(bench.webhooks.rotate(bench.owner).await.unwrap().is_none(), "there is nothing to rotate");
    let (old, made) = bench.webhooks.ensure_endpoint(bench.owner).await.unwrap();
    assert!(made && !bench.webhooks.ensure_endpoint(bench.owner).await.unwrap().1);
    let new = bench.webhooks.rotate(bench.owner).await.unwrap().unwrap();
    assert!(new.secret != old.secret);
    for (advanced, secrets) in [(0, vec![&new.secret, &old.secret]), (24 * 3600, vec![&new.secret])] {
        bench.clock.advance(Duration::from_secs(advanced));
        bench.tell(&receiver.url).await;
        bench.round().await;
        let request = receiver.next().await;
        let timestamp = header(&request, "webhook-timestamp").parse().unwrap();
        let expected = sign(&secrets, &header(&request, "webhook-id"), timestamp, body(&request)).unwrap();
        assert_eq!(header(&request, "webhook-signature"), expected);
    }
}

#[tokio::test]
async fn a_secret_is_not_in_the_store_and_is_sealed_anew_after_a_change_of_keys() {
    let bench = Bench::new();
    let of = |keyring| Webhooks::new(Arc::clone(&bench.store), bench.clock.clone(), keyring, config());
    bench.webhooks.ensure_endpoint(bench.owner).await.unwrap();
    let endpoint = bench.webhooks.rotate(bench.owner).await.unwrap().unwrap();
    let document = bench.store.get(Collection::Webhooks, &bench.owner.to_string()).await.unwrap().unwrap();
    let secret = endpoint.secret.reveal().trim_start_matches("whsec_");
    assert!(!document.payload.contains(secret) && !format!("{endpoint:?}").contains(secret));
    let only_new = of(keys(NEW_KEY, &[]));
    assert!(matches!(only_new.endpoint(bench.owner).await, Err(Error::Secret(_))));
    assert_eq!(only_new.reseal().await.unwrap(), 0, "what cannot be opened stays as it is");
    let both = of(keys(NEW_KEY, &[KEY]));
    assert_eq!((both.reseal().await.unwrap(), both.reseal().await.unwrap()), (1, 0));
    let resealed = only_new.endpoint(bench.owner).await.unwrap().unwrap();
    assert!(resealed.secret == endpoint.secret && resealed.previous == endpoint.previous);
}

#[tokio::test]
async fn a_rotation_helps_where_the_key_of_the_earlier_secret_is_lost() {
    let bench = Bench::new();
    bench.webhooks.ensure_endpoint(bench.owner).await.unwrap();
    let lost = Webhooks::new(Arc::clone(&bench.store), bench.clock.clone(), keys(NEW_KEY, &[]), config());
    assert!(matches!(lost.endpoint(bench.owner).await, Err(Error::Secret(_))));
    let new = lost.rotate(bench.owner).await.unwrap().unwrap();
    let read = lost.endpoint(bench.owner).await.unwrap().unwrap();
    assert!(read.secret == new.secret && read.previous.is_none() && read.secrets().len() == 1);
    let newer = "CCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCCA=";
    let of = |previous: &[&str]| {
        Webhooks::new(Arc::clone(&bench.store), bench.clock.clone(), keys(newer, previous), config())
    };
    assert_eq!(of(&[NEW_KEY]).reseal().await.unwrap(), 1, "the earlier one keeps the current from nothing");
    assert!(of(&[]).endpoint(bench.owner).await.unwrap().unwrap().secret == new.secret);
}

#[tokio::test]
async fn a_secret_that_is_moved_to_another_key_does_not_open() {
    let bench = Bench::new();
    bench.webhooks.ensure_endpoint(bench.owner).await.unwrap();
    let mine = bench.store.get(Collection::Webhooks, &bench.owner.to_string()).await.unwrap().unwrap();
    let other = KeyId::at(Timestamp::now());
    let moved = store::Write::put(Collection::Webhooks, other.to_string()).payload(mine.payload);
    bench.store.commit(vec![moved]).await.unwrap();
    assert!(matches!(bench.webhooks.endpoint(other).await, Err(Error::Secret(_))));
}

#[tokio::test]
async fn of_the_disabled_addresses_the_oldest_is_forgotten_when_there_are_too_many() {
    let bench = Bench::new();
    bench.webhooks.ensure_endpoint(bench.owner).await.unwrap();
    for number in 0..101 {
        bench.webhooks.disable(bench.owner, &format!("https://example.org/{number}")).await.unwrap();
        bench.webhooks.disable(bench.owner, "https://example.org/100").await.unwrap();
    }
    let disabled = bench.webhooks.endpoint(bench.owner).await.unwrap().unwrap().disabled;
    assert_eq!(disabled.len(), 100);
    let ends =
        [disabled.first().unwrap(), disabled.last().unwrap()].map(|one| one.url.rsplit('/').next().unwrap());
    assert_eq!(ends, ["100", "99"], "the oldest is gone, and none stands there twice");
}
