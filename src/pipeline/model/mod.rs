//! Writing with a model: a piece is planned in calls (`plan.rs`), asked for side by side, joined
//! (`seams.rs`), checked, and mended where it is at fault (`mend.rs`).
//!
//! An answer that breaks off or cannot be read is asked for again, never passed off; a piece that
//! is at fault is mended at most twice, by asking for just the faulty places. Who is asked, how
//! often and at what price is behind the [`Door`]; what a text is worth as JSON is `answer`'s to say.

#[cfg(test)]
pub(crate) mod answers;
mod ask;
mod door;
mod mend;
mod plan;
mod seams;
mod shape;

use std::sync::Arc;

use futures_util::future::join_all;
use serde_json::Value;
use tokio::time::Instant;

pub use door::{Answered, Bill, Door, Ending, Question, Reply};

use super::cpu::Cpu;
use super::step::{Made, checked};
use super::{Reading, step};
use crate::content::{Kind, Material, Request, Violation, parse};
use crate::llm::FanOut;
use crate::llm::client::Allowance;
use crate::money::Money;
use crate::prompts::{self, Commission, Part, Shared, Task};
use crate::quality::{self, Setting};
use crate::record::{Failure, FailureCode};
use crate::usage::Usage;
use ask::Asker;
use mend::Fault;
use plan::Slice;
use shape::Quotes;

/// Writes with a model.
#[derive(Clone, Debug)]
pub struct Model {
    /// The preferred provider's name.
    pub writer: String,
    /// The preferred model's name.
    pub model: String,
    /// Where models are asked: the first, and then each that is asked when the answers of the one
    /// before stayed invalid.
    pub doors: Vec<Door>,
    /// The most that a job may cost.
    pub max_cost_usd: Money,
    /// How pieces are split into calls.
    pub fan_out: FanOut,
    /// Who writes what no model could.
    pub last_resort: LastResort,
}

/// Says who writes a piece that no model could write.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LastResort {
    /// Nobody: the piece fails.
    #[default]
    Nobody,
    /// Code, from the sentences of the text, where the request allows that.
    Extractive,
}

/// One piece to write.
#[derive(Clone, Debug)]
pub(super) struct Work {
    pub(super) kind: Kind,
    pub(super) outline: Option<Arc<Material>>,
    pub(super) reading: Reading,
    pub(super) deadline: Instant,
    pub(super) allowance: Allowance,
}

/// What came of writing, and what it took either way.
pub(super) struct Written {
    pub(super) made: Result<Made, Failure>,
    pub(super) by: Option<Author>,
    pub(super) bill: Bill,
}

/// Who answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Author {
    pub(super) writer: String,
    pub(super) model: String,
}

/// Characters of the standing texts of a call: system, instruction, form.
const STANDING_CHARACTERS: usize = 9000;
/// Sections that an outline is taken to have before it is there.
const USUAL_SECTIONS: usize = 5;

/// How often faulty places of a piece are asked for anew.
const MAX_REPAIRS: usize = 2;

/// What is to be said of a draft.
enum Verdict {
    /// It is a piece, and nothing more can be gained.
    Good(Box<Made>),
    /// It is a piece, and some items of it could be better.
    Passable(Box<Made>, Vec<Fault>),
    /// It is no piece.
    Invalid(Vec<Violation>, Vec<Fault>),
}

impl Model {
    /// Writes one piece.
    pub(super) async fn write(&self, cpu: &Cpu, work: Work) -> Written {
        let mut written = Written { made: Err(step::broken()), by: None, bill: Bill::default() };
        for door in &self.doors {
            written.made = match asker(door, &work) {
                Ok(asker) => self.compose(cpu, &work, &asker, &mut written).await,
                Err(failure) => Err(failure),
            };
            // Only an answer that stays invalid says more about this model than about the request.
            match &written.made {
                Err(failure) if failure.code == FailureCode::ProviderRejected => {}
                _ => break,
            }
        }
        written
    }

