//! Sentences that draw a conclusion ("In this way print reached …"): they say what their section comes
//! to. Without the words that draw it, they stand alone and can be kept in mind.

use super::analysis::{Analysis, Sentence, capitalised, leans, tokens};
use super::consequence::holds;
use crate::language::cues::cues;

/// What goes on with the words before it: "as a result of …" draws nothing.
const BINDS: [&str; 8] = ["of", "de", "del", "des", "du", "que", "far", "d'une"];

/// A sentence without the words with which it draws a conclusion; nothing if it draws none, stands
/// alone as it is, or still leans on others.
pub(super) fn drawn(analysis: &Analysis, sentence: &Sentence) -> Option<Sentence> {
    if sentence.stands_alone || sentence.fitness <= 0.0 {
        return None;
    }
    let cues = cues(analysis.language_code());
    let text = without_opening(&sentence.text, cues.conclusions)
        .or_else(|| without_word(&sentence.text, cues.concluding))?;
    let lexicon = analysis.language().lexicon();
    let stands = !leans(&tokens(&text, lexicon), lexicon);
    stands.then(|| Sentence { text, with_pronoun: None, stands_alone: true, ..sentence.clone() })
}

/// Whether a sentence says that something weighs more than other things ("most important").
pub(super) fn is_stressed(analysis: &Analysis, sentence: &Sentence) -> bool {
    holds(&sentence.text, cues(analysis.language_code()).weighty)
}

/// "In this way print reached …" to "Print reached …".
fn without_opening(text: &str, openings: &[&str]) -> Option<String> {
    let lower = text.to_lowercase();
    let rest = openings.iter().filter_map(|opening| lower.strip_prefix(opening)).find_map(|rest| {
        let rest = rest.strip_prefix(',').unwrap_or(rest).strip_prefix(' ')?;
        let next = rest.split(' ').next().unwrap_or_default();
        (!BINDS.contains(&next)).then_some(rest.len())
    })?;
    let begins = text.len().checked_sub(rest).filter(|_| lower.len() == text.len())?;
    Some(capitalised(text.get(begins..)?))
}

/// "was therefore not" to "was not", "is, therefore, not" to "is not".
fn without_word(text: &str, words: &[&str]) -> Option<String> {
    words.iter().find_map(|word| {
        let parted = format!(", {word}, ");
        if text.contains(&parted) {
            return Some(text.replacen(&parted, " ", 1));
        }
        let (before, after) = text.split_once(&format!(" {word}"))?;
        let whole = after.starts_with([' ', ',', '.']);
        (whole && !before.is_empty()).then(|| format!("{before}{after}"))
    })
}

#[cfg(test)]
mod tests {
    use super::{without_opening, without_word};
    use crate::language::cues::cues;

    #[test]
    fn a_conclusion_is_kept_without_the_words_that_draw_it() {
        for (language, sentence, wanted) in [
            ("en", "In this way print reached the villages.", Some("Print reached the villages.")),
            ("en", "As a result, prices fell.", Some("Prices fell.")),
            ("en", "As a result of the war, prices fell.", None),
            ("en", "Thusly spoke the king.", None),
            ("es", "En consecuencia, las lluvias son más fuertes.", Some("Las lluvias son más fuertes.")),
        ] {
            let cut = without_opening(sentence, cues(language).conclusions);
            assert_eq!(cut.as_deref(), wanted, "{sentence}");
        }
        for (language, sentence, wanted) in [
            ("en", "Printing was therefore not new.", Some("Printing was not new.")),
            ("en", "The air is therefore, in part, a waste gas.", Some("The air is, in part, a waste gas.")),
            ("es", "El agua es, por tanto, escasa.", Some("El agua es escasa.")),
            ("de", "Der Preis ist daher hoch.", Some("Der Preis ist hoch.")),
            ("en", "Printing was new.", None),
        ] {
            let cut = without_word(sentence, cues(language).concluding);
            assert_eq!(cut.as_deref(), wanted, "{sentence}");
        }
    }
}
