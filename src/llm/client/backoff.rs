//! How long to wait before the next attempt: longer each time, never for all at once.

use std::time::Duration;

/// The wait before the second attempt, before chance has its part; doubled each time. Source: the
/// vendors' own SDKs wait 0.5 s to 8 s (2026-11).
const FIRST: Duration = Duration::from_millis(500);
const LONGEST: Duration = Duration::from_secs(8);

/// Returns how long to wait after that many failed attempts, from 1: between half and all of the
/// step, as `chance` says, and no less than the vendor asks for.
pub(super) fn wait(failed: u32, retry_after: Option<Duration>, chance: Share) -> Duration {
    let doubled = FIRST.saturating_mul(2_u32.saturating_pow(failed.saturating_sub(1)));
    let step = doubled.min(LONGEST);
    let jittered = step / 2 + chance.of(step / 2);
    match retry_after {
        // Everybody was told the same time: up to a tenth more keeps them apart.
        Some(asked) => jittered.max(asked.saturating_add(chance.of(asked / 10))),
        None => jittered,
    }
}

/// A share of a whole, in 256ths.
#[derive(Clone, Copy, Debug)]
pub(super) struct Share(pub(super) u8);

impl Share {
    /// Draws one. Without randomness from the system everybody waits half.
    pub(super) fn drawn() -> Share {
        let mut byte = [128_u8];
        // If it fails the byte stays as it is.
        let _ = getrandom::fill(&mut byte);
        let [byte] = byte;
        Share(byte)
    }

    fn of(self, whole: Duration) -> Duration {
        whole.saturating_mul(u32::from(self.0)) / 255
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_up_to_eight_seconds_and_lie_in_the_upper_half() {
        for (failed, step) in [(1, 500), (2, 1000), (3, 2000), (5, 8000), (6, 8000), (u32::MAX, 8000)] {
            let step = Duration::from_millis(step);
            assert_eq!(wait(failed, None, Share(0)), step / 2);
            assert_eq!(wait(failed, None, Share(255)), step);
        }
    }

    #[test]
    fn nobody_comes_before_the_vendor_wants() {
        let asked = Duration::from_secs(20);
        assert_eq!(wait(1, Some(asked), Share(0)), asked);
        assert_eq!(wait(1, Some(asked), Share(255)), Duration::from_secs(22));
        assert_eq!(wait(4, Some(Duration::from_millis(10)), Share(0)), Duration::from_secs(2));
    }
}
