//! When a message is tried again. Pure: the random part is an argument.

use std::time::Duration;

/// Seconds between an attempt and the one before it; the first comes at once.
/// Source: Standard Webhooks 1.0, "Retry schedule", 2026-11-20.
const WAITS_SECONDS: [u64; 10] =
    [0, 5, 5 * 60, 30 * 60, 2 * 3600, 5 * 3600, 10 * 3600, 14 * 3600, 20 * 3600, 24 * 3600];
/// The part of a wait that is added to it at most, so that a receiver that was away does not get all
/// messages of an hour in one second.
const JITTER: u32 = 10;

/// Says how long to wait after `attempts` attempts, with a random part that `chance` decides; `None`
/// when there have been enough.
pub(super) fn wait_after(attempts: u32, chance: u16) -> Option<Duration> {
    let wait = Duration::from_secs(*WAITS_SECONDS.get(usize::try_from(attempts).ok()?)?);
    Some(wait + wait / JITTER * u32::from(chance) / u32::from(u16::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_waits_are_those_of_the_standard_and_then_it_is_enough() {
        let waits: Vec<_> = (0..12).map(|attempts| wait_after(attempts, 0)).collect();
        let minutes = |minutes: u64| Some(Duration::from_secs(minutes * 60));
        let mut expected = vec![Some(Duration::ZERO), Some(Duration::from_secs(5))];
        expected.extend([5, 30, 120, 300, 600, 840, 1200, 1440].map(minutes));
        expected.extend([None, None]);
        assert_eq!(waits, expected);
        assert_eq!(wait_after(u32::MAX, 0), None);
    }

    #[test]
    fn chance_adds_a_tenth_at_most_and_never_shortens() {
        for attempts in 0..10 {
            let least = wait_after(attempts, 0).unwrap();
            let most = wait_after(attempts, u16::MAX).unwrap();
            assert_eq!(most, least + least / 10);
            assert!((least..=most).contains(&wait_after(attempts, 12_345).unwrap()));
        }
    }
}
