//! Faults of models in whole jobs, through the real service: each fault alone on each wire, all mixed
//! under load, and what they may cost. What single calls do is tested in `llm_client_faults`.

use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::config::{Config, Writer};
use content_factory::llm::{ApiKey, Fallback, ProviderName};
use content_factory::money::Money;
use jiff::SignedDuration;
use reqwest::StatusCode;
use serde_json::{Value, json};
use tokio::task::JoinSet;

use crate::support::llm_simulator::Simulator;
use crate::support::llm_simulator::fault::{Breach, Fault, Rule, Script, When};
use crate::support::llm_simulator::ledger::Ledger;
use crate::support::{LESSON, TestApp};

const WIRES: [ProviderName; 3] = [ProviderName::Gemini, ProviderName::OpenAi, ProviderName::Anthropic];
/// How long a job of these tests may take.
const TIME: SignedDuration = SignedDuration::from_secs(60);
/// How much later than its deadline a call, and with it the job, may end.
const LATE: Duration = Duration::from_millis(250);

/// A service whose preferred model has a simulator of its own, as has the one that stands by.
struct House {
    app: TestApp,
    first: Simulator,
    second: Simulator,
}

/// What a number of jobs came to.
#[derive(Default)]
struct Outcome {
    jobs: u64,
    completed: u64,
    cost: u64,
    unreconciled: u64,
    longest: Duration,
    lost: Vec<Value>,
}

pub(crate) fn micros(amount: &Value) -> u64 {
    amount.as_str().unwrap().parse::<Money>().unwrap().micros()
}

/// Lets a provider be found at a simulator.
pub(crate) fn place(config: &mut Config, provider: ProviderName, simulator: &Simulator) {
    let llm = &mut config.llm;
    let (base, key) = match provider {
        ProviderName::Gemini => (&mut llm.gemini.base_url, &mut llm.gemini.api_key),
        ProviderName::Vertex => (&mut llm.vertex.base_url, &mut llm.vertex.access_token),
        ProviderName::OpenAi => (&mut llm.openai.base_url, &mut llm.openai.api_key),
        ProviderName::Anthropic => (&mut llm.anthropic.base_url, &mut llm.anthropic.api_key),
    };
    *base = match provider {
        ProviderName::OpenAi => format!("{}/v1", simulator.url()),
        _ => simulator.url(),
    };
    *key = ApiKey::new("k");
}

impl House {
    async fn open(wire: ProviderName) -> House {
        House::with(wire, |_| {}).await
    }

    async fn with(wire: ProviderName, change: impl FnOnce(&mut Config)) -> House {
        let (first, second) = (Simulator::fast().await.unwrap(), Simulator::fast().await.unwrap());
        let (writer, stand_by, other) = match wire {
            ProviderName::Gemini => (Writer::Gemini, Fallback::Anthropic, ProviderName::Anthropic),
            ProviderName::OpenAi => (Writer::OpenAi, Fallback::Gemini, ProviderName::Gemini),
            _ => (Writer::Anthropic, Fallback::OpenAi, ProviderName::OpenAi),
        };
        let app = TestApp::with(|config| {
            config.writer = writer;
            config.llm.fallback = vec![stand_by];
            place(config, wire, &first);
            place(config, other, &second);
            // Long enough for a busy machine, so that nothing but a fault runs into them.
            config.llm.limits.first_byte = SignedDuration::from_secs(3);
            config.llm.limits.idle = SignedDuration::from_secs(3);
            config.llm.limits.attempt = SignedDuration::from_secs(6);
            config.llm.limits.max_body_bytes = 2 * 1024 * 1024;
            config.workers.deadline = TIME;
            change(config);
        })
        .await;
        House { app, first, second }
    }

