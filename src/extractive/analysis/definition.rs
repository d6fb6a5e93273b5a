//! Finds definitions and makes sure that both halves stand: a term that is a noun phrase, and a
//! body that says what it is and begins properly.

use std::collections::HashMap;

use regex::Captures;

use super::body::{begins_as_noun, body_head_is_person, is_balanced, nominative};
use super::clause::{finite_verb_first, is_signpost};
use super::fitness;
use super::noun_phrase::decapitalised;
use super::run;
use super::stems::Stems;
use super::strong_form::strong;
use super::token::{Class, Token, count_words, tokens};
use crate::language::{Articles, Form, Language, Lexicon, Tense};

/// Most words of a term, its article not counted.
const MAX_TERM_WORDS: usize = 6;
/// Fewest and most words of a body.
const MIN_BODY_WORDS: usize = 4;
const MAX_BODY_WORDS: usize = 40;

/// A term and what it is.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::extractive) struct Definition {
    /// The term as the text writes it, without its article.
    pub(in crate::extractive) term: String,
    /// The term with the article it has here, as inside a sentence: "a pigment", "the stroma".
    pub(in crate::extractive) phrase: String,
    /// Number of the key term, if it is one.
    pub(in crate::extractive) key_term: Option<usize>,
    /// What it is: a noun phrase that begins properly, without a full stop.
    pub(in crate::extractive) body: String,
    /// Whether the term is a plural.
    pub(in crate::extractive) plural: bool,
    /// Whether the sentence speaks of the past.
    pub(in crate::extractive) past: bool,
    /// Whether the term is a person.
    pub(in crate::extractive) person: bool,
    /// Stems of the term's words, parted by spaces.
    pub(in crate::extractive) key: String,
    /// How the sentence defines.
    pub(in crate::extractive) form: Form,
}

/// What finding definitions asks of the text.
pub(super) struct Finder<'a> {
    pub(super) language: &'static Language,
    /// Key terms by their stems.
    pub(super) key_terms: HashMap<&'a str, usize>,
    /// Words that this text writes with a capital inside sentences.
    pub(super) names: &'a dyn Fn(&str) -> bool,
    pub(super) stems: Stems,
}

