//! Who did what, and when: a sentence that tells of a deed and its year answers a question that no other
//! sentence answers ("What did Clara Marsh do in 1854?"). Who somebody was is `question.rs`'s, from
//! definitions.

use std::ops::Range;

use super::analysis::{Analysis, Class, Sentence, Token, capitalised, count_words, tokens};
use super::phrase::{Filling, fill};
use super::question::{Asked, extended};
use crate::language::{Lexicon, Tense, Use};

/// Tokens among which the date stands that a sentence begins with.
const DATE_TOKENS: usize = 6;
/// Most words of a subject.
const SUBJECT_WORDS: usize = 6;
/// Most tokens of what stands between commas behind a name.
const APPOSITION_TOKENS: usize = 14;
/// Fewest words of what was done.
const FEWEST_WORDS: usize = 4;
/// Most words of what was done before it is cut at the end of a clause.
const MOST_WORDS: usize = 22;

/// What a question is worth from which on somebody would ask it who has not read the text.
pub(super) const KNOWN: f64 = 1.0;

/// Asks what somebody did in a certain year.
pub(super) fn what_was_done(analysis: &Analysis, sentence: &Sentence) -> Option<Asked> {
    let frame = analysis.language().phrases.questions_for(Use::Deed).next()?;
    let text = sentence.text.strip_suffix('.').filter(|_| sentence.is_quotable())?;
    let deed = Reading::of(analysis, text).deed()?;
    let filling = Filling { x: &deed.name, clause: &deed.when, ..Filling::default() };
    let question = fill(&frame.frame, &filling, analysis);
    Some(Asked {
        about: question.to_lowercase(),
        question,
        answer: extended(analysis, vec![sentence.index]),
        used: Use::Deed,
        worth: if is_known(analysis, sentence, &deed.name) { KNOWN } else { 0.4 } + sentence.importance / 2.0,
        brief: Some(format!("{}.", capitalised(&deed.what))),
    })
}

/// Whether the text makes more of somebody than one deed: it says who it was, or names them in the title.
fn is_known(analysis: &Analysis, sentence: &Sentence, name: &str) -> bool {
    let last = name.split(' ').next_back().unwrap_or_default();
    let title = analysis.source().title().unwrap_or_default();
    sentence.definitions().any(|definition| definition.person) || title.contains(last)
}

/// A deed as the text words it.
struct Deed {
    /// Who did it, as inside a sentence.
    name: String,
    /// When, with its preposition ("in October 1517").
    when: String,
    /// What was done, from the verb on.
    what: String,
}

/// A sentence with its words.
struct Reading<'a> {
    analysis: &'a Analysis,
    lexicon: &'a Lexicon,
    text: &'a str,
    words: Vec<Token>,
}

