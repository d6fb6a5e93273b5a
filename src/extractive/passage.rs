//! Passages: runs of neighbouring sentences that can be quoted together. A passage begins with a
//! sentence that stands alone; those after it in the same paragraph may lean on it. So no quote
//! begins with a pronoun that nobody can resolve.

use super::analysis::{
    Analysis, Definition, PlannedSection, Relation, Sentence, Term, leans_on_pronoun, tokens,
};
use crate::content::Evidence;
use crate::language::Form;
use crate::language::lesson::lesson;
use crate::source::Role;

/// Words in which a statement must not point back.
const OPENING_TOKENS: usize = 7;

/// How long passages may be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Length {
    /// Most sentences.
    pub(super) sentences: usize,
    /// Most words.
    pub(super) words: usize,
    /// Until it has so many words, a passage takes in the next sentence even if that stands alone.
    pub(super) joined_words: usize,
    /// Which sentences may begin one.
    pub(super) heads: Heads,
}

impl Length {
    /// Sentences one by one.
    pub(super) const SINGLE: Length =
        Length { sentences: 1, words: usize::MAX, joined_words: 0, heads: Heads::StandAlone };
}

/// Which sentences may begin a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heads {
    /// Only those that stand alone.
    StandAlone,
    /// Also those that go on from the passage before: the reader meets both, in this order.
    GoOn,
}

/// A run of neighbouring sentences, ready to be set.
#[derive(Clone, Debug)]
pub(super) struct Passage {
    /// The sentences of the source, ascending and without gaps.
    pub(super) sentences: Vec<usize>,
    /// Their wording as it is set, one for each.
    pub(super) texts: Vec<String>,
    /// What the passage does.
    pub(super) role: PassageRole,
    /// What it defines or sets out with.
    pub(super) about: Option<About>,
    /// Whether it needs the passage before it.
    pub(super) leans: bool,
    /// How much it deserves a place, 0 to about 1.
    pub(super) weight: f64,
}

/// What a passage is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct About {
    /// As a noun phrase in running text.
    pub(super) phrase: String,
    /// Without its article.
    pub(super) bare: String,
}

/// What a passage does for its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum PassageRole {
    /// Says what something is.
    Definition,
    /// Says anything else.
    Plain,
    /// Gives a reason.
    Cause,
    /// Goes on in a course of events.
    Sequence,
    /// Sets something against something.
    Contrast,
    /// Illustrates.
    Example,
    /// Gives quantities.
    Figures,
    /// Tells what happened in a certain year.
    History,
}

impl Passage {
    /// Its sentences as running text.
    pub(super) fn text(&self) -> String {
        self.texts.join(" ")
    }

    /// Leaves out a question at the end, whose answer is not part of the passage.
    fn drop_open_question(&mut self) {
        while self.texts.last().is_some_and(|text| text.ends_with('?')) {
            self.texts.pop();
            self.sentences.pop();
        }
    }

    /// Parts a question that the passage itself answers from the answer.
    pub(super) fn question_and_answer(&self) -> Option<(Passage, Passage)> {
        let (question, answer) = self.texts.split_first()?;
        let (asked, answered) = self.sentences.split_first()?;
        if !question.ends_with('?') || answer.is_empty() {
            return None;
        }
        let question = Passage { sentences: vec![*asked], texts: vec![question.clone()], ..self.clone() };
        let answer = Passage { sentences: answered.to_vec(), texts: answer.to_vec(), ..self.clone() };
        Some((question, answer))
    }

    /// Words in it.
    pub(super) fn words(&self) -> usize {
        self.texts.iter().map(|text| text.split_whitespace().count()).sum()
    }

    /// Characters in it.
    pub(super) fn characters(&self) -> usize {
        self.texts.iter().map(|text| text.chars().count() + 1).sum::<usize>().saturating_sub(1)
    }

    /// The source behind it.
    pub(super) fn evidence(&self, analysis: &Analysis) -> Vec<Evidence> {
        self.sentences.iter().filter_map(|sentence| analysis.evidence(*sentence)).collect()
    }
}

