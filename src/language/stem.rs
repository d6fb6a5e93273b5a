//! Word stems, so that "gas" and "gases" count as one word.

/// Reduces words to stems by the Snowball algorithm of a language, or leaves them in lower case.
pub struct Stemmer {
    snowball: Option<rust_stemmers::Stemmer>,
}

impl Stemmer {
    /// Makes the stemmer of an algorithm.
    #[must_use]
    pub fn new(algorithm: Option<rust_stemmers::Algorithm>) -> Self {
        Stemmer { snowball: algorithm.map(rust_stemmers::Stemmer::create) }
    }

    /// Returns the stem of a word, in lower case.
    #[must_use]
    pub fn stem(&self, word: &str) -> String {
        let lower = word.to_lowercase();
        match &self.snowball {
            Some(stemmer) => stemmer.stem(&lower).into_owned(),
            None => lower,
        }
    }
}
