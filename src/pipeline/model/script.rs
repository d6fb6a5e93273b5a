//! The seams of a script: its parts in their order, one greeting and one farewell, and no speaker who
//! takes the word from himself. Pure.

use std::collections::BTreeSet;

use serde_json::{Map, Value};

use super::left_out::{LeftOut, Seam};
use super::seams::{list_mut, without_sentences};
use crate::quality::plain;

/// Words of a turn that are easily listened to; the bound of the check POD-04.
const MOST_WORDS: usize = 120;
/// Words up to which a sentence that welcomes to something only welcomes.
const MOST_WORDS_OF_WELCOME: usize = 12;
/// Turns in which a script may greet, from its first on, and part, up to its last: one of each speaker.
const TURNS_OF_MANNERS: usize = 2;

/// Puts the turns of a script into the order of its parts.
pub(super) fn in_order(draft: &mut Value) {
    let Some(turns) = list_mut(draft, "turns") else { return };
    turns.sort_by_key(|turn| match turn.get("part").and_then(Value::as_str) {
        Some("introduction") => 0,
        Some("conclusion") => 2,
        _ => 1,
    });
}

/// Takes greetings out that do not open a script and farewells that do not close it.
pub(super) fn without_greetings(draft: &mut Value, language: &str) -> Vec<LeftOut> {
    let manners = Manners::of(language);
    let turns = list_mut(draft, "turns").map_or(0, |turns| turns.len());
    let may_hold = |text: &str| manners.may_stand_in(&plain(text));
    without_sentences(draft, ("turns", "text"), Seam::Greeting, may_hold, |index, sentence| {
        let opens = index < TURNS_OF_MANNERS;
        let closes = index + TURNS_OF_MANNERS >= turns;
        !opens && manners.greets(sentence) || !closes && manners.parts(sentence)
    })
}

/// Joins neighbouring turns of one speaker in one part, where several writers or a missing turn left them:
/// as long as the turn stays easily listened to and no quote has to give way.
pub(super) fn with_one_voice(draft: &mut Value) {
    let Some(turns) = list_mut(draft, "turns") else { return };
    let mut joined: Vec<Value> = Vec::with_capacity(turns.len());
    for turn in turns.drain(..) {
        match joined.last_mut() {
            Some(last) if go_together(last, &turn) => append(last, turn),
            _ => joined.push(turn),
        }
    }
    *turns = joined;
}

fn go_together(one: &Value, next: &Value) -> bool {
    let is_same = |field| one.get(field).is_some_and(|value| next.get(field) == Some(value));
    let words = |turn: &Value| text(turn).split_whitespace().count();
    let quotes =
        [one, next].into_iter().filter(|turn| turn.get("quote").is_some_and(Value::is_string)).count();
    is_same("part") && is_same("speaker") && words(one) + words(next) <= MOST_WORDS && quotes < 2
}

fn text(turn: &Value) -> &str {
    turn.get("text").and_then(Value::as_str).unwrap_or_default()
}

fn append(turn: &mut Value, next: Value) {
    let whole = format!("{} {}", text(turn).trim_end(), text(&next).trim_start());
    let (Some(fields), Value::Object(mut next)) = (turn.as_object_mut(), next) else { return };
    fields.insert("text".to_owned(), Value::from(whole));
    if let Some(quote) = next.shift_remove("quote").filter(Value::is_string) {
        fields.insert("quote".to_owned(), quote);
    }
    add_objectives(fields, next.shift_remove("objectives"));
}

fn add_objectives(fields: &mut Map<String, Value>, more: Option<Value>) {
    let Some(Value::Array(more)) = more else { return };
    let Some(known) = fields.entry("objectives").or_insert_with(|| Value::Array(Vec::new())).as_array_mut()
    else {
        return;
    };
    for number in more {
        if !known.contains(&number) {
            known.push(number);
        }
    }
}

/// How people greet and part in a programme.
struct Manners {
    greetings: &'static [&'static str],
    farewells: &'static [&'static str],
    /// What a greeting or a farewell goes on with; a sentence with another word says something.
    company: BTreeSet<&'static str>,
    /// How somebody is welcomed to something.
    welcomes: &'static [&'static str],
}

