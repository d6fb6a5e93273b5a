//! The leases on running jobs: this instance's heartbeat, and the taking over of jobs whose instance
//! is gone.
//!
//! All jobs of an instance share one lease, kept up by one small write now and then. A lease is lost
//! when others saw the heartbeat stand still for the lease time (`silence`). Losing it wrongly costs
//! work and no more: what a worker writes after that is refused, because the claim in the job is no
//! longer its own. An instance that was stopped for longer than that asks a model for nothing before
//! the store has shown it that the job is still its own (`crate::lease`).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::future::join_all;
use tokio::time::Instant;

use super::silence::Silence;
use super::{Config, Shared, Tenancy, report, waiting, workers};
use crate::clock::Clock;
use crate::id::JobId;
use crate::lease::{Lease, Tenure};
use crate::record::{Claim, Error, Expense, Instance, Job, Pulse, Status};

/// Heartbeats in a lease: two may be late or get lost.
const BEATS_A_LEASE: u32 = 3;
/// The longest pause between two looks at the others; two of these and the way to the store stay
/// below the five seconds within which a lost job is to be taken over.
const LONGEST_LOOK: Duration = Duration::from_secs(2);
const SHORTEST_LOOK: Duration = Duration::from_millis(50);
/// Looks in a lease, where that is more often.
const LOOKS_A_LEASE: u32 = 15;
/// How often jobs are looked for whose instance nobody knows: a claim that was committed by an
/// instance already taken for gone. Rare, and a look reads every running job.
const ORPHANS_EVERY: Duration = Duration::from_secs(300);

/// This instance, as others know it, and what it still owes the store.
#[derive(Debug)]
pub(super) struct Leases {
    me: Mutex<Me>,
    strays: Mutex<BTreeMap<JobId, Stray>>,
    /// Jobs that this instance tried to claim, and the store did not say what came of it.
    doubts: Mutex<BTreeSet<JobId>>,
    /// Instances that were there at the last look, this one included.
    present: Mutex<BTreeSet<String>>,
}

/// This instance under the name that it has now.
#[derive(Clone, Debug)]
struct Me {
    instance: Instance,
    /// What it counts on while others have seen its heartbeat.
    lease: Lease,
}

/// A job that this instance dropped while the store could not be reached.
#[derive(Clone, Debug)]
pub(super) struct Stray {
    pub(super) claim: Claim,
    pub(super) unbooked: Expense,
}

impl Leases {
    pub(super) fn new(config: &Config, clock: &Clock) -> Leases {
        let instance = Instance { name: new_name(), beat: 0 };
        let present = Mutex::new(BTreeSet::from([instance.name.clone()]));
        let me = Mutex::new(Me { instance, lease: new_lease(config, clock) });
        Leases { me, strays: Mutex::default(), doubts: Mutex::default(), present }
    }

    /// Gives the name that stands in this instance's claims.
    pub(super) fn name(&self) -> String {
        self.me().instance.name
    }

    /// Gives the name for a claim that is made now, with how long what it claims can be counted on.
    pub(super) fn claimant(&self) -> (String, Tenure) {
        let Me { instance, lease } = self.me();
        (instance.name, lease.tenure())
    }

    /// Gives this instance's part of a bound over all instances.
    pub(super) fn share(&self, most: usize) -> usize {
        let me = self.name();
        let present = self.present.lock().unwrap_or_else(PoisonError::into_inner);
        match present.iter().position(|name| *name == me) {
            Some(rank) => workers::share(most, present.len(), rank),
            None => workers::share(most, present.len().saturating_add(1), present.len()),
        }
    }

    /// Keeps a job in mind until the store can be told that nobody here runs it. There are never more
    /// than jobs in flight.
    pub(super) fn stray(&self, id: JobId, stray: Stray) {
        self.strays.lock().unwrap_or_else(PoisonError::into_inner).insert(id, stray);
    }

    /// Keeps in mind that a job may be claimed by this instance without anybody running it.
    pub(super) fn doubt(&self, id: JobId) {
        self.doubts.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
    }

