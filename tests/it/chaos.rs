//! Strikes the service again and again, at random moments, while it works for a model that keeps a
//! ledger: one process over SQLite is killed, of three over Firestore one at a time is killed or frozen.
//! Then holds the jobs, the ledger and the webhooks against each other. Nothing that was accepted is
//! lost, nothing that was finished is paid for again, and no bill is below the vendor's.
//!
//! Runs are shortened here. Longer ones take minutes and are ignored by name: a thousand jobs and two
//! hundred kills over SQLite, in a build with optimisation, and as many as the emulator bears over
//! Firestore. `CHAOS_JOBS` and `CHAOS_BLOWS` give them other numbers.

mod books;
mod fleet;
mod lives;
mod random;
mod witness;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::content::Kind;
use futures_util::StreamExt;
use futures_util::stream;
use serde_json::{Value, json};

use crate::support::llm_simulator::fault::Script;
use crate::support::llm_simulator::reading::COPY;
use crate::support::llm_simulator::{Amount, Pace, Plan, Simulator};
use crate::support::{LESSON, Receiver, emulator};
use books::Books;
use fleet::{Backend, Fleet};
use random::Random;
use witness::Witness;

/// What a run is made of. The seed decides when what is killed.
#[derive(Clone, Copy)]
struct Plot {
    seed: u64,
    jobs: u64,
    blows: u32,
    /// The kinds that each job asks for, besides the outline.
    kinds: &'static [Kind],
    /// The pause before a blow, in milliseconds: from, and up to.
    pause_ms: (u64, u64),
    /// The whole run must be over by then.
    most: Duration,
}

/// What a prompt says that asks for a kind.
pub(crate) fn task(kind: Kind) -> &'static str {
    match kind {
        Kind::Outline => "# Your task: the outline",
        Kind::PodcastScript => "# Your task: the podcast script",
        Kind::StudyGuide => "# Your task: the study guide",
        Kind::OnePagerSummary => "# Your task: the one-pager",
        Kind::DetailedReadingMaterial => "# Your task: the detailed reading",
        Kind::Faqs => "# Your task: the FAQs",
        Kind::Flashcards => "# Your task: the flashcards",
        Kind::ReadingGuideQuestions => "# Your task: the reading questions",
    }
}

/// Jobs that are handed in side by side.
const SUBMITTERS: usize = 16;

/// A text of its own for each job.
fn text(number: u64) -> String {
    format!("{LESSON}\n\n{COPY}{number}.\n")
}

/// A model that takes long enough for a blow to meet its calls.
async fn model() -> Simulator {
    // One for each kind, so that the ledger tells by its number which one a call was for.
    let plans =
        Kind::ALL.map(|kind| Plan { contains: task(kind).to_owned(), tokens: Amount::PerMille(1000) });
    let pace = Pace { first_token_ms: 120, plans: plans.into(), ..Pace::default() };
    Simulator::start(0, pace, Script::default()).await.unwrap()
}

async fn play(backend: Backend, plot: Plot) {
    println!("seed {}: {} jobs, {} blows", plot.seed, plot.jobs, plot.blows);
    let simulator = model().await;
    let mut receiver = Receiver::answering(204).await;
    let fleet = Arc::new(Fleet::start(&simulator, &backend).await);
    let begun = Instant::now();
    let acting = async { tokio::join!(submit(&fleet, plot, &receiver.url), strike(&fleet, plot)) };
    let witness = Witness::default();
    let played = async {
        let acted = tokio::select! {
            acted = acting => acted,
            never = witness.watch(&fleet) => match never {},
        };
        witness.until_all_ended(&fleet, plot.jobs).await;
        acted
    };
    let Ok((ids, ())) = tokio::time::timeout(plot.most, played).await else {
        let (ended, blows) = (witness.ended(), fleet.lives().blows());
        panic!("after {:?} only {ended} of {} jobs had ended, under {blows} blows", plot.most, plot.jobs);
    };
    let took = begun.elapsed();
    let jobs = records(&fleet, &ids).await;
    let is_shared = fleet.is_shared();
    let (calls, lives) = (simulator.ledger(), fleet.lives());
    let mut books = Books { jobs, calls, lives, is_shared, messages: Vec::new() };
    books.collect(&mut receiver, &fleet).await;
    println!("{took:.1?} {} blows: {}", plot.blows, books.check(plot.kinds));
    fleet.stop().await;
}

