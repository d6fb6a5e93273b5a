//! `generate`: the main job from a shell. Here, or on a server, a job is submitted and watched; each
//! piece is written as it comes, and a table says how it went.
//!
//! `arguments` turns flags into a request, `source` submits and watches, `output` writes files,
//! `progress` shows what happens, `summary` makes the table.

mod arguments;
mod output;
mod progress;
mod snapshot;
mod source;
mod summary;

pub(super) use arguments::Arguments;

use output::Output;
use progress::Progress;
use snapshot::Snapshot;
use source::Source;

use super::{End, Stop, quiet_log, terminal};
use crate::config::Config;
use crate::record::Status;

pub(super) async fn run(config: Config, arguments: Arguments) -> End {
    quiet_log(&config);
    match generate(&config, &arguments).await {
        Ok(end) => end,
        Err(stop) => stop.end(),
    }
}

async fn generate(config: &Config, arguments: &Arguments) -> Result<End, Stop> {
    let (request, body) = arguments.request()?;
    let output = Output::prepare(arguments.out(), arguments.formats()?)?;
    let source = Source::open(config, arguments).await?;
    terminal::note(&source.announcement(&request));
    let job = source.submit(request, body).await?;
    let watched = watch(&source, job, &output).await;
    source.close().await;
    let snapshot = watched?;
    summary::show(&snapshot, arguments.out());
    Ok(match snapshot.status {
        Status::Completed => End::Done,
        Status::Partial => End::Partial,
        Status::Queued | Status::Running | Status::Failed | Status::Cancelled => End::Failed,
    })
}

/// Follows a job to its end, and writes each piece as it comes.
async fn watch(source: &Source, job: crate::id::JobId, output: &Output) -> Result<Snapshot, Stop> {
    let mut progress = Progress::start();
    let mut written = Vec::new();
    loop {
        let snapshot = source.look(job).await?;
        for (kind, piece) in
            snapshot.pieces.iter().filter(|(kind, _)| !written.contains(*kind)).collect::<Vec<_>>()
        {
            output.write_piece(*kind, piece, snapshot.language())?;
            written.push(*kind);
        }
        progress.show(&snapshot);
        if snapshot.status.is_ended() {
            progress.end();
            output.write_package(&snapshot.package)?;
            let removed = output.remove_earlier(&written)?;
            if !removed.is_empty() {
                terminal::note(&format!("removed, of an earlier run: {}", removed.join(", ")));
            }
            return Ok(snapshot);
        }
        source.pause(job).await;
    }
}
