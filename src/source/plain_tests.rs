//! Plain texts and the blocks they are read into.

use super::super::block::text;
use super::super::view::unify_line_ends;
use super::*;

fn blocks(plain: &str) -> Vec<String> {
    read(&unify_line_ends(plain))
        .blocks
        .iter()
        .map(|block| match block {
            Block::Heading { level, run } => format!("h{level} {}", text(run)),
            Block::Text { role: Role::ListItem { ordered, depth }, run } => {
                format!("{}{depth} {}", if *ordered { "ol" } else { "ul" }, text(run))
            }
            Block::Text { role, run } => format!("{role:?} {}", text(run)),
            Block::Opaque { role, .. } => format!("{role:?}"),
        })
        .collect()
}

#[test]
fn lists_keep_their_order_and_depth() {
    let plain =
        "Harold was crowned by:\n- the Witan\n- the bishops, who\n  came late\n  * Ealdred\n- the people";
    assert_eq!(
        blocks(plain),
        [
            "Prose Harold was crowned by:",
            "ul1 the Witan",
            "ul1 the bishops, who\ncame late",
            "ul2 Ealdred",
            "ul1 the people"
        ]
    );
    assert_eq!(blocks("1) one\n2) two\n3) three"), ["ol1 one", "ol1 two", "ol1 three"]);
    assert_eq!(
        blocks("1. Wash it.\n\n2. Dry it.\n\n3. Fold it."),
        ["ol1 Wash it.", "ol1 Dry it.", "ol1 Fold it."]
    );
}

#[test]
fn a_number_in_a_wrapped_sentence_opens_no_list() {
    let wrapped = "In the year 1399 the throne of England went to Henry\n4. He was the king for fourteen years in all of England.";
    assert_eq!(blocks(wrapped).len(), 1);
}

#[test]
fn indented_first_lines_begin_paragraphs() {
    let plain = "   The first paragraph of the text stands here in full.\nIt has a second line, which is about as long as that.\n   \
                 The second paragraph begins here and goes on for a\nwhile, until it has a second line of its own as well.";
    assert_eq!(blocks(plain).len(), 2);
}

#[test]
fn tables_rules_and_page_numbers_are_no_text() {
    let plain = "Name       Year    Place\nHastings   1066    Sussex\n\n-----\n\n12\n\na\tb\nc\td\n\nIntroduction ...... 5\nMethods ....... 17";
    assert_eq!(blocks(plain), ["Table", "Table", "Table"]);
}

#[test]
fn numbered_lines_are_headings_over_text_and_items_in_a_row() {
    let text = "It was a long text that stood under its heading for all to read.";
    assert_eq!(
        blocks(&format!("1. Origins\n\n{text}\n\n2. Growth\n\n{text}"))
            .iter()
            .filter(|block| block.starts_with('h'))
            .count(),
        2
    );
    assert_eq!(
        blocks(&format!("{text}\n\n1. Origins\n\n2. Growth\n\n3. Decline\n\n{text}"))
            .iter()
            .filter(|block| block.starts_with("ol"))
            .count(),
        3
    );
}

#[test]
fn unwrapped_lines_are_paragraphs_of_their_own() {
    let long = "This is one of those long lines that no editor has ever wrapped. ".repeat(3);
    let seen = blocks(&format!("The Title\n{long}\nA Part\n{long}\n{long}"));
    let starts: Vec<&str> = seen.iter().map(|block| block.get(..7).unwrap()).collect();
    assert_eq!(starts, ["h1 The ", "Prose T", "h3 A Pa", "Prose T", "Prose T"]);
}

#[test]
fn mail_quotes_are_quotations() {
    assert_eq!(blocks("> He wrote\n> two lines."), ["Quotation He wrote\ntwo lines."]);
}

#[test]
fn old_books_end_their_headings_in_a_stop() {
    let plain = "CHAPTER I.\n\nTHE PERIOD.\n\nIt was the best of times, it was the worst of times.\n\nHe said no.\n\nIt was the end of it all.";
    assert_eq!(
        blocks(plain),
        [
            "h2 CHAPTER I.\nTHE PERIOD.",
            "Prose It was the best of times, it was the worst of times.",
            "Prose He said no.",
            "Prose It was the end of it all."
        ]
    );
}

#[test]
fn a_short_line_right_above_a_list_is_its_heading() {
    let long = "This is one of those long lines that no editor has ever wrapped. ".repeat(3);
    let seen = blocks(&format!("{long}\nSteps\n1. Wash it.\n2. Dry it.\nThe End\n{long}"));
    assert_eq!(seen[1..5], ["h3 Steps", "ol1 Wash it.", "ol1 Dry it.", "h3 The End"]);
}
