//! The keys of a service, within it and beside it.

use std::sync::Arc;

use super::Error;
use crate::auth::ApiKeys;
use crate::clock::Clock;
use crate::config::Config;
use crate::store::{self, Store};

/// Opens the keys of the store that the settings name, beside a service that may run over it. The data
/// folder is made where it is missing, and not locked: keys are changed by compare-and-set.
///
/// # Errors
/// [`Error::Settings`], [`Error::Store`].
pub async fn open_keys(config: &Config) -> Result<ApiKeys, Error> {
    config.check()?;
    let folder = config.data_dir.clone();
    store::make_data_dir(&folder)?;
    let store = store::open(&config.store, &folder, Clock::System).await?;
    Ok(over(config, store))
}

/// The keys in that store.
pub(super) fn over(config: &Config, store: Arc<dyn Store>) -> ApiKeys {
    ApiKeys::new(store, Clock::System, &config.admin_key, config.keys.clone())
}
