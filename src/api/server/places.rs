//! Who is connected: so many over all and so many from one address. Where there is no place left, the
//! connection that has been without a request longest goes for the new one, so that nobody keeps others out
//! by doing nothing; where all are at work, the new one goes.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::super::client::Prefix;
use super::seat::{Order, Seat};
use crate::telemetry::Metrics;

/// Candidates that one look at all connections finds, so that a flood is not answered by one look each.
const AT_ONCE: usize = 64;

/// How many may be connected.
#[derive(Clone, Copy, Debug)]
pub(super) struct Caps {
    pub(super) all: usize,
    pub(super) per_address: usize,
}

/// The places of a server. Clones are the same ones.
#[derive(Clone)]
pub(super) struct Places(Arc<Shared>);

struct Shared {
    caps: Caps,
    metrics: Metrics,
    epoch: Instant,
    taken: Mutex<Taken>,
}

#[derive(Default)]
struct Taken {
    all: Group,
    by_address: HashMap<Prefix, Group>,
    last: u64,
}

#[derive(Default)]
struct Group {
    seats: HashMap<u64, Arc<Seat>>,
    /// Those that were longest without a request when that was last looked at, with the moment since when.
    longest: VecDeque<(u64, u64)>,
}

/// A connection's place, until it is dropped.
pub(super) struct Place {
    pub(super) seat: Arc<Seat>,
    id: u64,
    address: Option<Prefix>,
    places: Places,
}

impl Places {
    pub(super) fn new(caps: Caps, metrics: Metrics) -> Places {
        Places(Arc::new(Shared { caps, metrics, epoch: Instant::now(), taken: Mutex::default() }))
    }

    /// Finds a place for a connection; `address` is what it is counted by, if by any. `None` if all are at
    /// work that it would have to share with.
    pub(super) fn take(&self, address: Option<Prefix>) -> Option<Place> {
        let mut taken = self.taken();
        if let Some(address) = address {
            while taken.by_address.get(&address).map_or(0, Group::len) >= self.0.caps.per_address {
                let (id, seat) = taken.by_address.get_mut(&address)?.longest_idle()?;
                self.evict(&mut taken, id, &seat);
            }
        }
        while taken.all.len() >= self.0.caps.all {
            let (id, seat) = taken.all.longest_idle()?;
            self.evict(&mut taken, id, &seat);
        }
        taken.last += 1;
        let (id, seat) = (taken.last, Arc::new(Seat::new(address, self.0.epoch)));
        taken.all.seats.insert(id, Arc::clone(&seat));
        if let Some(address) = address {
            taken.by_address.entry(address).or_default().seats.insert(id, Arc::clone(&seat));
        }
        Some(Place { seat, id, address, places: self.clone() })
    }

    /// Lets the one go that has been without a request longest, if there is one.
    pub(super) fn make_room(&self) {
        let mut taken = self.taken();
        if let Some((id, seat)) = taken.all.longest_idle() {
            self.evict(&mut taken, id, &seat);
        }
    }

    /// Tells everybody who is connected.
    pub(super) fn tell_all(&self, order: Order) {
        for seat in self.taken().all.seats.values() {
            seat.tell(order);
        }
    }

