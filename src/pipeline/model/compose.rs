//! One piece from its plan to its end: parts asked for side by side, joined, judged, mended.

use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::Value;

use super::ask::{Ask, Asker, Why};
use super::left_out::{LeftOut, Seam};
use super::mend::{self, Fault, OPEN_LISTS};
use super::plan::{self, Slice};
use super::shape::{self, Quotes};
use super::{Work, Written, salvage, seams, unrendered};
use crate::content::{self, Finished, Frame, Kind, Material, Violation, parse};
use crate::llm::FanOut;
use crate::pipeline::cpu::Cpu;
use crate::pipeline::step::{self, Made, screened};
use crate::prompts::{Part, Task};
use crate::quality::{self, Checked, Setting};
use crate::record::{Failure, FailureCode, Finding};

/// Writes one piece.
pub(super) struct Composer<'a> {
    pub(super) cpu: &'a Cpu,
    pub(super) work: &'a Work,
    pub(super) asker: &'a Asker,
    pub(super) fan_out: FanOut,
}

/// Bytes of a text and of a draft up to which judging takes about a millisecond: the first quote of a text
/// that is not found letter by letter takes time in proportion to the whole of it.
const SHORT_SOURCE: usize = 40_000;
const SHORT_DRAFT: usize = 20_000;
/// How often faulty places of a piece are asked for anew of the preferred model; then once of another.
const MAX_REPAIRS: usize = 2;

/// What is there of a piece.
struct Draft {
    value: Value,
    left_out: Vec<LeftOut>,
    /// Why parts of it are missing, if some are.
    lacking: Option<Failure>,
}

/// What is to be said of a draft.
enum Verdict {
    /// It is a piece, and nothing more can be gained.
    Good(Box<Made>),
    /// It is a piece, and some items of it could be better.
    Passable(Box<Made>, Vec<Fault>),
    /// It is no piece.
    Invalid(Vec<Violation>, Vec<Fault>),
}

