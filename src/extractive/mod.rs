//! Writes every kind from the user's own text, without a model: deterministic, whole sentences,
//! evidence on every item.
//!
//! [`Analysis`] reads a source once; each kind is one file that picks from it. What a text does
//! not carry is left out, and a piece that cannot reach its minimum says what is missing
//! ([`Error::Lacking`]). Fields that code sets (titles, numbers) are left empty for
//! `content::finish`. Words of a language come from `language`.

mod analysis;
mod card_limits;
mod chapter;
mod consequence;
#[cfg(test)]
mod conversation_tests;
mod deed;
mod desk;
mod detailed_reading_material;
mod drawn;
mod facts;
mod faqs;
mod firmness;
mod flashcards;
mod gap;
mod handle;
mod headline;
mod inversion;
mod label;
#[cfg(test)]
mod lessons_tests;
mod list;
mod naming;
mod objectives;
mod one_pager_summary;
mod outline;
#[cfg(test)]
mod outline_tests;
mod passage;
mod phrase;
mod podcast_script;
mod point;
mod put_by_text;
mod question;
mod reading_guide_questions;
#[cfg(test)]
mod reading_tests;
mod reference;
mod sense;
#[cfg(test)]
mod sent_back_tests;
#[cfg(test)]
mod spanish_tests;
mod stated;
mod study_guide;
#[cfg(test)]
mod syllabus_tests;
mod title;
mod unworded;
mod wishes;
mod wording;

pub use analysis::Analysis;
pub use wishes::{Unmet, not_applied, not_reached};

use crate::content::{self, Kind, Outline};

/// Says why a piece could not be written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// The text holds too few whole sentences for any outline.
    #[error("the text has {sentences} usable sentences, an outline needs {needed}")]
    SourceTooThin {
        /// Whole sentences that could be taught from.
        sentences: usize,
        /// The least that an outline needs.
        needed: usize,
    },
    /// The text does not carry the minimum of a kind.
    #[error("{kind}: {what}")]
    Lacking {
        /// The kind that failed.
        kind: Kind,
        /// What is missing, with numbers ("10 flashcards needed, the text gives 6").
        what: String,
    },
    /// The kind needs tables of the text's language, and there are none.
    #[error("{kind}: {what}")]
    NoTables {
        /// The kind that failed.
        kind: Kind,
        /// Which tables, of which language.
        what: String,
    },
    /// Another language than the text's was asked for.
    #[error("the text is in {text} and cannot be written in {wanted} without a model")]
    CannotTranslate {
        /// Two-letter code of the text's language.
        text: String,
        /// The language asked for.
        wanted: String,
    },
    /// The piece needs an outline and none was given.
    #[error("{kind} needs an outline")]
    NoOutline {
        /// The kind that was asked for.
        kind: Kind,
    },
}

/// Writes one piece; the fields that code sets are left empty.
///
/// # Errors
/// Returns [`Error::Lacking`] if the text does not carry the kind's minimum, [`Error::NoTables`] if the
/// kind cannot be made in the text's language, [`Error::NoOutline`] if a piece other than the outline is
/// asked for without one.
pub fn write(kind: Kind, analysis: &Analysis, outline: Option<&Outline>) -> Result<content::Piece, Error> {
    if kind == Kind::Outline {
        return outline::write(analysis).map(Into::into);
    }
    let outline = outline.ok_or(Error::NoOutline { kind })?;
    unworded::is_made(kind, analysis)?;
    match kind {
        Kind::Faqs => faqs::write(analysis, outline).map(Into::into),
        Kind::Flashcards => flashcards::write(analysis, outline).map(Into::into),
        Kind::PodcastScript => podcast_script::write(analysis, outline).map(Into::into),
        Kind::StudyGuide => study_guide::write(analysis, outline).map(Into::into),
        Kind::OnePagerSummary => one_pager_summary::write(analysis, outline).map(Into::into),
        Kind::DetailedReadingMaterial => detailed_reading_material::write(analysis, outline).map(Into::into),
        Kind::ReadingGuideQuestions => reading_guide_questions::write(analysis, outline).map(Into::into),
        Kind::Outline => Err(Error::NoOutline { kind }),
    }
}

#[cfg(test)]
mod tests;
