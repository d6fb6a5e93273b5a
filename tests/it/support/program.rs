//! The program itself, as a shell starts it.

use std::path::Path;
use std::process::Stdio;

use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::process::{Child, Command};

/// The program in a folder of its own, with no environment but what is given.
pub(crate) struct Program {
    pub(crate) folder: TempDir,
}

/// What a run left behind.
pub(crate) struct Finished {
    pub(crate) code: Option<i32>,
    pub(crate) out: String,
    pub(crate) err: String,
}

impl Program {
    pub(crate) fn new() -> Program {
        Program { folder: tempfile::tempdir().unwrap() }
    }

    pub(crate) fn path(&self, name: &str) -> std::path::PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, bytes: impl AsRef<[u8]>) {
        std::fs::write(self.path(name), bytes).unwrap();
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        command_in(self.folder.path(), arguments)
    }

    /// Runs the program to its end.
    pub(crate) async fn run(&self, arguments: &[&str]) -> Finished {
        self.run_with(arguments, &[], b"").await
    }

    pub(crate) async fn run_with(
        &self,
        arguments: &[&str],
        environment: &[(&str, &str)],
        input: &[u8],
    ) -> Finished {
        let mut command = self.command(arguments);
        command.envs(environment.iter().copied()).stdin(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut stdin = child.stdin.take().unwrap();
        // A program that reads nothing closes its end.
        let _ = stdin.write_all(input).await;
        drop(stdin);
        let output = child.wait_with_output().await.unwrap();
        let text = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap();
        Finished { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
    }

    /// Starts the service on a free port; gives it with its address and what it said before.
    pub(crate) async fn serve(&self, environment: &[(&str, &str)]) -> (Child, String, String) {
        serve(self.command(&["serve"]), environment).await
    }

    /// Starts it in the same way, with a signal ignored.
    pub(crate) async fn serve_ignoring(
        &self,
        signal: &str,
        environment: &[(&str, &str)],
    ) -> (Child, String, String) {
        let mut command = Command::new("sh");
        let script = format!("trap '' {signal}; exec \"$0\" serve");
        command.args(["-c", &script, env!("CARGO_BIN_EXE_content-factory")]);
        serve(in_folder(command, self.folder.path()), environment).await
    }
}

/// Starts the service by that command and waits until it listens.
async fn serve(mut command: Command, environment: &[(&str, &str)]) -> (Child, String, String) {
    command.env("CONTENT_FACTORY_SERVER__ADDRESS", "127.0.0.1:0");
    command.env("CONTENT_FACTORY_LIMITS__ENABLED", "false").envs(environment.iter().copied());
    let mut child = command.spawn().unwrap();
    let mut lines = BufReader::new(child.stderr.take().unwrap()).lines();
    let mut said = String::new();
    while let Some(line) = lines.next_line().await.unwrap() {
        said = format!("{said}{line}\n");
        if let Some(address) = listening(&line) {
            let address = format!("http://{address}");
            // What the service says later must not fill the pipe.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (child, address, said);
        }
    }
    panic!("the service did not start: {said}");
}

/// Reads where the service listens, if that is what an entry of its log says.
fn listening(line: &str) -> Option<String> {
    let entry: serde_json::Value = serde_json::from_str(line).ok()?;
    (entry["message"] == "listening").then(|| entry["address"].as_str().unwrap().to_owned())
}

fn command_in(folder: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_content-factory"));
    command.args(arguments);
    in_folder(command, folder)
}

/// Gives a command that folder and no environment, and ends it with its handle.
fn in_folder(mut command: Command, folder: &Path) -> Command {
    command.current_dir(folder).env_clear().kill_on_drop(true);
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// Sends the signal with which a supervisor stops a service.
pub(crate) fn terminate(child: &Child) {
    signal(child, "TERM");
}

/// Sends a signal, by its name.
pub(crate) fn signal(child: &Child, name: &str) {
    let arguments = ["-s", name, &child.id().unwrap().to_string()];
    let status = std::process::Command::new("kill").args(arguments).status();
    assert!(status.unwrap().success());
}
