//! The client over the real adapters and the simulator: every fault alone on every wire, faults
//! mixed under load, and our books against the simulator's.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use content_factory::budget::Spend;
use content_factory::content::{Kind, schema};
use content_factory::llm::client::{Allowance, Client, Concurrency};
use content_factory::llm::{
    AnswerSchema, ApiKey, Attempt, AttemptLimits, Class, Config, Outcome, Part, Prompt, Provider,
    ProviderName, Sent, Thinking, open,
};
use content_factory::money::Money;
use content_factory::usage::Usage;
use jiff::SignedDuration;
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::support::LESSON;
use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Breach, Fault, Script};

/// No call of these tests may take longer.
const DEADLINE: Duration = Duration::from_secs(20);

fn prompt(kind: Kind) -> Prompt {
    let mark = "5b1f0c";
    let source = format!(
        "The mark of the material is `{mark}`.\n\n## The source\n\n<<<<<< material {mark}\n{LESSON}\n>>>>>> end of material {mark}\n"
    );
    Prompt {
        system: "You write teaching material.".to_owned(),
        parts: vec![Part::Shared(source.into()), Part::Own("Write it.".to_owned())],
        schema: Some(Arc::new(AnswerSchema::new(schema::draft(kind).clone()))),
        schema_name: "piece",
        max_output_tokens: 4000,
        temperature: None,
        thinking: Thinking::Lowest,
    }
}

fn config(url: &str) -> Config {
    let mut config = Config::default();
    // Long enough for a busy machine, so that nothing but a fault runs into them.
    config.limits.first_byte = SignedDuration::from_secs(3);
    config.limits.idle = SignedDuration::from_secs(3);
    config.limits.attempt = SignedDuration::from_secs(6);
    config.limits.max_body_bytes = 2 * 1024 * 1024;
    config.gemini.base_url = url.to_owned();
    config.gemini.api_key = ApiKey::new("canary-key");
    config.openai.base_url = format!("{url}/v1");
    config.openai.api_key = ApiKey::new("canary-key");
    config.anthropic.base_url = url.to_owned();
    config.anthropic.api_key = ApiKey::new("canary-key");
    config
}

fn client(chain: &[(ProviderName, &Simulator)]) -> Client {
    let opened = chain.iter().map(|(name, simulator)| open(*name, &config(&simulator.url())).unwrap());
    Client::new(opened.collect(), config("http://127.0.0.1:9").limits, Concurrency::default())
}

fn plenty() -> Allowance {
    Allowance::new(8, Spend { money: Money::from_micros(1_000_000_000), tokens: u64::MAX })
}

fn status(code: u16, retry_after_ms: Option<u64>) -> Fault {
    Fault::Status { code, retry_after_ms, lasting: false }
}

/// Every fault with the class of its outcome.
fn faults() -> Vec<(Fault, Class)> {
    let mut faults = vec![
        (Fault::Status { code: 429, retry_after_ms: None, lasting: true }, Class::QuotaExhausted),
        (status(429, Some(200)), Class::RateLimited),
        (Fault::HangBeforeHeaders, Class::TimedOut),
        (Fault::HangMidBody, Class::TimedOut),
        (Fault::OneByteASecond, Class::TimedOut),
        (Fault::Reset, Class::Transient),
        (Fault::ResetMidBody, Class::Truncated),
        (Fault::CloseWithoutFinish, Class::Truncated),
        (Fault::Garbage, Class::Malformed),
        (Fault::BreaksOff { with: Breach::Error { code: 503 } }, Class::Overloaded),
        (Fault::BreaksOff { with: Breach::Garbage }, Class::Malformed),
        (Fault::BreaksOff { with: Breach::NoText }, Class::Malformed),
        (Fault::BreaksOff { with: Breach::Giant { mebibytes: 8 } }, Class::Malformed),
        (Fault::Html, Class::Malformed),
        (Fault::GiantBody { mebibytes: 8 }, Class::Malformed),
        (Fault::GzipBomb { mebibytes: 16 }, Class::Malformed),
        (Fault::Refused, Class::Refused),
        (Fault::BlockedPrompt, Class::BlockedPrompt),
        (Fault::BlockedOutput, Class::BlockedOutput),
    ];
    let by_status = [
        (400, Class::BadRequest),
        (401, Class::Authentication),
        (403, Class::Authentication),
        (404, Class::BadRequest),
        (408, Class::Transient),
        (409, Class::Transient),
        (500, Class::Transient),
        (502, Class::Transient),
        (503, Class::Overloaded),
        (504, Class::Transient),
        (529, Class::Overloaded),
    ];
    faults.extend(by_status.map(|(code, class)| (status(code, None), class)));
    faults
}

