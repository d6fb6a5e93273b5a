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

    /// Tells whether the likeness reaches that bound, sooner than by computing it where the lengths
    /// alone forbid that.
    #[must_use]
    pub fn are_alike(&self, other: &Trigrams, bound: f64) -> bool {
        let (shorter, longer) = (self.0.len().min(other.0.len()), self.0.len().max(other.0.len()));
        words::ratio(shorter, longer) >= bound && self.likeness(other) >= bound
    }

    fn common(&self, other: &Trigrams) -> usize {
        let (mut left, mut right) = (self.0.iter().peekable(), other.0.iter().peekable());
        let mut common = 0;
        while let (Some(one), Some(two)) = (left.peek(), right.peek()) {
            match one.cmp(two) {
                std::cmp::Ordering::Less => drop(left.next()),
                std::cmp::Ordering::Greater => drop(right.next()),
                std::cmp::Ordering::Equal => {
                    common += 1;
                    left.next();
                    right.next();
                }
            }
        }
        common
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
    fn the_bound_is_part_of_what_is_alike() {
        let (one, other) = (Trigrams::of("abcd"), Trigrams::of("abce"));
        assert!(one.are_alike(&other, one.likeness(&other)));
        assert!(!one.are_alike(&other, 0.34) && !one.are_alike(&Trigrams::of("abcdefghijkl"), 0.25));
    }
}