    fn evict(&self, taken: &mut Taken, id: u64, seat: &Seat) {
        taken.remove(id, seat.address());
        seat.tell(Order::Leave);
        self.0.metrics.connection_refused("evicted");
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Taken {
    fn remove(&mut self, id: u64, address: Option<Prefix>) {
        self.all.seats.remove(&id);
        if let Some(address) = address
            && let Some(group) = self.by_address.get_mut(&address)
        {
            group.seats.remove(&id);
            if group.seats.is_empty() {
                self.by_address.remove(&address);
            }
        }
    }
}

impl Group {
    fn len(&self) -> usize {
        self.seats.len()
    }

    /// Finds who has been without a request longest. Whoever had one since the last look is passed over;
    /// whoever became idle since then has been so for less time than all that are still candidates.
    fn longest_idle(&mut self) -> Option<(u64, Arc<Seat>)> {
        self.next_candidate().or_else(|| {
            self.look();
            self.next_candidate()
        })
    }

    fn next_candidate(&mut self) -> Option<(u64, Arc<Seat>)> {
        while let Some((since, id)) = self.longest.pop_front() {
            let seat = self.seats.get(&id).filter(|seat| seat.idle_since() == Some(since));
            if let Some(seat) = seat {
                return Some((id, Arc::clone(seat)));
            }
        }
        None
    }

    fn look(&mut self) {
        let idle = self.seats.iter().filter_map(|(id, seat)| Some((seat.idle_since()?, *id)));
        let mut idle: Vec<(u64, u64)> = idle.collect();
        if idle.len() > AT_ONCE {
            idle.select_nth_unstable(AT_ONCE);
            idle.truncate(AT_ONCE);
        }
        idle.sort_unstable();
        self.longest = idle.into();
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.places.taken().remove(self.id, self.address);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::time::advance;

    use super::*;

    fn places(all: usize, per_address: usize) -> Places {
        Places::new(Caps { all, per_address }, Metrics::new())
    }

    fn address(last: u8) -> Option<Prefix> {
        Some(Prefix::of([192, 0, 2, last].into()))
    }

    fn has_to_leave(place: &Place) -> bool {
        place.seat.order() == Order::Leave
    }

    /// So many connections, each a moment younger than the one before.
    async fn connected(places: &Places, addresses: &[u8]) -> Vec<Place> {
        let mut taken = Vec::new();
        for last in addresses {
            advance(Duration::from_millis(10)).await;
            taken.push(places.take(address(*last)).unwrap());
        }
        taken
    }

    #[tokio::test(start_paused = true)]
    async fn the_one_that_is_idle_longest_goes_and_those_at_work_stay() {
        let places = places(3, 3);
        let taken = connected(&places, &[1, 2, 3]).await;
        let at_work = taken[0].seat.begin();
        advance(Duration::from_millis(10)).await;
        // It had a request, so that it is now idle for less time than the third.
        drop(taken[1].seat.begin());
        let _fourth = places.take(address(4)).unwrap();
        assert_eq!(taken.iter().map(has_to_leave).collect::<Vec<_>>(), [false, false, true]);
        let _fifth = places.take(address(4)).unwrap();
        assert_eq!(taken.iter().map(has_to_leave).collect::<Vec<_>>(), [false, true, true]);
        drop(at_work);
    }

    #[tokio::test(start_paused = true)]
    async fn where_all_are_at_work_nobody_goes_and_nobody_comes() {
        let places = places(2, 2);
        let taken = connected(&places, &[1, 2]).await;
        let at_work: Vec<_> = taken.iter().map(|place| place.seat.begin()).collect();
        assert!(places.take(address(3)).is_none());
        assert!(!taken.iter().any(has_to_leave));
        drop(at_work);
        assert!(places.take(address(3)).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_fills_its_own_places_and_nobody_elses() {
        let places = places(10, 2);
        let taken = connected(&places, &[2, 1, 1]).await;
        let more = connected(&places, &[1]).await;
        assert_eq!(taken.iter().map(has_to_leave).collect::<Vec<_>>(), [false, true, false]);
        // Who is not counted by address is bounded by all only.
        let uncounted: Vec<_> = (0..7).map(|_| places.take(None).unwrap()).collect();
        assert_eq!(taken.iter().map(has_to_leave).collect::<Vec<_>>(), [false, true, false]);
        assert_eq!(places.taken().by_address.len(), 2);
        drop((taken, more, uncounted));
        // Both under one lock: a second one would wait for the first.
        let left = places.taken();
        assert_eq!((left.all.len(), left.by_address.len()), (0, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_flood_is_answered_in_order_of_age_over_many_looks() {
        let places = places(3 * AT_ONCE, 3 * AT_ONCE);
        let old = connected(&places, &[1; 3 * AT_ONCE]).await;
        let mut new = Vec::new();
        for gone in 1..=3 * AT_ONCE {
            advance(Duration::from_millis(10)).await;
            new.push(places.take(address(1)).unwrap());
            assert!(old.iter().take(gone).all(has_to_leave), "{gone}");
            assert!(!old.iter().skip(gone).any(has_to_leave), "{gone}");
        }
        assert!(!new.iter().any(has_to_leave));
    }
}
