//! An article in place of a noun. German "das", "die" and "der" open a sentence before their noun
//! ("Das Auge sieht") or instead of one ("Das zeigt sich"); only the second points back.

use super::Lexicon;

/// How far the noun may stand behind its article ("Das auch heute noch weit verbreitete Verfahren").
const REACH: usize = 10;

impl Lexicon {
    /// Whether words and marks, as written, open with an article that no noun follows: a verb does,
    /// or a comma. False in a language without such articles.
    #[must_use]
    pub fn opens_with_bare_article(&self, words: &[&str]) -> bool {
        let Some((article, rest)) = words.split_first() else { return false };
        let article = article.to_lowercase();
        self.bare_articles.contains(article.as_str()) && !self.has_noun(&article, rest)
    }

    fn has_noun(&self, article: &str, words: &[&str]) -> bool {
        match words {
            [next, ..] if begins_noun(next) || is_quote(next) => true,
            [next, rest @ ..] if self.stop.contains(*next) => !self.is_verb(next) && self.reaches_noun(rest),
            // Behind "das", a noun is singular and its adjective ends in "e".
            [next, rest @ ..] => {
                let declined = next.ends_with('e') || article != "das" && next.ends_with("en");
                // "Das erzeugte Furcht": unless a verb follows, this is one.
                let is_adjective = article != "das" || !next.ends_with("te") || self.has_verb(rest);
                declined && is_adjective && !self.is_verb(next) && self.goes_on(rest)
            }
            [] => false,
        }
    }

    /// Whether a noun, or another adjective before one, follows an adjective.
    fn goes_on(&self, words: &[&str]) -> bool {
        match words {
            [next, ..] if begins_noun(next) => true,
            ["," | "und" | "oder", next, ..] => !self.stop.contains(*next),
            [next, noun, ..] => next.ends_with(['e', 'n']) && !self.stop.contains(*next) && begins_noun(noun),
            _ => false,
        }
    }

    /// Whether a finite verb comes before any mark.
    fn has_verb(&self, words: &[&str]) -> bool {
        let clause = words.iter().take_while(|word| word.starts_with(char::is_alphanumeric));
        clause.filter(|word| !begins_noun(word)).any(|word| {
            let past = word.ends_with("te") || word.ends_with("ten");
            self.is_verb(word) || past && !self.stop.contains(*word)
        })
    }

    /// Whether a noun comes before any verb or mark.
    fn reaches_noun(&self, words: &[&str]) -> bool {
        for word in words.iter().take(REACH) {
            if begins_noun(word) {
                return true;
            }
            if self.is_verb(word) || !word.starts_with(char::is_alphanumeric) {
                return false;
            }
        }
        false
    }

    /// Whether a German word is a verb, as far as list and ending tell.
    fn is_verb(&self, word: &str) -> bool {
        let finite = word.ends_with('t') && !self.stop.contains(word);
        finite || self.auxiliaries.contains(word) || self.past_verbs.contains(word)
    }
}

fn begins_noun(word: &str) -> bool {
    word.starts_with(|first: char| first.is_uppercase() || first.is_numeric())
}

fn is_quote(word: &str) -> bool {
    word.starts_with(['„', '»', '«', '"', '“', '('])
}

#[cfg(test)]
mod tests {
    use crate::language::language;

    #[test]
    fn an_article_points_back_only_where_no_noun_follows() {
        let lexicon = language("de").lexicon();
        for (opening, points) in [
            ("Das Auge ist ein Sinnesorgan", false),
            ("Das rasche Wachstum der Städte", false),
            ("Das große , helle Haus steht", false),
            ("Das auch heute noch verbreitete Verfahren", false),
            ("Die meisten Menschen sehen", false),
            ("Die hohen Löhne stiegen", false),
            ("Das erhitzte Wasser dehnte sich aus .", false),
            ("Das gesamte Land litt unter Hunger", false),
            ("Der gelbe Fleck liegt", false),
            ("Das 19. Jahrhundert begann", false),
            ("Das „ Auge “ der Kamera", false),
            ("Auge und Ohr", false),
            ("Das ist ein Sinnesorgan", true),
            ("Das zeigt die Geschichte", true),
            ("Das führt zu Problemen", true),
            ("Das brachte Wohlstand", true),
            ("Das alles hat Folgen", true),
            ("Das erzeugte Furcht bei den Besitzern der Fabriken .", true),
            ("Das verkürzte Reisen , die früher Wochen dauerten .", true),
            ("Das zeigen neue Studien", true),
            ("Das , was bleibt", true),
            ("Die sind rot", true),
        ] {
            let words: Vec<&str> = opening.split(' ').collect();
            assert_eq!(lexicon.opens_with_bare_article(&words), points, "{opening}");
        }
        assert!(!language("en").lexicon().opens_with_bare_article(&["Die", "is", "cast"]));
    }
}