impl Manners {
    fn of(language: &str) -> Manners {
        let (greetings, farewells, welcomes, company): (&[&str], &[&str], &[&str], &str) = match language {
            "en" => (
                &["hello", "hi", "hey", "welcome", "good morning", "good afternoon", "good evening"],
                &[
                    "goodbye",
                    "bye",
                    "good bye",
                    "thanks for listening",
                    "thank you for listening",
                    "see you",
                    "until next time",
                ],
                &["welcome to", "welcome back to"],
                "hello hi hey welcome back good morning afternoon evening everyone everybody all there listeners \
                 friends dear again and to you from me us our the show podcast programme program episode lesson \
                 goodbye bye thanks thank for listening so much very see next time until then soon week today now",
            ),
            "de" => (
                &["hallo", "willkommen", "herzlich willkommen", "guten tag", "guten morgen", "guten abend"],
                &[
                    "tschüss",
                    "auf wiederhören",
                    "auf wiedersehen",
                    "danke fürs zuhören",
                    "bis bald",
                    "bis zum nächsten mal",
                ],
                &[
                    "willkommen zu",
                    "willkommen zur",
                    "willkommen zum",
                    "willkommen bei",
                    "herzlich willkommen zu",
                    "herzlich willkommen zur",
                    "herzlich willkommen zum",
                    "herzlich willkommen bei",
                ],
                "hallo willkommen herzlich guten tag morgen abend alle allerseits zusammen liebe hörer hörerinnen \
                 zuhörer und zurück wieder an euch ihnen von mir uns tschüss auf wiederhören wiedersehen danke \
                 vielen dank fürs für das zuhören bis bald zum nächsten mal dann heute",
            ),
            "fr" => (
                &["bonjour", "bonsoir", "bienvenue", "salut"],
                &["au revoir", "merci de nous avoir écoutés", "à bientôt", "à la prochaine"],
                &["bienvenue dans", "bienvenue à"],
                "bonjour bonsoir bienvenue salut à tous et toutes chers auditeurs auditrices de nouveau au revoir \
                 merci nous avoir écoutés bientôt la prochaine pour votre écoute vous aujourd hui",
            ),
            "es" => (
                &["hola", "bienvenidos", "bienvenidas", "buenos días", "buenas tardes", "buenas noches"],
                &["adiós", "gracias por escucharnos", "hasta pronto", "hasta la próxima"],
                &["bienvenidos a", "bienvenidas a"],
                "hola bienvenidos bienvenidas buenos buenas días tardes noches a todos todas y queridos oyentes de \
                 nuevo adiós gracias por escucharnos escuchar hasta pronto la próxima muchas hoy",
            ),
            _ => (&[], &[], &[], ""),
        };
        Manners { greetings, farewells, welcomes, company: company.split_whitespace().collect() }
    }

    fn may_stand_in(&self, words: &str) -> bool {
        self.greetings.iter().chain(self.farewells).any(|phrase| words.contains(phrase))
    }

    fn greets(&self, sentence: &str) -> bool {
        let words = plain(sentence);
        let is_short = words.split(' ').count() <= MOST_WORDS_OF_WELCOME;
        self.is_only(&words, self.greetings) || is_short && begins_with_one(&words, self.welcomes)
    }

    fn parts(&self, sentence: &str) -> bool {
        self.is_only(&plain(sentence), self.farewells)
    }

    /// Whether words begin with one of the phrases and say nothing but what goes with them.
    fn is_only(&self, words: &str, phrases: &[&str]) -> bool {
        begins_with_one(words, phrases) && words.split(' ').all(|word| self.company.contains(word))
    }
}

