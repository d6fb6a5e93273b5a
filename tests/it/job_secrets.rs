//! Canaries in a key, in the text and its wishes, and in what the model says: each shows where it
//! belongs, and in no log line of any level, no metric, no error body and no answer where it does not.

use content_factory::answer;
use content_factory::content::{Kind, Material, Request, RequestBody};
use content_factory::llm::{ApiKey, ProviderName};
use content_factory::pipeline::{Answered, Ending};
use content_factory::prompts::{Commission, Shared};
use content_factory::source::Source;
use content_factory::store::{Collection, Write};
use reqwest::Client;
use serde_json::{Value, json};
use tokio::io::{AsyncBufReadExt, BufReader};

use crate::job_faults::place;
use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Fault, Rule, Script, When};
use crate::support::{LESSON, Program, TestApp, terminate};

const OF_KEY: &str = "canarykey7d1f";
const OF_TEXT: &str = "canarytext93b0";
const OF_ANSWER: &str = "canaryanswer5c2e";
const CANARIES: [&str; 3] = [OF_KEY, OF_TEXT, OF_ANSWER];

fn lesson() -> String {
    format!("{LESSON}\n\nA {OF_TEXT} sits in the leaf and sings about the light of the morning.\n")
}

/// What a model may say that it should not: the canary as a value, a key, a level, a number, as no JSON.
fn answers() -> Vec<Fault> {
    let items = |item: Value| json!({ "items": [item], OF_ANSWER: OF_ANSWER }).to_string();
    let texts = [
        format!("{OF_ANSWER} and no JSON"),
        format!("{{\"{OF_ANSWER}"),
        items(
            json!({ "question": OF_ANSWER, "answer": OF_ANSWER, "category": OF_ANSWER, "quote": OF_ANSWER }),
        ),
        items(json!({ "term": OF_ANSWER, "difficulty": OF_ANSWER, OF_ANSWER: 1, "objectives": OF_ANSWER })),
        items(json!(OF_ANSWER)),
        json!({ "overview": OF_ANSWER, "learning_objectives": [{ "text": OF_ANSWER, "level": OF_ANSWER }],
            "sections": [{ "title": OF_ANSWER, "objectives": [OF_ANSWER] }] })
        .to_string(),
        json!([OF_ANSWER]).to_string(),
    ];
    let faults = texts.map(|text| Fault::Text { text });
    let status = |code| Fault::Status { code, retry_after_ms: None, lasting: false };
    faults.into_iter().chain([status(400), status(401), status(500), Fault::Refused, Fault::Html]).collect()
}

fn shown(place: &str, text: &str, canaries: &[&str]) {
    for canary in canaries {
        let line = text.lines().find(|line| line.contains(canary));
        assert_eq!(line, None, "{place} shows {canary}");
    }
}

/// Answers that make a package, with the canary in its cards.
fn singing_cards() -> Script {
    let when = |contains: &str| When { contains: Some(contains.to_owned()), ..When::default() };
    let card = |number: usize| {
        let names =
            ["ash", "beech", "cedar", "elm", "fir", "gum", "holly", "ivy", "kapok", "larch", "maple", "neem"];
        let name = names[number % names.len()];
        json!({ "term": format!("{name} {OF_ANSWER}"), "definition": format!("A tree whose {name} wood was named first."),
            "difficulty": "easy" })
    };
    // In a fence, so that something is repaired and counted.
    let cards = format!("```json\n{}\n```", json!({ "items": (0..12).map(card).collect::<Vec<_>>() }));
    let rule = Rule { when: when("# Your task: the flashcards"), faults: vec![Fault::Text { text: cards }] };
    Script { seed: 1, rules: vec![rule] }
}

/// What a service said about jobs of all kinds of fates.
struct Said {
    log: String,
    /// The answers to jobs that failed.
    problems: String,
    metrics: String,
}

