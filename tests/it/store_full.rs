//! A disk that is full or read-only: what cannot be written is refused with a clear message, what was
//! acknowledged stays, and it goes on when there is room again.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use content_factory::clock::Clock;
use content_factory::store::{Collection, Config, Error, SqliteStore, Store, Write, sqlite};
use futures_util::future::join_all;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};

use crate::support::{LESSON, Program};

/// A file system of its own, as small as a test wants it.
struct Disk(tempfile::TempDir);

impl Disk {
    /// Mounts one; `None`, and says so, where this user may not.
    fn of_bytes(bytes: usize) -> Option<Disk> {
        let folder = tempfile::tempdir().unwrap();
        let size = format!("size={bytes}");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(folder.path()).output();
        if mounted.is_ok_and(|output| output.status.success()) {
            return Some(Disk(folder));
        }
        println!("SKIPPED: no file system of its own can be mounted here, so none was filled");
        None
    }

    fn remount(&self, how: &str) {
        let how = format!("remount,{how}");
        assert!(Command::new("mount").args(["-o", &how]).arg(self.0.path()).status().unwrap().success());
    }

    fn path(&self) -> &Path {
        self.0.path()
    }
}

impl Drop for Disk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg(self.0.path()).status();
    }
}

fn open(path: &Path) -> Result<SqliteStore, Error> {
    SqliteStore::open(path, Clock::System, &Config::default())
}

fn document(number: usize) -> Write {
    Write::put(Collection::Jobs, format!("job-{number}")).payload("x".repeat(900))
}

fn store_path(disk: &Disk) -> PathBuf {
    disk.path().join(sqlite::FILE_NAME)
}

#[tokio::test]
async fn a_full_disk_loses_nothing_and_is_written_again_when_there_is_room() {
    let Some(disk) = Disk::of_bytes(3 * 1024 * 1024) else { return };
    let path = store_path(&disk);
    let ballast = disk.path().join("ballast");
    fs::write(&ballast, vec![0; 1024 * 1024]).unwrap();
    let store = open(&path).unwrap();
    let mut written = 0;
    let error = loop {
        match store.commit(vec![document(written)]).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
        assert!(written < 10_000, "the disk is never full");
    };
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("full"), "{cause}");
    for number in 0..written {
        assert!(store.get(Collection::Jobs, &format!("job-{number}")).await.unwrap().is_some(), "{number}");
    }
    assert!(store.get(Collection::Jobs, &format!("job-{written}")).await.unwrap().is_none());
    // A second one cannot be opened, or sees what is there.
    match open(&path) {
        Err(error) => assert!(matches!(error, Error::Unavailable { .. }), "{error:?}"),
        Ok(second) => assert!(second.get(Collection::Jobs, "job-0").await.unwrap().is_some()),
    }
    fs::remove_file(&ballast).unwrap();
    for number in written..written + 20 {
        assert_eq!(store.commit(vec![document(number)]).await.unwrap(), [1], "there is room again");
    }
    drop(store);
    let store = open(&path).unwrap();
    for number in 0..written + 20 {
        assert!(store.get(Collection::Jobs, &format!("job-{number}")).await.unwrap().is_some(), "{number}");
    }
}

#[tokio::test]
async fn a_disk_that_is_read_only_is_refused_until_it_can_be_written() {
    let Some(disk) = Disk::of_bytes(3 * 1024 * 1024) else { return };
    let path = store_path(&disk);
    let store = open(&path).unwrap();
    store.commit(vec![document(0)]).await.unwrap();
    drop(store);
    let before = fs::read(&path).unwrap();
    disk.remount("ro");
    let error = open(&path).unwrap_err();
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    assert_eq!(error.to_string(), "the store could not open its file for writing");
    let cause = std::error::Error::source(&error).unwrap().to_string();
    assert!(cause.contains("Read-only"), "{cause}");
    assert_eq!(fs::read(&path).unwrap(), before);
    disk.remount("rw");
    let store = open(&path).unwrap();
    assert_eq!(store.commit(vec![document(0).at_version(1)]).await.unwrap(), [2]);
}

const KEY: &str = "cf_a-key-that-only-this-test-knows-0123456789";

struct Service {
    client: Client,
    address: String,
}

impl Service {
    async fn submit(&self) -> (StatusCode, Value) {
        let body = json!({ "syllabus_text": LESSON, "kinds": ["faqs", "flashcards"] });
        let request = self.client.post(format!("{}/api/v1/jobs", self.address)).bearer_auth(KEY);
        let answer = request.json(&body).send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn get(&self, path: &str) -> (StatusCode, Value) {
        let request = self.client.get(format!("{}{path}", self.address)).bearer_auth(KEY);
        let answer = request.send().await.unwrap();
        (answer.status(), answer.json().await.unwrap())
    }

    async fn ended(&self, id: &str) -> Value {
        loop {
            let (status, job) = self.get(&format!("/api/v1/jobs/{id}")).await;
            assert_eq!(status, StatusCode::OK, "{job}");
            if !["queued", "running"].contains(&job["status"].as_str().unwrap()) {
                return job;
            }
        }
    }
}

/// Bounds how large the files of a process may grow; the signal that goes with it is ignored, so that
/// writing fails as on a full disk.
fn limit(process: u32, bytes: &str) {
    let limit = format!("--fsize={bytes}:unlimited");
    let status = Command::new("prlimit").args([&limit, "--pid", &process.to_string()]).status();
    assert!(status.unwrap().success());
}

#[tokio::test]
async fn a_service_whose_files_cannot_grow_refuses_jobs_and_ends_those_it_took_when_they_can() {
    if Command::new("prlimit").arg("--version").output().is_err() {
        println!("SKIPPED: prlimit is missing, so no service was run out of room");
        return;
    }
    let program = Program::new();
    let (mut child, address, _) = program.serve_ignoring("XFSZ", &[("CONTENT_FACTORY_ADMIN_KEY", KEY)]).await;
    let service = Service { client: Client::builder().no_proxy().build().unwrap(), address };
    limit(child.id().unwrap(), "800000");
    let mut taken = Vec::new();
    let refused = loop {
        match service.submit().await {
            (StatusCode::CREATED, job) => taken.push(job["job_id"].as_str().unwrap().to_owned()),
            other => break other,
        }
        assert!(taken.len() < 500, "its files grow without end");
    };
    assert_eq!(
        (refused.0, &refused.1["code"]),
        (StatusCode::SERVICE_UNAVAILABLE, &json!("overloaded")),
        "{refused:?}"
    );
    assert_eq!(refused.1["retryable"], true);
    // What was taken can still be read.
    assert!(!taken.is_empty());
    assert_eq!(service.get(&format!("/api/v1/jobs/{}", taken[0])).await.0, StatusCode::OK);
    limit(child.id().unwrap(), "unlimited");
    assert_eq!(service.submit().await.0, StatusCode::CREATED);
    for job in join_all(taken.iter().map(|id| service.ended(id))).await {
        assert_eq!(job["status"], "completed", "{job}");
    }
    child.kill().await.unwrap();
}
