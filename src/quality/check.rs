//! The table of all checks: what each looks at, how much it weighs, what it needs to run.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Severity;

/// Names a check by the id that findings bear.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
pub enum Check {
    /// No heading stands over nothing.
    #[serde(rename = "STR-01")]
    Str01,
    /// No sentence stands twice in a piece.
    #[serde(rename = "STR-02")]
    Str02,
    /// Sections are of even depth.
    #[serde(rename = "STR-03")]
    Str03,
    /// No markup is left in a text.
    #[serde(rename = "FMT-01")]
    Fmt01,
    /// Brackets and quotation marks close.
    #[serde(rename = "FMT-02")]
    Fmt02,
    /// Running text ends as a sentence does.
    #[serde(rename = "FMT-03")]
    Fmt03,
    /// A card asks for one idea.
    #[serde(rename = "FC-01")]
    Fc01,
    /// A card's back is short.
    #[serde(rename = "FC-02")]
    Fc02,
    /// A card's front does not give its back away.
    #[serde(rename = "FC-04")]
    Fc04,
    /// A card stands alone.
    #[serde(rename = "FC-05")]
    Fc05,
    /// No card is nearly another one.
    #[serde(rename = "FC-08")]
    Fc08,
    /// No two fronts are alike.
    #[serde(rename = "FC-09")]
    Fc09,
    /// What is spoken can be spoken.
    #[serde(rename = "POD-05")]
    Pod05,
    /// A quote is verbatim.
    #[serde(rename = "GRD-02")]
    Grd02,
    /// A piece is in the wanted language.
    #[serde(rename = "XCN-06")]
    Xcn06,
    /// Every section of the source is used.
    #[serde(rename = "COV-01")]
    Cov01,
}

/// What a check needs in order to run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Needs {
    /// Nothing: it runs on every text.
    Nothing,
    /// A language whose words are parted by spaces.
    SpacedWords,
    /// Tables of the language: stop words, stems, pronouns.
    LanguageTables,
    /// A source.
    Source,
    /// Enough text to identify its language.
    IdentifiableLanguage,
}

/// The score that findings of a check lower.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Score {
    /// `structure`.
    Structure,
    /// `format_compliance`.
    FormatCompliance,
}

/// One row of the table.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// The check.
    pub check: Check,
    /// Its id on the wire.
    pub id: &'static str,
    /// What it holds a piece to.
    pub rule: &'static str,
    /// How grave a breach is.
    pub severity: Severity,
    /// What it needs.
    pub needs: Needs,
    /// Which score it lowers.
    pub score: Score,
    /// What to do about a breach.
    pub hint: &'static str,
}

impl Check {
    /// Returns its row of the table.
    #[must_use]
    pub fn entry(self) -> &'static Entry {
        // A test holds that each check has its own row, so that the fallback is never taken.
        CHECKS.iter().find(|entry| entry.check == self).unwrap_or(&FIRST)
    }
}

const FIRST: Entry = Entry {
    check: Check::Str01,
    id: "STR-01",
    rule: "No heading stands over nothing.",
    severity: Severity::Warn,
    needs: Needs::Nothing,
    score: Score::Structure,
    hint: "Write what the heading promises, or leave it out.",
};

