//! What only a store in a file can do: be opened again, be damaged, foreign, full or out of reach.
//! What every store does stands in `store_contract.rs`.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use content_factory::clock::Clock;
use content_factory::store::{
    Backend, Collection, Config, Error, Query, SqliteStore, Store, Write, open, sqlite,
};
use jiff::{SignedDuration, Timestamp};

const JOBS: Collection = Collection::Jobs;

fn folder_with_path() -> (tempfile::TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(sqlite::FILE_NAME);
    (folder, path)
}

fn open_file(path: &Path) -> Result<SqliteStore, Error> {
    SqliteStore::open(path, Clock::System, &Config::default())
}

fn job(number: usize) -> Write {
    Write::put(JOBS, format!("job-{number}"))
        .field("owner", "me")
        .field("created_at", Timestamp::from_second(1_800_000_000).unwrap())
        .payload("x".repeat(900))
}

#[tokio::test]
async fn a_store_that_is_opened_again_holds_what_was_committed() {
    let (_folder, path) = folder_with_path();
    for round in 1..=3 {
        let store = open_file(&path).unwrap();
        assert_eq!(store.commit(vec![job(0)]).await.unwrap(), [round]);
        assert_eq!(store.get(JOBS, "job-0").await.unwrap().unwrap().payload.len(), 900);
    }
}

#[tokio::test]
async fn two_processes_worth_of_stores_share_one_file() {
    let (_folder, path) = folder_with_path();
    let (left, right) = (open_file(&path).unwrap(), open_file(&path).unwrap());
    left.commit(vec![job(0).absent()]).await.unwrap();
    assert!(right.get(JOBS, "job-0").await.unwrap().is_some());
    assert!(matches!(right.commit(vec![job(0).absent()]).await, Err(Error::Conflict { .. })));
    assert_eq!(right.commit(vec![job(0).at_version(1)]).await.unwrap(), [2]);
    assert_eq!(left.get(JOBS, "job-0").await.unwrap().unwrap().version, 2);
}

#[tokio::test]
async fn dropping_the_store_finishes_the_commit_that_waits() {
    let (_folder, path) = folder_with_path();
    let store = Arc::new(open_file(&path).unwrap());
    {
        let mut commit = std::pin::pin!(store.commit(vec![job(0)]));
        let polled = futures_util::poll!(&mut commit);
        assert!(polled.is_pending(), "an acknowledgement comes only after the sync");
    }
    drop(store);
    assert!(open_file(&path).unwrap().get(JOBS, "job-0").await.unwrap().is_some());
}

#[tokio::test]
async fn a_hundred_thousand_records_open_within_200_ms() {
    let (_folder, path) = folder_with_path();
    let store = open_file(&path).unwrap();
    for batch in 0..200 {
        store.commit((batch * 500..(batch + 1) * 500).map(job).collect()).await.unwrap();
    }
    drop(store);
    let start = Instant::now();
    let store = open_file(&path).unwrap();
    let page = Query::descending(JOBS, "created_at").equal("owner", "me").limit(10);
    assert_eq!(store.query(page).await.unwrap().documents.len(), 10);
    let took = start.elapsed();
    println!("opened 100000 records and read the first page in {took:?}");
    assert!(took < Duration::from_millis(200), "{took:?}");
}

#[test]
fn a_file_that_is_no_database_is_refused_and_left_alone() {
    for garbage in [b"hello".to_vec(), b"not a database, but long. ".repeat(1000), vec![0xFF; 4096]] {
        let (_folder, path) = folder_with_path();
        fs::write(&path, &garbage).unwrap();
        let error = open_file(&path).unwrap_err();
        assert!(matches!(&error, Error::Corrupt { path: named, .. } if *named == path), "{error:?}");
        assert!(error.to_string().contains("damaged or no database; it was left as it is"), "{error}");
        assert_eq!(fs::read(&path).unwrap(), garbage);
    }
}

#[tokio::test]
async fn a_torn_file_is_refused_and_left_alone() {
    let (_folder, path) = folder_with_path();
    let store = open_file(&path).unwrap();
    store.commit((0..500).map(job).collect()).await.unwrap();
    drop(store);
    let whole = fs::read(&path).unwrap();
    for kept in [whole.len() / 2, 4096, 5000, 60] {
        fs::write(&path, &whole[..kept]).unwrap();
        let error = open_file(&path).unwrap_err();
        assert!(matches!(error, Error::Corrupt { .. }), "{kept}: {error:?}");
        assert_eq!(fs::read(&path).unwrap(), whole[..kept]);
    }
    fs::write(&path, &whole).unwrap();
    assert!(open_file(&path).unwrap().get(JOBS, "job-499").await.unwrap().is_some());
}

