//! Looks at all jobs all the time: what was accepted stays, and no percent goes back.

use std::collections::BTreeMap;
use std::convert::Infallible;
use std::sync::Mutex;

use serde_json::Value;

use super::fleet::Fleet;

/// What was seen of the jobs so far.
#[derive(Default)]
pub(super) struct Witness {
    seen: Mutex<BTreeMap<String, Seen>>,
}

#[derive(Clone, PartialEq)]
struct Seen {
    percent: u64,
    status: String,
}

impl Witness {
    /// Looks without an end.
    pub(super) async fn watch(&self, fleet: &Fleet) -> Infallible {
        loop {
            self.look(fleet).await;
        }
    }

    /// Looks until so many jobs have ended.
    pub(super) async fn until_all_ended(&self, fleet: &Fleet, jobs: u64) {
        loop {
            self.look(fleet).await;
            if self.ended() >= jobs {
                return;
            }
        }
    }

    /// Counts the jobs that were seen to have ended.
    pub(super) fn ended(&self) -> u64 {
        let seen = self.seen.lock().unwrap();
        let ended = seen.values().filter(|job| !matches!(job.status.as_str(), "queued" | "running"));
        u64::try_from(ended.count()).unwrap()
    }

    /// Reads the list of jobs, page by page.
    async fn look(&self, fleet: &Fleet) {
        let mut cursor = String::new();
        loop {
            let page = fleet.read(&format!("/api/v1/jobs?limit=100{cursor}")).await;
            for job in page["items"].as_array().unwrap() {
                self.see(job);
            }
            match page["next_cursor"].as_str() {
                Some(next) => cursor = format!("&cursor={next}"),
                None => return,
            }
        }
    }

    fn see(&self, job: &Value) {
        let id = job["job_id"].as_str().unwrap().to_owned();
        let percent = job["progress"]["percent"].as_u64().unwrap();
        let now = Seen { percent, status: job["status"].as_str().unwrap().to_owned() };
        let before = self.seen.lock().unwrap().insert(id.clone(), now.clone());
        if let Some(before) = before {
            assert!(before.percent <= percent, "{id} went back from {} to {percent} percent", before.percent);
            let had_ended = !matches!(before.status.as_str(), "queued" | "running");
            assert!(!had_ended || before == now, "{id} had ended");
        }
    }
}
