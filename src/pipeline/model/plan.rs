//! Which calls a piece is written in. What would take long in one answer is split along the
//! sections of the outline, and the parts are written side by side.
//!
//! Sizes are planned, not limits: the limits stand in the schemas (`shape.rs`), and what came is
//! checked afterwards.

use std::ops::{Range, RangeInclusive};

use serde_json::Value;

use super::headings;
use super::mend::OPEN_LISTS;
use crate::content::{Kind, Outline, Part, Request, WORDS_PER_MINUTE, bounds, schema};
use crate::llm::FanOut;

/// Planned tokens of an answer above which a piece is split, and so is a part of it where the sections
/// allow that. At 150 tokens a second an answer of this size takes five seconds.
const MOST_PLANNED_TOKENS: usize = 700;
/// Characters a token stands for in the languages that are planned with.
const CHARACTERS_PER_TOKEN: usize = 4;
/// Characters of a spoken word, its space included.
const CHARACTERS_PER_WORD: usize = 6;
/// Characters of an average quote with its field's name.
const QUOTE: usize = 130;
/// Characters that the fields' names and numbers of an item take.
const FRAME: usize = 60;
/// Characters of a reading's section where no number of pages is wished.
const READING_SECTION: usize = 1500;
/// Characters of a study guide's detailed text, and the most that its parts are told to have together:
/// headings and blank lines join them.
const GUIDE_TEXT: usize = 4800;
const GUIDE_TEXT_MOST: usize = 7200;
/// Characters of a turn, on the average at least; bounds how many turns a part has.
const TURN: usize = 130;
/// Characters of a page as it is planned.
const PAGE: usize = 2500;

/// One call's share of a piece.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Slice {
    /// The fields of the draft that it fills; `None` for all.
    pub(super) fields: Option<Vec<&'static str>>,
    /// How many items a list of it must have.
    pub(super) count: Option<(&'static str, RangeInclusive<usize>)>,
    /// The part of the script that its turns belong to.
    pub(super) speech: Option<Part>,
    /// What it is, in words.
    pub(super) what: &'static str,
    /// The sections of the outline that it owns, as indices.
    pub(super) group: Range<usize>,
    /// How long it should become.
    pub(super) aim: Option<String>,
    /// Tokens it is planned to take.
    pub(super) tokens: usize,
    /// Whether the piece begins or ends with it.
    pub(super) opens: bool,
    pub(super) closes: bool,
}

impl Slice {
    fn new(what: &'static str, fields: &[&'static str], characters: usize) -> Slice {
        Slice {
            fields: Some(fields.to_vec()),
            count: None,
            speech: None,
            what,
            group: 0..0,
            aim: None,
            tokens: tokens_of(characters),
            opens: false,
            closes: false,
        }
    }

    fn whole(characters: usize) -> Slice {
        Slice { fields: None, opens: true, closes: true, ..Slice::new("all of it", &[], characters) }
    }

    /// Tells whether it is items that each stand for themselves.
    pub(super) fn is_list(&self) -> bool {
        self.fields.as_ref().is_some_and(|fields| fields.iter().all(|field| OPEN_LISTS.contains(field)))
    }

    /// Returns the sections that it treats and nobody else; none if it is about the whole.
    pub(super) fn own_sections(&self) -> Range<usize> {
        if self.opens && self.closes { 0..0 } else { self.group.clone() }
    }

    /// Tells whether it is the whole piece.
    pub(super) fn is_whole(&self) -> bool {
        self.fields.is_none()
    }
}

/// Splits a piece into calls; one call where it is short, or nothing may be split.
pub(super) fn plan(kind: Kind, request: &Request, outline: Option<&Outline>, fan_out: FanOut) -> Vec<Slice> {
    plan_sections(kind, request, outline.map_or(0, |outline| outline.sections.len()), fan_out)
}

/// Counts the tokens that so many characters are planned as.
pub(super) fn tokens_of(characters: usize) -> usize {
    characters.div_ceil(CHARACTERS_PER_TOKEN)
}