impl Finder<'_> {
    /// Finds the definitions of a sentence, the surest form first, one a term.
    pub(super) fn find(&mut self, text: &str) -> Vec<Definition> {
        let mut found: Vec<Definition> = Vec::new();
        for (expression, form) in &self.language.lexicon().definitions {
            for captures in expression.captures_iter(text) {
                if let Some(definition) = self.read(text, &captures, *form)
                    && !found.iter().any(|known| known.key == definition.key)
                {
                    found.push(definition);
                }
            }
        }
        found
    }

    fn read(&mut self, text: &str, captures: &Captures<'_>, form: Form) -> Option<Definition> {
        let lexicon = self.language.lexicon();
        let (term, body) = (captures.name("term")?, captures.name("body")?);
        let all = tokens(term.as_str(), lexicon);
        let begins = if form == Form::Apposition { trailing_noun_phrase(&all, lexicon)? } else { 0 };
        let (before, words) = all.split_at_checked(begins)?;
        let (article, words) = without_article(words, lexicon);
        if form == Form::Apposition && is_adverbial(before, &words, term.start() == 0, lexicon) {
            return None;
        }
        // "… are called incunabula": what a whole subject is called is a noun.
        let is_called = form == Form::Called && body.start() == 0;
        self.check_term(&words, article.is_some() || is_called, form)?;
        let body = match form {
            Form::Called => called_body(body.as_str(), body.start(), lexicon)?,
            Form::Apposition => {
                let opens = before.is_empty() && term.start() == 0;
                let place = if opens { Place::Subject } else { Place::Further };
                let term = Apposed { before, article: article.as_deref(), head: words.last(), place };
                apposed_body(text.get(body.start()..)?, &term, lexicon)?
            }
            // "means that …": the clause says it.
            Form::Refers => body.as_str().trim_start_matches("that ").to_owned(),
            Form::Copula | Form::Label => body.as_str().to_owned(),
        };
        let body = if self.language.capitalised_nouns { nominative(&body)? } else { body };
        let body = clean_body(&body, form, lexicon)?;
        let begins = captures.name("body").map_or(0, |body| body.start());
        let ends = captures.name("body").map_or(0, |body| body.end());
        let between = match text.get(term.end().min(begins)..begins) {
            Some(between) if !is_called => between,
            _ => text.get(ends.min(term.start())..term.start()).unwrap_or_default(),
        };
        let copula = tokens(between, lexicon);
        let surface = self.in_running_text(&super::candidate::spelling(&words));
        let surface = if self.language.capitalised_nouns {
            // "… nennt man den gelben Fleck": an object in the accusative.
            let article = article.as_deref().map(str::to_lowercase);
            let named = article.as_deref().map(|article| match article {
                "den" if form == Form::Called => "einen",
                other => other,
            });
            strong(&surface, named)?
        } else {
            surface
        };
        let head = words.last().or(words.first())?;
        let plural = match verb_number(&copula, lexicon) {
            Some(plural) => plural,
            None => lexicon.looks_plural(&head.lower),
        };
        let agrees = form != Form::Apposition
            || copula.is_empty()
            || verb_number(&copula, lexicon).is_none_or(|plural| plural == lexicon.looks_plural(&head.lower));
        let key = self.stems.key(&words);
        let person = words.first().is_some_and(Token::is_capitalised) && body_head_is_person(&body, lexicon);
        let phrase = match (self.language.articles, article) {
            (Articles::Quoted(open, close), _) if !person => format!("{open}{surface}{close}"),
            (_, Some(article)) => format!("{} {surface}", article.to_lowercase()),
            (_, None) => surface.clone(),
        };
        // "are called" is no past, though "called" may be one.
        let past = copula.iter().any(|token| {
            let word = token.lower.as_str();
            lexicon.is_past(word) && (!is_called || lexicon.auxiliaries.contains(word))
        });
        let key_term = self.key_terms.get(key.as_str()).copied();
        agrees.then_some(Definition {
            term: surface,
            phrase,
            key_term,
            body,
            plural,
            past,
            person,
            key,
            form,
        })
    }

    /// Lowers the first letter of a term that the text does not write with a capital.
    fn in_running_text(&self, spelling: &str) -> String {
        let first = spelling.split_whitespace().next().unwrap_or_default();
        let next_is_name = spelling
            .split_whitespace()
            .nth(1)
            .is_some_and(|word| word.chars().next().is_some_and(char::is_uppercase));
        if self.language.capitalised_nouns || (self.names)(first) || next_is_name {
            spelling.to_owned()
        } else {
            decapitalised(spelling)
        }
    }

    /// Accepts noun phrases only.
    fn check_term(&mut self, words: &[Token], has_article: bool, form: Form) -> Option<()> {
        let lexicon = self.language.lexicon();
        let (first, last) = (words.first()?, words.last()?);
        let is_label = form == Form::Label && is_signpost(words, lexicon);
        if is_label || words.len() > MAX_TERM_WORDS || words.iter().any(|token| token.class == Class::Mark) {
            return None;
        }
        let bad = |token: &Token| {
            let word = token.lower.as_str();
            lexicon.pronouns.contains(word)
                || lexicon.person_pronouns.contains(word)
                || lexicon.demonstratives.contains(word)
                || lexicon.subordinators.contains(word)
                || lexicon.relatives.contains(word)
                || lexicon.auxiliaries.contains(word)
        };
        let participle_first = first.class == Class::Verb && words.len() > 1;
        // "A meander is a bend": an article makes a noun of a single verb form.
        let noun_by_article = has_article && words.len() == 1 && !lexicon.auxiliaries.contains(&*first.lower);
        let verb_inside = !noun_by_article
            && words.iter().skip(usize::from(participle_first)).any(|token| token.class == Class::Verb);
        let ends_well = matches!(last.class, Class::Content | Class::Number)
            || last.text.chars().all(char::is_uppercase)
            || noun_by_article && last.class == Class::Verb;
        if words.iter().any(bad) || verb_inside || !ends_well || first.class == Class::Number {
            return None;
        }
        if matches!(first.class, Class::Stop)
            || (words.len() == 1 && !has_article && lexicon.has_other_ending(&first.lower))
        {
            return None;
        }
        let general = words.len() == 1 && lexicon.weak.contains(first.lower.as_str());
        if general || lexicon.argument_heads.contains(first.lower.as_str()) {
            return None;
        }
        let all_weak = words.iter().all(|token| {
            matches!(token.class, Class::Stop | Class::Number) || lexicon.weak.contains(token.lower.as_str())
        });
        if all_weak && words.len() < 3 {
            return None;
        }
        let key = self.stems.key(words);
        let known = self.key_terms.contains_key(key.as_str());
        let noun = known
            || has_article
            || words.len() > 1
            || lexicon.has_noun_ending(&last.lower)
            || lexicon.looks_plural(&last.lower)
            || (first.is_capitalised() && form == Form::Apposition)
            || matches!(form, Form::Refers | Form::Copula | Form::Label);
        let sure = matches!(form, Form::Copula | Form::Refers | Form::Label);
        let ambiguous =
            words.len() == 1 && lexicon.may_be_verb(&last.lower) && !known && !has_article && !sure;
        (noun && !ambiguous).then_some(())
    }
}

