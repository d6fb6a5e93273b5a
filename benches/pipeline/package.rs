//! The time of a full package from a model that takes 0.5 s to the first token and writes 150 tokens
//! a second: an outline of 900 tokens, pieces of 3000, 2500, 1800, 1500, 1400, 1200 and 1200. The bar
//! is 12 s; whole pieces side by side take 27 s, one after the other 94 s.
//!
//! Long pieces come in several calls. A first package counts the tokens that the calls have by
//! themselves; in the second each call has its share of what its piece is to have.

use std::time::Duration;

use content_factory::llm::FanOut;

use crate::llm_simulator::fault::Script;
use crate::llm_simulator::{Amount, Pace, Plan, Simulator};
use crate::service::Service;
use crate::{Failure, report};

const MOST: Duration = Duration::from_secs(12);

/// What a prompt says that asks for a kind, and the tokens that the whole kind is to have.
const SIZES: [(&str, u64); 8] = [
    ("# Your task: the outline", 900),
    ("# Your task: the podcast script", 3000),
    ("# Your task: the detailed reading", 2500),
    ("# Your task: the study guide", 1800),
    ("# Your task: the FAQs", 1500),
    ("# Your task: the flashcards", 1400),
    ("# Your task: the reading questions", 1200),
    ("# Your task: the one-pager", 1200),
];

pub(crate) async fn measure() -> Result<Vec<String>, Failure> {
    let simulator = Simulator::start(0, pace(&[1000; 8]), Script::default()).await?;
    let service = Service::start(&simulator, FanOut::Auto).await?;
    service.generate(1).await?;
    let calls = tokens_by_kind(&simulator, 0);
    let shares: Vec<u64> =
        SIZES.iter().zip(&calls).map(|((_, wanted), natural)| share(*wanted, natural.iter().sum())).collect();
    let paced = Pace { first_token_ms: 500, tokens_per_second: 150, ..pace(&shares) };
    simulator.pace(paced);
    let before = simulator.ledger().calls;
    let took = service.generate(1).await?;
    let written = tokens_by_kind(&simulator, before);
    for ((name, wanted), calls) in SIZES.iter().zip(&written) {
        let name = name.trim_start_matches("# Your task: ");
        let (sum, longest) = (calls.iter().sum::<u64>(), calls.iter().max().copied().unwrap_or_default());
        report(&format!(
            "  {name}: {sum} of {wanted} tokens in {} calls, the longest {longest}",
            calls.len()
        ))?;
    }
    let total: u64 = written.iter().flatten().sum();
    let calls: usize = written.iter().map(Vec::len).sum();
    report(&format!("a full package of {total} tokens in {calls} calls took {took:.2?} (bar {MOST:?})"))?;
    service.stop().await?;
    let short = written.iter().zip(SIZES).any(|(calls, (_, wanted))| calls.iter().sum::<u64>() < wanted);
    let mut missed = Vec::new();
    if took > MOST || short {
        missed.push(format!("a full package took {took:.2?}, or is shorter than planned"));
    }
    Ok(missed)
}

/// Gives each kind its share of the tokens that its texts have, in thousandths.
fn pace(shares: &[u64]) -> Pace {
    let plan = |((contains, _), share): (&(&str, u64), &u64)| Plan {
        contains: (*contains).to_owned(),
        tokens: Amount::PerMille(*share),
    };
    Pace { plans: SIZES.iter().zip(shares).map(plan).collect(), ..Pace::default() }
}

fn share(wanted: u64, natural: u64) -> u64 {
    (wanted * 1000).div_ceil(natural.max(1))
}

/// Lists the tokens of the calls after the first so many, by kind.
fn tokens_by_kind(simulator: &Simulator, after: u64) -> Vec<Vec<u64>> {
    let ledger = simulator.ledger();
    let calls = ledger.entries.iter().filter(|entry| entry.number > after);
    let mut kinds = vec![Vec::new(); SIZES.len()];
    for call in calls {
        if let Some(kind) = call.plan.and_then(|plan| kinds.get_mut(plan)) {
            kind.push(call.tokens.output);
        }
    }
    kinds
}
