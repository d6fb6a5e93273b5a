//! From a writer's work to a valid piece, and the piece as the rest of the system holds it.

use std::cmp::Reverse;
use std::fmt;

use serde::{Deserialize as _, Serialize};
use serde_json::Value;

use super::{
    Content, DetailedReadingMaterial, Document, Evidence, Faqs, Flashcards, Frame, Kind, OnePagerSummary,
    Outline, PodcastScript, ReadingGuideQuestions, StudyGuide, Violation, bounds, rules, schema,
};

/// A piece that is valid by construction: it can only be made by [`parse`], [`finish`],
/// [`Material::stored`] or [`Material::without`].
#[derive(Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(Debug))]
#[serde(transparent)]
pub struct Material(Piece);

/// The eight pieces.
#[derive(Clone, PartialEq, Serialize)]
#[cfg_attr(test, derive(Debug))]
#[serde(untagged)]
pub enum Piece {
    /// See [`Outline`].
    Outline(Outline),
    /// See [`PodcastScript`].
    PodcastScript(PodcastScript),
    /// See [`StudyGuide`].
    StudyGuide(StudyGuide),
    /// See [`OnePagerSummary`].
    OnePagerSummary(OnePagerSummary),
    /// See [`DetailedReadingMaterial`].
    DetailedReadingMaterial(DetailedReadingMaterial),
    /// See [`Faqs`].
    Faqs(Faqs),
    /// See [`Flashcards`].
    Flashcards(Flashcards),
    /// See [`ReadingGuideQuestions`].
    ReadingGuideQuestions(ReadingGuideQuestions),
}

/// A valid piece, and the quotes that had to be left out because the text does not hold them.
#[derive(Clone, Debug, PartialEq)]
pub struct Finished {
    /// The piece.
    pub material: Material,
    /// One entry for each quote that was dropped, with the path where it stood.
    pub unanchored: Vec<Violation>,
}

/// Makes a piece from a draft as a writer returns it in JSON.
///
/// # Errors
/// Returns all violations of the draft schema; if there are none, texts with control characters; if there are
/// none of these, the violations of [`finish`].
pub fn parse(kind: Kind, draft: &Value, frame: &Frame<'_>) -> Result<Finished, Vec<Violation>> {
    let mut violations = schema::draft_violations(kind, draft);
    if violations.is_empty() {
        rules::no_control_characters(draft, &mut violations);
    }
    if !violations.is_empty() {
        return Err(violations);
    }
    let unreadable = |error: serde_json::Error| vec![Violation::new("", error.to_string())];
    let piece = Piece::deserialize(kind, draft).or_else(|_| {
        // JSON Schema takes 3.0 for a whole number, serde does not.
        let mut draft = draft.clone();
        schema::whole_numbers(&mut draft);
        Piece::deserialize(kind, &draft)
    });
    finish(piece.map_err(unreadable)?, frame)
}

/// Completes and checks a piece whose code-set fields may still be empty.
///
/// # Errors
/// Returns all violations of the piece schema, of the request's bounds and of the kind's rules.
pub fn finish(piece: impl Into<Piece>, frame: &Frame<'_>) -> Result<Finished, Vec<Violation>> {
    let mut piece: Piece = piece.into();
    let kind = piece.kind();
    piece.complete(frame);
    let unreadable = |error: serde_json::Error| vec![Violation::new("", error.to_string())];
    let unanchored = anchor_all(&mut piece, frame);
    let value = serde_json::to_value(&piece).map_err(unreadable)?;
    let mut violations = schema::piece_violations(kind, &value);
    bounds::check(kind, frame.request, &value, &mut violations);
    rules::no_blank_text(&value, &mut violations);
    piece.rules(frame, &mut violations);
    if violations.is_empty() {
        Ok(Finished { material: Material(piece), unanchored })
    } else {
        Err(violations)
    }
}

impl Material {
    /// Reads a piece back from a record or a file.
    ///
    /// # Errors
    /// Returns all violations of the piece schema.
    pub fn stored(kind: Kind, value: Value) -> Result<Material, Vec<Violation>> {
        let violations = schema::piece_violations(kind, &value);
        if !violations.is_empty() {
            return Err(violations);
        }
        Piece::deserialize(kind, &value)
            .map(Material)
            .map_err(|error| vec![Violation::new("", error.to_string())])
    }

    /// Returns the piece.
    #[must_use]
    pub fn piece(&self) -> &Piece {
        &self.0
    }