/// Cuts a section into passages, leaving out what cannot be set.
pub(super) fn passages(
    analysis: &Analysis,
    section: &PlannedSection,
    length: Length,
    set: &dyn Fn(&Sentence) -> Option<String>,
) -> Vec<Passage> {
    let mut found: Vec<Passage> = Vec::new();
    let first = section.sentences.first();
    for sentence in section.sentences.iter().filter_map(|index| analysis.sentence(*index)) {
        let usable = is_running(sentence.role) && is_usable(sentence, length.heads);
        let Some(text) = usable.then(|| set(sentence)).flatten() else { continue };
        if extend(&mut found, sentence, &text, length, analysis) {
            continue;
        }
        let goes_on = length.heads == Heads::GoOn
            && (follows(&found, sentence)
                || first == Some(&sentence.index) && !needs_noun(analysis, sentence));
        if sentence.stands_alone || sentence.is_question() || goes_on {
            found.push(Passage {
                sentences: vec![sentence.index],
                texts: vec![text],
                role: role(analysis, sentence),
                about: about(analysis, sentence),
                leans: !sentence.stands_alone && first != Some(&sentence.index),
                weight: weight(analysis, sentence),
            });
        }
    }
    found.iter_mut().for_each(Passage::drop_open_question);
    found.retain(|passage| !passage.sentences.is_empty());
    found
}

/// Whether a sentence can be set at all; where passages go on, short links are kept too.
fn is_usable(sentence: &Sentence, heads: Heads) -> bool {
    let is_link = heads == Heads::GoOn && (2..5).contains(&sentence.words) && sentence.text.ends_with('.');
    let asks = sentence.is_question() && (4..30).contains(&sentence.words);
    sentence.fitness > 0.0 || asks || is_link
}

fn follows(found: &[Passage], sentence: &Sentence) -> bool {
    let last = found.last().and_then(|passage| passage.sentences.last());
    last.is_some_and(|last| last + 1 == sentence.index)
}

/// Whether a pronoun in the sentence has nothing there to stand for.
fn needs_noun(analysis: &Analysis, sentence: &Sentence) -> bool {
    let lexicon = analysis.language().lexicon();
    leans_on_pronoun(&tokens(&sentence.text, lexicon), lexicon)
}

/// Lets a sentence that leans on the one before join its passage.
fn extend(
    found: &mut [Passage],
    sentence: &Sentence,
    text: &str,
    length: Length,
    analysis: &Analysis,
) -> bool {
    let follows = follows(found, sentence);
    let Some(last) = found.last_mut() else { return false };
    let before = last.sentences.last().and_then(|index| analysis.sentence(*index));
    let same_paragraph = before.is_some_and(|before| before.paragraph == sentence.paragraph);
    let fits = last.sentences.len() < length.sentences
        && last.words() + text.split_whitespace().count() <= length.words;
    let answers = last.texts.last().is_some_and(|before| before.ends_with('?'));
    let wanted = last.words() < length.joined_words && !sentence.is_question();
    let joins = follows && same_paragraph && fits && (!sentence.stands_alone || wanted || answers);
    if joins {
        let count = u32::try_from(last.sentences.len()).map_or(1.0, f64::from);
        last.weight = (last.weight * count + weight(analysis, sentence)) / (count + 1.0);
        last.sentences.push(sentence.index);
        last.texts.push(text.to_owned());
    }
    joins
}

/// Whether sentences of that role can be set as running text.
fn is_running(role: Role) -> bool {
    matches!(role, Role::Prose | Role::ListItem { .. })
}

fn weight(analysis: &Analysis, sentence: &Sentence) -> f64 {
    let bonus = if definition(analysis, sentence).is_some() { 0.15 } else { 0.0 };
    sentence.importance * sentence.fitness + bonus
}

