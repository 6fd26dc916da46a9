//! Read connections, opened as they are needed, up to a limit; who waits longest is served first.
//!
//! Whoever gives a connection back hands it to the one who waits longest and wakes nobody else: with fifty waiting, waking
//! all of them for each connection costs more than the reads.

use crate::StoreError;
use std::collections::VecDeque;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// The readers of one database.
pub(crate) struct Pool<C> {
    state: Mutex<State<C>>,
    limit: usize,
}

/// While somebody waits, nothing is idle and as many are open as may be.
struct State<C> {
    idle: Vec<C>,
    open: usize,
    waiting: VecDeque<Arc<Turn<C>>>,
}

/// Somebody who waits.
struct Turn<C> {
    given: Mutex<Option<Given<C>>>,
    come: Condvar,
}

/// What is handed over.
enum Given<C> {
    /// A connection.
    Conn(C),
    /// The place of one that is gone.
    Place,
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<C> Turn<C> {
    fn wait(&self) -> Given<C> {
        let mut given = locked(&self.given);
        loop {
            match given.take() {
                Some(given) => return given,
                None => given = self.come.wait(given).unwrap_or_else(PoisonError::into_inner),
            }
        }
    }
    fn give(&self, what: Given<C>) {
        *locked(&self.given) = Some(what);
        self.come.notify_one();
    }
}

impl<C> Pool<C> {
    pub(crate) fn new(limit: usize) -> Self {
        let state = State { idle: Vec::new(), open: 0, waiting: VecDeque::new() };
        Self { state: Mutex::new(state), limit: limit.max(1) }
    }

    /// A connection, or a place to open one in.
    fn take(&self) -> Given<C> {
        let mut state = locked(&self.state);
        if let Some(conn) = state.idle.pop() {
            return Given::Conn(conn);
        }
        if state.open < self.limit {
            state.open += 1;
            return Given::Place;
        }
        let turn = Arc::new(Turn { given: Mutex::new(None), come: Condvar::new() });
        state.waiting.push_back(Arc::clone(&turn));
        drop(state);
        turn.wait()
    }

    fn give_back(&self, what: Given<C>) {
        let mut state = locked(&self.state);
        match (state.waiting.pop_front(), what) {
            (Some(turn), what) => {
                drop(state);
                turn.give(what);
            }
            (None, Given::Conn(conn)) => state.idle.push(conn),
            (None, Given::Place) => state.open -= 1,
        }
    }

    /// Lends a connection to `f`. A connection that `f` finds broken (second value false) is closed.
    pub(crate) fn with<T>(
        &self,
        connect: impl FnOnce() -> Result<C, StoreError>,
        f: impl FnOnce(&mut C) -> (T, bool),
    ) -> Result<T, StoreError> {
        let given = self.take();
        // Gives the place back if `connect` or `f` fails or panics.
        let mut lent = Lent { pool: self, conn: None };
        let conn = match given {
            Given::Conn(conn) => conn,
            Given::Place => connect()?,
        };
        let conn = lent.conn.insert(conn);
        let (value, good) = f(conn);
        if !good {
            lent.conn = None;
        }
        Ok(value)
    }
}

struct Lent<'a, C> {
    pool: &'a Pool<C>,
    conn: Option<C>,
}

impl<C> Drop for Lent<'_, C> {
    fn drop(&mut self) {
        let conn = self.conn.take().filter(|_| !std::thread::panicking());
        self.pool.give_back(conn.map_or(Given::Place, Given::Conn));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};

    fn open(count: &AtomicUsize) -> Result<usize, StoreError> {
        Ok(count.fetch_add(1, Ordering::SeqCst))
    }

    #[test]
    fn many_share_a_few_connections_and_every_one_gets_its_turn() {
        let (pool, opened, at_once, most) =
            (Pool::new(3), AtomicUsize::new(0), AtomicUsize::new(0), AtomicUsize::new(0));
        std::thread::scope(|scope| {
            for _ in 0..40 {
                scope.spawn(|| {
                    for _ in 0..50 {
                        let lent = pool.with(
                            || open(&opened),
                            |_| {
                                most.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                                std::thread::yield_now();
                                at_once.fetch_sub(1, Ordering::SeqCst);
                                ((), true)
                            },
                        );
                        lent.unwrap();
                    }
                });
            }
        });
        assert!(most.into_inner() <= 3 && opened.into_inner() <= 3);
        let state = locked(&pool.state);
        assert_eq!((state.idle.len(), state.waiting.len()), (state.open, 0));
    }

    #[test]
    fn the_place_of_a_connection_that_broke_or_never_came_is_handed_on() {
        let (pool, opened) = (Pool::new(1), AtomicUsize::new(0));
        let gone = || Err::<usize, _>(StoreError::Unreachable("nobody there".to_owned()));
        assert!(pool.with(gone, |_| ((), true)).is_err());
        assert_eq!(pool.with(|| open(&opened), |n| (*n, false)).unwrap(), 0);
        assert_eq!(
            pool.with(|| open(&opened), |n| (*n, true)).unwrap(),
            1,
            "the broken one is not lent again"
        );
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| {
                    let fell = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                        let _ = pool.with(|| open(&opened), |_| -> ((), bool) { panic!("in a read") });
                    }));
                    assert!(fell.is_err());
                });
            }
        });
        assert_eq!(pool.with(|| open(&opened), |_| ((), true)), Ok(()), "nobody waits for ever");
        assert_eq!(locked(&pool.state).open, 1);
    }
}
