//! Reactions: what follows in one context from facts of another. A reaction is a named reader of the log that is given typed
//! facts, declared with [`reaction!`](crate::reaction!).
//!
//! Invariants:
//! - Its cursor moves in the transaction of its effects, so that each fact is followed once, whatever is killed.
//! - Facts are followed in the order of the log. One that fails holds the reaction up until it succeeds or is a dead letter.
//! - Several processes may run the same reaction: a lease lets one of them work, and the cursor refuses what a second one
//!   would do all the same.

use crate::dead_letter::{self, RESENT_FACT};
use crate::job::Job;
use crate::log::{self, Entry, Position};
use crate::work::Work;
use crate::{Failure, JobKind, Keys, Query, Retry, Services, StoreError, Tx};
use kernel::{Ctx, RawId, Record, Spec};

crate::declare! { JobKind::new(RESENT_FACT, follow_resent) }

/// From which fact on a reaction follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Since {
    /// The oldest one.
    Beginning,
    /// The first one that is told after the program knew of the reaction: what was before has had its effects.
    Now,
}

/// One sort of facts that a reaction follows.
#[derive(Debug)]
pub struct On {
    /// Which facts.
    pub spec: &'static Spec,
    /// What follows from one.
    pub follow: fn(&mut Tx<'_>, &Ctx, &Services, &Record) -> Result<(), Failure>,
}

/// A named reader of facts. [`reaction!`](crate::reaction!) declares one.
#[derive(Debug)]
pub struct Reaction {
    /// Its name, also that of its cursor: `module.what_it_does`.
    pub name: &'static str,
    /// From where on.
    pub since: Since,
    /// What it follows.
    pub on: &'static [On],
    /// What becomes of a fact that fails.
    pub retry: Retry,
}
inventory::collect!(Reaction);

/// Declares a reaction: its name, from where on it follows the log, and a function for each sort of facts, which is given the
/// transaction, the context, the program's services and the fact.
///
/// ```text
/// store::reaction! {
///     "presale.watch" since Now {
///         trade::order::fact::Shipped => shipped,
///         trade::order::fact::Cancelled => cancelled,
///     }
/// }
/// ```
#[macro_export]
macro_rules! reaction {
    ($name:literal since $since:ident { $($fact:ty => $follow:expr),+ $(,)? }) => {
        $crate::declare! { $crate::Reaction {
            name: $name,
            since: $crate::reaction::Since::$since,
            on: &[$($crate::reaction::On {
                spec: <$fact as $crate::reaction::Fact>::SPEC,
                follow: |tx, ctx, services, record| {
                    let fact: $fact = $crate::reaction::read(record)?;
                    $follow(tx, ctx, services, &fact)?;
                    Ok(())
                },
            }),+],
            retry: $crate::Retry::CLOCK,
        } }
    };
}

#[doc(hidden)]
pub use kernel::Fact;

/// A record as the fact it is.
#[doc(hidden)]
pub fn read<F: Fact>(record: &Record) -> Result<F, StoreError> {
    F::read(record).map_err(|err| StoreError::Unreadable(err.to_string()))
}

/// Facts read from the log at a time.
const PAGE: usize = 200;
/// Facts followed in one transaction.
pub(crate) const TOGETHER: usize = 20;

/// What a reaction does next.
#[derive(Debug, Clone)]
pub(crate) struct Step {
    from: Position,
    to: Position,
    facts: Vec<Record>,
}

impl Reaction {
    fn on(&self, record: &Record) -> Option<&On> {
        self.on.iter().find(|on| on.spec.kind == record.spec.kind)
    }

    /// Whether the log holds more than it has seen.
    pub(crate) fn is_behind(&self, q: &mut impl Query) -> Result<bool, StoreError> {
        let from = log::cursor(q, self.name)?;
        Ok(!log::after(q, from, 1)?.is_empty())
    }

    /// What comes next, at most so many facts of it that are followed; none if the log holds no more.
    pub(crate) fn next(&self, q: &mut impl Query, most: usize) -> Result<Option<Step>, StoreError> {
        let from = log::cursor(q, self.name)?;
        let mut step = Step { from, to: from, facts: Vec::new() };
        for Entry { position, record } in log::after(q, from, PAGE)? {
            if self.on(&record).is_some() {
                if step.facts.len() == most {
                    break;
                }
                step.facts.push(record);
            }
            step.to = position;
        }
        Ok((step.to != from).then_some(step))
    }

    /// Takes a step: all that follows from its facts, the cursor, and the end of the claim, in one transaction.
    pub(crate) fn take(&'static self, work: &Work<'_>, claim: &Job, step: &Step) -> Result<(), Failure> {
        let (ctx, services, step) = (work.ctx(), work.services.clone(), step.clone());
        work.put_off(claim, self.name, step.keys(), work.now(), move |tx| {
            log::move_cursor(tx, self.name, step.from, step.to)?;
            for fact in &step.facts {
                if let Some(on) = self.on(fact) {
                    (on.follow)(tx, &ctx, &services, fact)?;
                }
            }
            Ok(())
        })
    }

    /// Steps over facts of which nothing came.
    pub(crate) fn step_over(
        &'static self,
        work: &Work<'_>,
        claim: &Job,
        step: &Step,
        failure: &Failure,
    ) -> Result<(), Failure> {
        let (ctx, step, failure, tries) = (work.ctx(), step.clone(), failure.clone(), claim.failed);
        work.put_off(claim, self.name, Keys::none(), work.now(), move |tx| {
            log::move_cursor(tx, self.name, step.from, step.to)?;
            for fact in &step.facts {
                dead_letter::bury_fact(tx, &ctx, self.name, fact, tries, &failure)?;
            }
            Ok(())
        })
    }
}

impl Step {
    /// How many facts are followed in it.
    pub(crate) fn facts(&self) -> usize {
        self.facts.len()
    }
    fn keys(&self) -> Keys {
        if self.facts.len() > 1 { Keys::bulk() } else { Keys::none() }
    }
}

/// How many facts a step has: many, or the one that has to be told from its neighbours because it or one of them failed.
pub(crate) const fn size(failed: i64) -> usize {
    if failed > 0 { 1 } else { TOGETHER }
}

/// Makes a reaction that is new begin where it is to begin.
pub(crate) fn begin(tx: &mut Tx<'_>, reaction: &Reaction) -> Result<(), StoreError> {
    let from = log::cursor(tx, reaction.name)?;
    if reaction.since == Since::Now && from == Position::default() {
        let head = log::head(tx)?;
        if head != from {
            log::move_cursor(tx, reaction.name, from, head)?;
        }
    }
    Ok(())
}

fn follow_resent(work: &Work<'_>, job: &Job) -> Result<(), Failure> {
    let unreadable = || StoreError::Unreadable(format!("a job of the kind {RESENT_FACT}: {}", job.body));
    let (name, fact) = job.body.split_once(' ').ok_or_else(unreadable)?;
    let fact: RawId = fact.parse().map_err(|_| unreadable())?;
    let reaction = inventory::iter::<Reaction>.into_iter().find(|reaction| reaction.name == name);
    let record = work.db.read(|q| log::by_ids(q, &[fact]))?.pop();
    let (Some(reaction), Some(record)) = (reaction, record) else { return Err(unreadable().into()) };
    let (ctx, services) = (work.ctx(), work.services.clone());
    work.finish(job, reaction.name, Keys::none(), move |tx| match reaction.on(&record) {
        Some(on) => (on.follow)(tx, &ctx, &services, &record),
        None => Ok(()),
    })
}
