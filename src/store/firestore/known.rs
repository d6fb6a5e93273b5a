//! How documents stood when this instance wrote them last, so that it need not look at them before it
//! writes them again. That may be out of date: a commit happens only if nothing has moved since, so
//! it finds out.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::wire::Standing;

/// Documents that are remembered; when there are more, all are forgotten and looked at again.
const REMEMBERED: usize = 20_000;

/// What is known of documents, by their full names.
#[derive(Debug, Default)]
pub(super) struct Known(Mutex<HashMap<String, Standing>>);

impl Known {
    /// Tells how a document stood at that version, if that is what is remembered.
    pub(super) fn at(&self, name: &str, version: u64) -> Option<Standing> {
        self.lock().get(name).filter(|standing| standing.version == version).cloned()
    }

    /// Remembers how a document stands; `None` forgets it.
    pub(super) fn remember(&self, name: &str, standing: Option<Standing>) {
        let mut known = self.lock();
        if known.len() >= REMEMBERED {
            known.clear();
        }
        match standing {
            Some(standing) => drop(known.insert(name.to_owned(), standing)),
            None => drop(known.remove(name)),
        }
    }

    // Nothing is left half done in the map, so a poisoned lock holds whole data.
    fn lock(&self) -> MutexGuard<'_, HashMap<String, Standing>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::super::wire::to_moment;
    use super::*;

    fn standing(version: u64) -> Option<Standing> {
        let (expire_at, batch, parts, update_time) = (None, "b".to_owned(), 0, to_moment(5));
        Some(Standing { version, expire_at, batch, parts, update_time })
    }

    #[test]
    fn only_the_version_asked_for_is_known_and_what_is_known_is_bounded() {
        let known = Known::default();
        known.remember("a", standing(3));
        assert_eq!((known.at("a", 3), known.at("a", 2), known.at("b", 3)), (standing(3), None, None));
        known.remember("a", None);
        assert_eq!(known.at("a", 3), None);
        (0..=REMEMBERED).for_each(|name| known.remember(&name.to_string(), standing(1)));
        assert_eq!(known.lock().len(), 1);
    }
}