/// The definition that a sentence gives, unless another place in the text gives it better.
pub(super) fn definition<'a>(analysis: &Analysis, sentence: &'a Sentence) -> Option<&'a Definition> {
    sentence.definitions().find(|definition| {
        let term = definition.key_term.and_then(|number| analysis.terms().get(number));
        let is_best = term.is_none_or(|term| term.definition == Some(sentence.index));
        is_best && (definition.form != Form::Apposition || is_apposition(analysis, sentence, definition))
    })
}

/// Whether a comma behind a term opens an apposition: not where it ends an adverbial that the sentence
/// begins with ("In the fifteenth century, a goldsmith …").
fn is_apposition(analysis: &Analysis, sentence: &Sentence, definition: &Definition) -> bool {
    let lexicon = analysis.language().lexicon();
    let lower = sentence.text.to_lowercase();
    let term = definition.term.to_lowercase();
    let first = lower.split([' ', '’', '\'']).next().unwrap_or_default();
    let opens_with_noun =
        lexicon.definite.contains(first) || lexicon.indefinite.contains(first) || term.starts_with(first);
    let ends_opening = lower.split(',').next().is_some_and(|opening| opening.ends_with(&term));
    opens_with_noun || !ends_opening
}

/// The definition that is what a sentence mainly says.
fn main_definition<'a>(analysis: &Analysis, sentence: &'a Sentence) -> Option<&'a Definition> {
    let found = definition(analysis, sentence)?;
    (found.form != Form::Apposition && !found.person).then_some(found)
}

/// Whether a passage can be kept in mind alone: a single statement that sets out without a pronoun
/// and has no word that joins it to others.
pub(super) fn is_statement(analysis: &Analysis, passage: &Passage) -> bool {
    let ([only], [text]) = (passage.sentences.as_slice(), passage.texts.as_slice()) else { return false };
    let Some(sentence) = analysis.sentence(*only) else { return false };
    let lexicon = analysis.language().lexicon();
    let opening = tokens(text, lexicon);
    let points = opening.iter().take(OPENING_TOKENS).any(|token| {
        let word = token.lower.as_str();
        lexicon.pronouns.contains(word)
            || lexicon.person_pronouns.contains(word)
            || lexicon.demonstratives.contains(word)
    });
    let padded: String = text.to_lowercase().replace([',', ';', ':', '.', '!'], " ");
    let padded = format!(" {} ", padded.split_whitespace().collect::<Vec<_>>().join(" "));
    let leaning = lesson(analysis.language_code()).map_or(&[][..], |lesson| lesson.leaning);
    let leans = leaning.iter().any(|phrase| padded.contains(&format!(" {phrase} ")));
    sentence.stands_alone && !points && !leans && !text.ends_with(['?', '!']) && !sentence.terms.is_empty()
}

/// How weighty a passage is as something to take away: general statements and
/// reasons before names and numbers.
pub(super) fn generality(analysis: &Analysis, passage: &Passage) -> f64 {
    let text = passage.text();
    let names = !analysis.language().capitalised_nouns;
    let special = text.split_whitespace().skip(1).filter(|word| {
        let bare = word.trim_matches(|mark: char| !mark.is_alphanumeric());
        let first = bare.chars().next();
        first.is_some_and(char::is_numeric)
            || (names && first.is_some_and(char::is_uppercase) && bare.chars().any(char::is_lowercase))
    });
    let special = u32::try_from(special.count()).map_or(1.0, f64::from);
    let reason = if passage.role == PassageRole::Cause { 0.15 } else { 0.0 };
    passage.weight + reason - 0.12 * special
}

/// Whether a key term is surely a noun and not a verb form that looks like one.
fn is_solid(term: &Term) -> bool {
    term.definition.is_some()
        || term.surface.contains(' ')
        || (!term.plural && term.phrase != term.surface)
        || term.sentences.len() >= 3
}

