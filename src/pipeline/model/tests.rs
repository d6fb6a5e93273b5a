//! A piece from the first question to the last answer, with a model that a test spoils.

use std::sync::Arc;
use std::time::Duration;

use serde_json::{Value, json};

use super::answers::{CALL, Library, Said};
use super::*;
use crate::budget::Spend;
use crate::content::{Piece, Request, samples};
use crate::llm::Prompt;
use crate::pipeline::{Pipeline, Writer};
use crate::record::FailureCode;

pub(super) async fn written(kind: Kind, door: Door, fan_out: FanOut) -> Written {
    written_for(samples::request(), kind, door, fan_out).await
}

async fn written_for(request: Request, kind: Kind, door: Door, fan_out: FanOut) -> Written {
    written_by(vec![door], request, kind, fan_out).await
}

async fn written_by(doors: Vec<Door>, request: Request, kind: Kind, fan_out: FanOut) -> Written {
    let allowance = Allowance::new(10, Spend { money: Money::MAX, tokens: u64::MAX });
    written_within(&allowance, doors, (request, kind), fan_out).await
}

async fn written_within(
    allowance: &Allowance,
    doors: Vec<Door>,
    (request, kind): (Request, Kind),
    fan_out: FanOut,
) -> Written {
    let model = Model {
        writer: "gemini".to_owned(),
        model: "model-1".to_owned(),
        doors,
        max_cost_usd: Money::MAX,
        fan_out,
        last_resort: LastResort::Nobody,
    };
    let pipeline = Pipeline::new(Writer::Model(model.clone()), 2);
    let reading = pipeline.examine(Arc::new(request)).await.unwrap();
    let outline = (kind != Kind::Outline).then(|| Arc::new(samples::material(Kind::Outline)));
    let deadline = Instant::now() + Duration::from_secs(60);
    let (allowance, standing) = (allowance.clone(), Standing::default());
    model
        .write(
            &pipeline.cpu,
            &pipeline.metrics,
            Work {
                kind,
                outline,
                reading,
                deadline,
                allowance,
                standing,
                brief: Brief::default(),
                live: Live::default(),
            },
        )
        .await
}

pub(super) fn text_of(prompt: &Prompt) -> String {
    prompt.parts.iter().map(crate::llm::Part::text).collect()
}

pub(super) fn is_repair(prompt: &Prompt) -> bool {
    text_of(prompt).contains("# Mend an answer")
}

pub(super) fn material(written: Written) -> Material {
    match written.made {
        Ok(made) => made.into_material(),
        Err(failure) => panic!("{failure:?}"),
    }
}

#[tokio::test]
async fn valid_answers_become_a_piece_of_every_kind_however_it_is_split() {
    for fan_out in [FanOut::Auto, FanOut::Piece, FanOut::Section] {
        for kind in Kind::ALL {
            let library = Library::default();
            let written = written(kind, library.willing(), fan_out).await;
            let calls = u32::try_from(library.asked().len()).unwrap();
            let repairs = library.asked().iter().filter(|prompt| is_repair(prompt)).count();
            assert_eq!(written.bill.attempts, calls, "{kind} {fan_out:?}");
            assert_eq!(written.by.as_ref().unwrap().model, "model-1");
            assert_eq!(repairs, 0, "{kind} {fan_out:?}: {}", text_of(library.asked().last().unwrap()));
            assert_eq!(material(written).kind(), kind);
            match (kind, fan_out) {
                (Kind::Outline, _) | (_, FanOut::Piece) => assert_eq!(calls, 1, "{kind}"),
                _ => assert!(calls > 1, "{kind} {fan_out:?}"),
            }
        }
    }
}

#[tokio::test]
async fn all_calls_of_a_piece_share_their_beginning() {
    let library = Library::default();
    written(Kind::StudyGuide, library.willing(), FanOut::Auto).await;
    let asked = library.asked();
    let beginning = |prompt: &Prompt| (prompt.system.clone(), prompt.parts[0].text().to_owned());
    assert!(asked.iter().all(|prompt| beginning(prompt) == beginning(&asked[0])));
    assert!(asked[0].parts[0].text().contains(samples::source().trim()));
}

