//! Nothing that a server does makes an attempt last longer, or hold more, than its limits say.

use super::*;
use crate::budget::Spend;
use crate::clock::Clock;
use crate::lease::Lease;
use crate::llm::client::{Allowance, Client, Concurrency};

const EVENTS: &[u8] =
    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
const FIRST: &str = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"{\\\"a\\\":\"}]}}]}\n\n";
const LAST: &str =
    "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"1}\"}]},\"finishReason\":\"STOP\"}]}\n\n";

fn chunk(text: &str) -> Step {
    Step::Send(format!("{:x}\r\n{text}\r\n", text.len()).into_bytes())
}

fn within(first_byte: u64, idle: u64, whole: u64) -> AttemptLimits {
    AttemptLimits {
        deadline: Instant::now() + Duration::from_millis(whole),
        first_byte: Duration::from_millis(first_byte),
        idle: Duration::from_millis(idle),
        max_body_bytes: 4096,
        tenure: Tenure::endless(),
    }
}

/// Asks Gemini, played by that script, and checks that the answer comes in time.
async fn outcome(script: Vec<Step>, limits: AttemptLimits) -> Outcome {
    let server = Server::playing(vec![script]).await;
    let provider = open(ProviderName::Gemini, &config(&server.address)).unwrap();
    let attempt = provider.attempt(&prompt(), &limits).await;
    assert!(Instant::now() < limits.deadline + Duration::from_millis(250), "past the deadline");
    attempt.outcome
}

fn timed_out(stage: TimedOutStage) -> Outcome {
    Outcome::TimedOut { stage }
}

#[tokio::test]
async fn a_server_that_hangs_is_given_up_at_the_limit_it_meets_first() {
    let long = 20_000;
    assert_eq!(outcome(vec![Step::Hang], within(80, long, long)).await, timed_out(TimedOutStage::FirstByte));
    assert_eq!(outcome(vec![Step::Hang], within(long, long, 80)).await, timed_out(TimedOutStage::Attempt));
    let head = || Step::Send(EVENTS.to_vec());
    let after_head = outcome(vec![head(), Step::Hang], within(80, long, long)).await;
    assert_eq!(after_head, timed_out(TimedOutStage::FirstByte));
    let before_text = || vec![head(), chunk("data: {}\n\n"), Step::Hang];
    assert_eq!(outcome(before_text(), within(long, 80, long)).await, timed_out(TimedOutStage::Idle));
    assert_eq!(outcome(before_text(), within(long, long, 80)).await, timed_out(TimedOutStage::Attempt));
}

#[tokio::test]
async fn what_had_come_when_the_time_was_over_is_kept() {
    let long = 20_000;
    let in_body = || vec![Step::Send(EVENTS.to_vec()), chunk(FIRST), Step::Hang];
    // The second is long enough for the first event to come, however busy the machine is.
    for limits in [within(long, 80, long), within(long, long, 2000)] {
        let late = outcome(in_body(), limits).await;
        assert_eq!(late.class(), Class::TimedOut);
        assert!(matches!(late, Outcome::Truncated { text, .. } if text == "{\"a\":"));
    }
}

#[tokio::test]
async fn an_answer_that_is_whole_is_kept_though_its_stream_never_ends() {
    let script = vec![Step::Send(EVENTS.to_vec()), chunk(FIRST), chunk(LAST), Step::Hang];
    let answer = outcome(script, within(20_000, 80, 20_000)).await;
    assert_eq!(answer, Outcome::Complete { text: "{\"a\":1}".to_owned() });
    let script = vec![Step::Send(EVENTS.to_vec()), chunk(FIRST), chunk(LAST), Step::Reset];
    let answer = outcome(script, within(20_000, 20_000, 20_000)).await;
    assert_eq!(answer.class(), Class::Complete);
}

#[tokio::test]
async fn a_connection_that_breaks_is_a_fault_before_the_text_and_a_truncation_after() {
    let long = || within(20_000, 20_000, 20_000);
    let class = outcome(vec![Step::Reset], long()).await.class();
    assert_eq!(class, Class::Transient);
    let class = outcome(vec![Step::Send(EVENTS.to_vec())], long()).await.class();
    assert_eq!(class, Class::Transient);
    let script = vec![Step::Send(EVENTS.to_vec()), chunk(FIRST)];
    assert_eq!(outcome(script, long()).await.class(), Class::Truncated);
}

#[tokio::test]
async fn an_address_where_nobody_listens_sends_nothing() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    drop(listener);
    let attempt = open(ProviderName::Gemini, &config(&address)).unwrap().attempt(&prompt(), &limits()).await;
    assert_eq!((attempt.outcome.class(), attempt.sent), (Class::Transient, Sent::NotSent));
}

#[tokio::test]
async fn a_body_over_the_cap_is_malformed_and_no_more_of_it_is_read() {
    let line = format!("data: {}\n\n", "x".repeat(1000));
    let script: Vec<Step> =
        [Step::Send(EVENTS.to_vec())].into_iter().chain(vec![chunk(":y\n"); 8000]).collect();
    let large = outcome(script, within(20_000, 20_000, 20_000)).await;
    assert_eq!(large, exchange::malformed("too_large"));
    let endless: Vec<Step> =
        [Step::Send(EVENTS.to_vec()), chunk(&line.replace('\n', " ").repeat(9)), Step::Hang].to_vec();
    assert_eq!(outcome(endless, within(20_000, 20_000, 20_000)).await, exchange::malformed("too_large"));
}

#[tokio::test]
async fn a_compressed_answer_is_refused_unread() {
    let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip\r\n\r\n";
    let answer = outcome(vec![Step::Send(head.into()), Step::Hang], within(20_000, 20_000, 20_000)).await;
    assert_eq!(answer, exchange::malformed("content_encoding"));
}

