//! Whatever fails and whoever hangs up: holds return to zero, what is settled is the bill, and no
//! budget is exceeded.

use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use content_factory::budget::{Exhausted, Spend};
use content_factory::catalog;
use content_factory::llm::client::{Allowance, Charge, Client, Concurrency, FailureReason};
use content_factory::llm::{
    Attempt, AttemptLimits, Limits, Outcome, Part, Prompt, Provider, ProviderName, QuotaScope, Sent,
};
use content_factory::money::Money;
use content_factory::usage::Usage;
use proptest::prelude::*;
use tokio::time::Instant;

use crate::llm_client::{Act, Scripted, USAGE, prompt};

fn both(one: (Money, Money), other: (Money, Money)) -> (Money, Money) {
    (one.0.saturating_add(other.0), one.1.saturating_add(other.1))
}

/// One call of a job: when it begins, when its caller hangs up, when its deadline is.
#[derive(Clone, Copy, Debug)]
struct Plan {
    begins_ms: u64,
    patience_ms: u64,
    deadline_ms: u64,
}

/// How an attempt may fail whose usage is told in full.
const FAILURES: [&Act; 6] =
    [&Act::CutOff, &Act::Broken, &Act::Overloaded, &Act::Garbage, &Act::Refused, &Act::Status(503)];

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => Just(Act::Answer),
        1 => Just(Act::Slow(2)),
        1 => Just(Act::Unreported),
        1 => Just(Act::Overreported),
        1 => Just(Act::Truncated),
        1 => Just(Act::CutOff),
        1 => Just(Act::Late),
        1 => Just(Act::Broken),
        1 => Just(Act::NotSent),
        1 => Just(Act::Status(500)),
        1 => Just(Act::Status(400)),
        1 => Just(Act::Overloaded),
        1 => Just(Act::Garbage),
        1 => Just(Act::Limited(QuotaScope::PerMinute, Some(1))),
        1 => Just(Act::Hang),
        2 => prop::sample::select(&FAILURES).prop_map(Act::Told),
    ];
    prop::collection::vec(act, 0..40)
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let plan = (0_u64..4000, prop_oneof![Just(u64::MAX / 4), 0_u64..3000], 1_u64..20_000);
    let plan =
        plan.prop_map(|(begins_ms, patience_ms, deadline_ms)| Plan { begins_ms, patience_ms, deadline_ms });
    prop::collection::vec(plan, 1..24)
}

/// What came of one call; nothing is known of its charges where its caller hung up.
struct Ended {
    charges: Option<Vec<Charge>>,
    late: Duration,
}

async fn call(client: &Client, allowance: &Allowance, plan: Plan) -> Ended {
    tokio::time::sleep(Duration::from_millis(plan.begins_ms)).await;
    let (prompt, deadline) = (prompt(), Instant::now() + Duration::from_millis(plan.deadline_ms));
    let call = client.call(&prompt, allowance, deadline);
    let charges = match tokio::time::timeout(Duration::from_millis(plan.patience_ms), call).await {
        Ok(Ok(answer)) => Some(answer.charges),
        Ok(Err(failure)) => Some(failure.charges),
        Err(_) => None,
    };
    Ended { charges, late: Instant::now().saturating_duration_since(deadline) }
}

async fn check(
    first_acts: &[Act],
    second_acts: &[Act],
    plans: &[Plan],
    micros: u64,
) -> Result<(), TestCaseError> {
    let (first, second) = (Scripted::gemini(first_acts), Scripted::anthropic(second_acts));
    let chain = vec![first.provider(), second.provider()];
    let client = Client::new(chain, Limits::default(), Concurrency { start: 3, most: 8 });
    let limit = Spend { money: Money::from_micros(micros), tokens: 200_000 };
    let allowance = Allowance::new(u32::try_from(plans.len()).unwrap(), limit);
    let calls = plans.iter().map(|plan| call(&client, &allowance, *plan));
    let ended = futures_util::future::join_all(calls).await;

    let statement = allowance.statement();
    prop_assert_eq!(statement.held, Spend::default());
    prop_assert!(statement.settled.money <= limit.money, "{:?}", statement);
    prop_assert!(statement.settled.tokens <= limit.tokens, "{:?}", statement);
    prop_assert!(statement.unreconciled.money <= statement.settled.money);

    let (billed, told) = both(first.bill(), second.bill());
    prop_assert!(billed <= statement.settled.money, "{:?}, billed {}", statement, billed);
    let reconciled = statement.settled.money.saturating_sub(statement.unreconciled.money);
    prop_assert!(reconciled <= told, "only what was reported is settled as reported");

    let everyone_stayed = ended.iter().all(|call| call.charges.is_some());
    let charges: Vec<Charge> = ended.iter().filter_map(|call| call.charges.clone()).flatten().collect();
    if everyone_stayed {
        let charged: Money = charges.iter().map(|charge| charge.cost).sum();
        prop_assert_eq!(charged, statement.settled.money, "each attempt is charged once");
        prop_assert_eq!(reconciled, told, "where nobody hung up, what was reported is met exactly");
    }
    let most_attempts = plans.len() + 12.max(plans.len() / 4);
    prop_assert!(first.calls() + second.calls() <= most_attempts);
    prop_assert!(ended.iter().filter_map(|call| call.charges.as_ref()).all(|charges| charges.len() <= 3));
    prop_assert!(ended.iter().all(|call| call.late <= Duration::from_millis(250)));
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn money_is_met_whatever_fails_and_whoever_hangs_up(
        first in acts(), second in acts(), plans in plans(), micros in 3000_u64..60_000,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        runtime.unwrap().block_on(check(&first, &second, &plans, micros))?;
    }
}

