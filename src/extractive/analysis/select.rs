//! Chooses sentences that are weighty and unlike one another (maximal marginal relevance).

use super::sentence::Sentence;

/// Chooses at most `count` candidates; returns them ascending.
pub(super) fn diverse(sentences: &[Sentence], count: usize, candidates: Vec<usize>) -> Vec<usize> {
    let mut ranked: Vec<&Sentence> = candidates.iter().filter_map(|index| sentences.get(*index)).collect();
    ranked.sort_by(|left, right| {
        (right.importance * right.fitness)
            .total_cmp(&(left.importance * left.fitness))
            .then(left.index.cmp(&right.index))
    });
    let mut chosen: Vec<usize> = ranked.iter().take(count).map(|sentence| sentence.index).collect();
    chosen.sort_unstable();
    chosen
}
