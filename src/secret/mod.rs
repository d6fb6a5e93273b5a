//! Secrets: texts that are shown nowhere ([`Secret`]), and those that must be read back although
//! they lie in the store, encrypted ([`Keyring`]).
//!
//! XChaCha20-Poly1305 under a key that is not in the store: from a setting, or from a file in the data
//! folder that is minted when it is first needed. A sealed text is bound to its place: copied into
//! another record it does not open. After a change of the key old values still open as long as the old
//! one stands among the previous keys; whoever keeps values seals them anew when [`Opened::is_old`].
//!
//! What is secret is other modules' business (`notify`: the secrets that webhooks are signed with).

mod key;
mod private_file;
#[cfg(test)]
mod tests;
mod text;

pub use private_file::{move_private, write_private};
pub use text::Secret;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use key::Key;
use serde::{Deserialize, Serialize};
use tokio::sync::OnceCell;

/// The file in the data folder that holds the key where none is set.
pub const SECRET_KEY_FILE: &str = "secret-key";

/// The settings of encryption, `[secrets]` in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The key that secrets are encrypted with, 32 bytes in base64; unset: from the data folder.
    pub key: Secret,
    /// Keys that were in use before: what they encrypted still opens, and is encrypted anew.
    pub previous_keys: Vec<Secret>,
}

/// Says why a text could not be sealed or opened.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Error {
    /// The machine gave no random numbers.
    #[error("no random numbers for encryption")]
    Random,
    /// The text was sealed under a key that is not here.
    #[error(
        "a secret is encrypted under the key {id}, which is neither `secrets.key` nor among `secrets.previous_keys`"
    )]
    UnknownKey {
        /// What the key is called in what it sealed.
        id: String,
    },
    /// The text is not what was sealed, or was sealed for another place.
    #[error("an encrypted secret is damaged or belongs elsewhere")]
    Damaged,
    /// The key's file could not be read or made.
    #[error("the key in {} cannot be used", path.display())]
    KeyFile {
        /// The file.
        path: PathBuf,
        /// What went wrong.
        #[source]
        source: Arc<io::Error>,
    },
}

/// What a sealed text is for, and the record that it belongs to.
#[derive(Clone, Copy, Debug)]
pub struct Place<'a> {
    /// What it is for.
    pub purpose: &'static str,
    /// Which record it stands in.
    pub record: &'a str,
}

/// A text that was opened.
#[derive(Clone, Debug)]
pub struct Opened {
    /// The text.
    pub text: Secret,
    /// Whether it is sealed under an earlier key than the current one.
    pub is_old: bool,
}

/// Seals and opens texts. Clones share the keys.
#[derive(Clone, Debug)]
pub struct Keyring {
    config: Config,
    file: PathBuf,
    /// The current key first. Read when first needed: most programs never need it.
    keys: Arc<OnceCell<Vec<Key>>>,
    observer: Observer,
}

/// Who is told of every text that is opened.
#[derive(Clone, Default)]
struct Observer(Option<Arc<Told>>);

/// Is told of each reading.
type Told = dyn Fn(Place<'_>) + Send + Sync;

impl Config {
    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<(&'static str, &'static str)> {
        let mut faults = Vec::new();
        if self.key.is_set() && Key::read(&self.key).is_none() {
            faults.push(("key", "must be 32 bytes in base64: `openssl rand -base64 32` makes some"));
        }
        if self.previous_keys.len() > MAX_PREVIOUS_KEYS {
            faults.push(("previous_keys", "must be at most 16"));
        }
        if self.previous_keys.iter().any(|key| Key::read(key).is_none()) {
            faults.push(("previous_keys", "must each be 32 bytes in base64"));
        }
        faults
    }
}

/// Nobody keeps more; each is tried by its id alone, so this bounds the settings only.
const MAX_PREVIOUS_KEYS: usize = 16;

impl Keyring {
    /// Takes the keys of the settings; without one, the key is kept in `data_dir`.
    #[must_use]
    pub fn new(config: &Config, data_dir: &Path) -> Keyring {
        let file = data_dir.join(SECRET_KEY_FILE);
        Keyring {
            config: config.clone(),
            file,
            keys: Arc::new(OnceCell::new()),
            observer: Observer::default(),
        }
    }

    /// Tells somebody of every text that is opened from now on, by its place.
    #[must_use]
    pub fn observed(mut self, observer: impl Fn(Place<'_>) + Send + Sync + 'static) -> Keyring {
        self.observer = Observer(Some(Arc::new(observer)));
        self
    }

    /// Encrypts a text for one place.
    ///
    /// # Errors
    /// [`Error::Random`], [`Error::KeyFile`].
    pub async fn seal(&self, place: Place<'_>, text: &Secret) -> Result<String, Error> {
        self.keys().await?.first().ok_or(Error::Damaged)?.seal(&place, text)
    }

    /// Decrypts what was sealed for that place.
    ///
    /// # Errors
    /// [`Error::UnknownKey`], [`Error::Damaged`], [`Error::KeyFile`].
    pub async fn open(&self, place: Place<'_>, sealed: &str) -> Result<Opened, Error> {
        let (text, is_current) = key::open(self.keys().await?, &place, sealed)?;
        if let Observer(Some(tell)) = &self.observer {
            tell(place);
        }
        Ok(Opened { text, is_old: !is_current })
    }

    async fn keys(&self) -> Result<&Vec<Key>, Error> {
        self.keys.get_or_try_init(|| self.read_keys()).await
    }

    async fn read_keys(&self) -> Result<Vec<Key>, Error> {
        let path = self.file.clone();
        let current = match self.config.key.is_set() {
            true => self.config.key.clone(),
            // A file is synced here, which may take longer than an async thread should stand still.
            false => tokio::task::spawn_blocking(move || read_or_mint(&path))
                .await
                .unwrap_or_else(|join| Err(self.unusable(io::Error::other(join))))?,
        };
        let first = Key::read(&current).ok_or_else(|| {
            self.unusable(io::Error::new(io::ErrorKind::InvalidData, "it is not 32 bytes in base64"))
        })?;
        tracing::debug!(key = first.id(), "secrets are encrypted under this key");
        let previous = self.config.previous_keys.iter().filter_map(Key::read);
        Ok(std::iter::once(first).chain(previous).collect())
    }

    fn unusable(&self, source: io::Error) -> Error {
        Error::KeyFile { path: self.file.clone(), source: Arc::new(source) }
    }
}

impl std::fmt::Debug for Observer {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Observer")
    }
}

/// Reads the key's file. Where none is, a key is minted and synced to it before anything is sealed
/// with it, so that nothing is ever sealed under a key that a crash took away.
fn read_or_mint(path: &Path) -> Result<Secret, Error> {
    let failed = |source| Error::KeyFile { path: path.to_owned(), source: Arc::new(source) };
    match std::fs::read_to_string(path) {
        Ok(text) => Ok(Secret::new(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let key = Key::mint()?;
            let line = format!("{}\n", key.reveal());
            if private_file::write_private_first(path, &line).map_err(failed)? {
                return Ok(key);
            }
            // Somebody who shares the folder was faster.
            std::fs::read_to_string(path).map(Secret::new).map_err(failed)
        }
        Err(error) => Err(failed(error)),
    }
}
