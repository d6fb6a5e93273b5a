//! Google's emulator of Firestore, started once for all tests of this binary. Every test has a project
//! of its own in it.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use content_factory::clock::Clock;
use content_factory::store::firestore::Settings;
use content_factory::store::{FirestoreStore, Store};
use jiff::SignedDuration;

/// Where the emulator lies under the root of the Google Cloud SDK.
const JAR: &str = "platform/cloud-firestore-emulator/cloud-firestore-emulator.jar";
const MAIN_CLASS: &str = "com.google.cloud.datastore.emulator.firestore.CloudFirestore";
/// The emulator ends when its starter's standard input does, so it never outlives the tests.
const SCRIPT: &str = "\"$@\" >/dev/null 2>&1 </dev/null & cat >/dev/null; kill $!";
const PATIENCE: Duration = Duration::from_secs(60);

struct Emulator {
    host: String,
    _starter: Option<(Child, ChildStdin)>,
}

/// Gives the settings of an empty database in the emulator; `None`, said loudly, where there is none.
pub(crate) fn database() -> Option<Settings> {
    static EMULATOR: OnceLock<Option<Emulator>> = OnceLock::new();
    let emulator = EMULATOR.get_or_init(find_or_start).as_ref()?;
    let project = format!("demo-{}", uuid::Uuid::now_v7());
    // Tests share the machine with many others, and no answer has ever been late by itself.
    let timeout = SignedDuration::from_secs(30);
    Some(Settings { project, emulator_host: emulator.host.clone(), timeout, ..Settings::default() })
}

/// Opens a store on an empty database; `None` where there is no emulator.
pub(crate) async fn store(clock: Clock) -> Option<Arc<dyn Store>> {
    let settings = database()?;
    let store = FirestoreStore::open(&settings, clock).await.unwrap();
    Some(Arc::new(store))
}

fn find_or_start() -> Option<Emulator> {
    let running = std::env::var("FIRESTORE_EMULATOR_HOST").ok().filter(|host| !host.is_empty());
    if let Some(host) = running {
        return Some(Emulator { host, _starter: None });
    }
    let Some(jar) = jar() else {
        // Written past the capture of the test runner, so that it shows also when tests pass.
        let message = "\nSKIPPED on Firestore: its emulator is not installed, see ./scripts/test\n";
        let _ = std::io::stderr().write_all(message.as_bytes());
        return None;
    };
    Some(start(&jar))
}

fn jar() -> Option<PathBuf> {
    let asked =
        Command::new("gcloud").args(["info", "--format=value(installation.sdk_root)"]).output().ok()?;
    let root = String::from_utf8(asked.stdout).ok()?;
    let jar = PathBuf::from(root.trim()).join(JAR);
    let has_java = Command::new("java").arg("-version").output().is_ok();
    (has_java && jar.exists()).then_some(jar)
}

/// Tells whether a document can be asked for, be it only to hear that it is not there.
fn answers(host: &str) -> bool {
    let ask = || {
        let mut stream = TcpStream::connect(host)?;
        stream.set_read_timeout(Some(PATIENCE))?;
        let path = "/v1/projects/demo-a/databases/(default)/documents/a/b";
        write!(stream, "GET {path} HTTP/1.1\r\nhost: {host}\r\nconnection: close\r\n\r\n")?;
        let mut status = [0; 12];
        stream.read_exact(&mut status)?;
        std::io::Result::Ok(status)
    };
    ask().is_ok_and(|status| status == *b"HTTP/1.1 404")
}

fn start(jar: &std::path::Path) -> Emulator {
    let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let mut starter = Command::new("sh");
    starter.args(["-c", SCRIPT, "sh", "java", "-Duser.language=en", "-cp"]).arg(jar).arg(MAIN_CLASS);
    starter.args(["start", "--host=127.0.0.1", &format!("--port={port}")]);
    let mut child =
        starter.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
    let stdin = child.stdin.take().unwrap();
    let host = format!("127.0.0.1:{port}");
    let begun = Instant::now();
    while !answers(&host) {
        assert!(begun.elapsed() < PATIENCE, "the emulator does not answer on {host}");
        std::thread::sleep(Duration::from_millis(50));
    }
    Emulator { host, _starter: Some((child, stdin)) }
}
