//! Passages: runs of neighbouring sentences that can be quoted together. A passage begins with a
//! sentence that stands alone; those after it in the same paragraph may lean on it. So no quote
//! begins with a pronoun that nobody can resolve.

use super::analysis::{Analysis, Class, PlannedSection, Sentence, Token, leans_on_pronoun, tokens};
use super::list::introduced_list;
use super::sense::{About, OPENING_TOKENS, PassageRole};
use crate::content::Evidence;
use crate::language::Tense;
use crate::source::{Role, run_on};

/// Most words that a list item is called.
const MOST_TITLE_WORDS: usize = 12;

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
    /// Sentences one by one, to be read in their order.
    pub(super) const IN_ORDER: Length =
        Length { sentences: 1, words: usize::MAX, joined_words: 0, heads: Heads::GoOn };
}

/// Which sentences may begin a passage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Heads {
    /// Only those that stand alone.
    StandAlone,
    /// Also those that go on from the passage before, but not from a pronoun: somebody may put in a
    /// question between the two.
    TakeUp,
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
    /// The paragraph of its first sentence.
    pub(super) paragraph: usize,
    /// Whether it needs the passage before it.
    pub(super) leans: bool,
    /// Whether its last sentence is a question or announces, so that it needs the passage after it.
    pub(super) opens: bool,
    /// How much it deserves a place, 0 to about 1.
    pub(super) weight: f64,
}

impl Passage {
    /// Its sentences as running text.
    pub(super) fn text(&self) -> String {
        run_on(&self.texts)
    }

    /// Leaves out what opens something at the end that is not part of the passage: a question, or a
    /// sentence that announces.
    pub(super) fn drop_open_end(&mut self, analysis: &Analysis) {
        while self.is_open(analysis) {
            self.texts.pop();
            self.sentences.pop();
        }
        self.opens = false;
    }

    /// Whether its last sentence is a question or announces.
    fn is_open(&self, analysis: &Analysis) -> bool {
        self.texts.last().is_some_and(|text| text.ends_with('?')) || self.ends_announcing(analysis)
    }

    /// Whether its last sentence only announces what the next one says.
    fn ends_announcing(&self, analysis: &Analysis) -> bool {
        let last = self.sentences.last().and_then(|index| analysis.sentence(*index));
        last.and_then(|last| analysis.facts(last)).is_some_and(|facts| facts.announces)
    }

    /// Parts a question that the passage itself answers from the answer.
    pub(super) fn question_and_answer(&self) -> Option<(Passage, Passage)> {
        self.first_and_rest().filter(|(question, _)| question.texts.iter().all(|text| text.ends_with('?')))
    }

    /// Parts the first sentence from those that follow.
    pub(super) fn first_and_rest(&self) -> Option<(Passage, Passage)> {
        let (first, others) = self.texts.split_first().filter(|(_, others)| !others.is_empty())?;
        let (place, places) = self.sentences.split_first()?;
        let first = Passage { sentences: vec![*place], texts: vec![first.clone()], ..self.clone() };
        let rest = Passage { sentences: places.to_vec(), texts: others.to_vec(), ..self.clone() };
        Some((first, rest))
    }

