//! Writes a script for two voices. `script_plan.rs` chooses what is quoted, `conversation.rs` lets the
//! voices talk, `stage.rs` keeps the turns, `rotation.rs` varies the phrases, `speakable.rs` makes
//! sentences speakable. The phrases themselves stand in `language::script` and `language::speech`.

mod conversation;
mod rotation;
mod script_plan;
mod speakable;
mod stage;

use std::collections::BTreeMap;

use conversation::Conversation;
use script_plan::{Scale, Voice};
use speakable::Tongue;

use super::analysis::Plan;
use super::question::{self, Asked};
use super::{Analysis, Error};
use crate::content::{Kind, Outline, Part, PodcastScript, Turn, bounds};
use crate::language::{Use, lesson, script};

/// Words of a script for which no duration was wanted, about nine minutes.
const USUAL_WORDS: usize = 1350;
/// Words spoken in a minute, as `content` counts them.
const WORDS_A_MINUTE: usize = 150;
/// Words of introduction and conclusion, as a first guess.
const FRAME_WORDS: usize = 250;
/// Words of the shortest main part.
const FEWEST_MAIN_WORDS: usize = 160;
/// How often a script is written anew to come near the wanted duration.
const ATTEMPTS: usize = 8;
/// How near is near enough, in hundredths.
const NEAR_PERCENT: usize = 6;
/// Characters that the conclusion may have.
const MOST_CONCLUSION: usize = 1000;

/// Writes the script.
///
/// # Errors
/// Returns [`Error::NoTables`] if the language has no phrases, [`Error::Lacking`] if the text is too
/// short to talk about.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<PodcastScript, Error> {
    let lacking = |what: String| Error::Lacking { kind: Kind::PodcastScript, what };
    let language = analysis.language_code();
    let tables = (script::script(language), lesson::lesson(language), speakable::tongue(language));
    let (Some(script), Some(lesson), Some(tongue)) = tables else {
        let what = format!("there are no spoken phrases for the language `{language}`");
        return Err(Error::NoTables { kind: Kind::PodcastScript, what });
    };
    let plan = Plan::of(analysis, outline);
    let own_questions = own_questions(analysis, tongue);
    let conversation = Conversation { analysis, script, lesson, title: &outline.title, own_questions };
    let writer = Writer { analysis, plan: &plan, tongue, conversation: &conversation };
    let turns = writer.fitted();
    let main = characters(&turns, Part::MainContent);
    if main < 800 {
        return Err(lacking(format!("800 characters of conversation needed, the text gives {main}")));
    }
    let speaker_notes = Some(script.speaker_notes.to_owned());
    Ok(PodcastScript { turns, speaker_notes, ..PodcastScript::default() })
}

/// Questions after a reason, a condition or a difference, by the sentence that answers them.
fn own_questions(analysis: &Analysis, tongue: &Tongue) -> BTreeMap<usize, String> {
    let apt = |asked: &Asked| {
        matches!(
            asked.used,
            Use::Cause | Use::When | Use::PastWhen | Use::If | Use::Contrast | Use::Function | Use::Deed
        )
    };
    let mut found = BTreeMap::new();
    for asked in question::all(analysis).into_iter().filter(apt) {
        if let (Some(first), Some(question)) = (asked.answer.first(), tongue.speak(&asked.question)) {
            found.entry(*first).or_insert(question);
        }
    }
    found
}

/// Writes scripts of different lengths until one fits.
struct Writer<'a> {
    analysis: &'a Analysis,
    plan: &'a Plan,
    tongue: &'a Tongue,
    conversation: &'a Conversation<'a>,
}

impl Writer<'_> {
    /// The script that comes nearest to the wanted duration and holds in its bounds.
    fn fitted(&self) -> Vec<Turn> {
        let minutes = self.analysis.request().target_duration();
        let wanted = minutes.map_or(USUAL_WORDS, |minutes| usize::from(minutes) * WORDS_A_MINUTE);
        let (scale, room) = (Scale::of(wanted), Room::of(self.analysis));
        let mut main_words = wanted.saturating_sub(FRAME_WORDS);
        let mut turns = self.turns(scale, main_words);
        for _ in 0..ATTEMPTS {
            let spoken = words(&turns);
            let longer = wanted.saturating_sub(spoken);
            let shorter = spoken.saturating_sub(wanted);
            let near = longer.max(shorter) * 100 <= wanted * NEAR_PERCENT;
            main_words = match room.holds(&turns) {
                true if near => break,
                true if longer > 0 => main_words + longer,
                true => main_words.saturating_sub(shorter),
                false => main_words * 9 / 10,
            };
            let next = self.turns(scale, main_words.max(FEWEST_MAIN_WORDS));
            if next == turns {
                break;
            }
            turns = next;
        }
        turns
    }

    /// The script with about so many words between introduction and conclusion.
    fn turns(&self, scale: Scale, main_words: usize) -> Vec<Turn> {
        let voice = Voice { tongue: self.tongue, asked: &self.conversation.own_questions };
        let mut quoted = script_plan::choose(self.analysis, self.plan, &voice, scale, main_words);
        let mut turns = self.conversation.hold(&quoted);
        while characters(&turns, Part::Conclusion) > MOST_CONCLUSION && quoted.takeaways.pop().is_some() {
            turns = self.conversation.hold(&quoted);
        }
        turns
    }
}

fn words(turns: &[Turn]) -> usize {
    turns.iter().map(|turn| turn.text.split_whitespace().count()).sum()
}

/// The characters that a script may have.
struct Room {
    main: usize,
    total: usize,
}

impl Room {
    fn of(analysis: &Analysis) -> Room {
        let total = *bounds::podcast_total(analysis.request()).end();
        Room { main: total / 6 * 5, total }
    }

    fn holds(&self, turns: &[Turn]) -> bool {
        let [introduction, main, conclusion] =
            [Part::Introduction, Part::MainContent, Part::Conclusion].map(|part| characters(turns, part));
        main <= self.main && introduction <= 2000 && introduction + main + conclusion <= self.total
    }
}

/// Characters of a part as `content` joins it; names of voices are counted at their longest.
fn characters(turns: &[Turn], part: Part) -> usize {
    const NAME: usize = "Presentadora: ".len() + 2;
    turns.iter().filter(|turn| turn.part == part).map(|turn| turn.text.chars().count() + NAME).sum()
}