/// Vendors tell blocks and refusals apart in their own ways.
fn class_at(name: ProviderName, fault: &Fault, class: Class) -> Class {
    match (name, class) {
        // Within a stream these name the family of an error, and no status.
        (ProviderName::OpenAi | ProviderName::Anthropic, Class::Overloaded)
            if matches!(fault, Fault::BreaksOff { .. }) =>
        {
            Class::Transient
        }
        (ProviderName::Gemini, Class::Refused) | (ProviderName::OpenAi, Class::BlockedPrompt) => {
            Class::BlockedOutput
        }
        (ProviderName::Anthropic, Class::BlockedPrompt | Class::BlockedOutput) => Class::Refused,
        // No quota of a day is known of this vendor.
        (ProviderName::Anthropic, Class::QuotaExhausted) => Class::RateLimited,
        (_, class) => class,
    }
}

/// Checks our books against both simulators'.
fn assert_books(allowance: &Allowance, simulators: [&Simulator; 2], what: &str) {
    let statement = allowance.statement();
    assert_eq!(statement.held, Spend::default(), "{what}");
    let ledgers = simulators.map(Simulator::ledger);
    let billed: u64 = ledgers.iter().map(|ledger| ledger.billed_micros).sum();
    let settled = statement.settled.money.micros();
    let unreconciled = statement.unreconciled.money.micros();
    assert!(settled >= billed, "{what}: settled {settled}, billed {billed}");
    assert!(settled - billed <= unreconciled, "{what}: {settled} - {billed} > {unreconciled}");
}

#[tokio::test]
async fn every_wire_answers_every_kind() {
    let simulator = Simulator::fast().await.unwrap();
    for name in [ProviderName::Gemini, ProviderName::OpenAi, ProviderName::Anthropic] {
        let (client, allowance) = (client(&[(name, &simulator)]), plenty());
        for kind in Kind::ALL {
            let answer = client.call(&prompt(kind), &allowance, Instant::now() + DEADLINE).await;
            let answer = answer.unwrap_or_else(|failure| panic!("{name} {kind}: {failure:?}"));
            let draft = serde_json::from_str(&answer.text).unwrap();
            assert_eq!(schema::draft_violations(kind, &draft), [], "{name} {kind}: {draft}");
        }
        let settled = allowance.statement();
        assert_eq!(settled.unreconciled, Spend::default(), "{name}");
    }
}