/// Runs the program as a service at the highest level of its log, and makes jobs over HTTP.
async fn serve(format: &str, simulator: &Simulator) -> Said {
    let program = Program::new();
    let mut command = program.command(&["serve"]);
    let base = format!("{}/v1", simulator.url());
    command.env("CONTENT_FACTORY_SERVER__ADDRESS", "127.0.0.1:0");
    command.env("OPENAI_API_KEY", OF_KEY).env("OPENAI_BASE_URL", &base);
    command.env("CONTENT_FACTORY_LOG__FORMAT", format);
    command.env("CONTENT_FACTORY_LIMITS__ENABLED", "false");
    command.env("RUST_LOG", "info,content_factory=trace");
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut log = String::new();
    let address = loop {
        let line = lines.next_line().await.unwrap().unwrap_or_else(|| panic!("it did not start: {log}"));
        log = format!("{log}{line}\n");
        if let Some((_, rest)) = line.split_once("127.0.0.1:").filter(|_| line.contains("listening")) {
            let port: String = rest.chars().take_while(char::is_ascii_digit).collect();
            break format!("http://127.0.0.1:{port}");
        }
    };
    let logging = tokio::spawn(async move {
        while let Ok(Some(line)) = lines.next_line().await {
            log = format!("{log}{line}\n");
        }
        log
    });
    let key = std::fs::read_to_string(program.path("data/admin-key")).unwrap();
    let client = Client::builder().no_proxy().build().unwrap();
    let generate = async |body: &Value| {
        let request = client.post(format!("{address}/api/v1/content/generate")).bearer_auth(key.trim());
        request.json(body).send().await.unwrap().text().await.unwrap()
    };
    let body =
        json!({ "syllabus_text": lesson(), "kinds": ["flashcards"], "tone": OF_TEXT, "audience": OF_TEXT });
    let mut problems = String::new();
    for fault in answers() {
        simulator.script(Script::always(fault));
        problems = format!("{problems}{}\n", generate(&body).await);
    }
    simulator.script(singing_cards());
    let good = generate(&body).await;
    assert!(good.contains("\"completed\"") && good.contains(OF_ANSWER), "{good}");
    shown("a good answer", &good, &[OF_KEY]);
    let metrics = client.get(format!("{address}/metrics")).send().await.unwrap().text().await.unwrap();
    terminate(&child);
    child.wait().await.unwrap();
    Said { log: logging.await.unwrap(), problems, metrics }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn no_canary_shows_in_a_log_of_any_level_a_metric_or_the_body_of_an_error() {
    for format in ["text", "json"] {
        let simulator = Simulator::fast().await.unwrap();
        let Said { log, problems, metrics } = serve(format, &simulator).await;
        assert!(log.contains("attempt at a model") && log.contains("a worker is done"), "{format}: {log}");
        shown("the log", &log, &CANARIES);
        assert_eq!(problems.matches("\"job_id\"").count(), answers().len(), "{problems}");
        shown("the body of an error", &problems, &CANARIES);
        // Everything that counts calls, answers and drafts has counted some.
        for counted in [
            "llm_requests_total{",
            "answer_repairs_total{",
            "validation_failures_total{kind=\"flashcards\"}",
            "http_requests_total{",
            "prompt_token_usage_count",
            "content_quality_score_count{",
        ] {
            assert!(metrics.contains(counted), "{counted} is not in\n{metrics}");
        }
        shown("a metric", &metrics, &CANARIES);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_that_failed_holds_no_canary_but_what_its_owner_asked_for() {
    let simulator = Simulator::fast().await.unwrap();
    let app = TestApp::with(|config| {
        config.writer = content_factory::config::Writer::OpenAi;
        place(config, ProviderName::OpenAi, &simulator);
        config.llm.openai.api_key = ApiKey::new(OF_KEY);
    })
    .await;
    for fault in answers() {
        simulator.script(Script::always(fault.clone()));
        let body = json!({ "syllabus_text": lesson(), "kinds": ["faqs"] });
        let answer: Value = app.post("/api/v1/content/generate", &body).await.json().await.unwrap();
        let path = format!("/api/v1/jobs/{}", answer["job_id"].as_str().unwrap());
        let job = app.get(&path).await.text().await.unwrap();
        assert!(job.contains("\"failed\""), "{fault:?} {job}");
        shown("the job", &job, &CANARIES);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn generate_shows_no_canary_but_in_its_files() {
    let simulator = Simulator::fast().await.unwrap();
    simulator.script(singing_cards());
    let program = Program::new();
    program.write("lesson.md", lesson());
    let base = format!("{}/v1", simulator.url());
    let variables = [
        ("OPENAI_API_KEY", OF_KEY),
        ("OPENAI_BASE_URL", base.as_str()),
        ("RUST_LOG", "content_factory=trace"),
    ];
    let arguments =
        ["generate", "lesson.md", "--kinds", "flashcards", "--tone", OF_TEXT, "--formats", "json,md"];
    let run = program.run_with(&arguments, &variables, b"").await;
    assert_eq!(run.code, Some(0), "{}", run.err);
    shown("standard error", &run.err, &CANARIES);
    shown("standard output", &run.out, &CANARIES);
    let package = std::fs::read_to_string(program.path("out/package.json")).unwrap();
    assert!(package.contains(OF_ANSWER) && !package.contains(OF_KEY));
}

/// Debug output of everything public that words of a user or a model are held in.
#[test]
fn no_debug_output_of_what_holds_a_text_shows_it() {
    let text = lesson();
    let value = json!({ "syllabus_text": text, "tone": OF_TEXT, "audience": OF_TEXT, "topic": OF_TEXT });
    let request = Request::parse(&value).unwrap();
    let body: RequestBody = serde_json::from_value(value).unwrap();
    let source = Source::read(&text).unwrap();
    let quote = source.anchor(&format!("A {OF_TEXT} sits in the leaf")).unwrap();
    let cards: Vec<Value> = (0..10)
        .map(|number| {
            let term = format!("{OF_ANSWER} {number}");
            json!({ "term": term, "definition": format!("The singer of number {number}, {OF_ANSWER}."),
                "difficulty": "easy", "objectives": [], "evidence": [quote] })
        })
        .collect();
    let piece = json!({ "title": OF_ANSWER, "items": cards });
    let material =
        Material::stored(Kind::Flashcards, piece.clone()).unwrap_or_else(|faults| panic!("{faults:?}"));
    let document = material.document("en");
    let write = Write::put(Collection::Pieces, "x").payload(format!("{OF_TEXT} {OF_ANSWER}"));
    let reading =
        answer::read(&json!({ OF_ANSWER: OF_ANSWER }).to_string(), None, &answer::Limits::default());
    assert!(matches!(reading.outcome, answer::Outcome::Whole(_)));
    let answered = Answered {
        text: OF_ANSWER.to_owned(),
        ending: Ending::Complete,
        writer: "openai".to_owned(),
        model: "m".to_owned(),
    };
    let prompt = Shared::of(Commission {
        request: &std::sync::Arc::new(request.clone()),
        language: "en",
        outline: None,
    })
    .unwrap();
    let outputs = [
        format!("{request:?} {body:?} {source:?} {quote:?}"),
        format!("{material:?} {:?} {document:?}", material.piece()),
        format!("{write:?} {reading:?} {answered:?} {prompt:?} {:?}", ApiKey::new(OF_KEY)),
    ];
    for output in outputs {
        shown("Debug output", &output, &CANARIES);
    }
}
