//! `serve`: the service, until the system tells it to stop.

use super::{End, terminal, with_causes};
use crate::app::{App, Error};
use crate::config::Config;
use crate::{store, telemetry};

pub(super) async fn run(config: Config) -> End {
    // Only a second start in one process could fail here, and the first one's log goes on.
    let _ = telemetry::start(&config.log);
    let data_dir = config.data_dir.clone();
    let app = match App::build(config).await {
        Ok(app) => app,
        Err(error) => return refused(&error),
    };
    if let Some(key) = app.first_key() {
        let file = data_dir.join(crate::auth::ADMIN_KEY_FILE);
        terminal::note(&format!("admin key, shown this once (also in {}): {}", file.display(), key.reveal()));
    }
    tracing::info!(address = %app.local_addr(), "listening");
    if let Some(address) = app.metrics_addr() {
        tracing::info!(%address, "metrics are given here");
    }
    let shutdown = match stop_signal() {
        Ok(shutdown) => shutdown,
        Err(error) => {
            terminal::complain(&format!("cannot listen for signals: {error}"));
            return End::Failed;
        }
    };
    match app.run(shutdown).await {
        Ok(()) => {
            tracing::info!("stopped");
            End::Done
        }
        Err(error) => {
            terminal::complain(&error.to_string());
            End::Failed
        }
    }
}

fn refused(error: &Error) -> End {
    terminal::complain(&with_causes(error));
    match error {
        Error::Settings(_)
        | Error::Model(_)
        | Error::Listen { .. }
        | Error::Store(store::Error::Locked { .. }) => End::BadInput,
        Error::Store(_)
        | Error::FirstKey(_)
        | Error::Jobs(_)
        | Error::Webhooks(_)
        | Error::Redis(_)
        | Error::Blocks(_)
        | Error::Task(_) => End::Failed,
    }
}

/// Ends when the process is told to stop: by a supervisor or from a keyboard.
fn stop_signal() -> std::io::Result<impl Future<Output = ()>> {
    use tokio::signal::unix::{SignalKind, signal};
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}