/// Splits a piece into calls, as [`plan`] does, for an outline of so many sections.
pub(super) fn plan_sections(kind: Kind, request: &Request, sections: usize, fan_out: FanOut) -> Vec<Slice> {
    let slices = match kind {
        Kind::Outline => return vec![Slice::whole(3600)],
        Kind::PodcastScript => podcast(request, sections, fan_out),
        Kind::StudyGuide => study_guide(sections, fan_out),
        Kind::OnePagerSummary => one_pager(),
        Kind::DetailedReadingMaterial => reading(request, sections, fan_out),
        Kind::Faqs => batches(
            kind,
            "items",
            "the questions with answers on its sections",
            470 + FRAME,
            (sections, fan_out),
        ),
        Kind::Flashcards => {
            batches(kind, "items", "the cards on its sections", 150 + FRAME, (sections, fan_out))
        }
        Kind::ReadingGuideQuestions => {
            batches(kind, "questions", "the questions on its sections", 150 + FRAME, (sections, fan_out))
        }
    };
    let tokens: usize = slices.iter().map(|slice| slice.tokens).sum();
    let split = match fan_out {
        FanOut::Piece => false,
        FanOut::Auto => tokens > MOST_PLANNED_TOKENS,
        FanOut::Section => true,
    };
    if split && sections > 0 && slices.len() > 1 {
        return slices;
    }
    let aim = whole_aim(kind, request);
    let (group, count) = match kind {
        Kind::DetailedReadingMaterial | Kind::StudyGuide if sections > 0 => {
            (0..sections, headings::list(kind).map(|list| (list, sections..=sections)))
        }
        _ => (0..0, None),
    };
    vec![Slice { aim, group, count, ..Slice::whole(tokens.saturating_mul(CHARACTERS_PER_TOKEN)) }]
}

/// Characters that the podcast is planned to have when spoken.
fn spoken(request: &Request) -> usize {
    let total = bounds::podcast_total(request);
    let Some(minutes) = request.target_duration() else {
        return usize::midpoint(*total.start(), *total.end());
    };
    // Words a minute as a whole number; the constant is one.
    let words = (1..).find(|words| f64::from(*words) >= WORDS_PER_MINUTE).unwrap_or(150_u32);
    let words = usize::from(minutes).saturating_mul(usize::try_from(words).unwrap_or(150));
    words.saturating_mul(CHARACTERS_PER_WORD).clamp(*total.start(), *total.end())
}

fn whole_aim(kind: Kind, request: &Request) -> Option<String> {
    match kind {
        Kind::PodcastScript => Some(format!("about {} spoken words.", spoken(request) / CHARACTERS_PER_WORD)),
        Kind::StudyGuide => Some(format!("about {GUIDE_TEXT} characters in all detailed sections together.")),
        Kind::DetailedReadingMaterial => request
            .target_pages()
            .map(|pages| format!("about {} characters in all sections together.", usize::from(pages) * PAGE)),
        _ => None,
    }
}

fn podcast(request: &Request, sections: usize, fan_out: FanOut) -> Vec<Slice> {
    let total = spoken(request);
    let (opening, closing) = ((total / 10).clamp(200, 1200), (total / 12).clamp(200, 800));
    let main = total.saturating_sub(opening + closing).max(900);
    let most = bounds::podcast_total(request).end().saturating_sub(opening + closing).min(main * 3 / 2);
    let groups = groups(sections, with_quotes(main), fan_out);
    let speech = |what, part, characters: usize| Slice {
        speech: Some(part),
        aim: Some(format!("about {} spoken words in this part.", characters / CHARACTERS_PER_WORD)),
        count: Some(("turns", 2..=(characters / TURN).max(3))),
        ..Slice::new(what, &["turns"], with_quotes(characters))
    };
    let mut slices = vec![Slice {
        opens: true,
        group: 0..0,
        ..speech("the introduction of the script", Part::Introduction, opening)
    }];
    for group in groups {
        let share = |whole: usize| whole * group.len() / sections.max(1);
        let slice = speech("the conversation about its sections", Part::MainContent, share(main));
        let words = share(main) / CHARACTERS_PER_WORD;
        let aim = Some(format!("about {words} spoken words, and at most {} characters.", share(most)));
        let count = Some(("turns", 2..=(share(main) / TURN).max(3)));
        slices.push(Slice { aim, count, group, ..slice });
    }
    let last = speech("the conclusion of the script", Part::Conclusion, closing);
    let fields = Some(vec!["turns", "speaker_notes"]);
    slices.push(Slice { closes: true, fields, group: sections..sections, ..last });
    slices
}