/// Whether the first finite auxiliary is plural; nothing if none tells.
fn verb_number(tokens: &[Token], lexicon: &Lexicon) -> Option<bool> {
    tokens.iter().find_map(|token| {
        let word = token.lower.as_str();
        if lexicon.plural_verbs.contains(word) {
            Some(true)
        } else if lexicon.singular_verbs.contains(word) {
            Some(false)
        } else {
            None
        }
    })
}

/// Where the noun phrase begins that a passage ends with, its article included.
fn trailing_noun_phrase(all: &[Token], lexicon: &Lexicon) -> Option<usize> {
    let run = run::runs(all, lexicon).pop().filter(|run| run.end == all.len())?;
    let article =
        run.start.checked_sub(1).filter(|at| all.get(*at).is_some_and(|token| is_article(token, lexicon)));
    Some(article.unwrap_or(run.start))
}

/// "In the last century, a goldsmith …": the comma ends an adverbial; or the noun phrase is only
/// the tail of a name ("Index of Forbidden Books").
fn is_adverbial(before: &[Token], words: &[Token], begins_sentence: bool, lexicon: &Lexicon) -> bool {
    let opens = before.first().is_some_and(|first| first.class == Class::Stop && !is_article(first, lexicon));
    let verb = before.iter().any(|token| lexicon.may_be_verb(&token.lower) || lexicon.is_past(&token.lower));
    let bound = before.last().is_some_and(|last| last.class == Class::Stop);
    let tail_of_name = words.first().is_some_and(Token::is_capitalised)
        && before.last().is_some_and(|last| {
            last.lower == "of" || lexicon.joiners.iter().any(|joiner| joiner.contains(&last.lower.as_str()))
        })
        && before.iter().rev().nth(1).is_some_and(Token::is_capitalised);
    (begins_sentence && opens && !verb && bound) || tail_of_name
}

pub(super) fn is_article(token: &Token, lexicon: &Lexicon) -> bool {
    lexicon.definite.contains(token.lower.as_str()) || lexicon.indefinite.contains(token.lower.as_str())
}

pub(super) fn without_article(words: &[Token], lexicon: &Lexicon) -> (Option<String>, Vec<Token>) {
    match words.split_first() {
        Some((first, rest)) if is_article(first, lexicon) && !rest.is_empty() => {
            (Some(first.text.clone()), rest.to_vec())
        }
        _ => (None, words.to_vec()),
    }
}

