//! Makes a written sentence speakable: no brackets, markup, signs, units or abbreviations as written.
//! What cannot be spoken without being invented anew (formulas, addresses, tables) is refused, and
//! the writer chooses another sentence.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use regex::{Captures, Regex};

use super::super::wording::{capitalised, expression, points_elsewhere};
use crate::language::speech::{Speech, speech};

/// Words of a sentence that a listener can still follow.
pub(super) const MOST_WORDS: usize = 40;

/// The expressions of one language, made once from its table.
pub(super) struct Tongue {
    speech: &'static Speech,
    abbreviations: Regex,
    units: Regex,
    currency_before: Regex,
    operators: Regex,
}

static TONGUES: LazyLock<BTreeMap<&'static str, Tongue>> = LazyLock::new(|| {
    let languages = ["en", "es", "fr", "de"].into_iter();
    languages.filter_map(|language| Some((language, Tongue::of(speech(language)?)))).collect()
});

static UNSPEAKABLE: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"://|www\.|\S@\S|\\[A-Za-z]|\$[^$\d]+\$|[{}|\\^~#→⇌↔∑∫√∂∞∈⟶*`_]|</?[a-z]|[⁰¹⁴-⁹ⁿ]|=[^=,;]*=|\.{4,}",
    )
});
/// Brackets that are part of what is said: `a[i]`, `[1, 5]`, `f(x)`. An aside stands behind a space.
static BRACKETS: LazyLock<Regex> =
    LazyLock::new(|| expression(r"[\p{L}\p{N}\])]\[|\[[^\]]*\d|\[.?\]|[\p{L}\p{N}\])]\("));
static ASIDES: LazyLock<Regex> = LazyLock::new(|| expression(r"\s+\(([^()]*)\)|\s*\[(?:…|\.\.\.)\]"));
/// A year that counts nothing: `(Lee, 2015)`, and not `(1500 meters deep)`.
static YEAR: LazyLock<Regex> = LazyLock::new(|| {
    expression(r"(?:^|[^\d.\p{L}])(?:1\d|20)\d\d[a-z]?(?:[^\s\p{L}\d]|\s+[^\p{Ll}\s]|\s*$)")
});
/// Lower-case words of names, and those before a name that is a source in company of a year.
const PARTICLES: &[&str] =
    &["von", "van", "der", "den", "de", "del", "di", "da", "du", "la", "le", "zu", "after", "nach"];
/// Lower-case words between names, and what lists of sources write in short.
const JOINERS: &[&str] = &["and", "y", "e", "et", "und", "al", "ed", "eds", "hrsg", "p", "pp"];
/// Marks that end an aside as if it were a sentence.
const CLOSING_MARKS: [char; 3] = ['!', '.', '…'];
static INITIALS: LazyLock<Regex> = LazyLock::new(|| expression(r"\b(?:\p{Lu}\.){2,}"));
static INNER_STOP: LazyLock<Regex> = LazyLock::new(|| expression(r"[?!]|[.…](?:\s|$)"));
static RANGE: LazyLock<Regex> = LazyLock::new(|| expression(r"(\d)\s?–\s?(\d)|\b(\d{1,4})-(\d{1,4})\b"));
static NEGATIVE: LazyLock<Regex> = LazyLock::new(|| expression(r"(^|\s)[−-](\d)"));
static DASH: LazyLock<Regex> = LazyLock::new(|| expression(r"\s*—\s*|\s+–\s+"));
static CHARGE: LazyLock<Regex> = LazyLock::new(|| expression(r"([\p{L}\d])\+(\s|[.,;:!?]|$)"));
static FORMULA: LazyLock<Regex> = LazyLock::new(|| {
    expression(
        r"\b(?:C|H|O|N|S|P|K|F|Cl|Na|Ca|Mg|Fe|Cu|Zn|Si|Al)\d?(?:(?:Cl|Na|Ca|Mg|Fe|Cu|Zn|Si|Al|[CHONSPKF])\d*)+\b",
    )
});
static SPACES: LazyLock<Regex> = LazyLock::new(|| expression(r"\s+"));
static LOOSE_COMMA: LazyLock<Regex> = LazyLock::new(|| expression(r"\s+([,.])|,\s*,|,\s*([.;:!?])"));

/// Returns the expressions of a language.
pub(super) fn tongue(language: &str) -> Option<&'static Tongue> {
    TONGUES.get(language)
}