#[tokio::test]
async fn damage_within_the_file_is_told_when_it_is_met() {
    let (_folder, path) = folder_with_path();
    let store = open_file(&path).unwrap();
    store.commit((0..500).map(job).collect()).await.unwrap();
    drop(store);
    let mut bytes = fs::read(&path).unwrap();
    let length = bytes.len();
    bytes[length / 4..].fill(0xA5);
    fs::write(&path, bytes).unwrap();
    let store = match open_file(&path) {
        Err(error) => return assert!(matches!(error, Error::Corrupt { .. }), "{error:?}"),
        Ok(store) => store,
    };
    let page = store.query(Query::ascending(JOBS, "created_at").equal("owner", "me").limit(1000)).await;
    assert!(matches!(page, Err(Error::Corrupt { .. })), "{page:?}");
}

#[tokio::test]
async fn an_index_that_is_not_as_it_was_declared_is_damage() {
    let (_folder, path) = folder_with_path();
    let store = open_file(&path).unwrap();
    store.commit(vec![job(1)]).await.unwrap();
    rusqlite::Connection::open(&path).unwrap().execute_batch("DROP INDEX jobs_by_owner").unwrap();
    let page = store.query(Query::ascending(JOBS, "created_at").equal("owner", "me").limit(10)).await;
    assert!(matches!(page, Err(Error::Corrupt { .. })), "{page:?}");
}

#[test]
fn the_database_of_another_program_is_refused_and_left_alone() {
    let (_folder, path) = folder_with_path();
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE theirs (a)").unwrap();
    let before = fs::read(&path).unwrap();
    assert!(matches!(open_file(&path), Err(Error::Foreign { .. })));
    assert_eq!(fs::read(&path).unwrap(), before);
}

#[test]
fn a_file_of_a_later_version_is_refused() {
    let (_folder, path) = folder_with_path();
    drop(open_file(&path).unwrap());
    rusqlite::Connection::open(&path).unwrap().pragma_update(None, "user_version", 99).unwrap();
    let error = open_file(&path).unwrap_err();
    assert!(matches!(error, Error::Newer { found: 99, known: 2, .. }), "{error:?}");
}

#[cfg(unix)]
#[test]
fn a_folder_that_cannot_be_written_is_an_error() {
    use std::os::unix::fs::PermissionsExt;
    let (folder, path) = folder_with_path();
    fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o555)).unwrap();
    // The superuser may write anywhere but into the kernel's own folder.
    let path =
        if fs::write(folder.path().join("probe"), "").is_ok() { PathBuf::from("/proc/a") } else { path };
    assert!(matches!(open_file(&path), Err(Error::Unavailable { .. })));
    let below_a_file = tempfile::NamedTempFile::new().unwrap();
    assert!(matches!(open_file(&below_a_file.path().join("a")), Err(Error::Unavailable { .. })));
    assert!(matches!(open_file(folder.path()), Err(Error::Unavailable { .. })), "a folder is no file");
}

#[tokio::test]
async fn a_full_store_refuses_writes_and_recovers_when_there_is_room() {
    let (_folder, path) = folder_with_path();
    let config = Config { max_file_bytes: 1024 * 1024, ..Config::default() };
    let store = SqliteStore::open(&path, Clock::System, &config).unwrap();
    let mut written = 0;
    let error = loop {
        match store.commit(vec![job(written)]).await {
            Ok(_) => written += 1,
            Err(error) => break error,
        }
    };
    assert!(matches!(error, Error::Unavailable { .. }), "{error:?}");
    assert!((300..1200).contains(&written), "{written}");
    assert!(store.get(JOBS, &format!("job-{written}")).await.unwrap().is_none(), "refused means not written");
    assert!(store.get(JOBS, "job-0").await.unwrap().is_some(), "reading goes on");
    let deletes = (0..100).map(|number| Write::delete(JOBS, format!("job-{number}")));
    store.commit(deletes.collect()).await.unwrap();
    assert_eq!(store.commit(vec![job(written)]).await.unwrap(), [1]);
    store.ping().await.unwrap();
}

#[tokio::test]
async fn a_batch_that_does_not_fit_takes_no_neighbour_with_it() {
    let (_folder, path) = folder_with_path();
    let config = Config { max_file_bytes: 1024 * 1024, ..Config::default() };
    let store = Arc::new(SqliteStore::open(&path, Clock::System, &config).unwrap());
    let mut commits = tokio::task::JoinSet::new();
    for number in 0..32 {
        let (store, bytes) = (Arc::clone(&store), if number % 8 == 3 { 4_000_000 } else { 10 });
        let write = job(number).payload("x".repeat(bytes));
        commits.spawn(async move { (number, store.commit(vec![write]).await) });
    }
    for (number, result) in commits.join_all().await {
        let kept = store.get(JOBS, &format!("job-{number}")).await.unwrap().is_some();
        assert_eq!((result.is_ok(), kept), (number % 8 != 3, number % 8 != 3), "{number}: {result:?}");
    }
}

