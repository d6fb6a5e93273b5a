//! Whether a sentence can be quoted alone: complete, of a bearable length, and without words that
//! lean on its neighbours.

use super::dropped_subject::drops_subject;
use super::token::{Class, Token, count_words, tokens};
use crate::language::Lexicon;
use crate::source::ends_statement;

/// Fewest words of a sentence that says something.
const MIN_WORDS: usize = 5;
/// Most words of a sentence that can be taken in at once.
const MAX_WORDS: usize = 45;
/// Words up to which a sentence reads easily (RDB-02 warns above 35).
const EASY_WORDS: usize = 30;

/// Words after which one like "therefore" draws its conclusion from the same sentence.
const INSIDE: [&str; 6] = ["and", "y", "e", "et", "und", "&"];

/// Numbers that stand for what was counted before.
const COUNTED: [&str; 3] = ["two", "three", "four"];
/// Words for two things that were named before.
const PAIR: [&str; 3] = ["both", "ambos", "ambas"];
/// Nouns of measures, which no pronoun stands for.
const MEASURES: [&str; 6] = ["percent", "per", "cent", "ciento", "half", "mitad"];

/// The verdict on one sentence.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Fitness {
    /// 0 to 1; 0 means never.
    pub(super) value: f64,
    /// Whether it can be understood without the sentences around it.
    pub(super) stands_alone: bool,
}

/// Judges a sentence that the source calls complete.
pub(super) fn judge(text: &str, tokens: &[Token], lexicon: &Lexicon) -> Fitness {
    let words = count_words(text);
    let normal = normal_form(tokens);
    let never = Fitness { value: 0.0, stands_alone: false };
    if !(MIN_WORDS..=MAX_WORDS).contains(&words)
        || !ends_statement(text)
        || holds_any(&normal, &lexicon.needs_source)
        || is_shouted(text)
    {
        return never;
    }
    let mut value = if words > EASY_WORDS { 0.7 } else { 1.0 };
    let numbers = tokens.iter().filter(|token| token.class == Class::Number).count();
    value *= if numbers > 3 { 0.7 } else { 1.0 };
    value *= if text.contains(['(', ';', ':', '“', '"', '«']) { 0.9 } else { 1.0 };
    value *= if text.contains('=') { 0.5 } else { 1.0 };
    value *= if text.ends_with('!') { 0.7 } else { 1.0 };
    let first_person = ["i ", "we ", "you "].iter().any(|opening| normal.starts_with(opening));
    value *= if first_person { 0.7 } else { 1.0 };
    let stands_alone = !leans(tokens, lexicon);
    Fitness { value, stands_alone }
}

/// The sentence's tokens in lower case, parted by single spaces.
pub(super) fn normal_form(tokens: &[Token]) -> String {
    let words: Vec<&str> = tokens.iter().map(|token| token.lower.as_str()).collect();
    words.join(" ")
}

/// Whether one of the phrases stands in a normal form.
fn holds_any(normal: &str, phrases: &[&str]) -> bool {
    phrases.iter().any(|phrase| holds_phrase(normal, phrase))
}

/// Whether a phrase stands in a normal form as whole words.
pub(super) fn holds_phrase(normal: &str, phrase: &str) -> bool {
    normal.match_indices(phrase).any(|(at, _)| {
        let before = normal.get(..at).and_then(|text| text.chars().next_back());
        let after = normal.get(at + phrase.len()..).and_then(|text| text.chars().next());
        let open = phrase.ends_with([':', '.', '(']);
        before.is_none_or(|character| character == ' ')
            && (open || after.is_none_or(|character| character == ' '))
    })
}

/// Whether most of its letters are capitals.
fn is_shouted(text: &str) -> bool {
    let letters = text.chars().filter(|character| character.is_alphabetic()).count();
    let capitals = text.chars().filter(|character| character.is_uppercase()).count();
    letters > 12 && capitals * 2 > letters
}

/// Whether the sentence needs the ones before it.
pub(in crate::extractive) fn leans(tokens: &[Token], lexicon: &Lexicon) -> bool {
    opens_leaning(tokens, lexicon)
        || opens_with_bare_article(tokens, lexicon)
        || drops_subject(tokens, lexicon)
        || joins_backwards(tokens, lexicon)
        || leans_on_pronoun(tokens, lexicon)
        || names_unnamed(tokens, lexicon)
        || counts_unnamed(tokens, lexicon)
        || pairs_unnamed(tokens)
        || measures_by_before(tokens, lexicon)
        || has_outer_possessive(tokens, lexicon)
        || holds_any(&normal_form(tokens), &lexicon.leaning_phrases)
}