fn begins_with_one(words: &str, phrases: &[&str]) -> bool {
    let is_begun = |phrase: &&str| {
        words.strip_prefix(*phrase).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
    };
    phrases.iter().any(is_begun)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn turn(part: &str, text: &str) -> Value {
        json!({ "part": part, "speaker": "host", "text": text })
    }

    fn texts(draft: &Value) -> Vec<&str> {
        draft["turns"].as_array().unwrap().iter().map(|turn| turn["text"].as_str().unwrap()).collect()
    }

    fn said(left_out: &[LeftOut]) -> Vec<(&str, &str, &str)> {
        left_out.iter().map(|each| (each.seam.id(), each.path.as_str(), each.message.as_str())).collect()
    }

    #[test]
    fn a_script_greets_and_parts_once_and_keeps_its_order() {
        let mut draft = json!({ "turns": [
            turn("introduction", "Welcome to the show."),
            turn("introduction", "Hello everyone! Leaves are odd things."),
            turn("introduction", "Hi there. Goodbye! Are they?"),
            turn("main_content", "Hello and welcome back! Light comes first."),
            turn("conclusion", "Hello and welcome back! Take sugar home. Goodbye."),
            turn("conclusion", "Think of light. Thanks for listening."),
            turn("conclusion", "Goodbye, and see you next time!"),
            turn("main_content", "Welcome to our show about plants."),
            turn("main_content", "Helloes are many."),
        ]});
        in_order(&mut draft);
        let left_out = without_greetings(&mut draft, "en");
        let within = "a greeting or farewell within the script was left out";
        assert_eq!(
            said(&left_out),
            [
                ("SEAM-03", "/turns/2/text", within),
                ("SEAM-03", "/turns/3/text", within),
                ("SEAM-03", "/turns", "a turn was left out: it only greets or parts"),
                ("SEAM-03", "/turns/5/text", within),
            ]
        );
        assert_eq!(
            texts(&draft),
            [
                "Welcome to the show.",
                "Hello everyone! Leaves are odd things.",
                "Are they?",
                "Light comes first.",
                "Helloes are many.",
                "Take sugar home.",
                "Think of light. Thanks for listening.",
                "Goodbye, and see you next time!",
            ]
        );
    }

    #[test]
    fn sentences_that_say_something_are_no_greetings_whatever_they_begin_with() {
        let facts = [
            ("en", "Welcome rain ends the drought, and the leaves open again."),
            ("en", "Hello is also the name of a gene."),
            ("en", "See you later is what the plant seems to say to the light."),
            ("en", "Hi is short."),
            ("de", "Willkommen ist den Blättern jeder Regen."),
            ("fr", "Bienvenue est la pluie."),
            ("es", "Hola es una palabra corta."),
        ];
        for (language, fact) in facts {
            let turns: Vec<Value> = ["One.", "Two.", fact, "Three.", "Four."]
                .iter()
                .map(|text| turn("main_content", text))
                .collect();
            let mut draft = json!({ "turns": turns });
            assert_eq!(without_greetings(&mut draft, language), [], "{fact}");
        }
        for (language, greeting) in [
            ("de", "Herzlich willkommen zurück, liebe Hörer!"),
            ("de", "Willkommen zur Sendung über Pflanzen."),
            ("fr", "Bonjour à tous et bienvenue !"),
            ("es", "¡Hola a todos, y bienvenidos de nuevo!"),
        ] {
            let turns: Vec<Value> = ["One.", "Two.", greeting, "Three.", "Four."]
                .iter()
                .map(|text| turn("conclusion", text))
                .collect();
            let mut draft = json!({ "turns": turns });
            assert_eq!(without_greetings(&mut draft, language).len(), 1, "{greeting}");
        }
    }

    #[test]
    fn neighbouring_turns_of_one_speaker_become_one() {
        let turn = |part: &str, speaker: &str, text: &str, quote: Value, objectives: Value| json!({ "part": part, "speaker": speaker, "text": text, "quote": quote, "objectives": objectives });
        let long = "word ".repeat(100);
        let mut draft = json!({ "turns": [
            turn("main_content", "host", "One. ", Value::Null, json!([1])),
            turn("main_content", "host", " Two.", json!("a"), json!([1, 2])),
            turn("main_content", "host", "With another quote.", json!("b"), json!([])),
            turn("main_content", "guest", "Three.", Value::Null, json!([])),
            turn("main_content", "guest", &long, Value::Null, json!([])),
            turn("main_content", "guest", &long, Value::Null, json!([])),
            turn("conclusion", "guest", "Of another part.", Value::Null, json!([])),
        ]});
        with_one_voice(&mut draft);
        let long_after_three = format!("Three. {long}");
        assert_eq!(
            texts(&draft),
            [
                "One. Two.",
                "With another quote.",
                long_after_three.as_str(),
                long.as_str(),
                "Of another part."
            ]
        );
        assert_eq!(
            (&draft["turns"][0]["quote"], &draft["turns"][0]["objectives"]),
            (&json!("a"), &json!([1, 2]))
        );
    }
}