    async fn compose(
        &self,
        cpu: &Cpu,
        work: &Work,
        asker: &Asker,
        written: &mut Written,
    ) -> Result<Made, Failure> {
        let mut draft = self.first_draft(work, asker, written).await?;
        let mut passable = None;
        let mut failure = step::broken();
        for round in 0..=MAX_REPAIRS {
            seams::smooth(work.kind, work.reading.language(), &mut draft);
            let faults = match judge(cpu, work, draft.clone(), round).await {
                Verdict::Good(made) => return Ok(*made),
                Verdict::Passable(made, faults) => {
                    passable = Some(made);
                    faults
                }
                Verdict::Invalid(violations, faults) => {
                    failure = rejected(&violations);
                    faults
                }
            };
            if round == MAX_REPAIRS || faults.is_empty() {
                break;
            }
            tracing::debug!(kind = %work.kind, round, places = faults.len(), "places of a piece are asked for anew");
            if let Err(refused) = mend_places(asker, work, &mut draft, &faults, written).await {
                failure = refused;
                break;
            }
        }
        // What was a piece before its repair failed still is one.
        passable.map(|made| *made).ok_or(failure)
    }

    /// Asks for all parts of a piece side by side and joins them. How many are asked at once is
    /// bounded behind the door.
    async fn first_draft(&self, work: &Work, asker: &Asker, written: &mut Written) -> Result<Value, Failure> {
        let outline = work.outline.as_deref().and_then(Material::as_outline);
        let slices = plan::plan(work.kind, &work.reading.request, outline, self.fan_out);
        let asked = slices.iter().map(|slice| {
            let schema = shape::of_slice(work.kind, slice, quotes(work));
            let part = (!slice.is_whole()).then(|| part(work, slice));
            let task = Task { kind: work.kind, schema: &schema, aim: slice.aim.clone(), part };
            let prompt = asker.shared.task(&task).map_err(unrendered);
            async move {
                let ask = ask::Ask { prompt: prompt?, schema: Arc::new(schema), tokens: slice.tokens };
                Ok(asker.ask(ask, |value| has_counted(slice, value)).await)
            }
        });
        let mut parts = Vec::new();
        let mut failure = None;
        // All are waited for, also after one has failed: what they cost must be known.
        for outcome in join_all(asked).await {
            match outcome.map(|asked| asked.into_value(written)) {
                Ok(Ok(value)) => parts.push(value),
                Ok(Err(refused)) | Err(refused) => failure = Some(refused),
            }
        }
        match failure {
            Some(failure) => Err(failure),
            None => Ok(seams::join(parts)),
        }
    }
}

/// Plans the calls of a request and the tokens they take, before there is an outline.
pub(super) fn planned(request: &Request, fan_out: FanOut) -> (usize, Usage) {
    let source = request.syllabus_text().map_or(0, |text| text.chars().count());
    let input = plan::tokens_of(source + STANDING_CHARACTERS);
    let kinds = [Kind::Outline].into_iter().chain(request.kinds());
    let slices: Vec<Slice> =
        kinds.flat_map(|kind| plan::plan_sections(kind, request, USUAL_SECTIONS, fan_out)).collect();
    let output: usize = slices.iter().map(|slice| slice.tokens).sum();
    let count = |tokens: usize| u64::try_from(tokens).unwrap_or(u64::MAX);
    let usage = Usage {
        input_tokens: count(input.saturating_mul(slices.len())),
        output_tokens: count(output),
        cached_tokens: 0,
    };
    (slices.len(), usage)
}

fn asker(door: &Door, work: &Work) -> Result<Asker, Failure> {
    let Work { kind, outline, reading, deadline, allowance } = work;
    let outline = outline.as_deref().and_then(Material::as_outline);
    let commission = Commission { request: &reading.request, language: reading.language_tag(), outline };
    let shared = Shared::of(commission).map_err(unrendered)?;
    let (door, allowance) = (door.clone(), allowance.clone());
    Ok(Asker { door, shared, kind: *kind, deadline: *deadline, allowance })
}

