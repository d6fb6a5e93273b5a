//! AI Content Factory.
