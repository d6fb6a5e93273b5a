//! A model for tests: fills whatever schema it is asked for with text that makes a valid piece, and
//! lets a test spoil what it says.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use serde_json::{Map, Value, json};

use super::{Answered, Bill, Door, Ending, Question, Reply};
use crate::content::samples;
use crate::llm::Prompt;
use crate::money::Money;
use crate::record::Failure;
use crate::usage::Usage;

const SUBJECTS: [&str; 13] = [
    "Leaves", "Roots", "Stems", "Farmers", "Bees", "Rivers", "Winds", "Meadows", "Mosses", "Gardens",
    "Seeds", "Forests", "Valleys",
];
const VERBS: [&str; 11] = [
    "collect", "protect", "change", "need", "carry", "shape", "store", "share", "release", "renew", "favour",
];
const OBJECTS: [&str; 7] = [
    "plenty of clean water",
    "the energy of light",
    "some rare minerals",
    "most of the warmth",
    "fresh air from outside",
    "the sugar of the day",
    "new growth in spring",
];
const NAMES: [&str; 24] = [
    "ash",
    "beech",
    "cedar",
    "date palm",
    "elm",
    "fir",
    "gum",
    "holly",
    "ivy",
    "juniper",
    "kapok",
    "larch",
    "maple",
    "neem",
    "oak",
    "poplar",
    "quince",
    "rowan",
    "spruce",
    "teak",
    "umbrella pine",
    "vine",
    "willow",
    "yew",
];

/// What every call costs and takes here.
pub(crate) const CALL: Bill = Bill {
    usage: Usage { input_tokens: 1000, output_tokens: 100, cached_tokens: 0 },
    cost_usd: Money::from_micros(7),
    unreconciled_usd: Money::ZERO,
    attempts: 1,
};

/// What the tested code asked, and a source of texts that never repeat.
#[derive(Clone, Default)]
pub(crate) struct Library {
    asked: Arc<Mutex<Vec<Prompt>>>,
    next: Arc<AtomicUsize>,
}

/// What a model says to one question.
pub(crate) enum Said {
    /// This, and that it finished.
    Whole(String),
    /// This, and that it was cut off.
    Cut(String),
    /// Nothing.
    Nothing(Failure),
}

impl Library {
    /// A library whose texts are not those of another that was made by default.
    pub(crate) fn apart() -> Library {
        Library { next: Arc::new(AtomicUsize::new(5000)), ..Library::default() }
    }

    /// A model that fills every schema.
    pub(crate) fn willing(&self) -> Door {
        self.spoilt(|_, _, good| Said::Whole(good.to_string()))
    }

    /// A model whose answer to the call of that number, from 0, goes through a test's hands.
    pub(crate) fn spoilt(
        &self,
        spoil: impl Fn(usize, &Prompt, Value) -> Said + Send + Sync + 'static,
    ) -> Door {
        let library = self.clone();
        Door::new(move |Question { prompt, .. }| {
            let schema = prompt.schema.as_ref().unwrap().full();
            let good = library.fill(schema, schema, "");
            let number = {
                let mut asked = library.asked.lock().unwrap();
                asked.push(prompt.clone());
                asked.len() - 1
            };
            let answered = |text, ending| {
                Ok(Answered { text, ending, writer: "gemini".to_owned(), model: "model-1".to_owned() })
            };
            let answer = match spoil(number, &prompt, good) {
                Said::Whole(text) => answered(text, Ending::Complete),
                Said::Cut(text) => answered(text, Ending::Truncated),
                Said::Nothing(failure) => Err(failure),
            };
            async move { Reply { answer, bill: CALL, passed_over: false } }
        })
    }

    /// Everything that was asked so far.
    pub(crate) fn asked(&self) -> Vec<Prompt> {
        self.asked.lock().unwrap().clone()
    }

    fn number(&self) -> usize {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    fn sentence(&self) -> String {
        let number = self.number();
        let word = |words: &[&str]| words[number % words.len()].to_owned();
        format!("{} {} {}.", word(&SUBJECTS), word(&VERBS), word(&OBJECTS))
    }

    fn fill(&self, schema: &Value, root: &Value, name: &str) -> Value {
        if let Some(pointer) = schema["$ref"].as_str() {
            return self.fill(root.pointer(pointer.trim_start_matches('#')).unwrap(), root, name);
        }
        if let Some(options) = schema["enum"].as_array() {
            return options[self.number() % options.len()].clone();
        }
        let kind = schema["type"].as_str().unwrap_or_else(|| schema["type"][0].as_str().unwrap());
        match kind {
            "object" => {
                let fields = schema["properties"].as_object().unwrap().iter();
                let fields = fields.map(|(name, field)| (name.clone(), self.fill(field, root, name)));
                Value::Object(fields.collect::<Map<_, _>>())
            }
            "array" => {
                let least = schema["minItems"].as_u64().unwrap_or(1).max(1);
                let count = match name {
                    "turns" if least > 2 => 30,
                    "turns" => 6,
                    "detailed_sections" if schema["maxItems"] == 15 => 4,
                    _ => least,
                };
                let mut items: Vec<Value> =
                    (0..count).map(|_| self.fill(&schema["items"], root, name)).collect();
                if name == "turns" && least > 2 {
                    for (index, turn) in items.iter_mut().enumerate() {
                        turn["part"] = json!(
                            ["introduction", "main_content", "conclusion"][match index {
                                0..4 => 0,
                                4..26 => 1,
                                _ => 2,
                            }]
                        );
                    }
                }
                Value::Array(items)
            }
            "integer" => json!(1),
            "number" => json!(10),
            _ => json!(self.text(schema, name)),
        }
    }

    fn text(&self, schema: &Value, name: &str) -> String {
        match name {
            "quote" => {
                let source = samples::source();
                let sentences: Vec<&str> = source.split(". ").filter(|text| !text.contains('#')).collect();
                sentences[self.number() % sentences.len()].trim_end_matches(['.', '\n']).to_owned()
            }
            "question" => format!("Why is it that {}?", self.sentence().trim_end_matches('.').to_lowercase()),
            "term" => {
                let number = self.number();
                format!("{} {}", NAMES[number % NAMES.len()], ["bark", "wood", "crown"][number / 24 % 3])
            }
            _ => {
                let least = if name == "content" { 200 } else { schema["minLength"].as_u64().unwrap_or(1) };
                let least = usize::try_from(least).unwrap();
                let mut text = self.sentence();
                while text.len() < least + 20 {
                    text = format!("{text} {}", self.sentence());
                }
                text
            }
        }
    }
}