impl<'a> Reading<'a> {
    fn of(analysis: &'a Analysis, text: &'a str) -> Reading<'a> {
        let lexicon = analysis.language().lexicon();
        Reading { analysis, lexicon, text, words: tokens(text, lexicon) }
    }

    fn deed(&self) -> Option<Deed> {
        let years = self.words.iter().filter(|token| is_year(token)).count();
        let opening = self.opening_date();
        let subject = self.subject(opening.as_ref().map_or(0, |date| date.end))?;
        let verb = self.verb(subject.end)?;
        let (when, end) = match opening {
            Some(date) => (date, self.words.len()),
            None if years == 1 => {
                let date = self.later_date(verb)?;
                (date.clone(), date.start)
            }
            None => return None,
        };
        let what = self.cut(self.slice(&(verb..end))?)?;
        // "The Curies … after her country": several are not meant by "her".
        let several =
            self.words.get(subject.end - 1).is_some_and(|last| self.lexicon.looks_plural(&last.lower))
                && self.words.get(subject.start).is_some_and(|first| first.class == Class::Stop);
        let mut inside = tokens(&what, self.lexicon).into_iter();
        if several && inside.any(|token| self.lexicon.person_pronouns.contains(token.lower.as_str())) {
            return None;
        }
        let name = self.analysis.inside_sentence(self.slice(&subject)?);
        let when = super::analysis::decapitalised(self.slice(&when)?.trim_end_matches(','));
        Some(Deed { name, when, what })
    }

    fn slice(&self, range: &Range<usize>) -> Option<&'a str> {
        let last = self.words.get(range.end.checked_sub(1)?)?;
        self.text.get(self.words.get(range.start)?.bytes.start..last.bytes.end)
    }

    /// "In October 1517", "On January 1, 1983,".
    fn opening_date(&self) -> Option<Range<usize>> {
        let first = self.words.first().filter(|first| first.class == Class::Stop)?;
        let year = self.words.iter().take(DATE_TOKENS).position(is_year)?;
        let plain = self.words.get(1..year)?.iter().all(|token| {
            matches!(token.class, Class::Number | Class::Mark)
                || token.is_capitalised()
                || self.is_of(token)
                || self.analysis.language_code() != "en" && token.class == Class::Content
        });
        let comma = self.words.get(year + 1).is_some_and(|next| next.text == ",");
        (plain && self.is_in(first)).then_some(0..year + 1 + usize::from(comma))
    }

    /// "in 1501" behind the verb, at the end of the sentence or of its first clause.
    fn later_date(&self, verb: usize) -> Option<Range<usize>> {
        let year = verb + self.words.get(verb..)?.iter().position(is_year)?;
        let start = (verb + 1..year)
            .rev()
            .take(3)
            .find(|at| self.words.get(*at).is_some_and(|word| self.is_in(word)))?;
        let ends = self.words.get(year + 1).is_none_or(|next| next.text == ",");
        // What stands behind a comma may be about something else.
        let same_clause = self.words.get(verb..start)?.iter().all(|token| token.class != Class::Mark);
        (ends && same_clause).then_some(start..year + 1)
    }

    fn is_in(&self, token: &Token) -> bool {
        matches!(token.lower.as_str(), "in" | "on" | "en" | "el" | "le")
    }

    fn is_of(&self, token: &Token) -> bool {
        matches!(token.lower.as_str(), "de" | "of")
    }

    /// The name that stands there, with the words that go with it ("the historian Ada King").
    fn subject(&self, start: usize) -> Option<Range<usize>> {
        let article =
            self.words.get(start).is_some_and(|first| self.lexicon.definite.contains(&*first.lower));
        let named = start + usize::from(article);
        let words = self.words.get(named..)?.iter().take_while(|token| {
            token.class != Class::Mark && token.class != Class::Stop && !self.tells(token)
        });
        let words: Vec<&Token> = words.collect();
        let (first, last) = (words.first()?, words.last()?);
        let owned = words.iter().any(|token| token.lower.ends_with("'s"));
        let known = start > 0 || article || words.len() > 1 || self.analysis.is_name(&first.text);
        let fits = last.is_capitalised() && known && !owned && words.len() <= SUBJECT_WORDS;
        fits.then(|| start..named + words.len())
    }

    /// The verb behind a subject, perhaps behind what stands between commas.
    fn verb(&self, after: usize) -> Option<usize> {
        let mut at = after;
        if self.words.get(at).is_some_and(|token| token.text == ",") {
            let aside = self.words.get(at + 1..)?.iter().take(APPOSITION_TOKENS);
            at += aside.take_while(|token| token.text != ",").count() + 2;
        }
        let clitic = |at: usize| self.words.get(at).is_some_and(|token| matches!(&*token.lower, "se" | "s'"));
        let verb = if clitic(at) { at + 1 } else { at };
        let tells = self.words.get(verb).is_some_and(|token| self.tells(token));
        (tells && self.has_object(verb + 1)).then_some(at)
    }

    /// Whether a word tells of something done: a verb of the past that is no auxiliary.
    fn tells(&self, token: &Token) -> bool {
        let word = token.lower.as_str();
        let past = match self.lexicon.verb(word) {
            Some(form) => form.tense == Tense::Past || self.lexicon.is_past(word),
            None => self.lexicon.is_past(word),
        };
        let states = matches!(word, "became" | "remained" | "seemed" | "grew" | "began" | "appeared")
            || self.lexicon.dropping.as_ref().is_some_and(|dropping| dropping.copulas.contains(word));
        past && !states && !token.is_capitalised() && !self.lexicon.auxiliaries.contains(word)
    }

    /// Whether a verb has an object there: what was done is more than that something happened.
    fn has_object(&self, at: usize) -> bool {
        self.words.get(at).is_some_and(|next| {
            let word = next.lower.as_str();
            matches!(next.class, Class::Content | Class::Number)
                || self.lexicon.definite.contains(word)
                || self.lexicon.indefinite.contains(word)
                || self.lexicon.quantifiers.contains(word) && !self.lexicon.demonstratives.contains(word)
                || matches!(word, "that" | "que" | "a" | "al")
        })
    }

    /// What was done, as far as its first clause goes where the whole is long; nothing if it points back.
    fn cut(&self, what: &str) -> Option<String> {
        let mut what = what.trim_end_matches([',', ' ']);
        if count_words(what) > MOST_WORDS {
            let breaks = self.lexicon.clause_breaks.iter().chain(&[", and ", "; "]);
            let end = breaks.filter_map(|clause| what.find(clause)).min()?;
            what = what.get(..end)?;
        }
        let words = tokens(what, self.lexicon);
        let points = words.iter().skip(1).take_while(|token| token.class != Class::Content).any(|token| {
            self.lexicon.pronouns.contains(&*token.lower)
                || self.lexicon.demonstratives.contains(&*token.lower)
        });
        let fits = (FEWEST_WORDS..=MOST_WORDS).contains(&count_words(what));
        (fits && !points).then(|| what.to_owned())
    }
}