fn opens_with_bare_article(tokens: &[Token], lexicon: &Lexicon) -> bool {
    let words: Vec<&str> = tokens.iter().map(|token| token.text.as_str()).collect();
    lexicon.opens_with_bare_article(&words)
}

/// Whether a word joins it to what stands before ("therefore"); after "and", it joins two halves of
/// the same sentence.
pub(super) fn joins_backwards(tokens: &[Token], lexicon: &Lexicon) -> bool {
    tokens.iter().enumerate().any(|(at, token)| {
        let before = at.checked_sub(1).and_then(|before| tokens.get(before));
        let inside = at > 1 && before.is_some_and(|before| INSIDE.contains(&before.lower.as_str()));
        lexicon.leaning_words.contains(token.lower.as_str()) && !inside
    })
}

/// Whether it opens with words that point back ("however", "the result"), unless what they point
/// at follows ("the result of …").
fn opens_leaning(tokens: &[Token], lexicon: &Lexicon) -> bool {
    let normal = normal_form(tokens);
    let openings = lexicon.leaning_openings.iter();
    openings.filter_map(|phrase| normal.strip_prefix(phrase)).any(|rest| {
        let mut following = rest.split_whitespace().take(3);
        let article = |first: &Token| {
            lexicon.definite.contains(first.lower.as_str())
                || lexicon.indefinite.contains(first.lower.as_str())
        };
        // "La Première Guerre mondiale": a name counts nothing that stands before.
        let name = lexicon.bare_articles.is_empty() && tokens.get(1).is_some_and(Token::is_capitalised);
        let is_named =
            tokens.first().is_some_and(article) && (name || following.any(|word| is_of(word, lexicon)));
        (rest.is_empty() || rest.starts_with(' ')) && !is_named
    })
}

/// Whether a word binds a noun to the one before it, as "of" does.
fn is_of(word: &str, lexicon: &Lexicon) -> bool {
    word == "of" || lexicon.joiners.iter().any(|joiner| joiner.first() == Some(&word))
}

/// "un mecanismo tan enorme": how large, only the sentence before has said.
fn measures_by_before(tokens: &[Token], lexicon: &Lexicon) -> bool {
    let holds = |words: &std::collections::HashSet<&str>, token: &Token| words.contains(token.lower.as_str());
    tokens.iter().enumerate().any(|(at, token)| {
        let mut rest = tokens.iter().skip(at + 1);
        holds(&lexicon.degrees, token) && !rest.any(|next| holds(&lexicon.after_degree, next))
    })
}

/// "Rain and snow are its main forms": after "are", a possessive stands for something outside.
fn has_outer_possessive(tokens: &[Token], lexicon: &Lexicon) -> bool {
    const COPULAS: [&str; 14] = [
        "is", "are", "was", "were", "es", "son", "era", "fue", "fueron", "est", "sont", "ist", "sind", "war",
    ];
    const POSSESSIVES: [&str; 10] =
        ["its", "their", "su", "sus", "sa", "ses", "leur", "leurs", "seine", "ihre"];
    tokens.windows(2).any(|pair| match pair {
        [copula, next] => {
            COPULAS.contains(&copula.lower.as_str())
                && POSSESSIVES.contains(&next.lower.as_str())
                && lexicon.auxiliaries.contains(copula.lower.as_str())
        }
        _ => false,
    })
}

/// "the process", "the problem": a general noun with a definite article and nothing that says
/// which one is meant.
fn names_unnamed(tokens: &[Token], lexicon: &Lexicon) -> bool {
    tokens.windows(3).enumerate().any(|(at, three)| {
        let [article, noun, next] = three else { return false };
        let specified = is_of(&next.lower, lexicon)
            || next.class == Class::Content
                && !lexicon.may_be_verb(&next.lower)
                && !lexicon.has_other_ending(&next.lower)
            || lexicon.relatives.contains(next.lower.as_str())
            || lexicon.is_past(&next.lower) && !lexicon.auxiliaries.contains(next.lower.as_str())
            || next.lower == "to"
            || next.lower == "when"
            || lexicon.before_noun.contains(next.lower.as_str());
        lexicon.definite.contains(article.lower.as_str())
            && lexicon.weak.contains(noun.lower.as_str())
            && !specified
            && at < 14
            && !tokens.iter().take(at).any(|token| token.lower == noun.lower)
            && lexicon.unnamed.contains(noun.lower.as_str())
    })
}

