//! What is seen while a job runs: a bar on a terminal, else a line for everything that happens.

use std::collections::BTreeMap;
use std::time::Duration;

use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

use super::Snapshot;
use crate::cli::terminal;
use crate::content::Kind;
use crate::record::PieceState;

/// Shows how far a job is.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    seen: BTreeMap<Kind, PieceState>,
}

const SPINNER: Duration = Duration::from_millis(120);

impl Progress {
    pub(super) fn start() -> Progress {
        let terminal = std::io::IsTerminal::is_terminal(&std::io::stderr());
        Progress { bar: terminal.then(bar), seen: BTreeMap::new() }
    }

    pub(super) fn show(&mut self, snapshot: &Snapshot) {
        for (kind, state) in &snapshot.progress.pieces {
            let before = self.seen.insert(*kind, *state);
            if before != Some(*state) {
                self.happened(*kind, *state, snapshot);
            }
        }
        if let Some(bar) = &self.bar {
            let running = snapshot.progress.pieces.iter().filter(|(_, state)| **state == PieceState::Running);
            bar.set_position(u64::from(snapshot.progress.percent));
            bar.set_message(running.map(|(kind, _)| kind.as_str()).collect::<Vec<_>>().join(", "));
        }
    }

    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn happened(&self, kind: Kind, state: PieceState, snapshot: &Snapshot) {
        let line = match state {
            PieceState::Waiting | PieceState::Running => return,
            PieceState::Done => format!("{kind}: done"),
            PieceState::Failed => match snapshot.failures.get(&kind) {
                Some(failure) => format!("{kind}: failed, {} ({})", failure.detail, failure.code.as_str()),
                None => format!("{kind}: failed"),
            },
        };
        match &self.bar {
            Some(bar) => bar.println(line),
            None => terminal::note(&line),
        }
    }
}

fn bar() -> ProgressBar {
    let bar = ProgressBar::with_draw_target(Some(100), ProgressDrawTarget::stderr());
    let style = ProgressStyle::with_template("{spinner} [{bar:30}] {percent:>3} % {elapsed} {wide_msg}");
    bar.set_style(style.unwrap_or_else(|_| ProgressStyle::default_bar()));
    bar.enable_steady_tick(SPINNER);
    bar
}