    /// Returns the piece's kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        self.0.kind()
    }

    /// Returns the outline, if this is one.
    #[must_use]
    pub fn as_outline(&self) -> Option<&Outline> {
        match &self.0 {
            Piece::Outline(outline) => Some(outline),
            _ => None,
        }
    }

    /// Projects the piece onto the neutral form.
    #[must_use]
    pub fn document(&self, language: &str) -> Document {
        self.0.document(language)
    }

    /// Leaves out the items at those JSON pointers (`/items/3`), if what remains is still valid. A
    /// pointer counts in the piece as it is, whatever else is left out. Objectives of an outline may
    /// only be left out before other pieces name them by number.
    ///
    /// # Errors
    /// Returns the violations that the shortened piece would have, or the pointers that name no item
    /// of a list; the piece itself is unchanged.
    pub fn without(&self, pointers: &[String], frame: &Frame<'_>) -> Result<Material, Vec<Violation>> {
        let unreadable = |error: serde_json::Error| vec![Violation::new("", error.to_string())];
        let mut value = serde_json::to_value(&self.0).map_err(unreadable)?;
        let mut unknown = Vec::new();
        let mut places = Vec::new();
        for pointer in pointers {
            match array_place(pointer).filter(|_| value.pointer(pointer).is_some()) {
                Some(place) => places.push(place),
                None => unknown.push(Violation::new(pointer.as_str(), "names no item that can be left out")),
            }
        }
        if !unknown.is_empty() {
            return Err(unknown);
        }
        // The last of a list first, and what lies deeper before what it lies in: no pointer moves
        // before its turn.
        places.sort_by_key(|(list, index)| (Reverse(list.matches('/').count()), *list, Reverse(*index)));
        places.dedup();
        for (list, index) in places {
            if let Some(items) = value.pointer_mut(list).and_then(Value::as_array_mut) {
                items.remove(index);
            }
            if list == "/learning_objectives" {
                forget_objective(&mut value, index);
            }
        }
        finish(Piece::deserialize(self.kind(), &value).map_err(unreadable)?, frame)
            .map(|finished| finished.material)
    }
}

fn array_place(pointer: &str) -> Option<(&str, usize)> {
    let (list, index) = pointer.rsplit_once('/')?;
    Some((list, index.parse().ok()?))
}

/// Takes an objective out of the sections of its outline, and closes the gap in the numbers.
fn forget_objective(outline: &mut Value, index: usize) {
    let sections = outline.get_mut("sections").and_then(Value::as_array_mut);
    for section in sections.into_iter().flatten() {
        let Some(numbers) = section.get_mut("objectives").and_then(Value::as_array_mut) else { continue };
        let gone = u64::try_from(index).unwrap_or(u64::MAX).saturating_add(1);
        numbers.retain(|number| number.as_u64() != Some(gone));
        for number in numbers {
            if let Some(later) = number.as_u64().filter(|number| *number > gone) {
                *number = Value::from(later - 1);
            }
        }
    }
}

