//! Whether anything in texts is said twice, found out without cutting them into sentences: where no run of
//! words stands twice, no sentence of so many words does.

use std::collections::VecDeque;

/// Tells whether some run of so many words stands twice in the texts, each run within one of them. Case
/// and punctuation do not count. A letter beyond ASCII counts as a word of its own, so that it is never
/// fewer words than a reader sees.
#[must_use]
pub fn may_repeat<'a>(texts: impl Iterator<Item = &'a str>, words: usize) -> bool {
    let mut runs: Vec<u64> = Vec::new();
    for text in texts {
        add_runs(text, words, &mut runs);
    }
    runs.sort_unstable();
    runs.array_windows().any(|[one, next]| one == next)
}

fn add_runs(text: &str, words: usize, runs: &mut Vec<u64>) {
    // A run is a number in the base of its words' hashes, so that the oldest can be taken off it.
    let weight_of_oldest = (0..words).fold(1_u64, |weight, _| weight.wrapping_mul(BASE));
    let mut latest: VecDeque<u64> = VecDeque::with_capacity(words + 1);
    let mut run = 0_u64;
    let mut add = |word: u64| {
        latest.push_back(word);
        run = run.wrapping_mul(BASE).wrapping_add(word);
        if latest.len() > words {
            let oldest = latest.pop_front().unwrap_or_default();
            run = run.wrapping_sub(oldest.wrapping_mul(weight_of_oldest));
        }
        if latest.len() == words {
            runs.push(run);
        }
    };
    let mut word = None;
    for character in text.chars() {
        if character.is_ascii_alphanumeric() {
            let letter = u64::from(u32::from(character.to_ascii_lowercase()));
            word = Some(mixed(word.unwrap_or(START), letter));
            continue;
        }
        word.take().into_iter().for_each(&mut add);
        if !character.is_ascii() && character.is_alphanumeric() {
            character.to_lowercase().map(same_letter).for_each(|letter| add(u64::from(u32::from(letter))));
        }
    }
    word.into_iter().for_each(&mut add);
}

/// The two small sigmas are one letter: which of them stands there depends on its place.
fn same_letter(letter: char) -> char {
    if letter == 'ς' { 'σ' } else { letter }
}

/// Any odd number will do; this is 2⁶⁴ over the golden ratio.
const BASE: u64 = 0x9e37_79b9_7f4a_7c15;

/// Begins a hash, and mixes in what follows. Source: FNV-1a, <http://www.isthe.com/chongo/tech/comp/fnv/>,
/// read 2026-11-28; it takes whole numbers here instead of bytes.
const START: u64 = 0xcbf2_9ce4_8422_2325;

fn mixed(hash: u64, with: u64) -> u64 {
    (hash ^ with).wrapping_mul(0x0000_0100_0000_01b3).rotate_left(23)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_of_words_is_found_wherever_it_stands_again() {
        for (texts, repeats) in [
            (vec!["One two three four.", "And one, TWO three – four!"], true),
            (vec!["One two three four, five one two three"], false),
            (vec!["one two three four one two three four"], true),
            (vec!["one two", "three four one two", "three four"], false),
            (vec!["植物は太陽", "植物は太陽"], true),
            (vec!["Ο ΛΟΓΟΣ ΕΙΝΑΙ", "ο λόγος"], false),
            (vec!["ΛΟΓΟΣ", "λογος"], true),
            (vec![], false),
        ] {
            assert_eq!(may_repeat(texts.iter().copied(), 4), repeats, "{texts:?}");
        }
    }
}
