//! What is known of one connection while it lasts: whether it is at work, since when not, whether its client
//! takes what it is given, and what it was told.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU64, AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::Notify;
use tokio::time::Instant;

use super::super::client::Prefix;

/// What a connection is told from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Order {
    /// Nothing.
    Stay,
    /// To finish what it has begun and go.
    Leave,
    /// To go at once.
    End,
}

/// A connection, as those see it who decide about it.
#[derive(Debug)]
pub(super) struct Seat {
    address: Option<Prefix>,
    /// What moments are counted from; the same for all connections of a server.
    epoch: Instant,
    /// Requests of it that are being worked on or answered.
    in_flight: AtomicUsize,
    /// Answers of which a part was given and no more asked for: the client makes no room.
    untaken: AtomicUsize,
    /// Whether it ever had a request.
    is_used: AtomicBool,
    /// When a request last began, got on or ended, in microseconds.
    moved: AtomicU64,
    order: AtomicU8,
    told: Notify,
}

/// A request in flight, until it is dropped.
#[derive(Debug)]
pub(super) struct InFlight(Arc<Seat>);

/// A part of an answer that was given, until more is asked for.
#[derive(Debug)]
pub(super) struct Untaken(Arc<Seat>);

impl Seat {
    pub(super) fn new(address: Option<Prefix>, epoch: Instant) -> Seat {
        let seat = Seat {
            address,
            epoch,
            in_flight: AtomicUsize::new(0),
            untaken: AtomicUsize::new(0),
            is_used: AtomicBool::new(false),
            moved: AtomicU64::new(0),
            order: AtomicU8::new(Order::Stay.as_number()),
            told: Notify::new(),
        };
        seat.move_on();
        seat
    }

    /// Gives what it is counted by.
    pub(super) fn address(&self) -> Option<Prefix> {
        self.address
    }

    /// Notes that a request begins.
    pub(super) fn begin(self: &Arc<Seat>) -> InFlight {
        self.in_flight.fetch_add(1, Ordering::AcqRel);
        self.is_used.store(true, Ordering::Relaxed);
        self.move_on();
        InFlight(Arc::clone(self))
    }

    /// Tells since when it has been without a request, in microseconds; `None` if it has one.
    pub(super) fn idle_since(&self) -> Option<u64> {
        // What is read second may be newer, which makes it look younger, never older.
        let is_idle = self.in_flight.load(Ordering::Acquire) == 0;
        is_idle.then(|| self.moved.load(Ordering::Acquire))
    }

    /// Tells whether it ever had a request.
    pub(super) fn is_used(&self) -> bool {
        self.is_used.load(Ordering::Relaxed)
    }

    /// Tells whether part of an answer waits for its client to make room.
    pub(super) fn is_untaken(&self) -> bool {
        self.untaken.load(Ordering::Acquire) > 0
    }

    /// Tells for how long no request has begun, got on or ended.
    pub(super) fn still_for(&self) -> Duration {
        Duration::from_micros(self.now().saturating_sub(self.moved.load(Ordering::Acquire)))
    }

    pub(super) fn order(&self) -> Order {
        match self.order.load(Ordering::Acquire) {
            0 => Order::Stay,
            1 => Order::Leave,
            _ => Order::End,
        }
    }

    /// Tells the connection to go; a later order never takes a sharper one back.
    pub(super) fn tell(&self, order: Order) {
        self.order.fetch_max(order.as_number(), Ordering::AcqRel);
        self.told.notify_one();
    }

    /// Waits until it was told something since this was last waited for.
    ///
    /// # Cancel safety
    /// Nothing that was told is lost.
    pub(super) async fn told(&self) {
        self.told.notified().await;
    }

    fn move_on(&self) {
        self.moved.store(self.now(), Ordering::Release);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.epoch.elapsed().as_micros()).unwrap_or(u64::MAX)
    }
}

impl Order {
    const fn as_number(self) -> u8 {
        match self {
            Order::Stay => 0,
            Order::Leave => 1,
            Order::End => 2,
        }
    }
}

impl InFlight {
    /// Notes that a part of the answer was given.
    pub(super) fn given(&self) -> Untaken {
        self.0.untaken.fetch_add(1, Ordering::AcqRel);
        self.0.move_on();
        Untaken(Arc::clone(&self.0))
    }
}

impl Drop for InFlight {
    fn drop(&mut self) {
        self.0.move_on();
        self.0.in_flight.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Untaken {
    fn drop(&mut self) {
        self.0.move_on();
        self.0.untaken.fetch_sub(1, Ordering::AcqRel);
    }
}