/// Every check, family by family.
pub const CHECKS: [Entry; 16] = [
    FIRST,
    Entry {
        check: Check::Str02,
        id: "STR-02",
        rule: "No sentence of six words or more stands twice in a piece.",
        severity: Severity::Warn,
        needs: Needs::Nothing,
        score: Score::Structure,
        hint: "Keep the first and leave the other out, or say it differently.",
    },
    Entry {
        check: Check::Str03,
        id: "STR-03",
        rule: "The longest section has at most eight times the words of the shortest.",
        severity: Severity::Warn,
        needs: Needs::SpacedWords,
        score: Score::Structure,
        hint: "Deepen the short section, or join it with its neighbour.",
    },
    Entry {
        check: Check::Fmt01,
        id: "FMT-01",
        rule: "No HTML, Markdown, table row or entity is left in a text (a podcast's turns: POD-05).",
        severity: Severity::Error,
        needs: Needs::Nothing,
        score: Score::FormatCompliance,
        hint: "Write plain text.",
    },
    Entry {
        check: Check::Fmt02,
        id: "FMT-02",
        rule: "Every bracket and quotation mark that opens is closed in the same text.",
        severity: Severity::Warn,
        needs: Needs::Nothing,
        score: Score::FormatCompliance,
        hint: "Close it, or quote the passage whole.",
    },
    Entry {
        check: Check::Fmt03,
        id: "FMT-03",
        rule: "Paragraphs, answers and turns end with a mark that ends a sentence.",
        severity: Severity::Warn,
        needs: Needs::SpacedWords,
        score: Score::FormatCompliance,
        hint: "Finish the sentence.",
    },
    Entry {
        check: Check::Fc01,
        id: "FC-01",
        rule: "A front asks for one idea in at most 20 words.",
        severity: Severity::Warn,
        needs: Needs::SpacedWords,
        score: Score::FormatCompliance,
        hint: "Split the card, or shorten its front.",
    },
    Entry {
        check: Check::Fc02,
        id: "FC-02",
        rule: "A back has at most 30 words.",
        severity: Severity::Warn,
        needs: Needs::SpacedWords,
        score: Score::FormatCompliance,
        hint: "Keep the one statement that answers the front.",
    },
    Entry {
        check: Check::Fc04,
        id: "FC-04",
        rule: "At most 30 % of a back's content words stand on the front.",
        severity: Severity::Error,
        needs: Needs::LanguageTables,
        score: Score::FormatCompliance,
        hint: "Explain the term in other words than its own.",
    },
    Entry {
        check: Check::Fc05,
        id: "FC-05",
        rule: "Neither side begins with a word that points at something before it (it, this, they, therefore).",
        severity: Severity::Warn,
        needs: Needs::LanguageTables,
        score: Score::FormatCompliance,
        hint: "Name what is meant.",
    },
    Entry {
        check: Check::Fc08,
        id: "FC-08",
        rule: "The character trigrams of two cards have a Jaccard index below 0.6, or below 0.85 where the fronts name different terms.",
        severity: Severity::Error,
        needs: Needs::Nothing,
        score: Score::FormatCompliance,
        hint: "Keep one of the two.",
    },
    Entry {
        check: Check::Fc09,
        id: "FC-09",
        rule: "No two fronts are the same but for case, spaces and punctuation.",
        severity: Severity::Error,
        needs: Needs::Nothing,
        score: Score::FormatCompliance,
        hint: "Keep one of the two, or make each ask for its own part.",
    },
    Entry {
        check: Check::Pod05,
        id: "POD-05",
        rule: "A turn can be spoken: no markup, address of a page, LaTeX, emoji or table.",
        severity: Severity::Error,
        needs: Needs::Nothing,
        score: Score::FormatCompliance,
        hint: "Say it in words.",
    },
    Entry {
        check: Check::Grd02,
        id: "GRD-02",
        rule: "Every quote is the exact slice of the submitted text at its offsets.",
        severity: Severity::Error,
        needs: Needs::Source,
        score: Score::FormatCompliance,
        hint: "Quote the passage character by character.",
    },
    Entry {
        check: Check::Xcn06,
        id: "XCN-06",
        rule: "A piece is in the wanted language.",
        severity: Severity::Error,
        needs: Needs::IdentifiableLanguage,
        score: Score::FormatCompliance,
        hint: "Write the piece anew in the wanted language.",
    },
    Entry {
        check: Check::Cov01,
        id: "COV-01",
        rule: "Every section of the source is used by a piece.",
        severity: Severity::Info,
        needs: Needs::Source,
        score: Score::Structure,
        hint: "Check whether the section holds something that learners need.",
    },
];