    fn me(&self) -> Me {
        self.me.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn become_(&self, me: Me) {
        *self.me.lock().unwrap_or_else(PoisonError::into_inner) = me;
    }

    fn set_present(&self, instances: &[Instance]) {
        let names = instances.iter().map(|instance| instance.name.clone());
        *self.present.lock().unwrap_or_else(PoisonError::into_inner) = names.collect();
    }
}

/// Makes the lease of an instance that has given no sign of life yet. Where it is alone with the store
/// nobody takes anything from it.
fn new_lease(config: &Config, clock: &Clock) -> Lease {
    match config.tenancy {
        Tenancy::Sole => Lease::endless(),
        Tenancy::Shared => Lease::unheld(clock.clone()),
    }
}

fn new_name() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Announces this instance. Where it is alone with the store, whoever ran jobs before is gone, and
/// those go back to the queue at once.
pub(super) async fn begin(shared: &Shared) -> Result<(), Error> {
    if shared.config.tenancy == Tenancy::Sole {
        let running = shared.records.running().await?;
        take_over(shared, running).await?;
        for instance in shared.records.instances().await? {
            shared.records.remove_instance(&instance).await?;
        }
    }
    beat(shared).await?;
    if shared.config.tenancy == Tenancy::Shared {
        // Its part of the global bound depends on how many there are.
        shared.leases.set_present(&shared.records.instances().await?);
    }
    Ok(())
}

/// Keeps this instance's lease and watches the others' until the service has stopped and runs
/// nothing any more.
pub(super) async fn keep(shared: Arc<Shared>) {
    let lease = shared.config.workers.lease();
    let look = (lease / LOOKS_A_LEASE).clamp(SHORTEST_LOOK, LONGEST_LOOK);
    let mut keeper = Keeper {
        silence: Silence::new(lease, look),
        beat_every: lease / BEATS_A_LEASE,
        beaten_at: Instant::now(),
        orphans: BTreeMap::new(),
        orphans_at: Instant::now(),
    };
    let mut count = shared.running.count();
    loop {
        let done = async {
            shared.stop.cancelled().await;
            // The sender lives as long as what is shared.
            let _ = count.wait_for(|count| *count == 0).await;
        };
        tokio::select! {
            () = done => break,
            () = tokio::time::sleep(look) => {}
        }
        if let Err(error) = keeper.round(&shared).await {
            tracing::error!(error = report(&error), "leases could not be kept up");
        }
    }
    if let Err(error) = sign_off(&shared).await {
        tracing::warn!(error = report(&error), "this instance could not be signed off");
    }
}

/// Gives back what is still claimed, and tells the others that this instance is gone.
async fn sign_off(shared: &Shared) -> Result<(), Error> {
    settle_strays(shared).await;
    let me = shared.leases.me().instance;
    // Page by page, until there is none that is still to be had.
    loop {
        let mut any = false;
        for job in shared.records.claimed_by(&me.name).await? {
            any |= shared.records.give_back(job).await?.is_some();
        }
        if !any {
            break;
        }
    }
    shared.records.remove_instance(&me).await.map(drop)
}

struct Keeper {
    silence: Silence,
    beat_every: Duration,
    beaten_at: Instant,
    /// Jobs of unknown instances, with the version that was seen at the last look for them.
    orphans: BTreeMap<JobId, u64>,
    orphans_at: Instant,
}

impl Keeper {
    async fn round(&mut self, shared: &Shared) -> Result<(), Error> {
        // The lease also runs out while the machine sleeps, which the other clock does not count.
        let is_held = shared.leases.me().lease.is_held();
        if !is_held || self.beaten_at.elapsed() >= self.beat_every {
            beat(shared).await?;
            self.beaten_at = Instant::now();
        }
        settle_strays(shared).await;
        // Whoever is about to stop leaves the taking over to others.
        if shared.config.tenancy == Tenancy::Sole || shared.stop.is_cancelled() {
            return Ok(());
        }
        let present = shared.records.instances().await?;
        let left = shared.leases.present.lock().unwrap_or_else(PoisonError::into_inner).len() > present.len();
        shared.leases.set_present(&present);
        if left {
            // An instance that signed off has given its jobs back. Of one that was killed, others may not
            // have heard what it did last.
            waiting::look(shared);
            shared.wake.notify_one();
        }
        let me = shared.leases.name();
        for gone in self.silence.look(&present, Instant::now()) {
            if gone.name != me {
                bury(shared, &gone).await?;
            }
        }
        if self.orphans_at.elapsed() >= ORPHANS_EVERY {
            self.orphans_at = Instant::now();
            self.adopt_orphans(shared, &present).await?;
        }
        Ok(())
    }

