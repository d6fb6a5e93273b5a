//! What a Markdown reader makes of what was rendered.

use proptest::prelude::*;
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};

use super::{document, package};
use crate::content::document::{Block, Body, Document};
use crate::content::{BloomLevel, Kind};

/// Reads Markdown back as one plain text a block; anything that only markup could have made fails.
fn plain(markdown: &str) -> Result<Vec<String>, String> {
    let mut blocks = Vec::new();
    let mut text = String::new();
    for event in Parser::new_ext(markdown, options()) {
        match event {
            Event::Text(words) => text.push_str(&words),
            Event::SoftBreak => text.push('\n'),
            Event::Start(
                Tag::Paragraph
                | Tag::Heading { .. }
                | Tag::List(_)
                | Tag::Item
                | Tag::Strong
                | Tag::Emphasis
                | Tag::Table(_)
                | Tag::TableHead
                | Tag::TableRow
                | Tag::TableCell,
            )
            | Event::End(TagEnd::Strong | TagEnd::Emphasis) => {}
            Event::End(
                TagEnd::Paragraph
                | TagEnd::Heading(_)
                | TagEnd::Item
                | TagEnd::TableCell
                | TagEnd::List(_)
                | TagEnd::Table
                | TagEnd::TableHead
                | TagEnd::TableRow,
            ) => blocks.push(std::mem::take(&mut text)),
            other => return Err(format!("{other:?} in {markdown:?}")),
        }
    }
    Ok(blocks.iter().map(|block| spaced(block)).filter(|block| !block.is_empty()).collect())
}

fn options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
        | Options::ENABLE_MATH
        | Options::ENABLE_GFM
        | Options::ENABLE_DEFINITION_LIST
}