impl Tongue {
    fn of(speech: &'static Speech) -> Tongue {
        let abbreviations = alternatives(speech.abbreviations.iter().map(|(sign, _)| *sign));
        let units = alternatives(speech.units.iter().map(|(sign, _, _)| *sign));
        let currencies = alternatives(speech.currencies.iter().map(|(sign, _, _)| *sign));
        let operators = alternatives(speech.operators.iter().map(|(sign, _)| *sign));
        Tongue {
            speech,
            abbreviations: expression(&format!(r"(^|[^\p{{L}}\p{{N}}])({abbreviations})(\s|[,;:)]|$)")),
            units: expression(&format!(
                r"(\d[\d.,]*)[\s\u{{a0}}\u{{202f}}]?({units}|{currencies})\b{{end-half}}(['’.]?)"
            )),
            currency_before: expression(&format!(
                r"({currencies})\s?(\d[\d.,]*\d|\d)(\s(?:thousand|million|billion|trillion))?"
            )),
            operators: expression(&format!(r"\s({operators})\s|^({operators})\s|([≈≤≥±§])")),
        }
    }

    /// Returns the sentence as it is spoken, or nothing if it cannot be.
    pub(super) fn speak(&self, sentence: &str) -> Option<String> {
        let text = ASIDES.replace_all(sentence, |found: &Captures<'_>| self.aside(group(found, 1)));
        let is_sign = UNSPEAKABLE.is_match(&text) || BRACKETS.is_match(&text);
        if is_sign || points_elsewhere(&text, self.speech) {
            return None;
        }
        let text = text.chars().filter(|character| !is_picture(*character)).collect::<String>();
        let text = text.replace(['[', ']'], "");
        let text = self.signs(&text);
        let text = DASH.replace_all(&text, ", ");
        let text = SPACES.replace_all(&text, " ");
        let text = LOOSE_COMMA.replace_all(&text, |found: &Captures<'_>| {
            let kept = found.get(1).or(found.get(2)).map_or(",", |kept| kept.as_str());
            kept.to_owned()
        });
        let text = capitalised(text.trim());
        is_whole(&text).then_some(text)
    }

    /// What is said of an aside in brackets: one in words may be what makes the sentence true ("(except
    /// bats)"); a short form, a date, a source, a place to look at, a question or a sentence of its own is left out.
    fn aside(&self, inner: &str) -> String {
        let is_word = |word: &str| {
            let letters = word.trim_matches(|mark: char| !mark.is_alphanumeric());
            letters.chars().count() > 2 && letters.chars().all(char::is_lowercase)
        };
        let said = self.without_closing_mark(inner);
        let says = said.split_whitespace().any(is_word)
            && !points_elsewhere(said, self.speech)
            && !self.names_source(said)
            && !INNER_STOP.is_match(&self.without_short_forms(said));
        if says { format!(", {said},") } else { String::new() }
    }

