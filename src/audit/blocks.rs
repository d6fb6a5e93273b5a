//! Whom the service keeps out: addresses, networks and keys, until a moment or until the block is lifted. Every
//! instance holds all blocks in memory and reads them anew within a second of a change.

use std::collections::{BTreeSet, HashMap};
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use ipnet::IpNet;
use jiff::{SignedDuration, Timestamp};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use tokio::time::MissedTickBehavior;
use tokio_util::sync::CancellationToken;

use super::Error;
use super::failures::Failures;
use crate::clock::Clock;
use crate::id::KeyId;
use crate::setting::{Fault, faults, within};
use crate::store::{Collection, Cursor, Document, MAX_QUERY_LIMIT, Query, Store, Watch, Write};

/// Blocks that there may be.
pub const MAX_BLOCKS: usize = 10_000;
/// Characters of a reason.
pub const MAX_REASON: usize = 200;
/// How often the store is asked anew. Instances that share a store hear of a block within this time and one
/// look at the store, also where nobody tells them.
const RELOAD: Duration = Duration::from_millis(500);

/// The settings of automatic blocks, `[blocks]` in the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// Wrong keys from one address after which it is blocked, at most 1 000 000; 0: never.
    pub failures: u32,
    /// Within which time, 1 s to 24 h.
    pub within: SignedDuration,
    /// For how long it is blocked, 1 s to 30 days.
    pub lasts: SignedDuration,
}

impl Default for Config {
    fn default() -> Self {
        Config { failures: 100, within: SignedDuration::from_mins(10), lasts: SignedDuration::from_mins(15) }
    }
}

impl Config {
    /// Lists what is wrong with the settings, each as the name of a setting and a sentence.
    #[must_use]
    pub fn faults(&self) -> Vec<Fault> {
        let (second, hours) = (SignedDuration::from_secs(1), SignedDuration::from_hours);
        faults([
            ("failures", self.failures <= 1_000_000, "must be from 0 to 1000000"),
            ("within", within(self.within, second, hours(24)), "must be from 1s to 24h"),
            ("lasts", within(self.lasts, second, hours(30 * 24)), "must be from 1s to 720h"),
        ])
    }
}

/// What is kept out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Subject {
    /// Every call from there.
    Network(IpNet),
    /// Every call with that key.
    Key(KeyId),
}

/// A block as it stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Block {
    /// Names it: the network with `_` before its length, or the key.
    pub block_id: String,
    /// The network that is kept out.
    #[schemars(with = "Option<String>")]
    pub address: Option<IpNet>,
    /// The key that is kept out.
    pub key_id: Option<KeyId>,
    /// Why.
    pub reason: String,
    /// Whether the service did it by itself, after repeated wrong keys.
    pub is_automatic: bool,
    /// The administrator's key that did it.
    pub created_by: Option<KeyId>,
    /// When.
    #[schemars(with = "String", extend("format" = "date-time"))]
    pub created_at: Timestamp,
    /// When it ends by itself; null: not before it is lifted.
    #[schemars(with = "Option<String>", extend("format" = "date-time"))]
    pub expires_at: Option<Timestamp>,
}

/// One page of blocks, newest first.
#[derive(Clone, Debug)]
pub struct BlockPage {
    /// What is on it.
    pub items: Vec<Block>,
    /// Where the next page begins, `None` when there is none.
    pub next_cursor: Option<String>,
}

/// All blocks. Clones are the same ones.
#[derive(Clone)]
pub struct Blocks(Arc<Held>);

struct Held {
    store: Arc<dyn Store>,
    clock: Clock,
    lasts: SignedDuration,
    known: RwLock<Arc<Known>>,
    failures: Mutex<Failures>,
}

/// The blocks by what they keep out. A network is found by its prefix: for each length that there is, one look.
#[derive(Debug, Default)]
struct Known {
    networks: HashMap<IpNet, Until>,
    lengths: BTreeSet<u8>,
    keys: HashMap<KeyId, Until>,
}

