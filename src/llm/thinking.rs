//! Which thinking level a model is told, and the room it is given for thinking: it eats the tokens
//! of the answer.

use super::Thinking;
use crate::catalog::{self, ThinkingLevel};

/// Chooses the level; `None` is said to nobody, because nothing was asked for or because the model's
/// levels are not known. A level that the model lacks becomes the next higher it has.
pub(super) fn level(model: &str, wanted: Thinking) -> Option<ThinkingLevel> {
    let known = catalog::find(model)?;
    let least = match wanted {
        Thinking::Default => return None,
        Thinking::Lowest => return known.thinking.first().copied(),
        Thinking::Low => ThinkingLevel::Low,
        Thinking::Medium => ThinkingLevel::Medium,
        Thinking::High => ThinkingLevel::High,
    };
    known.thinking.iter().find(|level| **level >= least).or(known.thinking.last()).copied()
}

/// Returns the name that vendors use on the wire.
pub(super) fn name(level: ThinkingLevel) -> &'static str {
    match level {
        ThinkingLevel::Off => "none",
        ThinkingLevel::Minimal => "minimal",
        ThinkingLevel::Low => "low",
        ThinkingLevel::Medium => "medium",
        ThinkingLevel::High => "high",
    }
}

/// Returns the tokens an answer may have, with room for thinking at that level, within what the
/// model can write. Where the level is not known it is taken for the vendors' usual, medium.
pub(super) fn max_output_tokens(model: &str, wanted: Thinking, answer_tokens: u32) -> u32 {
    let room = match level(model, wanted).unwrap_or(ThinkingLevel::Medium) {
        ThinkingLevel::Off => 0,
        ThinkingLevel::Minimal => 1024,
        ThinkingLevel::Low => 4096,
        ThinkingLevel::Medium => 8192,
        ThinkingLevel::High => 24_576,
    };
    let most = catalog::find(model).map_or(u32::MAX, |known| known.max_output_tokens);
    answer_tokens.saturating_add(room).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_level_is_the_lowest_the_model_has_and_never_one_it_lacks() {
        assert_eq!(level("gemini-3.8-flash", Thinking::Lowest), Some(ThinkingLevel::Low));
        assert_eq!(level("gemini-3.1-flash-lite", Thinking::Lowest), Some(ThinkingLevel::Minimal));
        assert_eq!(level("gemini-3.8-flash", Thinking::High), Some(ThinkingLevel::High));
        assert_eq!(level("gemini-3.8-flash", Thinking::Default), None);
        assert_eq!(level("gpt-5.6-luna", Thinking::Lowest), Some(ThinkingLevel::Off));
        assert_eq!(level("claude-haiku-4-5", Thinking::High), Some(ThinkingLevel::Off));
        assert_eq!(level("gpt-5.4-mini", Thinking::Lowest), None);
        assert_eq!(level("llama3.3:70b", Thinking::High), None);
    }

    #[test]
    fn thinking_has_room_within_what_the_model_can_write() {
        assert_eq!(max_output_tokens("gemini-3.1-flash-lite", Thinking::Lowest, 1000), 2024);
        assert_eq!(max_output_tokens("gemini-3.8-flash", Thinking::Lowest, 1000), 5096);
        assert_eq!(max_output_tokens("gemini-3.8-flash", Thinking::High, 60_000), 65_536);
        assert_eq!(max_output_tokens("claude-haiku-4-5", Thinking::Lowest, 1000), 1000);
        assert_eq!(max_output_tokens("claude-haiku-5-5", Thinking::Lowest, 1000), 5096);
        assert_eq!(max_output_tokens("gpt-5.4-mini", Thinking::Lowest, 1000), 9192, "not known: the usual");
    }
}
