//! Holds the jobs, the model's ledger and the webhooks against each other.

use std::collections::BTreeMap;
use std::time::Duration;

use content_factory::content::Kind;
use jiff::Timestamp;
use serde_json::{Value, json};

use super::fleet::Fleet;
use super::lives::{Life, Lives};
use crate::job_faults::micros;
use crate::support::Receiver;
use crate::support::llm_simulator::ledger::{Entry, Ledger};
use crate::support::llm_simulator::wire::{Tokens, Wire};

/// What is left after a run.
pub(super) struct Books {
    /// The whole record of each job, by the copy of the text that it is about.
    pub(super) jobs: BTreeMap<u64, Value>,
    pub(super) calls: Ledger,
    pub(super) lives: Lives,
    /// Whether several processes worked, so that one that was only frozen may have heard what others asked
    /// for again.
    pub(super) is_shared: bool,
    /// Webhooks as they came: the id, and the body.
    pub(super) messages: Vec<(String, String)>,
}

/// How long the last webhooks may take after the last job has ended: one whose sender was killed is taken
/// up when its lease is over, ten seconds after it was sent, and is found half a minute later at the latest.
const LAST_MESSAGES: Duration = Duration::from_secs(90);

/// Events that are kept of a job; beyond it beginnings are left out.
const MAX_EVENTS: usize = 256;

impl Books {
    /// Takes what came by webhook, until the end of every job was told.
    pub(super) async fn collect(&mut self, receiver: &mut Receiver, fleet: &Fleet) {
        let mut missing: Vec<String> = self.jobs.values().map(id).collect();
        let receiving = async {
            while !missing.is_empty() {
                let message = receiver.next().await;
                let told: Value = serde_json::from_str(&message.body).unwrap();
                missing.retain(|job| told["data"]["job_id"] != **job);
                self.messages.push((message.header("webhook-id").to_owned(), message.body));
            }
        };
        let in_time = tokio::time::timeout(LAST_MESSAGES, receiving).await.is_ok();
        if !in_time {
            let pending = fleet.read("/api/v1/webhooks/deliveries?status=pending&limit=100").await;
            panic!("the end of {} jobs was not told, {missing:?}: {pending:#}", missing.len());
        }
    }

    /// Checks everything, and says what it came to.
    pub(super) fn check(&self, kinds: &[Kind]) -> String {
        for (number, record) in &self.jobs {
            let job = &record["job"];
            assert_eq!(job["status"], "completed", "copy {number}: {}", job["failures"]);
            assert_eq!(job["content"].as_object().unwrap().len(), kinds.len() + 1, "copy {number}");
        }
        let repeated = self.check_calls(kinds);
        self.check_claims();
        let money = self.check_money();
        let twice = self.check_messages();
        let writes = self.writes();
        format!(
            "{} jobs completed; {} calls, {repeated} of them again after a blow, {}; {money}; \
             {} webhooks, {twice} of them more than once; {writes}",
            self.jobs.len(),
            self.calls.calls,
            self.late(),
            self.messages.len(),
        )
    }

    /// A piece is asked for once, and again only by another process because the one before was struck,
    /// and not when it was stored already.
    fn check_calls(&self, kinds: &[Kind]) -> usize {
        let calls = self.by_piece();
        assert_eq!(calls.len(), self.jobs.len() * (kinds.len() + 1), "every piece was asked for");
        let mut repeated = 0;
        for ((copy, kind), calls) in calls {
            let stored = stored_at(&self.jobs[&copy], kind);
            for pair in calls.windows(2) {
                let [first, second] = pair else { unreachable!() };
                repeated += 1;
                let told = || {
                    let queued = queued_at(&self.jobs[&copy]);
                    format!(
                        "copy {copy}, {kind}: {} and {}, queued {queued:?}",
                        self.tell(first),
                        self.tell(second)
                    )
                };
                let struck = match self.is_shared {
                    false => self.lives.was_killed(first, second),
                    true => self.lives.was_overtaken(first, second, &queued_at(&self.jobs[&copy])),
                };
                assert!(struck, "asked for twice without a blow: {}", told());
                assert!(self.is_before(second, stored), "stored at {stored} already: {}", told());
            }
        }
        repeated
    }

    /// Of several processes only the one that claimed a job last calls for it. One that was frozen with calls
    /// under way and goes on when others have its job is the one that would not.
    fn check_claims(&self) {
        let mut callers: BTreeMap<(u64, Option<Timestamp>), &Entry> = BTreeMap::new();
        for call in self.calls.entries.iter().filter(|_| self.is_shared) {
            let copy = call.copy.unwrap();
            let claims = happened_at(&self.jobs[&copy], "job.running");
            let claim = claims.into_iter().rfind(|claimed| *claimed <= call.came_at);
            let first = callers.entry((copy, claim)).or_insert(call);
            let told =
                || format!("copy {copy}, claimed at {claim:?}: {} and {}", self.tell(first), self.tell(call));
            assert!(first.caller == call.caller, "two processes called under one claim: {}", told());
        }
    }

    /// Tells whether a call was made before that moment. A process that began before it and works alone is
    /// the one that was still at work then, as whoever comes after it begins later.
    fn is_before(&self, call: &Entry, moment: Timestamp) -> bool {
        let asked = if self.is_shared { call.came_at } else { self.lives.of(call).began };
        asked <= moment
    }

    fn tell(&self, call: &Entry) -> String {
        self.lives.tell(call)
    }

