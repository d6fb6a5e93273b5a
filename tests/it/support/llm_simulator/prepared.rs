//! What is known of bodies that came before, so that a body that comes again is neither read nor answered
//! anew: whoever measures with the simulator measures little of it.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::playback::Step;
use super::wire::{Call, Tokens, Wire};

/// Bodies that are known at once.
const MAX_BODIES: usize = 256;

/// The bodies that came before.
#[derive(Default)]
pub(crate) struct Shelf(Mutex<HashMap<u64, Arc<Heard>>>);

/// A body that came, and what is answered to it when nothing goes wrong.
pub(crate) struct Heard {
    pub(crate) call: Call,
    answer: Mutex<Option<Arc<Prepared>>>,
}

/// An answer, ready to go.
pub(crate) struct Prepared {
    pub(crate) tokens: Tokens,
    pub(crate) plan: Option<usize>,
    pub(crate) copy: Option<u64>,
    pub(crate) steps: Vec<Step>,
}

impl Shelf {
    /// Returns the call that a body stands for: as it was read before, or as `read` reads it now.
    pub(crate) fn call<E>(
        &self,
        wire: Wire,
        place: &str,
        body: &[u8],
        read: impl FnOnce() -> Result<Call, E>,
    ) -> Result<Arc<Heard>, E> {
        let mut hasher = DefaultHasher::new();
        (wire, place, body).hash(&mut hasher);
        let key = hasher.finish();
        if let Some(known) = self.bodies().get(&key) {
            return Ok(Arc::clone(known));
        }
        let heard = Arc::new(Heard { call: read()?, answer: Mutex::default() });
        let mut bodies = self.bodies();
        if bodies.len() >= MAX_BODIES {
            bodies.clear();
        }
        bodies.insert(key, Arc::clone(&heard));
        Ok(heard)
    }

    /// Forgets everything, because from now on other answers are given.
    pub(crate) fn clear(&self) {
        self.bodies().clear();
    }

    // Everything behind the locks is whole after every statement, so a poisoned one still is.
    fn bodies(&self) -> MutexGuard<'_, HashMap<u64, Arc<Heard>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Heard {
    /// Returns the answer when nothing goes wrong, which `prepare` makes where it was not made before.
    pub(crate) fn answer(&self, prepare: impl FnOnce() -> Prepared) -> Arc<Prepared> {
        let known = self.kept().clone();
        known.unwrap_or_else(|| {
            let prepared = Arc::new(prepare());
            *self.kept() = Some(Arc::clone(&prepared));
            prepared
        })
    }

    fn kept(&self) -> MutexGuard<'_, Option<Arc<Prepared>>> {
        self.answer.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
