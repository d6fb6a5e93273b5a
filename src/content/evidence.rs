//! What an item rests on, and the levels and numbers that items share.

use std::fmt;

use schemars::JsonSchema;
use serde::de::value::SeqAccessDeserializer;
use serde::de::{SeqAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};

/// Points at a passage of the text as it was submitted: the quote is the slice from start to end.
///
/// Offsets count Unicode code points. Writers give the quote; [`super::Frame::anchor`] finds and
/// computes the offsets, they are never trusted.
#[derive(Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[cfg_attr(test, derive(Debug))]
#[serde(deny_unknown_fields)]
pub struct Evidence {
    /// The passage, verbatim.
    #[schemars(length(min = 1, max = 4000))]
    pub quote: String,
    /// Offset of its first code point in the submitted text.
    #[serde(default)]
    #[schemars(range(max = 200_000))]
    pub start: u32,
    /// Offset one past its last code point.
    #[serde(default)]
    #[schemars(range(max = 200_000))]
    pub end: u32,
}

impl Evidence {
    /// Makes evidence that still has to be anchored.
    #[must_use]
    pub fn unanchored(quote: impl Into<String>) -> Self {
        Evidence { quote: quote.into(), start: 0, end: 0 }
    }
}

/// Reads the passages of a piece, or of a draft the one quote that they come from.
pub(super) fn passages<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Evidence>, D::Error> {
    deserializer.deserialize_any(Passages)
}

struct Passages;

impl<'de> Visitor<'de> for Passages {
    type Value = Vec<Evidence>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("passages, a quote or null")
    }

    fn visit_str<E>(self, quote: &str) -> Result<Vec<Evidence>, E> {
        Ok(vec![Evidence::unanchored(quote)])
    }

    fn visit_unit<E>(self) -> Result<Vec<Evidence>, E> {
        Ok(Vec::new())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, passages: A) -> Result<Vec<Evidence>, A::Error> {
        Vec::deserialize(SeqAccessDeserializer::new(passages))
    }
}

/// Names a cognitive level of Bloom's taxonomy as revised.
///
/// Source: L. W. Anderson, D. R. Krathwohl (eds.), A Taxonomy for Learning, Teaching, and
/// Assessing, Longman 2001, table 5.1.
#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BloomLevel {
    /// Retrieve from memory.
    Remember,
    /// Construct meaning.
    #[default]
    Understand,
    /// Carry out a procedure.
    Apply,
    /// Break into parts and relate them.
    Analyze,
    /// Judge by criteria.
    Evaluate,
    /// Put together something new.
    Create,
}

impl BloomLevel {
    /// All levels from the lowest to the highest.
    pub const ALL: [BloomLevel; 6] = [
        BloomLevel::Remember,
        BloomLevel::Understand,
        BloomLevel::Apply,
        BloomLevel::Analyze,
        BloomLevel::Evaluate,
        BloomLevel::Create,
    ];
}

/// Says how demanding the whole material is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Difficulty {
    /// No prior knowledge of the subject.
    Beginner,
    /// The basics are known.
    #[default]
    Intermediate,
    /// For readers at home in the subject.
    Advanced,
}
