//! What every call cost, as the vendor's bill would say: the other side to check our books against.

use std::collections::VecDeque;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::wire::{Tokens, Wire};

/// Entries that are kept; sums go on.
const MAX_ENTRIES: usize = 200_000;

/// Nano-dollars a token: input, output, input read from a cache. Source: the vendors' price pages
/// (2026-11). Written here a second time on purpose: a bill that is computed from our own catalogue
/// could not disagree with it.
const PRICES: [(&str, [u64; 3]); 11] = [
    ("gemini-3.8-flash", [750, 3750, 75]),
    ("gemini-3.7-flash", [750, 3750, 75]),
    ("gemini-3.5-flash-lite", [300, 2500, 30]),
    ("gemini-3.1-flash-lite", [250, 1500, 25]),
    ("gemini-3.1-pro-preview", [2000, 12_000, 200]),
    ("gpt-5.6-luna", [200, 1200, 200]),
    ("gpt-5.4-mini", [750, 4500, 750]),
    ("gpt-5.4-nano", [200, 1250, 200]),
    ("claude-haiku-4-5", [1000, 5000, 1000]),
    ("claude-haiku-5-5", [100, 500, 100]),
    ("claude-sonnet-5-5", [2000, 10_000, 2000]),
];
/// What a model without a price costs.
const UNKNOWN: [u64; 3] = [2000, 12_000, 2000];

/// One call.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Entry {
    /// Counted from 1 since the start.
    pub(crate) number: u64,
    /// When it came.
    pub(crate) came_at: Timestamp,
    /// The key that it came with, which tells callers apart; empty if it was refused. Not shown.
    #[serde(skip)]
    pub(crate) caller: String,
    /// The wire it came over.
    pub(crate) wire: Wire,
    /// The model that was asked.
    pub(crate) model: String,
    /// The status that was answered, 0 if none was.
    pub(crate) status: u16,
    /// The number of the pace's plan that fits it, counted from 0.
    pub(crate) plan: Option<usize>,
    /// Which copy of a text it is about, where the text says so.
    pub(crate) copy: Option<u64>,
    /// What went wrong, if anything, by name.
    pub(crate) fault: Option<String>,
    /// What it used.
    pub(crate) tokens: Tokens,
    /// What is billed, micro-dollars, rounded up.
    pub(crate) billed_micros: u64,
    /// Whether the usage went out on the wire.
    pub(crate) reported: bool,
}

/// All calls, the latest in full.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Ledger {
    /// Calls that came.
    pub(crate) calls: u64,
    /// Calls under way now.
    pub(crate) in_flight: u64,
    /// The most that were under way at once.
    pub(crate) most_in_flight: u64,
    /// Input tokens billed.
    pub(crate) input_tokens: u64,
    /// Output tokens billed.
    pub(crate) output_tokens: u64,
    /// The whole bill in micro-dollars, each call rounded up.
    pub(crate) billed_micros: u64,
    /// The part of the bill whose usage was reported as it was.
    pub(crate) reported_micros: u64,
    /// The latest calls.
    pub(crate) entries: VecDeque<Entry>,
}

impl Ledger {
    /// Enters a call that begins and gives its number.
    pub(crate) fn begin(&mut self, wire: Wire, model: &str, caller: &str) -> u64 {
        self.calls = self.calls.saturating_add(1);
        self.in_flight = self.in_flight.saturating_add(1);
        self.most_in_flight = self.most_in_flight.max(self.in_flight);
        if self.entries.len() >= MAX_ENTRIES {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry {
            number: self.calls,
            came_at: Timestamp::now(),
            caller: caller.to_owned(),
            wire,
            model: model.to_owned(),
            status: 0,
            plan: None,
            copy: None,
            fault: None,
            tokens: Tokens::default(),
            billed_micros: 0,
            reported: false,
        });
        self.calls
    }

    /// Enters which plan fits the call, and which copy of a text it is about.
    pub(crate) fn plan(&mut self, number: u64, plan: Option<usize>, copy: Option<u64>) {
        if let Some(entry) = self.entry(number) {
            (entry.plan, entry.copy) = (plan, copy);
        }
    }

    /// Enters what went wrong.
    pub(crate) fn fault(&mut self, number: u64, name: String) {
        if let Some(entry) = self.entry(number) {
            entry.fault = Some(name);
        }
    }

    /// Enters the status that is answered.
    pub(crate) fn status(&mut self, number: u64, status: u16) {
        if let Some(entry) = self.entry(number) {
            entry.status = status;
        }
    }

    /// Bills a call.
    pub(crate) fn bill(&mut self, number: u64, tokens: Tokens) {
        let Some(entry) = self.entry(number) else { return };
        entry.tokens = tokens;
        entry.billed_micros = price(&entry.model, tokens);
        let billed = entry.billed_micros;
        self.billed_micros = self.billed_micros.saturating_add(billed);
        self.input_tokens = self.input_tokens.saturating_add(tokens.input);
        self.output_tokens = self.output_tokens.saturating_add(tokens.output);
    }

    /// Notes that the true usage of a call went out.
    pub(crate) fn reported(&mut self, number: u64) {
        let Some(entry) = self.entry(number).filter(|entry| !entry.reported) else { return };
        entry.reported = true;
        let billed = entry.billed_micros;
        self.reported_micros = self.reported_micros.saturating_add(billed);
    }

    /// Notes that a call is over.
    pub(crate) fn end(&mut self) {
        self.in_flight = self.in_flight.saturating_sub(1);
    }

    fn entry(&mut self, number: u64) -> Option<&mut Entry> {
        let first = self.entries.front()?.number;
        let index = usize::try_from(number.checked_sub(first)?).ok()?;
        self.entries.get_mut(index)
    }
}

/// Prices a usage in micro-dollars, rounded up once.
fn price(model: &str, tokens: Tokens) -> u64 {
    let known = PRICES.iter().find(|(name, _)| *name == model);
    let [input, output, cached] = known.map_or(UNKNOWN, |(_, prices)| *prices);
    let fresh = tokens.input.saturating_sub(tokens.cached);
    let nanos = fresh
        .saturating_mul(input)
        .saturating_add(tokens.cached.saturating_mul(cached))
        .saturating_add(tokens.output.saturating_mul(output));
    nanos.div_ceil(1000)
}