#[tokio::test]
async fn only_the_faulty_item_is_asked_for_anew() {
    let library = Library::default();
    let door = library.spoilt(|number, _, mut good| {
        if number == 0 {
            good["items"][2]["answer"] = json!("Too short.");
        }
        Said::Whole(good.to_string())
    });
    let written = written(Kind::Faqs, door, FanOut::Piece).await;
    let asked = library.asked();
    assert_eq!(asked.len(), 2);
    let repair = text_of(&asked[1]);
    assert!(is_repair(&asked[1]) && repair.contains("`/items/2`") && repair.contains("Too short."));
    assert!(repair.contains("has 10 characters, must have at least 20"));
    let fields = asked[1].schema.as_ref().unwrap().full()["properties"].as_object().unwrap();
    assert_eq!(fields.keys().collect::<Vec<_>>(), ["place_1"]);
    assert_eq!((written.bill.attempts, written.bill.cost_usd.micros()), (2, 14));
    let Piece::Faqs(faqs) = material(written).piece().clone() else { panic!("another kind") };
    assert!(faqs.items.len() >= 5 && faqs.items.iter().all(|item| item.answer != "Too short."));
}

#[tokio::test]
async fn a_text_that_is_too_long_is_asked_for_without_the_source() {
    let library = Library::default();
    let door = library.spoilt(|number, _, mut good| {
        if number == 0 {
            good["executive_summary"] = json!("Leaves are green. ".repeat(60));
        }
        Said::Whole(good.to_string())
    });
    let written = written(Kind::OnePagerSummary, door, FanOut::Piece).await;
    assert!(written.made.is_ok());
    let repair = text_of(&library.asked()[1]);
    assert!(repair.contains("must have at most 500") && !repair.contains(samples::source().trim()));
}

