//! AI Content Factory.

pub mod clock;
pub mod id;
pub mod money;
pub mod store;
pub mod usage;
