//! Takes out what a page repeats: running heads with a page number, and the bare numbers beside
//! them. A paragraph that such a line cut in two grows together. Used by `plain.rs`.

use std::collections::HashMap;

use super::line::Line;

/// Words before a page number.
const PAGE_WORDS: [&str; 12] =
    ["page", "p.", "pg.", "pp.", "página", "pagina", "pág.", "pag.", "seite", "s.", "side", "folio"];
/// Fewest running heads that show a text was laid out in pages.
const MIN_HEADS: usize = 2;

/// Returns the lines without running heads and feet.
pub(super) fn without<'a>(lines: Vec<Line<'a>>) -> Vec<Line<'a>> {
    let keys: Vec<Option<String>> = lines.iter().map(|line| head(&line.text)).collect();
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for key in keys.iter().flatten() {
        *counts.entry(key).or_default() += 1;
    }
    let is_repeated = |key: &Option<String>| {
        key.as_deref().and_then(|key| counts.get(key)).is_some_and(|count| *count >= MIN_HEADS)
    };
    let mut dropped: Vec<bool> = keys.iter().map(is_repeated).collect();
    if !dropped.contains(&true) {
        return lines;
    }
    let heads: Vec<usize> = dropped.iter().enumerate().filter(|(_, drop)| **drop).map(|(at, _)| at).collect();
    for at in heads {
        drop_around(at, &lines, &mut dropped);
    }
    let kept = lines.into_iter().zip(dropped).filter(|(_, drop)| !drop);
    kept.map(|(line, _)| line).collect()
}

/// Drops the bare page numbers beside a running head, and the blank lines where a sentence goes on.
fn drop_around(at: usize, lines: &[Line<'_>], dropped: &mut [bool]) {
    let is_empty = |place: usize| lines.get(place).is_some_and(|line| line.text.is_empty());
    let is_number = |place: usize| lines.get(place).is_some_and(|line| is_page_number(&line.text));
    let back = |from: usize| (0..from).rev().find(|place| !is_empty(*place));
    let on = |from: usize| (from + 1..lines.len()).find(|place| !is_empty(*place));
    let (mut before, mut after) = (back(at), on(at));
    while let Some(place) = before.filter(|place| is_number(*place)) {
        set(dropped, place);
        before = back(place);
    }
    while let Some(place) = after.filter(|place| is_number(*place)) {
        set(dropped, place);
        after = on(place);
    }
    let (Some(before), Some(after)) = (before, after) else { return };
    let (Some(left), Some(right)) = (lines.get(before), lines.get(after)) else { return };
    let goes_on = !left.text.ends_with(['.', '!', '?', ':', '"', '”', ')'])
        && right.text.chars().next().is_some_and(char::is_lowercase);
    if goes_on {
        (before + 1..after).for_each(|place| set(dropped, place));
    }
}

fn set(dropped: &mut [bool], place: usize) {
    if let Some(slot) = dropped.get_mut(place) {
        *slot = true;
    }
}

/// What stands before "Page 3", in small letters; nothing if the line does not end in a page number.
fn head(text: &str) -> Option<String> {
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let number = words.pop()?;
    (number.len() <= 4 && number.chars().all(|mark| mark.is_ascii_digit())).then_some(())?;
    let word = words.pop()?.to_lowercase();
    PAGE_WORDS.contains(&word.as_str()).then(|| words.join(" ").to_lowercase())
}

/// "– 3 –"
fn is_page_number(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (1..=4).contains(&digits) && text.chars().all(|mark| mark.is_ascii_digit() || " -–—·|[]".contains(mark))
}

#[cfg(test)]
mod tests {
    use crate::source::Source;

    const PAGES: &str = "Rivers of Europe, Handout 4          Page 1\n\n\nRIVERS AND THEIR VALLEYS\n\nA river carries \
        water to the sea and shapes the land on its way.\nThe Danube rises in the Black Forest\n\n\n          – 1 –\n\
        Rivers of Europe, Handout 4          Page 2\n\n\nand flows through ten countries to the Black Sea. It is long.\n";

    #[test]
    fn running_heads_go_and_the_sentence_they_cut_grows_together() {
        let source = Source::read(PAGES).unwrap();
        let texts: Vec<&str> = source.sentences().iter().map(|sentence| sentence.text.as_str()).collect();
        assert_eq!(
            texts,
            [
                "A river carries water to the sea and shapes the land on its way.",
                "The Danube rises in the Black Forest and flows through ten countries to the Black Sea.",
                "It is long.",
            ]
        );
        assert_eq!(source.title(), Some("RIVERS AND THEIR VALLEYS"));
    }

    #[test]
    fn one_line_that_ends_in_a_page_number_stays() {
        let text = "Rivers are long.\n\nThe map of all rivers in the atlas is on page 7\n\nThe Danube is the \
            second longest river of the continent.\n";
        let source = Source::read(text).unwrap();
        assert!(source.submitted().contains("page 7"));
        let all: Vec<&str> = source.sentences().iter().map(|sentence| sentence.text.as_str()).collect();
        let headings = source.sections().iter().filter_map(|section| section.heading.as_deref());
        assert!(all.into_iter().chain(headings).any(|text| text.ends_with("page 7")));
    }
}
