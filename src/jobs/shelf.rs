//! Texts that were read when their job was accepted, kept for the worker that will soon run it, so
//! that nothing is read twice. Losing one costs time only: the worker then reads the text itself.

use std::collections::VecDeque;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::id::JobId;
use crate::pipeline::Reading;

#[derive(Debug, Default)]
pub(super) struct Shelf(Mutex<VecDeque<Kept>>);

#[derive(Debug)]
struct Kept {
    job: JobId,
    characters: u64,
    reading: Reading,
}

impl Shelf {
    /// Code points of all texts on the shelf together. A reading takes about fifty bytes for each, so
    /// this bounds the shelf to some 25 MB.
    pub(super) const CHARACTERS: u64 = 500_000;

    /// Keeps a reading; the oldest make room.
    pub(super) fn put(&self, job: JobId, characters: u64, reading: Reading) {
        let mut shelf = self.lock();
        shelf.push_back(Kept { job, characters, reading });
        while shelf.iter().map(|kept| kept.characters).sum::<u64>() > Shelf::CHARACTERS {
            shelf.pop_front();
        }
    }

    /// Takes the reading of that job, if it is still there.
    pub(super) fn take(&self, job: JobId) -> Option<Reading> {
        let mut shelf = self.lock();
        let place = shelf.iter().position(|kept| kept.job == job)?;
        shelf.remove(place).map(|kept| kept.reading)
    }

    // A queue of whole values: also after a panic it holds whole ones.
    fn lock(&self) -> MutexGuard<'_, VecDeque<Kept>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