/// Space and control characters may be set differently, all others must stay.
fn spaced(text: &str) -> String {
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    text.split(' ').filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

fn expected(document: &Document) -> Vec<String> {
    let mut texts = vec![document.title.clone()];
    let mut in_table = false;
    for block in &document.blocks {
        let is_card = matches!(block.body, Body::Card { .. });
        if is_card && !in_table {
            texts.extend(["Term", "Definition", "Topic", "Difficulty"].map(str::to_owned));
        }
        in_table = is_card;
        match &block.body {
            Body::Definition { term, explanation } => texts.push(format!("{}: {explanation}", term.trim())),
            Body::Turn { speaker, text } => texts.push(format!("{}: {text}", speaker.trim())),
            Body::Card { front, back, category, difficulty } => texts.extend([
                front.trim().to_owned(),
                back.clone(),
                category.clone().unwrap_or_default(),
                (*difficulty).to_owned(),
            ]),
            Body::Objective { text, .. } => texts.push(format!("{text} (apply)")),
            other => texts.extend(other.texts().into_iter().map(str::to_owned)),
        }
    }
    texts.iter().map(|text| spaced(text)).filter(|text| !text.is_empty()).collect()
}

/// Text with more of what Markdown, HTML and formulas mean something by than chance would give.
fn hostile() -> impl Strategy<Value = String> {
    let pieces = prop_oneof![
        "[-#+*_`~<>|=&!$:;.()\\[\\]\\\\0-9a-c \n\r\t]{1,8}",
        r"\PC{0,6}",
        prop::sample::select(vec![
            "<script>alert(1)</script>",
            "<!-- x -->",
            "&amp;",
            "&#60;",
            "https://a.example/b_c_d",
            "# ",
            "1. ",
            "10) ",
            "- [ ] ",
            "```",
            "| a | b |\n| --- | --- |",
            "[^1]: note",
            "[a](b)",
            "![a](b)",
            "***",
            "___",
            "===",
            "\\|",
            "\u{a0}",
            "«",
            "»",
            "**",
            "__init__",
            "$x$",
            "$$",
            "a\n\nb",
            "\n    code",
            "&lt;b&gt;",
            "~~x~~",
        ])
        .prop_map(str::to_owned),
        any::<String>(),
    ];
    prop::collection::vec(pieces, 1..5)
        .prop_map(|pieces| pieces.concat())
        .prop_filter("limits of the kinds forbid blank texts", |text| {
            text.chars().any(|c| !c.is_control() && !c.is_whitespace())
        })
}

fn body() -> impl Strategy<Value = Body> {
    (0..8_u8, 2..=6_u8, hostile(), hostile()).prop_map(|(which, level, one, two)| match which {
        0 => Body::Heading { level, text: one },
        1 => Body::Paragraph(one),
        2 => Body::Item(one),
        3 => Body::Objective { text: one, level: BloomLevel::Apply },
        4 => Body::Definition { term: one, explanation: two },
        5 => Body::Card { front: one, back: two, category: None, difficulty: "easy" },
        6 => Body::Question { question: one, answer: Some(two), level: None },
        _ => Body::Turn { speaker: "Host".to_owned(), text: two },
    })
}

fn arbitrary() -> impl Strategy<Value = Document> {
    (hostile(), prop::collection::vec(body(), 0..6)).prop_map(|(title, bodies)| {
        let mut document = Document::new(Kind::StudyGuide, &title, "en");
        bodies.into_iter().for_each(|body| document.push(Block::new("/x", body)));
        document
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_reads_back_as_itself_and_never_as_markup(given in arbitrary()) {
        let rendered = document(&given);
        let read = plain(&rendered).map_err(TestCaseError::fail)?;
        prop_assert_eq!(read, expected(&given), "{}", rendered);
    }
}

#[test]
fn ordinary_text_stays_readable() {
    let mut given = Document::new(Kind::OnePagerSummary, "AT&T in 1984 (a case)", "en");
    for text in
        ["Costs fell by 5 - 10 %; see snake_case.", "It's 1.5 times - or more!", "Why? Because a > b: so."]
    {
        given.push(Block::new("/x", Body::paragraph(text)));
    }
    let rendered = document(&given);
    assert!(!rendered.contains('\\'), "{rendered}");
}

#[test]
fn a_package_names_each_kind_under_one_title() {
    let titled = |kind| Document::new(kind, "Light and leaves", "es");
    let rendered = package(&[titled(Kind::Outline), titled(Kind::Flashcards)]);
    assert_eq!(rendered, "# Light and leaves\n\n## Esquema\n\n## Tarjetas de estudio\n");
}

#[test]
fn every_kind_of_block_has_its_form() {
    let mut given = Document::new(Kind::StudyGuide, "Forms", "en");
    let bodies = [
        Body::Heading { level: 2, text: "Goals".into() },
        Body::Objective { text: "Name it".into(), level: BloomLevel::Remember },
        Body::Objective { text: "Use it".into(), level: BloomLevel::Apply },
        Body::Item("first".into()),
        Body::Item("second".into()),
        Body::Definition { term: "Leaf".into(), explanation: "an organ".into() },
        Body::Card {
            front: "Root".into(),
            back: "holds | drinks".into(),
            category: Some("Parts".into()),
            difficulty: "easy",
        },
        Body::Card { front: "Stem".into(), back: "carries".into(), category: None, difficulty: "hard" },
        Body::Question { question: "Why?".into(), answer: Some("Because.".into()), level: None },
        Body::Question { question: "How?".into(), answer: None, level: None },
        Body::Turn { speaker: "Host".into(), text: "Hello.".into() },
        Body::Heading { level: 2, text: "What for?".into() },
        Body::Question { question: "What for?".into(), answer: Some("For us.".into()), level: None },
    ];
    let who = Body::Question { question: "Who?".into(), answer: Some("We.".into()), level: None };
    given.push(Block::new("", who));
    bodies.into_iter().for_each(|body| given.push(Block::new("", body)));
    let expected = "# Forms\n\
             \n\
             ## Who?\n\
             \n\
             We.\n\
             \n\
             ## Goals\n\
             \n\
             1. Name it *(remember)*\n\
             2. Use it *(apply)*\n\
             \n\
             - first\n\
             - second\n\
             - **Leaf**: an organ\n\
             \n\
             | Term | Definition | Topic | Difficulty |\n\
             | --- | --- | --- | --- |\n\
             | **Root** | holds \\| drinks | Parts | easy |\n\
             | **Stem** | carries |  | hard |\n\
             \n\
             ### Why?\n\
             \n\
             Because.\n\
             \n\
             1. How?\n\
             \n\
             **Host:** Hello.\n\
             \n\
             ## What for?\n\
             \n\
             For us.\n";
    assert_eq!(document(&given), expected);
}
