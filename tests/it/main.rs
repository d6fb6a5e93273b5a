//! The one integration binary.

mod answer_damage;
