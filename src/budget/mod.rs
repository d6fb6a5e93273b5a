//! What may be spent, and what was: nothing is bought before the most that it can cost is held.
//!
//! A [`Purse`] is what one job may spend, in money and in tokens. A [`Hold`] is taken before each
//! attempt at a model, by way of a [`Reservation`] where the attempt still has to wait, and ends in exactly one of three ways: settled at what was billed, refunded
//! because nothing was sent, or settled at the hold itself because nobody knows what was billed.
//! Forgetting one is the third way. A purse whose spending has to be known even if this process is gone
//! makes a [`Pledge`](crate::money::Pledge) before it lets an attempt begin. Limits of keys, days and months are not here yet; what a token
//! costs is the catalogue's.

mod pledges;
mod purse;
mod spend;

pub use purse::{Hold, Purse, Reservation, Statement};
pub use spend::{Exhausted, Spend};
