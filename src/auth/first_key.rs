//! The first start: a service without any key would be of no use, and one without a lock of no
//! safety. So an administrator's key is minted and left in a file that only the owner can read. Where
//! several start at once over one store, one of them mints it. Each writes a file of its own before, and
//! only the one whose key was stored gives its file the common name: they may share a folder.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{ApiKey, ApiKeys, Error, FIRST_KEY_ID, NewKey, OPERATOR, Scope};
use crate::id::KeyId;
use crate::secret::{move_private, write_private};
use crate::store;

/// The file in the data folder that holds the first administrator's key.
pub const ADMIN_KEY_FILE: &str = "admin-key";
/// How the file of one start begins, before its key is stored.
const OWN_FILE: &str = "admin-key-";

impl ApiKeys {
    /// Mints the first administrator's key, unless there is a key already in the store or in the
    /// settings. It is synced to a file before its hash is stored, so that a crash in between leaves
    /// an unused file and not a service that nobody can enter; a crash right after that is put right by the
    /// next start. `None` also where another that starts over the same store was faster: then its key is
    /// the one, and no file of this start stays.
    ///
    /// # Errors
    /// [`Error::KeyFile`], [`Error::Random`], [`Error::Store`].
    pub async fn mint_first_key(&self, data_dir: &Path) -> Result<Option<ApiKey>, Error> {
        if self.has_settings_key() {
            return Ok(None);
        }
        let path = data_dir.join(ADMIN_KEY_FILE);
        if !self.is_empty().await? {
            self.adopt(data_dir, &path).await?;
            return Ok(None);
        }
        let key = ApiKey::mint(KeyId::from_uuid(FIRST_KEY_ID))?;
        // A number that nobody else has, of which nothing follows about the key.
        let own = data_dir.join(format!("{OWN_FILE}{}", KeyId::at(self.clock.now())));
        let line = format!("{}\n", key.reveal());
        on_file(&own, move |own| write_private(own, &line)).await?;
        let new = NewKey {
            name: "first administrator".to_owned(),
            owner: Some(OPERATOR.to_owned()),
            scopes: Scope::ALL.to_vec(),
            ..NewKey::default()
        };
        match self.keep(&key, new).await {
            Ok(_) => {}
            // Ours after all if only the store's answer to an earlier try was lost.
            Err(Error::Store(store::Error::Conflict { .. })) => {
                if self.known(&key.reveal()).await?.is_none() {
                    on_file(&own, |own| std::fs::remove_file(own)).await?;
                    return Ok(None);
                }
            }
            Err(error) => return Err(error),
        }
        on_file(&own, move |own| move_private(own, &path)).await?;
        Ok(Some(key))
    }

    /// Gives the file of a start that ended right after its key was stored the common name.
    async fn adopt(&self, data_dir: &Path, path: &Path) -> Result<(), Error> {
        for own in own_files(data_dir).await {
            let line = tokio::fs::read_to_string(&own).await.unwrap_or_default();
            let holder = self.known(line.trim_end()).await.ok().flatten();
            if holder.is_some_and(|holder| holder.principal.key.uuid() == FIRST_KEY_ID) {
                let path = path.to_owned();
                on_file(&own, move |own| move_or_find(own, &path)).await?;
            }
        }
        Ok(())
    }
}

/// Finds the files of starts that did not come to their end, as a rule none.
async fn own_files(data_dir: &Path) -> Vec<PathBuf> {
    let folder = data_dir.to_owned();
    let listed = tokio::task::spawn_blocking(move || {
        let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
        let is_own = |path: &PathBuf| {
            let name = path.file_name().and_then(|name| name.to_str());
            let number = name.and_then(|name| name.strip_prefix(OWN_FILE));
            number.is_some_and(|number| number.parse::<KeyId>().is_ok())
        };
        entries.map(|entry| entry.path()).filter(is_own).collect()
    });
    listed.await.unwrap_or_default()
}

/// Gives a file the common name, unless another start was faster.
fn move_or_find(own: &Path, path: &Path) -> io::Result<()> {
    match move_private(own, path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound && path.exists() => Ok(()),
        moved => moved,
    }
}

