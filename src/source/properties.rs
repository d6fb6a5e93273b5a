//! Properties that hold for every text anybody might submit.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::*;

/// Strings of everything that has a meaning somewhere, and of everything else.
fn texts() -> impl Strategy<Value = String> {
    let fragments = prop::sample::select(vec![
        "The cell divides. ",
        "Dr. Who said “no.” ",
        "e\u{301}",
        "\u{301}",
        "\r\n",
        "\n\n",
        "\n",
        "\r",
        "# Head\n",
        "- item\n",
        "1. one\n",
        "> quote\n",
        "```\n",
        "**",
        "_",
        "`",
        "[",
        "](http://x.y)",
        "<b>",
        "<!--",
        "-->",
        "&amp;",
        "\\*",
        "| a | b |\n",
        "|---|---|\n",
        "👩\u{200d}🔬",
        "𝔘",
        "中文。",
        "שלום ",
        "photo-\nsynthesis ",
        "\u{ad}\n",
        "\u{2028}",
        "\t",
        "    ",
        "ﬁ",
        "½ ",
        "[12]",
        "---\n",
        "===\n",
        "...",
        "?! ",
        "(",
        ")",
        "\"",
        "CHAPTER 2\n",
        "2.1 Methods\n\n",
        "[^1]: note\n",
        "<sup>2</sup>",
        "$$x$$\n",
    ])
    .prop_map(str::to_owned);
    let anything =
        any::<char>().prop_filter("no text has it", |character| *character != '\0').prop_map(String::from);
    prop::collection::vec(prop_oneof![4 => fragments, 1 => anything], 10..120)
        .prop_map(|parts| parts.concat())
}

fn slice(source: &Source, span: Span) -> String {
    let numbered = (0_u32..).zip(source.submitted().chars());
    numbered.filter(|(at, _)| (span.start..span.end).contains(at)).map(|(_, character)| character).collect()
}

/// Letters and digits, whatever the forms and marks around them.
fn letters(text: &str) -> Vec<char> {
    use unicode_normalization::UnicodeNormalization;
    text.nfkd().filter(|character| character.is_alphanumeric()).collect()
}

fn is_subsequence(short: &[char], long: &[char]) -> bool {
    let mut rest = long.iter();
    short.iter().all(|wanted| rest.any(|found| found == wanted))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, rng_seed: RngSeed::Fixed(20_261_120), ..ProptestConfig::default() })]

    #[test]
    fn every_span_is_in_order_and_its_slice_is_the_sentence(text in texts()) {
        let Ok(source) = Source::read(&text) else { return Ok(()) };
        let characters = u32::try_from(text.chars().count()).unwrap();
        let mut end = 0;
        for sentence in source.sentences() {
            prop_assert!(sentence.span.start >= end, "overlap at {:?}", sentence);
            prop_assert!(sentence.span.start < sentence.span.end && sentence.span.end <= characters);
            end = sentence.span.end;
            let evidence = source.evidence(sentence.span);
            prop_assert_eq!(&evidence.quote, &slice(&source, sentence.span));
            prop_assert!(is_subsequence(&letters(&sentence.text), &letters(&evidence.quote)),
                "{:?} is not in {:?}", sentence.text, evidence.quote);
            prop_assert!(!sentence.text.contains("  ") && sentence.text.trim() == sentence.text);
            let has_break = sentence.text.contains(['\n', '\r', '\u{ad}']);
            prop_assert!(!has_break);
            prop_assert!(source.anchor(&evidence.quote).is_some());
        }
    }

    #[test]
    fn sections_paragraphs_and_sentences_tile_the_text(text in texts()) {
        let Ok(source) = Source::read(&text) else { return Ok(()) };
        prop_assert!(!source.sections().is_empty());
        let (mut paragraphs, mut sentences) = (0, 0);
        for (number, section) in source.sections().iter().enumerate() {
            prop_assert_eq!(section.paragraphs.start, paragraphs);
            prop_assert_eq!(section.sentences.start, sentences);
            prop_assert!(section.parent.is_none_or(|parent| parent < number));
            paragraphs = section.paragraphs.end;
            sentences = section.sentences.end;
        }
        prop_assert_eq!((paragraphs, sentences), (source.paragraphs().len(), source.sentences().len()));
        let mut next = 0;
        for (number, paragraph) in source.paragraphs().iter().enumerate() {
            prop_assert_eq!(paragraph.sentences.start, next);
            next = paragraph.sentences.end;
            for sentence in &source.sentences()[paragraph.sentences.clone()] {
                prop_assert_eq!((sentence.paragraph, sentence.section), (number, paragraph.section));
            }
        }
        prop_assert_eq!(next, source.sentences().len());
    }

    #[test]
    fn a_sentence_is_found_again_by_its_clean_text(text in texts()) {
        let Ok(source) = Source::read(&text) else { return Ok(()) };
        for sentence in source.sentences().iter().filter(|sentence| sentence.text.chars().any(char::is_alphanumeric)) {
            prop_assert!(source.anchor(&sentence.text).is_some(), "{:?}", sentence.text);
        }
    }

    #[test]
    fn any_string_is_read_or_refused(text in any::<String>(), quote in any::<String>(), start in any::<u32>(), end in any::<u32>()) {
        let text = text.repeat(3);
        if let Ok(source) = Source::read(&text) {
            let _ = source.anchor(&quote);
            let evidence = source.evidence(Span { start, end });
            let characters = u32::try_from(evidence.quote.chars().count()).unwrap();
            prop_assert_eq!(characters, evidence.end - evidence.start);
        }
    }
}
