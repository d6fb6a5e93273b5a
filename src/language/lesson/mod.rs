//! What is written around the text's own words in guides and readings, and the questions to read
//! with: one table for each language.
//!
//! Places: `{topic}` the subject, `{count}` a number, `{first}`, `{last}`, `{section}`, `{other}` titles
//! of sections in quotation marks, `{claim}` a statement of the text in quotation marks, `{terms}` a list, `{x}`, `{y}`, `{z}` key terms as noun phrases with
//! their article, `{xq}`, `{yq}`, `{zq}` the bare terms in quotation marks, which need no inflection.

mod de;
mod en;
mod es;
mod fr;

use crate::content::BloomLevel;

/// The phrases of one language.
#[derive(Debug)]
pub struct Lesson {
    /// Opening and closing quotation mark, with the space that belongs inside.
    pub quotation: (&'static str, &'static str),
    /// The numbers from zero to fifteen as words, parted by spaces.
    pub numbers: &'static str,
    /// "and" before the last entry of a list.
    pub and: &'static str,
    /// How a term stands in a list.
    pub terms: TermStyle,
    /// Says what a study guide covers; `{count}`, `{first}`, `{last}`.
    pub guide_overview: &'static str,
    /// Says again what a study guide covered; `{first}`, `{last}`.
    pub guide_summary: &'static str,
    /// Names the concepts of a study guide; `{terms}`.
    pub guide_concepts: &'static str,
    /// Leads into what sums the whole up.
    pub points: &'static str,
    /// Takes up one of up to four points after another, the last one for the last; `{point}` as it
    /// stands inside a sentence.
    pub point: [&'static str; 4],
    /// Says what a reading covers; `{count}`, `{first}`, `{last}`.
    pub reading_introduction: &'static str,
    /// Says again what a reading covered; `{first}`, `{last}`.
    pub reading_conclusion: &'static str,
    /// Names the terms of a reading; `{terms}`.
    pub reading_terms: &'static str,
    /// Words and phrases that make a sentence lean on others wherever they stand in it: it never sets
    /// out anew. Lower case.
    pub leaning: &'static [&'static str],
    /// Words with which a conclusion is drawn, parted by spaces. Lower case.
    pub concluding: &'static str,
    /// Words and phrases that add to something; a statement that is to be kept in mind has none of
    /// them. Lower case.
    pub adding: &'static [&'static str],
    /// What a sentence announces that only the next one says.
    pub announcing: Announcing,
    /// Questions to read with, the best first within each need.
    pub questions: &'static [ReadingPhrase],
}

/// Words of short sentences that announce what follows ("There are two reasons."). Lower case.
#[derive(Debug)]
pub struct Announcing {
    /// Words that count, parted by spaces.
    pub numbers: &'static str,
    /// Nouns that are counted, parted by spaces.
    pub nouns: &'static str,
    /// Phrases that announce by themselves.
    pub phrases: &'static [&'static str],
}

/// How a key term stands in a phrase.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TermStyle {
    /// With its article, as in running text.
    Phrase,
    /// Bare, in quotation marks.
    Quoted,
}

/// A question with places.
#[derive(Debug)]
pub struct ReadingPhrase {
    /// What the text must offer.
    pub need: Need,
    /// The level that the question asks for.
    pub level: BloomLevel,
    /// The question.
    pub text: &'static str,
}

/// What a section must offer for a question about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Need {
    /// A definition of `{x}`.
    Definition,
    /// A contrast between `{x}` and `{y}`.
    Contrast,
    /// A reason for the statement `{claim}`.
    Cause,
    /// A general statement of a section that says more, `{claim}`.
    Statement,
    /// Steps that follow one another.
    Sequence,
    /// An example that concerns `{x}`.
    Example,
    /// A statement with figures, `{claim}`.
    Figures,
    /// `{x}` and `{y}`, both explained, in one sentence.
    Pair,
    /// Two or more definitions.
    Vocabulary,
    /// A section and one after it, `{other}`.
    TwoSections,
    /// `{x}`, `{y}` and `{z}` of different sections.
    Whole,
    /// Nothing but the section.
    Section,
}

/// Returns the phrases of the language with that two-letter code.
#[must_use]
pub fn lesson(language: &str) -> Option<&'static Lesson> {
    match language {
        "en" => Some(&en::LESSON),
        "es" => Some(&es::LESSON),
        "fr" => Some(&fr::LESSON),
        "de" => Some(&de::LESSON),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::lesson;

    #[test]
    fn every_question_ends_as_one_and_has_a_handle_in_the_text() {
        for language in ["en", "es", "fr", "de"] {
            for phrase in lesson(language).unwrap().questions {
                assert!(phrase.text.ends_with('?'), "{language}: {}", phrase.text);
                assert!(phrase.text.contains('{'), "{language}: {}", phrase.text);
            }
        }
    }
}
