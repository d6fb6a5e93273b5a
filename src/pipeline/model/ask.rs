//! One answer: asked for, read, and asked for again where it breaks off or cannot be read, at last of
//! another model.

use std::sync::Arc;

use serde_json::Value;
use tokio::time::Instant;

use super::door::{Answered, Bill, Door, Ending, Question, Reply};
use super::{Author, Standing, Written, reader, shape, step, unrendered};
use crate::answer::{Outcome, Reason};
use crate::content::Kind;
use crate::llm::client::{Allowance, EXTRA_ATTEMPTS_A_CALL};
use crate::llm::{self, AnswerSchema, Thinking};
use crate::pipeline::cpu::Cpu;
use crate::prompts::{Prompt, Shared};
use crate::record::{Failure, FailureCode};
use crate::telemetry::Metrics;

/// Asks for the answers of one piece.
pub(super) struct Asker {
    /// Where long answers are read.
    pub(super) cpu: Cpu,
    pub(super) doors: Vec<Door>,
    pub(super) metrics: Metrics,
    pub(super) standing: Standing,
    /// The door that was preferred when the piece was begun.
    pub(super) home: usize,
    pub(super) shared: Shared,
    pub(super) kind: Kind,
    pub(super) deadline: Instant,
    pub(super) allowance: Allowance,
}

/// One answer that is wanted.
pub(super) struct Ask {
    pub(super) prompt: Prompt,
    pub(super) schema: Arc<AnswerSchema>,
    /// Tokens that the answer is planned to have.
    pub(super) tokens: usize,
    /// The list that is all of the answer: its finished items are of use also where the answer breaks off,
    /// and the others can be asked for by themselves.
    pub(super) open_list: Option<String>,
    pub(super) why: Why,
}

/// Says why something is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Why {
    /// It is a part of the plan.
    Planned,
    /// What came before was at fault, so that this call is one beyond the plan; another model than the
    /// preferred one is asked first where `by_another` says so.
    Repair { by_another: bool },
}

/// What came of it.
pub(super) struct Asked {
    value: Result<(Value, Author), Failure>,
    bill: Bill,
}

/// Tokens that an answer may have beyond three times what is planned: languages differ in how many
/// tokens a word takes, and an answer that is cut off was paid for in vain.
const SPARE_TOKENS: usize = 400;
/// Tokens that no answer may have more than, however often it broke off.
const MOST_TOKENS: u32 = 32_000;
/// Attempts of the job that are left to what must be mended when something merely could be better.
const KEPT_FOR_NEED: u32 = 6;

/// A question on its way through the doors.
struct Inquiry {
    door: usize,
    /// Attempts that are left to it, those inside of the door among them.
    attempts_left: u32,
    most_tokens: u32,
    /// Answers of this door that were none.
    poor: u32,
    bill: Bill,
}

impl Asker {
    /// Asks until an answer can be read and is what was wanted. All attempts together are at most one
    /// and [`EXTRA_ATTEMPTS_A_CALL`]; the last of them goes to another model where there is one.
    pub(super) async fn ask(&self, mut ask: Ask, check: impl Fn(&Value) -> Result<(), String>) -> Asked {
        let first_prompt = ask.prompt.clone();
        let mut inquiry = self.inquiry(&ask);
        let mut failure = spent();
        let mut is_beyond_plan = ask.why != Why::Planned;
        while inquiry.attempts_left > 0 {
            if is_beyond_plan && !self.allowance.take_extra_attempt() {
                break;
            }
            is_beyond_plan = true;
            let Reply { answer, bill, passed_over } = self.put(&ask, &inquiry).await;
            inquiry.bill += bill;
            inquiry.attempts_left = inquiry.attempts_left.saturating_sub(bill.attempts.max(1));
            if passed_over {
                self.standing.pass_over(inquiry.door);
            }
            match answer {
                Err(refused) => {
                    // Whatever ended the last attempt, what ended the call was the job's time.
                    failure = if Instant::now() < self.deadline { refused } else { out_of_time() };
                    // Behind a door stand all models after its own; those before it are left.
                    if inquiry.door == 0 || is_final(failure.code) {
                        break;
                    }
                    inquiry.turn_to(0);
                }
                Ok(answered) => {
                    let ending = answered.ending;
                    let problem = match self.read(answered, (&ask, &check), &mut inquiry).await {
                        Ok(value) => return Asked { value: Ok(value), bill: inquiry.bill },
                        Err(problem) => problem,
                    };
                    tracing::debug!(kind = %self.kind, problem, "an answer is no answer");
                    match self.shared.again(&first_prompt, &problem) {
                        Ok(prompt) => ask.prompt = prompt,
                        Err(error) => return Asked { value: Err(unrendered(error)), bill: inquiry.bill },
                    }
                    failure = if Instant::now() < self.deadline {
                        unusable(&problem, ending)
                    } else {
                        out_of_time()
                    };
                    self.after_a_poor_answer(&mut inquiry);
                }
            }
        }
        Asked { value: Err(failure), bill: inquiry.bill }
    }

