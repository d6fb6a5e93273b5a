//! The composition root: from settings to a running service, the same for production and tests.
//!
//! [`Factory`] is everything but HTTP; [`App`] puts the service around it. All tasks run on the
//! factory's tracker and end by its token.

mod factory;
mod keys;
mod security;
mod self_check;
mod told;
mod webhooks;

pub use factory::Factory;
pub use keys::open_keys;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::net::TcpListener;
use tokio::sync::Semaphore;
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use crate::api::{self, Api, Server, Stop};
use crate::audit::{self, Audit, Recorder};
use crate::auth::{self, ApiKey};
use crate::clock::Clock;
use crate::config::{Config, Faults};
use crate::jobs::{self, Tenancy};
use crate::llm;
use crate::notify::{self, Webhooks};
use crate::quota::{Quota, Sharing, StoreOf};
use crate::redis::{self, Redis};
use crate::secret::Keyring;
use crate::store::{self, DataLock, Store};
use crate::telemetry::Metrics;

/// A service that is built and listens, and does not answer before [`App::run`].
#[derive(Debug)]
pub struct App {
    server: Server,
    address: SocketAddr,
    /// Where metrics are given, if that is somewhere else.
    metrics: Option<(Server, SocketAddr)>,
    factory: Factory,
    first_key: Option<ApiKey>,
    recorder: Recorder,
    cut_off: CancellationToken,
    drain: Duration,
    grace: Duration,
    // Given back when the service has ended and nothing writes any more.
    _lock: DataLock,
}

/// What a cut-off answer may take to be sent.
const LAST_ANSWERS: Duration = Duration::from_secs(2);