impl Piece {
    /// Returns the kind.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Piece::Outline(_) => Kind::Outline,
            Piece::PodcastScript(_) => Kind::PodcastScript,
            Piece::StudyGuide(_) => Kind::StudyGuide,
            Piece::OnePagerSummary(_) => Kind::OnePagerSummary,
            Piece::DetailedReadingMaterial(_) => Kind::DetailedReadingMaterial,
            Piece::Faqs(_) => Kind::Faqs,
            Piece::Flashcards(_) => Kind::Flashcards,
            Piece::ReadingGuideQuestions(_) => Kind::ReadingGuideQuestions,
        }
    }

    fn deserialize(kind: Kind, value: &Value) -> Result<Piece, serde_json::Error> {
        Ok(match kind {
            Kind::Outline => Piece::Outline(Outline::deserialize(value)?),
            Kind::PodcastScript => Piece::PodcastScript(PodcastScript::deserialize(value)?),
            Kind::StudyGuide => Piece::StudyGuide(StudyGuide::deserialize(value)?),
            Kind::OnePagerSummary => Piece::OnePagerSummary(OnePagerSummary::deserialize(value)?),
            Kind::DetailedReadingMaterial => {
                Piece::DetailedReadingMaterial(DetailedReadingMaterial::deserialize(value)?)
            }
            Kind::Faqs => Piece::Faqs(Faqs::deserialize(value)?),
            Kind::Flashcards => Piece::Flashcards(Flashcards::deserialize(value)?),
            Kind::ReadingGuideQuestions => {
                Piece::ReadingGuideQuestions(ReadingGuideQuestions::deserialize(value)?)
            }
        })
    }

    fn complete(&mut self, frame: &Frame<'_>) {
        match self {
            Piece::Outline(piece) => piece.complete(frame),
            Piece::PodcastScript(piece) => piece.complete(frame),
            Piece::StudyGuide(piece) => piece.complete(frame),
            Piece::OnePagerSummary(piece) => piece.complete(frame),
            Piece::DetailedReadingMaterial(piece) => piece.complete(frame),
            Piece::Faqs(piece) => piece.complete(frame),
            Piece::Flashcards(piece) => piece.complete(frame),
            Piece::ReadingGuideQuestions(piece) => piece.complete(frame),
        }
    }

    fn each_evidence(&mut self, visit: &mut dyn FnMut(fmt::Arguments<'_>, &mut Vec<Evidence>)) {
        match self {
            Piece::Outline(piece) => piece.each_evidence(visit),
            Piece::PodcastScript(piece) => piece.each_evidence(visit),
            Piece::StudyGuide(piece) => piece.each_evidence(visit),
            Piece::OnePagerSummary(piece) => piece.each_evidence(visit),
            Piece::DetailedReadingMaterial(piece) => piece.each_evidence(visit),
            Piece::Faqs(piece) => piece.each_evidence(visit),
            Piece::Flashcards(piece) => piece.each_evidence(visit),
            Piece::ReadingGuideQuestions(piece) => piece.each_evidence(visit),
        }
    }

    fn rules(&self, frame: &Frame<'_>, violations: &mut Vec<Violation>) {
        match self {
            Piece::Outline(piece) => piece.rules(frame, violations),
            Piece::PodcastScript(piece) => piece.rules(frame, violations),
            Piece::StudyGuide(piece) => piece.rules(frame, violations),
            Piece::OnePagerSummary(piece) => piece.rules(frame, violations),
            Piece::DetailedReadingMaterial(piece) => piece.rules(frame, violations),
            Piece::Faqs(piece) => piece.rules(frame, violations),
            Piece::Flashcards(piece) => piece.rules(frame, violations),
            Piece::ReadingGuideQuestions(piece) => piece.rules(frame, violations),
        }
    }

    fn document(&self, language: &str) -> Document {
        match self {
            Piece::Outline(piece) => piece.document(language),
            Piece::PodcastScript(piece) => piece.document(language),
            Piece::StudyGuide(piece) => piece.document(language),
            Piece::OnePagerSummary(piece) => piece.document(language),
            Piece::DetailedReadingMaterial(piece) => piece.document(language),
            Piece::Faqs(piece) => piece.document(language),
            Piece::Flashcards(piece) => piece.document(language),
            Piece::ReadingGuideQuestions(piece) => piece.document(language),
        }
    }
}

impl From<Outline> for Piece {
    fn from(piece: Outline) -> Piece {
        Piece::Outline(piece)
    }
}
impl From<PodcastScript> for Piece {
    fn from(piece: PodcastScript) -> Piece {
        Piece::PodcastScript(piece)
    }
}
impl From<StudyGuide> for Piece {
    fn from(piece: StudyGuide) -> Piece {
        Piece::StudyGuide(piece)
    }
}
impl From<OnePagerSummary> for Piece {
    fn from(piece: OnePagerSummary) -> Piece {
        Piece::OnePagerSummary(piece)
    }
}
impl From<DetailedReadingMaterial> for Piece {
    fn from(piece: DetailedReadingMaterial) -> Piece {
        Piece::DetailedReadingMaterial(piece)
    }
}
impl From<Faqs> for Piece {
    fn from(piece: Faqs) -> Piece {
        Piece::Faqs(piece)
    }
}
impl From<Flashcards> for Piece {
    fn from(piece: Flashcards) -> Piece {
        Piece::Flashcards(piece)
    }
}
impl From<ReadingGuideQuestions> for Piece {
    fn from(piece: ReadingGuideQuestions) -> Piece {
        Piece::ReadingGuideQuestions(piece)
    }
}

/// Replaces every piece of evidence by the true passage, and drops those that the text does not
/// hold.
fn anchor_all(piece: &mut Piece, frame: &Frame<'_>) -> Vec<Violation> {
    let mut dropped = Vec::new();
    piece.each_evidence(&mut |place, passages| {
        for (index, passage) in std::mem::take(passages).into_iter().enumerate() {
            match (frame.anchor)(&passage) {
                Some(anchored) => passages.push(anchored),
                None => dropped
                    .push(Violation::new(format!("{place}/{index}"), "is not in the source word for word")),
            }
        }
    });
    dropped
}
