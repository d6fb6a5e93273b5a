//! Holds the jobs, the model's ledger and the webhooks against each other.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::Timestamp;
use serde_json::Value;

use super::TASKS;
use crate::job_faults::micros;
use crate::support::Receiver;
use crate::support::llm_simulator::ledger::{Entry, Ledger};

/// What is left after a run.
pub(super) struct Books {
    /// The whole record of each job, by the copy of the text that it is about.
    pub(super) jobs: BTreeMap<u64, Value>,
    pub(super) calls: Ledger,
    pub(super) blows: Vec<Timestamp>,
    /// Whether several processes worked, so that one that was only frozen may have heard what others asked
    /// for again.
    pub(super) is_shared: bool,
    /// Webhooks as they came: the id, and the body.
    pub(super) messages: Vec<(String, String)>,
}

/// How long the last webhooks may take after the last job has ended: one whose sender was killed is taken
/// up when its lease is over, thirty seconds after the time of an attempt, and is found half a minute later.
const LAST_MESSAGES: Duration = Duration::from_secs(90);

impl Books {
    /// Takes what came by webhook, until the end of every job was told.
    pub(super) async fn collect(&mut self, receiver: &mut Receiver) {
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
        assert!(in_time, "the end of {missing:?} was never told");
    }

    /// Checks everything, and says what it came to.
    pub(super) fn check(&self, kinds: &[&str]) -> String {
        for (number, record) in &self.jobs {
            let job = &record["job"];
            assert_eq!(job["status"], "completed", "copy {number}: {}", job["failures"]);
            assert_eq!(job["content"].as_object().unwrap().len(), kinds.len() + 1, "copy {number}");
        }
        let repeated = self.check_calls(kinds);
        let money = self.check_money();
        let twice = self.check_messages();
        let writes = self.writes();
        format!(
            "{} jobs completed after {} blows; {} calls, {repeated} of them again after a blow; {money}; \
             {} webhooks, {twice} of them more than once; {writes}",
            self.jobs.len(),
            self.blows.len(),
            self.calls.calls,
            self.messages.len(),
        )
    }

    /// A piece is asked for once, and again only if a blow came in between and it was not stored yet.
    fn check_calls(&self, kinds: &[&str]) -> usize {
        let calls = self.by_piece();
        assert_eq!(calls.len(), self.jobs.len() * (kinds.len() + 1), "every piece was asked for");
        let mut repeated = 0;
        for ((copy, plan), calls) in calls {
            let stored = stored_at(&self.jobs[&copy], TASKS[plan].0);
            for pair in calls.windows(2) {
                let [first, second] = pair else { unreachable!() };
                repeated += 1;
                let struck = self.blows.iter().any(|blow| (first.came_at..=second.came_at).contains(blow));
                assert!(struck, "copy {copy}: {} was asked for twice without a blow", TASKS[plan].0);
                assert!(second.came_at <= stored, "copy {copy}: {} was there already", TASKS[plan].0);
            }
        }
        repeated
    }

    fn by_piece(&self) -> BTreeMap<(u64, usize), Vec<&Entry>> {
        assert_eq!(u64::try_from(self.calls.entries.len()).unwrap(), self.calls.calls, "the ledger is full");
        let mut pieces: BTreeMap<(u64, usize), Vec<&Entry>> = BTreeMap::new();
        for entry in &self.calls.entries {
            let piece = (entry.copy.unwrap(), entry.plan.unwrap());
            pieces.entry(piece).or_default().push(entry);
        }
        pieces
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

    /// Events are numbered without a gap, and tell how often the job's document was written at least.
    fn writes(&self) -> String {
        let mut events = Vec::new();
        for record in self.jobs.values() {
            let numbers: Vec<u64> = record["events"]
                .as_array()
                .unwrap()
                .iter()
                .map(|event| event["number"].as_u64().unwrap())
                .collect();
            assert!(numbers.windows(2).all(|pair| pair[1] == pair[0] + 1), "{numbers:?}");
            events.push(numbers.len());
        }
        events.sort_unstable();
        format!("{} events a job (median)", events[events.len() / 2])
    }
}

fn id(record: &Value) -> String {
    record["job"]["job_id"].as_str().unwrap().to_owned()
}

fn stored_at(record: &Value, kind: &str) -> Timestamp {
    let events = record["events"].as_array().unwrap();
    let done = events.iter().find(|event| event["name"] == "piece.completed" && event["kind"] == kind);
    done.unwrap()["at"].as_str().unwrap().parse().unwrap()
}
