//! Takes phrases out of a table in turn, so that none comes back before the table is used up.

use std::collections::BTreeMap;

/// Where each table stands. Two scripts on different subjects begin at different phrases.
pub(super) struct Rotation {
    start: usize,
    drawn: BTreeMap<&'static str, usize>,
}

impl Rotation {
    /// Starts at a place that depends on the subject alone, so that the same text gives the same script.
    pub(super) fn seeded(subject: &str) -> Rotation {
        let sum = subject.chars().map(u32::from).fold(0_u32, u32::wrapping_add);
        Rotation { start: usize::try_from(sum).unwrap_or(0), drawn: BTreeMap::new() }
    }

    /// Takes the next phrase of a table.
    pub(super) fn next(&mut self, table: &'static [&'static str]) -> &'static str {
        let Some(name) = table.first() else { return "" };
        let drawn = self.drawn.entry(name).or_default();
        let place = (self.start + *drawn) % table.len();
        *drawn += 1;
        table.get(place).copied().unwrap_or_default()
    }

    /// Takes the next phrase of a table that is not used up.
    pub(super) fn fresh(&mut self, table: &'static [&'static str]) -> Option<&'static str> {
        let drawn = table.first().and_then(|name| self.drawn.get(name)).copied().unwrap_or(0);
        (drawn < table.len()).then(|| self.next(table))
    }
}

#[cfg(test)]
mod tests {
    use super::Rotation;

    #[test]
    fn no_phrase_returns_before_the_table_is_used_up() {
        let mut rotation = Rotation::seeded("leaves");
        let mut drawn: Vec<&str> = (0..3).map(|_| rotation.next(&["a", "b", "c"])).collect();
        drawn.sort_unstable();
        assert_eq!(drawn, ["a", "b", "c"]);
        assert_eq!(rotation.fresh(&["a", "b", "c"]), None);
        assert!(rotation.fresh(&["d"]).is_some());
    }
}