/// Hands all jobs in, each with a key of its own, and again until the service says that it has it.
async fn submit(fleet: &Fleet, plot: Plot, callback: &str) -> BTreeMap<u64, String> {
    let one = |number: u64| async move {
        let body = json!({
            "syllabus_text": text(number), "kinds": plot.kinds, "callback_url": callback,
        });
        let answer = fleet.insist(async |service| {
            let request = service.post("/api/v1/jobs").header("idempotency-key", format!("copy-{number}"));
            let answer = request.json(&body).send().await.ok()?;
            match answer.status().as_u16() {
                200 | 201 => answer.json::<Value>().await.ok(),
                503 => None,
                status => panic!("{status} {}", answer.text().await.unwrap_or_default()),
            }
        });
        (number, answer.await["job_id"].as_str().unwrap().to_owned())
    };
    stream::iter(0..plot.jobs).map(one).buffer_unordered(SUBMITTERS).collect().await
}

/// Strikes as often as the plot says.
async fn strike(fleet: &Fleet, plot: Plot) {
    let mut random = Random::new(plot.seed);
    for _ in 0..plot.blows {
        let (from, to) = plot.pause_ms;
        tokio::time::sleep(Duration::from_millis(random.between(from, to))).await;
        fleet.strike(&mut random).await;
    }
}

/// Reads the whole record of each job.
async fn records(fleet: &Fleet, ids: &BTreeMap<u64, String>) -> BTreeMap<u64, Value> {
    let one = |(number, id): (&u64, &String)| {
        let (number, path) = (*number, format!("/api/v1/jobs/{id}/export?format=record"));
        async move { (number, fleet.read(&path).await) }
    };
    stream::iter(ids).map(one).buffer_unordered(SUBMITTERS).collect().await
}

/// As much as continuous integration bears.
const SHORT: Plot = Plot {
    seed: 20_261_128,
    jobs: 24,
    blows: 8,
    kinds: &[Kind::Faqs, Kind::Flashcards],
    pause_ms: (300, 1500),
    most: Duration::from_secs(240),
};
const FULL: Plot = Plot {
    seed: 1,
    jobs: 1000,
    blows: 200,
    kinds: &Kind::PIECES,
    pause_ms: (50, 2000),
    most: Duration::from_secs(1500),
};
/// What the emulator, one process for all three, does in minutes.
const SHARED: Plot = Plot { jobs: 60, blows: 30, pause_ms: (300, 1500), ..FULL };

impl Plot {
    /// Takes other numbers where the environment says so.
    fn sized(self) -> Plot {
        let number = |name: &str| std::env::var(name).ok().map(|number| number.parse::<u32>().unwrap());
        let jobs = number("CHAOS_JOBS").map_or(self.jobs, u64::from);
        Plot { jobs, blows: number("CHAOS_BLOWS").unwrap_or(self.blows), ..self }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_job_survives_kills_at_random_moments() {
    play(Backend::Sqlite, SHORT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_job_survives_blows_at_three_processes_over_one_database() {
    let Some(database) = emulator::database() else { return };
    play(Backend::Firestore(database), SHORT).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn every_job_survives_two_hundred_kills() {
    play(Backend::Sqlite, FULL.sized()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "takes minutes"]
async fn every_job_survives_many_blows_at_three_processes_over_one_database() {
    let Some(database) = emulator::database() else { return };
    play(Backend::Firestore(database), SHARED.sized()).await;
}
