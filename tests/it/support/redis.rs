//! A Redis of a test's own, where the machine has one.

use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::process::{Child, Command};

use super::signal;

/// A running `redis-server` with nothing in it.
pub(crate) struct Redis {
    port: u16,
    child: Child,
    folder: TempDir,
}

impl Redis {
    /// Starts one; says loudly that it is skipped where there is none.
    pub(crate) async fn start() -> Option<Redis> {
        if std::process::Command::new("redis-server").arg("--version").output().is_err() {
            eprintln!("SKIPPED: redis-server is missing, so limits that instances share are NOT TESTED");
            return None;
        }
        // Free a moment ago; whoever takes it meanwhile makes the start fail, and is told so.
        let port = TcpListener::bind("127.0.0.1:0").await.unwrap().local_addr().unwrap().port();
        let folder = tempfile::tempdir().unwrap();
        let child = run(port, &folder).await;
        Some(Redis { port, child, folder })
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Sends a command of one word, and gives the beginning of its answer.
    pub(crate) async fn command(&self, word: &str) -> String {
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).await.unwrap();
        stream.write_all(format!("{word}\r\n").as_bytes()).await.unwrap();
        let mut answer = vec![0; 4096];
        let length = stream.read(&mut answer).await.unwrap();
        String::from_utf8_lossy(answer.get(..length).unwrap()).into_owned()
    }

    /// Ends it at once, with all that it has.
    pub(crate) async fn kill(&mut self) {
        self.child.kill().await.unwrap();
    }

    /// Starts it again where it was.
    pub(crate) async fn restart(&mut self) {
        self.child = run(self.port, &self.folder).await;
    }

    /// Sends it a signal, by its name.
    pub(crate) fn signal(&self, name: &str) {
        signal(&self.child, name);
    }
}

/// Starts a server and waits until it says that it listens.
async fn run(port: u16, folder: &TempDir) -> Child {
    let mut command = Command::new("redis-server");
    command.args(["--port", &port.to_string(), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"]);
    command.current_dir(folder.path()).stdout(Stdio::piped()).stderr(Stdio::null()).kill_on_drop(true);
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut said = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        if line.contains("Ready to accept connections") {
            // What it says later must not fill the pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return child;
        }
        said = format!("{said}{line}\n");
    }
    panic!("redis-server did not start: {said}");
}