/// Does something with the file. Files are synced here, which may take longer than an async thread should
/// stand still.
async fn on_file(
    path: &Path,
    work: impl FnOnce(&Path) -> io::Result<()> + Send + 'static,
) -> Result<(), Error> {
    let target: PathBuf = path.to_owned();
    let done = tokio::task::spawn_blocking(move || work(&target)).await;
    done.unwrap_or_else(|join| Err(io::Error::other(join)))
        .map_err(|source| Error::KeyFile { path: path.to_owned(), source: Arc::new(source) })
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;
    use crate::auth::tests::{HERE, over, reader};
    use crate::auth::{Secret, Tier};
    use crate::clock::Clock;
    use crate::store::MemoryStore;

    fn keys(settings_key: &str) -> ApiKeys {
        let store = Arc::new(MemoryStore::new(Clock::System));
        over(store, Clock::System, &Secret::new(settings_key))
    }

    #[tokio::test]
    async fn the_first_start_leaves_a_working_admin_key_that_only_its_owner_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ADMIN_KEY_FILE);
        let keys = keys("");
        let minted = keys.mint_first_key(folder.path()).await.unwrap().unwrap();
        let written = std::fs::read_to_string(&path).unwrap();
        assert_eq!(written.trim_end(), minted.reveal());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let principal = keys.recognise(written.trim_end(), HERE).await.unwrap();
        assert!(principal.may(Scope::Admin) && principal.tier == Tier::Free);
        assert!(keys.mint_first_key(folder.path()).await.unwrap().is_none(), "a second start mints nothing");
    }

    fn files(folder: &Path) -> Vec<String> {
        let entries = std::fs::read_dir(folder).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    #[tokio::test]
    async fn of_several_that_start_at_once_over_one_folder_the_file_is_the_winners() {
        for _ in 0..20 {
            let (folder, keys) = (tempfile::tempdir().unwrap(), keys(""));
            let starts = (0..4).map(|_| keys.mint_first_key(folder.path()));
            let minted = futures_util::future::join_all(starts).await;
            let minted: Vec<ApiKey> = minted.into_iter().filter_map(Result::unwrap).collect();
            assert_eq!(minted.len(), 1);
            assert_eq!(files(folder.path()), [ADMIN_KEY_FILE]);
            let written = std::fs::read_to_string(folder.path().join(ADMIN_KEY_FILE)).unwrap();
            assert_eq!(written.trim_end(), minted[0].reveal());
        }
    }

    #[tokio::test]
    async fn a_start_that_died_before_its_file_had_the_common_name_leaves_it_to_the_next() {
        let (folder, keys) = (tempfile::tempdir().unwrap(), keys(""));
        let path = folder.path().join(ADMIN_KEY_FILE);
        let minted = keys.mint_first_key(folder.path()).await.unwrap().unwrap();
        let own = |number: u8| {
            let id = KeyId::from_uuid(uuid::Uuid::from_u128(number.into()));
            folder.path().join(format!("{OWN_FILE}{id}"))
        };
        std::fs::rename(&path, own(1)).unwrap();
        std::fs::write(own(2), "cf_nobodys").unwrap();
        assert!(keys.mint_first_key(folder.path()).await.unwrap().is_none());
        assert_eq!(std::fs::read_to_string(&path).unwrap().trim_end(), minted.reveal());
        assert!(!own(1).exists() && own(2).exists());
        move_or_find(&own(1), &path).unwrap();
        assert!(move_or_find(&own(1), &own(3)).is_err());
    }

    #[tokio::test]
    async fn no_other_file_and_no_other_key_takes_the_place_of_the_first() {
        let (folder, keys) = (tempfile::tempdir().unwrap(), keys(""));
        let path = folder.path().join(ADMIN_KEY_FILE);
        let minted = keys.mint_first_key(folder.path()).await.unwrap().unwrap();
        let id = KeyId::at(keys.clock.now());
        let other = ApiKey::mint(id).unwrap();
        keys.keep(&other, reader()).await.unwrap();
        let (others, copy) =
            (folder.path().join(format!("{OWN_FILE}{id}")), folder.path().join("admin-key-old"));
        std::fs::write(&others, other.reveal()).unwrap();
        std::fs::copy(&path, &copy).unwrap();
        assert!(keys.mint_first_key(folder.path()).await.unwrap().is_none());
        assert_eq!(std::fs::read_to_string(&path).unwrap().trim_end(), minted.reveal());
        assert!(others.exists() && copy.exists());
    }

    #[tokio::test]
    async fn no_key_is_minted_beside_a_key_of_the_settings() {
        let folder = tempfile::tempdir().unwrap();
        let keys = keys("a-long-key-of-the-operator-0123456789");
        assert!(keys.mint_first_key(folder.path()).await.unwrap().is_none());
        assert!(!folder.path().join(ADMIN_KEY_FILE).exists());
    }

    #[tokio::test]
    async fn no_hash_is_stored_when_the_file_cannot_be_written() {
        let keys = keys("");
        let missing = Path::new("does/not/exist");
        assert!(matches!(keys.mint_first_key(missing).await, Err(Error::KeyFile { .. })));
        assert!(keys.is_empty().await.unwrap());
    }
}