/// Characters of an answer that bears a quote for about every other turn of two sentences.
fn with_quotes(characters: usize) -> usize {
    characters.saturating_mul(9) / 5
}

fn study_guide(sections: usize, fan_out: FanOut) -> Vec<Slice> {
    let frame = ["overview", "summary", "recommended_reading", "quote"];
    let mut slices = vec![Slice {
        opens: true,
        closes: true,
        group: 0..sections,
        ..Slice::new("overview and summary of the guide", &frame, 1200)
    }];
    slices.extend(batches(
        Kind::StudyGuide,
        "key_concepts",
        "the key concepts of its sections",
        200 + FRAME,
        (sections, fan_out),
    ));
    let (aim, most) = (GUIDE_TEXT, GUIDE_TEXT_MOST);
    for group in groups(sections, aim + sections * (QUOTE + FRAME), fan_out) {
        let share = |whole: usize| whole * group.len() / sections.max(1);
        let characters = share(aim) + group.len() * (QUOTE + FRAME);
        let slice = Slice::new(
            "the detailed text on its sections, one entry for each section",
            &["detailed_sections"],
            characters,
        );
        let (count, aim) = (group.len()..=group.len(), share(aim));
        let aim = format!("about {aim} characters of text, and at most {}.", share(most));
        slices.push(Slice { count: Some(("detailed_sections", count)), aim: Some(aim), group, ..slice });
    }
    slices
}

/// Splits off the takeaways: two writers say the same least where one has the whole and the other the
/// particulars, and the halves are about as long.
fn one_pager() -> Vec<Slice> {
    let running = Slice::new(
        "the executive summary and the main content",
        &["executive_summary", "main_content", "quote"],
        1300,
    );
    let takeaways = Slice::new("the takeaways", &["key_takeaways"], 1700);
    vec![Slice { opens: true, closes: true, ..running }, takeaways]
}

fn reading(request: &Request, sections: usize, fan_out: FanOut) -> Vec<Slice> {
    let bound = bounds::reading_total(request);
    let wished = request.target_pages().map_or(sections * READING_SECTION, |pages| usize::from(pages) * PAGE);
    let total = wished.clamp(*bound.start(), *bound.end());
    let fields = ["introduction", "conclusion", "references", "quote"];
    let frame = Slice::new("introduction and conclusion of the chapter", &fields, 1400);
    let mut slices = vec![Slice { opens: true, closes: true, group: 0..sections, ..frame }];
    for group in groups(sections, total + sections * (QUOTE + FRAME), fan_out) {
        let share = |whole: usize| whole * group.len() / sections.max(1);
        let characters = share(total) + group.len() * (QUOTE + FRAME);
        let slice =
            Slice::new("the text of its sections, one entry for each section", &["sections"], characters);
        // Twenty pages, which are the bound where nobody wishes for a number, would tell a writer nothing.
        let most = request.target_pages().map(|_| format!(", and at most {}", share(*bound.end())));
        let aim = format!("about {} characters of text{}.", share(total), most.unwrap_or_default());
        let count = ("sections", group.len()..=group.len());
        slices.push(Slice { count: Some(count), aim: Some(aim), group, ..slice });
    }
    slices
}

/// Splits a list into batches that each own some sections. Each is asked for one item more than
/// planned where the list has room, because items that resemble each other are left out.
fn batches(
    kind: Kind,
    list: &'static str,
    what: &'static str,
    characters: usize,
    (sections, fan_out): (usize, FanOut),
) -> Vec<Slice> {
    let (least, most) = item_limits(kind, list);
    let (aim, characters) = (usize::midpoint(least, most), characters + QUOTE);
    let many = parts(aim, characters, sections.min(aim), fan_out);
    let mut planned = 0;
    let mut slices = Vec::new();
    for index in 0..many {
        let count = aim * (index + 1) / many - planned;
        planned += count;
        let group = index * sections / many..(index + 1) * sections / many;
        let room = usize::from(aim + many <= most);
        slices.push(Slice {
            count: Some((list, count..=count + room)),
            group,
            ..Slice::new(what, &[], count * characters)
        });
    }
    for slice in &mut slices {
        slice.fields = Some(vec![list]);
    }
    slices
}

