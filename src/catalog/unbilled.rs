//! Which error statuses a vendor says that it does not bill (`unbilled.toml`). What is not listed
//! counts as billed: a vendor's silence is no promise.

use std::sync::LazyLock;

use jiff::civil::Date;
use serde::Deserialize;

/// What one vendor says of its errors.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Unbilled {
    /// The interface's name.
    pub interface: String,
    /// The vendor's own hosts: a promise is not its imitators', and who passes a request on may bill it. One
    /// that begins with a dot or a dash stands for all hosts that end in it.
    pub hosts: Vec<String>,
    /// Ranges of statuses, both ends included.
    pub statuses: Vec<(u16, u16)>,
    /// The vendor's own words.
    pub words: String,
    /// Where they stand.
    pub source: String,
    /// When they were read.
    pub read: Date,
}

#[derive(Deserialize)]
struct Table {
    unbilled: Vec<Unbilled>,
}

#[expect(clippy::expect_used, reason = "the table is a constant of this crate; a test reads it")]
static TABLE: LazyLock<Table> =
    LazyLock::new(|| toml::from_str(include_str!("unbilled.toml")).expect("the table is well formed"));

/// Returns all rows.
#[must_use]
pub fn unbilled() -> &'static [Unbilled] {
    &TABLE.unbilled
}

/// Finds what is said of the errors of an interface at a host.
#[must_use]
pub fn unbilled_at(interface: &str, host: &str) -> Option<&'static Unbilled> {
    unbilled().iter().find(|row| row.interface == interface && row.is_said_for(host))
}

impl Unbilled {
    /// Tells whether an error with that status is not billed.
    #[must_use]
    pub fn covers(&self, status: u16) -> bool {
        self.statuses.iter().any(|(first, last)| (*first..=*last).contains(&status))
    }

    fn is_said_for(&self, host: &str) -> bool {
        self.hosts.iter().any(|said| match said.starts_with(['.', '-']) {
            true => host.ends_with(said),
            false => host == said,
        })
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    fn is_unbilled(interface: &str, host: &str, status: u16) -> bool {
        unbilled_at(interface, host).is_some_and(|row| row.covers(status))
    }

    #[test]
    fn each_row_says_what_is_not_billed_where_and_since_when_that_is_known() {
        assert_eq!(unbilled().len(), 4);
        for row in unbilled() {
            assert!(row.source.starts_with("https://") && row.words.len() > 40, "{row:?}");
            assert!(!row.hosts.is_empty(), "{row:?}");
            assert!(row.read >= date(2026, 11, 1), "{row:?}");
            assert!(row.statuses.iter().all(|(first, last)| *first > 200 && first <= last), "{row:?}");
        }
    }

    #[test]
    fn an_error_is_unbilled_where_the_vendor_says_so_and_billed_where_it_does_not() {
        let google = "generativelanguage.googleapis.com";
        let table = [
            ("gemini", google, vec![400, 500], vec![200, 401, 403, 404, 408, 429, 502, 503, 504]),
            ("vertex", "aiplatform.googleapis.com", vec![302, 400, 401, 429, 499, 500, 503], vec![200]),
            ("vertex", "europe-west4-aiplatform.googleapis.com", vec![429, 500], vec![200]),
            ("gemini", "127.0.0.1", vec![], vec![400, 500]),
            ("gemini", "proxy.generativelanguage.googleapis.com", vec![], vec![400, 500]),
            ("vertex", "aiplatform.googleapis.com.example", vec![], vec![400, 500]),
            ("openai", "openrouter.ai", vec![400, 402, 429, 500, 503], vec![200, 302]),
            ("openai", "school.openai.azure.com", vec![401, 429], vec![200, 400, 403, 408, 500]),
            ("openai", "api.openai.com", vec![], vec![400, 401, 429, 500, 503]),
            ("openai", "127.0.0.1", vec![], vec![400, 429, 500]),
            ("openai", "openrouter.ai.example", vec![], vec![400, 429]),
            ("openai", "openai.azure.com", vec![], vec![401]),
            ("anthropic", "api.anthropic.com", vec![], vec![400, 401, 429, 500, 529]),
        ];
        for (interface, host, free, billed) in table {
            for status in free {
                assert!(is_unbilled(interface, host, status), "{interface} at {host}: {status}");
            }
            for status in billed {
                assert!(!is_unbilled(interface, host, status), "{interface} at {host}: {status}");
            }
        }
    }
}