    /// Tells whether a repair may be asked for: what has to be mended as long as the job has attempts,
    /// what could merely be better only while there are enough for that.
    pub(super) fn may_repair(&self, is_needed: bool) -> bool {
        self.allowance.extra_attempts_left() > if is_needed { 0 } else { KEPT_FOR_NEED }
    }

    /// Notes that what the preferred door wrote stays invalid, however often it is mended.
    pub(super) fn pass_over_home(&self) {
        self.standing.pass_over(self.home);
    }

    pub(super) fn has_another(&self) -> bool {
        self.doors.len() > 1
    }

    fn after(&self, door: usize) -> usize {
        door.saturating_add(1).checked_rem(self.doors.len()).unwrap_or(0)
    }

    fn inquiry(&self, ask: &Ask) -> Inquiry {
        let door = match ask.why {
            Why::Planned => self.standing.first(self.doors.len()),
            Why::Repair { by_another: false } => self.home,
            Why::Repair { by_another: true } => self.after(self.home),
        };
        let most = ask.tokens.saturating_mul(3).saturating_add(SPARE_TOKENS);
        Inquiry {
            door,
            attempts_left: EXTRA_ATTEMPTS_A_CALL.saturating_add(1),
            most_tokens: u32::try_from(most).unwrap_or(MOST_TOKENS).min(MOST_TOKENS),
            poor: 0,
            bill: Bill::default(),
        }
    }

    async fn put(&self, ask: &Ask, inquiry: &Inquiry) -> Reply {
        let Some(door) = self.doors.get(inquiry.door) else {
            return Reply { answer: Err(step::broken()), bill: Bill::default(), passed_over: false };
        };
        let allowance = self.allowance.with_extra_attempts_a_call(inquiry.attempts_left.saturating_sub(1));
        let prompt = self.prompt(ask, inquiry.most_tokens);
        door.ask(Question { prompt, deadline: self.deadline, allowance }).await
    }

    /// Reads an answer, or says why it is none.
    async fn read(
        &self,
        answered: Answered,
        (ask, check): (&Ask, impl Fn(&Value) -> Result<(), String>),
        inquiry: &mut Inquiry,
    ) -> Result<(Value, Author), String> {
        let Answered { text, ending, writer, model } = answered;
        let author = Author { writer, model };
        match (self.value(text, inquiry.most_tokens).await, ending) {
            (Outcome::Whole(value), Ending::Complete) => check(&value).map(|()| (value, author)),
            (Outcome::None(_), Ending::Complete) => Err("it could not be read as JSON".to_owned()),
            // A value that seems whole may still lack what the model had not yet said.
            (outcome, ending) => {
                let finished = finished_items(ask, outcome);
                if let Some(value) = finished.filter(|value| check(value).is_ok()) {
                    tracing::debug!(kind = %self.kind, "of an answer that broke off the finished items are kept");
                    return Ok((value, author));
                }
                if ending != Ending::CutOff {
                    inquiry.most_tokens = inquiry.most_tokens.saturating_mul(2).min(MOST_TOKENS);
                }
                Err("it broke off before its end".to_owned())
            }
        }
    }

