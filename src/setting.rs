//! Checks of settings. Each module's own `Config` lists what is wrong with it by these; `config` puts the
//! lists together.

use jiff::SignedDuration;

/// The name of a setting, and a sentence that says what it must be.
pub type Fault = (&'static str, &'static str);

/// Lists the settings that do not fit, of checks that each give a setting's name, whether it fits, and what
/// it must be.
#[must_use]
pub fn faults<const N: usize>(checks: [(&'static str, bool, &'static str); N]) -> Vec<Fault> {
    checks.into_iter().filter(|(_, fits, _)| !fits).map(|(setting, _, message)| (setting, message)).collect()
}

/// Tells whether a length of time is within its bounds, both included.
#[must_use]
pub fn within(time: SignedDuration, least: SignedDuration, most: SignedDuration) -> bool {
    (least..=most).contains(&time)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_does_not_fit_is_listed_in_the_order_of_the_checks() {
        let checks = [("a", false, "must be a"), ("b", true, "must be b"), ("c", false, "must be c")];
        assert_eq!(faults(checks), [("a", "must be a"), ("c", "must be c")]);
    }

    #[test]
    fn both_bounds_of_a_time_fit_and_nothing_beyond() {
        let seconds = SignedDuration::from_secs;
        let fits = |time| within(time, seconds(1), seconds(3));
        assert_eq!([0, 1, 3, 4].map(|time| fits(seconds(time))), [false, true, true, false]);
        assert!(!fits(-seconds(2)));
    }
}
