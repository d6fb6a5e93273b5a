//! The time that this program adds to a model call: from `llm::Client` to the validated piece, without
//! HTTP before it and without a store, at a simulator that takes no time. The bars: p50 0.25 ms, p99 2 ms
//! at 500 calls a second.
//!
//! The calls come at fixed times, whether or not earlier ones are back, and go through the kinds in turn,
//! each piece in one call. Before them the very requests that they send go out bare at the same times,
//! and their answers are read to the end: what both take together is HTTP and the simulator, which works
//! in this process; what a call takes more is ours. The same one call after the other shows what is left
//! of it where no call waits for another.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::body::Bytes;
use content_factory::content::{Kind, Material, Request};
use content_factory::llm::client::{Client, Concurrency};
use content_factory::llm::{self, FanOut};
use content_factory::money::Money;
use content_factory::pipeline::{Door, LastResort, Model, Pipeline, Sitting, Writer};
use serde_json::json;
use tokio::sync::mpsc;

use crate::llm_simulator::Simulator;
use crate::service;
use crate::{Failure, report};

/// Between two calls: 500 come in a second.
const BETWEEN: Duration = Duration::from_millis(2);
const CALLS: usize = 5000;
/// Calls before those that count: caches are filled, connections made.
const WARM_UP: usize = 500;
const MOST_AT_HALF: Duration = Duration::from_micros(250);
const MOST_AT_99: Duration = Duration::from_millis(2);

pub(crate) async fn measure() -> Result<Vec<String>, Failure> {
    let simulator = Simulator::fast().await?;
    let bench = Bench::new(&simulator).await?;
    let bodies = bench.bodies(&simulator).await?;
    let bare = Bare { client: reqwest::Client::builder().no_proxy().build()?, simulator: simulator.url() };
    let bare = Arc::new(bare);
    let alone = alone(&bench, &bare, &bodies).await?;
    let exchanges = paced(|number| {
        let (bare, body) = (Arc::clone(&bare), bodies.get(number % bodies.len()).cloned());
        async move { bare.exchange(body.unwrap_or_default()).await }
    });
    let floor = Quantiles::of(exchanges.await?);
    let bench = Arc::new(bench);
    let pieces = paced(|number| {
        let bench = Arc::clone(&bench);
        async move { bench.make(number).await.map(drop) }
    });
    let whole = Quantiles::of(pieces.await?);
    let added = whole.minus(&floor);
    report(&format!(
        "{CALLS} calls at one each {BETWEEN:?}, from the client to the validated piece: {whole}"
    ))?;
    report(&format!("the same requests bare, to the end of the answer: {floor}"))?;
    report(&format!("one call after the other, beyond the same request bare: {alone}"))?;
    let is_met = added.half <= MOST_AT_HALF && added.of_99 <= MOST_AT_99;
    report(&format!(
        "added by us: {added} (bars {MOST_AT_HALF:?}, {MOST_AT_99:?}){}",
        if is_met { "" } else { " MISSED" }
    ))?;
    Ok(if is_met { Vec::new() } else { vec![format!("added time a call: {added}")] })
}

/// Pieces of many sittings, as jobs would make them.
struct Bench {
    sittings: Vec<Sitting>,
    outline: Arc<Material>,
}

impl Bench {
    async fn new(simulator: &Simulator) -> Result<Bench, Failure> {
        let pipeline = pipeline(simulator)?;
        let request = Request::parse(&json!({ "syllabus_text": service::LESSON }));
        let request = Arc::new(request.map_err(|faults| format!("{faults:?}"))?);
        let mut sittings = Vec::new();
        // What is found out about a text once is no part of a call.
        for _ in 0..(CALLS + WARM_UP).div_ceil(Kind::ALL.len()) {
            sittings.push(pipeline.sit(pipeline.read(Arc::clone(&request)).await?));
        }
        let first = sittings.first().ok_or("there is no sitting")?;
        let outline = Arc::new(made(first, Kind::Outline, None).await?);
        Ok(Bench { sittings, outline })
    }

    /// Makes the piece of that call: eight calls go to a sitting.
    async fn make(&self, number: usize) -> Result<Material, Failure> {
        let kinds = Kind::ALL;
        let sitting = self.sittings.get(number / kinds.len() % self.sittings.len());
        let kind = kinds.get(number % kinds.len()).copied().unwrap_or(Kind::Outline);
        let outline = (kind != Kind::Outline).then(|| Arc::clone(&self.outline));
        made(sitting.ok_or("there is no sitting")?, kind, outline).await
    }

