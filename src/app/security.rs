//! What guards the service: who is kept out, known before the first call is answered, and the note of every
//! secret that is read.

use std::sync::Arc;

use super::Factory;
use crate::audit::{self, Audit, Blocks, Event, Kind, Principal};
use crate::clock::Clock;
use crate::config::Config;
use crate::secret::Place;
use crate::store::Store;

/// Reads the blocks, and follows them from now on.
pub(super) async fn begin_blocks(
    factory: &Factory,
    config: &Config,
    store: Arc<dyn Store>,
) -> Result<Blocks, audit::Error> {
    let blocks = Blocks::new(store, Clock::System, &config.blocks);
    blocks.reload().await?;
    factory.spawn(blocks.clone().follow(factory.stop_token()));
    Ok(blocks)
}

/// Notes each secret of the store that is decrypted, as an event of the key that it belongs to.
pub(super) fn noting_secrets(audit: Audit) -> impl Fn(Place<'_>) + Send + Sync + 'static {
    move |place| {
        let principal = place.record.parse().map_or(Principal::Service, Principal::Key);
        audit.note(Event { principal, ..Event::of_service(Kind::SecretAccess, place.purpose) });
    }
}
