//! AI Content Factory: turns a text into checked teaching material.
//!
//! The modules in reading order, lowest rank first; a module names only modules of a lower rank,
//! and a test holds that.

pub mod answer;
pub mod content;
