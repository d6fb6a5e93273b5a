//! Trying again where several hands write one document: the jobs of a batch that are deleted or tried again
//! all write their batch, one at a time of this process (`turns`) and others of other instances. How often is of no matter, as each time at least one of them gets through; only
//! time is bounded, and those who lost wait for different times so that they do not meet again.

use std::time::Duration;

use tokio::time::Instant;

/// How long it is tried: an owner waits for it, behind a request.
const PATIENCE: Duration = Duration::from_secs(10);
/// How long the first wait is at most; each further one may be twice as long, up to the longest.
const FIRST_WAIT: Duration = Duration::from_millis(2);
const LONGEST_WAIT: Duration = Duration::from_millis(128);

/// The tries of one commit.
pub(super) struct Races {
    until: Instant,
    lost: u32,
}

impl Races {
    pub(super) fn begin() -> Races {
        Races { until: Instant::now() + PATIENCE, lost: 0 }
    }

    /// Tells whether to try (again), after a wait where an earlier try was lost.
    pub(super) async fn go_on(&mut self) -> bool {
        if let Some(before) = self.lost.checked_sub(1) {
            let most = FIRST_WAIT.saturating_mul(1 << before.min(16)).min(LONGEST_WAIT);
            tokio::time::sleep(part_of(most)).await;
        }
        self.lost = self.lost.saturating_add(1);
        Instant::now() < self.until
    }
}

/// Draws a part of that time. Without randomness from the system it is half of it.
fn part_of(most: Duration) -> Duration {
    let mut byte = [128_u8];
    let _ = getrandom::fill(&mut byte);
    most.saturating_mul(u32::from(byte[0])) / 256
}