impl Composer<'_> {
    /// Writes the piece, as good as it becomes within two repairs by the preferred model and one by
    /// another.
    pub(super) async fn compose(&self, written: &mut Written) -> Result<Made, Failure> {
        let mut draft = self.first_draft(written).await?;
        let mut passable = None;
        let mut failure = step::broken();
        let last = MAX_REPAIRS + usize::from(self.asker.has_another());
        for round in 0..=last {
            self.smooth(&mut draft);
            let (faults, is_needed) = match self.judge(&mut draft.value, round).await {
                Verdict::Good(made) => return Ok(self.finished(*made, draft.left_out)),
                Verdict::Passable(made, faults) => {
                    passable = Some((made, draft.left_out.clone()));
                    (faults, false)
                }
                Verdict::Invalid(violations, faults) => {
                    self.asker.metrics.validation_failed(self.work.kind.as_str());
                    failure = draft.lacking.clone().unwrap_or_else(|| rejected(&violations));
                    (faults, true)
                }
            };
            if round == last || faults.is_empty() || !self.asker.may_repair(is_needed) {
                break;
            }
            if round == MAX_REPAIRS {
                self.asker.pass_over_home();
            }
            let by_another = round == MAX_REPAIRS;
            if let Err(refused) = self.mend(&mut draft.value, &faults, by_another, written).await {
                failure = refused;
                break;
            }
        }
        match passable {
            // What was a piece before its repair failed still is one.
            Some((made, left_out)) => Ok(self.finished(*made, left_out)),
            None => self.salvaged(draft).await.ok_or(failure),
        }
    }

    /// Asks for all parts side by side and joins them. How many are asked at once is bounded behind the
    /// door. Parts that others can make up for may be missing: what was paid for is not thrown away.
    async fn first_draft(&self, written: &mut Written) -> Result<Draft, Failure> {
        let work = self.work;
        let outline = work.outline.as_deref().and_then(Material::as_outline);
        let slices = plan::plan(work.kind, &work.reading.request, outline, self.fan_out);
        work.live.planned(work.kind, slices.len());
        let asked = slices.iter().map(|slice| self.ask_for(slice).inspect(|_| work.live.came(work.kind)));
        let mut draft = Draft { value: Value::Null, left_out: Vec::new(), lacking: None };
        let mut parts = Vec::new();
        let mut failure = None;
        // All are waited for, also after one has failed: what they cost must be known.
        for (slice, outcome) in slices.iter().zip(join_all(asked).await) {
            match outcome.map(|asked| asked.into_value(written)) {
                Ok(Ok(value)) => parts.push(value),
                Ok(Err(refused)) | Err(refused) if is_missable(slice) => {
                    draft.left_out.push(unwritten(slice));
                    draft.lacking.get_or_insert(refused);
                }
                Ok(Err(refused)) | Err(refused) => failure = failure.or(Some(refused)),
            }
        }
        match failure.or_else(|| draft.lacking.clone().filter(|_| parts.is_empty())) {
            Some(failure) => Err(failure),
            None => Ok(Draft { value: seams::join(parts), ..draft }),
        }
    }

    async fn ask_for(&self, slice: &Slice) -> Result<super::ask::Asked, Failure> {
        let form = shape::of_slice(self.work.kind, slice, self.quotes());
        let part = (!slice.is_whole()).then(|| self.part(slice));
        let task = Task { kind: self.work.kind, fields: &form.fields, aim: slice.aim.clone(), part };
        let prompt = self.asker.shared.task(&task).map_err(unrendered)?;
        let ask = Ask { prompt, schema: Arc::clone(&form.schema), tokens: slice.tokens, why: Why::Planned };
        Ok(self.asker.ask(ask, |value| check_count(slice, value)).await)
    }

    fn smooth(&self, draft: &mut Draft) {
        let language = self.work.reading.language();
        draft.left_out.extend(seams::smooth(self.work.kind, language, &mut draft.value));
    }

    /// Asks for the faulty places anew and puts them into the draft.
    async fn mend(
        &self,
        draft: &mut Value,
        faults: &[Fault],
        by_another: bool,
        written: &mut Written,
    ) -> Result<(), Failure> {
        let kind = self.work.kind;
        tracing::debug!(%kind, by_another, places = faults.len(), "places of a piece are asked for anew");
        let (places, form) = mend::places(kind, draft, faults, self.quotes());
        let showing = mend::showing(draft, faults);
        let prompt = self.asker.shared.repair(kind, &places, &form.fields, showing).map_err(unrendered)?;
        let shown: usize = places.iter().filter_map(|place| place.current.as_ref()).map(String::len).sum();
        let tokens = shown / 3 + 150 * places.len();
        let ask = Ask { prompt, schema: form.schema, tokens, why: Why::Repair { by_another } };
        let check = |value: &Value| {
            let has_one = places.iter().any(|place| value.get(&place.key).is_some());
            if has_one { Ok(()) } else { Err("it has none of the fields asked for".to_owned()) }
        };
        let answer = self.asker.ask(ask, check).await.into_value(written)?;
        mend::merge(draft, faults, answer);
        Ok(())
    }

    /// Judges a draft, here where that is quick, and else on a thread that may take long.
    async fn judge(&self, draft: &mut Value, round: usize) -> Verdict {
        let judged = if is_short(self.work, draft) {
            self.cpu.run_here(|| judged(self.work, draft, round)).await
        } else {
            let (work, mut own) = (self.work.clone(), std::mem::take(draft));
            let judging = move || (judged(&work, &mut own, round), own);
            self.cpu.run(judging).await.map(|(verdict, own)| {
                *draft = own;
                verdict
            })
        };
        judged.unwrap_or_else(|_| Verdict::Invalid(Vec::new(), Vec::new()))
    }

    /// Makes a piece of what is valid of a draft that nobody could mend, if that is enough.
    async fn salvaged(&self, mut draft: Draft) -> Option<Made> {
        // Leaving something out shows at most what stood behind it, so this ends.
        for _ in 0..=MAX_REPAIRS {
            match self.judge(&mut draft.value, MAX_REPAIRS).await {
                Verdict::Good(made) | Verdict::Passable(made, _) => {
                    return Some(self.finished(*made, draft.left_out));
                }
                Verdict::Invalid(violations, _) => {
                    let left_out = salvage::without(self.work.kind, &mut draft.value, &violations)?;
                    draft.left_out.extend(left_out);
                }
            }
        }
        None
    }

    fn finished(&self, made: Made, left_out: Vec<LeftOut>) -> Made {
        let findings: Vec<Finding> =
            left_out.into_iter().map(|each| each.into_finding(self.work.kind)).collect();
        made.without(findings)
    }

    fn part(&self, slice: &Slice) -> Part {
        let outline = self.work.outline.as_deref().and_then(Material::as_outline);
        let headings: Vec<String> =
            outline.into_iter().flat_map(|outline| outline.sections.iter().map(Part::heading)).collect();
        let of =
            |range: std::ops::Range<usize>| headings.get(range).map(<[String]>::to_vec).unwrap_or_default();
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

    fn quotes(&self) -> Quotes {
        match self.work.reading.source {
            Some(_) => Quotes::Wanted,
            None => Quotes::None,
        }
    }
}

