//! At least once, by the schedule, always the same bytes.

use super::*;
use crate::notify::courier::Outcome;
use crate::notify::schedule::wait_after;

#[tokio::test]
async fn a_message_that_nobody_takes_goes_out_ten_times_by_the_schedule_and_is_then_given_up() {
    let bench = Bench::new();
    let mut receiver = Receiver::answering(&[FAULT]).await;
    bench.tell(&receiver.url).await;
    let mut sent = Vec::new();
    for attempts in 0..10 {
        let wait = wait_after(attempts, 0).unwrap();
        bench.clock.advance(wait.saturating_sub(Duration::from_millis(1)));
        assert!(attempts == 0 || bench.round().await == 0, "too early after {attempts}");
        bench.clock.advance(wait / 10 + Duration::from_millis(2));
        assert_eq!(bench.round().await, 1, "after {attempts}");
        sent.push(receiver.next().await);
    }
    bench.clock.advance(Duration::from_secs(7 * 24 * 3600));
    assert_eq!(bench.round().await, 0);
    let dead = bench.only().await;
    assert_eq!((dead.state, dead.attempts, dead.last_status), (State::Dead, 10, Some(500)));
    assert_eq!((dead.last_problem, dead.due_at), (Some(Problem::Status), None));
    let counted = bench.metrics.text().unwrap();
    assert!(counted.contains("webhook_notifications_total{outcome=\"status\"} 10"), "{counted}");
    assert!(counted.contains("webhook_dead_letters_total 1"), "{counted}");
    let first = &sent[0];
    assert!(
        sent.iter().all(|one| body(one) == dead.body && header(one, "webhook-id") == dead.id.to_string())
    );
    let moments: Vec<String> = sent.iter().map(|one| header(one, "webhook-timestamp")).collect();
    assert_eq!(moments[0], "1795168800", "{first}");
    assert!(moments.is_sorted() && moments[9] > moments[0]);
}

#[tokio::test]
async fn a_crash_between_sending_and_bookkeeping_sends_the_same_bytes_under_the_same_id_again() {
    let bench = Bench::new();
    let mut receiver = Receiver::answering(&[OK]).await;
    bench.tell(&receiver.url).await;
    let due = bench.webhooks.due(1).await.unwrap().messages.remove(0);
    let taken = bench.webhooks.take(due.clone()).await.unwrap().unwrap();
    assert!(bench.webhooks.take(due).await.unwrap().is_none(), "one attempt at a time");
    // The process that took it sends it and is gone before it can write that down.
    assert_eq!(bench.dispatcher.attempt(&taken).await, Outcome::Delivered(204));
    let lease = config().timeout() + wait_after(1, 0).unwrap();
    bench.clock.advance(lease - Duration::from_secs(1));
    assert_eq!(bench.round().await, 0, "the lease still holds");
    bench.clock.advance(Duration::from_secs(2));
    assert_eq!(bench.round().await, 1);
    let (first, second) = (receiver.next().await, receiver.next().await);
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    assert_eq!(body(&first), body(&second));
    // Were it not gone but slow, what it writes now would change nothing.
    bench.webhooks.conclude(taken, Outcome::Failed(Problem::TimedOut, None)).await.unwrap();
    let message = bench.only().await;
    assert_eq!((message.state, message.attempts), (State::Delivered, 2));
}

#[tokio::test]
async fn what_is_delivered_can_be_replayed_with_the_same_id_and_bytes_and_is_forgotten_in_time() {
    let bench = Bench::new();
    let mut receiver = Receiver::answering(&[OK]).await;
    bench.tell(&receiver.url).await;
    let id = bench.only().await.id;
    assert!(matches!(bench.webhooks.replay(bench.owner, id).await, Err(Error::Pending)));
    bench.round().await;
    let stranger = KeyId::at(Timestamp::now());
    assert!(matches!(bench.webhooks.replay(stranger, id).await, Err(Error::NoMessage)));
    assert_eq!(bench.webhooks.replay(bench.owner, id).await.unwrap().attempts, 0);
    assert_eq!(bench.round().await, 1);
    let (first, second) = (receiver.next().await, receiver.next().await);
    assert_eq!(header(&first, "webhook-id"), header(&second, "webhook-id"));
    assert_eq!(body(&first), body(&second));
    let kept = config().kept.unsigned_abs();
    bench.clock.advance(kept - Duration::from_secs(1));
    assert_eq!(bench.only().await.state, State::Delivered);
    bench.clock.advance(Duration::from_secs(1));
    assert_eq!(bench.all().await, []);
}

#[tokio::test]
async fn after_410_nothing_more_goes_to_that_address_until_it_is_enabled_again() {
    let bench = Bench::new();
    let mut receiver = Receiver::answering(&[GONE, OK]).await;
    bench.tell(&receiver.url).await;
    bench.round().await;
    receiver.next().await;
    let gone = bench.only().await;
    assert_eq!(
        (gone.state, gone.last_problem, gone.last_status),
        (State::Dead, Some(Problem::Gone), Some(410))
    );
    bench.tell(&receiver.url).await;
    bench.round().await;
    assert!(receiver.is_untouched());
    assert!(bench.all().await.iter().any(|message| message.last_problem == Some(Problem::AddressDisabled)));
    let endpoint = bench.webhooks.enable(bench.owner, &receiver.url).await.unwrap().unwrap();
    assert_eq!(endpoint.disabled, []);
    bench.webhooks.replay(bench.owner, gone.id).await.unwrap();
    bench.round().await;
    assert_eq!(header(&receiver.next().await, "webhook-id"), gone.id.to_string());
}

