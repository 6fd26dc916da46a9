//! Dead letters: timers, jobs and facts of reactions of which nothing came however often they were tried, each with its reason.
//! They wait for a person, who mends the cause and has them sent again.
//!
//! Invariants: what becomes a dead letter leaves its queue in the same transaction; a dead letter is sent again once, by
//! somebody who is named in it, and stays as a record of that.

use crate::job::{self, Job};
use crate::timer::{self, Timer};
use crate::{Failure, Query, Row, StoreError, Tx, vals};
use kernel::{Actor, Ctx, Id, Moment, RawId, Record, id};
use serde::Serialize;

/// The kind of the jobs in which a fact is followed once more that was a dead letter; their body names reaction and fact.
pub(crate) const RESENT_FACT: &str = "store.resent_fact";

crate::sql! {
    BURY = "
insert into store_dead_letter (id, sort, kind, item, subject, body, tries, code, why, due_at, died_at)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)";

    WAITING = "
select id, sort, kind, item, subject, body, tries, code, why, due_at, died_at
from store_dead_letter
where resent_at is null
  and id < $1
order by id desc
limit $2";

    ONE = "
select id, sort, kind, item, subject, body, tries, code, why, due_at, died_at
from store_dead_letter
where resent_at is null
  and id = $1";

    COUNT = "
select count(*)
from store_dead_letter
where resent_at is null";

    RESENT = "
update store_dead_letter
set resent_at = $2, resent_by = $3
where id = $1
  and resent_at is null";
}

/// What died.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// A timer.
    Timer,
    /// A job.
    Job,
    /// A fact that a reaction could not follow; the reaction went on with the next one.
    Fact,
}

impl Sort {
    /// Its word in the store and in JSON.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Timer => "timer",
            Self::Job => "job",
            Self::Fact => "fact",
        }
    }
}

/// A dead letter that waits for a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DeadLetter {
    /// Its id; a newer one has a larger one.
    pub id: Id<id::DeadLetter>,
    /// What died.
    pub sort: Sort,
    /// The kind of the timer or the job, or the reaction's name.
    pub kind: String,
    /// The id of the timer, the job or the fact, without its prefix.
    #[serde(serialize_with = "as_text")]
    pub item: RawId,
    /// What it is about, without its prefix: a timer's or a fact's subject; a job's own id.
    #[serde(serialize_with = "as_text")]
    pub subject: RawId,
    /// The job's body; empty for timers, the kind of fact for facts.
    pub body: String,
    /// How often it was tried.
    pub tries: i64,
    /// The code of the last failure.
    pub code: String,
    /// The last failure in words.
    pub why: String,
    /// When it was due.
    pub due_at: Moment,
    /// When it was given up.
    pub died_at: Moment,
}

impl DeadLetter {
    /// Whose worker takes it once it is sent again; to be woken after the commit.
    pub fn worker(&self) -> &str {
        match self.sort {
            Sort::Timer | Sort::Job => &self.kind,
            Sort::Fact => RESENT_FACT,
        }
    }
}

fn as_text<S: serde::Serializer>(id: &RawId, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(id)
}

fn letter(row: &Row<'_>) -> Result<DeadLetter, StoreError> {
    let sort = match row.text(1)? {
        "timer" => Sort::Timer,
        "job" => Sort::Job,
        "fact" => Sort::Fact,
        other => return Err(StoreError::Unreadable(format!("a dead letter of the sort \"{other}\""))),
    };
    Ok(DeadLetter {
        id: Id::from_raw(row.id(0)?),
        sort,
        kind: row.text(2)?.to_owned(),
        item: row.id(3)?,
        subject: row.id(4)?,
        body: row.text(5)?.to_owned(),
        tries: row.int(6)?,
        code: row.text(7)?.to_owned(),
        why: row.text(8)?.to_owned(),
        due_at: row.moment(9)?,
        died_at: row.moment(10)?,
    })
}

/// The dead letters that wait, newest first, after `after` if it is given.
pub fn list(
    q: &mut impl Query,
    after: Option<Id<id::DeadLetter>>,
    limit: i64,
) -> Result<Vec<DeadLetter>, StoreError> {
    let after = after.map_or(RawId([0xff; 16]), Id::raw);
    q.rows(&WAITING, vals![after, limit], letter)
}