type Until = Option<Timestamp>;

impl Subject {
    /// Names the block of it.
    #[must_use]
    pub fn id(&self) -> String {
        match self {
            Subject::Network(network) => network.trunc().to_string().replace('/', "_"),
            Subject::Key(key) => key.to_string(),
        }
    }
}

impl Known {
    fn add(&mut self, block: &Block) {
        if let Some(network) = block.address {
            self.lengths.insert(network.prefix_len());
            self.networks.insert(network.trunc(), block.expires_at);
        }
        if let Some(key) = block.key_id {
            self.keys.insert(key, block.expires_at);
        }
    }

    fn has_address(&self, ip: IpAddr, now: Timestamp) -> bool {
        self.lengths.iter().any(|length| {
            let network = IpNet::new(ip, *length).ok().map(|network| network.trunc());
            network.and_then(|network| self.networks.get(&network)).is_some_and(|until| holds(*until, now))
        })
    }
}

fn holds(until: Until, now: Timestamp) -> bool {
    until.is_none_or(|until| now < until)
}

impl Blocks {
    /// Keeps blocks in that store. None is known before [`Blocks::reload`] or [`Blocks::follow`].
    #[must_use]
    pub fn new(store: Arc<dyn Store>, clock: Clock, config: &Config) -> Blocks {
        let failures = Failures::new(config.failures, config.within.unsigned_abs());
        let (known, failures) = (RwLock::default(), Mutex::new(failures));
        Blocks(Arc::new(Held { store, clock, lasts: config.lasts, known, failures }))
    }

    /// Tells whether calls from that address are kept out.
    #[must_use]
    pub fn has_address(&self, ip: IpAddr) -> bool {
        let known = self.known();
        !known.lengths.is_empty() && known.has_address(ip.to_canonical(), self.0.clock.now())
    }

    /// Tells whether calls with that key are kept out.
    #[must_use]
    pub fn has_key(&self, key: KeyId) -> bool {
        let known = self.known();
        known.keys.get(&key).is_some_and(|until| holds(*until, self.0.clock.now()))
    }

