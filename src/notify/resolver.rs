//! From a name to the addresses that a connection is made to. They are checked between the two, in
//! one step: a name that answers differently the next time gains nothing, because nobody asks again.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};

use super::address::{Loopback, check_resolved};

/// Finds the addresses of a name.
pub(super) type Lookup = Arc<dyn Fn(String) -> BoxFuture<'static, io::Result<Vec<IpAddr>>> + Send + Sync>;

/// Finds addresses and lets only those through that messages may go to.
pub(super) struct CheckedResolver {
    pub(super) lookup: Lookup,
    pub(super) loopback: Loopback,
}

/// Addresses of one name that are looked at; nobody has more.
const MAX_ADDRESSES: usize = 64;

/// Asks the system, as every program does.
pub(super) fn system() -> Lookup {
    Arc::new(|name| {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name, 0)).await?;
            Ok(found.map(|address| address.ip()).collect())
        })
    })
}

impl Resolve for CheckedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let (asked, loopback) = ((self.lookup)(name.as_str().to_owned()), self.loopback);
        Box::pin(async move {
            let mut found = asked.await?;
            found.truncate(MAX_ADDRESSES);
            check_resolved(name.as_str(), &found, loopback)?;
            // The port is that of the request.
            let addresses: Addrs = Box::new(found.into_iter().map(|ip| SocketAddr::new(ip, 0)));
            Ok(addresses)
        })
    }
}