/// The term that a sentence defines, or else a key term that it sets out with.
fn about(analysis: &Analysis, sentence: &Sentence) -> Option<About> {
    if let Some(found) = main_definition(analysis, sentence) {
        return Some(About { phrase: found.phrase.clone(), bare: found.term.clone() });
    }
    let words = sentence.text.split_whitespace().take(OPENING_TOKENS).collect::<Vec<_>>();
    let opening = format!(" {} ", words.join(" ").to_lowercase().replace([',', ';', ':', '.'], ""));
    let title = analysis.source().title().unwrap_or_default().to_lowercase();
    let terms = whole_terms(analysis, sentence).into_iter().filter_map(|number| analysis.terms().get(number));
    let mut opens = terms.filter(|term| {
        let surface = term.surface.to_lowercase();
        opening.contains(&format!(" {surface} ")) && !title.contains(&surface)
    });
    opens.next().map(|term| About { phrase: term.phrase.clone(), bare: term.surface.clone() })
}

/// Key terms of a sentence that can be asked about: nouns, and no mere part of a longer term there.
pub(super) fn whole_terms(analysis: &Analysis, sentence: &Sentence) -> Vec<usize> {
    let surface = |number: &usize| {
        analysis
            .terms()
            .get(*number)
            .map_or(String::new(), |term| format!(" {} ", term.surface.to_lowercase()))
    };
    let is_part = |number: &usize| {
        let name = surface(number);
        sentence.terms.iter().any(|other| other != number && surface(other).contains(&name))
    };
    let solid = |number: &usize| analysis.terms().get(*number).is_some_and(is_solid);
    sentence.terms.iter().filter(|number| !is_part(number) && solid(number)).copied().collect()
}

/// What a sentence does.
pub(super) fn role(analysis: &Analysis, sentence: &Sentence) -> PassageRole {
    let has = |wanted: fn(&Relation) -> bool| sentence.relations.iter().any(wanted);
    if main_definition(analysis, sentence).is_some() {
        PassageRole::Definition
    } else if has(|relation| matches!(relation, Relation::Example)) {
        PassageRole::Example
    } else if has(|relation| matches!(relation, Relation::Cause { .. })) {
        PassageRole::Cause
    } else if has(|relation| matches!(relation, Relation::Contrast)) {
        PassageRole::Contrast
    } else if has(|relation| matches!(relation, Relation::Sequence)) {
        PassageRole::Sequence
    } else if names_a_year(&sentence.text) {
        PassageRole::History
    } else if gives_figures(&sentence.text) {
        PassageRole::Figures
    } else {
        PassageRole::Plain
    }
}

/// Numbers of a text with their place among its words.
fn numbers(text: &str) -> impl Iterator<Item = (usize, &str)> {
    text.split_whitespace()
        .map(|word| word.trim_matches(|mark: char| !mark.is_ascii_digit()))
        .enumerate()
        .filter(|(_, number)| !number.is_empty())
}

fn is_year(number: &str) -> bool {
    number.len() == 4 && number.parse::<u32>().is_ok_and(|year| (1000..2100).contains(&year))
}

/// Whether a sentence sets out from a year, and does not just mention one.
fn names_a_year(text: &str) -> bool {
    numbers(text).any(|(place, number)| place < 7 && is_year(number))
}

/// Whether a sentence gives quantities; days of a month and years are none.
fn gives_figures(text: &str) -> bool {
    let quantity = |number: &str| {
        number.contains(['.', ',']) || number.parse::<u32>().is_ok_and(|value| value > 31 && !is_year(number))
    };
    text.contains(['%', '°', '‰']) || numbers(text).any(|(_, number)| quantity(number))
}

#[cfg(test)]
mod tests {
    use super::{gives_figures, names_a_year};

    #[test]
    fn a_date_is_no_figure() {
        assert!(!gives_figures("Le 17 juin 1789, ils se proclamèrent Assemblée nationale."));
        assert!(gives_figures("About 97 % of it is salt water."));
        assert!(gives_figures("The press printed 1,500 sheets."));
    }

    #[test]
    fn history_begins_with_its_year() {
        assert!(names_a_year("In an experiment published in 1648, he grew a willow."));
        assert!(!names_a_year(
            "The equality that was proclaimed at the assembly of the year 1789 was a promise."
        ));
    }
}