    /// Asks for those kinds, and waits for the job.
    async fn job(&self, kinds: &Value) -> Value {
        let body = json!({ "syllabus_text": LESSON, "kinds": kinds });
        let request = self.app.request(reqwest::Method::POST, "/api/v1/content/generate");
        let answer = request.header("prefer", "wait=120").json(&body).send().await.unwrap();
        let (status, answer): (StatusCode, Value) = (answer.status(), answer.json().await.unwrap());
        if status == StatusCode::OK {
            return answer;
        }
        let id = answer["job_id"].as_str().unwrap_or_else(|| panic!("{status} {answer}"));
        self.app.get(&format!("/api/v1/jobs/{id}")).await.json().await.unwrap()
    }

    /// Tells whether a vendor may have reported what we no longer heard: an attempt was given up for its
    /// time, at whichever model. A busy machine does that to models that are well.
    async fn has_hung_up(&self) -> bool {
        let metrics = self.app.get("/metrics").await.text().await.unwrap();
        let given_up = ["outcome=\"timed_out\"", "outcome=\"cancelled\""];
        let mut attempts = metrics.lines().filter(|line| line.starts_with("llm_requests_total{"));
        attempts.any(|line| given_up.iter().any(|outcome| line.contains(outcome)))
    }

    fn ledgers(&self) -> [Ledger; 2] {
        [self.first.ledger(), self.second.ledger()]
    }

    /// Counts the attempts at both models. A refused form of request is asked for in another form
    /// within the same attempt, and so does not count.
    fn attempts(&self) -> u64 {
        let entries = self.ledgers().into_iter().flat_map(|ledger| ledger.entries);
        u64::try_from(entries.filter(|entry| entry.status != 400).count()).unwrap()
    }
}

impl Outcome {
    fn add(&mut self, job: Value) {
        let metadata = &job["metadata"];
        self.jobs += 1;
        self.completed += u64::from(job["status"] == "completed");
        self.cost += micros(&metadata["cost_usd"]);
        self.unreconciled += micros(&metadata["unreconciled_usd"]);
        self.longest = self.longest.max(Duration::from_millis(metadata["duration_ms"].as_u64().unwrap()));
        assert!(micros(&metadata["cost_usd"]) <= 5_000_000, "{metadata}");
        if job["status"] != "completed" {
            self.lost.push(json!([job["status"], job["failures"]]));
        }
    }

    /// Holds our books against those of the vendors, and the clock against the deadline. What a vendor
    /// reported is met to the micro-dollar, unless a report may have come after we had hung up.
    fn check(&self, house: &House, has_hung_up: bool, what: &str) {
        let lost = self.jobs - self.completed;
        assert!(lost * 1000 <= self.jobs, "{what}: {lost} of {} jobs: {:#?}", self.jobs, self.lost);
        let ledgers = house.ledgers();
        let billed: u64 = ledgers.iter().map(|ledger| ledger.billed_micros).sum();
        let reported: u64 = ledgers.iter().map(|ledger| ledger.reported_micros).sum();
        let (cost, unreconciled) = (self.cost, self.unreconciled);
        let confirmed = cost - unreconciled;
        assert!(
            confirmed == reported || (has_hung_up && confirmed < reported),
            "{what}: {confirmed} {reported}"
        );
        assert!(cost >= billed, "{what}: settled {cost}, billed {billed}");
        assert!(cost - billed <= unreconciled, "{what}: {cost} - {billed} > {unreconciled}");
        assert!(self.longest <= TIME.unsigned_abs() + LATE, "{what}: {:?}", self.longest);
    }
}

fn status(code: u16, retry_after_ms: Option<u64>, lasting: bool) -> Fault {
    Fault::Status { code, retry_after_ms, lasting }
}

