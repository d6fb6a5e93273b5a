//! Finds numbers in brackets (`[12]`, `[3, 4]`, `[1], [2] and [5]`, `[1]–[3]`) and tells how they stand in
//! their line. What a document makes of them is decided in `citations.rs`.

use super::is_stop;
use super::lines::is_unspaced;
use super::view::Glyph;

/// Longest content of a mark: a handful of numbers.
const MAX_MARK_CHARACTERS: usize = 40;
/// Longest joint between two marks with its spaces: ` and `.
const MAX_JOINT_CHARACTERS: usize = 8;
/// How far back a word is read, and the bracket that opened.
const MAX_WORD_CHARACTERS: usize = 30;
/// Longest span of numbers that is filled in: `[1]–[3]` names 2.
const MAX_FILLED: u32 = 50;

/// What joins two marks, beside white space: `[3] and [4]`, `[1]–[3]`.
const JOINTS: &[&str] = &[
    "", ",", ";", "-", "–", "—", "−", "&", "and", "or", "to", "y", "o", "e", "a", "et", "ou", "à", "und",
    "oder", "bis", ", and", ", or", ", y", ", et", ", und", "、", "，", "和",
];
/// Joints that stand for what is between the numbers.
const SPANS: &[&str] = &["-", "–", "—", "−", "to", "a", "à", "bis"];

/// Words behind which brackets hold numbers of the subject: nouns that have some, words that something must
/// follow, and verbs of computing. A reference rarely stands behind one of them.
const SUBJECT_WORDS: [&str; 7] = [
    "set sets array arrays list lists tuple tuples index \
     indices indexes element elements vector vectors row rows column columns matrix value values \
     pair point points node nodes slice closed open \
     reference references ref refs",
    "section sections article articles clause clauses chapter chapters step steps example examples exercise \
     exercises question questions page pages part parts theorem lemma rule rules fig figs figure figures eq eqs \
     equation equations table tables note notes para paras paragraph paragraphs sección artículo regla ecuación \
     figura tabla página capítulo ejemplo règle équation tableau chapitre exemple abschnitt artikel regel \
     gleichung abbildung abb tabelle seite nummer kapitel beispiel rn",
    "and or nor but about against among as at because \
     beside between by despite during except for from if in into like of on onto \
     per than the to toward towards until upon using via \
     when where with within without an this that these those is are was were be see compare cf",
    "contain contains cover covers covering display displays equal equals evaluates give gives given \
     hold holds output outputs print prints produce produces return returns spans spanning write \
     writes yield yields becomes",
    "conjunto lista matriz fila columna índice párrafo valor \
     valores número en entre de del desde hasta para por según sin sobre tras durante mediante como \
     con contra y o el la los las un una que es son ver véase contiene devuelve imprime da",
    "ensemble tableau liste vecteur matrice indice paragraphe valeur valeurs \
     nombre dans sur du des depuis pour par selon sans sous vers comme avec contre chez et ou le les \
     une est sont voir contient renvoie affiche donne",
    "menge feld vektor zeile spalte absatz wert \
     werte zahl im von vom zwischen innerhalb außerhalb für ohne wie als und oder der \
     das den dem ist sind siehe vgl enthält liefert ergibt",
];

/// Words behind which a list is an interval, and one number at the end of a clause is none: nouns, and
/// prepositions that also end a clause (`issued weeks before [5].`).
const INTERVAL_WORDS: &str = "interval intervals domain range codomain intervalo intervalos dominio rango intervalle \
     intervalles domaine intervall bereich definitionsbereich wertebereich above across after before behind \
     below beneath beyond inside near outside over since through throughout under auf durch über";

/// How marks stand in their line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// Right behind the stop of a sentence: `It grows.[12] Next`.
    BehindStop,
    /// Right behind a word or a comma: `Plants[12] grow,[13] and`.
    Glued,
    /// Behind a space: `Plants [12] grow`.
    Spaced,
    /// First of all, as the number of a paragraph or of an entry.
    First,
    /// Where they are part of the sentence.
    Subject,
}

/// Marks that stand together and have one fate.
#[derive(Debug)]
pub(super) struct Marks {
    /// All their numbers, those between the ends of a span too.
    pub(super) numbers: Vec<u32>,
    /// Whether some brackets hold a list of numbers, as those of an interval do.
    pub(super) has_list: bool,
    /// Glyphs from the first bracket to the last.
    pub(super) length: usize,
    pub(super) place: Place,
    /// Right before a stop or comma, or last of all: `400 m [12].`
    pub(super) closes: bool,
    /// Behind a stop, with a space or without: `It grows. [12] Next`
    pub(super) follows_stop: bool,
    /// First of a line, where wrapping, an entry or a numbered paragraph may have brought them.
    pub(super) starts_line: bool,
    /// The word before them in lower case.
    pub(super) word: String,
}

