//! The one integration binary.

mod answer;
mod answer_damage;
