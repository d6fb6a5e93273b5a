//! The table at the end: what came about, how good it is, and what it took.

use std::path::Path;

use super::Snapshot;
use crate::cli::terminal;
use crate::content::Kind;
use crate::record::{PieceState, Severity};

/// Prints the table to standard output.
pub(super) fn show(snapshot: &Snapshot, folder: &Path) {
    for line in lines(snapshot, folder) {
        if !terminal::say(&line) {
            return;
        }
    }
}

fn lines(snapshot: &Snapshot, folder: &Path) -> Vec<String> {
    let mut lines = vec![row(["piece", "result", "quality", "tokens", "cost", "time"])];
    lines.extend(snapshot.progress.pieces.iter().map(|(kind, state)| piece(snapshot, *kind, *state)));
    let metadata = &snapshot.metadata;
    let tokens = metadata.usage.input_tokens.saturating_add(metadata.usage.output_tokens);
    let overall = snapshot.quality.as_ref().and_then(|quality| quality.overall);
    lines.push(row([
        "all",
        snapshot.status.as_str(),
        &overall.map_or("not scored".to_owned(), |score| format!("{score:.2}")),
        &tokens.to_string(),
        &format!("${}", metadata.cost_usd),
        &seconds(metadata.duration_ms),
    ]));
    for ignored in &metadata.not_applied {
        let kinds: Vec<&str> = ignored.kinds.iter().map(|kind| kind.as_str()).collect();
        let pieces = if kinds.is_empty() { String::new() } else { format!(" ({})", kinds.join(", ")) };
        lines.push(format!("not applied: {}{pieces}: {}", ignored.field, ignored.reason));
    }
    lines.extend(metadata.notes.iter().map(|note| format!("note: {note}")));
    lines.push(format!("files: {}", folder.display()));
    lines
}

fn piece(snapshot: &Snapshot, kind: Kind, state: PieceState) -> String {
    let result = match state {
        PieceState::Waiting => "waiting",
        PieceState::Running => "running",
        PieceState::Done => "done",
        PieceState::Failed => "failed",
    };
    let Some(metadata) = snapshot.metadata.pieces.get(&kind) else {
        return row([kind.as_str(), result, "", "", "", ""]);
    };
    let tokens = metadata.usage.input_tokens.saturating_add(metadata.usage.output_tokens);
    row([
        kind.as_str(),
        result,
        &findings(snapshot, kind),
        &tokens.to_string(),
        &format!("${}", metadata.cost_usd),
        &seconds(metadata.duration_ms),
    ])
}

/// Counts what the checks found in a piece.
fn findings(snapshot: &Snapshot, kind: Kind) -> String {
    let found = snapshot.quality.iter().flat_map(|quality| &quality.findings);
    let found: Vec<Severity> =
        found.filter(|finding| finding.kind == Some(kind)).map(|finding| finding.severity).collect();
    let count = |severity| found.iter().filter(|found| **found == severity).count();
    match (count(Severity::Error), count(Severity::Warn)) {
        (0, 0) => "good".to_owned(),
        (0, warnings) => format!("{warnings} to look at"),
        (errors, warnings) => format!("{errors} wrong, {warnings} to look at"),
    }
}

fn seconds(milliseconds: u64) -> String {
    format!("{}.{:02} s", milliseconds / 1000, milliseconds % 1000 / 10)
}

fn row([piece, result, quality, tokens, cost, time]: [&str; 6]) -> String {
    format!("{piece:<26} {result:<10} {quality:<20} {tokens:>8} {cost:>10} {time:>9}").trim_end().to_owned()
}