    /// `never drink it!` without its mark. What begins with a capital is a sentence of its own and keeps it.
    fn without_closing_mark<'a>(&self, inner: &'a str) -> &'a str {
        let opened = inner.trim_start_matches('¡');
        if opened.starts_with(char::is_uppercase) || !self.without_short_forms(inner).ends_with(CLOSING_MARKS)
        {
            return inner;
        }
        opened.trim_end_matches(CLOSING_MARKS)
    }

    fn without_short_forms(&self, inner: &str) -> String {
        let text = self.abbreviations.replace_all(inner, "$1$3");
        INITIALS.replace_all(&text, "").into_owned()
    }

    /// Whether an aside tells where something was written: `see Miller`, `Lee 2015, cited in Park 2018`.
    fn names_source(&self, inner: &str) -> bool {
        let words = inner.split(|mark: char| mark.is_whitespace() || ",;:".contains(mark));
        let words: Vec<&str> = words.filter(|word| !word.is_empty()).collect();
        let first = words.first().map(|word| word.to_lowercase()).unwrap_or_default();
        let is_name_next = words.get(1).is_some_and(|word| word.starts_with(char::is_uppercase));
        let is_cited = words.windows(3).any(|three| match three {
            [one, two, name] => {
                let phrase = format!("{one} {two}").to_lowercase();
                self.speech.cited.contains(&phrase.as_str())
                    && (name.starts_with(char::is_uppercase) || PARTICLES.contains(name))
            }
            _ => false,
        });
        self.speech.citing.contains(&first.as_str())
            || (self.speech.according.contains(&first.as_str()) && is_name_next)
            || is_cited
            || (YEAR.is_match(inner) && holds_only_names(&words))
    }

    fn signs(&self, text: &str) -> String {
        let speech = self.speech;
        let text = self.abbreviations.replace_all(text, |found: &Captures<'_>| self.abbreviation(found));
        let text = self.currency_before.replace_all(&text, |found: &Captures<'_>| self.currency(found));
        let text = NEGATIVE.replace_all(&text, |found: &Captures<'_>| {
            format!("{}{} {}", group(found, 1), speech.minus, group(found, 2))
        });
        let text = RANGE.replace_all(&text, |found: &Captures<'_>| range(found, speech.to));
        let text = self.units.replace_all(&text, |found: &Captures<'_>| self.unit(found));
        let text = FORMULA.replace_all(&text, |found: &Captures<'_>| spelled(group(found, 0)));
        let text = CHARGE.replace_all(&text, |found: &Captures<'_>| {
            format!("{} {}{}", group(found, 1), speech.plus, group(found, 2))
        });
        let text = self.operators.replace_all(&text, |found: &Captures<'_>| {
            let sign = group(found, 0).trim();
            let said = speech.operators.iter().find(|(known, _)| *known == sign);
            said.map_or_else(|| group(found, 0).to_owned(), |(_, said)| format!(" {said} "))
        });
        text.into_owned()
    }

    fn abbreviation(&self, found: &Captures<'_>) -> String {
        let (before, sign, after) = (group(found, 1), group(found, 2), group(found, 3));
        let said = self.speech.abbreviations.iter().find(|(known, _)| *known == sign);
        let said = said.map_or(sign, |(_, said)| said);
        let stop = if after.is_empty() && sign.ends_with('.') { "." } else { "" };
        format!("{before}{said}{stop}{after}")
    }

    fn currency(&self, found: &Captures<'_>) -> String {
        let (sign, number, scale) = (group(found, 1), group(found, 2), group(found, 3));
        let named = self.speech.currencies.iter().find(|(known, _, _)| *known == sign);
        let name = named.map_or(sign, |(_, one, many)| if number == "1" { one } else { many });
        format!("{number}{scale} {name}")
    }

    fn unit(&self, found: &Captures<'_>) -> String {
        let (number, sign, after) = (group(found, 1), group(found, 2), group(found, 3));
        let is_year = number.len() == 4 && number.chars().all(|mark| mark.is_ascii_digit());
        let is_letter = sign.chars().count() == 1 && sign.chars().all(char::is_alphabetic);
        if is_letter && (is_year || matches!(after, "'" | "’")) {
            return group(found, 0).to_owned();
        }
        let tables = self.speech.units.iter().chain(self.speech.currencies);
        let named = tables.into_iter().find(|(known, _, _)| *known == sign);
        let name = named.map_or(sign, |(_, one, many)| if number == "1" { one } else { many });
        format!("{number} {name}{after}")
    }
}

/// Names with their particles, and what joins them, beside numbers: `von Humboldt 1845`, `Smith and Jones 2010`.
fn holds_only_names(words: &[&str]) -> bool {
    let is_name = |word: &&str| word.starts_with(char::is_uppercase);
    let is_prose = |word: &&str| {
        let letters = word.trim_matches(|mark: char| !mark.is_alphanumeric());
        let is_lower = !letters.is_empty() && letters.chars().all(char::is_lowercase);
        is_lower && !PARTICLES.contains(&letters) && !JOINERS.contains(&letters)
    };
    words.first().is_some_and(|first| is_name(first) || PARTICLES.contains(first))
        && words.iter().any(is_name)
        && !words.iter().any(is_prose)
}

fn group<'a>(found: &Captures<'a>, number: usize) -> &'a str {
    found.get(number).map_or("", |part| part.as_str())
}

fn alternatives<'a>(signs: impl Iterator<Item = &'a str>) -> String {
    signs.map(regex::escape).collect::<Vec<_>>().join("|")
}

/// A dash between digits is a range; a hyphen only where the second number is the larger.
fn range(found: &Captures<'_>, to: &str) -> String {
    if found.get(1).is_some() {
        return format!("{} {to} {}", group(found, 1), group(found, 2));
    }
    let (first, second) = (group(found, 3), group(found, 4));
    match (first.parse::<u32>(), second.parse::<u32>()) {
        (Ok(low), Ok(high)) if low < high => format!("{first} {to} {second}"),
        _ => group(found, 0).to_owned(),
    }
}