/// Asks for the faulty places anew and puts them into the draft.
async fn mend_places(
    asker: &Asker,
    work: &Work,
    draft: &mut Value,
    faults: &[Fault],
    written: &mut Written,
) -> Result<(), Failure> {
    let (places, schema) = mend::places(work.kind, draft, faults, quotes(work));
    let showing = mend::showing(draft, faults);
    let prompt = asker.shared.repair(work.kind, &places, &schema, showing).map_err(unrendered)?;
    let shown: usize = places.iter().filter_map(|place| place.current.as_ref()).map(String::len).sum();
    let ask = ask::Ask { prompt, schema: Arc::new(schema), tokens: shown / 3 + 150 * places.len() };
    let is_answer = |value: &Value| places.iter().any(|place| value.get(&place.key).is_some());
    let answer = asker.ask(ask, is_answer).await.into_value(written)?;
    mend::merge(draft, faults, answer);
    Ok(())
}

/// Checks a draft, and finds what could be mended of it.
async fn judge(cpu: &Cpu, work: &Work, mut draft: Value, round: usize) -> Verdict {
    let (kind, reading, outline) = (work.kind, work.reading.clone(), work.outline.clone());
    let judging = move || {
        shape::prune(kind, &mut draft);
        let outline = outline.as_deref().and_then(Material::as_outline);
        reading.within(outline, |frame| {
            let finished = match parse(kind, &draft, frame) {
                Ok(finished) => finished,
                Err(violations) => {
                    let faults = mend::faults(kind, &draft, &violations);
                    return Verdict::Invalid(violations, faults);
                }
            };
            let setting = Setting { language: reading.language(), source: reading.source.as_deref() };
            // Items that only could be better are asked for once.
            let faults = if round == 0 { poor_items(&finished.material, &setting) } else { Vec::new() };
            let made = Box::new(checked(finished, frame, &setting));
            if faults.is_empty() { Verdict::Good(made) } else { Verdict::Passable(made, faults) }
        })
    };
    let broken = |_| Verdict::Invalid(Vec::new(), Vec::new());
    cpu.run(judging).await.unwrap_or_else(broken)
}

/// Finds the items of a valid piece that fail a check.
fn poor_items(material: &Material, setting: &Setting<'_>) -> Vec<Fault> {
    let mut faults = Vec::new();
    for finding in quality::check_piece(&material.document(setting.language), setting) {
        if finding.severity == quality::Severity::Error {
            let message = format!("{}. {}", finding.message, finding.hint);
            mend::add_item(&mut faults, &finding.path, message.trim());
        }
    }
    faults
}

fn part(work: &Work, slice: &Slice) -> Part {
    let outline = work.outline.as_deref().and_then(Material::as_outline);
    let headings: Vec<String> =
        outline.into_iter().flat_map(|outline| outline.sections.iter().map(Part::heading)).collect();
    let of = |range: std::ops::Range<usize>| headings.get(range).map(<[String]>::to_vec).unwrap_or_default();
    let (start, end) = (slice.group.start, slice.group.end);
    Part {
        what: slice.what.to_owned(),
        before: of(start.saturating_sub(1)..start),
        sections: of(start..end),
        after: of(end..(end + 1).min(headings.len())),
        opens: slice.opens,
        closes: slice.closes,
    }
}

/// Tells whether a part has a list as long as its place in the whole demands: entries that follow
/// the sections one by one cannot be counted any more once they are joined.
fn has_counted(slice: &Slice, value: &Value) -> bool {
    let Some((list, count)) = &slice.count else { return value.is_object() };
    let has = value.get(list).and_then(Value::as_array).map(Vec::len);
    has.is_some_and(|has| {
        if count.start() == count.end() && *count.start() == slice.group.len() {
            count.contains(&has)
        } else {
            has > 0
        }
    })
}

fn quotes(work: &Work) -> Quotes {
    match work.reading.source {
        Some(_) => Quotes::Wanted,
        None => Quotes::None,
    }
}

fn unrendered(error: prompts::Error) -> Failure {
    tracing::error!(error = %error, "a prompt could not be rendered");
    step::broken()
}

fn rejected(violations: &[Violation]) -> Failure {
    Failure { code: FailureCode::ProviderRejected, ..step::invalid(violations) }
}

#[cfg(test)]
mod tests;
