//! Keys as a table for people, or as lines of JSON for programs.

use jiff::Timestamp;

use super::Shown;
use crate::cli::Stop;

/// Characters of a name or an owner that are shown.
const MAX_SHOWN: usize = 30;
const HEAD: [&str; 8] = ["id", "name", "owner", "scopes", "tier", "state", "expires", "last used"];

/// Makes the table, with a line for its head.
pub(super) fn lines(keys: &[Shown], now: Timestamp) -> Vec<String> {
    let head = HEAD.map(str::to_owned);
    let rows: Vec<[String; 8]> = std::iter::once(head).chain(keys.iter().map(|key| row(key, now))).collect();
    let widest = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..HEAD.len()).map(widest).collect();
    let line = |row: &[String; 8]| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    rows.iter().map(line).collect()
}

/// Makes a JSON object a line.
pub(super) fn as_json(keys: &[Shown]) -> Result<Vec<String>, Stop> {
    let line = |key| serde_json::to_string(key).map_err(|error| Stop::Failed(error.to_string()));
    keys.iter().map(line).collect()
}

fn row(key: &Shown, now: Timestamp) -> [String; 8] {
    let scopes: Vec<&str> = key.scopes.iter().map(|scope| scope.as_str()).collect();
    [
        key.key_id.to_string(),
        shown(&key.name),
        shown(&key.owner),
        scopes.join(","),
        key.tier.as_str().to_owned(),
        state(key, now),
        key.expires_at.map_or_else(|| "never".to_owned(), to_the_second),
        key.last_used_at.map_or_else(|| "never".to_owned(), to_the_second),
    ]
}

fn state(key: &Shown, now: Timestamp) -> String {
    let is_over = key.expires_at.is_some_and(|at| at <= now);
    match (key.revoked_at, is_over, key.previous_secret_until) {
        (Some(at), _, _) => format!("revoked {}", to_the_second(at)),
        (None, true, _) => "expired".to_owned(),
        (None, false, Some(until)) => format!("two secrets until {}", to_the_second(until)),
        (None, false, None) => "valid".to_owned(),
    }
}

/// A service may answer anything; nothing of it commands a terminal.
fn shown(text: &str) -> String {
    let cut: String = text.chars().filter(|letter| !letter.is_control()).take(MAX_SHOWN + 1).collect();
    match cut.chars().count() > MAX_SHOWN {
        true => cut.chars().take(MAX_SHOWN - 1).chain(['…']).collect(),
        false => cut,
    }
}

fn to_the_second(moment: Timestamp) -> String {
    Timestamp::from_second(moment.as_second()).unwrap_or(moment).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::{Scope, Tier};
    use crate::id::KeyId;

    fn key() -> Shown {
        let at: Timestamp = "2026-11-28T10:00:00.5Z".parse().unwrap();
        Shown {
            key_id: KeyId::from_uuid(uuid::Uuid::nil()),
            name: "a name".to_owned(),
            owner: "team\u{1b}[31m".to_owned(),
            scopes: vec![Scope::Generate, Scope::Read],
            tier: Tier::Pro,
            allowed_addresses: Vec::new(),
            created_at: at,
            expires_at: None,
            rotated_at: None,
            previous_secret_until: None,
            revoked_at: None,
            last_used_at: Some(at),
        }
    }

    #[test]
    fn a_table_has_a_column_for_each_thing_and_no_escape() {
        let now: Timestamp = "2026-11-28T11:00:00Z".parse().unwrap();
        let long = Shown { name: "n".repeat(40), expires_at: Some(now), ..key() };
        assert_eq!(
            lines(&[key(), long], now),
            [
                "id                                    name                            owner     scopes         tier  state    expires               last used",
                "00000000-0000-0000-0000-000000000000  a name                          team[31m  generate,read  pro   valid    never                 2026-11-28T10:00:00Z",
                "00000000-0000-0000-0000-000000000000  nnnnnnnnnnnnnnnnnnnnnnnnnnnnn…  team[31m  generate,read  pro   expired  2026-11-28T11:00:00Z  2026-11-28T10:00:00Z",
            ]
        );
    }

    #[test]
    fn a_key_stands_in_one_state() {
        let now: Timestamp = "2026-11-28T11:00:00Z".parse().unwrap();
        let rotated = Shown { previous_secret_until: Some(now), ..key() };
        assert_eq!(state(&rotated, now), "two secrets until 2026-11-28T11:00:00Z");
        let revoked = Shown { revoked_at: Some(now), expires_at: Some(now), ..rotated };
        assert_eq!(state(&revoked, now), "revoked 2026-11-28T11:00:00Z");
    }
}
