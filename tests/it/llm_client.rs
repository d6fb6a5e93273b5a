//! The client of models over models that do as they are told: retries, fallbacks, deadlines, money.

mod narrow;
mod scripted;

use std::sync::Arc;
use std::time::Duration;

use content_factory::budget::{Exhausted, Spend};
use content_factory::llm::client::{Allowance, Client, Concurrency, Ending, FailureReason};
use content_factory::llm::{Class, Limits, Prompt, ProviderName, QuotaScope, Thinking};
use content_factory::money::Money;
use content_factory::telemetry::Metrics;
use tokio::time::Instant;

use narrow::Narrow;
pub(crate) use scripted::{Act, Scripted, USAGE};

pub(crate) fn prompt() -> Prompt {
    Prompt {
        system: "You write.".to_owned(),
        parts: Vec::new(),
        schema: None,
        schema_name: "piece",
        max_output_tokens: 1000,
        temperature: None,
        thinking: Thinking::Lowest,
    }
}

fn plenty() -> Allowance {
    Allowance::new(8, Spend { money: Money::from_micros(100_000_000), tokens: 1_000_000_000 })
}

fn client(chain: &[&Scripted]) -> Client {
    let chain = chain.iter().map(|model| model.provider()).collect();
    Client::new(chain, Limits::default(), Concurrency::default())
}

fn after(seconds: u64) -> Instant {
    Instant::now() + Duration::from_secs(seconds)
}

fn classes(charges: &[content_factory::llm::client::Charge]) -> Vec<Class> {
    charges.iter().map(|charge| charge.class).collect()
}

#[tokio::test(start_paused = true)]
async fn a_passing_fault_is_retried_at_the_same_model() {
    let model = Scripted::gemini(&[Act::Broken, Act::Status(503), Act::Answer]);
    let answer = client(&[&model]).call(&prompt(), &plenty(), after(60)).await.unwrap();
    assert_eq!(answer.ending, Ending::Complete);
    assert_eq!(classes(&answer.charges), [Class::Transient, Class::Transient, Class::Complete]);
    assert_eq!(model.calls(), 3);
}

#[tokio::test(start_paused = true)]
async fn no_call_makes_more_than_two_attempts_beyond_the_first() {
    let model = Scripted::gemini(&[Act::Broken; 9]);
    let begun = Instant::now();
    let failure = client(&[&model]).call(&prompt(), &plenty(), after(600)).await.unwrap_err();
    assert_eq!(failure.reason, FailureReason::Attempts(Class::Transient));
    assert_eq!(model.calls(), 3);
    assert!((Duration::from_millis(750)..=Duration::from_millis(1600)).contains(&begun.elapsed()));
}

#[tokio::test(start_paused = true)]
async fn a_job_runs_out_of_extra_attempts() {
    let model = Scripted::gemini(&[Act::Broken; 40]);
    let (client, allowance) = (client(&[&model]), plenty());
    for _ in 0..8 {
        assert!(client.call(&prompt(), &allowance, after(600)).await.is_err());
    }
    assert_eq!(allowance.extra_attempts_left(), 0);
    assert_eq!(model.calls(), 8 + 12);
}

