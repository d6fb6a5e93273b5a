//! The closed list of what can be made. Everything that differs by kind hangs off this enum;
//! the struct of each kind lives in the file of its name.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// Names a kind of teaching material. The outline is always made, and made first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The master outline that every other piece follows.
    Outline,
    /// A script for two voices.
    PodcastScript,
    /// Key concepts, a structured text and a summary to study from.
    StudyGuide,
    /// One page: an executive summary, takeaways and a short text.
    OnePagerSummary,
    /// A reading with one section for each section of the outline.
    DetailedReadingMaterial,
    /// Questions a learner would ask, with answers.
    Faqs,
    /// Term and definition cards.
    Flashcards,
    /// Questions to read the source with.
    ReadingGuideQuestions,
}

impl Kind {
    /// All eight kinds, the outline first, in the order in which they are listed to users.
    pub const ALL: [Kind; 8] = [
        Kind::Outline,
        Kind::PodcastScript,
        Kind::StudyGuide,
        Kind::OnePagerSummary,
        Kind::DetailedReadingMaterial,
        Kind::Faqs,
        Kind::Flashcards,
        Kind::ReadingGuideQuestions,
    ];

    /// The seven kinds that are made from a finished outline.
    pub const PIECES: [Kind; 7] = [
        Kind::PodcastScript,
        Kind::StudyGuide,
        Kind::OnePagerSummary,
        Kind::DetailedReadingMaterial,
        Kind::Faqs,
        Kind::Flashcards,
        Kind::ReadingGuideQuestions,
    ];

    /// Returns the name used on the wire, in file names and in metrics labels.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Kind::Outline => "outline",
            Kind::PodcastScript => "podcast_script",
            Kind::StudyGuide => "study_guide",
            Kind::OnePagerSummary => "one_pager_summary",
            Kind::DetailedReadingMaterial => "detailed_reading_material",
            Kind::Faqs => "faqs",
            Kind::Flashcards => "flashcards",
            Kind::ReadingGuideQuestions => "reading_guide_questions",
        }
    }

    /// Finds the kind of that wire name.
    #[must_use]
    pub fn from_name(name: &str) -> Option<Kind> {
        Kind::ALL.into_iter().find(|kind| kind.as_str() == name)
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(self.as_str())
    }
}
