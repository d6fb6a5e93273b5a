//! What whole packages hold, for every example and every text of the tests, through the program:
//! some are kept word for word as snapshots, all are held to the same claims.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use content_factory::content::document::Body;
use content_factory::content::{Kind, Material};
use serde_json::Value;

use crate::support::{Program, TOO_THIN, sources};

/// A text and what the program made of it.
struct Package {
    name: String,
    text: String,
    record: Value,
    /// Kinds with their Markdown.
    pages: Vec<(Kind, String)>,
}

/// Each text is read once, whatever the number of claims.
static PACKAGES: LazyLock<Vec<Package>> = LazyLock::new(|| {
    let texts = sources::files(&["examples", "tests/fixtures/texts"], &[".md", ".txt"]);
    texts.into_iter().filter(|text| text.text != TOO_THIN).map(|text| made(&text.path, text.text)).collect()
});

fn made(path: &str, text: String) -> Package {
    let program = Program::new();
    let name = path.rsplit('/').next().unwrap().to_owned();
    program.write(&name, &text);
    let status = std::process::Command::new(env!("CARGO_BIN_EXE_content-factory"))
        .args(["generate", &name])
        .current_dir(program.folder.path())
        .env_clear()
        .output()
        .unwrap();
    let record = std::fs::read(program.path("out/package.json"));
    let record = record.unwrap_or_else(|_| panic!("{name}: {}", String::from_utf8_lossy(&status.stderr)));
    let record: Value = serde_json::from_slice(&record).unwrap();
    let pages = Kind::ALL.into_iter().filter_map(|kind| {
        Some((kind, std::fs::read_to_string(program.path(&format!("out/{kind}.md"))).ok()?))
    });
    Package { name: path.to_owned(), pages: pages.collect(), text, record }
}

impl Package {
    fn of(name: &str) -> &'static Package {
        PACKAGES.iter().find(|package| package.name == name).unwrap()
    }

    fn materials(&self) -> Vec<Material> {
        let content = self.record["content"].as_object().unwrap();
        let present = content.iter().filter(|(_, piece)| !piece.is_null());
        let kind = |name: &str| Kind::ALL.into_iter().find(|kind| kind.as_str() == name).unwrap();
        present.map(|(name, piece)| Material::stored(kind(name), piece.clone()).unwrap()).collect()
    }

    /// Running texts of a piece, without headings.
    fn texts(material: &Material) -> Vec<String> {
        let blocks = material.document("en").blocks;
        let bodies = blocks.iter().filter(|block| !matches!(block.body, Body::Heading { .. }));
        bodies
            .flat_map(|block| block.body.texts().into_iter().map(str::to_owned).collect::<Vec<_>>())
            .collect()
    }
}

/// Calls on every object below a value, with where it stands.
fn each_object(value: &Value, path: &str, call: &mut dyn FnMut(&str, &serde_json::Map<String, Value>)) {
    match value {
        Value::Object(object) => {
            call(path, object);
            object.iter().for_each(|(name, inner)| each_object(inner, &format!("{path}/{name}"), call));
        }
        Value::Array(list) => {
            list.iter().enumerate().for_each(|(at, inner)| each_object(inner, &format!("{path}/{at}"), call));
        }
        _ => {}
    }
}

