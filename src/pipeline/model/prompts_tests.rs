//! Every prompt as it is really sent: of whole pieces, of the parts of the default plan, and of repairs of
//! drafts that were really at fault. Read their change before you accept it.

use serde_json::{Value, json};

use super::answers::{Library, Said};
use super::tests::{is_repair, text_of, written};
use super::*;
use crate::content::schema;
use crate::llm::{Part, Prompt};

/// The part of a prompt that is the call's own.
fn instruction(prompt: &Prompt) -> String {
    prompt.parts.last().map(Part::text).unwrap_or_default().to_owned()
}

/// The instructions of all calls that a piece takes.
async fn sent(kind: Kind, fan_out: FanOut) -> Vec<String> {
    let library = Library::default();
    written(kind, library.willing(), fan_out).await;
    library.asked().iter().map(instruction).collect()
}

/// Instructions one after the other; what two share at their beginning is shown once.
fn shown(instructions: &[String]) -> String {
    let mut text = String::new();
    let mut before = "nothing";
    for (number, instruction) in (1..).zip(instructions) {
        text.push_str(&format!("======== call {number} of {}\n", instructions.len()));
        let task = instruction.split("\n## Your part").next().unwrap_or_default();
        match instruction.strip_prefix(before).filter(|_| task == before) {
            Some(rest) => text.push_str(&format!("(the task as before)\n{rest}\n")),
            None => text.push_str(&format!("{instruction}\n")),
        }
        before = task;
    }
    text
}

#[tokio::test]
async fn every_prompt_of_the_default_plan_is_kept() {
    for kind in Kind::PIECES {
        let instructions = sent(kind, FanOut::Auto).await;
        assert!(instructions.len() > 1, "{kind}");
        insta::assert_snapshot!(format!("parts_of_{kind}"), shown(&instructions));
    }
}

#[tokio::test]
async fn every_prompt_for_a_whole_piece_is_kept() {
    for kind in Kind::ALL {
        let library = Library::default();
        written(kind, library.willing(), FanOut::Piece).await;
        let asked = library.asked();
        let [prompt] = asked.as_slice() else { panic!("{kind} in one call") };
        // System and context stand in the snapshots of two kinds; they are the same in the others.
        let text = match kind {
            Kind::Outline | Kind::PodcastScript => {
                format!("======== system\n{}\n======== all parts\n{}", prompt.system, text_of(prompt))
            }
            _ => instruction(prompt),
        };
        insta::assert_snapshot!(format!("whole_{kind}"), text);
    }
}

/// The first repair that is asked for where the first answer was spoilt like that.
async fn repair(kind: Kind, spoil: impl Fn(&mut Value) + Send + Sync + 'static) -> Prompt {
    let library = Library::default();
    let door = library.spoilt(move |number, _, mut good| {
        if number == 0 {
            spoil(&mut good);
        }
        Said::Whole(good.to_string())
    });
    written(kind, door, FanOut::Piece).await;
    library.asked().into_iter().find(is_repair).unwrap_or_else(|| panic!("{kind} was not repaired"))
}

fn list<'a>(draft: &'a mut Value, name: &str) -> &'a mut Vec<Value> {
    draft[name].as_array_mut().unwrap()
}

#[tokio::test]
async fn repairs_are_kept() {
    let items = repair(Kind::Faqs, |draft| {
        draft["items"][1]["answer"] = json!("Too short.");
        draft["items"][2]["question"] = json!("Leaves are green in summer");
    });
    insta::assert_snapshot!("repair_of_items", instruction(&items.await));
    let markup =
        repair(Kind::Flashcards, |draft| draft["items"][0]["definition"] = json!("A <b>bold</b> tree."));
    insta::assert_snapshot!("repair_of_markup", instruction(&markup.await));
    let more = repair(Kind::ReadingGuideQuestions, |draft| list(draft, "questions").truncate(3));
    insta::assert_snapshot!("repair_of_missing_items", instruction(&more.await));
    let turns = repair(Kind::PodcastScript, |draft| {
        let is_last = |turn: &Value| turn["part"] == "conclusion";
        list(draft, "turns").retain(|turn| !is_last(turn));
        list(draft, "turns")
            .push(json!({ "part": "conclusion", "speaker": "host", "text": "Think of leaves." }));
    });
    insta::assert_snapshot!("repair_of_turns", instruction(&turns.await));
    let section =
        repair(Kind::DetailedReadingMaterial, |draft| draft["sections"][2]["content"] = json!("Sugar."));
    insta::assert_snapshot!("repair_of_a_section", instruction(&section.await));
    let field = repair(Kind::StudyGuide, |draft| {
        draft.as_object_mut().unwrap().shift_remove("summary");
    });
    insta::assert_snapshot!("repair_of_a_missing_field", instruction(&field.await));
    let long = repair(Kind::OnePagerSummary, |draft| {
        draft["executive_summary"] = json!("Leaves are green. ".repeat(60));
    });
    let long = long.await;
    assert_eq!(long.parts.len(), 1, "what is too long is mended without the source");
    insta::assert_snapshot!("repair_of_what_is_too_long", instruction(&long));
}

#[tokio::test]
async fn a_part_is_told_what_is_its_own_and_nothing_else() {
    for kind in Kind::PIECES {
        let known = schema::draft(kind)["properties"].as_object().unwrap();
        for text in sent(kind, FanOut::Auto).await {
            let form = text.split("## The form of the answer").nth(1).unwrap();
            for name in known.keys().filter(|name| !form.contains(&format!("\n- `{name}`"))) {
                let rule = format!("- **{}**", heading(name));
                assert!(!text.contains(&rule), "{kind}: {rule} in\n{text}");
            }
            for of_whole in
                ["over all", "served somewhere", "comparable depth", "all three", "1 to 10.", " 1 items"]
            {
                assert!(!text.contains(of_whole), "{kind}: {of_whole} in\n{text}");
            }
            let is_in_the_middle = text.contains("Your part stands in the middle");
            let opens =
                ["greet in the first turn", "**Introduction**", "**Overview**", "**Executive summary**"];
            assert!(!is_in_the_middle || !opens.iter().any(|rule| text.contains(rule)), "{text}");
        }
    }
}

/// A field as the rules of its kind name it.
fn heading(field: &str) -> String {
    let words = field.replace('_', " ");
    let (first, rest) = words.split_at(1);
    format!("{}{rest}", first.to_uppercase())
}

#[tokio::test]
async fn the_parts_of_a_script_are_told_the_limits_of_the_text_that_they_make_up() {
    let parts = sent(Kind::PodcastScript, FanOut::Auto).await;
    let limits = ["- `introduction`: 100 to 2000 characters.", "- `conclusion`: 100 to 1000 characters."];
    for limit in limits {
        assert_eq!(parts.iter().filter(|part| part.contains(limit)).count(), 1, "{limit}");
    }
    assert!(parts.first().unwrap().contains(limits[0]) && parts.last().unwrap().contains(limits[1]));
    let greeting = parts.iter().filter(|part| part.contains("greet in the first turn")).count();
    let farewell = parts.iter().filter(|part| part.contains("the farewell in the last turn")).count();
    assert_eq!((greeting, farewell), (1, 1));
}