#[tokio::test]
async fn a_piece_that_stays_invalid_fails_after_two_repairs() {
    let library = Library::default();
    let door = library.spoilt(|_, prompt, mut good| {
        match is_repair(prompt) {
            true => good["place_1"] = json!("never"),
            false => good["overview"] = json!("short"),
        }
        Said::Whole(good.to_string())
    });
    let written = written(Kind::StudyGuide, door, FanOut::Piece).await;
    let Err(failure) = written.made else { panic!("it is not valid") };
    assert_eq!(failure.code, FailureCode::ProviderRejected);
    assert!(failure.detail.contains("/overview: has 5 characters"), "{}", failure.detail);
    assert_eq!((library.asked().len(), written.bill.attempts), (3, 3));
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_asked_for_again_with_more_room() {
    let library = Library::default();
    let door = library.spoilt(|number, _, good| match number {
        0 => Said::Cut(good.to_string()),
        // Complete, says the model, and is not.
        1 => Said::Whole(good.to_string().chars().take(400).collect()),
        _ => Said::Whole(good.to_string()),
    });
    let written = written(Kind::OnePagerSummary, door, FanOut::Piece).await;
    assert!(written.made.is_ok());
    let room: Vec<u32> = library.asked().iter().map(|prompt| prompt.max_output_tokens).collect();
    assert_eq!(room.len(), 3);
    assert!(room[1] == 2 * room[0] && room[2] == 2 * room[1]);
}

#[tokio::test]
async fn what_always_breaks_off_is_never_passed_off() {
    let library = Library::default();
    let door = library.spoilt(|_, _, good| Said::Cut(good.to_string()));
    let written = written(Kind::OnePagerSummary, door, FanOut::Piece).await;
    let Err(failure) = written.made else { panic!("it broke off") };
    assert_eq!(failure.code, FailureCode::ProviderRejected);
    assert_eq!((library.asked().len(), written.bill.usage.input_tokens), (3, 3 * CALL.usage.input_tokens));
}

#[tokio::test]
async fn damaged_json_is_read_without_asking_again() {
    let library = Library::default();
    let door =
        library.spoilt(|_, _, good| Said::Whole(format!("Here you are:\n```json\n{good}\n```\nEnjoy!")));
    assert!(written(Kind::Outline, door, FanOut::Piece).await.made.is_ok());
    assert_eq!(library.asked().len(), 1);
}

#[tokio::test]
async fn what_two_writers_said_alike_is_left_out_and_the_missing_item_asked_for_once() {
    let library = Library::default();
    let twin = json!({ "question": "Why do leaves look green in summer?", "level": "understand" });
    let door = library.spoilt(move |_, prompt, mut good| {
        if !is_repair(prompt) {
            good["questions"].as_array_mut().unwrap().iter_mut().for_each(|item| *item = twin.clone());
        }
        Said::Whole(good.to_string())
    });
    let written = written(Kind::ReadingGuideQuestions, door, FanOut::Auto).await;
    let repairs: Vec<Prompt> = library.asked().into_iter().filter(is_repair).collect();
    assert_eq!(repairs.len(), 1);
    let asked = text_of(&repairs[0]);
    assert!(asked.contains("`/questions/-`") && asked.contains("has 1 items, must have at least 5"));
    assert!(asked.contains("Why do leaves look green in summer?"), "what is there is named");
    let Piece::ReadingGuideQuestions(piece) = material(written).piece().clone() else {
        panic!("another kind")
    };
    assert_eq!(piece.questions.iter().filter(|item| item.question.contains("look green")).count(), 1);
    assert!(piece.questions.len() >= 5);
}

#[tokio::test]
async fn an_item_that_fails_a_check_is_mended_once_before_it_is_left_out() {
    let library = Library::default();
    let door = library.spoilt(|number, _, mut good| {
        if number == 0 {
            good["items"][0]["definition"] = json!("A <b>bold</b> statement about trees.");
        }
        Said::Whole(good.to_string())
    });
    let written = written(Kind::Flashcards, door, FanOut::Piece).await;
    let asked = library.asked();
    assert_eq!(asked.len(), 2);
    assert!(text_of(&asked[1]).contains("`/items/0`"));
    let Ok(made) = written.made else { panic!("a piece came") };
    assert!(made.dropped().is_empty());
}

#[tokio::test]
async fn a_topic_alone_asks_for_no_quotes() {
    let request = Request::parse(&json!({ "topic": "Photosynthesis", "language": "en" })).unwrap();
    for kind in [Kind::Outline, Kind::Flashcards] {
        let library = Library::default();
        let written = written_for(request.clone(), kind, library.willing(), FanOut::Auto).await;
        for prompt in library.asked() {
            assert!(text_of(&prompt).contains("There is no source"));
            assert!(!text_of(&prompt).contains("`quote`"));
            assert!(!prompt.schema.unwrap().full().to_string().contains("quote"));
        }
        let piece = serde_json::to_value(material(written)).unwrap();
        let evidence = piece.pointer("/items/0/evidence").or(piece.get("evidence"));
        assert_eq!(evidence, Some(&Value::Array(Vec::new())), "{kind}");
    }
}

#[tokio::test]
async fn a_refusal_ends_the_piece_with_its_own_code() {
    let library = Library::default();
    let refusal = Failure { code: FailureCode::ContentBlocked, detail: "a filter".to_owned() };
    let said = refusal.clone();
    let door = library.spoilt(move |_, _, _| Said::Nothing(said.clone()));
    let written = written(Kind::Faqs, door, FanOut::Piece).await;
    assert_eq!(written.made.err(), Some(refusal));
    assert_eq!(library.asked().len(), 1, "what was refused is not asked for again here");
}

fn down() -> Failure {
    Failure { code: FailureCode::ProviderUnavailable, detail: "down".to_owned() }
}

/// Whether a prompt asks for the part that treats the outline's section of that number and no other.
fn is_on_section(prompt: &Prompt, number: usize) -> bool {
    let text = text_of(prompt);
    text.contains(&format!("\nyours: {number}. ")) && text.matches("\nyours: ").count() == 1
}

#[tokio::test]
async fn of_a_list_the_batches_that_came_are_kept_when_one_does_not() {
    let library = Library::default();
    let door = library.spoilt(|_, prompt, good| match is_on_section(prompt, 1) && !is_repair(prompt) {
        true => Said::Nothing(down()),
        false => Said::Whole(good.to_string()),
    });
    let written = written(Kind::Flashcards, door, FanOut::Section).await;
    let calls = u32::try_from(library.asked().len()).unwrap();
    assert_eq!(written.bill.attempts, calls, "what did not come was paid for as well");
    let Ok(made) = written.made else { panic!("the other batches suffice") };
    let unwritten: Vec<&str> = made
        .left_out()
        .iter()
        .filter(|finding| finding.check == "SEAM-05")
        .map(|finding| finding.path.as_str())
        .collect();
    assert_eq!(unwritten, ["/items"], "{:?}", made.left_out());
    let Piece::Flashcards(cards) = made.into_material().piece().clone() else { panic!("another kind") };
    assert!(cards.items.len() >= 10);
}

#[tokio::test]
async fn a_field_whose_part_does_not_come_is_asked_for_by_itself() {
    let library = Library::default();
    let door = library.spoilt(|_, prompt, good| {
        match text_of(prompt).contains("overview and summary of the guide") {
            true => Said::Nothing(down()),
            false => Said::Whole(good.to_string()),
        }
    });
    let written = written(Kind::StudyGuide, door, FanOut::Auto).await;
    let repairs: Vec<Prompt> = library.asked().into_iter().filter(is_repair).collect();
    let repair = text_of(&repairs[0]);
    assert!(repair.contains("`/overview`") && repair.contains("`/summary`") && repairs.len() == 1);
    assert_eq!(material(written).kind(), Kind::StudyGuide);
}

#[tokio::test]
async fn a_piece_without_the_text_on_a_section_is_none_and_says_why() {
    let library = Library::default();
    let door = library.spoilt(|_, prompt, good| match is_on_section(prompt, 2) {
        true => Said::Nothing(down()),
        false => Said::Whole(good.to_string()),
    });
    for kind in [Kind::DetailedReadingMaterial, Kind::PodcastScript] {
        let written = written(kind, door.clone(), FanOut::Section).await;
        assert_eq!(written.made.err().map(|failure| failure.code), Some(FailureCode::ProviderUnavailable));
    }
}

#[tokio::test]
async fn a_part_that_cannot_be_read_is_asked_of_another_model_and_the_others_are_not() {
    let (first, second) = (Library::default(), Library::apart());
    // The last part, so that none begins after the model was found wanting.
    let weak = first.spoilt(|_, prompt, good| match is_on_section(prompt, 4) {
        true => Said::Whole("I would rather not.".to_owned()),
        false => Said::Whole(good.to_string()),
    });
    let request = samples::request();
    let doors = vec![weak, second.willing()];
    let written = written_by(doors, request, Kind::DetailedReadingMaterial, FanOut::Section).await;
    let asked = second.asked();
    assert_eq!(asked.len(), 1);
    assert!(is_on_section(&asked[0], 4));
    assert_eq!(first.asked().iter().filter(|prompt| is_on_section(prompt, 4)).count(), 2);
    assert_eq!(material(written).kind(), Kind::DetailedReadingMaterial);
}

#[tokio::test]
async fn what_stays_invalid_after_two_repairs_is_mended_by_another_model() {
    let (first, second) = (Library::default(), Library::apart());
    let weak = first.spoilt(|_, prompt, mut good| {
        match is_repair(prompt) {
            true => good["place_1"] = json!("never"),
            false => good["overview"] = json!("short"),
        }
        Said::Whole(good.to_string())
    });
    let doors = vec![weak, second.willing()];
    let written = written_by(doors, samples::request(), Kind::StudyGuide, FanOut::Piece).await;
    assert_eq!((first.asked().len(), second.asked().len()), (3, 1));
    assert!(is_repair(&second.asked()[0]));
    assert_eq!(material(written).kind(), Kind::StudyGuide);
}

#[tokio::test]
async fn an_item_that_stays_invalid_is_left_out_with_a_word_where_the_others_suffice() {
    let library = Library::default();
    let door = library.spoilt(|_, prompt, mut good| {
        match is_repair(prompt) {
            true => good["place_1"]["answer"] = json!("Too short."),
            false => good["items"].as_array_mut().unwrap().push(json!({
                "question": "Which colour does a healthy leaf have in May?", "answer": "Green.",
            })),
        }
        Said::Whole(good.to_string())
    });
    let written = written(Kind::Faqs, door, FanOut::Piece).await;
    let Ok(made) = written.made else { panic!("the other items suffice") };
    let left_out: Vec<(&str, &str)> =
        made.left_out().iter().map(|finding| (finding.check.as_str(), finding.path.as_str())).collect();
    assert_eq!(left_out, [("SEAM-06", "/items")]);
}

#[tokio::test]
async fn re_asks_and_repairs_take_the_attempts_of_the_job() {
    let library = Library::default();
    let door = library.spoilt(|_, _, _| Said::Whole("no".to_owned()));
    let allowance = Allowance::new(4, Spend { money: Money::MAX, tokens: u64::MAX });
    for _ in 0..8 {
        let wanted = (samples::request(), Kind::Faqs);
        let written = written_within(&allowance, vec![door.clone()], wanted, FanOut::Piece).await;
        assert!(written.made.is_err());
    }
    assert_eq!(allowance.extra_attempts_left(), 0);
    assert_eq!(library.asked().len(), 8 + 12);
}

#[tokio::test]
async fn a_model_that_was_passed_over_for_the_outline_is_not_asked_first_for_the_pieces() {
    let standing = Standing::default();
    let (first, second) = (Library::default(), Library::apart());
    let (of_first, willing) = (first.willing(), second.willing());
    let passed_over = Door::new(move |question| {
        let of_first = of_first.clone();
        async move { Reply { passed_over: true, ..of_first.ask(question).await } }
    });
    let model = Model {
        writer: "gemini".to_owned(),
        model: "model-1".to_owned(),
        doors: vec![passed_over, willing],
        max_cost_usd: Money::MAX,
        fan_out: FanOut::Piece,
        last_resort: LastResort::Nobody,
    };
    let pipeline = Pipeline::new(Writer::Model(model.clone()), 2);
    let reading = pipeline.examine(Arc::new(samples::request())).await.unwrap();
    let allowance = Allowance::new(10, Spend { money: Money::MAX, tokens: u64::MAX });
    for kind in [Kind::Outline, Kind::Faqs, Kind::Flashcards] {
        let outline = (kind != Kind::Outline).then(|| Arc::new(samples::material(Kind::Outline)));
        let (reading, allowance, standing) = (reading.clone(), allowance.clone(), standing.clone());
        let deadline = Instant::now() + Duration::from_secs(60);
        let work = Work {
            kind,
            outline,
            reading,
            deadline,
            allowance,
            standing,
            brief: Brief::default(),
            live: Live::default(),
        };
        assert!(model.write(&pipeline.cpu, &pipeline.metrics, work).await.made.is_ok());
    }
    assert_eq!((first.asked().len(), second.asked().len()), (1, 2));
}

#[tokio::test]
async fn who_is_asked_again_is_told_what_was_wrong() {
    let library = Library::default();
    let door = library.spoilt(|number, _, mut good| {
        if number == 0 {
            good["sections"].as_array_mut().unwrap().truncate(1);
        }
        Said::Whole(good.to_string())
    });
    let written = written(Kind::DetailedReadingMaterial, door, FanOut::Piece).await;
    assert!(written.made.is_ok());
    let asked = library.asked();
    let problem = "`sections` has 1 entries, must have exactly 4: one for each of its sections";
    assert!(text_of(&asked[1]).contains(problem) && !text_of(&asked[0]).contains("Once more"));
}