#[tokio::test(start_paused = true)]
async fn each_class_is_retried_passed_on_or_given_up() {
    // What the first model does, how often it is asked, and whether the second is.
    let table = [
        (Act::Broken, 2, 1),
        (Act::Status(503), 2, 1),
        (Act::Overloaded, 2, 1),
        (Act::Garbage, 2, 1),
        (Act::Limited(QuotaScope::PerMinute, Some(1)), 2, 1),
        (Act::Limited(QuotaScope::PerMinute, Some(30)), 1, 1),
        (Act::Limited(QuotaScope::PerDay, None), 1, 1),
        (Act::Limited(QuotaScope::Exhausted, None), 1, 1),
        (Act::Status(400), 1, 1),
        (Act::Status(401), 1, 1),
        (Act::Blocked("SAFETY"), 1, 1),
        (Act::Refused, 1, 1),
        (Act::Blocked("PROHIBITED_CONTENT"), 1, 0),
        (Act::CutOff, 2, 1),
        (Act::Truncated, 1, 0),
        (Act::Answer, 1, 0),
    ];
    for (act, asked, passed_on) in table {
        let (first, second) = (Scripted::gemini(&[act; 9]), Scripted::anthropic(&[Act::Answer]));
        let result = client(&[&first, &second]).call(&prompt(), &plenty(), after(120)).await;
        assert_eq!((first.calls(), second.calls()), (asked, passed_on), "{act:?}");
        let is_answered = act != Act::Blocked("PROHIBITED_CONTENT");
        assert_eq!(result.is_ok(), is_answered, "{act:?}: {result:?}");
        if passed_on == 1 {
            assert_eq!(result.unwrap().provider, ProviderName::Anthropic, "{act:?}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_truncated_answer_says_so_and_a_cut_one_is_kept_where_none_comes_whole() {
    let model = Scripted::gemini(&[Act::Truncated]);
    let answer = client(&[&model]).call(&prompt(), &plenty(), after(60)).await.unwrap();
    assert_eq!(answer.ending, Ending::Truncated);
    for (cut, class) in [(Act::CutOff, Class::Truncated), (Act::Late, Class::TimedOut)] {
        let model = Scripted::gemini(&[cut, Act::Broken, Act::Broken]);
        let answer = client(&[&model]).call(&prompt(), &plenty(), after(60)).await.unwrap();
        assert_eq!((answer.ending, answer.text.as_str()), (Ending::CutOff, "half of it"));
        assert_eq!((answer.charges.len(), answer.charges[0].class), (3, class));
    }
}

#[tokio::test(start_paused = true)]
async fn the_vendors_wait_is_kept_by_every_call() {
    let model = Scripted::gemini(&[Act::Limited(QuotaScope::PerMinute, Some(7)), Act::Answer, Act::Answer]);
    let (client, begun) = (client(&[&model]), Instant::now());
    let (prompt, allowance) = (prompt(), plenty());
    let late = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        client.call(&prompt, &allowance, after(60)).await
    };
    let (first, second) = tokio::join!(client.call(&prompt, &allowance, after(60)), late);
    assert!(first.is_ok() && second.is_ok());
    assert!(begun.elapsed() >= Duration::from_secs(7));
    let asked: Vec<u64> = model.asked_at().iter().map(|at| at.duration_since(begun).as_secs()).collect();
    assert_eq!(asked, [0, 7, 7]);
}

#[tokio::test(start_paused = true)]
async fn no_call_outlives_its_deadline() {
    let waits = [Act::Hang, Act::Slow(9999), Act::Limited(QuotaScope::PerMinute, Some(5)), Act::Broken];
    for act in waits {
        for milliseconds in [1, 30, 400, 3000, 4999] {
            for standing_by in [false, true] {
                let (first, second) = (Scripted::gemini(&[act; 9]), Scripted::anthropic(&[act; 9]));
                let models = if standing_by { vec![&first, &second] } else { vec![&first] };
                let deadline = Instant::now() + Duration::from_millis(milliseconds);
                let result = client(&models).call(&prompt(), &plenty(), deadline).await;
                assert!(result.is_err(), "{act:?}");
                let late = Instant::now().saturating_duration_since(deadline);
                assert!(late <= Duration::from_millis(250), "{act:?}, {milliseconds} ms: {late:?} late");
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_model_that_hangs_leaves_time_for_the_one_that_stands_by() {
    let (first, second) = (Scripted::gemini(&[Act::Hang; 3]), Scripted::anthropic(&[Act::Answer]));
    let answer = client(&[&first, &second]).call(&prompt(), &plenty(), after(60)).await.unwrap();
    assert_eq!(answer.provider, ProviderName::Anthropic);
    assert!(answer.charges.iter().any(|charge| charge.is_unreconciled));
}

#[tokio::test(start_paused = true)]
async fn a_model_that_mostly_fails_is_left_alone_and_found_again() {
    let mut acts = vec![Act::Broken; 20];
    acts.push(Act::Answer);
    let (first, second) = (Scripted::gemini(&acts), Scripted::anthropic(&[]));
    let client = client(&[&first, &second]);
    for _ in 0..20 {
        client.call(&prompt(), &plenty(), after(600)).await.unwrap();
    }
    assert_eq!(first.calls(), 20, "it was left alone after the twentieth failure");
    assert!(client.health().any(|model| model.is_open));
    tokio::time::advance(Duration::from_secs(6)).await;
    let answer = client.call(&prompt(), &plenty(), after(600)).await.unwrap();
    assert_eq!(answer.provider, ProviderName::Gemini);
    assert!(client.health().all(|model| !model.is_open));
}

#[tokio::test(start_paused = true)]
async fn money_is_settled_as_reported_refunded_or_left_unreconciled() {
    // What the model does, and whether its hold is settled as reported, refunded or unreconciled.
    let table = [
        (Act::Answer, "reported"),
        (Act::Truncated, "reported"),
        (Act::NotSent, "refunded"),
        (Act::Status(400), "refunded"),
        (Act::Status(500), "refunded"),
        (Act::Status(503), "unreconciled"),
        (Act::Overloaded, "unreconciled"),
        (Act::Limited(QuotaScope::PerMinute, None), "unreconciled"),
        (Act::Broken, "unreconciled"),
        (Act::Unreported, "unreconciled"),
    ];
    for (act, end) in table {
        let model = Scripted::gemini(&[act]);
        let allowance = plenty();
        let deadline = Instant::now() + Duration::from_millis(100);
        let result = client(&[&model]).call(&prompt(), &allowance, deadline).await;
        let charges = match result {
            Ok(answer) => answer.charges,
            Err(failure) => failure.charges,
        };
        let (statement, charge) = (allowance.statement(), charges.first().unwrap());
        assert_eq!(statement.held, Spend::default(), "{act:?}");
        assert_eq!(statement.settled.money, charge.cost, "{act:?}");
        assert_eq!(charge.is_unreconciled, end == "unreconciled", "{act:?}");
        assert_eq!(charge.cost.is_zero(), end == "refunded", "{act:?}");
        let unreconciled = if end == "unreconciled" { charge.cost } else { Money::ZERO };
        assert_eq!(statement.unreconciled.money, unreconciled, "{act:?}");
        // 100 tokens read and 200 written: 75 and 750 millionths.
        assert_eq!(charge.cost == Money::from_micros(825), end == "reported", "{act:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn what_does_not_fit_into_the_budget_is_not_sent() {
    let model = Scripted::gemini(&[]);
    let client = client(&[&model]);
    let little = Allowance::new(8, Spend { money: Money::from_micros(10_000), tokens: u64::MAX });
    let mut answered = 0;
    let failure = loop {
        match client.call(&prompt(), &little, after(60)).await {
            Ok(_) => answered += 1,
            Err(failure) => break failure,
        }
    };
    assert!(matches!(failure.reason, FailureReason::Exhausted(Exhausted::Money, _)));
    assert_eq!(model.calls(), answered);
    assert_eq!(little.statement().settled.money, Money::from_micros(825 * u64::try_from(answered).unwrap()));
    assert!(little.statement().settled.money <= Money::from_micros(10_000));
    let few = Allowance::new(8, Spend { money: Money::MAX, tokens: 100 });
    let failure = client.call(&prompt(), &few, after(60)).await.unwrap_err();
    assert!(matches!(failure.reason, FailureReason::Exhausted(Exhausted::Tokens, _)));
}

#[tokio::test(start_paused = true)]
async fn a_cancelled_call_is_settled_at_its_hold() {
    let model = Scripted::gemini(&[Act::Hang]);
    let allowance = plenty();
    let (client, prompt) = (client(&[&model]), prompt());
    let call = client.call(&prompt, &allowance, after(60));
    assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
    let statement = allowance.statement();
    assert_eq!(statement.held, Spend::default());
    assert!(!statement.settled.money.is_zero());
    assert_eq!(statement.settled, statement.unreconciled);
}

#[tokio::test(start_paused = true)]
async fn parallel_calls_of_a_job_stay_within_its_money() {
    let model = Scripted::gemini(&[]);
    let client = client(&[&model]);
    // Each call holds about 5300 millionths and is billed 825: the holds have to take turns.
    let allowance = Allowance::new(64, Spend { money: Money::from_micros(11_000), tokens: u64::MAX });
    let prompt = prompt();
    let calls = (0..16).map(|_| client.call(&prompt, &allowance, after(60)));
    let results = futures_util::future::join_all(calls).await;
    let answered = results.iter().filter(|result| result.is_ok()).count();
    assert!(answered >= 6, "{answered} answered");
    let statement = allowance.statement();
    assert!(statement.settled.money <= Money::from_micros(11_000));
    assert_eq!(statement.settled.money, Money::from_micros(825 * u64::try_from(answered).unwrap()));
}

#[tokio::test(start_paused = true)]
async fn what_one_door_learns_of_a_model_holds_for_every_other() {
    let acts = vec![Act::Broken; 20];
    let (first, second) = (Scripted::gemini(&[]), Scripted::anthropic(&acts));
    let client = client(&[&first, &second]);
    for _ in 0..20 {
        assert!(client.call_from(1, &prompt(), &plenty(), after(2)).await.is_err());
    }
    assert_eq!((first.calls(), client.health().filter(|model| model.is_open).count()), (0, 1));
    // A call that starts at the first model and falls back meets the breaker that the others opened.
    let refusing = Scripted::gemini(&[Act::Refused]);
    let asked = second.calls();
    let chain = vec![refusing.provider(), second.provider(), second.provider()];
    let client = Client::new(chain, Limits::default(), Concurrency { start: 1, most: 1 });
    for _ in 0..20 {
        let _ = client.call_from(1, &prompt(), &plenty(), after(2)).await;
    }
    assert!(second.calls() > asked);
    drop(client);
    let empty = Client::new(Vec::new(), Limits::default(), Concurrency::default());
    let failure = empty.call_from(3, &prompt(), &plenty(), after(2)).await.unwrap_err();
    assert_eq!(failure.reason, FailureReason::NoModel);
}

#[tokio::test(start_paused = true)]
async fn permits_of_a_provider_are_shared_by_calls_from_every_position() {
    let model = Scripted::gemini(&[Act::Slow(1); 9]);
    let chain = vec![model.provider(), model.provider(), model.provider()];
    let client = Client::new(chain, Limits::default(), Concurrency { start: 1, most: 1 });
    let (prompt, allowance, begun) = (prompt(), plenty(), Instant::now());
    let calls = (0..3).map(|position| client.call_from(position, &prompt, &allowance, after(60)));
    assert!(futures_util::future::join_all(calls).await.iter().all(Result::is_ok));
    assert!(begun.elapsed() >= Duration::from_secs(3), "one after the other: {:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_hundred_packages_at_once_wait_for_no_permit_while_the_provider_takes_them() {
    let model = Scripted::gemini(&[Act::Slow(1); 700]);
    let client = client(&[&model]);
    let (prompt, allowance, begun) = (prompt(), plenty(), Instant::now());
    let calls = (0..700).map(|_| client.call(&prompt, &allowance, after(60)));
    assert!(futures_util::future::join_all(calls).await.iter().all(Result::is_ok));
    assert!(begun.elapsed() < Duration::from_millis(1100), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_provider_that_takes_few_calls_has_shown_it_after_one_burst() {
    let model = Arc::new(Narrow::new(64));
    let client = Client::new(vec![model.clone()], Limits::default(), Concurrency::default());
    // Each job brings the attempts of its own seven calls.
    let allowances: Vec<Allowance> = (0..100).map(|_| plenty()).collect();
    let prompt = prompt();
    let calls = (0..700).map(|number| client.call(&prompt, &allowances[number / 7], after(600)));
    let ended = futures_util::future::join_all(calls).await;
    assert!(ended.iter().all(Result::is_ok));
    let refused = model.refused();
    assert!((636..700).contains(&refused), "{refused} calls were refused");
}

#[tokio::test(start_paused = true)]
async fn who_waits_for_money_keeps_no_permit_from_others() {
    let model = Scripted::gemini(&[Act::Slow(5)]);
    let chain = vec![model.provider()];
    let client = Client::new(chain, Limits::default(), Concurrency { start: 2, most: 2 });
    // Enough for one attempt at a time: the second call of the poor job waits for the first.
    let poor = Allowance::new(8, Spend { money: Money::from_micros(25_000), tokens: u64::MAX });
    let (rich, prompt, begun) = (plenty(), prompt(), Instant::now());
    let slow = client.call(&prompt, &poor, after(60));
    let waiting = client.call(&prompt, &poor, after(60));
    let other = async { client.call(&prompt, &rich, after(60)).await.map(|_| begun.elapsed()) };
    // They begin in this order: the first is under way and the second waits when the third comes.
    let (slow, waiting, other) = tokio::join!(biased; slow, waiting, other);
    assert!(slow.is_ok() && waiting.is_ok());
    assert!(other.unwrap() < Duration::from_secs(1), "it had to wait for a job that is short of money");
}

#[tokio::test(start_paused = true)]
async fn a_provider_without_a_free_permit_leaves_time_for_the_one_that_stands_by() {
    let (first, second) = (Scripted::gemini(&[Act::Slow(100)]), Scripted::anthropic(&[]));
    let chain = vec![first.provider(), second.provider()];
    let client = Client::new(chain, Limits::default(), Concurrency { start: 1, most: 1 });
    let (prompt, allowance) = (prompt(), plenty());
    let holder = client.call(&prompt, &allowance, after(400));
    let next = client.call(&prompt, &allowance, after(20));
    // They begin in this order: the first holds the permit when the second comes.
    let (_, next) = tokio::join!(biased; holder, next);
    assert_eq!(next.unwrap().provider, ProviderName::Anthropic);
}

#[tokio::test(start_paused = true)]
async fn attempts_permits_and_breakers_show_in_the_metrics() {
    let acts: Vec<Act> = std::iter::once(Act::Answer).chain([Act::Broken; 30]).collect();
    let model = Scripted::gemini(&acts);
    let metrics = Metrics::new();
    let client = client(&[&model]).counting_in(metrics.clone());
    let has = |line: &str| metrics.text().unwrap().lines().any(|scraped| scraped.starts_with(line));
    assert!(
        has("circuit_breaker_state{provider=\"gemini\"} 0") && has("llm_permits{provider=\"gemini\"} 4096")
    );
    client.call(&prompt(), &plenty(), after(60)).await.unwrap();
    let of = "{model=\"gemini-3.8-flash\",outcome=\"complete\",provider=\"gemini\"}";
    assert!(has(&format!("llm_requests_total{of} 1")) && has("llm_cost_usd_total 0.000825"));
    assert!(has(&format!("llm_request_duration_seconds_count{of} 1")));
    assert!(has("llm_tokens_total{direction=\"output\"} 200") && has("llm_unreconciled_cost_usd_total 0"));
    for _ in 0..8 {
        assert!(client.call(&prompt(), &plenty(), after(4)).await.is_err());
    }
    assert!(has("circuit_breaker_state{provider=\"gemini\"} 2"), "{}", metrics.text().unwrap());
    let hanging = Scripted::anthropic(&[Act::Hang]);
    let client = self::client(&[&hanging]).counting_in(metrics.clone());
    let (prompt, allowance) = (prompt(), plenty());
    let call = client.call(&prompt, &allowance, after(60));
    assert!(tokio::time::timeout(Duration::from_secs(1), call).await.is_err());
    let of = "{model=\"claude-haiku-5-5\",outcome=\"cancelled\",provider=\"anthropic\"}";
    assert!(has(&format!("llm_requests_total{of} 1")), "{}", metrics.text().unwrap());
}

#[tokio::test(start_paused = true)]
async fn no_text_of_anybody_shows_in_debug_output() {
    let canary = "canary-7d1";
    let mut prompt = prompt();
    prompt.system = canary.to_owned();
    prompt.parts = vec![content_factory::llm::Part::Own(canary.to_owned())];
    let model = Scripted::gemini(&[]);
    let client = client(&[&model]);
    let mut answer = client.call(&prompt, &plenty(), after(60)).await.unwrap();
    answer.text = canary.to_owned();
    for shown in [format!("{prompt:?}"), format!("{answer:?}"), format!("{client:?}")] {
        assert!(!shown.contains(canary), "{shown}");
    }
}
