//! What is known of models, as dated data (`models.toml`): prices, context, thinking levels,
//! shutdown dates; and what a usage costs.
//!
//! Which model is used is a setting of `llm`; what may be spent is the budget's.

mod price;

pub use price::Prices;