#[tokio::test]
async fn a_write_lock_held_elsewhere_is_waited_for() {
    let (_folder, path) = folder_with_path();
    let store = Arc::new(open_file(&path).unwrap());
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let mut commit = std::pin::pin!(store.commit(vec![job(0)]));
    assert!(futures_util::poll!(&mut commit).is_pending());
    assert!(store.get(JOBS, "job-0").await.unwrap().is_none(), "reading does not wait");
    other.execute_batch("COMMIT").unwrap();
    assert_eq!(commit.await.unwrap(), [1]);
}

#[tokio::test]
async fn ping_fails_when_the_file_was_removed() {
    let (_folder, path) = folder_with_path();
    let store = open_file(&path).unwrap();
    store.ping().await.unwrap();
    fs::remove_file(&path).unwrap();
    assert!(matches!(store.ping().await, Err(Error::Unavailable { .. })));
}

#[tokio::test]
async fn expired_documents_leave_the_file() {
    let (_folder, path) = folder_with_path();
    let clock = Clock::fixed(Timestamp::from_second(1_800_000_000).unwrap());
    let store = SqliteStore::open(&path, clock.clone(), &Config::default()).unwrap();
    let soon = clock.now() + SignedDuration::from_secs(30);
    store.commit((0..50).map(|number| job(number).expire_at(soon)).collect()).await.unwrap();
    clock.advance(Duration::from_secs(61));
    store.commit(vec![job(50)]).await.unwrap();
    drop(store);
    let count = "SELECT count(*) FROM jobs";
    let left = rusqlite::Connection::open(&path).unwrap().query_row(count, [], |row| row.get::<_, i64>(0));
    assert_eq!(left.unwrap(), 1);
}

#[tokio::test]
async fn a_document_that_only_damage_made_expire_stays_in_the_file() {
    let (_folder, path) = folder_with_path();
    let clock = Clock::fixed(Timestamp::from_second(1_800_000_000).unwrap());
    let store = SqliteStore::open(&path, clock.clone(), &Config::default()).unwrap();
    let (soon, late) =
        (clock.now() + SignedDuration::from_secs(30), clock.now() + SignedDuration::from_hours(9));
    store.commit(vec![job(0).expire_at(soon), job(1).expire_at(late)]).await.unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute("UPDATE jobs SET expire_at = 1 WHERE id = 'job-1'", []).unwrap();
    clock.advance(Duration::from_secs(61));
    store.commit(vec![job(2)]).await.unwrap();
    drop(store);
    let mut left = other.prepare("SELECT id FROM jobs ORDER BY id").unwrap();
    let left: Vec<String> =
        left.query_map([], |row| row.get(0)).unwrap().collect::<rusqlite::Result<_>>().unwrap();
    assert_eq!(left, ["job-1", "job-2"]);
}

#[tokio::test]
async fn damaged_documents_hold_up_no_expiry_and_leave_when_they_are_written_anew() {
    let (_folder, path) = folder_with_path();
    let clock = Clock::fixed(Timestamp::from_second(1_800_000_000).unwrap());
    let store = SqliteStore::open(&path, clock.clone(), &Config::default()).unwrap();
    let soon = clock.now() + SignedDuration::from_secs(30);
    let other = rusqlite::Connection::open(&path).unwrap();
    // More than are looked at in one go, and first in the order of expiry.
    for some in (0..1200).collect::<Vec<usize>>().chunks(300) {
        store.commit(some.iter().map(|number| job(*number).expire_at(soon)).collect()).await.unwrap();
    }
    other.execute("UPDATE jobs SET payload = 'x', expire_at = 1", []).unwrap();
    store.commit((1200..1250).map(|number| job(number).expire_at(soon)).collect()).await.unwrap();
    let left = || other.query_row("SELECT count(*) FROM jobs", [], |row| row.get::<_, i64>(0)).unwrap();
    // The second writes find out what the sweep after the first ones did.
    for _ in 0..2 {
        clock.advance(Duration::from_secs(61));
        store.commit(vec![job(2000)]).await.unwrap();
        store.commit(vec![job(2000)]).await.unwrap();
    }
    assert_eq!(left(), 1200 + 1, "the good ones are gone, the damaged ones stay");
    let late = clock.now() + SignedDuration::from_secs(30);
    store.commit(vec![job(0).expire_at(late)]).await.unwrap();
    clock.advance(Duration::from_secs(61));
    store.commit(vec![job(2000)]).await.unwrap();
    store.commit(vec![job(2000)]).await.unwrap();
    assert_eq!(left(), 1200, "one that was written anew expires like any other");
}

#[tokio::test]
async fn the_backend_setting_decides_whether_there_is_a_file() {
    for (backend, file) in [(Backend::Sqlite, true), (Backend::Memory, false)] {
        let (folder, path) = folder_with_path();
        let config = Config { backend, ..Config::default() };
        let store = open(&config, folder.path(), Clock::System).await.unwrap();
        assert_eq!(store.commit(vec![job(0)]).await.unwrap(), [1]);
        assert_eq!(path.exists(), file);
    }
}