/// One fault at the first model, none at the second.
async fn meet(name: ProviderName, fault: Fault, class: Class) {
    let first = Simulator::fast().await.unwrap();
    let second = Simulator::fast().await.unwrap();
    first.script(Script::always(fault.clone()));
    let stand_by =
        if name == ProviderName::Anthropic { ProviderName::Gemini } else { ProviderName::Anthropic };
    let (client, allowance) = (client(&[(name, &first), (stand_by, &second)]), plenty());
    let what = format!("{name}: {fault:?}");
    let deadline = Instant::now() + DEADLINE;
    let answer = client.call(&prompt(Kind::Faqs), &allowance, deadline).await;
    assert!(Instant::now() <= deadline + Duration::from_millis(250), "{what} was late");
    let answer = answer.unwrap_or_else(|failure| panic!("{what}: {failure:?}"));
    let classes: Vec<Class> = answer.charges.iter().map(|charge| charge.class).collect();
    assert_eq!(answer.provider, stand_by, "{what}: {classes:?}");
    assert_eq!(classes.first(), Some(&class), "{what}: {classes:?}");
    assert!(answer.charges.len() <= 3, "{what}");
    assert_books(&allowance, [&first, &second], &what);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_fault_alone_is_survived_on_each_wire() {
    let mut meetings = JoinSet::new();
    for name in [ProviderName::Gemini, ProviderName::OpenAi, ProviderName::Anthropic] {
        for (fault, class) in faults() {
            if meetings.len() >= 12 {
                meetings.join_next().await.unwrap().unwrap();
            }
            let class = class_at(name, &fault, class);
            meetings.spawn(meet(name, fault, class));
        }
    }
    while let Some(met) = meetings.join_next().await {
        met.unwrap();
    }
}

#[tokio::test]
async fn a_usage_that_is_missing_or_absurd_is_settled_at_the_hold() {
    for name in [ProviderName::Gemini, ProviderName::OpenAi, ProviderName::Anthropic] {
        for fault in [Fault::UsageMissing, Fault::UsageAbsurd] {
            let (first, none) = (Simulator::fast().await.unwrap(), Simulator::fast().await.unwrap());
            first.script(Script::always(fault.clone()));
            let (client, allowance) = (client(&[(name, &first)]), plenty());
            let deadline = Instant::now() + DEADLINE;
            let answer = client.call(&prompt(Kind::Faqs), &allowance, deadline).await.unwrap();
            assert!(answer.charges.iter().all(|charge| charge.is_unreconciled), "{name}: {fault:?}");
            assert_books(&allowance, [&first, &none], &format!("{name}: {fault:?}"));
        }
    }
}

/// How calls follow each other.
#[derive(Clone, Copy)]
enum Load {
    /// So many are under way at a time, and the next begins when one ends: as fast as the machine is,
    /// so that whatever else it does costs time and makes no model seem to hang.
    AtOnce(usize),
    /// 200 a second, whatever becomes of them.
    Open,
}

/// Makes calls, one in twenty of which meets a fault at the first model.
async fn load(calls_in_all: u32, load: Load) {
    let (first, second) = (Simulator::fast().await.unwrap(), Simulator::fast().await.unwrap());
    let all = faults().into_iter().map(|(fault, _)| fault).collect();
    first.script(Script::mixed(20_261_121, 50, all));
    let chain = [(ProviderName::Gemini, &first), (ProviderName::Anthropic, &second)];
    let client = Arc::new(client(&chain));
    let (mut calls, mut jobs) = (JoinSet::new(), Vec::new());
    let mut tick = tokio::time::interval(Duration::from_millis(5));
    let mut ended = Vec::new();
    for number in 0..calls_in_all {
        match load {
            Load::Open => drop(tick.tick().await),
            Load::AtOnce(most) if calls.len() >= most => ended.extend(calls.join_next().await),
            Load::AtOnce(_) => {}
        }
        if number % 8 == 0 {
            jobs.push(plenty());
        }
        let (client, allowance) = (Arc::clone(&client), jobs.last().unwrap().clone());
        calls.spawn(async move {
            let deadline = Instant::now() + DEADLINE;
            let result = client.call(&prompt(Kind::Flashcards), &allowance, deadline).await;
            (result.map(|answer| answer.charges.len()), Instant::now().saturating_duration_since(deadline))
        });
    }
    let (mut answered, mut attempts, mut latest) = (0_u32, 0_usize, Duration::ZERO);
    while let Some(call) = calls.join_next().await {
        ended.push(call);
    }
    for call in ended {
        let (result, late) = call.unwrap();
        latest = latest.max(late);
        if let Err(failure) = &result {
            println!("{failure:?}");
        }
        answered += u32::from(result.is_ok());
        attempts += result.unwrap_or_else(|failure| failure.charges.len());
    }
    let statements: Vec<_> = jobs.iter().map(Allowance::statement).collect();
    let settled: u64 = statements.iter().map(|each| each.settled.money.micros()).sum();
    let unreconciled: u64 = statements.iter().map(|each| each.unreconciled.money.micros()).sum();
    let ledgers = [first.ledger(), second.ledger()];
    let billed: u64 = ledgers.iter().map(|ledger| ledger.billed_micros).sum();
    println!(
        "{answered} of {calls_in_all} calls answered, {attempts} attempts, latest {latest:?} after its deadline, \
         settled {settled}, unreconciled {unreconciled}, billed {billed} micro-dollars, {} to the stand-by",
        ledgers[1].calls
    );
    assert!(answered * 1000 >= calls_in_all * 999, "{answered} of {calls_in_all}");
    assert!(latest <= Duration::from_millis(250), "{latest:?}");
    assert!(statements.iter().all(|each| each.held == Spend::default()));
    assert!(settled >= billed && settled - billed <= unreconciled);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_fault_in_twenty_calls_loses_no_call() {
    load(600, Load::AtOnce(24)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes a minute"]
async fn one_fault_in_twenty_calls_loses_no_call_over_a_minute() {
    load(60 * 200, Load::Open).await;
}

/// A model that answers at once, so that all the time is the client's.
struct AtOnce;

#[async_trait]
impl Provider for AtOnce {
    fn name(&self) -> ProviderName {
        ProviderName::Gemini
    }

    fn model(&self) -> &str {
        "gemini-3.8-flash"
    }

    async fn attempt(&self, _prompt: &Prompt, _limits: &AttemptLimits) -> Attempt {
        Attempt {
            outcome: Outcome::Complete { text: "done".to_owned() },
            usage: Some(Usage { input_tokens: 100, output_tokens: 100, cached_tokens: 0 }),
            written_tokens: 0,
            is_usage_absurd: false,
            sent: Sent::Sent,
            is_lesson: false,
            first_token_after: None,
        }
    }
}

#[tokio::test]
#[ignore = "measures"]
async fn a_call_takes_the_client_a_quarter_of_a_millisecond_at_most() {
    let client = Client::new(vec![Arc::new(AtOnce)], Config::default().limits, Concurrency::default());
    let (prompt, allowance) = (prompt(Kind::Flashcards), plenty());
    let mut times = Vec::new();
    for _ in 0..5000 {
        let begun = Instant::now();
        client.call(&prompt, &allowance, begun + DEADLINE).await.unwrap();
        times.push(begun.elapsed());
    }
    times.sort();
    let (half, most) = (times[2500], times[4950]);
    println!("time of the client a call: p50 {half:?}, p99 {most:?}");
    assert!(half <= Duration::from_micros(250) && most <= Duration::from_millis(2), "{half:?}, {most:?}");
}
