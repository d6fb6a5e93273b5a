//! Chooses sentences that are weighty and unlike one another (maximal marginal relevance).
//!
//! Source: J. Carbonell, J. Goldstein, The use of MMR, SIGIR 1998 (read 2026-11-20).

use super::sentence::Sentence;

/// How much weight counts against likeness.
const RELEVANCE: f64 = 0.7;
/// Candidates beyond these by weight are not compared: bounds the work for long texts.
const MAX_CANDIDATES: usize = 200;

/// Chooses at most `count` candidates; returns them ascending.
pub(super) fn diverse(sentences: &[Sentence], count: usize, candidates: Vec<usize>) -> Vec<usize> {
    let mut ranked: Vec<(&Sentence, f64)> = candidates
        .iter()
        .filter_map(|index| sentences.get(*index))
        .map(|sentence| (sentence, value(sentence)))
        .collect();
    ranked.sort_by(|left, right| right.1.total_cmp(&left.1).then(left.0.index.cmp(&right.0.index)));
    ranked.dedup_by_key(|(sentence, _)| sentence.index);
    ranked.truncate(MAX_CANDIDATES.max(count));
    let mut likeness = vec![0.0_f64; ranked.len()];
    let mut taken = vec![false; ranked.len()];
    let mut chosen: Vec<usize> = Vec::new();
    while chosen.len() < count {
        let best = ranked
            .iter()
            .zip(&likeness)
            .enumerate()
            .filter(|(place, _)| taken.get(*place) == Some(&false))
            .map(|(place, ((_, value), like))| (place, RELEVANCE * value - (1.0 - RELEVANCE) * like))
            .max_by(|left, right| left.1.total_cmp(&right.1).then(right.0.cmp(&left.0)));
        let Some((place, _)) = best else { break };
        let Some((sentence, _)) = ranked.get(place) else { break };
        if let Some(slot) = taken.get_mut(place) {
            *slot = true;
        }
        chosen.push(sentence.index);
        for ((other, _), like) in ranked.iter().zip(&mut likeness) {
            *like = like.max(likeness_of(sentence, other));
        }
    }
    chosen.sort_unstable();
    chosen
}

fn value(sentence: &Sentence) -> f64 {
    sentence.importance * sentence.fitness
}

/// Share of key terms that two sentences have in common (Jaccard).
fn likeness_of(left: &Sentence, right: &Sentence) -> f64 {
    let shared = left.terms.iter().filter(|term| right.terms.contains(term)).count();
    let all = left.terms.len() + right.terms.len() - shared;
    let (shared, all) = (u32::try_from(shared).unwrap_or(0), u32::try_from(all.max(1)).unwrap_or(1));
    f64::from(shared) / f64::from(all)
}