    fn after_a_poor_answer(&self, inquiry: &mut Inquiry) {
        inquiry.poor = inquiry.poor.saturating_add(1);
        if inquiry.attempts_left != 1 || !self.has_another() {
            return;
        }
        if inquiry.poor > 1 {
            self.standing.pass_over(inquiry.door);
        }
        inquiry.turn_to(self.after(inquiry.door));
    }

    async fn value(&self, text: String, most_tokens: u32) -> Outcome {
        let Ok(reading) = reader::read(&self.cpu, text, shape::reader(self.kind), most_tokens).await else {
            return Outcome::None(Reason::Malformed);
        };
        reading.edits.iter().for_each(|edit| self.metrics.answer_repaired(edit.form.as_str()));
        if !reading.edits.is_empty() || !reading.coercions.is_empty() {
            tracing::debug!(
                kind = %self.kind, edits = reading.edits.len(), coercions = reading.coercions.len(),
                "an answer was repaired"
            );
        }
        reading.outcome
    }

    fn prompt(&self, ask: &Ask, max_output_tokens: u32) -> llm::Prompt {
        let Prompt { system, context, instruction } = &ask.prompt;
        let shared = (!context.is_empty()).then(|| llm::Part::Shared(Arc::clone(context)));
        let own = llm::Part::Own(instruction.clone());
        llm::Prompt {
            system: (*system).to_owned(),
            parts: shared.into_iter().chain([own]).collect(),
            schema: Some(Arc::clone(&ask.schema)),
            schema_name: self.kind.as_str(),
            max_output_tokens,
            temperature: None,
            thinking: Thinking::Lowest,
        }
    }
}

impl Inquiry {
    fn turn_to(&mut self, door: usize) {
        self.door = door;
        self.poor = 0;
    }
}

impl Asked {
    /// Adds what it took to the piece's bill, notes who answered first, and gives the value.
    pub(super) fn into_value(self, written: &mut Written) -> Result<Value, Failure> {
        written.bill += self.bill;
        let (value, author) = self.value?;
        written.by.get_or_insert(author);
        Ok(value)
    }
}

/// Returns what of a list is finished in an answer that broke off: all but an item that lacks something.
fn finished_items(ask: &Ask, outcome: Outcome) -> Option<Value> {
    let list = ask.open_list.as_deref()?;
    let mut value = match outcome {
        Outcome::Whole(value) | Outcome::Truncated(value) => value,
        Outcome::None(_) => return None,
    };
    let items = value.get_mut(list)?.as_array_mut()?;
    let required = required_of_items(ask.schema.full(), list);
    let is_finished = |item: &Value| required.iter().all(|name| item.get(name).is_some());
    // What stands before the last item was closed.
    items.pop_if(|item| !is_finished(item));
    (!items.is_empty()).then_some(value)
}

/// Returns the fields that the items of a list must have.
fn required_of_items<'a>(schema: &'a Value, list: &str) -> Vec<&'a str> {
    let items = schema.get("properties").and_then(|fields| fields.get(list)?.get("items"));
    let named = items.and_then(|items| items.get("$ref")?.as_str()?.strip_prefix('#'));
    let items = named.map_or(items, |pointer| schema.pointer(pointer));
    let required = items.and_then(|items| items.get("required")?.as_array());
    required.into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether no other model could change it, or may be asked to.
fn is_final(code: FailureCode) -> bool {
    matches!(code, FailureCode::DeadlineExceeded | FailureCode::BudgetExceeded | FailureCode::ContentBlocked)
}

fn unusable(problem: &str, ending: Ending) -> Failure {
    let code = match ending {
        Ending::CutOff => FailureCode::ProviderUnavailable,
        Ending::Complete | Ending::Truncated => FailureCode::ProviderRejected,
    };
    Failure { code, detail: format!("the model's answer could not be used: {problem}") }
}

fn out_of_time() -> Failure {
    let detail = "the job's time ran out";
    Failure { code: FailureCode::DeadlineExceeded, detail: detail.to_owned() }
}

fn spent() -> Failure {
    let detail = "the attempts of the job are used up";
    Failure { code: FailureCode::ProviderRejected, detail: detail.to_owned() }
}
