//! The marks that end a sentence in the scripts that texts come in, and how sentences follow each other.

/// Marks that end a sentence.
///
/// Source: property `Sentence_Terminal` of Unicode 16.0, its marks of scripts with modern texts, and the
/// ellipsis; read 2026-11-28.
const STOPS: &[char] =
    &['.', '!', '?', '…', '。', '｡', '．', '！', '？', '؟', '۔', '।', '॥', '։', '።', '፧', '။', '។', '៕', '᙮'];
/// Those behind which no space is written.
const UNSPACED: &[char] = &['。', '｡', '！', '？'];
/// Those of questions.
const QUESTION_MARKS: &[char] = &['?', '？', '؟', '፧'];
/// Marks that may close behind a stop without a space.
const CLOSERS: &[char] = &['」', '』', '）', '》', '”', '’'];

/// Tells whether a character ends a sentence, in whatever script.
#[must_use]
pub fn is_stop(character: char) -> bool {
    STOPS.contains(&character)
}

/// Tells whether a sentence can go on right behind that stop, without a space.
pub(super) fn is_unspaced(character: char) -> bool {
    UNSPACED.contains(&character)
}

/// Tells whether a text ends as a statement: with a stop that neither asks nor trails off.
#[must_use]
pub fn ends_statement(text: &str) -> bool {
    let is_end = |last: char| {
        let closes = matches!(last, '"' | '»' | ')') || CLOSERS.contains(&last);
        closes || (is_stop(last) && last != '…' && !QUESTION_MARKS.contains(&last))
    };
    text.chars().next_back().is_some_and(is_end)
}

/// Sets sentences one behind the other, as their script does: with a space between them, or without.
#[must_use]
pub fn run_on<S: AsRef<str>>(sentences: impl IntoIterator<Item = S>) -> String {
    let mut text = String::new();
    for sentence in sentences {
        append(&mut text, sentence.as_ref());
    }
    text
}

/// Sets one more sentence behind a text.
pub fn append(text: &mut String, sentence: &str) {
    if !text.is_empty() && !sentence.is_empty() && !text.trim_end_matches(CLOSERS).ends_with(is_unspaced) {
        text.push(' ');
    }
    text.push_str(sentence);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn statements_end_with_the_stop_of_their_script() {
        for text in [
            "It is.",
            "پانی ہے۔",
            "Ջուր է։",
            "जल है।",
            "水です。",
            "水！",
            "ውሃ ነው።",
            "He said “no.”",
            "「水。」",
        ] {
            assert!(ends_statement(text), "{text}");
        }
        for text in ["Is it?", "水？", "ما هو؟", "It is…", "It is", ""] {
            assert!(!ends_statement(text), "{text}");
        }
    }

    #[test]
    fn sentences_follow_each_other_as_their_script_does() {
        assert_eq!(run_on(["It is.", "It was.", ""]), "It is. It was.");
        assert_eq!(
            run_on(["これは水です。", "「水だ。」", "火です！", "Next."]),
            "これは水です。「水だ。」火です！Next."
        );
        assert_eq!(run_on(["जल है।", "आग है।"]), "जल है। आग है।");
    }
}
