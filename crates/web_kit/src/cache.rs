//! A small memory of answers, by version of the facts and question.
//!
//! Invariants: an answer is only given for the version it was computed from; at most `limit` answers are kept, and
//! those of an older version go first; a failure is never kept; the same question is never computed twice at once: who
//! asks it meanwhile waits for the answer (a computation must not ask its own question).

use crate::problem::Failure;
use std::any::Any;
use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Condvar, Mutex, PoisonError};

pub(crate) struct Cache {
    limit: usize,
    inner: Mutex<Kept>,
    ended: Condvar,
}

/// A question that is being computed; it is none any more when this goes, also after a panic.
struct UnderWay<'a>(&'a Cache, &'a (u64, String));

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        self.0.inner.lock().unwrap_or_else(PoisonError::into_inner).under_way.remove(self.1);
        self.0.ended.notify_all();
    }
}

#[derive(Default)]
struct Kept {
    tick: u64,
    answers: HashMap<(u64, String), (u64, Arc<dyn Any + Send + Sync>)>,
    under_way: HashSet<(u64, String)>,
}

impl Cache {
    pub(crate) fn new(limit: usize) -> Self {
        Self { limit, inner: Mutex::default(), ended: Condvar::new() }
    }

    pub(crate) fn get<T, F>(&self, version: u64, question: String, f: F) -> Result<Arc<T>, Failure>
    where
        T: Send + Sync + 'static,
        F: FnOnce() -> Result<T, Failure>,
    {
        let key = (version, question);
        {
            let mut kept = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
            loop {
                kept.tick += 1;
                let tick = kept.tick;
                if let Some((used, answer)) = kept.answers.get_mut(&key)
                    && let Ok(answer) = Arc::clone(answer).downcast::<T>()
                {
                    *used = tick;
                    return Ok(answer);
                }
                if kept.under_way.insert(key.clone()) {
                    break;
                }
                kept = self.ended.wait(kept).unwrap_or_else(PoisonError::into_inner);
            }
        }
        let under_way = UnderWay(self, &key);
        let answer = Arc::new(f()?);
        let mut kept = self.inner.lock().unwrap_or_else(PoisonError::into_inner);
        let tick = kept.tick;
        if kept.answers.len() >= self.limit {
            kept.answers.retain(|(v, _), _| *v == version);
        }
        if kept.answers.len() >= self.limit {
            let mut used: Vec<u64> = kept.answers.values().map(|(used, _)| *used).collect();
            used.sort_unstable();
            let cut = used[used.len() / 2];
            kept.answers.retain(|_, (used, _)| *used > cut);
        }
        kept.answers.insert(key.clone(), (tick, Arc::clone(&answer) as _));
        drop(kept);
        drop(under_way);
        Ok(answer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_computed_once_for_each_version() {
        let cache = Cache::new(10);
        for (version, expect) in [(1, 7), (1, 7), (2, 9), (1, 7)] {
            let fresh = if version == 1 { 7 } else { 9 };
            assert_eq!(*cache.get::<i32, _>(version, "q".into(), || Ok(fresh)).unwrap(), expect);
        }
        let again = cache.get::<i32, _>(2, "q".into(), || panic!("it was computed already")).unwrap();
        assert_eq!(*again, 9);
    }

    #[test]
    fn it_never_holds_more_than_its_limit_and_forgets_old_versions_first() {
        let cache = Cache::new(8);
        for i in 0..100 {
            cache.get::<i32, _>(i / 10, format!("q{i}"), || Ok(0)).unwrap();
            assert!(cache.inner.lock().unwrap().answers.len() <= 8);
        }
    }

    #[test]
    fn many_who_ask_at_once_wait_for_one_computation_and_a_panic_leaves_nobody_waiting() {
        let cache = Cache::new(4);
        let runs = std::sync::atomic::AtomicUsize::new(0);
        let slow = || {
            runs.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
            std::thread::yield_now();
            Ok(5)
        };
        std::thread::scope(|scope| {
            for _ in 0..8 {
                scope.spawn(|| assert_eq!(*cache.get::<i32, _>(1, "q".into(), slow).unwrap(), 5));
            }
        });
        assert_eq!(runs.into_inner(), 1);
        let fell = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            let _ = cache.get::<i32, _>(1, "p".into(), || panic!("it fails"));
        }));
        assert!(fell.is_err());
        assert_eq!(*cache.get::<i32, _>(1, "p".into(), || Ok(2)).unwrap(), 2);
    }

    #[test]
    fn a_failure_is_not_remembered() {
        let cache = Cache::new(2);
        assert!(cache.get::<i32, _>(1, "q".into(), || Err(Failure::not_found("没有", "no"))).is_err());
        assert_eq!(*cache.get::<i32, _>(1, "q".into(), || Ok(3)).unwrap(), 3);
    }
}
