//! The first start: a service without any key would be of no use, and one without a lock of no
//! safety. So an administrator's key is minted and left in a file that only the owner can read. Where
//! several start at once over one store, one of them mints it.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use super::{ApiKey, ApiKeys, Error, FIRST_KEY_ID, KeyRecord, Scope, Tier};
use crate::id::KeyId;
use crate::secret::write_private;
use crate::store;

/// The file in the data folder that holds the first administrator's key.
pub const ADMIN_KEY_FILE: &str = "admin-key";

impl ApiKeys {
    /// Mints the first administrator's key, unless there is a key already in the store or in the
    /// settings. It is synced to a file before its hash is stored, so that a crash in between leaves
    /// an unused file and not a service that nobody can enter. `None` also where another that starts
    /// over the same store was faster: then its key is the one, and no file stays here.
    ///
    /// # Errors
    /// [`Error::KeyFile`], [`Error::Random`], [`Error::Store`].
    pub async fn mint_first_key(&self, data_dir: &Path) -> Result<Option<ApiKey>, Error> {
        if self.has_settings_key() || !self.is_empty().await? {
            return Ok(None);
        }
        let key = ApiKey::mint(KeyId::from_uuid(FIRST_KEY_ID))?;
        let (path, line) = (data_dir.join(ADMIN_KEY_FILE), format!("{}\n", key.reveal()));
        on_file(&path, move |path| write_private(path, &line)).await?;
        let record = KeyRecord {
            name: "first administrator".to_owned(),
            scopes: vec![Scope::Generate, Scope::Read, Scope::Admin],
            tier: Tier::Free,
            expires_at: None,
        };
        match self.keep(&key, &record).await {
            Ok(()) => Ok(Some(key)),
            // Ours after all if only the store's answer to an earlier try was lost.
            Err(Error::Store(store::Error::Conflict { .. }))
                if self.recognise(&key.reveal()).await.is_ok() =>
            {
                Ok(Some(key))
            }
            Err(Error::Store(store::Error::Conflict { .. })) => {
                on_file(&path, |path| std::fs::remove_file(path)).await?;
                Ok(None)
            }
            Err(error) => Err(error),
        }
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
    use crate::auth::Secret;
    use crate::clock::Clock;
    use crate::store::MemoryStore;

    fn keys(settings_key: &str) -> ApiKeys {
        let store = Arc::new(MemoryStore::new(Clock::System));
        ApiKeys::new(store, Clock::System, &Secret::new(settings_key))
    }

    #[tokio::test]
    async fn the_first_start_leaves_a_working_admin_key_that_only_its_owner_can_read() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(ADMIN_KEY_FILE);
        std::fs::write(path.with_extension("new"), "left by a crash").unwrap();
        let keys = keys("");
        let minted = keys.mint_first_key(folder.path()).await.unwrap().unwrap();
        let written = std::fs::read_to_string(&path).unwrap();
        assert_eq!(written.trim_end(), minted.reveal());
        assert_eq!(path.metadata().unwrap().permissions().mode() & 0o777, 0o600);
        let principal = keys.recognise(written.trim_end()).await.unwrap();
        assert!(principal.may(Scope::Admin) && principal.tier == Tier::Free);
        assert!(keys.mint_first_key(folder.path()).await.unwrap().is_none(), "a second start mints nothing");
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