impl Marks {
    /// Reads the marks that begin at `at`.
    pub(super) fn at(run: &[Glyph], at: usize) -> Option<Marks> {
        let (mut numbers, mut has_list, mut length) = brackets(run, at)?;
        while let Some((joint, next)) = joint(run, at + length) {
            let Some((more, is_list, own)) = brackets(run, next) else { break };
            if SPANS.contains(&joint.as_str()) {
                fill(&mut numbers, &more);
            }
            numbers.extend(more);
            has_list |= is_list;
            length = next + own - at;
        }
        let (before, after) = (run.get(..at)?, run.get(at + length..)?);
        let trimmed = trimmed(before);
        let is_last = next_closes(after.first().map(|next| next.character));
        Some(Marks {
            numbers,
            has_list,
            length,
            place: place(before, after, !has_list && is_last),
            closes: is_last,
            follows_stop: trimmed.last().is_some_and(|last| is_stop(last.character)),
            starts_line: before.last().is_some_and(|last| last.character == '\n'),
            word: last_word(up_to_word(trimmed)).to_lowercase(),
        })
    }
}

/// Numbers in one pair of brackets, whether they are a list, and the number of glyphs.
fn brackets(run: &[Glyph], at: usize) -> Option<(Vec<u32>, bool, usize)> {
    let inside = run.get(at + 1..)?;
    run.get(at).filter(|open| open.character == '[' && !open.verbatim)?;
    let end = inside.iter().take(MAX_MARK_CHARACTERS).position(|glyph| glyph.character == ']')?;
    let content: String = inside.iter().take(end).map(|glyph| glyph.character).collect();
    Some((references(&content)?, content.contains([',', ';']), end + 2))
}

/// What joins the marks that end at `end` to those at the place that is returned with it.
fn joint(run: &[Glyph], end: usize) -> Option<(String, usize)> {
    let between = run.get(end..)?.iter().take(MAX_JOINT_CHARACTERS);
    let length = between.clone().position(|glyph| glyph.character == '[')?;
    if between.clone().take(length).any(|glyph| glyph.verbatim) {
        return None;
    }
    let joint: String = between.take(length).map(|glyph| glyph.character).collect();
    let joint = joint.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase();
    JOINTS.contains(&joint.as_str()).then_some((joint, end + length))
}

/// Adds what lies between the last of the numbers and the first of those to come.
fn fill(numbers: &mut Vec<u32>, more: &[u32]) {
    if let (Some(last), Some(first)) = (numbers.last().copied(), more.first().copied())
        && first > last
        && first - last <= MAX_FILLED
    {
        numbers.extend(last + 1..first);
    }
}

/// Reads `12`, `3, 4`, `1–3`.
pub(super) fn references(content: &str) -> Option<Vec<u32>> {
    let mut numbers = Vec::new();
    for part in content.split([',', ';']) {
        let mut ends = part.split(['-', '–']);
        numbers.push(one_reference(ends.next()?)?);
        for end in ends {
            let end = one_reference(end)?;
            fill(&mut numbers, &[end]);
            numbers.push(end);
        }
    }
    Some(numbers)
}

fn one_reference(number: &str) -> Option<u32> {
    let number = number.trim();
    let is_reference = (1..=3).contains(&number.len())
        && number.bytes().all(|byte| byte.is_ascii_digit())
        && !number.starts_with('0');
    is_reference.then(|| number.parse().ok()).flatten()
}

/// Judges marks by what stands around them.
fn place(before: &[Glyph], after: &[Glyph], is_one_at_end: bool) -> Place {
    let follower = after.first().map(|glyph| glyph.character);
    let next = after.iter().find(|glyph| glyph.character != ' ').map(|glyph| glyph.character);
    let is_glued_on = follower.is_some_and(|next| next.is_alphanumeric() && !is_unspaced(next));
    let computes = next.is_some_and(|next| "=<>+*×·∈⊂∪∩≤≥".contains(next));
    let Some(last) = before.last() else { return Place::First };
    if is_glued_on || computes || last.verbatim {
        return Place::Subject;
    }
    let beyond = before.len().checked_sub(2).and_then(|at| before.get(at)).map(|glyph| glyph.character);
    let is_let_go = follower.is_none_or(|next| next.is_whitespace() || next == '[');
    match last.character {
        space if space.is_whitespace() => behind_space(before, is_one_at_end, next_closes(follower)),
        '.' if beyond.is_some_and(|beyond| "?!".contains(beyond)) => Place::Subject,
        '.' | '!' | '?' | '。' | '！' | '？' | '…' if beyond != Some(' ') => behind_stop(follower, next),
        '”' | '’' | '»' | '」' if beyond.is_some_and(is_stop) => behind_stop(follower, next),
        '”' | '’' | '»' | '」' if beyond != Some(' ') => Place::Glued,
        ',' | ';' if is_let_go && beyond.is_some_and(char::is_alphabetic) => Place::Glued,
        letter if letter.is_alphanumeric() || letter == '_' => {
            let word = last_word(before);
            let holds_numbers = is_identifier(&word) || is_subject_word(&word, is_one_at_end);
            if holds_numbers { Place::Subject } else { Place::Glued }
        }
        ')' if !is_call(before) => Place::Glued,
        _ => Place::Subject,
    }
}