#[tokio::test]
async fn a_message_goes_out_as_soon_as_it_is_committed_and_a_stop_ends_the_loop() {
    let bench = Bench::new();
    let mut receiver = Receiver::answering(&[OK]).await;
    let stop = tokio_util::sync::CancellationToken::new();
    let running = tokio::spawn(bench.dispatcher.clone().run(stop.clone()));
    for _ in 0..3 {
        bench.tell(&receiver.url).await;
        let request = receiver.next().await;
        assert_eq!(header(&request, "content-type"), "application/json");
        let said: serde_json::Value = serde_json::from_str(body(&request)).unwrap();
        assert_eq!(said["type"], "job.completed");
        assert_eq!(said["data"], json!({ "status": "completed" }));
    }
    stop.cancel();
    running.await.unwrap();
}

#[tokio::test]
async fn a_damaged_message_does_not_hold_up_the_others() {
    let bench = Bench::new();
    let mut receiver = Receiver::answering(&[OK]).await;
    let damaged =
        store::Write::put(Collection::Outbox, "a").field("due_at", Timestamp::UNIX_EPOCH).payload("{");
    bench.store.commit(vec![damaged]).await.unwrap();
    bench.tell(&receiver.url).await;
    assert_eq!(bench.round().await, 1);
    receiver.next().await;
    assert_eq!(bench.webhooks.due(10).await.unwrap().messages, []);
    bench.clock.advance(Duration::from_secs(30 * 24 * 60 * 60));
    assert!(bench.store.get(Collection::Outbox, "a").await.unwrap().is_none(), "it expires like any other");
}

#[tokio::test]
async fn a_damaged_message_stands_among_the_dead_ones_of_its_key_and_cannot_be_replayed() {
    let bench = Bench::new();
    let mut receiver = Receiver::answering(&[OK]).await;
    bench.tell(&receiver.url).await;
    let whole = bench.only().await;
    let document = bench.store.get(Collection::Outbox, &whole.id.to_string()).await.unwrap().unwrap();
    let damaged = store::Write::replace(document).payload("{\"id\":");
    bench.store.commit(vec![damaged]).await.unwrap();
    assert_eq!(bench.round().await, 0);
    let remains = bench.only().await;
    assert_eq!((remains.id, remains.owner, remains.job), (whole.id, whole.owner, whole.job));
    assert_eq!((remains.state, remains.last_problem), (State::Dead, Some(Problem::Damaged)));
    assert!(matches!(bench.webhooks.replay(bench.owner, whole.id).await, Err(Error::Damaged)));
    assert!(receiver.is_untouched());
    bench.clock.advance(Duration::from_secs(30 * 24 * 60 * 60));
    assert_eq!(bench.all().await, []);
}

#[tokio::test]
async fn a_receiver_that_hangs_keeps_its_own_bound_of_attempts_and_puts_off_its_own_messages_alone() {
    let config = Config { max_in_flight_per_receiver: 2, ..config() };
    let bench = Bench::with(config, system());
    let (hanging, mut well) = (Receiver::answering(&[SILENCE]).await, Receiver::answering(&[OK]).await);
    for _ in 0..120 {
        bench.tell(&hanging.url).await;
    }
    let other = Bench { owner: KeyId::at(Timestamp::now()), store: Arc::clone(&bench.store), ..Bench::new() };
    // It is the last one due.
    other.clock.advance(Duration::from_secs(1));
    bench.clock.advance(Duration::from_secs(1));
    other.tell(&well.url).await;
    let mut under_way = tokio::task::JoinSet::new();
    let begin = async |under_way: &mut _| bench.dispatcher.try_begin_due(under_way).await.unwrap();
    begin(&mut under_way).await;
    assert_eq!(under_way.len(), 2, "that the receiver is slow is not known yet");
    tokio::time::sleep(super::super::lanes::SLOW).await;
    assert_eq!(begin(&mut under_way).await, Duration::ZERO, "what is behind is looked at right away");
    begin(&mut under_way).await;
    well.next().await;
    let put_off = bench.all().await.into_iter().filter(|message| message.attempts == 0);
    assert!(put_off.clone().all(|message| message.due_at > Some(bench.clock.now())));
    assert!(put_off.count() >= 98, "none of them counts as tried");
}

#[tokio::test]
async fn messages_beyond_the_bound_wait_for_room() {
    let bench = Bench::with(Config { max_in_flight: 2, ..config() }, system());
    let mut receiver = Receiver::answering(&[SILENCE]).await;
    for _ in 0..3 {
        bench.tell(&receiver.url).await;
    }
    let mut under_way = tokio::task::JoinSet::new();
    bench.dispatcher.try_begin_due(&mut under_way).await.unwrap();
    bench.dispatcher.try_begin_due(&mut under_way).await.unwrap();
    assert_eq!(under_way.len(), 2);
    receiver.next().await;
    let waiting = bench.all().await.into_iter().filter(|message| message.attempts == 0).count();
    assert_eq!(waiting, 1);
}