/// Tells whether a draft is judged in about a millisecond.
fn is_short(work: &Work, draft: &Value) -> bool {
    let source = work.reading.request.syllabus_text().map_or(0, str::len);
    source <= SHORT_SOURCE && bytes_of(draft) <= SHORT_DRAFT
}

/// Counts the bytes of all texts of a draft.
fn bytes_of(draft: &Value) -> usize {
    match draft {
        Value::String(text) => text.len(),
        Value::Array(entries) => entries.iter().map(bytes_of).sum(),
        Value::Object(fields) => fields.values().map(bytes_of).sum(),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// Checks a draft, and finds what could be mended of it.
fn judged(work: &Work, draft: &mut Value, round: usize) -> Verdict {
    let Work { kind, reading, outline, .. } = work;
    let kind = *kind;
    let outline = outline.as_deref().and_then(Material::as_outline);
    reading.within(outline, |frame| {
        let finished = match pruned(kind, draft, frame) {
            Ok(finished) => finished,
            Err(violations) => {
                let faults = mend::faults(kind, draft, &violations);
                return Verdict::Invalid(violations, faults);
            }
        };
        let setting = Setting { language: reading.language(), source: reading.source.as_deref() };
        let checked = Checked::of(&finished.material, &setting);
        // Items that only could be better are asked for once.
        let faults = if round == 0 { poor_items(&checked.findings) } else { Vec::new() };
        let made = Box::new(screened(finished, checked, frame, &setting));
        if faults.is_empty() { Verdict::Good(made) } else { Verdict::Passable(made, faults) }
    })
}

/// Makes a piece of a draft; what its schema does not know goes where it stands in the way.
fn pruned(kind: Kind, draft: &mut Value, frame: &Frame<'_>) -> Result<Finished, Vec<Violation>> {
    let first = parse(kind, draft, frame);
    if first.is_ok() || !shape::prune(kind, draft) {
        return first;
    }
    parse(kind, draft, frame)
}

/// Finds the items of a valid piece that failed a check.
fn poor_items(findings: &[quality::Finding]) -> Vec<Fault> {
    let mut faults = Vec::new();
    for finding in findings {
        if finding.severity == quality::Severity::Error {
            let message = format!("{}. {}", finding.message, finding.hint);
            mend::add_item(&mut faults, &finding.path, message.trim());
        }
    }
    faults
}

/// Checks whether a part has a list as long as its place in the whole demands: entries that follow the
/// sections one by one cannot be counted any more once they are joined.
fn check_count(slice: &Slice, value: &Value) -> Result<(), String> {
    let Some((list, count)) = &slice.count else {
        return if value.is_object() { Ok(()) } else { Err("it is no JSON object".to_owned()) };
    };
    let has = value.get(list).and_then(Value::as_array).map_or(0, Vec::len);
    let must_match = count.start() == count.end() && *count.start() == slice.group.len();
    match (must_match, has) {
        (true, has) if !count.contains(&has) => {
            let wanted = count.start();
            Err(format!(
                "`{list}` has {has} entries, must have exactly {wanted}: one for each of its sections"
            ))
        }
        (_, 0) => Err(format!("`{list}` is empty or missing")),
        _ => Ok(()),
    }
}

/// Tells whether a piece can do without a part, or ask for its fields one by one: other batches of a
/// list may suffice. A piece without the text on some sections would be a torso.
fn is_missable(slice: &Slice) -> bool {
    match (&slice.speech, &slice.count) {
        _ if slice.is_whole() => false,
        (Some(part), _) => *part != content::Part::MainContent,
        (None, Some((list, _))) => OPEN_LISTS.contains(list),
        (None, None) => true,
    }
}

fn unwritten(slice: &Slice) -> LeftOut {
    let path = slice.count.as_ref().map_or(String::new(), |(list, _)| format!("/{list}"));
    let message = match slice.group.len() {
        0 => format!("a part could not be written at first: {}", slice.what),
        _ => {
            let (first, last) = (slice.group.start + 1, slice.group.end);
            format!(
                "a part could not be written at first: {} (outline sections {first} to {last})",
                slice.what
            )
        }
    };
    LeftOut::new(Seam::Unwritten, path, message)
}

fn rejected(violations: &[Violation]) -> Failure {
    Failure { code: FailureCode::ProviderRejected, ..step::invalid(violations) }
}