/// How many dead letters wait.
pub fn count(q: &mut impl Query) -> Result<u64, StoreError> {
    Ok(q.one(&COUNT, &[], |row| row.int(0))?.unwrap_or(0).unsigned_abs())
}

/// Sends a dead letter again: it is due at once, and tried as often as one that is new. Who did it is kept with it. Wake its
/// [`worker`](DeadLetter::worker) after the commit.
pub fn resend(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<id::DeadLetter>) -> Result<DeadLetter, StoreError> {
    let unknown = || StoreError::NoDeadLetter(id.to_string());
    let letter = tx.one(&ONE, vals![id], letter)?.ok_or_else(unknown)?;
    let by = match ctx.actor {
        Actor::System => "system".to_owned(),
        Actor::Operator => "operator".to_owned(),
        Actor::Outside => "outside".to_owned(),
        Actor::Member(member) => member.to_string(),
        Actor::Key(key) => key.to_string(),
    };
    if tx.exec(&RESENT, vals![id, ctx.now, &by])? == 0 {
        return Err(unknown());
    }
    match letter.sort {
        Sort::Timer => {
            let (id, kind) = (letter.item, letter.kind.clone());
            timer::set(tx, &Timer { id, kind, subject: letter.subject, due_at: ctx.now })?;
        }
        Sort::Job => job::enqueue(tx, letter.item, &letter.kind, &letter.body, ctx.now)?,
        Sort::Fact => {
            let body = format!("{} {}", letter.kind, letter.item);
            job::enqueue(tx, letter.id.raw(), RESENT_FACT, &body, ctx.now)?;
        }
    }
    Ok(letter)
}

/// What a dead letter is made of.
struct Dying<'a> {
    sort: Sort,
    kind: &'a str,
    item: RawId,
    subject: RawId,
    body: &'a str,
    tries: i64,
    due_at: Moment,
}

fn bury(tx: &mut Tx<'_>, ctx: &Ctx, dying: &Dying<'_>, failure: &Failure) -> Result<(), StoreError> {
    let id: Id<id::DeadLetter> = ctx.id();
    let Dying { sort, kind, item, subject, body, tries, due_at } = *dying;
    tracing::error!("{} {kind} {item} is a dead letter after {tries} tries: {}", sort.as_str(), failure.why);
    tx.insert(
        &BURY,
        vals![
            id,
            sort.as_str(),
            kind,
            item,
            subject,
            body,
            tries,
            failure.code,
            &failure.why,
            due_at,
            ctx.now
        ],
    )
}

/// Makes a dead letter of a claimed timer. Nothing, if it was cancelled, moved or fired meanwhile.
pub(crate) fn bury_timer(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    timer: &Timer,
    tries: i64,
    failure: &Failure,
) -> Result<(), StoreError> {
    if !timer::bury(tx, timer)? {
        return Ok(());
    }
    let Timer { id, ref kind, subject, due_at } = *timer;
    bury(tx, ctx, &Dying { sort: Sort::Timer, kind, item: id, subject, body: "", tries, due_at }, failure)
}

/// Makes a dead letter of a claimed job. Nothing, if the claim is not the newest.
pub(crate) fn bury_job(tx: &mut Tx<'_>, ctx: &Ctx, job: &Job, failure: &Failure) -> Result<(), StoreError> {
    if !job::bury(tx, job)? {
        return Ok(());
    }
    let Job { id, ref kind, ref body, due_at, failed, .. } = *job;
    bury(
        tx,
        ctx,
        &Dying { sort: Sort::Job, kind, item: id, subject: id, body, tries: failed, due_at },
        failure,
    )
}

/// Makes a dead letter of a fact that a reaction steps over.
pub(crate) fn bury_fact(
    tx: &mut Tx<'_>,
    ctx: &Ctx,
    reaction: &str,
    fact: &Record,
    tries: i64,
    failure: &Failure,
) -> Result<(), StoreError> {
    let Record { spec, id, at, subject, .. } = *fact;
    let dying =
        Dying { sort: Sort::Fact, kind: reaction, item: id, subject, body: spec.kind, tries, due_at: at };
    bury(tx, ctx, &dying, failure)
}
