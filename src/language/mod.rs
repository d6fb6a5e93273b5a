//! What is known about a language: words, verbs by level, patterns and phrases, one file a language.
//!
//! Plain tables, so that a language is added by filling one `Language`. Who reads them with what
//! intent is not known here: `extractive` writes with them, `quality` checks with them.

mod bare_article;
pub mod cues;
mod de;
mod dropping;
mod en;
mod es;
mod fr;
pub mod lesson;
mod lexicon;
mod neutral;
mod phrases;
pub mod script;
pub mod speech;
mod stem;
pub mod syllabus;
mod table;

pub use dropping::{Dropping, DroppingWords};
pub use lexicon::Lexicon;
pub use phrases::{Frame, ObjectivePhrase, Phrases, QuestionPhrase, Use, Why};
pub use stem::Stemmer;
pub use table::{
    Articles, DefinitionPattern, Form, Head, Language, Patterns, Standard, Tense, VerbForm, Verbs, Words,
};

/// Returns the tables of a language by its two-letter ISO 639-1 code; a language without tables of
/// its own gets neutral ones, whose code is `und`.
#[must_use]
pub fn language(code: &str) -> &'static Language {
    match code {
        "en" => &en::ENGLISH,
        "es" => &es::SPANISH,
        "fr" => &fr::FRENCH,
        "de" => &de::GERMAN,
        _ => &neutral::NEUTRAL,
    }
}
