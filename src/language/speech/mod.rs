//! How written signs are spoken: abbreviations, units and symbols, one table for each language.
//!
//! The tables only name pairs; the walk over a sentence that uses them is the extractive writer's,
//! in its podcast part. Order matters: a longer sign stands before the sign it begins with.

mod de;
mod en;
mod es;
mod fr;

/// The tables of one language.
#[derive(Debug)]
pub struct Speech {
    /// Abbreviations with what is said instead; matched as whole words, points included.
    pub abbreviations: &'static [(&'static str, &'static str)],
    /// Units after a number: the sign, one of it, many of it.
    pub units: &'static [(&'static str, &'static str, &'static str)],
    /// Currency signs before or after a number: the sign, one of it, many of it.
    pub currencies: &'static [(&'static str, &'static str, &'static str)],
    /// Signs of calculation between words or numbers.
    pub operators: &'static [(&'static str, &'static str)],
    /// The word between the two numbers of a range.
    pub to: &'static str,
    /// The word before a negative number.
    pub minus: &'static str,
    /// The word for a plus sign that ends a name ("NADP+").
    pub plus: &'static str,
    /// Phrases that send the reader to another place; lower case.
    pub pointers: &'static [&'static str],
    /// Words that send the reader to another place if a number follows ("figure 3"); lower case.
    pub numbered: &'static [&'static str],
    /// First words of an aside that names a source ("see Miller"); lower case.
    pub citing: &'static [&'static str],
    /// First words of an aside that names a source if a name follows at once ("laut Meier"); lower case.
    pub according: &'static [&'static str],
    /// Two words that say in any place of an aside that a source follows, if a name does ("cited in"); lower case.
    pub cited: &'static [&'static str],
}

/// Returns the tables of the language with that two-letter code.
#[must_use]
pub fn speech(language: &str) -> Option<&'static Speech> {
    match language {
        "en" => Some(&en::SPEECH),
        "es" => Some(&es::SPEECH),
        "fr" => Some(&fr::SPEECH),
        "de" => Some(&de::SPEECH),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::speech;

    #[test]
    fn no_sign_hides_behind_a_shorter_one() {
        for language in ["en", "es", "fr", "de"] {
            let tables = speech(language).unwrap();
            let signs: [Vec<&str>; 3] = [
                tables.abbreviations.iter().map(|(sign, _)| *sign).collect(),
                tables.units.iter().map(|(sign, _, _)| *sign).collect(),
                tables.operators.iter().map(|(sign, _)| *sign).collect(),
            ];
            for table in signs {
                for (index, sign) in table.iter().enumerate() {
                    let hidden = table[..index].iter().find(|before| sign.starts_with(**before));
                    assert_eq!(hidden, None, "{language}: {sign} is never reached");
                }
            }
        }
    }
}
