//! One piece, from nothing to valid. The one place that knows who writes.

/// Says who writes the pieces.
#[derive(Clone, Debug)]
pub enum Writer {
    /// Code, from the sentences of the user's own text.
    Extractive,
}