/// A sentence ends at the stop unless the line goes on as one: `xs.[1] is`, `xs.[2], xs.[3].`
fn behind_stop(follower: Option<char>, next: Option<char>) -> Place {
    let ends = follower.is_none_or(|follower| {
        follower.is_whitespace() || is_unspaced(follower) || ":)）”’»\"".contains(follower)
    });
    if ends && next.is_none_or(|next| !next.is_lowercase()) { Place::BehindStop } else { Place::Glued }
}

fn behind_space(before: &[Glyph], is_one_at_end: bool, closes: bool) -> Place {
    let before = trimmed(before);
    let Some(last) = before.last() else { return Place::First };
    let word = last_word(before);
    if last.verbatim || is_subject_word(&word, is_one_at_end) || (!closes && is_variable(&word)) {
        return Place::Subject;
    }
    match last.character {
        ')' | '”' | '"' | '’' | '»' | '.' | '?' | '!' | '%' | '°' | '。' => Place::Spaced,
        letter if letter.is_alphanumeric() => Place::Spaced,
        _ => Place::Subject,
    }
}

/// Whether a clause, or all of it, ends before the character that follows.
fn next_closes(follower: Option<char>) -> bool {
    follower.is_none_or(|next| ".,;:!?)。，；）".contains(next))
}

fn trimmed(before: &[Glyph]) -> &[Glyph] {
    let last = before.iter().rposition(|glyph| !glyph.character.is_whitespace());
    last.and_then(|last| before.get(..=last)).unwrap_or_default()
}

/// Takes off the marks behind the last word.
fn up_to_word(before: &[Glyph]) -> &[Glyph] {
    let back = before.iter().rev().take(MAX_WORD_CHARACTERS);
    let marks = back.take_while(|glyph| !glyph.character.is_alphanumeric()).count();
    before.get(..before.len() - marks).unwrap_or_default()
}

fn last_word(before: &[Glyph]) -> String {
    let back = before.iter().rev().take(MAX_WORD_CHARACTERS).map(|glyph| glyph.character);
    let mut word: Vec<char> = back.take_while(|letter| letter.is_alphanumeric() || *letter == '_').collect();
    word.reverse();
    word.into_iter().collect()
}

fn is_subject_word(word: &str, is_one_at_end: bool) -> bool {
    let word = word.to_lowercase();
    let is_among = |words: &&str| words.split(' ').any(|known| known == word);
    SUBJECT_WORDS.iter().any(is_among) || (!is_one_at_end && is_among(&INTERVAL_WORDS))
}

/// `a`, `row_sum`, `x2`, `rowSum`: names of variables. A bare number is none.
fn is_identifier(word: &str) -> bool {
    let mut letters = word.chars();
    let first = letters.next();
    let rest = letters.as_str();
    let is_name = first.is_some_and(|first| first.is_alphabetic() || first == '_');
    is_name
        && (rest.is_empty()
            || rest.contains(|mark: char| mark == '_' || mark.is_uppercase() || mark.is_numeric()))
}

/// What has an index behind a space: `x`, `row_sum`, `x2`. Not `CO2`, which a reference may follow.
fn is_variable(word: &str) -> bool {
    let mut letters = word.chars();
    let Some(first) = letters.next() else { return false };
    let rest = letters.as_str();
    let is_letter = rest.is_empty() && (first.is_lowercase() || first.is_uppercase());
    let is_name = first.is_lowercase() && rest.contains(|mark: char| mark.is_ascii_digit());
    is_letter || is_name || (word.contains('_') && word.contains(char::is_alphabetic))
}

/// `f(x)`: what is called returns something with elements.
fn is_call(before: &[Glyph]) -> bool {
    let back = before.iter().rev().take(MAX_WORD_CHARACTERS);
    let mut back = back.skip_while(|glyph| glyph.character != '(').skip(1);
    back.next().is_none_or(|glyph| glyph.character.is_alphanumeric() || "_.)]".contains(glyph.character))
}