    /// Takes off the part from that sentence on.
    pub(super) fn part_at(&mut self, place: usize, analysis: &Analysis) -> Passage {
        let place = place.min(self.sentences.len());
        let (sentences, texts) = (self.sentences.split_off(place), self.texts.split_off(place));
        let first = sentences.first().and_then(|index| analysis.sentence(*index));
        let facts = first.and_then(|first| analysis.facts(first));
        let mut later = Passage { sentences, texts, leans: false, ..self.clone() };
        if let Some(facts) = facts {
            (later.role, later.about) = (facts.role, facts.about.clone());
        }
        self.opens = false;
        later
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
    let mut listed = 0;
    for sentence in section.sentences.iter().filter_map(|index| analysis.sentence(*index)) {
        if sentence.index < listed {
            continue;
        }
        let list = (length.heads == Heads::GoOn).then(|| introduced_list(analysis, sentence, set)).flatten();
        if let Some(mut list) = list {
            listed = list.sentences.last().map_or(0, |last| last + 1);
            list.leans &= first != Some(&sentence.index);
            found.push(list);
            continue;
        }
        let out_of_order = length.heads == Heads::StandAlone && is_instruction(analysis, sentence);
        let usable = is_running(sentence.role)
            && !out_of_order
            && is_usable(sentence, length.heads)
            && !is_item_title(analysis, sentence);
        let Some(text) = usable.then(|| set(sentence)).flatten() else { continue };
        let Some(facts) = analysis.facts(sentence) else { continue };
        // Where the sentence before is read as well, the text's own pronoun does better than the name.
        let spoken_of = sentence.with_pronoun.clone().filter(|_| follows(&found, sentence));
        let spoken_of = spoken_of.and_then(|text| set(&Sentence { text, ..sentence.clone() }));
        if extend(&mut found, sentence, spoken_of.as_ref().unwrap_or(&text), length, analysis) {
            continue;
        }
        let spoken_of = spoken_of.filter(|_| length.heads == Heads::GoOn);
        let leans = !facts.alone || spoken_of.is_some();
        let text = spoken_of.unwrap_or(text);
        let goes_on = match length.heads {
            Heads::StandAlone => false,
            Heads::TakeUp => {
                (follows(&found, sentence) || first == Some(&sentence.index))
                    && !facts.needs_noun
                    && !sets_out_from_pronoun(analysis, sentence)
            }
            Heads::GoOn => {
                let begins = first == Some(&sentence.index) || begins_item(sentence);
                follows(&found, sentence) || begins && !facts.needs_noun
            }
        };
        if facts.alone || sentence.is_question() || goes_on {
            found.push(Passage {
                sentences: vec![sentence.index],
                texts: vec![text],
                role: facts.role,
                about: facts.about.clone(),
                paragraph: sentence.paragraph,
                leans: leans && first != Some(&sentence.index),
                opens: false,
                weight: facts.weight,
            });
        }
    }
    let begins: Vec<Option<usize>> = found.iter().map(|passage| passage.sentences.first().copied()).collect();
    for (number, passage) in found.iter_mut().enumerate() {
        let next = begins.get(number + 1).copied().flatten();
        // Between two turns somebody else speaks: there nothing may stay open.
        let read_on = length.heads == Heads::GoOn && next.is_some();
        let goes_on = read_on && passage.sentences.last().map(|last| last + 1) == next;
        if goes_on {
            passage.opens = passage.is_open(analysis);
        } else {
            passage.drop_open_end(analysis);
        }
    }
    found.retain(|passage| !passage.sentences.is_empty());
    found
}

/// Whether a sentence is what a list item is called, before the item says something
/// ("Week 1: Data and variables. A variable is …").
fn is_item_title(analysis: &Analysis, sentence: &Sentence) -> bool {
    let next = analysis.sentence(sentence.index + 1);
    matches!(sentence.role, Role::ListItem { .. })
        && sentence.position_in_paragraph == 0
        && sentence.words <= MOST_TITLE_WORDS
        && sentence.text.contains(": ")
        && next.is_some_and(|next| next.paragraph == sentence.paragraph)
}

/// Whether a sentence can be set at all; where passages go on, short links are kept too.
fn is_usable(sentence: &Sentence, heads: Heads) -> bool {
    let is_link =
        heads != Heads::StandAlone && (2..5).contains(&sentence.words) && sentence.text.ends_with('.');
    let asks = sentence.is_question() && (4..30).contains(&sentence.words);
    sentence.fitness > 0.0 || asks || is_link
}

/// Whether a sentence begins an item of a list, whose members all belong together.
fn begins_item(sentence: &Sentence) -> bool {
    matches!(sentence.role, Role::ListItem { .. }) && sentence.position_in_paragraph == 0
}

/// Whether a sentence is a step of a numbered procedure ("Rinse the burette"), which says nothing
/// outside of it.
pub(super) fn is_instruction(analysis: &Analysis, sentence: &Sentence) -> bool {
    let first = sentence.text.split([' ', ',']).next().unwrap_or_default().to_lowercase();
    let form = analysis.language().lexicon().verb(&first);
    matches!(sentence.role, Role::ListItem { ordered: true, .. })
        && form.is_some_and(|form| form.tense == Tense::Base)
}

fn follows(found: &[Passage], sentence: &Sentence) -> bool {
    let last = found.last().and_then(|passage| passage.sentences.last());
    last.is_some_and(|last| last + 1 == sentence.index)
}

/// Whether a pronoun in the sentence has nothing there to stand for.
pub(super) fn needs_noun(analysis: &Analysis, sentence: &Sentence) -> bool {
    let lexicon = analysis.language().lexicon();
    leans_on_pronoun(&tokens(&sentence.text, lexicon), lexicon)
}

/// Whether the main clause has a pronoun for its subject after an opening adverbial ("In 1559, he …"),
/// which may stand for somebody named before; German needs no comma there.
pub(super) fn sets_out_from_pronoun(analysis: &Analysis, sentence: &Sentence) -> bool {
    let language = analysis.language();
    let lexicon = language.lexicon();
    let tokens = tokens(&sentence.text, lexicon);
    let is_verb = |token: &Token| lexicon.is_only_verb(&token.lower) || lexicon.is_past(&token.lower);
    let opening = tokens.iter().position(is_verb).unwrap_or(OPENING_TOKENS).max(OPENING_TOKENS);
    let mut before = None;
    tokens.iter().take(opening).any(|token| {
        let word = token.lower.as_str();
        let pronoun = lexicon.pronouns.contains(word) || lexicon.person_pronouns.contains(word);
        let opens = matches!(before, Some(Class::Mark | Class::Number)) || language.capitalised_nouns;
        before = Some(token.class);
        pronoun && opens
    })
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
    let has_room = last.words() + text.split_whitespace().count() <= length.words;
    let fits = last.sentences.len() < length.sentences;
    let answers =
        last.texts.last().is_some_and(|before| before.ends_with('?')) || last.ends_announcing(analysis);
    let Some(facts) = analysis.facts(sentence) else { return false };
    let alone = sentence.stands_alone && facts.sets_out;
    let wanted = last.words() < length.joined_words && !sentence.is_question();
    // A question of the text begins a turn, so that one voice can ask it and the other answer.
    let asks = length.heads == Heads::TakeUp && sentence.is_question();
    let joins = follows && !asks && same_paragraph && has_room && (answers || fits && (!alone || wanted));
    if joins {
        let count = u32::try_from(last.sentences.len()).map_or(1.0, f64::from);
        last.weight = (last.weight * count + facts.weight) / (count + 1.0);
        last.sentences.push(sentence.index);
        last.texts.push(text.to_owned());
    }
    joins
}

/// Whether sentences of that role can be set as running text.
fn is_running(role: Role) -> bool {
    matches!(role, Role::Prose | Role::ListItem { .. })
}