    /// Gives what the calls for each kind send.
    async fn bodies(&self, simulator: &Simulator) -> Result<Vec<Bytes>, Failure> {
        let mut bodies = BTreeMap::new();
        for number in 0..Kind::ALL.len() {
            self.make(number).await?;
            bodies.insert(number, simulator.latest_body());
        }
        Ok(bodies.into_values().collect())
    }
}

async fn made(sitting: &Sitting, kind: Kind, outline: Option<Arc<Material>>) -> Result<Material, Failure> {
    let deadline = tokio::time::Instant::now() + Duration::from_secs(30);
    let made = sitting.make(kind, outline, deadline).await;
    made.map_err(|failure| format!("{kind}: {failure:?}").into())
}

fn pipeline(simulator: &Simulator) -> Result<Pipeline, Failure> {
    let folder = tempfile::tempdir()?;
    let config = service::settings(&folder, simulator, FanOut::Piece)?;
    let provider = llm::open(llm::ProviderName::OpenAi, &config.llm)?;
    let (writer, model) = (provider.name().as_str().to_owned(), provider.model().to_owned());
    let client = Arc::new(Client::new(vec![provider], config.llm.limits, Concurrency::default()));
    Ok(Pipeline::new(
        Writer::Model(Model {
            writer,
            model,
            doors: vec![Door::to(client, 0)],
            max_cost_usd: Money::MAX,
            fan_out: FanOut::Piece,
            last_resort: LastResort::Nobody,
        }),
        config.workers.cpu,
    ))
}

/// Calls with nothing of ours around them.
struct Bare {
    client: reqwest::Client,
    simulator: String,
}

impl Bare {
    async fn exchange(&self, body: Bytes) -> Result<(), Failure> {
        let call = self.client.post(format!("{}/v1/chat/completions", self.simulator)).bearer_auth("k");
        call.header("content-type", "application/json").body(body).send().await?.bytes().await?;
        Ok(())
    }
}

/// Makes calls one after the other, each after its request went out bare, and gives what they took more.
async fn alone(bench: &Bench, bare: &Bare, bodies: &[Bytes]) -> Result<Quantiles, Failure> {
    let (mut exchanges, mut pieces) = (Vec::new(), Vec::new());
    for number in 0..WARM_UP * 2 {
        let body = bodies.get(number % bodies.len()).cloned().unwrap_or_default();
        let begun = Instant::now();
        bare.exchange(body).await?;
        let exchanged = Instant::now();
        bench.make(number).await?;
        if number >= WARM_UP {
            exchanges.push(exchanged - begun);
            pieces.push(exchanged.elapsed());
        }
    }
    Ok(Quantiles::of(pieces).minus(&Quantiles::of(exchanges)))
}

/// Begins the calls at their times, and gives how long each took that counts.
async fn paced<Call>(call: impl Fn(usize) -> Call) -> Result<Vec<Duration>, Failure>
where
    Call: Future<Output = Result<(), Failure>> + Send + 'static,
{
    let (sender, mut ends) = mpsc::unbounded_channel();
    // Tasks are begun from a thread of its own: timers of the runtime are too coarse for this.
    let runtime = tokio::runtime::Handle::current();
    let calls: Vec<Call> = (0..WARM_UP + CALLS).map(call).collect();
    let clock = tokio::task::spawn_blocking(move || {
        let begun = Instant::now();
        for (number, call) in (0_u32..).zip(calls) {
            std::thread::sleep((begun + BETWEEN * number).saturating_duration_since(Instant::now()));
            let sender = sender.clone();
            let started = Instant::now();
            runtime.spawn(async move {
                let outcome = call.await;
                // Whoever measures may have ended with a failure.
                let _ = sender.send(outcome.map(|()| (number, started.elapsed())));
            });
        }
    });
    let mut took = Vec::new();
    while let Some(ended) = ends.recv().await {
        let (number, time) = ended?;
        if usize::try_from(number)? >= WARM_UP {
            took.push(time);
        }
    }
    clock.await?;
    Ok(took)
}

/// What half and what 99 of a hundred calls took at most.
struct Quantiles {
    half: Duration,
    of_99: Duration,
}

impl Quantiles {
    fn of(mut took: Vec<Duration>) -> Quantiles {
        took.sort();
        let at = |percent: usize| took.get(took.len() * percent / 100).copied().unwrap_or_default();
        Quantiles { half: at(50), of_99: at(99) }
    }

    fn minus(&self, floor: &Quantiles) -> Quantiles {
        Quantiles {
            half: self.half.saturating_sub(floor.half),
            of_99: self.of_99.saturating_sub(floor.of_99),
        }
    }
}

impl std::fmt::Display for Quantiles {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(formatter, "p50 {:.2?}, p99 {:.2?}", self.half, self.of_99)
    }
}