/// Spells a chemical formula: "CO2" becomes "C O 2". What has no digit is left as it is.
fn spelled(formula: &str) -> String {
    if !formula.chars().any(|mark| mark.is_numeric()) {
        return formula.to_owned();
    }
    let mut said = String::new();
    for mark in formula.chars() {
        if !said.is_empty() && !mark.is_lowercase() {
            said.push(' ');
        }
        said.push(mark);
    }
    said
}

fn is_picture(character: char) -> bool {
    matches!(u32::from(character), 0x1F000..=0x1FAFF | 0x2600..=0x27BF | 0xFE0F | 0x200D | 0x2122 | 0xAE)
}

/// Ends as a sentence, and every quotation mark and bracket in it closes.
fn is_whole(text: &str) -> bool {
    let count = |mark: char| text.chars().filter(|character| *character == mark).count();
    let ends =
        text.trim_end_matches(['"', '”', '»', '“', '’', '\u{a0}', ' ']).ends_with(['.', '!', '?', '…']);
    let german = count('„') > 0;
    let quotes = if german { count('„') == count('“') } else { count('“') == count('”') };
    ends && quotes
        && count('«') == count('»')
        && count('"').is_multiple_of(2)
        && count('(') == count(')')
        && text.split_whitespace().count() <= MOST_WORDS
        && text.chars().any(char::is_alphabetic)
}

#[cfg(test)]
mod tests {
    use super::tongue;

    #[test]
    fn written_signs_are_spoken() {
        let table = [
            (
                "en",
                "Hot spots, e.g. Hawaii, move approx. 7 to 10 cm per year.",
                "Hot spots, for example Hawaii, move approximately 7 to 10 centimeters per year.",
            ),
            (
                "en",
                "No mammals (except bats) can fly, and most birds (class Aves) can.",
                "No mammals, except bats, can fly, and most birds, class Aves, can.",
            ),
            ("en", "Roots (WHO, 1998) take up water (and salts).", "Roots take up water, and salts."),
            ("en", "No bank failed (except in 1929).", "No bank failed, except in 1929."),
            ("en", "It lies low (about 1500 meters deep).", "It lies low, about 1500 meters deep."),
            (
                "en",
                "People eat roots (e.g. carrots and beets).",
                "People eat roots, for example carrots and beets.",
            ),
            ("de", "Wurzeln (z. B. lange Rüben) sind süß.", "Wurzeln, zum Beispiel lange Rüben, sind süß."),
            (
                "en",
                "Warming by 20–30 °C (see Figure 3) costs 5% of it.",
                "Warming by 20 to 30 degrees Celsius costs 5 percent of it.",
            ),
            (
                "en",
                "It costs $5 million and weighs 1 kg.",
                "It costs 5 million dollars and weighs 1 kilogram.",
            ),
            (
                "en",
                "Plants take up CO2 and make NADPH from NADP+.",
                "Plants take up C O 2 and make NADPH from NADP plus.",
            ),
            ("en", "They sold wine, oil, etc.", "They sold wine, oil, and so on."),
            ("en", "The Relation — a newspaper — sold well.", "The Relation, a newspaper, sold well."),
            ("en", "Mount St. Helens lost 400 m.", "Mount Saint Helens lost 400 meters."),
            ("en", "In 1914 V was a letter.", "In 1914 V was a letter."),
            (
                "es",
                "Cerca del 97 % se halla en los océanos.",
                "Cerca del 97 por ciento se halla en los océanos.",
            ),
            (
                "fr",
                "Il fait 20 °C, p. ex. en 1793 l'hiver.",
                "Il fait 20 degrés Celsius, par exemple en 1793 l'hiver.",
            ),
            (
                "de",
                "Das sind z. B. 3 km bzw. 5 %.",
                "Das sind zum Beispiel 3 Kilometer beziehungsweise 5 Prozent.",
            ),
        ];
        for (language, written, spoken) in table {
            assert_eq!(tongue(language).unwrap().speak(written).as_deref(), Some(spoken), "{written}");
        }
    }