#[test]
fn the_scripted_usage_is_priced_by_the_catalogue() {
    assert_eq!(catalog::price("gemini-3.8-flash", USAGE), Money::from_micros(825));
}

/// A model to which every byte is a token, whose vendor says so many tokens of its own before each prompt.
struct Dense(u64);

#[async_trait]
impl Provider for Dense {
    fn name(&self) -> ProviderName {
        ProviderName::Gemini
    }

    fn model(&self) -> &str {
        "gemini-3.8-flash"
    }

    async fn attempt(&self, prompt: &Prompt, _limits: &AttemptLimits) -> Attempt {
        Attempt {
            outcome: Outcome::Complete { text: "done".to_owned() },
            usage: Some(dense(prompt, self.0)),
            written_tokens: 0,
            is_usage_absurd: false,
            sent: Sent::Sent,
            is_lesson: false,
            first_token_after: None,
        }
    }
}

fn dense(prompt: &Prompt, own: u64) -> Usage {
    let input_tokens = u64::try_from(prompt.bytes()).unwrap() + own;
    Usage { input_tokens, output_tokens: u64::from(prompt.max_output_tokens), cached_tokens: 0 }
}

/// Letters as a genome has them: no vendor's words are made of them.
fn genome() -> Prompt {
    Prompt { parts: vec![Part::Own("GATTACA".repeat(4000))], ..prompt() }
}

#[tokio::test]
async fn a_true_bill_is_booked_as_it_is_however_short_the_tokens_of_a_text_are() {
    // With 2048 tokens beside the texts the hold is what is billed; one more cannot be.
    for (own, is_believed) in [(0, true), (2048, true), (2049, false)] {
        let client = Client::new(vec![Arc::new(Dense(own))], Limits::default(), Concurrency::default());
        let allowance = Allowance::new(1, Spend { money: Money::from_micros(1_000_000), tokens: u64::MAX });
        let deadline = Instant::now() + Duration::from_secs(10);
        let answer = client.call(&genome(), &allowance, deadline).await.unwrap();
        let usage = dense(&genome(), own);
        assert_eq!(answer.charges[0].usage, is_believed.then_some(usage), "{own}");
        assert_eq!(answer.charges[0].is_unreconciled, !is_believed, "{own}");
        let billed = catalog::price("gemini-3.8-flash", dense(&genome(), own.min(2048)));
        assert_eq!(allowance.statement().settled.money, billed, "{own}");
    }
}

#[tokio::test]
async fn no_call_is_made_whose_true_bill_may_be_more_than_is_left() {
    let client = Client::new(vec![Arc::new(Dense(2048))], Limits::default(), Concurrency::default());
    let most = catalog::price("gemini-3.8-flash", dense(&genome(), 2048));
    let short = most.saturating_sub(Money::from_micros(1));
    for (limit, is_made) in [(most, true), (short, false)] {
        let allowance = Allowance::new(1, Spend { money: limit, tokens: u64::MAX });
        let deadline = Instant::now() + Duration::from_secs(10);
        let called = client.call(&genome(), &allowance, deadline).await;
        let refused = called.as_ref().err().map(|failure| failure.reason);
        let refusal = match refused {
            Some(FailureReason::Exhausted(Exhausted::Money, would_hold)) => Some(would_hold.money),
            other => other.map(|_| Money::ZERO),
        };
        assert_eq!(refusal, (!is_made).then_some(most));
        assert!(allowance.statement().settled.money <= limit);
    }
}