fn is_year(token: &Token) -> bool {
    token.text.len() == 4 && token.text.parse::<u32>().is_ok_and(|year| (1000..2100).contains(&year))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::what_was_done;
    use crate::content::Request;
    use crate::extractive::Analysis;
    use crate::source::Source;

    fn asked(text: &str) -> Vec<(String, String)> {
        let request = Request::parse(&serde_json::json!({ "syllabus_text": text })).unwrap();
        let analysis = Analysis::of(Arc::new(Source::read(text).unwrap()), &request).unwrap();
        let found = analysis.sentences().iter().filter_map(|sentence| what_was_done(&analysis, sentence));
        found.map(|asked| (asked.question, asked.brief.unwrap())).collect()
    }

    #[test]
    fn a_deed_is_asked_for_by_its_year() {
        let text = "# Clara Marsh\n\nIn May 1854 Clara Marsh, a nurse from the coast, led 38 women to the war. \
            The matron Ruth Field opened a school for nurses in 1861, when the war was over. \
            Clara Marsh was born in 1831 in a small town. In 1862 the school of the town burned down. \
            In 1870 Marsh gave it to the town. Nurses need light and air. A ward is a large room for patients. \
            Ruth Field appeared in London in 1880. Marsh's handbook for nurses changed many hospitals in 1872.\n";
        let wanted = [
            ("What did Clara Marsh do in May 1854?", "Led 38 women to the war."),
            ("What did the matron Ruth Field do in 1861?", "Opened a school for nurses."),
        ];
        assert_eq!(asked(text), wanted.map(|(question, brief)| (question.to_owned(), brief.to_owned())));
    }

    #[test]
    fn a_deed_is_asked_for_in_spanish_too() {
        let text = include_str!("test_texts/independencia.md");
        let asked = asked(text);
        assert!(asked.iter().all(|(question, _)| question.starts_with("¿Qué hizo ")), "{asked:?}");
        assert!(!asked.is_empty());
    }
}
