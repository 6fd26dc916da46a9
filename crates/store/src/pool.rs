//! Read connections, opened as they are needed, up to a limit; who waits longest is served first.

use crate::StoreError;
use std::collections::VecDeque;
use std::sync::{Condvar, Mutex, PoisonError};

/// The readers of one database.
pub(crate) struct Pool<C> {
    state: Mutex<State<C>>,
    turn: Condvar,
    limit: usize,
}

struct State<C> {
    idle: Vec<C>,
    open: usize,
    waiting: VecDeque<u64>,
    tickets: u64,
}

impl<C> Pool<C> {
    pub(crate) fn new(limit: usize) -> Self {
        let state = State { idle: Vec::new(), open: 0, waiting: VecDeque::new(), tickets: 0 };
        Self { state: Mutex::new(state), turn: Condvar::new(), limit }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State<C>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lends a connection to `f`. A connection that `f` finds broken (second value false) is closed.
    pub(crate) fn with<T>(
        &self,
        connect: impl FnOnce() -> Result<C, StoreError>,
        f: impl FnOnce(&mut C) -> (T, bool),
    ) -> Result<T, StoreError> {
        let idle = {
            let mut state = self.lock();
            let ticket = state.tickets;
            state.tickets += 1;
            state.waiting.push_back(ticket);
            while state.waiting.front() != Some(&ticket)
                || (state.idle.is_empty() && state.open >= self.limit)
            {
                state = self.turn.wait(state).unwrap_or_else(PoisonError::into_inner);
            }
            state.waiting.pop_front();
            let idle = state.idle.pop();
            state.open += usize::from(idle.is_none());
            // Waking is a call into the kernel, and nearly always nobody waits.
            if !state.waiting.is_empty() {
                self.turn.notify_all();
            }
            idle
        };
        // Counts the connection out again if `connect` or `f` fails or panics.
        let mut lent = Lent { pool: self, conn: None };
        let conn = match idle {
            Some(conn) => conn,
            None => connect()?,
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
        let mut state = self.pool.lock();
        match conn {
            Some(conn) => state.idle.push(conn),
            None => state.open -= 1,
        }
        if !state.waiting.is_empty() {
            self.pool.turn.notify_all();
        }
    }
}
