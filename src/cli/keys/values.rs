//! What stands behind flags, read; what is wrong with it is said by the message.

use std::time::Duration;

use ipnet::IpNet;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Span, SpanRelativeTo, Timestamp};

use crate::auth::{self, Scope, Tier};

pub(super) fn scope(text: &str) -> Result<Scope, String> {
    Scope::from_name(text.trim()).ok_or_else(|| "there are generate, read and admin".to_owned())
}

pub(super) fn tier(text: &str) -> Result<Tier, String> {
    Tier::from_name(text).ok_or_else(|| "there are free, pro and enterprise".to_owned())
}

pub(super) fn network(text: &str) -> Result<IpNet, String> {
    auth::network(text.trim()).ok_or_else(|| "is no address and no network such as 192.0.2.0/24".to_owned())
}

/// Reads a time, a day, which begins in UTC, or a length of time from now on.
pub(super) fn moment(text: &str) -> Result<Timestamp, String> {
    moment_after(text, Timestamp::now())
        .ok_or_else(|| "must be like 2027-01-31T12:00:00Z, 2027-01-31 or 90d".to_owned())
}

fn moment_after(text: &str, now: Timestamp) -> Option<Timestamp> {
    if let Ok(moment) = text.parse() {
        return Some(moment);
    }
    if let Ok(day) = text.parse::<Date>() {
        return day.to_zoned(TimeZone::UTC).ok().map(|begin| begin.timestamp());
    }
    now.checked_add(length(text).ok()?).ok()
}

/// Reads a length of time; a day has 24 hours.
pub(super) fn length(text: &str) -> Result<Duration, String> {
    let span: Result<Span, _> = text.parse();
    let length = span.and_then(|span| span.to_duration(SpanRelativeTo::days_are_24_hours()));
    length
        .ok()
        .and_then(|length| Duration::try_from(length).ok())
        .ok_or_else(|| "must be a length of time such as 36h or 7d".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_expiry_is_a_time_a_day_or_a_length() {
        let now: Timestamp = "2026-11-28T10:00:00Z".parse().unwrap();
        for (text, wanted) in [
            ("2027-01-31T12:00:00Z", "2027-01-31T12:00:00Z"),
            ("2027-01-31T12:00:00+01:00", "2027-01-31T11:00:00Z"),
            ("2027-01-31", "2027-01-31T00:00:00Z"),
            ("90d", "2027-02-26T10:00:00Z"),
            ("1h30m", "2026-11-28T11:30:00Z"),
        ] {
            assert_eq!(moment_after(text, now).map(|at| at.to_string()).as_deref(), Some(wanted), "{text}");
        }
        for text in ["", "tomorrow", "2027-13-01", "-1h", "1 month", "99999999d"] {
            assert_eq!(moment_after(text, now), None, "{text}");
        }
    }

    #[test]
    fn lengths_and_names_are_read_and_others_refused() {
        assert_eq!(length("7d"), Ok(Duration::from_secs(7 * 24 * 3600)));
        assert_eq!(length("0s"), Ok(Duration::ZERO));
        assert!(length("-1h").is_err() && length("7").is_err());
        assert_eq!((scope(" read"), tier("pro")), (Ok(Scope::Read), Ok(Tier::Pro)));
        assert!(scope("write").is_err() && tier("gold").is_err() && network("localhost").is_err());
        assert!(network("10.0.0.1").is_ok());
    }
}