/// Says why the service could not be built, or ended by itself.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The settings have faults.
    #[error(transparent)]
    Settings(#[from] Faults),
    /// The store, or its folder, cannot be used.
    #[error("the store cannot be used: {0}")]
    Store(#[from] store::Error),
    /// The first key could not be made.
    #[error("the first api key could not be made: {0}")]
    FirstKey(#[from] auth::Error),
    /// The jobs of an earlier run could not be taken up.
    #[error("the jobs could not be started: {0}")]
    Jobs(#[from] jobs::Error),
    /// A model that is to write cannot be opened.
    #[error("a model cannot be opened: {0}")]
    Model(#[from] llm::Error),
    /// The blocks could not be read.
    #[error("the blocks cannot be read: {0}")]
    Blocks(#[from] audit::Error),
    /// Webhooks cannot be sent.
    #[error("webhooks cannot be sent: {0}")]
    Webhooks(#[from] notify::Error),
    /// The Redis of the settings cannot be one.
    #[error(transparent)]
    Redis(#[from] redis::BadUrl),
    /// The address cannot be listened on.
    #[error("cannot listen on {address}: {source}")]
    Listen {
        /// The address of the settings.
        address: SocketAddr,
        /// What the system said.
        source: std::io::Error,
    },
    /// A task of the service was lost.
    #[error("a task of the service was lost: {0}")]
    Task(#[from] JoinError),
}

impl App {
    /// Takes the data folder, opens the store, makes the first key where there is none, takes up the
    /// jobs of an earlier run, and listens.
    ///
    /// # Errors
    /// [`Error::Store`] with [`store::Error::Locked`] if another process serves from the folder.
    pub async fn build(config: Config) -> Result<App, Error> {
        config.check()?;
        let lock = DataLock::acquire(&config.data_dir)?;
        let store = store::open(&config.store, &config.data_dir, Clock::System).await?;
        let tenancy = factory::tenancy(config.store.backend);
        App::assemble(config, lock, store, tenancy).await
    }

    /// Builds one of several services over a store that is already open; each has a data folder of its
    /// own.
    ///
    /// # Errors
    /// As [`App::build`].
    pub async fn build_over(config: Config, store: Arc<dyn Store>) -> Result<App, Error> {
        config.check()?;
        let lock = DataLock::acquire(&config.data_dir)?;
        App::assemble(config, lock, store, Tenancy::Shared).await
    }

    async fn assemble(
        config: Config,
        lock: DataLock,
        store: Arc<dyn Store>,
        tenancy: Tenancy,
    ) -> Result<App, Error> {
        // First, because a key is shown once: a start that comes to nothing must not have made it.
        let (listener, address) = listen(config.server.address).await?;
        let metrics = match config.server.metrics_address {
            Some(address) => Some(listen(address).await?),
            None => None,
        };
        let keys = keys::over(&config, Arc::clone(&store));
        let first_key = keys.mint_first_key(&config.data_dir).await?;
        let factory = Factory::start(&config, Arc::clone(&store), tenancy).await?;
        let (metrics_of, kept) = (factory.metrics().clone(), config.retention.audit);
        let (audit, recorder) = Audit::new(Arc::clone(&store), Clock::System, metrics_of, kept);
        let blocks = security::begin_blocks(&factory, &config, Arc::clone(&store)).await?;
        self_check::begin(&factory, &config, audit.clone());
        let keyring = Keyring::new(&config.secrets, &config.data_dir);
        let keyring = keyring.observed(security::noting_secrets(audit.clone()));
        let webhooks = Webhooks::new(Arc::clone(&store), Clock::System, keyring, config.webhooks.clone());
        webhooks::begin(&factory, &webhooks)?;
        factory.spawn(keys.clone().follow(factory.stop_token()));
        let redis = Redis::open(&config.cache).await?;
        let sharing = redis.clone().map(|redis| Sharing { redis, store: store_of(tenancy) });
        let quota = quota(&config, &store, factory.metrics(), sharing);
        let cut_off = CancellationToken::new();
        let api = Api {
            jobs: factory.jobs().clone(),
            keys,
            redis,
            quota,
            audit,
            blocks,
            webhooks,
            store,
            event_streams: Arc::new(Semaphore::new(config.server.max_event_streams)),
            stop: factory.stop_token(),
            cut_off: cut_off.clone(),
            metrics: factory.metrics().clone(),
            config: config.server.clone(),
            cors: config.cors.clone(),
        };
        let metrics = metrics.map(|(listener, address)| {
            (Server::new(listener, api::metrics_router(api.clone()), &api), address)
        });
        let (drain, grace) = (config.server.drain(), config.workers.grace.unsigned_abs());
        Ok(App {
            server: Server::new(listener, api::router(api.clone()), &api),
            address,
            metrics,
            factory,
            first_key,
            recorder,
            cut_off,
            drain,
            grace,
            _lock: lock,
        })
    }

    /// Gives the address that it listens on, with the port that the system chose.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.address
    }

    /// Gives the address that metrics have of their own, if they have one.
    #[must_use]
    pub fn metrics_addr(&self) -> Option<SocketAddr> {
        self.metrics.as_ref().map(|(_, address)| *address)
    }

    /// Gives the administrator's key that was made at this first start, to be shown once.
    #[must_use]
    pub fn first_key(&self) -> Option<&ApiKey> {
        self.first_key.as_ref()
    }

    /// Serves until `shutdown` ends. Then it is not ready any more and takes no new jobs, but answers
    /// until running pieces have ended or their grace time is over; what is left goes back to the queue
    /// for another instance or the next start. Last, open requests end within their bound.
    ///
    /// # Errors
    /// [`Error::Task`].
    pub async fn run(self, shutdown: impl Future<Output = ()>) -> Result<(), Error> {
        let stop = Stop::default();
        // Tasks that outlive the factory's: they answer while those end.
        let tasks = TaskTracker::new();
        let mut serving = tasks.spawn(self.server.run(stop.clone()));
        let answered = CancellationToken::new();
        let recording = tasks.spawn(self.recorder.run(answered.clone()));
        let metrics = self.metrics.map(|(server, _)| tasks.spawn(server.run(stop.clone())));
        tokio::select! {
            () = shutdown => {}
            ended = &mut serving => return Ok(ended?),
        }
        let stopped = Instant::now();
        if !self.factory.finish(self.grace).await {
            tracing::warn!("running jobs did not end in time; others take them up");
        }
        stop.close.cancel();
        // Whoever waited for a job that just ended is still to be answered.
        let drain = self.drain.saturating_sub(stopped.elapsed()).max(LAST_ANSWERS.min(self.drain));
        let mut is_over = tokio::time::timeout(drain, &mut serving).await.is_ok();
        if !is_over {
            tracing::warn!("open requests did not end in time and are cut off");
            self.cut_off.cancel();
            // A caller that does not even take its answer is left alone.
            is_over = tokio::time::timeout(LAST_ANSWERS, &mut serving).await.is_ok();
        }
        // What happened in the last answers is written too.
        answered.cancel();
        recording.await?;
        // Whoever scrapes now gets nothing that the next scrape will not show.
        stop.end.cancel();
        if !is_over {
            serving.await?;
        }
        if let Some(metrics) = metrics {
            metrics.await?;
        }
        Ok(())
    }
}

/// Makes the limits, and warns where there are none.
fn quota(config: &Config, store: &Arc<dyn Store>, metrics: &Metrics, sharing: Option<Sharing>) -> Quota {
    if !config.limits.enabled {
        tracing::warn!("nobody is limited: limits.enabled is false");
    }
    Quota::new(&config.limits, Arc::clone(store), Clock::System, metrics.clone(), sharing)
}

fn store_of(tenancy: Tenancy) -> StoreOf {
    match tenancy {
        Tenancy::Sole => StoreOf::OneInstance,
        Tenancy::Shared => StoreOf::AllInstances,
    }
}

/// Takes an address, and tells which port the system chose.
async fn listen(address: SocketAddr) -> Result<(TcpListener, SocketAddr), Error> {
    let failed = |source| Error::Listen { address, source };
    let listener = TcpListener::bind(address).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok((listener, address))
}
