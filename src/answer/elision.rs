//! Tells the words by which a model says that it left something out.
//!
//! They are looked for in comments (`scan.rs`) and in the sentences behind a value (`candidates.rs`): a value that
//! is announced to be incomplete is never whole.

/// Words of a comment that stands for content.
const IN_COMMENTS: [&str; 26] = [
    "...",
    "…",
    "omit",
    "remain",
    "rest of",
    "the rest",
    "more",
    "truncat",
    "todo",
    "to do",
    "left out",
    "leave out",
    "continue",
    "same pattern",
    "similar",
    "as above",
    "and so on",
    "and so forth",
    "etc",
    "other",
    "repeat",
    "abbreviat",
    "shorten",
    "skipp",
    "add ",
    "placeholder",
];
/// Words of a sentence behind a value that say it is only a part.
const IN_SENTENCES: [&str; 21] = [
    "for brevity",
    "to save space",
    "continued in",
    "continues in",
    "to be continued",
    "will continue",
    "omitted",
    "truncated",
    "were left out",
    "was left out",
    "i left out",
    "i have left out",
    "remaining",
    "the rest of",
    "cut off",
    "ran out of",
    "could only",
    "shortened",
    "incomplete",
    "abbreviated",
    "only list",
];

/// True if a comment says that content was left out.
pub(super) fn is_announced(comment: &str) -> bool {
    // `/* 2-4 */`: numbers of what is not there.
    let numbers = comment.contains(|character: char| character.is_ascii_digit())
        && !comment.contains(char::is_alphabetic);
    numbers || says(comment, &IN_COMMENTS)
}

/// True if a sentence behind a value says that it is not all of it.
pub(super) fn follows(sentences: &str) -> bool {
    says(sentences, &IN_SENTENCES)
}

/// True if one of the words begins somewhere in the text.
fn says(text: &str, words: &[&str]) -> bool {
    let lower = text.to_lowercase();
    words.iter().any(|word| {
        lower.match_indices(word).any(|(at, _)| {
            !lower.get(..at).is_some_and(|before| before.ends_with(char::is_alphanumeric))
                || !word.starts_with(char::is_alphanumeric)
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_sentences_that_leave_something_out_are_known() {
        for comment in [
            "// remaining questions omitted",
            "/* two more items */",
            "# TODO: the last one",
            "// … ",
            "// etc.",
        ] {
            assert!(is_announced(comment), "{comment}");
        }
        for comment in ["// a sketch of it", "/* the main part */", "# moral of the tale, mother and brother"]
        {
            assert!(!is_announced(comment), "{comment}");
        }
        assert!(follows("I shortened it: the remaining questions follow."));
        assert!(!follows("Let me know whether you like it."));
    }
}
