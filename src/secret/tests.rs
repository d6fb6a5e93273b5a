//! What is sealed opens at its own place and nowhere else, and under the keys that are there.

use std::os::unix::fs::PermissionsExt;

use super::*;

const PLACE: Place<'static> = Place { purpose: "test", record: "one" };

fn key(fill: char) -> Secret {
    // 43 characters and a sign of padding are 32 bytes.
    Secret::new(format!("{}A=", fill.to_string().repeat(42)))
}

fn keyring(current: &Secret, previous: &[Secret]) -> Keyring {
    let config = Config { key: current.clone(), previous_keys: previous.to_vec() };
    assert_eq!(config.faults(), []);
    Keyring::new(&config, Path::new("does/not/exist"))
}

#[tokio::test]
async fn a_sealed_text_opens_at_its_place_and_shows_nothing_of_itself() {
    let keyring = keyring(&key('a'), &[]);
    let text = Secret::new("whsec_canary");
    let sealed = keyring.seal(PLACE, &text).await.unwrap();
    let opened = keyring.open(PLACE, &sealed).await.unwrap();
    assert!(opened.text == text && !opened.is_old);
    assert_ne!(sealed, keyring.seal(PLACE, &text).await.unwrap(), "a nonce is used once");
    for shown in [sealed, format!("{opened:?}"), format!("{keyring:?}")] {
        assert!(!shown.contains("canary") && !shown.contains("aaaa"), "{shown}");
    }
}

#[test]
fn a_file_that_a_crash_left_gives_nobody_a_look_at_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    std::fs::write(folder.path().join("key.new"), "left by a crash").unwrap();
    write_private(&path, "whsec_canary").unwrap();
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "whsec_canary");
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn of_several_that_mint_a_key_at_once_in_one_folder_all_take_the_same() {
    for _ in 0..20 {
        let folder = tempfile::tempdir().unwrap();
        let keyring = || Keyring::new(&Config::default(), folder.path());
        let keyrings: Vec<Keyring> = (0..4).map(|_| keyring()).collect();
        let text = Secret::new("whsec_canary");
        let sealed = keyrings.iter().map(|keyring| keyring.seal(PLACE, &text));
        let last = keyring();
        for sealed in futures_util::future::join_all(sealed).await {
            assert!(last.open(PLACE, &sealed.unwrap()).await.unwrap().text == text);
        }
        let files = std::fs::read_dir(folder.path()).unwrap().count();
        assert_eq!(files, 1, "no file stays but the key's");
    }
}

#[tokio::test]
async fn a_sealed_text_that_is_moved_or_touched_does_not_open() {
    let keyring = keyring(&key('a'), &[]);
    let sealed = keyring.seal(PLACE, &Secret::new("whsec_canary")).await.unwrap();
    for place in [Place { record: "two", ..PLACE }, Place { purpose: "other", ..PLACE }] {
        assert!(matches!(keyring.open(place, &sealed).await, Err(Error::Damaged)), "{place:?}");
    }
    let (head, body) = sealed.rsplit_once('.').unwrap();
    let touched = if body.starts_with('A') { "B" } else { "A" };
    let touched = format!("{head}.{touched}{}", body.get(1..).unwrap());
    let short = sealed.get(..sealed.len() - 4).unwrap();
    for bad in [&touched, short, "", "v1", "v2.x.y", "v1.a.b.c", &format!("{head}."), &format!("{sealed}.")] {
        assert!(keyring.open(PLACE, bad).await.is_err(), "{bad}");
    }
}

#[tokio::test]
async fn after_a_change_of_keys_old_values_open_as_long_as_the_old_key_is_named() {
    let (old, new) = (key('a'), key('b'));
    let text = Secret::new("whsec_canary");
    let sealed = keyring(&old, &[]).seal(PLACE, &text).await.unwrap();
    let opened = keyring(&new, std::slice::from_ref(&old)).open(PLACE, &sealed).await.unwrap();
    assert!(opened.text == text && opened.is_old);
    let error = keyring(&new, &[]).open(PLACE, &sealed).await.unwrap_err();
    assert!(matches!(error, Error::UnknownKey { .. }), "{error}");
}

#[tokio::test]
async fn a_key_is_minted_once_into_a_file_that_only_its_owner_can_read() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join(SECRET_KEY_FILE);
    let first = Keyring::new(&Config::default(), folder.path());
    assert!(!path.exists(), "nothing was needed yet");
    let sealed = first.seal(PLACE, &Secret::new("text")).await.unwrap();
    assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
    let again = Keyring::new(&Config::default(), folder.path());
    assert!(!again.open(PLACE, &sealed).await.unwrap().is_old);
    std::fs::write(&path, "nonsense").unwrap();
    let damaged = Keyring::new(&Config::default(), folder.path());
    assert!(matches!(damaged.open(PLACE, &sealed).await, Err(Error::KeyFile { .. })));
    assert_eq!(std::fs::read_to_string(&path).unwrap(), "nonsense", "a damaged file is left as it is");
}

#[test]
fn keys_of_another_length_are_faults() {
    for bad in ["short", "!", "QUJD"] {
        let config = Config { key: Secret::new(bad), previous_keys: vec![Secret::new(bad)] };
        assert_eq!(config.faults().len(), 2, "{bad}");
    }
    let many = Config { previous_keys: vec![key('a'); 17], ..Config::default() };
    assert_eq!(many.faults(), [("previous_keys", "must be at most 16")]);
}