/// Everything that the simulator can do wrong.
fn faults() -> Vec<Fault> {
    let statuses = [400, 401, 403, 404, 408, 409, 500, 502, 503, 504, 529];
    let mut faults = vec![
        status(429, Some(200), false),
        status(429, None, true),
        Fault::HangBeforeHeaders,
        Fault::HangMidBody,
        Fault::OneByteASecond,
        Fault::Reset,
        Fault::ResetMidBody,
        Fault::CloseWithoutFinish,
        Fault::Garbage,
        Fault::BreaksOff { with: Breach::Error { code: 503 } },
        Fault::BreaksOff { with: Breach::Garbage },
        Fault::BreaksOff { with: Breach::NoText },
        Fault::BreaksOff { with: Breach::Giant { mebibytes: 8 } },
        Fault::Html,
        Fault::WrongSchema,
        Fault::Truncated,
        Fault::BlockedPrompt,
        Fault::BlockedOutput,
        Fault::Refused,
        Fault::GiantBody { mebibytes: 8 },
        Fault::GzipBomb { mebibytes: 16 },
        Fault::UsageMissing,
        Fault::UsageAbsurd,
        Fault::Text { text: "I am sorry, but here is something else: {".to_owned() },
        Fault::Late { milliseconds: 300 },
    ];
    faults.extend(statuses.map(|code| status(code, None, false)));
    faults
}

/// How often a fault comes.
#[derive(Clone, Copy, Debug)]
enum Often {
    Always,
    /// In so many of a thousand calls.
    PerMille(u64),
}

/// Meets one fault at the preferred model of a wire in some jobs, one after the other.
async fn meet(wire: ProviderName, fault: Fault, often: Often, jobs: u64, kinds: Value) {
    let what = format!("{wire} {fault:?} {often:?}");
    let house = House::open(wire).await;
    let undisturbed = house.job(&kinds).await;
    assert_eq!(undisturbed["status"], "completed", "{what}: {}", undisturbed["failures"]);
    let planned = house.attempts();
    let mut outcome = Outcome::default();
    outcome.add(undisturbed);
    house.first.script(match often {
        Often::Always => Script::always(fault),
        Often::PerMille(often) => Script::mixed(jobs, often, vec![fault]),
    });
    for _ in 0..jobs {
        let before = house.attempts();
        outcome.add(house.job(&kinds).await);
        let attempts = house.attempts() - before;
        assert!(attempts <= planned + 12.max(planned / 4), "{what}: {attempts} attempts, {planned} planned");
    }
    outcome.check(&house, house.has_hung_up().await, &what);
}

