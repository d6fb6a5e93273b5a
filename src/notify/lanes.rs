//! How many attempts go on at once for one key, and for one host. A receiver that hangs keeps each of its
//! attempts for the whole of its time: without a bound of its own it would keep all others waiting.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use reqwest::Url;
use tokio::time::Instant;

use super::Message;
use crate::id::KeyId;

/// An attempt that lasts for longer shows that its receiver is slow: what else is due there makes way.
pub(super) const SLOW: Duration = Duration::from_secs(1);

/// Whose attempts count together.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Lane {
    Key(KeyId),
    Host(String),
}

/// The attempts that go on, by lane, with when each began. Clones are the same.
#[derive(Clone, Debug, Default)]
pub(super) struct Lanes(Arc<Mutex<BTreeMap<Lane, Vec<Instant>>>>);

/// Tells whether there is room for an attempt.
pub(super) enum Room {
    /// There is, and it is taken.
    Taken(Ticket),
    /// There is none, but attempts end quickly there.
    Soon,
    /// There is none, and attempts last.
    Late,
}

/// The room of one attempt; dropping it makes it free.
#[derive(Debug)]
pub(super) struct Ticket {
    lanes: Lanes,
    of: [Lane; 2],
    begun: Instant,
}

impl Lanes {
    /// Takes room for an attempt, if neither its key nor its host has `most` of them going on.
    pub(super) fn enter(&self, message: &Message, most: usize) -> Room {
        let of = [Lane::Key(message.owner), Lane::Host(host(&message.url).unwrap_or_default())];
        let begun = Instant::now();
        let mut lanes = self.lock();
        let full = of.iter().filter_map(|lane| lanes.get(lane)).filter(|attempts| attempts.len() >= most);
        let oldest = full.filter_map(|attempts| attempts.iter().min().copied()).min();
        match oldest {
            Some(oldest) if begun.duration_since(oldest) >= SLOW => Room::Late,
            Some(_) => Room::Soon,
            None => {
                for lane in &of {
                    lanes.entry(lane.clone()).or_default().push(begun);
                }
                Room::Taken(Ticket { lanes: self.clone(), of, begun })
            }
        }
    }

    // Whole after every statement, so a poisoned lock still holds a good one.
    fn lock(&self) -> MutexGuard<'_, BTreeMap<Lane, Vec<Instant>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Names the server of an address.
fn host(url: &str) -> Option<String> {
    let url = Url::parse(url).ok()?;
    Some(format!("{}:{}", url.host_str()?, url.port_or_known_default()?))
}

impl Drop for Ticket {
    fn drop(&mut self) {
        let mut lanes = self.lanes.lock();
        for lane in &self.of {
            let Some(attempts) = lanes.get_mut(lane) else { continue };
            if let Some(place) = attempts.iter().position(|begun| *begun == self.begun) {
                attempts.swap_remove(place);
            }
            if attempts.is_empty() {
                lanes.remove(lane);
            }
        }
    }
}
