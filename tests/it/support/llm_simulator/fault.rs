//! What goes wrong, and on which call. A script is a list of rules; the first rule that fits a call
//! decides. Rules go by the number of the call, by chance with a seed, by model, wire or words of
//! the prompt, and may wear out.

use serde::{Deserialize, Serialize};

use super::random::Chance;
use super::wire::{Call, Wire};

/// One thing that goes wrong with one call.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Fault {
    /// An error status in the vendor's form.
    Status {
        /// The HTTP status.
        code: u16,
        /// When to come again, as the vendor says it (RetryInfo, `retry-after-ms`, `retry-after`).
        #[serde(default)]
        retry_after_ms: Option<u64>,
        /// A quota of the day or of the account instead of one of the minute; 429 alone knows it.
        #[serde(default)]
        lasting: bool,
    },
    /// The connection is taken, and nothing ever comes.
    HangBeforeHeaders,
    /// Half of the body comes, then nothing.
    HangMidBody,
    /// The body comes one byte a second.
    OneByteASecond,
    /// The connection is reset before a status comes.
    Reset,
    /// The connection is reset in the middle of the body.
    ResetMidBody,
    /// The body ends cleanly in the middle: no finish reason, no usage.
    CloseWithoutFinish,
    /// A 200 whose body is no JSON at all.
    Garbage,
    /// A 200 with a page of HTML, as a proxy sends it.
    Html,
    /// JSON that has nothing to do with the schema.
    WrongSchema,
    /// The text stops in the middle, and the vendor says that the tokens ran out.
    Truncated,
    /// The prompt is blocked.
    BlockedPrompt,
    /// The answer is blocked.
    BlockedOutput,
    /// The model refuses.
    Refused,
    /// The first half of the events comes, with the usage so far where the vendor tells one, then this.
    BreaksOff {
        /// What comes in the place of the rest.
        with: Breach,
    },
    /// A body of that many MiB.
    GiantBody {
        /// Size of the body.
        mebibytes: usize,
    },
    /// A small compressed body that grows to that many MiB.
    GzipBomb {
        /// Size when unpacked.
        mebibytes: usize,
    },
    /// Everything but the usage.
    UsageMissing,
    /// A usage of more tokens than there are.
    UsageAbsurd,
    /// This text instead of the answer.
    Text {
        /// What the model is made to say.
        text: String,
    },
    /// The answer, that much later.
    Late {
        /// How much later.
        milliseconds: u64,
    },
}

/// What comes in the middle of a stream instead of its rest.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", deny_unknown_fields)]
pub(crate) enum Breach {
    /// The vendor's event for an error of that status.
    Error {
        /// The HTTP status that it would have had before the stream began.
        code: u16,
    },
    /// An event that is no JSON.
    Garbage,
    /// Bytes that are no text.
    NoText,
    /// An event of that many MiB.
    Giant {
        /// Size of the event.
        mebibytes: usize,
    },
}

/// When a fault happens. Everything that is given must fit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct When {
    /// Numbers of calls, counted from 1 since the script was set.
    pub(crate) calls: Option<Vec<u64>>,
    /// How often in a thousand.
    pub(crate) per_mille: Option<u64>,
    /// The model that is asked.
    pub(crate) model: Option<String>,
    /// The wire it is asked over.
    pub(crate) wire: Option<Wire>,
    /// Words that the prompt contains.
    pub(crate) contains: Option<String>,
    /// How many times at most.
    pub(crate) times: Option<u64>,
}

/// A fault and when it happens. Of several faults one is drawn.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Rule {
    /// When.
    #[serde(default)]
    pub(crate) when: When,
    /// What; one of them by chance.
    pub(crate) faults: Vec<Fault>,
}

/// The rules in order, and the seed of chance.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Script {
    /// Seed of what goes by chance.
    pub(crate) seed: u64,
    /// The first that fits decides.
    pub(crate) rules: Vec<Rule>,
}

impl Script {
    /// Makes a script in which every call has the fault.
    pub(crate) fn always(fault: Fault) -> Script {
        Script { seed: 0, rules: vec![Rule { when: When::default(), faults: vec![fault] }] }
    }

    /// Makes a script in which the first calls have the fault and the rest have none.
    pub(crate) fn first(times: u64, fault: Fault) -> Script {
        let when = When { times: Some(times), ..When::default() };
        Script { seed: 0, rules: vec![Rule { when, faults: vec![fault] }] }
    }

    /// Makes a script in which that many calls of a thousand have one of the faults.
    pub(crate) fn mixed(seed: u64, per_mille: u64, faults: Vec<Fault>) -> Script {
        let when = When { per_mille: Some(per_mille), ..When::default() };
        Script { seed, rules: vec![Rule { when, faults }] }
    }
}

/// A script as it is being played.
#[derive(Debug)]
pub(crate) struct Play {
    rules: Vec<(Rule, u64)>,
    chance: Chance,
    calls: u64,
}

impl Play {
    /// Starts a script.
    pub(crate) fn new(script: Script) -> Play {
        let chance = Chance::new(script.seed);
        Play { rules: script.rules.into_iter().map(|rule| (rule, 0)).collect(), chance, calls: 0 }
    }

    /// Decides what goes wrong with the next call.
    pub(crate) fn next(&mut self, call: &Call) -> Option<Fault> {
        self.calls = self.calls.saturating_add(1);
        let number = self.calls;
        for (rule, used) in &mut self.rules {
            if fits(&rule.when, *used, number, call)
                && rule.when.per_mille.is_none_or(|often| self.chance.happens(often))
            {
                *used = used.saturating_add(1);
                let count = u64::try_from(rule.faults.len()).unwrap_or(1).max(1);
                let drawn = usize::try_from(self.chance.next() % count).unwrap_or(0);
                return rule.faults.get(drawn).cloned();
            }
        }
        None
    }
}

fn fits(when: &When, used: u64, number: u64, call: &Call) -> bool {
    when.times.is_none_or(|times| used < times)
        && when.calls.as_ref().is_none_or(|calls| calls.contains(&number))
        && when.model.as_ref().is_none_or(|model| *model == call.model)
        && when.wire.is_none_or(|wire| wire == call.wire)
        && when.contains.as_ref().is_none_or(|words| call.prompt.contains(words.as_str()))
}
