//! Knows the TeX commands whose first letter makes a legal JSON escape, so that `\frac` written with one
//! backslash can be told from a form feed followed by `rac`.
//!
//! A command is certain when what follows the letter is no word (`rac`, `heta`, `abla`); the others (`\nu`,
//! `\to`, `\ne`) count only where a formula is evident. What is evident is judged in `lost.rs`.

use super::path;

/// How surely an escape with these letters behind it is a TeX command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Certainty {
    /// It cannot be anything else.
    Certain,
    /// It is one where a formula is evident.
    InFormula,
}

// Source: the command lists of LaTeX 2e and amsmath (read 2026-11), names beginning with n, r or t, each without
// its first letter. A backspace or a form feed before a letter is never meant, so b and f need no list.
const CERTAIN_N: &[&str] = &[
    "Leftarrow",
    "Leftrightarrow",
    "Rightarrow",
    "abla",
    "atural",
    "earrow",
    "Vdash",
    "ewcommand",
    "geq",
    "geqslant",
    "leftarrow",
    "leftrightarrow",
    "leq",
    "leqslant",
    "oindent",
    "olimits",
    "onumber",
    "ormalsize",
    "otin",
    "preceq",
    "rightarrow",
    "subseteq",
    "succeq",
    "supseteq",
    "triangleleft",
    "triangleright",
    "vDash",
    "warrow",
];
// Words of their own (`exists`, `parallel`) may as well begin a line.
const LIKELY_N: &[&str] = &[
    "cong", "e", "eg", "eq", "ewline", "ewpage", "exists", "gtr", "i", "icefrac", "less", "mid", "orm", "ot",
    "parallel", "prec", "sim", "subset", "succ", "supset", "u", "vdash",
];
const CERTAIN_R: &[&str] = &[
    "aisebox",
    "brace",
    "brack",
    "ceil",
    "enewcommand",
    "floor",
    "ho",
    "ight",
    "ightarrow",
    "ightarrowtail",
    "ightharpoondown",
    "ightharpoonup",
    "ightleftarrows",
    "ightleftharpoons",
    "ightrightarrows",
    "ightsquigarrow",
    "isingdotseq",
    "moustache",
    "times",
    "vert",
    "Vert",
];
const LIKELY_R: &[&str] = &["angle", "ank", "ef", "group", "lap", "m", "oot", "ule"];
const CERTAIN_T: &[&str] = &[
    "extbackslash",
    "extbf",
    "extcolor",
    "extdegree",
    "extit",
    "extnormal",
    "extrm",
    "extsc",
    "extsf",
    "extstyle",
    "extsubscript",
    "extsuperscript",
    "exttt",
    "extup",
    "herefore",
    "heta",
    "hickapprox",
    "hicksim",
    "hinspace",
    "ilde",
    "imes",
    "riangle",
    "riangledown",
    "riangleleft",
    "rianglelefteq",
    "riangleq",
    "riangleright",
    "rianglerighteq",
    "woheadleftarrow",
    "woheadrightarrow",
];
const LIKELY_T: &[&str] =
    &["ag", "an", "anh", "au", "binom", "ext", "frac", "iny", "o", "op", "oprule", "r", "race", "t"];

/// Tells whether an escape with this letter, followed by these letters and then this byte, is a TeX command.
#[must_use]
pub(super) fn command(letter: u8, rest: &str, next: Option<u8>) -> Option<Certainty> {
    let (certain, likely) = match letter {
        b'b' | b'f' => return (!rest.is_empty()).then_some(Certainty::Certain),
        b'n' => (CERTAIN_N, LIKELY_N),
        b'r' => (CERTAIN_R, LIKELY_R),
        b't' => (CERTAIN_T, LIKELY_T),
        _ => return None,
    };
    // `binom` and `frac` name columns and fields too, where no argument follows.
    let has_argument = match rest {
        "ext" => next == Some(b'{'),
        "binom" | "frac" => next.is_some_and(|next| next == b'{' || next.is_ascii_digit()),
        _ => false,
    };
    if certain.contains(&rest) || (letter == b't' && has_argument) {
        Some(Certainty::Certain)
    } else if likely.contains(&rest) {
        Some(Certainty::InFormula)
    } else {
        None
    }
}

/// Takes the run of ASCII letters at the front.
#[must_use]
pub(super) fn letters(text: &[u8]) -> &str {
    let end = text.iter().position(|byte| !byte.is_ascii_alphabetic()).unwrap_or(text.len());
    text.get(..end).and_then(|run| std::str::from_utf8(run).ok()).unwrap_or_default()
}

/// True if any escape in the text may be a TeX command; a cheap look over a text that parsed as it is.
#[must_use]
pub(super) fn may_hold_commands(text: &str) -> bool {
    let bytes = text.as_bytes();
    let mut here = 0;
    while let Some(found) = bytes.get(here..).and_then(|rest| rest.iter().position(|byte| *byte == b'\\')) {
        let at = here + found;
        let Some(&letter) = bytes.get(at + 1) else { return false };
        if matches!(letter, b'b' | b'f' | b'n' | b'r' | b't') {
            let run = letters(
                bytes.get(at + 2..at + 2 + LONGEST_COMMAND).or(bytes.get(at + 2..)).unwrap_or_default(),
            );
            if path::may_begin(bytes, at) {
                return true;
            }
            if !run.is_empty() && (letter == b'r' || command(letter, run, None).is_some()) {
                return true;
            }
        }
        here = at + 2;
    }
    false
}

/// Letters looked at behind an escape; one more than the longest command has.
const LONGEST_COMMAND: usize = 24;
