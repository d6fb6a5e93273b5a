//! What a service remembers of those who call it wrongly: security events, put together by the minute and
//! kept append-only, and blocks that keep a caller out.
//!
//! Which answer is which event is `api`'s business (`api/security`); here is only how events are kept.
//! Read [`Event`] first, then `minutes` (how they are put together), `recorder` (how they are written),
//! `trail` (how they are asked for) and [`Blocks`].

mod blocks;
mod event;
mod failures;
mod minutes;
mod recorder;
#[cfg(test)]
mod tests;
mod trail;

pub use blocks::{Block, BlockPage, Blocks, Config, MAX_BLOCKS, MAX_REASON, Subject};
pub use event::{Event, Kind, Principal};
pub use minutes::Entry;
pub use recorder::{Audit, Recorder};
pub use trail::{MAX_LISTED, OfType, Page, Report, Share, TrailQuery};

use crate::store;

/// Says why something could not be kept or found.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The cursor is none that a list gave out.
    #[error("not a cursor of this list")]
    InvalidCursor,
    /// There is no such block.
    #[error("there is no such block")]
    NoBlock,
    /// There are as many blocks as there may be.
    #[error("there are as many blocks as there may be: lift some, or block a network")]
    Full,
    /// Something stored is not in the form that this version of the program writes.
    #[error("what was stored cannot be read")]
    Unreadable,
    /// The store did not do what was asked.
    #[error("the store of security events failed")]
    Store(#[from] store::Error),
}

impl Error {
    /// What a store says of a cursor.
    fn of_cursor(error: store::Error) -> Error {
        match error {
            store::Error::InvalidCursor => Error::InvalidCursor,
            error => error.into(),
        }
    }
}