    /// Takes jobs of instances that nobody knows, if nothing has moved since the look before.
    async fn adopt_orphans(&mut self, shared: &Shared, present: &[Instance]) -> Result<(), Error> {
        let known = |job: &Job| {
            let claim = job.claim.as_ref();
            claim.is_some_and(|claim| present.iter().any(|instance| instance.name == claim.instance))
        };
        let running = shared.records.running().await?;
        let orphans: Vec<Job> = running.into_iter().filter(|job| !known(job)).collect();
        let before = std::mem::take(&mut self.orphans);
        self.orphans = orphans.iter().map(|job| (job.id, job.version())).collect();
        let still = orphans.into_iter().filter(|job| before.get(&job.id) == Some(&job.version()));
        take_over(shared, still.collect()).await.map(drop)
    }
}

/// Writes this instance's heartbeat. Where others have taken it for gone it lets go of all it runs
/// and goes on under a new name.
async fn beat(shared: &Shared) -> Result<(), Error> {
    if sign(shared).await? == Signed::Gone {
        let Me { instance, lease } = shared.leases.me();
        tracing::error!(
            instance = instance.name,
            "others took this instance for gone; it lets go of its jobs"
        );
        lease.end();
        let instance = Instance { name: new_name(), beat: 0 };
        shared.leases.become_(Me { instance, lease: new_lease(&shared.config, shared.records.clock()) });
        shared.running.let_all_go();
        sign(shared).await?;
    }
    Ok(())
}

/// What became of a sign of life.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Signed {
    /// Others see it.
    Seen,
    /// There is nobody of that name any more.
    Gone,
}

/// Gives a sign of life, which renews the lease from right before on.
async fn sign(shared: &Shared) -> Result<Signed, Error> {
    let Me { instance: Instance { name, beat }, lease } = shared.leases.me();
    let signed = lease.now();
    match shared.records.beat(&name, beat, shared.running.len()).await? {
        Pulse::Alive(beat) => {
            lease.renew(signed, shared.config.workers.lease());
            shared.leases.become_(Me { instance: Instance { name, beat }, lease });
            Ok(Signed::Seen)
        }
        Pulse::Removed => Ok(Signed::Gone),
    }
}

/// Takes over what an instance ran that is gone, and removes it once nothing is left.
async fn bury(shared: &Shared, gone: &Instance) -> Result<(), Error> {
    tracing::warn!(instance = gone.name, "an instance is gone; its jobs go back to the queue");
    waiting::look(shared);
    loop {
        let jobs = shared.records.claimed_by(&gone.name).await?;
        if jobs.is_empty() {
            shared.records.remove_instance(gone).await?;
            return Ok(());
        }
        // Others may be at it as well, and a job that somebody writes all the time is not lost.
        if !take_over(shared, jobs).await? {
            return Ok(());
        }
        // It may have come back meanwhile: what it has still got it keeps.
        if !shared.records.instances().await?.contains(gone) {
            return Ok(());
        }
    }
}

/// Gives jobs back to the queue whose worker is gone, or sets them aside. Tells whether any was
/// still to be had.
async fn take_over(shared: &Shared, jobs: Vec<Job>) -> Result<bool, Error> {
    let most = shared.config.workers.max_crashes;
    let mut any = false;
    // Side by side, so that the store commits them together.
    for taken in join_all(jobs.into_iter().map(|job| shared.records.take_from_lost(job, most))).await {
        let Some(job) = taken? else { continue };
        any = true;
        match job.status {
            Status::Queued => tracing::info!(job = %job.id, "an interrupted job goes back to the queue"),
            _ => tracing::error!(job = %job.id, crashes = job.crashes, "a job is set aside"),
        }
    }
    shared.wake.notify_one();
    Ok(any)
}

/// Ends this instance's part in a job that its worker dropped, now or as soon as the store can be
/// reached.
pub(super) async fn relinquish(shared: &Shared, id: JobId, stray: Stray) {
    match shared.records.relinquish(id, &stray.claim, stray.unbooked).await {
        Ok(given_back) if given_back => shared.wake.notify_one(),
        Ok(_) => {}
        Err(_) => shared.leases.stray(id, stray),
    }
}

/// Tells the store what became of jobs that were dropped while it could not be reached.
async fn settle_strays(shared: &Shared) {
    let strays = std::mem::take(&mut *shared.leases.strays.lock().unwrap_or_else(PoisonError::into_inner));
    for (id, stray) in strays {
        relinquish(shared, id, stray).await;
    }
    let doubts = std::mem::take(&mut *shared.leases.doubts.lock().unwrap_or_else(PoisonError::into_inner));
    let me = shared.leases.name();
    for id in doubts.into_iter().filter(|id| !shared.running.contains(*id)) {
        match shared.records.job(id).await {
            Ok(Some(Job { status: Status::Running, claim: Some(claim), .. })) if claim.instance == me => {
                relinquish(shared, id, Stray { claim, unbooked: Expense::default() }).await;
            }
            Ok(_) => {}
            Err(_) => shared.leases.doubt(id),
        }
    }
}