    fn known(&self) -> Arc<Known> {
        Arc::clone(&self.0.known.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Counts a wrong key from a place, and blocks the place if that is one too many. True if it did.
    pub async fn note_failure(&self, place: IpNet) -> bool {
        let since_boot = self.0.clock.since_boot();
        let is_too_many = {
            let mut failures = self.0.failures.lock().unwrap_or_else(PoisonError::into_inner);
            failures.note(place, since_boot)
        };
        if !is_too_many {
            return false;
        }
        let until = self.0.clock.now().saturating_add(self.0.lasts).unwrap_or(Timestamp::MAX);
        let block = self.block(Subject::Network(place), "repeated wrong api keys", None, Some(until));
        match self.keep(block).await {
            Ok(_) => {
                tracing::warn!(%place, %until, "blocked after repeated wrong api keys; a proxy in front belongs into server.trusted_proxies");
                true
            }
            Err(error) => {
                tracing::error!(%place, %error, "could not be blocked after repeated wrong api keys");
                false
            }
        }
    }

    /// Keeps something out until a moment, or until the block is lifted. A block of the same is replaced.
    ///
    /// # Errors
    /// [`Error::Full`], [`Error::Store`].
    pub async fn add(
        &self,
        subject: Subject,
        reason: &str,
        by: KeyId,
        until: Option<Timestamp>,
    ) -> Result<Block, Error> {
        self.keep(self.block(subject, reason, Some(by), until)).await
    }

    fn block(&self, subject: Subject, reason: &str, by: Option<KeyId>, until: Option<Timestamp>) -> Block {
        let (address, key_id) = match subject {
            Subject::Network(network) => (Some(network.trunc()), None),
            Subject::Key(key) => (None, Some(key)),
        };
        let now = self.0.clock.now();
        Block {
            block_id: subject.id(),
            address,
            key_id,
            reason: reason.to_owned(),
            is_automatic: by.is_none(),
            created_by: by,
            created_at: Timestamp::from_microsecond(now.as_microsecond()).unwrap_or(now),
            expires_at: until,
        }
    }

    async fn keep(&self, block: Block) -> Result<Block, Error> {
        let known = self.known();
        if known.networks.len().saturating_add(known.keys.len()) >= MAX_BLOCKS {
            return Err(Error::Full);
        }
        let payload = serde_json::to_string(&block).map_err(|_| Error::Unreadable)?;
        let write = Write::put(Collection::Blocks, block.block_id.as_str())
            .field("created_at", block.created_at)
            .payload(payload);
        let write = block.expires_at.into_iter().fold(write, Write::expire_at);
        self.0.store.commit(vec![write]).await?;
        self.reload().await?;
        Ok(block)
    }

    /// Ends a block.
    ///
    /// # Errors
    /// [`Error::NoBlock`], [`Error::Store`].
    pub async fn lift(&self, block_id: &str) -> Result<(), Error> {
        let is_fit = (1..=64).contains(&block_id.len())
            && block_id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._:-".contains(&byte))
            && !block_id.starts_with(['.', '_']);
        let there = if is_fit { self.0.store.get(Collection::Blocks, block_id).await? } else { None };
        if there.is_none() {
            return Err(Error::NoBlock);
        }
        self.0.store.commit(vec![Write::delete(Collection::Blocks, block_id)]).await?;
        self.reload().await
    }

    /// Lists blocks, newest first.
    ///
    /// # Errors
    /// [`Error::InvalidCursor`], [`Error::Store`].
    pub async fn list(&self, limit: usize, cursor: Option<&str>) -> Result<BlockPage, Error> {
        let mut query = Query::descending(Collection::Blocks, "created_at").limit(limit.clamp(1, 100));
        if let Some(cursor) = cursor {
            query = query.after(cursor.parse::<Cursor>().map_err(Error::of_cursor)?);
        }
        let page = self.0.store.query(query).await.map_err(Error::of_cursor)?;
        let items = page.documents.iter().filter_map(read).collect();
        Ok(BlockPage { items, next_cursor: page.next.map(|cursor| cursor.to_string()) })
    }

    /// Reads all blocks anew.
    ///
    /// # Errors
    /// [`Error::Store`]; what was known stays.
    pub async fn reload(&self) -> Result<(), Error> {
        let mut known = Known::default();
        let mut query = Query::descending(Collection::Blocks, "created_at").limit(MAX_QUERY_LIMIT);
        for _ in 0..=MAX_BLOCKS / MAX_QUERY_LIMIT {
            let page = self.0.store.query(query.clone()).await?;
            page.documents.iter().filter_map(read).for_each(|block| known.add(&block));
            match page.next {
                Some(next) => query = query.after(next),
                None => break,
            }
        }
        *self.0.known.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(known);
        Ok(())
    }

    /// Reads the blocks anew whenever they change, and now and then, until the token ends it.
    pub async fn follow(self, stop: CancellationToken) {
        let mut told = self.0.store.watch(Collection::Blocks);
        let mut rounds = tokio::time::interval(RELOAD);
        rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let mut is_failing = false;
        loop {
            let changed = async {
                match &mut told {
                    Watch::Changes(changes) => changes.next().await,
                    Watch::Unsupported => None,
                }
            };
            tokio::select! {
                () = stop.cancelled() => return,
                _ = rounds.tick() => {}
                Some(_) = changed => {}
            }
            match self.reload().await {
                Ok(()) => is_failing = false,
                Err(error) if !is_failing => {
                    is_failing = true;
                    tracing::warn!(%error, "blocks could not be read anew");
                }
                Err(_) => {}
            }
        }
    }
}

/// Reads a block. One that cannot be read is left out and told of in the log.
fn read(document: &Document) -> Option<Block> {
    serde_json::from_str::<Block>(&document.payload)
        .inspect_err(|error| tracing::error!(block = document.id, %error, "a block cannot be read"))
        .ok()
}

impl std::fmt::Debug for Blocks {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Blocks")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::MemoryStore;

    fn blocks() -> (Blocks, Clock) {
        let clock = Clock::fixed("2026-11-28T10:00:00Z".parse().unwrap());
        let config = Config { failures: 3, ..Config::default() };
        (Blocks::new(Arc::new(MemoryStore::new(clock.clone())), clock.clone(), &config), clock)
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[tokio::test]
    async fn a_network_and_a_key_are_kept_out_until_the_block_ends_or_is_lifted() {
        let (blocks, clock) = blocks();
        let (by, key) = (KeyId::at(clock.now()), KeyId::at(clock.now()));
        let until = clock.now() + SignedDuration::from_mins(5);
        let network = Subject::Network("192.0.2.77/24".parse().unwrap());
        let kept = blocks.add(network, "scanning", by, Some(until)).await.unwrap();
        assert_eq!((kept.block_id.as_str(), kept.is_automatic), ("192.0.2.0_24", false));
        blocks.add(Subject::Key(key), "leaked", by, None).await.unwrap();
        for address in ["192.0.2.1", "::ffff:192.0.2.254"] {
            assert!(blocks.has_address(ip(address)), "{address}");
        }
        assert!(!blocks.has_address(ip("192.0.3.1")) && !blocks.has_address(ip("2001:db8::1")));
        assert!(blocks.has_key(key) && !blocks.has_key(by));
        assert_eq!(blocks.list(100, None).await.unwrap().items.len(), 2);
        clock.advance(Duration::from_secs(300));
        assert!(!blocks.has_address(ip("192.0.2.1")), "it has ended");
        blocks.lift(&key.to_string()).await.unwrap();
        assert!(!blocks.has_key(key));
        for gone in [key.to_string().as_str(), "..", "a/b", "", "192.0.2.0/24"] {
            assert!(matches!(blocks.lift(gone).await, Err(Error::NoBlock)), "{gone}");
        }
    }

    #[tokio::test]
    async fn a_place_of_many_wrong_keys_is_blocked_for_a_while_by_the_service_itself() {
        let (blocks, clock) = blocks();
        let (place, other): (IpNet, IpNet) =
            ("2001:db8:1:2::/64".parse().unwrap(), "192.0.2.9/32".parse().unwrap());
        assert!(!blocks.note_failure(place).await && !blocks.note_failure(other).await);
        assert!(!blocks.note_failure(place).await && blocks.note_failure(place).await);
        assert!(blocks.has_address(ip("2001:db8:1:2:ffff::9")) && !blocks.has_address(ip("192.0.2.9")));
        let listed = blocks.list(100, None).await.unwrap().items;
        assert!(listed[0].is_automatic && listed[0].created_by.is_none());
        clock.advance(Duration::from_mins(15));
        assert!(!blocks.has_address(ip("2001:db8:1:2:ffff::9")));
    }

    #[tokio::test]
    async fn what_one_instance_blocks_the_other_knows_when_it_reads_anew() {
        let (blocks, clock) = blocks();
        let other = Blocks::new(Arc::clone(&blocks.0.store), clock.clone(), &Config::default());
        let network = Subject::Network("10.0.0.0/8".parse().unwrap());
        blocks.add(network, "test", KeyId::at(clock.now()), None).await.unwrap();
        assert!(!other.has_address(ip("10.1.2.3")));
        other.reload().await.unwrap();
        assert!(other.has_address(ip("10.1.2.3")));
    }

    #[test]
    fn every_fault_is_listed_at_once() {
        assert_eq!(Config::default().faults(), []);
        let never = SignedDuration::ZERO;
        let named: Vec<_> = Config { failures: 1_000_001, within: never, lasts: never }
            .faults()
            .into_iter()
            .map(|(setting, _)| setting)
            .collect();
        assert_eq!(named, ["failures", "within", "lasts"]);
    }
}
