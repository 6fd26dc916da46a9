//! A small memory of answers, by version of the facts and question.
//!
//! Invariants: an answer is only given for the version it was computed from; about as many answers are kept as was said, those
//! that are asked for again before others; a failure is never kept; the same question is never computed twice at once: who
//! asks it meanwhile waits for the answer (a computation must not ask its own question).

use crate::problem::Failure;
use quick_cache::sync;
use std::any::Any;
use std::sync::Arc;

/// An answer of any type.
type Answer = Arc<dyn Any + Send + Sync>;

pub(crate) struct Cache(sync::Cache<(u64, String), Answer>);

impl Cache {
    pub(crate) fn new(limit: usize) -> Self {
        Self(sync::Cache::new(limit))
    }

    pub(crate) fn get<T, F>(&self, version: u64, question: String, f: F) -> Result<Arc<T>, Failure>
    where
        T: Send + Sync + 'static,
        F: FnOnce() -> Result<T, Failure>,
    {
        let answer = self
            .0
            .get_or_insert_with(&(version, question), || f().map(|answer| Arc::new(answer) as Answer))?;
        answer.downcast().map_err(|_| Failure::internal("two questions of different types have one name"))
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
    fn it_never_holds_more_than_its_limit() {
        let cache = Cache::new(64);
        for i in 0..1_000 {
            cache.get::<i32, _>(i / 10, format!("q{i}"), || Ok(0)).unwrap();
            assert!(cache.0.len() <= 64, "{}", cache.0.len());
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
