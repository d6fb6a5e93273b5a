//! A German noun phrase without its article: behind "der", "das" and "den" an adjective has a weak
//! ending, and alone a strong one ("der gelbe Fleck", "gelber Fleck"). Which one shows only where the
//! text writes the phrase with an article that tells its gender.

/// Gives a noun phrase as it stands without the article that the text writes before it; nothing where
/// the article leaves open which ending that is. A phrase that begins with its noun stays as it is.
pub(super) fn strong(phrase: &str, article: Option<&str>) -> Option<String> {
    let adjectives = phrase.split(' ').take_while(|word| word.starts_with(char::is_lowercase)).count();
    let last = match adjectives.checked_sub(1) {
        Some(last) => phrase.split(' ').nth(last)?,
        None => return Some(phrase.to_owned()),
    };
    let (weak, strong) = match (article, ending(last)?) {
        (Some("der"), "e") => ("e", "er"),
        (Some("das"), "e") => ("e", "es"),
        (Some("die"), "en") => ("en", "e"),
        (Some("einen"), "en") => ("en", "er"),
        (Some("die" | "eine") | None, "e") | (Some("ein"), "er" | "es") | (None, "es") => {
            return Some(phrase.to_owned());
        }
        _ => return None,
    };
    let words = phrase.split(' ').enumerate().map(|(place, word)| match word.strip_suffix(weak) {
        Some(stem) if place < adjectives => format!("{stem}{strong}"),
        _ => word.to_owned(),
    });
    Some(words.collect::<Vec<_>>().join(" "))
}

/// The ending by which an adjective is declined; nothing for a word that is not.
fn ending(word: &str) -> Option<&'static str> {
    ["en", "em", "er", "es", "e"].into_iter().find(|ending| word.ends_with(ending))
}

#[cfg(test)]
mod tests {
    use super::strong;

    #[test]
    fn an_adjective_takes_the_ending_that_its_article_bore() {
        for (article, phrase, alone) in [
            ("der", "gelbe Fleck", Some("gelber Fleck")),
            ("das", "kleine alte Haus", Some("kleines altes Haus")),
            ("die", "industrielle Revolution", Some("industrielle Revolution")),
            ("die", "hohen Löhne", Some("hohe Löhne")),
            ("einen", "gelben Fleck", Some("gelber Fleck")),
            ("ein", "gelber Fleck", Some("gelber Fleck")),
            ("dem", "gelben Fleck", None),
            ("der", "industriellen Revolution", None),
            ("des", "Auges", Some("Auges")),
        ] {
            assert_eq!(strong(phrase, Some(article)).as_deref(), alone, "{article} {phrase}");
        }
        assert_eq!(strong("hohe Löhne", None).as_deref(), Some("hohe Löhne"));
        assert_eq!(strong("großer Geschwindigkeit", None), None);
        assert_eq!(strong("Netzhaut", None).as_deref(), Some("Netzhaut"));
    }
}