/// "A good indicator makes the two nearly coincide": which two, the sentence before says.
fn counts_unnamed(tokens: &[Token], lexicon: &Lexicon) -> bool {
    tokens.windows(3).enumerate().any(|(at, three)| {
        let [article, number, next] = three else { return false };
        let noun = next.class == Class::Content && !lexicon.has_other_ending(&next.lower);
        let named = tokens.iter().take(at).any(|token| INSIDE.contains(&token.lower.as_str()));
        lexicon.definite.contains(article.lower.as_str())
            && COUNTED.contains(&number.lower.as_str())
            && !noun
            && next.class != Class::Number
            && !named
    })
}

/// "A packet for 10.1.2.3 matches both entries": which two, the text before says.
fn pairs_unnamed(tokens: &[Token]) -> bool {
    let joins = |token: &Token| INSIDE.contains(&token.lower.as_str());
    tokens.iter().enumerate().any(|(at, token)| {
        let mut before = tokens.iter().take(at);
        // "both the cause and the outcome" names its two.
        let mut after = tokens.iter().skip(at + 1).take_while(|next| next.text != ",");
        let noun = tokens.get(at + 1).is_some_and(|next| next.class == Class::Content);
        PAIR.contains(&token.lower.as_str()) && noun && !before.any(joins) && !after.any(joins)
    })
}

/// Whether a text begins with a pronoun that stands for what came before.
pub(in crate::extractive) fn begins_with_pronoun(text: &str, lexicon: &Lexicon) -> bool {
    let first = text.split_whitespace().next().unwrap_or_default().to_lowercase();
    lexicon.pronouns.contains(first.as_str())
        || lexicon.person_pronouns.contains(first.as_str())
        || lexicon.bare_articles.contains(first.as_str())
            && opens_with_bare_article(&tokens(text, lexicon), lexicon)
}

/// Whether a pronoun or demonstrative has nothing in the sentence to stand for.
pub(in crate::extractive) fn leans_on_pronoun(tokens: &[Token], lexicon: &Lexicon) -> bool {
    let mut noun_seen = false;
    let mut person_seen = false;
    let mut mark_seen_after_noun = false;
    for (at, token) in tokens.iter().enumerate() {
        let word = token.lower.as_str();
        let next = tokens.get(at + 1).map_or("", |next| next.lower.as_str());
        let before =
            at.checked_sub(1).and_then(|before| tokens.get(before)).map_or("", |token| token.lower.as_str());
        if lexicon.pronouns.contains(word) && !noun_seen
            || lexicon.person_pronouns.contains(word) && !person_seen
        {
            return true;
        }
        // "la roche y reste solide": the place was named before; "il y a" names none.
        let there = word == "y" && lexicon.pronouns.contains("y");
        if there && !["a", "avait", "eut", "aura", "aurait", "compris"].contains(&next) {
            return true;
        }
        let this_as = next == "as" && word != "such";
        let harmless = lexicon.after_demonstrative.contains(next) && !this_as;
        let pointing = lexicon.demonstratives.contains(word) && !harmless;
        if pointing && !(mark_seen_after_noun && at >= 6) {
            return true;
        }
        let pointing_that = word == "that"
            && ["at", "in", "of", "by", "for", "from", "with", "to", "measures"].contains(&before)
            && !next.is_empty();
        let pointing_there = word == "there"
            && !["is", "are", "was", "were", "will", "may", "can", "must", "has", "have", "would", "might"]
                .contains(&next);
        if pointing_that || pointing_there {
            return true;
        }
        // "Most of what happens to us is forgotten, and much of it within hours."
        let measures = MEASURES.contains(&word);
        noun_seen |= token.class == Class::Content && !measures || word == "what";
        mark_seen_after_noun |= noun_seen && matches!(word, "," | ";" | ":" | "–" | "—" | "(" | "-");
        person_seen |=
            lexicon.is_person(word) || (token.is_capitalised() && (at > 0 || token.class == Class::Content));
    }
    false
}