/// Runs meetings, some at once.
async fn meet_all(meetings: impl Iterator<Item = (ProviderName, Fault, Often, u64)>, kinds: Value) {
    let mut running = JoinSet::new();
    let mut met = 0_u32;
    for (wire, fault, often, jobs) in meetings {
        if running.len() >= 8 {
            running.join_next().await.unwrap().unwrap();
        }
        running.spawn(meet(wire, fault, often, jobs, kinds.clone()));
        met += 1;
    }
    while let Some(each) = running.join_next().await {
        each.unwrap();
    }
    println!("{met} meetings of a wire and a fault: every job completed, every book balanced");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_job_survives_each_fault_alone() {
    // Each fault on one wire, all wires in turn; the full list below.
    let meetings = faults().into_iter().zip(WIRES.into_iter().cycle());
    let meetings = meetings.map(|(fault, wire)| (wire, fault, Often::Always, 1));
    meet_all(meetings, json!(["flashcards", "one_pager_summary"])).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn every_job_survives_each_fault_alone_on_each_wire() {
    let on_each = |often: Often, jobs: u64| {
        WIRES
            .into_iter()
            .flat_map(move |wire| faults().into_iter().map(move |fault| (wire, fault, often, jobs)))
    };
    let kinds = json!(["podcast_script", "flashcards", "faqs", "detailed_reading_material"]);
    meet_all(on_each(Often::Always, 3).chain(on_each(Often::PerMille(100), 6)), kinds).await;
}

/// Jobs that together make so many calls a second, one call in twenty with a fault.
async fn load(calls_a_second: u64, seconds: u64) {
    let house = Arc::new(House::open(ProviderName::Gemini).await);
    let kinds = json!([
        "podcast_script",
        "study_guide",
        "one_pager_summary",
        "faqs",
        "flashcards",
        "detailed_reading_material",
        "reading_guide_questions"
    ]);
    let mut outcome = Outcome::default();
    outcome.add(house.job(&kinds).await);
    let planned = house.attempts();
    house.first.script(Script::mixed(20_261_128, 50, faults()));
    let begun = Instant::now();
    let jobs = (calls_a_second * seconds / planned).max(1);
    let mut tick = tokio::time::interval(Duration::from_secs(seconds) / u32::try_from(jobs).unwrap());
    let mut running = JoinSet::new();
    for _ in 0..jobs {
        tick.tick().await;
        let (house, kinds) = (Arc::clone(&house), kinds.clone());
        running.spawn(async move { house.job(&kinds).await });
    }
    while let Some(job) = running.join_next().await {
        outcome.add(job.unwrap());
    }
    let (took, [first, second]) = (begun.elapsed(), house.ledgers());
    let dollars = |micros: u64| Money::from_micros(micros);
    println!(
        "{} of {} jobs completed in {took:.1?}, {} calls ({} of them to the stand-by, {} planned a job), the longest \
         job took {:?}; settled {}, unreconciled {}, billed {} US dollars",
        outcome.completed,
        outcome.jobs,
        first.calls + second.calls,
        second.calls,
        planned,
        outcome.longest,
        dollars(outcome.cost),
        dollars(outcome.unreconciled),
        dollars(first.billed_micros + second.billed_micros),
    );
    outcome.check(&house, true, "mixed");
    let most = outcome.jobs * (planned + 12.max(planned / 4));
    assert!(house.attempts() <= most);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_fault_in_twenty_calls_loses_no_job() {
    // As many as a build without optimisation can do on a busy machine.
    load(50, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes more than a minute"]
async fn one_fault_in_twenty_calls_loses_no_job_over_a_minute() {
    load(200, 60).await;
}

#[tokio::test]
async fn a_job_whose_models_all_hang_ends_with_its_time_and_books_what_that_may_have_cost() {
    for fault in [Fault::HangBeforeHeaders, Fault::HangMidBody, Fault::OneByteASecond] {
        let time = SignedDuration::from_secs(3);
        let house = House::with(ProviderName::OpenAi, |config| {
            config.workers.deadline = time;
            config.llm.limits.first_byte = SignedDuration::from_secs(60);
            config.llm.limits.idle = SignedDuration::from_secs(60);
            config.llm.limits.attempt = SignedDuration::from_secs(60);
        })
        .await;
        house.first.script(Script::always(fault.clone()));
        house.second.script(Script::always(fault.clone()));
        let job = house.job(&json!(["faqs"])).await;
        assert_eq!(job["failures"]["outline"]["code"], "deadline_exceeded", "{job}");
        let took = Duration::from_millis(job["metadata"]["duration_ms"].as_u64().unwrap());
        assert!(took <= time.unsigned_abs() + LATE, "{fault:?}: {took:?}");
        let billed: u64 = house.ledgers().iter().map(|ledger| ledger.billed_micros).sum();
        let (cost, unreconciled) =
            (micros(&job["metadata"]["cost_usd"]), micros(&job["metadata"]["unreconciled_usd"]));
        assert!(cost >= billed && billed > 0 && cost == unreconciled, "{fault:?}: {cost} {billed}");
    }
}

/// An outline whose every field is there and too short: it parses, and violates its schema.
fn too_short() -> String {
    json!({
        "overview": "Short.", "learning_objectives": [{ "text": "List it", "level": "remember" }],
        "sections": [{ "title": "One", "description": "Short.", "objectives": [1] }],
    })
    .to_string()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_model_that_is_never_valid_spends_to_the_limit_and_not_a_micro_dollar_more() {
    let never = [
        Fault::Text { text: too_short() },
        Fault::Text { text: "No JSON at all, and never any.".to_owned() },
        Fault::WrongSchema,
    ];
    let mut codes = std::collections::BTreeMap::new();
    for fault in never {
        let (first, second) = (Simulator::fast().await.unwrap(), Simulator::fast().await.unwrap());
        let app = TestApp::with(|config| {
            config.writer = Writer::OpenAi;
            config.llm.fallback = vec![Fallback::Gemini];
            place(config, ProviderName::OpenAi, &first);
            place(config, ProviderName::Gemini, &second);
        })
        .await;
        for simulator in [&first, &second] {
            simulator.script(Script::always(fault.clone()));
        }
        for limit in [1, 2500, 6000, 9000, 13_000, 60_000] {
            let before = first.ledger().billed_micros + second.ledger().billed_micros;
            let limit_usd = Money::from_micros(limit).to_string();
            let body = json!({ "syllabus_text": LESSON, "max_cost_usd": limit_usd });
            let answer = app.post("/api/v1/content/generate", &body).await;
            let problem = crate::support::problem(answer).await;
            let code = problem["code"].as_str().unwrap().to_owned();
            let path = format!("/api/v1/jobs/{}", problem["job_id"].as_str().unwrap());
            let job: Value = app.get(&path).await.json().await.unwrap();
            assert_eq!(job["status"], "failed");
            let (cost, billed) = (
                micros(&job["metadata"]["cost_usd"]),
                first.ledger().billed_micros + second.ledger().billed_micros - before,
            );
            assert_eq!(cost, billed, "{fault:?} within {limit}: everything was reported");
            assert!(cost <= limit, "{fault:?}: {cost} of {limit}");
            *codes.entry(code).or_insert(0_u32) += 1;
        }
    }
    // The smallest limits stop the first call, the largest lets the attempts run out.
    let named: Vec<&str> = codes.keys().map(String::as_str).collect();
    assert_eq!(named, ["budget_exceeded", "provider_rejected"], "{codes:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_fits_into_the_limit_is_kept_when_the_money_runs_out() {
    let simulator = Simulator::fast().await.unwrap();
    // The cards come; the questions never become valid.
    let never = When { contains: Some("# Your task: the FAQs".to_owned()), ..When::default() };
    let repairs = When { contains: Some("You were asked for faqs".to_owned()), ..When::default() };
    let invalid =
        vec![Fault::Text { text: json!({ "items": [{ "question": "Why?", "answer": "So." }] }).to_string() }];
    let rules = [never, repairs].map(|when| Rule { when, faults: invalid.clone() });
    simulator.script(Script { seed: 1, rules: rules.to_vec() });
    let app = TestApp::with(|config| {
        config.writer = Writer::OpenAi;
        place(config, ProviderName::OpenAi, &simulator);
    })
    .await;
    let mut endings = std::collections::BTreeSet::new();
    for limit in (4..=30).map(|steps| steps * 1000) {
        let before = simulator.ledger().billed_micros;
        let limit_usd = Money::from_micros(limit).to_string();
        let kinds = ["faqs", "flashcards"];
        let body = json!({ "syllabus_text": LESSON, "kinds": kinds, "max_cost_usd": limit_usd });
        let answer: Value = app.post("/api/v1/content/generate", &body).await.json().await.unwrap();
        let id = answer["job_id"].as_str().unwrap();
        let job: Value = app.get(&format!("/api/v1/jobs/{id}")).await.json().await.unwrap();
        let cost = micros(&job["metadata"]["cost_usd"]);
        assert_eq!(cost, simulator.ledger().billed_micros - before);
        assert!(cost <= limit, "{cost} of {limit}");
        let code = job["failures"]["faqs"]["code"].as_str().unwrap();
        endings.insert((job["status"].as_str().unwrap().to_owned(), code.to_owned()));
    }
    let endings: Vec<(&str, &str)> =
        endings.iter().map(|(one, other)| (one.as_str(), other.as_str())).collect();
    assert!(endings.contains(&("failed", "budget_exceeded")), "{endings:?}");
    assert!(endings.contains(&("partial", "provider_rejected")), "{endings:?}");
    assert!(endings.iter().all(|(status, code)| {
        ["failed", "partial"].contains(status) && ["budget_exceeded", "provider_rejected"].contains(code)
    }));
}
