//! Key terms: what the text is about, in its own words.

/// One key term, its singular and plural and its spellings merged.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::extractive) struct Term {
    /// As the text writes it most, without article; lower case unless it is a name.
    pub(in crate::extractive) surface: String,
    /// As a noun phrase for running text, with the article that the language asks for
    /// ("the Calvin cycle", "chloroplasts", "la evaporación").
    pub(in crate::extractive) phrase: String,
    /// Whether `phrase` is a plural.
    pub(in crate::extractive) plural: bool,
    /// Whether it is a proper name.
    pub(in crate::extractive) name: bool,
    /// How weighty it is, 0 to 1.
    pub(in crate::extractive) weight: f64,
    /// Sentences that it occurs in, ascending.
    pub(in crate::extractive) sentences: Vec<usize>,
    /// Topics that it occurs in, ascending.
    pub(in crate::extractive) topics: Vec<usize>,
    /// The sentence that defines it best.
    pub(in crate::extractive) definition: Option<usize>,
}
