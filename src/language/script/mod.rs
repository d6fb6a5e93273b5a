//! What two voices say around quoted matter: greetings, transitions, questions, leads and farewells,
//! one table for each language.
//!
//! Every phrase is a whole sentence or several, so that a quoted sentence follows it unchanged; only what
//! leads into a takeaway ends with a colon. The
//! places `{topic}`, `{section}`, `{first}`, `{middle}`, `{last}`, `{term}` (a noun phrase with its article) and
//! `{name}` (a term in quotation marks) take words of the source; phrases are chosen so that these
//! words need no inflection. How a quoted sentence itself is made
//! speakable is the business of `speech`; who says what is decided by the extractive writer.

mod de;
mod en;
mod es;
mod fr;

/// Phrases that say the same thing in different words; a script takes them in turn.
pub type Phrases = &'static [&'static str];

/// The phrases of a script in one language.
#[derive(Debug)]
pub struct Script {
    /// Opening of the first turn; `{topic}`.
    pub welcome: Phrases,
    /// Leads into a sentence that shows why the topic matters.
    pub importance: Phrases,
    /// The host asks why the topic matters, before a sentence that says what follows from it.
    pub stakes: Phrases,
    /// The guest's first words, before a sentence that says what the topic is.
    pub thanks: Phrases,
    /// Names two or more sections; `{first}`, `{middle}`, `{last}`.
    pub preview: Phrases,
    /// As `preview`, for so many sections that only some of the middle ones are named.
    pub long_preview: Phrases,
    /// Hands over to the first section; `{section}`.
    pub first_section: Phrases,
    /// Hands over to a later section; `{section}`.
    pub next_section: Phrases,
    /// Hands over to the last section; `{section}`.
    pub last_section: Phrases,
    /// Leads into a section whose title is itself a question.
    pub question_section: Phrases,
    /// The host's questions, by what the answer is.
    pub questions: Questions,
    /// The host's leads into a sentence of its own, by what that sentence is.
    pub additions: Additions,
    /// Short words with which the guest takes up a question.
    pub replies: Phrases,
    /// The host asks what to take away.
    pub closing: Phrases,
    /// Leads into the first thing to take away, which follows the colon.
    pub first_takeaway: Phrases,
    /// Leads into the second.
    pub second_takeaway: Phrases,
    /// The host leads into the third.
    pub third_takeaway: Phrases,
    /// The host's last words.
    pub farewell: Phrases,
    /// Advice for those who speak the script.
    pub speaker_notes: &'static str,
}

/// Questions of the host. Those of `definition` and `term` take `{term}` or `{name}`.
#[derive(Debug)]
pub struct Questions {
    /// Opens a section.
    pub opening: Phrases,
    /// Asks what a term means.
    pub definition: Phrases,
    /// Asks about a term.
    pub term: Phrases,
    /// Asks for an example.
    pub example: Phrases,
    /// Asks what comes next in a course of events.
    pub sequence: Phrases,
    /// Asks for figures.
    pub figures: Phrases,
    /// Asks how it came about.
    pub history: Phrases,
    /// Asks to go into what the host has just announced.
    pub announced: Phrases,
    /// Asks for more of a section; `{section}`.
    pub section: Phrases,
    /// Asks to go on.
    pub more: Phrases,
}

/// Leads with which the host brings in a sentence of its own.
#[derive(Debug)]
pub struct Additions {
    /// Before a definition.
    pub definition: Phrases,
    /// Before an example.
    pub example: Phrases,
    /// Before a contrast.
    pub contrast: Phrases,
    /// Before a reason.
    pub cause: Phrases,
    /// Before figures.
    pub figures: Phrases,
    /// Before something dated.
    pub history: Phrases,
    /// Before anything else.
    pub plain: Phrases,
}

/// Returns the phrases of the language with that two-letter code.
#[must_use]
pub fn script(language: &str) -> Option<&'static Script> {
    match language {
        "en" => Some(&en::SCRIPT),
        "es" => Some(&es::SCRIPT),
        "fr" => Some(&fr::SCRIPT),
        "de" => Some(&de::SCRIPT),
        _ => None,
    }
}

impl Script {
    /// Returns every table of the script with a name, for checks that run over all of them.
    #[must_use]
    pub fn tables(&self) -> Vec<(&'static str, Phrases)> {
        let (questions, additions) = (&self.questions, &self.additions);
        vec![
            ("welcome", self.welcome),
            ("importance", self.importance),
            ("thanks", self.thanks),
            ("preview", self.preview),
            ("long_preview", self.long_preview),
            ("first_section", self.first_section),
            ("next_section", self.next_section),
            ("last_section", self.last_section),
            ("question_section", self.question_section),
            ("replies", self.replies),
            ("closing", self.closing),
            ("first_takeaway", self.first_takeaway),
            ("second_takeaway", self.second_takeaway),
            ("third_takeaway", self.third_takeaway),
            ("farewell", self.farewell),
            ("questions.opening", questions.opening),
            ("questions.definition", questions.definition),
            ("questions.term", questions.term),
            ("questions.example", questions.example),
            ("questions.sequence", questions.sequence),
            ("questions.figures", questions.figures),
            ("questions.history", questions.history),
            ("questions.announced", questions.announced),
            ("questions.section", questions.section),
            ("questions.more", questions.more),
            ("additions.definition", additions.definition),
            ("additions.example", additions.example),
            ("additions.contrast", additions.contrast),
            ("additions.cause", additions.cause),
            ("additions.figures", additions.figures),
            ("additions.history", additions.history),
            ("additions.plain", additions.plain),
        ]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::script;

    #[test]
    fn every_phrase_is_a_whole_sentence_and_stands_in_one_table_only() {
        for language in ["en", "es", "fr", "de"] {
            let mut seen = BTreeSet::new();
            for (name, phrases) in script(language).unwrap().tables() {
                assert!(phrases.len() >= 2, "{language} {name} cannot vary");
                for phrase in phrases {
                    let leads = name.ends_with("_takeaway") && phrase.ends_with(':');
                    let whole = phrase.ends_with(['.', '?', '!']);
                    assert!(whole || leads, "{language} {name}: {phrase}");
                    assert!(seen.insert(*phrase), "{language} {name} repeats: {phrase}");
                }
            }
        }
    }

    #[test]
    fn every_phrase_has_the_places_of_its_table_and_no_other() {
        for language in ["en", "es", "fr", "de"] {
            for (name, phrases) in script(language).unwrap().tables() {
                let places: &[&str] = match name {
                    "welcome" => &["{topic}"],
                    "preview" | "long_preview" => &["{first}", "{middle}", "{last}"],
                    "first_section" | "next_section" | "last_section" | "questions.section" => &["{section}"],
                    "questions.definition" | "questions.term" => &["{term}"],
                    _ => &[],
                };
                for phrase in phrases.iter().map(|phrase| phrase.replace("{name}", "{term}")) {
                    assert_eq!(phrase.matches('{').count(), places.len(), "{language} {name}: {phrase}");
                    assert!(places.iter().all(|place| phrase.contains(place)), "{language} {phrase}");
                }
            }
        }
    }

    #[test]
    fn a_language_without_a_table_has_no_script() {
        assert!(script("fi").is_none());
    }
}