#[tokio::test]
async fn text_that_arrives_byte_by_byte_is_read_as_if_at_once() {
    let event = "data: {\"candidates\":[{\"content\":{\"parts\":[{\"text\":\"ü\\n\"}]},\"finishReason\":\"STOP\"}]}\r\n\r\n";
    let bytes = event.as_bytes().iter().map(|byte| Step::Send(vec![b'1', b'\r', b'\n', *byte, b'\r', b'\n']));
    let script: Vec<Step> = [Step::Send(EVENTS.to_vec())].into_iter().chain(bytes).collect();
    let answer = outcome(script, within(20_000, 20_000, 20_000)).await;
    assert_eq!(answer, Outcome::Complete { text: "ü\n".to_owned() });
}

#[tokio::test]
async fn an_event_of_many_lines_is_read_in_the_time_of_its_length() {
    let lines = "data:\n".repeat(600_000);
    let script = vec![Step::Send(EVENTS.to_vec()), chunk(&lines), chunk("\n"), Step::Hang];
    let limits = AttemptLimits { max_body_bytes: 8 << 20, ..within(20_000, 20_000, 20_000) };
    let begun = std::time::Instant::now();
    assert_eq!(outcome(script, limits).await, exchange::malformed("event_json"));
    assert!(begun.elapsed() < Duration::from_secs(8), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_stream_that_is_no_text_is_malformed() {
    let script = vec![Step::Send(EVENTS.to_vec()), Step::Send(b"3\r\n\xff\xfe\n\r\n".to_vec()), Step::Hang];
    assert_eq!(outcome(script, within(20_000, 20_000, 20_000)).await, exchange::malformed("no_text"));
}

#[tokio::test]
async fn an_answer_read_to_its_end_leaves_its_connection_to_the_next() {
    let event = "data: {\"choices\":[{\"delta\":{\"content\":\"{}\"},\"finish_reason\":\"stop\"}]}\n\n";
    let end = Step::Send(b"0\r\n\r\n".to_vec());
    let answer = vec![Step::Send(EVENTS.to_vec()), chunk(event), chunk("data: [DONE]\n\n"), end];
    let twice = [answer.clone(), vec![Step::Next], answer].concat();
    // A second connection would be hung up on.
    let server = Server::playing(vec![twice, vec![Step::Reset]]).await;
    let provider = open(ProviderName::OpenAi, &config(&server.address)).unwrap();
    for _ in 0..2 {
        assert_eq!(provider.attempt(&prompt(), &limits()).await.outcome.class(), Class::Complete);
    }
    assert_eq!(server.received().len(), 2);
}

#[tokio::test]
async fn a_prompt_stays_where_it_is_once_the_job_may_have_been_taken_over() {
    let time = Duration::from_secs(30);
    for (name, answer) in [
        (ProviderName::Gemini, "gemini/complete"),
        (ProviderName::OpenAi, "openai/complete"),
        (ProviderName::Anthropic, "anthropic/complete"),
    ] {
        let clock = Clock::fixed(jiff::Timestamp::UNIX_EPOCH);
        let lease = Lease::unheld(clock.clone());
        lease.renew(lease.now(), time);
        let limits = AttemptLimits { tenure: lease.tenure(), ..limits() };
        let server = Server::recorded(&[answer]).await;
        let provider = open(name, &config(&server.address)).unwrap();
        let attempt = provider.attempt(&prompt(), &limits).await;
        assert_eq!((attempt.outcome.class(), attempt.sent), (Class::Complete, Sent::Sent), "{name}");
        // Its length was told, or the server would not have read it.
        assert_eq!(server.received().len(), 1, "{name}");

        clock.suspend(time);
        let attempt = provider.attempt(&prompt(), &limits).await;
        assert_eq!((attempt.outcome.class(), attempt.sent), (Class::Transient, Sent::NotSent), "{name}");
        lease.renew(lease.now(), time);
        let attempt = provider.attempt(&prompt(), &limits).await;
        assert_eq!(attempt.sent, Sent::NotSent, "{name}: it is another term");
        assert_eq!(server.received().len(), 1, "{name}");
    }
}

#[tokio::test]
async fn a_call_goes_on_once_the_job_is_known_to_be_its_own_again_and_pays_once() {
    let (clock, time) = (Clock::fixed(jiff::Timestamp::UNIX_EPOCH), Duration::from_secs(30));
    let lease = Lease::unheld(clock.clone());
    lease.renew(lease.now(), time);
    let server = Server::recorded(&["openai/complete"]).await;
    let settings = config(&server.address);
    let opened = vec![open(ProviderName::OpenAi, &settings).unwrap()];
    let client = Client::new(opened, settings.limits.clone(), Concurrency::default());
    let most = Spend { money: crate::money::Money::MAX, tokens: u64::MAX };
    let allowance = Allowance::pledging(1, most, lease.tenure());
    clock.suspend(time);
    let (prompt, deadline) = (prompt(), Instant::now() + Duration::from_secs(20));
    let calling = client.call(&prompt, &allowance, deadline);
    tokio::pin!(calling);
    // The first pledge finds the lease lost: it is made when the lease is held again.
    let purse = allowance.purse().clone();
    let pledging = async {
        tokio::task::yield_now().await;
        assert_eq!(server.received().len(), 0);
        lease.renew(lease.now(), time);
        purse.assure(purse.next_pledge().await);
    };
    let (answer, ()) = tokio::join!(&mut calling, pledging);
    assert_eq!(answer.unwrap().charges.len(), 1);
    assert_eq!((server.received().len(), allowance.extra_attempts_left()), (1, 12));
}
