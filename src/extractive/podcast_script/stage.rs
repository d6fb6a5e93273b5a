//! The script while it is written: who has said what, and how many words each voice has had.

use std::collections::BTreeSet;

use super::super::analysis::Analysis;
use super::super::passage::Passage;
use crate::content::{Evidence, Part, Speaker, Turn};

/// Most words of a turn; a listener loses the thread of a longer one.
const MOST_TURN_WORDS: usize = 115;

/// Words after which a voice had better not go on unasked.
const LONG_TURN_WORDS: usize = 90;

/// The turns so far.
pub(super) struct Stage<'a> {
    analysis: &'a Analysis,
    turns: Vec<Turn>,
    part: Part,
    objectives: Vec<u32>,
}

impl<'a> Stage<'a> {
    /// An empty stage.
    pub(super) fn new(analysis: &'a Analysis) -> Stage<'a> {
        Stage { analysis, turns: Vec::new(), part: Part::Introduction, objectives: Vec::new() }
    }

    /// Opens a part of the script, or a section of it, with the objectives that it serves.
    pub(super) fn open(&mut self, part: Part, objectives: &[u32]) {
        self.part = part;
        self.objectives = objectives.to_vec();
    }

    /// Lets a voice say words of our own.
    pub(super) fn say(&mut self, speaker: Speaker, words: &str) {
        self.speak(speaker, words, Vec::new());
    }

    /// Lets a voice say a passage of the source.
    pub(super) fn quote(&mut self, speaker: Speaker, passage: &Passage) {
        self.speak(speaker, &passage.text(), passage.evidence(self.analysis));
    }

    /// Lets a voice say words of our own that hold a passage of the source.
    pub(super) fn attribute(&mut self, speaker: Speaker, words: &str, passage: &Passage) {
        self.speak(speaker, words, passage.evidence(self.analysis));
    }

    fn speak(&mut self, speaker: Speaker, words: &str, evidence: Vec<Evidence>) {
        if words.is_empty() {
            return;
        }
        let count = words.split_whitespace().count();
        if let Some(turn) = self.turns.last_mut()
            && turn.speaker == speaker
            && turn.part == self.part
            && turn.text.split_whitespace().count() + count <= MOST_TURN_WORDS
        {
            turn.text.push(' ');
            turn.text.push_str(words);
            turn.evidence.extend(evidence);
            let known: BTreeSet<u32> = turn.objectives.iter().chain(&self.objectives).copied().collect();
            turn.objectives = known.into_iter().take(10).collect();
            return;
        }
        let objectives = self.objectives.clone();
        self.turns.push(Turn { part: self.part, speaker, text: words.to_owned(), objectives, evidence });
    }

    /// Whose turn the last one was.
    pub(super) fn last_speaker(&self) -> Option<Speaker> {
        self.turns.last().map(|turn| turn.speaker)
    }

    /// Whether the voice that spoke last can say so many words more without lecturing.
    pub(super) fn can_go_on(&self, speaker: Speaker, words: usize) -> bool {
        self.turns.last().is_some_and(|turn| {
            turn.speaker == speaker
                && turn.part == self.part
                && turn.text.split_whitespace().count() + words <= LONG_TURN_WORDS
        })
    }

    /// Of a hundred words, how many the host has said.
    pub(super) fn host_percent(&self) -> usize {
        let words = |turn: &Turn| turn.text.split_whitespace().count();
        let all: usize = self.turns.iter().map(words).sum();
        let host: usize = self.turns.iter().filter(|turn| turn.speaker == Speaker::Host).map(words).sum();
        (host * 100).checked_div(all).unwrap_or(0)
    }

    /// The turns.
    pub(super) fn into_turns(self) -> Vec<Turn> {
        self.turns
    }
}
