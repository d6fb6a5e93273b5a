//! What a job has learned of its models while it runs: which of them need not be asked first any
//! more. Every job begins without prejudice.
//!
//! A package takes some thirty calls at once. Were each of them to find out for itself that the
//! preferred model is down, blocks the subject or cannot keep to a schema, the attempts of the job
//! would be used up by finding out. The outline is made first and alone, so what it met is known to
//! all pieces.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// What is known of the doors, in the order in which they are preferred. Clones share it.
#[derive(Clone, Debug, Default)]
pub(in crate::pipeline) struct Standing(Arc<AtomicUsize>);

impl Standing {
    /// Returns which of so many doors is asked first.
    pub(super) fn first(&self, doors: usize) -> usize {
        // It is a hint and orders nothing else.
        self.0.load(Ordering::Relaxed).min(doors.saturating_sub(1))
    }

    /// Notes that a door did not do what was asked of it. Later calls begin behind it.
    pub(super) fn pass_over(&self, door: usize) {
        self.0.fetch_max(door.saturating_add(1), Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_that_was_passed_over_is_not_asked_first_again_unless_it_is_the_last() {
        let standing = Standing::default();
        let of_job = standing.clone();
        assert_eq!((standing.first(3), standing.first(0)), (0, 0));
        of_job.pass_over(1);
        of_job.pass_over(0);
        assert_eq!((standing.first(3), standing.first(1)), (2, 0));
        of_job.pass_over(2);
        assert_eq!(standing.first(3), 2, "somebody has to be asked");
    }
}
