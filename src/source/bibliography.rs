//! Tells the entries of a bibliography (`[12] Smith, J. (2010) Leaves.`) from paragraphs with a number before
//! them, as judgments have. What both mean for a text is settled in `structure.rs`.

use regex::Regex;
use std::sync::LazyLock;

use super::citation_marks::references;
use super::view::Glyph;

/// How much of a paragraph is looked at, in bytes; entries are shorter.
const MAX_ENTRY_BYTES: usize = 600;
/// Longest entry that gives no address.
const MAX_ENTRY_CHARACTERS: usize = 250;
/// Lower-case words of three letters or more that an entry without names, address or title in quotes may have.
const MAX_PLAIN_WORDS: usize = 2;
/// Words of a second sentence that no entry has behind a first one of prose.
const MIN_SENTENCE_WORDS: usize = 8;
/// Words of an entry that has no shape and stands among those that have: `Plant Atlas. Leipzig.`
const MAX_BARE_WORDS: usize = 8;

type Shape = LazyLock<Option<Regex>>;

/// Names as lists of sources write them: `J. Smith`, `de Vries, H.`, `Smith J, Lee A`, `王明.`
static AUTHORS: Shape = LazyLock::new(|| {
    Regex::new(concat!(
        r#"^(?:(?:\p{Lu}\.[ -]?)+\p{Lu}[\p{L}'’-]+(?:[,:]? ["“«„(\p{Lu}]|\.|,? (?:and|y|et|und|&) )"#,
        r"|(?:\p{Ll}+ ){0,2}\p{Lu}[\p{L}'’-]+(?: \p{Lu}[\p{L}'’-]+)?(?:, \p{Lu}\.| \p{Lu}\.[ ,])",
        r"|(?:\p{Ll}+ ){0,2}\p{Lu}[\p{L}'’-]+ \p{Lu}{1,2}[,.]",
        r"|(?:\p{Ll}+ ){0,2}\p{Lu}[\p{L}'’-]+, \p{Lu}\p{L}+(?: \p{Lu}\.)?(?:\.| ?[(&])",
        r"|[^.]{0,60}\bet al\b",
        r"|\p{Han}{2,4}(?:[，,、] ?\p{Han}{2,4})* ?[.．])"
    ))
    .ok()
});
/// Pages, volumes, editors: `pp. 3`, `12(3)`, `: 45–67`, `[J]`.
static PLACE_IN_PRINT: Shape = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:pp?|[Vv]ols?|[Nn]os?|Nr|Bd|núm|[Pp]ágs?|S)\. ?\d|\d+ ?\(\d+\)|[:,] ?\d{1,3} ?[–-] ?\d{1,3}\b",
        r"|\b[Ee]ds?\.|\b[Ee]dn\.|\bHrsg\.|\[[JMCDPRSN](?:/OL)?\]"
    ))
    .ok()
});
/// An address that stands apart, and not amidst a sentence: `Atlas. https://…`, `Retrieved from www.…`.
static ADDRESS: Shape = LazyLock::new(|| {
    Regex::new(concat!(
        r#"(?:^|[.,:;(<\[)”"»] ?)(?:https?://|www\.)|\b(?i:doi|arxiv|isbn|issn)\b"#,
        r"|(?i:available|retrieved|accessed|abgerufen|disponible|consult\p{L}+)[^.]{0,20}(?:https?://|www\.)"
    ))
    .ok()
});
static QUOTED_TITLE: Shape = LazyLock::new(|| Regex::new(r#"^["“«„]"#).ok());
static YEAR: Shape = LazyLock::new(|| Regex::new(r"\b(?:1[5-9]|20)\d\d[a-z]?\b").ok());
static PUBLISHER: Shape = LazyLock::new(|| {
    Regex::new(concat!(
        r"\b(?:Press|Journal|Proc|Proceedings|Verlag|Univ|University|Editorial|Éditions|Revista|Revue)\b",
        r"|(?i:\b(?:accessed|retrieved|abgerufen|consultado|consulté)\b)"
    ))
    .ok()
});

/// Splits `[12] Smith …` into the number and what stands behind it.
pub(super) fn numbered(text: &str) -> Option<(u32, &str)> {
    let (number, rest) = text.strip_prefix('[')?.split_once(']')?;
    let is_one = number.bytes().all(|byte| byte.is_ascii_digit());
    let [number] = <[u32; 1]>::try_from(references(number).filter(|_| is_one)?).ok()?;
    let behind = rest.trim_start_matches([' ', '\t', '\n']);
    let begins = behind.trim_start_matches(['"', '“', '«', '„']).starts_with(char::is_alphabetic);
    (begins && behind.len() < rest.len()).then_some((number, behind))
}

/// The number before a paragraph, and how many characters it takes with the white space behind it.
pub(super) fn paragraph_number(text: &str) -> Option<(u32, usize)> {
    let (number, paragraph) = numbered(text)?;
    let begins = !paragraph.starts_with(char::is_lowercase);
    begins.then(|| (number, text.chars().count() - paragraph.chars().count()))
}

/// Whether a text with a number before it has the shape of an entry: one sign that only sources have (names or
/// a title in quotes first, an address, pages without prose) and another beside it.
pub(super) fn is_entry(text: &str) -> bool {
    let Some((_, entry)) = numbered(text) else { return false };
    let end = entry.len().min(MAX_ENTRY_BYTES);
    let end = (end..entry.len()).find(|end| entry.is_char_boundary(*end)).unwrap_or(entry.len());
    let entry = entry.get(..end).unwrap_or_default();
    let has = |shape: &'static Shape| shape.as_ref().is_some_and(|shape| shape.is_match(entry));
    let count = |shapes: &[&'static Shape]| shapes.iter().filter(|shape| has(shape)).count();
    let leads = count(&[&AUTHORS, &ADDRESS, &QUOTED_TITLE]);
    let is_plain = plain_words(entry) <= MAX_PLAIN_WORDS;
    let is_short = has(&ADDRESS) || entry.chars().count() <= MAX_ENTRY_CHARACTERS;
    let signs = leads + count(&[&PLACE_IN_PRINT, &YEAR, &PUBLISHER]);
    let begins = leads > 0 || (is_plain && has(&PLACE_IN_PRINT));
    begins && signs >= 2 && is_short && !goes_on_in_prose(entry)
}

/// Whether a numbered text is so short that it may be an entry among others whose shape shows what they are.
pub(super) fn may_be_entry(text: &str) -> bool {
    numbered(text).is_some_and(|(_, entry)| entry.split_whitespace().count() <= MAX_BARE_WORDS)
}

/// Lower-case words of three letters or more.
fn plain_words(text: &str) -> usize {
    let is_plain = |word: &&str| {
        let letters = word.trim_matches(|mark: char| !mark.is_alphanumeric());
        letters.chars().count() > 2 && letters.chars().all(char::is_lowercase)
    };
    text.split_whitespace().filter(is_plain).count()
}

/// Whether a sentence of some length, without figures, follows another of prose. A title follows names.
fn goes_on_in_prose(entry: &str) -> bool {
    let sentences: Vec<&str> = entry.split(". ").flat_map(|part| part.split(".” ")).collect();
    sentences.windows(2).any(|pair| match pair {
        [first, second] => {
            plain_words(first) > MAX_PLAIN_WORDS
                && second.split_whitespace().count() >= MIN_SENTENCE_WORDS
                && !second.contains(|mark: char| mark.is_ascii_digit())
        }
        _ => false,
    })
}

/// How many entries a run holds, each at the start of a line.
pub(super) fn entries_in(run: &[Glyph]) -> usize {
    if run.first().is_none_or(|first| first.character != '[') {
        return 0;
    }
    let text = super::block::text(run);
    let lines = text.split("\n[").enumerate();
    lines.filter(|(at, line)| if *at == 0 { is_entry(line) } else { is_entry(&format!("[{line}")) }).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_known_by_names_years_pages_and_addresses() {
        for entry in [
            "[12] Smith, J. (2010) Leaves.",
            "[3] “Leaves and light”, 2010.",
            "[12] de Vries, H. Die Mutationstheorie. Leipzig 1901.",
            "[3] 王明. 水的循环[J]. 科学, 2010.",
            "[1] J. Smith, \"Light and leaves,\" Plant Journal, vol. 3, 2010.",
            "[2] Lee A, Kim B. Roots. Plant J. 2011;4(2):45–67.",
            "[4] Plant database of the world. https://example.org, accessed 3 May 2020.",
            "[5] Müller et al. Wurzeln. Springer Verlag, Berlin.",
            "[6] Plant Atlas, vol. 3. Leipzig 1901.",
            "[7] Lee A, Kim B. Roots take up water and minerals from the cold soil in spring. Plant J. 2011;4(2):45.",
            "[8] Report on leaves. Retrieved from www.example.org in 2012.",
        ] {
            assert!(is_entry(entry), "{entry}");
        }
    }

    #[test]
    fn a_numbered_paragraph_is_no_entry() {
        for paragraph in [
            "[1] The tenant rents a flat in the old part of the town from the landlord.",
            "[2] In 2010 the tenant, who lived there since 1990–1995, paid less rent.",
            "[3] The judge held in 2010 that “the flat was cold,” and the landlord paid.",
            "[4] However, John Smith paid the rent in 2010. The court heard him.",
            "[5] 首先，原告在2010年租了房子，被告没有修理。",
            "[6] The claimant relied on Donoghue v Stevenson, decided in 1932, where Lord Atkin said so at p. 580.",
            "[7] The rule was narrowed in 1990, pp. 617 to 618, and streets are a matter of statute.",
            "[8] J. Smith, the tenant, paid less rent in 2011.",
            "[9] The claimant relied on a report at www.example.org of 2010.",
            "[10] “The flat was cold,” the judge held in 2010. The landlord has to repair the walls of the house.",
            "[1, 5] is a closed interval.",
            "[7] is a list of one number.",
        ] {
            assert!(!is_entry(paragraph), "{paragraph}");
        }
        let long = "and the flat was cold ".repeat(12);
        assert!(!is_entry(&format!("[1] “The flat,” he said in 2010, {long}.")), "{long}");
    }
}
