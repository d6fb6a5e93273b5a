//! One valid draft of each kind, for a script to hand out.

use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use crate::content::{Kind, Piece};

/// What the drafts are about, repeated until a field is long enough.
const SENTENCE: &str = "A cell is a small room that keeps the work of life apart from the world around it. ";

fn text(characters: usize) -> String {
    SENTENCE.repeat(characters.div_ceil(SENTENCE.len())).trim().to_owned()
}

fn several(count: usize, item: impl Fn(usize) -> Value) -> Vec<Value> {
    (1..=count).map(item).collect()
}

fn read<T: DeserializeOwned + Into<Piece>>(draft: Value) -> Piece {
    serde_json::from_value::<T>(draft).unwrap().into()
}

/// Gives a valid draft of that kind.
pub(super) fn draft(kind: Kind) -> Piece {
    use crate::content as c;
    match kind {
        Kind::Outline => read::<c::Outline>(json!({
            "title": "The cell and its parts", "overview": text(120), "difficulty_level": "beginner",
            "learning_objectives": several(3, |n| json!({ "text": format!("Describe part {n} of a cell"), "level": "understand" })),
            "sections": several(3, |n| json!({ "title": format!("Part number {n}"), "description": text(60) })),
        })),
        Kind::PodcastScript => read::<c::PodcastScript>(json!({ "turns": [
            { "part": "introduction", "speaker": "host", "text": text(120) },
            { "part": "main_content", "speaker": "guest", "text": text(500) },
            { "part": "main_content", "speaker": "host", "text": text(500) },
            { "part": "conclusion", "speaker": "guest", "text": text(120) },
        ] })),
        Kind::StudyGuide => read::<c::StudyGuide>(json!({
            "overview": text(120), "summary": text(120),
            "key_concepts": several(5, |n| json!({ "term": format!("Concept {n}"), "explanation": text(60) })),
            "detailed_sections": [{ "heading": "How a cell is built", "content": text(600) }],
        })),
        Kind::OnePagerSummary => read::<c::OnePagerSummary>(json!({
            "executive_summary": text(120), "main_content": text(300),
            "key_takeaways": several(3, |n| json!({ "text": format!("Takeaway {n} says what to remember.") })),
        })),
        Kind::DetailedReadingMaterial => read::<c::DetailedReadingMaterial>(json!({
            "introduction": text(250), "conclusion": text(250),
            "sections": several(3, |n| json!({ "title": format!("Part number {n}"), "content": text(300) })),
        })),
        Kind::Faqs => read::<c::Faqs>(json!({
            "items": several(5, |n| json!({ "question": format!("What does part {n} do?"), "answer": text(60) })),
        })),
        Kind::Flashcards => read::<c::Flashcards>(json!({
            "items": several(10, |n| json!({
                "term": format!("Organelle {n}"), "definition": format!("The {n}. thing that a learner can see."),
                "difficulty": "easy",
            })),
        })),
        Kind::ReadingGuideQuestions => read::<c::ReadingGuideQuestions>(json!({
            "questions": several(5, |n| json!({ "question": format!("Why does part {n} matter to a cell?"), "level": "analyze" })),
        })),
    }
}