    #[test]
    fn sources_and_sentences_in_brackets_are_left_out() {
        let table = [
            ("en", "Roots (Smith and Jones, 2010) grow.", "Roots grow."),
            ("en", "Most trees (von Humboldt 1845) grow.", "Most trees grow."),
            ("en", "Minerals (see Miller and Brown) reach the plant.", "Minerals reach the plant."),
            ("en", "In winter (Lee, cited in Park) trees rest.", "In winter trees rest."),
            (
                "en",
                "It stops at night (or does it?) because pores close.",
                "It stops at night because pores close.",
            ),
            ("en", "It turns yellow (It looks ill.) and grows slowly.", "It turns yellow and grows slowly."),
            ("en", "It grows (after Miller and Brown 1990).", "It grows."),
            ("en", "It grows (Lee 2015, cited in Park 2018).", "It grows."),
            ("en", "It grows (Never drink it, they said!).", "It grows."),
            ("de", "Wurzeln (vgl. Meier und andere) wachsen.", "Wurzeln wachsen."),
            ("de", "Wurzeln (zitiert nach Meier) wachsen (laut Meier).", "Wurzeln wachsen."),
            ("es", "Las raíces (según Ramón) crecen.", "Las raíces crecen."),
            ("fr", "Les racines (selon Dupont) poussent.", "Les racines poussent."),
            ("es", "Las raíces (véase también Ramón) crecen.", "Las raíces crecen."),
            ("fr", "Les racines (voir aussi Dupont) poussent.", "Les racines poussent."),
        ];
        for (language, written, spoken) in table {
            assert_eq!(tongue(language).unwrap().speak(written).as_deref(), Some(spoken), "{written}");
        }
    }

    #[test]
    fn what_makes_a_sentence_true_is_spoken() {
        let table = [
            (
                "en",
                "All (which excluded women until 1971) vote.",
                "All, which excluded women until 1971, vote.",
            ),
            ("en", "All (though not slaves before 1865) vote.", "All, though not slaves before 1865, vote."),
            ("en", "It dies (after the first hard frost).", "It dies, after the first hard frost."),
            ("en", "It fell (after Easter and Lent).", "It fell, after Easter and Lent."),
            ("en", "It was drunk (never cited as harmful).", "It was drunk, never cited as harmful."),
            (
                "en",
                "It has many (at most 1500, each of many cells).",
                "It has many, at most 1500, each of many cells.",
            ),
            ("en", "It was built (Paris in 1900 and 1937).", "It was built, Paris in 1900 and 1937."),
            ("en", "Water it (but not in summer!) each day.", "Water it, but not in summer, each day."),
            ("en", "Acid burns (never drink it!).", "Acid burns, never drink it."),
            ("en", "All vote (except in the G.D.R.) today.", "All vote, except in the G.D.R., today."),
            ("es", "Votan (lo que no fue posible hasta 1931).", "Votan, lo que no fue posible hasta 1931."),
            ("es", "Crece (según el tipo de tejido).", "Crece, según el tipo de tejido."),
            ("es", "Quema (¡nunca lo beba!) la piel.", "Quema, nunca lo beba, la piel."),
            ("fr", "Il pousse (selon le type de tissu).", "Il pousse, selon le type de tissu."),
            ("de", "Er stirbt (nach dem ersten Frost).", "Er stirbt, nach dem ersten Frost."),
            (
                "de",
                "Sie sind lang (rund 1200 Kilometer im ganzen Körper).",
                "Sie sind lang, rund 1200 Kilometer im ganzen Körper.",
            ),
        ];
        for (language, written, spoken) in table {
            assert_eq!(tongue(language).unwrap().speak(written).as_deref(), Some(spoken), "{written}");
        }
    }

    #[test]
    fn what_cannot_be_spoken_is_refused() {
        let refused = [
            "Read more at https://example.org/page.",
            "The law reads $E = mc^2$ in short.",
            "| a | b |.",
            "6CO2 + 6H2O → C6H12O6 + 6O2.",
            "Figure 3 shows the plates.",
            "The list is:",
            "He said “this.",
            "Write to someone@example.org today.",
            "The first element of the array a is a[0] and the second element is a[1].",
            "In most languages the expression 2 * 3 * 4 has the value 24.",
            "The method __init__ is called when an object is made.",
            "The declaration int *p makes p a pointer to an integer.",
            "The function f has the domain [1, 5] and the range [2, 10].",
            "The value of f(x) grows with x.",
        ];
        for sentence in refused {
            assert_eq!(tongue("en").unwrap().speak(sentence), None, "{sentence}");
        }
    }
}
