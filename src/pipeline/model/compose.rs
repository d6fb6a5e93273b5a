//! One piece from its plan to its end: parts asked for side by side, joined, judged, mended.

use std::ops::Range;
use std::sync::Arc;

use futures_util::FutureExt;
use futures_util::future::join_all;
use serde_json::Value;

use super::ask::{Ask, Asker, Why};
use super::left_out::{LeftOut, Seam};
use super::mend::{self, Fault, OPEN_LISTS, Unit};
use super::plan::{self, Slice};
use super::shape::{self, Grounds, Quotes};
use super::{Work, Written, headings, salvage, seams, unrendered};
use crate::content::{self, Finished, Frame, Kind, Material, Section, Violation, parse};
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
    /// Entries that treat none of the outline's sections, or one that another treats.
    strays: Vec<usize>,
    /// How many items its lists are planned to have.
    planned: Vec<(&'static str, usize)>,
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
            let verdict = self.judge(&mut draft.value, round).await;
            // What the plan asks for is missed once; what the kind demands is a violation each time.
            let beside = if round == 0 { self.beside_the_plan(&draft) } else { Vec::new() };
            let (faults, is_needed) = match verdict.with(beside) {
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
        let planned = planned_items(&slices);
        let mut draft =
            Draft { value: Value::Null, left_out: Vec::new(), strays: Vec::new(), planned, lacking: None };
        let mut parts = Vec::new();
        let mut failure = None;
        // All are waited for, also after one has failed: what they cost must be known.
        for (slice, outcome) in slices.iter().zip(join_all(asked).await) {
            match outcome.map(|asked| asked.into_value(written)) {
                Ok(Ok(mut value)) => {
                    let own = slice.group.clone();
                    let strays = headings::arrange(work.kind, &self.titles(own.clone()), &mut value);
                    draft.strays.extend(strays.into_iter().map(|place| own.start + place));
                    parts.push(value);
                }
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
        let form = shape::of_slice(self.work.kind, slice, self.grounds());
        let part = (!slice.is_whole()).then(|| self.part(slice));
        let (kind, aim) = (self.work.kind, slice.aim.clone());
        let task = Task { kind, fields: &form.fields, asks: &form.names, aim, part };
        let prompt = self.asker.shared.task(&task).map_err(unrendered)?;
        let open_list = match form.names.as_slice() {
            [list] if OPEN_LISTS.contains(&list.as_str()) => Some(list.clone()),
            _ => None,
        };
        let (schema, tokens) = (Arc::clone(&form.schema), slice.tokens);
        let ask = Ask { prompt, schema, tokens, open_list, why: Why::Planned };
        Ok(self.asker.ask(ask, |value| check_count(slice, value)).await)
    }

    fn smooth(&self, draft: &mut Draft) {
        let language = self.work.reading.language();
        draft.left_out.extend(seams::smooth(self.work.kind, language, &mut draft.value));
        headings::set(self.work.kind, &self.titles(0..usize::MAX), &mut draft.value);
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
        let (places, form) = mend::places(kind, draft, faults, self.grounds());
        let showing = mend::showing(draft, faults);
        let prompt = self.asker.shared.repair(kind, &places, &form.fields, showing).map_err(unrendered)?;
        let shown: usize = places.iter().filter_map(|place| place.current.as_ref()).map(String::len).sum();
        let more: usize = faults.iter().map(|fault| fault.unit.items()).sum();
        let tokens = shown / 3 + 150 * (places.len() + more);
        let open_list = match (faults, places.as_slice()) {
            ([fault], [place]) if fault.unit.items() > 0 => Some(place.key.clone()),
            _ => None,
        };
        let ask = Ask { prompt, schema: form.schema, tokens, open_list, why: Why::Repair { by_another } };
        let check = |value: &Value| {
            let has_one = places.iter().any(|place| value.get(&place.key).is_some());
            if has_one { Ok(()) } else { Err("it has none of the fields asked for".to_owned()) }
        };
        let answer = self.asker.ask(ask, check).await.into_value(written)?;
        mend::merge(draft, faults, answer);
        let is_of_sections = |fault: &Fault| fault.unit.is_whole_list(headings::list(kind));
        if faults.iter().any(is_of_sections) {
            headings::arrange(kind, &self.titles(0..usize::MAX), draft);
        }
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
        let headings: Vec<String> = self.sections().iter().map(Part::heading).collect();
        let of = |range: Range<usize>| headings.get(range).map(<[String]>::to_vec).unwrap_or_default();
        let Range { start, end } = slice.own_sections();
        // Beside what is about the whole there is nothing.
        let has_place = slice.speech.is_some() || start < end;
        let beside = |range: Range<usize>| if has_place { of(range) } else { Vec::new() };
        Part {
            what: slice.what.to_owned(),
            before: beside(start.saturating_sub(1)..start),
            sections: of(start..end),
            after: beside(end..(end + 1).min(headings.len())),
            opens: slice.opens,
            closes: slice.closes,
            is_list: slice.is_list(),
            speech: slice.speech,
        }
    }

    /// Finds what of a draft is not as it was planned, though it may be valid: too few items, and entries that
    /// do not treat their section.
    fn beside_the_plan(&self, draft: &Draft) -> Vec<Fault> {
        let stray = |place: &usize| {
            let list = headings::list(self.work.kind)?;
            let message = format!("is to treat section {} of the outline, under its title", place + 1);
            Some(Fault { unit: Unit::Item(list.to_owned(), *place), messages: vec![message] })
        };
        draft.strays.iter().filter_map(stray).chain(missing_items(draft)).collect()
    }

    fn sections(&self) -> &[Section] {
        let outline = self.work.outline.as_deref().and_then(Material::as_outline);
        outline.map(|outline| outline.sections.as_slice()).unwrap_or_default()
    }

    /// Returns the titles of those sections of the outline, as far as it has them.
    fn titles(&self, range: Range<usize>) -> Vec<&str> {
        let sections = self.sections().iter().map(|section| section.title.as_str());
        sections.skip(range.start).take(range.len()).collect()
    }

    fn grounds(&self) -> Grounds {
        let outline = self.work.outline.as_deref().and_then(Material::as_outline);
        let quotes = match self.work.reading.source {
            Some(_) => Quotes::Wanted,
            None => Quotes::None,
        };
        Grounds { quotes, objectives: outline.map(|outline| outline.learning_objectives.len()) }
    }
}

impl Verdict {
    /// Adds what is not as it was planned to what is to be asked for.
    fn with(self, beside: Vec<Fault>) -> Verdict {
        match self {
            Verdict::Good(made) if beside.is_empty() => Verdict::Good(made),
            Verdict::Good(made) => Verdict::Passable(made, beside),
            Verdict::Passable(made, faults) => Verdict::Passable(made, mend::together(faults, beside)),
            Verdict::Invalid(violations, faults) => {
                Verdict::Invalid(violations, mend::together(faults, beside))
            }
        }
    }
}

/// Counts the items that the batches of each list are planned to bring.
fn planned_items(slices: &[Slice]) -> Vec<(&'static str, usize)> {
    let mut planned: Vec<(&'static str, usize)> = Vec::new();
    for (list, count) in
        slices.iter().filter(|slice| slice.is_list()).filter_map(|slice| slice.count.as_ref())
    {
        match planned.iter_mut().find(|(known, _)| known == list) {
            Some((_, items)) => *items += count.start(),
            None => planned.push((list, *count.start())),
        }
    }
    planned
}

/// Finds what a draft has fewer of than was planned: a batch brought less than it was asked for, or said
/// what another says.
fn missing_items(draft: &Draft) -> Vec<Fault> {
    let missing = |(list, planned): &(&'static str, usize)| {
        let has = draft.value.get(list).and_then(Value::as_array).map_or(0, Vec::len);
        let messages = vec![format!("has {has} of {planned} items that were planned")];
        (has < *planned).then(|| Fault { unit: Unit::More((*list).to_owned(), planned - has), messages })
    };
    draft.planned.iter().filter_map(missing).collect()
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