    /// The calls for each piece, in the order in which they were made: where one process works alone, in the
    /// order of the processes.
    fn by_piece(&self) -> BTreeMap<(u64, Kind), Vec<&Entry>> {
        assert_eq!(u64::try_from(self.calls.entries.len()).unwrap(), self.calls.calls, "the ledger is full");
        let mut pieces: BTreeMap<(u64, Kind), Vec<&Entry>> = BTreeMap::new();
        for entry in &self.calls.entries {
            let piece = (entry.copy.unwrap(), Kind::ALL[entry.plan.unwrap()]);
            pieces.entry(piece).or_default().push(entry);
        }
        if !self.is_shared {
            pieces.values_mut().for_each(|calls| calls.sort_by_key(|call| self.lives.of(call).began));
        }
        pieces
    }

    /// Says how many calls a busy model entered only after their sender was dead.
    fn late(&self) -> String {
        let late: Vec<_> = self.calls.entries.iter().filter_map(|call| self.lives.late(call)).collect();
        let most = late.iter().max().map_or(0, |late| late.as_millis());
        format!("{} entered up to {most} ms after their sender was killed", late.len())
    }

    /// What is confirmed is the bill of exactly the calls that pieces came of; the bill of those that were
    /// cut off is within what is flagged.
    fn check_money(&self) -> String {
        let sum = |field: &str| -> u64 {
            self.jobs.values().map(|record| micros(&record["job"]["metadata"][field])).sum()
        };
        let (settled, flagged) = (sum("cost_usd"), sum("unreconciled_usd"));
        let of_pieces: u64 =
            self.by_piece().values().filter_map(|calls| calls.last()).map(|call| call.billed_micros).sum();
        let billed = self.calls.billed_micros;
        let confirmed = settled - flagged;
        let is_met =
            if self.is_shared { (of_pieces..=billed).contains(&confirmed) } else { confirmed == of_pieces };
        assert!(is_met, "confirmed {confirmed}, billed for what is there {of_pieces}, for all {billed}");
        assert!(settled >= billed, "settled {settled}, billed {billed}");
        format!("settled {settled}, billed {billed}, unreconciled {flagged} micro-dollars")
    }

    /// One id, one content. Gives how many ids came more than once.
    fn check_messages(&self) -> usize {
        let mut bodies: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (id, body) in &self.messages {
            bodies.entry(id).or_default().push(body);
        }
        for (id, bodies) in &bodies {
            assert!(bodies.windows(2).all(|pair| pair[0] == pair[1]), "{id} came with two contents");
        }
        bodies.values().filter(|bodies| bodies.len() > 1).count()
    }

    /// Events are numbered without a gap, beyond the bound in their order, and tell how often the job's document was written at least.
    fn writes(&self) -> String {
        let mut events = Vec::new();
        for record in self.jobs.values() {
            let numbers: Vec<u64> = record["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["number"].as_u64().unwrap())
                .collect();
            let is_whole = numbers.len() < MAX_EVENTS;
            let follows = |pair: &[u64]| pair[1] == pair[0] + 1 || (!is_whole && pair[1] > pair[0]);
            assert!(numbers.windows(2).all(follows), "{numbers:?}");
            events.push(numbers.len());
        }
        events.sort_unstable();
        format!("{} events a job (median)", events[events.len() / 2])
    }
}

fn id(record: &Value) -> String {
    record["job"]["job_id"].as_str().unwrap().to_owned()
}

/// The moments at which a job was queued: when it was accepted, and whenever it was taken over.
fn queued_at(record: &Value) -> Vec<Timestamp> {
    happened_at(record, "job.queued")
}

/// The moments of all events of that name.
fn happened_at(record: &Value, name: &str) -> Vec<Timestamp> {
    let events = record["events"].as_array().unwrap();
    let named = events.iter().filter(|event| event["name"] == name);
    named.map(|event| event["at"].as_str().unwrap().parse().unwrap()).collect()
}

fn stored_at(record: &Value, kind: Kind) -> Timestamp {
    let events = record["events"].as_array().unwrap();
    let done =
        events.iter().find(|event| event["name"] == "piece.completed" && event["kind"] == kind.as_str());
    done.unwrap()["at"].as_str().unwrap().parse().unwrap()
}

/// The books of one job that was claimed at the first second and at the tenth, with these calls for it.
fn books(calls: &[(&str, i64)]) -> Books {
    let at = |second| Timestamp::from_second(second).unwrap();
    let running = |second| json!({ "name": "job.running", "at": at(second) });
    let record = json!({ "events": [running(1), running(10)] });
    let entry = |(caller, second): &(&str, i64)| {
        let (caller, came_at) = ((*caller).to_owned(), at(*second));
        let entry = json!({
            "number": 1, "came_at": came_at, "wire": Wire::OpenAi, "model": "m", "status": 200, "plan": 0, "copy": 7,
            "fault": null, "tokens": Tokens::default(), "billed_micros": 1, "reported": true,
        });
        Entry { caller, ..serde_json::from_value(entry).unwrap() }
    };
    let lives = calls.iter().map(|(caller, _)| ((*caller).to_owned(), Life::begin()));
    Books {
        jobs: BTreeMap::from([(7, record)]),
        calls: Ledger { entries: calls.iter().map(entry).collect(), ..Ledger::default() },
        lives: Lives(lives.collect()),
        is_shared: true,
        messages: Vec::new(),
    }
}

#[test]
fn whoever_claims_a_job_may_call_for_it() {
    books(&[("frozen", 2), ("frozen", 9), ("other", 11), ("other", 12)]).check_claims();
}

#[test]
#[should_panic(expected = "two processes called under one claim")]
fn a_call_of_whoever_had_a_job_before_is_found() {
    books(&[("frozen", 2), ("other", 11), ("frozen", 12)]).check_claims();
}
