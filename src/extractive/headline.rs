//! Objectives made of a section's own title: "Explain what limits photosynthesis", "Summarize the
//! main points about the spread of the press". `objectives.rs` weighs them against others.

use super::analysis::{Class, Topic, capitalised, decapitalised, tokens};
use super::objectives::Drafts;
use super::phrase::Filling;
use crate::language::{Articles, Lexicon, Use, Why};

/// What an objective costs that takes over a clause; less than any other, for it is what is taught.
const CLAUSE_COST: f64 = -0.6;
/// What an objective costs that names the section.
const SECTION_COST: f64 = 0.9;
/// Most words of a title inside an objective.
const MAX_TITLE_WORDS: usize = 12;

/// Adds the objectives that a topic's title gives.
pub(super) fn draft(drafts: &mut Drafts<'_>, topic: &Topic, ground: &[usize]) {
    if !topic.headed {
        return;
    }
    clause(drafts, topic, ground);
    if let Some(title) = inside(drafts, topic) {
        drafts.add(Use::Section, SECTION_COST, &Filling { clause: &title, ..Filling::default() }, ground);
    }
}

/// "Why Prices Fall" can be taken over as it stands; "When Prices Fall" asks what happens then.
fn clause(drafts: &mut Drafts<'_>, topic: &Topic, ground: &[usize]) {
    let language = drafts.analysis.language();
    let lexicon = language.lexicon();
    // Where questions keep the order of statements, a heading that asks can be taken over too.
    let asks = matches!(language.phrases.why, Why::Plain(_));
    let title = if asks { topic.title.trim_matches(['¿', '?', ' ']) } else { topic.title.as_str() };
    let words = tokens(title, lexicon);
    let Some(first) = words.first() else { return };
    let opens = language.phrases.clause_headings.contains(&first.lower.as_str());
    let conditional = first.lower == "when";
    let has_verb = words.iter().skip(1).any(|word| lexicon.may_be_verb(&word.lower));
    if !(opens || conditional) || !has_verb || title.ends_with('?') || title.contains([':', '–', '—']) {
        return;
    }
    let clause = lowered(drafts, title);
    if conditional {
        let clause = clause.split_once(' ').map_or("", |(_, rest)| rest);
        drafts.add(Use::When, CLAUSE_COST, &Filling { clause, ..Filling::default() }, ground);
        return;
    }
    let lower = topic.title.to_lowercase();
    let analysis = drafts.analysis;
    let terms = topic.terms.iter().take(8).filter_map(|number| analysis.terms().get(*number));
    let mut others = terms.filter(|term| !term.name && !lower.contains(&term.surface.to_lowercase()));
    let first = others.clone().next();
    let other = others.find(|term| term.definition.is_some()).or(first);
    let other = other.map_or("", |term| term.phrase.as_str());
    // "What goes in and what comes out" names no subject by itself.
    let has_subject = topic
        .terms
        .iter()
        .filter_map(|number| analysis.terms().get(*number))
        .any(|term| lower.contains(&term.surface.to_lowercase()));
    if !has_subject {
        drafts.add_pairs(
            Use::Clause,
            CLAUSE_COST,
            &Filling { clause: &clause, y: other, ..Filling::default() },
            ground,
        );
        return;
    }
    drafts.add(
        Use::Clause,
        CLAUSE_COST,
        &Filling { clause: &clause, y: other, ..Filling::default() },
        ground,
    );
}

/// A title inside a sentence: one with its article, or one that is a key term; where titles are
/// quoted, any.
fn inside(drafts: &Drafts<'_>, topic: &Topic) -> Option<String> {
    let analysis = drafts.analysis;
    let lexicon = analysis.language().lexicon();
    let title = topic.title.split([':', '–', '—']).next().unwrap_or_default().trim();
    // "The way back: run-off and infiltration": without what follows, it names nothing.
    let lower = title.to_lowercase();
    let mut named = topic.terms.iter().filter_map(|number| analysis.terms().get(*number));
    let is_cut = title.chars().count() < topic.title.trim().chars().count();
    if is_cut && !named.any(|term| lower.contains(&term.surface.to_lowercase())) {
        return None;
    }
    let fits = !title.ends_with(['?', '.']) && title.split_whitespace().count() <= MAX_TITLE_WORDS;
    fits.then_some(())?;
    let mut frames = analysis.language().phrases.objectives_for(Use::Section);
    if frames.any(|frame| frame.frame.singular.contains(['„', '«'])) {
        return Some(capitalised(title));
    }
    let words = tokens(title, lexicon);
    let first = words.first()?;
    let has_verb = words.iter().skip(1).any(|word| lexicon.is_only_verb(&word.lower));
    let bare_nouns = analysis.language().articles == Articles::AsWritten;
    let opens_with_noun = bare_nouns && (first.class == Class::Content || first.lower.ends_with("'s"));
    let has_article = lexicon.definite.contains(first.lower.as_str());
    // "Alone at the Sorbonne", "Student in Paris": a bare word before a preposition must be a plural, a
    // noun by its ending, or a name.
    let prepositional = words.get(1).is_some_and(|next| {
        next.class == Class::Stop && lexicon.before_noun.contains(next.lower.as_str()) && next.lower != "of"
    });
    let bare = prepositional
        && !lexicon.looks_plural(&first.lower)
        && !lexicon.has_noun_ending(&first.lower)
        && !analysis.is_name(&first.lower);
    let opens_with_noun = opens_with_noun && !bare;
    if (has_article || opens_with_noun) && words.len() > 1 && !has_verb {
        return Some(lowered(drafts, title));
    }
    let lower = title.to_lowercase();
    let mut terms = topic.terms.iter().filter_map(|number| analysis.terms().get(*number));
    terms.find(|term| !term.name && term.surface.to_lowercase() == lower).map(|term| term.phrase.clone())
}

/// A title as it stands inside a sentence.
fn lowered(drafts: &Drafts<'_>, title: &str) -> String {
    let analysis = drafts.analysis;
    let title_case = is_title_case(title, analysis.language().lexicon());
    let words: Vec<String> = title
        .split_whitespace()
        .map(|word| {
            let bare = word.trim_matches(|letter: char| !letter.is_alphanumeric());
            // "DNA" and "McCarthy" keep their capitals, "Light-Dependent" does not.
            let is_marked = bare.split('-').any(|part| part.chars().skip(1).any(char::is_uppercase));
            let lower = bare.to_lowercase();
            // A verb's form in a title ("Printing") may stand for a name elsewhere in the text.
            let is_name = (analysis.is_name(bare) || analysis.begins_a_name(bare))
                && !analysis.language().lexicon().may_be_verb(&lower);
            let keeps = !title_case || is_name || is_marked;
            if keeps {
                word.to_owned()
            } else {
                word.split('-').map(decapitalised).collect::<Vec<_>>().join("-")
            }
        })
        .collect();
    decapitalised(&words.join(" "))
}

/// Whether most words of a heading begin with a capital, as English headings may.
fn is_title_case(title: &str, lexicon: &Lexicon) -> bool {
    let content = title.split_whitespace().skip(1).filter(|word| lexicon.is_content(&word.to_lowercase()));
    let long = content.filter(|word| word.chars().count() > 3);
    let (capitals, small): (Vec<&str>, Vec<&str>) =
        long.partition(|word| word.chars().next().is_some_and(char::is_uppercase));
    capitals.len() > small.len()
}
