//! How alike two short texts are: by the runs of three characters that they have in common.

use super::words;

/// The runs of three characters of a text's plain words; of a shorter text the whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trigrams(Vec<u64>);

/// Bits that a code point takes.
const BITS: u32 = 21;

impl Trigrams {
    /// Takes a text apart. Case, spaces and punctuation do not count.
    #[must_use]
    pub fn of(text: &str) -> Trigrams {
        let mut runs = Vec::with_capacity(text.len());
        let mut run = 0_u64;
        let mut characters = 0_usize;
        for character in words::plain(text).chars() {
            characters += 1;
            run = (run << BITS | u64::from(u32::from(character))) & (u64::MAX >> 1);
            if characters >= 3 {
                runs.push(run);
            }
        }
        if runs.is_empty() && characters > 0 {
            runs.push(run);
        }
        runs.sort_unstable();
        runs.dedup();
        Trigrams(runs)
    }

    /// Returns the share of what two texts have in common among all that they have (the Jaccard index),
    /// from 0 to 1; of two empty texts 0.
    #[must_use]
    pub fn likeness(&self, other: &Trigrams) -> f64 {
        let common = self.common(other);
        words::ratio(common, self.0.len() + other.0.len() - common)
    }

    /// Tells whether the likeness reaches that bound. Most texts have little in common, and are told
    /// apart by a part of their runs.
    #[must_use]
    pub fn are_alike(&self, other: &Trigrams, bound: f64) -> bool {
        let all = self.0.len() + other.0.len();
        let mut least = self.0.len().min(other.0.len());
        if words::ratio(least, all - least) < bound {
            return false;
        }
        while least > 0 && words::ratio(least - 1, all - (least - 1)) >= bound {
            least -= 1;
        }
        self.common_within(other, all - 2 * least).is_some_and(|common| common >= least)
    }

    fn common(&self, other: &Trigrams) -> usize {
        self.common_within(other, usize::MAX).unwrap_or_default()
    }

    /// Counts the common runs; `None` as soon as more than so many stand in one of the two alone.
    fn common_within(&self, other: &Trigrams, most_alone: usize) -> Option<usize> {
        let (mut left, mut right) = (self.0.iter(), other.0.iter());
        let (mut one, mut two) = (left.next(), right.next());
        let (mut common, mut alone) = (0, 0);
        while let (Some(first), Some(second)) = (one, two) {
            common += usize::from(first == second);
            alone += usize::from(first != second);
            if alone > most_alone {
                return None;
            }
            if first <= second {
                one = left.next();
            }
            if second <= first {
                two = right.next();
            }
        }
        Some(common)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn likeness_is_the_share_of_common_runs() {
        for (one, other, likeness) in [
            ("abcd", "ABCD!", 1.0),
            ("abcd", "abce", 1.0 / 3.0),
            ("ab", "ab", 1.0),
            ("ab", "abc", 0.0),
            ("", "", 0.0),
            ("wide 中文字 runs", "wide 中文字 runs", 1.0),
        ] {
            let (one, other) = (Trigrams::of(one), Trigrams::of(other));
            assert!((one.likeness(&other) - likeness).abs() < 1e-9, "{one:?} {other:?}");
        }
    }

    #[test]
    fn texts_are_alike_where_their_likeness_says_so() {
        let texts = ["a leaf turns light into sugar", "a leaf turns light to sugar", "roots drink", "", "ab"];
        for (one, other) in texts.iter().flat_map(|one| texts.iter().map(move |other| (one, other))) {
            let (one, other) = (Trigrams::of(one), Trigrams::of(other));
            for bound in [0.1, 0.6, 0.7, 0.85, 1.0] {
                let is_alike = one.likeness(&other) >= bound;
                assert_eq!(one.are_alike(&other, bound), is_alike, "{one:?} {other:?} {bound}");
            }
        }
    }

    #[test]
    fn the_bound_is_part_of_what_is_alike() {
        let (one, other) = (Trigrams::of("abcd"), Trigrams::of("abce"));
        assert!(one.are_alike(&other, one.likeness(&other)));
        assert!(!one.are_alike(&other, 0.34) && !one.are_alike(&Trigrams::of("abcdefghijkl"), 0.25));
    }
}
