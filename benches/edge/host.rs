//! The processes of the benchmark: the service, a bare route beside it, and clients that only hold
//! connections. Each says on its output where it listens or that it is ready, and ends with its input.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::http::{StatusCode, header};
use axum::response::IntoResponse;
use axum::routing::any;
use content_factory::app::App;
use content_factory::auth::Secret;
use content_factory::config::{Config, Writer};
use content_factory::telemetry;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use crate::{Failure, caller, report};

/// An administrator's key of 32 characters and more.
pub(crate) const KEY: &str = "a-key-of-the-benchmark-0123456789-abcdef";

/// A process of the benchmark.
pub(crate) struct Process {
    child: Child,
    /// What it said first.
    pub(crate) said: String,
}

impl Process {
    /// Starts this program in a role, with as many files as the system allows.
    pub(crate) async fn start(role: &str, arguments: &[&str]) -> Result<Process, Failure> {
        let mut command = Command::new("sh");
        command.args(["-c", "ulimit -n $(ulimit -Hn); exec \"$0\" \"$@\""]);
        command.arg(std::env::current_exe()?).arg(format!("as-{role}")).args(arguments);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn()?;
        let out = child.stdout.take().ok_or("the output is not there")?;
        let said = BufReader::new(out).lines().next_line().await?.ok_or("it ended at once")?;
        Ok(Process { child, said })
    }

    pub(crate) fn address(&self) -> Result<SocketAddr, Failure> {
        Ok(self.said.parse()?)
    }

    /// Gives what it has in memory now, in KiB.
    pub(crate) fn resident_kib(&self) -> Result<u64, Failure> {
        let id = self.child.id().ok_or("it has ended")?;
        let status = std::fs::read_to_string(format!("/proc/{id}/status"))?;
        let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).ok_or("no VmRSS")?;
        Ok(line.trim().trim_end_matches("kB").trim().parse()?)
    }

    pub(crate) async fn stop(mut self) -> Result<(), Failure> {
        drop(self.child.stdin.take());
        if tokio::time::timeout(Duration::from_secs(40), self.child.wait()).await.is_err() {
            self.child.kill().await?;
        }
        Ok(())
    }
}

/// Reads a line of the service's metrics.
pub(crate) async fn metric(address: SocketAddr, name: &str) -> Result<f64, Failure> {
    let mut caller = caller::Caller::connect(address).await?;
    let answer = caller.call(&caller::request("GET", "/metrics", "", "")).await?;
    let text = String::from_utf8(answer.body)?;
    let value = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' ')?.parse().ok());
    Ok(value.unwrap_or(0.0))
}

/// Plays one role to its end.
pub(crate) async fn play(role: &str, arguments: &[String]) -> Result<(), Failure> {
    match (role, arguments) {
        ("service", [per_address]) => serve(per_address.parse()?).await,
        ("bare", [status, content_type, body]) => {
            serve_bare(status.parse()?, content_type.clone(), body.clone()).await
        }
        ("holder", [address, count, request]) => hold(address.parse()?, count.parse()?, request).await,
        _ => Err(format!("{role} with {arguments:?} is no role").into()),
    }
}

/// Waits until whoever started this process lets go of it.
async fn input_ends() {
    // However the input ends, it has ended.
    let _ = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink())).await;
}

async fn serve(per_address: usize) -> Result<(), Failure> {
    let folder = tempfile::tempdir()?;
    let mut config = Config { data_dir: folder.path().to_owned(), ..Config::default() };
    config.server.address = "127.0.0.1:0".parse()?;
    config.server.max_connections_per_address = per_address;
    config.admin_key = Secret::new(KEY);
    config.writer = Writer::Extractive;
    // What is measured is the service, not how often one caller may call.
    config.limits.enabled = false;
    telemetry::start(&config.log)?;
    let app = App::build(config).await?;
    report(&app.local_addr().to_string())?;
    Ok(app.run(input_ends()).await?)
}

/// Serves one answer at every path, after the body was read, and nothing around it.
async fn serve_bare(status: u16, content_type: String, body: String) -> Result<(), Failure> {
    let status = StatusCode::from_u16(status)?;
    let (content_type, body) = (Bytes::from(content_type), Bytes::from(body));
    let answer = move |_: Bytes| {
        let content_type = axum::http::HeaderValue::from_maybe_shared(content_type.clone());
        let body = body.clone();
        async move {
            match content_type {
                Ok(content_type) => (status, [(header::CONTENT_TYPE, content_type)], body).into_response(),
                Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
            }
        }
    };
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    report(&listener.local_addr()?.to_string())?;
    let router: Router = Router::new().fallback(any(answer));
    Ok(axum::serve(listener, router).with_graceful_shutdown(input_ends()).await?)
}

/// Opens connections, sends each a request or nothing, and keeps them.
async fn hold(address: SocketAddr, count: usize, request: &str) -> Result<(), Failure> {
    let mut held = Vec::with_capacity(count);
    for _ in 0..count {
        let mut stream = TcpStream::connect(address).await?;
        if !request.is_empty() {
            stream.write_all(&caller::request("GET", request, "", "")).await?;
            let mut part = [0; 4096];
            // What is left of the answer waits in the system.
            let _ = stream.read(&mut part).await?;
        }
        held.push(stream);
    }
    report("ready")?;
    input_ends().await;
    Ok(())
}