/// Returns the items that a list of a draft must and may have.
pub(super) fn item_limits(kind: Kind, list: &str) -> (usize, usize) {
    let limit = |name: &str| {
        let limit =
            schema::draft(kind).pointer(&format!("/properties/{list}/{name}")).and_then(Value::as_u64);
        limit.and_then(|limit| usize::try_from(limit).ok())
    };
    (limit("minItems").unwrap_or(0), limit("maxItems").unwrap_or(usize::MAX))
}

/// Splits sections into neighbouring groups of about the same number.
fn groups(sections: usize, characters: usize, fan_out: FanOut) -> Vec<Range<usize>> {
    let many = parts(sections, characters.div_ceil(sections.max(1)), sections, fan_out);
    (0..many).map(|index| index * sections / many..(index + 1) * sections / many).collect()
}

/// Counts the parts that so many units of that length are written in: as few as keep the longest part
/// short, so that it is not waited for long after the others.
fn parts(units: usize, characters: usize, most_parts: usize, fan_out: FanOut) -> usize {
    let most = MOST_PLANNED_TOKENS * CHARACTERS_PER_TOKEN;
    let is_short = |many: &usize| units.div_ceil(*many) * characters <= most;
    let many = match fan_out {
        FanOut::Section => most_parts,
        FanOut::Auto | FanOut::Piece => (1..most_parts).find(is_short).unwrap_or(most_parts),
    };
    many.max(1)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::content::samples;

    fn planned(kind: Kind, fan_out: FanOut) -> Vec<Slice> {
        plan(kind, &samples::request(), Some(&samples::outline()), fan_out)
    }

    #[test]
    fn whatever_is_longer_than_700_tokens_is_split_into_parts_that_are_not() {
        for kind in Kind::PIECES {
            let slices = planned(kind, FanOut::Auto);
            assert!(slices.len() > 1, "{kind}");
            assert!(slices.iter().all(|slice| slice.tokens <= MOST_PLANNED_TOKENS), "{kind}: {slices:?}");
        }
        assert_eq!(planned(Kind::Outline, FanOut::Section).len(), 1);
    }

    #[test]
    fn a_piece_in_one_call_is_never_split() {
        for kind in Kind::ALL {
            let slices = planned(kind, FanOut::Piece);
            assert!(matches!(&slices[..], [slice] if slice.is_whole()), "{kind}");
        }
    }

    #[test]
    fn every_section_is_owned_once_by_each_list() {
        for fan_out in [FanOut::Auto, FanOut::Section] {
            for kind in Kind::PIECES {
                let slices = planned(kind, fan_out);
                for list in ["turns", "detailed_sections", "key_concepts", "sections", "items", "questions"] {
                    let owned: Vec<usize> = slices
                        .iter()
                        .filter(|slice| slice.fields.as_ref().is_some_and(|fields| fields.contains(&list)))
                        .flat_map(|slice| slice.group.clone())
                        .collect();
                    assert!(owned.is_empty() || owned == [0, 1, 2, 3], "{kind} {list}: {owned:?}");
                }
            }
        }
    }

    #[test]
    fn the_parts_of_a_list_add_up_to_what_the_list_may_have() {
        for kind in [Kind::Faqs, Kind::Flashcards, Kind::ReadingGuideQuestions] {
            for fan_out in [FanOut::Auto, FanOut::Section] {
                let counts: Vec<_> =
                    planned(kind, fan_out).into_iter().filter_map(|slice| slice.count).collect();
                let (least, most) = item_limits(kind, counts[0].0);
                assert!(counts.iter().map(|(_, count)| count.start()).sum::<usize>() >= least);
                assert!(counts.iter().map(|(_, count)| count.end()).sum::<usize>() <= most);
            }
        }
    }

    #[test]
    fn a_longer_podcast_is_planned_longer() {
        let tokens = |minutes: u16| {
            let text = samples::source();
            let request =
                Request::parse(&json!({ "syllabus_text": text, "target_duration": minutes })).unwrap();
            let slices = plan(Kind::PodcastScript, &request, Some(&samples::outline()), FanOut::Auto);
            slices.iter().map(|slice| slice.tokens).sum::<usize>()
        };
        assert!(tokens(20) > 2 * tokens(8));
    }
}
