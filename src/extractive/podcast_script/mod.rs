//! Writes a script for two voices. `script_plan.rs` chooses what is quoted, `conversation.rs` lets the
//! voices talk, `stage.rs` keeps the turns, `rotation.rs` varies the phrases, `speakable.rs` makes
//! sentences speakable. The phrases themselves stand in `language::script` and `language::speech`.

mod conversation;
mod rotation;
mod script_plan;
mod speakable;
mod stage;

use conversation::Conversation;

use super::analysis::Plan;
use super::{Analysis, Error};
use crate::content::{Kind, Outline, Part, PodcastScript, Turn, bounds};
use crate::language::{lesson, script};

/// Words of a script for which no duration was wanted, about nine minutes.
const USUAL_WORDS: usize = 1350;
/// Words spoken in a minute, as `content` counts them.
const WORDS_A_MINUTE: usize = 150;
/// Characters that the conclusion may have.
const MOST_CONCLUSION: usize = 1000;

/// Writes the script.
///
/// # Errors
/// Returns [`Error::Lacking`] if the language has no phrases or the text is too short to talk about.
pub(super) fn write(analysis: &Analysis, outline: &Outline) -> Result<PodcastScript, Error> {
    let lacking = |what: String| Error::Lacking { kind: Kind::PodcastScript, what };
    let language = analysis.language_code();
    let tables = (script::script(language), lesson::lesson(language), speakable::tongue(language));
    let (Some(script), Some(lesson), Some(tongue)) = tables else {
        return Err(lacking(format!("there are no spoken phrases for the language `{language}`")));
    };
    let plan = Plan::of(analysis, outline);
    let conversation = Conversation { analysis, script, lesson, title: &outline.title };
    let wanted = analysis.request().target_duration().map(|minutes| usize::from(minutes) * WORDS_A_MINUTE);
    let room = Room::of(analysis);
    let mut words = wanted.unwrap_or(USUAL_WORDS);
    let mut turns = Vec::new();
    while words >= 100 {
        let mut quoted = script_plan::choose(analysis, &plan, tongue, words.saturating_sub(FRAME_WORDS));
        turns = conversation.hold(&quoted);
        while characters(&turns, Part::Conclusion) > MOST_CONCLUSION && quoted.takeaways.pop().is_some() {
            turns = conversation.hold(&quoted);
        }
        if room.holds(&turns) {
            break;
        }
        words = words * 9 / 10;
    }
    let main = characters(&turns, Part::MainContent);
    if main < 800 {
        return Err(lacking(format!("800 characters of conversation needed, the text gives {main}")));
    }
    let speaker_notes = Some(script.speaker_notes.to_owned());
    Ok(PodcastScript { turns, speaker_notes, ..PodcastScript::default() })
}

/// Words of the introduction and the conclusion, which come off the wanted number.
const FRAME_WORDS: usize = 300;

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
