//! What an HTTP status means where a vendor gives no code of its own, and how long it asks to wait.

use std::time::Duration;

use reqwest::header::{DATE, HeaderMap, RETRY_AFTER};

use super::{Fault, Outcome, QuotaScope};

/// Says what a status means, with the vendor's code for it.
pub(super) fn outcome(status: u16, code: &str, retry_after: Option<Duration>) -> Outcome {
    let fault = Fault::with_status(status, code);
    match status {
        401 | 403 => Outcome::Authentication { fault },
        402 => Outcome::RateLimited { scope: QuotaScope::Exhausted, retry_after: None },
        408 | 409 => Outcome::Transient { fault, retry_after },
        429 => Outcome::RateLimited { scope: QuotaScope::Unknown, retry_after },
        503 | 529 => Outcome::Overloaded { retry_after },
        500..=599 => Outcome::Transient { fault, retry_after },
        200..=299 => Outcome::Malformed { fault },
        // 3xx too: a redirect means a wrong base address.
        _ => Outcome::BadRequest { fault },
    }
}

/// Nobody waits longer than this, and a time that is beyond what a clock can hold must not be added
/// to one.
const LONGEST_WAIT: Duration = Duration::from_secs(24 * 60 * 60);

/// Reads how long to wait, at most a day: `retry-after-ms`, or `retry-after` in seconds or as a date, which is
/// compared with the answer's own.
pub(super) fn retry_after(headers: &HeaderMap) -> Option<Duration> {
    wait_of(headers).map(|wait| wait.min(LONGEST_WAIT))
}

fn wait_of(headers: &HeaderMap) -> Option<Duration> {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).map(str::trim);
    let milliseconds = text("retry-after-ms").and_then(|text| text.parse::<f64>().ok());
    if let Some(wait) = milliseconds.and_then(|wait| Duration::try_from_secs_f64(wait / 1000.0).ok()) {
        return Some(wait);
    }
    let wait = text(RETRY_AFTER.as_str())?;
    if let Ok(seconds) = wait.parse::<f64>() {
        return Duration::try_from_secs_f64(seconds).ok();
    }
    let until = jiff::fmt::rfc2822::parse(wait).ok()?;
    let now = jiff::fmt::rfc2822::parse(text(DATE.as_str())?).ok()?;
    Some(Duration::try_from(until.duration_since(&now)).unwrap_or_default())
}

/// Reads a length of time as Google writes it, at most a day: `37s`, `1.5s`.
pub(super) fn seconds(text: &str) -> Option<Duration> {
    let wait = Duration::try_from_secs_f64(text.strip_suffix('s')?.parse().ok()?).ok()?;
    Some(wait.min(LONGEST_WAIT))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (name.parse().unwrap(), value.parse().unwrap())).collect()
    }

    #[test]
    fn the_wait_is_read_in_every_form() {
        let wait = |pairs: &[(&'static str, &'static str)]| retry_after(&headers(pairs));
        assert_eq!(wait(&[("retry-after", "3")]), Some(Duration::from_secs(3)));
        assert_eq!(wait(&[("retry-after", "0.5")]), Some(Duration::from_millis(500)));
        assert_eq!(
            wait(&[("retry-after-ms", "250"), ("retry-after", "3")]),
            Some(Duration::from_millis(250))
        );
        let date = ("date", "Fri, 20 Nov 2026 10:00:00 GMT");
        let until = ("retry-after", "Fri, 20 Nov 2026 10:00:07 GMT");
        assert_eq!(wait(&[until, date]), Some(Duration::from_secs(7)));
        assert_eq!(wait(&[("retry-after", "Fri, 20 Nov 2026 09:00:00 GMT"), date]), Some(Duration::ZERO));
        for nonsense in ["-1", "soon", "NaN", "1e400"] {
            assert_eq!(wait(&[("retry-after", nonsense)]), None, "{nonsense}");
        }
        assert_eq!(seconds("1.5s"), Some(Duration::from_millis(1500)));
        assert_eq!((seconds("37"), seconds("-3s")), (None, None));
    }

    #[test]
    fn a_wait_that_no_clock_can_hold_is_a_day() {
        for wait in [
            retry_after(&headers(&[("retry-after", "99999999999999999")])),
            retry_after(&headers(&[("retry-after-ms", "1e18")])),
            seconds("99999999999999999s"),
        ] {
            assert_eq!(wait, Some(LONGEST_WAIT));
        }
    }
}