/// The body before "is called": the whole subject, or back to its own article.
fn called_body(body: &str, start: usize, lexicon: &Lexicon) -> Option<String> {
    let all = tokens(body, lexicon);
    if start == 0 {
        let verbs = all.iter().any(|token| lexicon.auxiliaries.contains(token.lower.as_str()));
        return (!verbs).then(|| body.to_owned());
    }
    let last_article = all
        .iter()
        .enumerate()
        .rev()
        .filter(|(at, token)| {
            let before = at.checked_sub(1).and_then(|before| all.get(before));
            lexicon.indefinite.contains(token.lower.as_str())
                && before.is_none_or(|before| {
                    !matches!(before.lower.as_str(), "of" | "in" | "with" | "for" | "to")
                })
        })
        .map(|(_, token)| token.bytes.start)
        .next()?;
    let part = body.get(last_article..)?;
    let verbs = tokens(part, lexicon).iter().any(|token| lexicon.auxiliaries.contains(token.lower.as_str()));
    (!verbs).then(|| part.to_owned())
}

/// Where a term with an apposition stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    /// The sentence begins with it, so that its verb follows the apposition.
    Subject,
    /// Anywhere else.
    Further,
}

/// A term with what stands before it in the sentence.
struct Apposed<'a> {
    before: &'a [Token],
    article: Option<&'a str>,
    head: Option<&'a Token>,
    place: Place,
}

/// "a tissue of narrow": the comma after it parts two adjectives.
fn ends_in_adjective(words: &[Token], lexicon: &Lexicon) -> bool {
    let [.., before, last] = words else { return false };
    let describes = lexicon.weak.contains(last.lower.as_str()) || lexicon.has_adjective_ending(&last.lower);
    let counts = lexicon.quantifiers.contains(last.lower.as_str());
    let bare = before.lower == "of" && words.len() < 5 && !lexicon.looks_plural(&last.lower);
    before.class == Class::Stop && (describes && !counts || bare)
}

/// "Stones roll along the bed, a process called traction": the apposition names what the clause tells.
fn sums_up_clause(body: &[Token], term: &Apposed<'_>, lexicon: &Lexicon) -> bool {
    let (_, rest) = without_article(body, lexicon);
    let head = head_noun(&rest);
    let process = term.head.is_some_and(|head| lexicon.is_process(&head.lower));
    term.place == Place::Further
        && !process
        && head.is_some_and(|head| lexicon.unnamed.contains(&*head.lower))
}

/// The last of the content words that a noun phrase without article begins with.
fn head_noun(words: &[Token]) -> Option<&Token> {
    words.iter().take_while(|token| token.class == Class::Content).last()
}

/// An apposition as far as it goes: to the next comma, or on where what follows still belongs to it.
fn apposed_body(body: &str, term: &Apposed<'_>, lexicon: &Lexicon) -> Option<String> {
    let opens_clause = term.before.iter().any(|token| lexicon.subordinators.contains(token.lower.as_str()));
    let is_list =
        term.article.is_some_and(|article| lexicon.indefinite.contains(article.to_lowercase().as_str()));
    let segments: Vec<&str> = body.trim_end_matches(['.', '!']).split(", ").collect();
    let mut end = segments.first()?.len();
    let last = segments.len() - 1;
    for (at, segment) in segments.iter().enumerate().skip(1) {
        let words = tokens(segment, lexicon);
        let first = words.first()?;
        let begins_other =
            lexicon.stop.contains(first.lower.as_str()) && first.lower != "most" && first.lower != "usually";
        if term.place == Place::Subject
            || at < last
            || begins_other
            || first.class == Class::Verb
            || finite_verb_first(&words, lexicon)
        {
            break;
        }
        end += 2 + segment.len();
    }
    let begins_indefinite = body
        .split(' ')
        .next()
        .is_some_and(|first| lexicon.indefinite.contains(first.to_lowercase().as_str()));
    let follows = body.get(end..).unwrap_or_default().trim_start_matches([',', ' ']);
    let lists_on = ["and ", "or ", "a ", "an ", "y ", "o "].iter().any(|word| follows.starts_with(word))
        || begins_indefinite
            && body.get(..end)?.split(' ').any(|word| matches!(word, "or" | "o" | "oder" | "ou"))
        || (is_list && body.contains(" and a"));
    let words = tokens(body.get(..end)?, lexicon);
    let unclosed = term.place == Place::Subject && last == 0;
    let cut_short =
        segments.len() > 1 && !follows.trim_matches('.').is_empty() && ends_in_adjective(&words, lexicon);
    let refused = lists_on
        || opens_clause
        || unclosed
        || cut_short
        || sums_up_clause(&words, term, lexicon)
        || finite_verb_first(&words, lexicon);
    (!refused).then(|| body.get(..end).unwrap_or_default().to_owned())
}

