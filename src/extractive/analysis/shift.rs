//! Topic shifts: a stretch without headings is divided where neighbouring paragraphs share the
//! fewest key terms.
//!
//! Source: after M. Hearst, TextTiling, Computational Linguistics 23(1), 1997 (read 2026-11-20),
//! with key terms in place of all words.

use std::collections::BTreeMap;

use super::sentence::Sentence;
use super::term::Term;
use super::topic::Stretch;

/// Sentences that make a unit where there are too few paragraphs.
const SENTENCES_OF_A_UNIT: usize = 3;

/// Divides a stretch into at most `count` parts.
pub(super) fn divide(stretch: Stretch, count: usize, sentences: &[Sentence], terms: &[Term]) -> Vec<Stretch> {
    let units = units(&stretch.sentences, count, sentences);
    if count < 2 || units.len() < 2 {
        return vec![stretch];
    }
    let mut gaps: Vec<(usize, f64)> =
        (1..units.len()).map(|gap| (gap, cohesion(&units, gap, sentences, terms))).collect();
    gaps.sort_by(|left, right| left.1.total_cmp(&right.1).then(left.0.cmp(&right.0)));
    let least = (stretch.sentences.len() / (count * 2)).max(2);
    let mut borders: Vec<usize> = vec![0, units.len()];
    for (gap, _) in gaps {
        if borders.len() > count {
            break;
        }
        let place = borders.partition_point(|border| *border < gap);
        let size = |from: Option<&usize>, to: Option<&usize>| {
            let (from, to) = (from.copied().unwrap_or(0), to.copied().unwrap_or(units.len()));
            units.get(from..to).map_or(0, |part| part.iter().map(Vec::len).sum::<usize>())
        };
        let before = size(place.checked_sub(1).and_then(|place| borders.get(place)), Some(&gap));
        let after = size(Some(&gap), borders.get(place));
        if before >= least && after >= least {
            borders.insert(place, gap);
        }
    }
    let mut heading = stretch.heading;
    borders
        .windows(2)
        .filter_map(|pair| {
            let [from, to] = pair else { return None };
            let sentences = units.get(*from..*to)?.concat();
            Some(Stretch { heading: heading.take(), sentences })
        })
        .collect()
}

/// Paragraphs, or runs of a few sentences where there are too few paragraphs.
fn units(stretch: &[usize], count: usize, sentences: &[Sentence]) -> Vec<Vec<usize>> {
    let mut paragraphs: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for index in stretch {
        if let Some(sentence) = sentences.get(*index) {
            paragraphs.entry(sentence.paragraph).or_default().push(*index);
        }
    }
    if paragraphs.len() >= count {
        return paragraphs.into_values().collect();
    }
    stretch.chunks(SENTENCES_OF_A_UNIT).map(<[usize]>::to_vec).collect()
}

/// How much the two units before a gap share with the two after it.
fn cohesion(units: &[Vec<usize>], gap: usize, sentences: &[Sentence], terms: &[Term]) -> f64 {
    let window = |from: usize, to: usize| {
        let mut weights: BTreeMap<usize, f64> = BTreeMap::new();
        for index in units.get(from..to.min(units.len())).unwrap_or_default().iter().flatten() {
            for number in sentences.get(*index).map_or(&[][..], |sentence| &sentence.terms) {
                let term = terms.get(*number).map_or(0.0, |term| term.weight);
                *weights.entry(*number).or_default() += term;
            }
        }
        weights
    };
    let (before, after) = (window(gap.saturating_sub(2), gap), window(gap, gap + 2));
    let norm =
        |weights: &BTreeMap<usize, f64>| weights.values().map(|weight| weight * weight).sum::<f64>().sqrt();
    let product: f64 =
        before.iter().filter_map(|(number, weight)| after.get(number).map(|other| weight * other)).sum();
    product / (norm(&before) * norm(&after)).max(f64::MIN_POSITIVE)
}