fn markdown(name: &str) -> String {
    let pages = Package::of(name).pages.iter();
    pages.map(|(kind, page)| format!("<!-- {kind} -->\n\n{page}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn the_lesson_on_photosynthesis_reads_as_kept() {
    insta::assert_snapshot!("photosynthesis", markdown("examples/photosynthesis.md"));
}

#[test]
fn the_lesson_on_the_water_cycle_reads_as_kept() {
    insta::assert_snapshot!("el-ciclo-del-agua", markdown("examples/el-ciclo-del-agua.md"));
}

#[test]
fn the_lesson_on_the_printing_press_reads_as_kept() {
    insta::assert_snapshot!("printing-press", markdown("examples/printing-press.md"));
}

#[test]
fn every_example_carries_all_eight_kinds() {
    for package in PACKAGES.iter().filter(|package| package.name.starts_with("examples/")) {
        assert_eq!(package.record["status"], "completed", "{}: {}", package.name, package.record["failures"]);
        assert_eq!(package.pages.len(), 8, "{}", package.name);
    }
}

#[test]
fn what_a_text_does_not_carry_is_said_with_numbers() {
    for package in PACKAGES.iter().filter(|package| package.record["status"] != "completed") {
        for (kind, failure) in package.record["failures"].as_object().unwrap() {
            let message = failure.to_string();
            assert!(
                message.contains("the text gives") || message.contains("the text answers"),
                "{kind}: {message}"
            );
        }
    }
}

#[test]
fn every_quote_is_the_exact_slice_of_the_submitted_text() {
    for package in PACKAGES.iter() {
        let characters: Vec<char> = package.text.chars().collect();
        let mut quotes = 0;
        each_object(&package.record["content"], "", &mut |path, object| {
            let Some(quote) = object.get("quote").and_then(Value::as_str) else { return };
            let at = |name: &str| usize::try_from(object[name].as_u64().unwrap()).unwrap();
            let slice: String = characters[at("start")..at("end")].iter().collect();
            assert_eq!(slice, quote, "{}{path}", package.name);
            quotes += 1;
        });
        assert!(quotes > 50, "{} has {quotes} quotes", package.name);
    }
}

#[test]
fn every_item_rests_on_the_text() {
    let lists = [
        "learning_objectives",
        "key_points",
        "key_concepts",
        "detailed_sections",
        "key_takeaways",
        "items",
        "questions",
        "sections",
    ];
    for package in PACKAGES.iter() {
        each_object(&package.record["content"], "", &mut |path, object| {
            let items = lists.iter().filter_map(|list| object.get(*list)?.as_array());
            for item in items.flatten().filter(|item| item.is_object()) {
                let evidence = item["evidence"].as_array().map_or(0, Vec::len);
                assert!(evidence > 0, "{}{path}: {item}", package.name);
            }
            // Who hosts may ask and lead over; who explains has it from the text.
            let turns = object.get("turns").and_then(Value::as_array).into_iter().flatten();
            for turn in turns.filter(|turn| turn["part"] == "main_content" && turn["speaker"] == "guest") {
                let evidence = turn["evidence"].as_array().map_or(0, Vec::len);
                assert!(evidence > 0, "{}{path}: {turn}", package.name);
            }
        });
    }
}

#[test]
fn no_sentence_comes_twice_in_a_piece() {
    for package in PACKAGES.iter() {
        for material in package.materials() {
            let mut seen = BTreeSet::new();
            for text in Package::texts(&material) {
                let ended = [". ", "? ", "! "].iter().fold(text, |text, end| text.replace(end, "\n"));
                let sentences = ended.lines().map(|sentence| sentence.trim().to_owned());
                for sentence in sentences.filter(|sentence| sentence.split_whitespace().count() > 4) {
                    let place = format!("{} {}", package.name, material.kind());
                    assert!(seen.insert(sentence.clone()), "{place}: {sentence}");
                }
            }
        }
    }
}

#[test]
fn no_mark_of_a_heading_or_a_list_is_left_in_a_text() {
    let marks = ["# ", "* ", "• ", "- ", "+ "];
    for package in PACKAGES.iter() {
        for material in package.materials() {
            for text in Package::texts(&material) {
                for line in text.lines().filter(|line| !line.starts_with("### ")) {
                    let place = format!("{} {}: {line}", package.name, material.kind());
                    assert!(!marks.iter().any(|mark| line.trim_start().starts_with(mark)), "{place}");
                    assert!(
                        !line.contains("## ") && !line.contains(" • ") && !line.contains(". * "),
                        "{place}"
                    );
                }
            }
        }
    }
}

#[test]
fn every_question_ends_as_one_and_is_asked_once() {
    for package in PACKAGES.iter() {
        let mut asked = BTreeSet::new();
        each_object(&package.record["content"], "", &mut |path, object| {
            let Some(question) = object.get("question").and_then(Value::as_str) else { return };
            assert!(question.ends_with('?') && !question.contains(['{', '}', '\n']), "{path}: {question}");
            assert!(asked.insert(question.to_owned()), "{}{path}: {question}", package.name);
        });
        assert!(asked.len() >= 5, "{}", package.name);
    }
}

#[test]
fn no_finding_is_an_error() {
    for package in PACKAGES.iter() {
        let findings = package.record["quality"]["findings"].as_array().unwrap().iter();
        let errors = findings.filter(|finding| finding["severity"] == "error");
        let errors: Vec<&Value> = errors.collect();
        assert!(errors.is_empty(), "{}: {errors:?}", package.name);
    }
}

#[tokio::test]
async fn what_of_a_text_was_not_read_is_noted() {
    let program = Program::new();
    let lesson = sources::files(&["examples"], &["photosynthesis.md"]).remove(0).text;
    let unread = "\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```\nx = 1\n```\n\n<table>\n<tr><td>1</td></tr>\n</table>\n\n\
                  $$x^2$$\n\nIt has a note.[^1]\n\n[^1]: The note.\n";
    program.write("lesson.md", format!("{lesson}\n{unread}"));
    let finished = program.run(&["generate", "lesson.md"]).await;
    let record = std::fs::read(program.path("out/package.json")).expect(&finished.err);
    let record: Value = serde_json::from_slice(&record).unwrap();
    let note = "2 tables, 1 code block, 1 formula and 1 footnote of the text were not read";
    assert_eq!(record["metadata"]["notes"], serde_json::json!([note]));
    assert!(finished.err.contains(note) || finished.out.contains(note), "{}", finished.err);
}

#[tokio::test]
async fn a_thin_text_is_refused_with_what_it_lacks() {
    let program = Program::new();
    program.write("thin.md", TOO_THIN);
    let finished = program.run(&["generate", "thin.md"]).await;
    assert_eq!(finished.code, Some(2), "{}", finished.err);
    assert!(finished.err.contains("the text has 2 usable sentences, an outline needs 6"), "{}", finished.err);
    assert!(!program.path("out/package.json").exists());
}