/// Cuts what a definition can do without, and rejects what cannot stand alone.
fn clean_body(body: &str, form: Form, lexicon: &Lexicon) -> Option<String> {
    let mut body = body.trim().trim_end_matches(['.', '!', ',', ';']).to_owned();
    for (closed, open) in [(".\"", "\""), (".”", "”"), (".»", "»")] {
        if let Some(stem) = body.strip_suffix(closed) {
            body = format!("{stem}{open}");
        }
    }
    if let Some(at) = body.find("; ") {
        body.truncate(at);
    }
    for clause in &lexicon.clause_breaks {
        if let Some(at) = body.find(clause)
            && body.get(..at).is_some_and(|kept| count_words(kept) >= MIN_BODY_WORDS)
        {
            body.truncate(at);
        }
    }
    let body = body.trim_end_matches([',', ' ', ':']).to_owned();
    let words = tokens(&body, lexicon);
    let count = count_words(&body);
    let least = if form == Form::Called { 3 } else { MIN_BODY_WORDS };
    // "unos poros microscópicos": what is called so in passing, and is several, fits many things.
    let several = words.first().is_some_and(|first| {
        is_article(first, lexicon) && first.lower.starts_with("un") && first.lower.ends_with('s')
    });
    let vague = form == Form::Called && several && count < 4;
    if vague || !(least..=MAX_BODY_WORDS).contains(&count) || body.contains(':') || !is_balanced(&body) {
        return None;
    }
    let normal = fitness::normal_form(&words);
    let points = words.iter().any(|token| matches!(token.lower.as_str(), "it" | "them" | "they"));
    let leans = words.iter().enumerate().any(|(at, token)| {
        let next = words.get(at + 1).map_or("", |next| next.lower.as_str());
        (lexicon.demonstratives.contains(token.lower.as_str())
            && !is_article(token, lexicon)
            && !lexicon.after_demonstrative.contains(next))
            || lexicon.person_pronouns.contains(token.lower.as_str())
    });
    let leans = leans || form == Form::Called && points || fitness::joins_backwards(&words, lexicon);
    if leans || lexicon.needs_source.iter().any(|phrase| fitness::holds_phrase(&normal, phrase)) {
        return None;
    }
    let (article, rest) = without_article(&words, lexicon);
    let head = rest.first()?;
    // "attrition, the idea that stones shrink": what follows says which.
    let specified = form == Form::Apposition && rest.get(1).is_some_and(|next| next.lower == "that");
    let is_empty = lexicon.empty_heads.contains(head.lower.as_str())
        || head_noun(&rest).is_some_and(|noun| lexicon.empty_heads.contains(noun.lower.as_str()));
    if (is_empty && !specified)
        || lexicon.word_heads.contains(head.lower.as_str())
        || lexicon.pronouns.contains(head.lower.as_str())
        || lexicon.auxiliaries.contains(head.lower.as_str())
        || (article.is_none()
            && matches!(form, Form::Copula | Form::Apposition)
            && !begins_as_noun(&rest, lexicon))
        || (article.is_none() && head.class == Class::Verb)
        || (form == Form::Copula && article.is_none() && goes_on_elsewhere(&words, lexicon))
        || (form == Form::Label && finite_verb_first(&words, lexicon))
    {
        return None;
    }
    Some(body)
}

/// "empty, customers wait in line": behind the first comma another clause begins.
fn goes_on_elsewhere(words: &[Token], lexicon: &Lexicon) -> bool {
    let comma = words.iter().take(3).position(|token| token.text == ",");
    let rest = comma.and_then(|comma| words.get(comma + 1..)).unwrap_or_default();
    rest.windows(2).take(3).any(|pair| match pair {
        [noun, verb] => {
            let plain = lexicon.verb(&verb.lower).is_some_and(|form| form.tense == Tense::Base);
            plain && lexicon.looks_plural(&noun.lower)
        }
        _ => false,
    })
}
