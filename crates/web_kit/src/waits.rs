//! Those who wait for a purchase to change: told by whoever changed it, after it is on disk.
//!
//! Invariants: who begins to wait before looking misses nothing; a purchase nobody waits for takes no room.

use kernel::Id;
use kernel::id::Purchase;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

type Rooms = Mutex<HashMap<Id<Purchase>, (Arc<Notify>, usize)>>;

/// Everybody who waits. Clones are the same one.
#[derive(Debug, Clone, Default)]
pub struct Waits(Arc<Rooms>);

/// Somebody who waits for one purchase; gone when dropped.
pub struct Waiting {
    rooms: Waits,
    id: Id<Purchase>,
    bell: Arc<Notify>,
}

impl Waits {
    /// Says that a purchase has changed.
    pub fn notify_waiting(&self, id: Id<Purchase>) {
        let rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((bell, _)) = rooms.get(&id) {
            bell.notify_waiters();
        }
    }

    /// Begins to wait. What is told from now on is not missed, if [`Waiting::bell`] is made before looking.
    pub fn begin(&self, id: Id<Purchase>) -> Waiting {
        let mut rooms = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let (bell, guests) = rooms.entry(id).or_default();
        *guests += 1;
        Waiting { rooms: self.clone(), id, bell: bell.clone() }
    }
}

impl Waiting {
    /// Rings at the next change.
    pub fn bell(&self) -> Arc<Notify> {
        self.bell.clone()
    }
}

impl Drop for Waiting {
    fn drop(&mut self) {
        let mut rooms = self.rooms.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, guests)) = rooms.get_mut(&self.id) {
            *guests -= 1;
            if *guests == 0 {
                rooms.remove(&self.id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn who_waits_is_told_and_nobody_else_takes_room() {
        let waits = Waits::default();
        let (one, other) = (Id::from_raw(kernel::RawId([1; 16])), Id::from_raw(kernel::RawId([2; 16])));
        waits.notify_waiting(one);
        let waiting = waits.begin(one);
        let bell = waiting.bell();
        let rung = bell.notified();
        waits.notify_waiting(other);
        waits.notify_waiting(one);
        rung.await;
        drop(waiting);
        assert!(waits.0.lock().unwrap().is_empty());
    }
}
