//! Every statement of the desk, and rows to values and back.

use super::error::Error;
use super::model::{Begin, Draft, DraftKind, End, Far, LONGEST, Run, RunHead, State};
use kernel::{Ctx, Date, Id, Moment, RawId, id};
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "govern", number: 1, name: "desk", sql: "
create table govern_draft (
  id {blob} not null primary key,
  version bigint not null,
  text text not null,
  base text,
  base_version bigint,
  created_at bigint not null,
  updated_at bigint not null
);
create table govern_rehearsal (
  id {blob} not null primary key,
  state text not null check (state in ('queued', 'running', 'done', 'failed', 'cancelled', 'cut_off')),
  policy text not null,
  version bigint not null,
  text text not null,
  draft {blob},
  draft_version bigint,
  against text,
  from_day text not null,
  to_day text not null,
  created_at bigint not null,
  ended_at bigint,
  took bigint,
  shops_hit bigint,
  result text,
  against_result text,
  error text
);
create index govern_rehearsal_draft on govern_rehearsal (draft, id);
" }

store::migration! { context: "govern", number: 3, name: "progress", sql: "
alter table govern_rehearsal add column started_at bigint;
alter table govern_rehearsal add column done bigint not null default 0;
alter table govern_rehearsal add column step text not null default 'metrics';
create index govern_rehearsal_under_way on govern_rehearsal (state) where ended_at is null;
update govern_rehearsal
set state = 'cut_off', ended_at = created_at
where state in ('queued', 'running');
" }

store::sql! {
    /// One draft.
    pub(super) LOAD = "
select id, version, text, base, base_version, created_at, updated_at
from govern_draft
where id = $1";

    /// A page of drafts, newest first.
    pub(super) LIST = "
select id, version, text, base, base_version, created_at, updated_at
from govern_draft
where id < $1
order by id desc
limit $2";

    /// A new draft.
    pub(super) CREATE = "
insert into govern_draft (id, version, text, base, base_version, created_at, updated_at)
values ($1, 1, $2, $3, $4, $5, $5)";

    /// Saves a draft, if nobody saved it since.
    pub(super) SAVE = "
update govern_draft
set text = $3, version = version + 1, updated_at = $4
where id = $1 and version = $2";

    /// Deletes a draft, if nobody saved it since.
    pub(super) REMOVE = "
delete from govern_draft
where id = $1 and version = $2";

    /// A new rehearsal.
    pub(super) BEGIN = "
insert into govern_rehearsal
  (id, state, policy, version, text, draft, draft_version, against, from_day, to_day, created_at)
values ($1, 'queued', $2, $3, $4, $5, $6, $7, $8, $9, $10)";

    /// A rehearsal's turn has come, perhaps once more: whoever ran it before is gone.
    pub(super) START = "
update govern_rehearsal
set state = 'running', started_at = $2, done = 0, step = 'metrics'
where id = $1 and state in ('queued', 'running')";

    /// How far it is.
    pub(super) PROGRESS = "
update govern_rehearsal
set done = $2, step = $3
where id = $1 and state = 'running'";

    /// How many wait or run.
    pub(super) UNDER_WAY = "
select count(*)
from govern_rehearsal
where ended_at is null
  and state in ('queued', 'running')";

    /// A rehearsal ends.
    pub(super) END = "
update govern_rehearsal
set state = $2, ended_at = $3, took = $4, shops_hit = $5, result = $6, against_result = $7, error = $8
where id = $1 and state in ('queued', 'running')";

    /// A page of rehearsals without their results, newest first.
    pub(super) RUNS = "
select id, state, policy, version, draft, draft_version, from_day, to_day, created_at, ended_at, took, shops_hit,
  started_at, done, step, case when against is null then 1 else 2 end
from govern_rehearsal
where id < $1
order by id desc
limit $2";

    /// One rehearsal.
    pub(super) RUN = "
select id, state, policy, version, draft, draft_version, from_day, to_day, created_at, ended_at, took, shops_hit,
  started_at, done, step, case when against is null then 1 else 2 end,
  text, against, result, against_result, error
from govern_rehearsal
where id = $1";
}

fn draft(row: &Row<'_>) -> Result<Draft, StoreError> {
    Ok(Draft {
        id: Id::from_raw(row.id(0)?),
        version: row.int(1)?,
        text: row.text(2)?.to_owned(),
        base: row.maybe_text(3)?.map(ToOwned::to_owned),
        base_version: row.maybe_int(4)?,
        created_at: row.moment(5)?,
        updated_at: row.moment(6)?,
    })
}

fn head(row: &Row<'_>) -> Result<RunHead, StoreError> {
    let day = |i| -> Result<Date, StoreError> {
        row.text(i)?
            .parse()
            .map_err(|_| StoreError::Unreadable("govern_rehearsal: a day is not a date".to_owned()))
    };
    let state = State::parse(row.text(1)?)
        .ok_or_else(|| StoreError::Unreadable("govern_rehearsal: an unknown state".to_owned()))?;
    let far = Far {
        done: row.int(13)?.unsigned_abs(),
        total: row.int(15)?.unsigned_abs() * 1_000,
        step: row.text(14)?.into(),
        since: row.maybe_int(12)?.filter(|_| state == State::Running).map(Moment::from_micros),
    };
    Ok(RunHead {
        id: Id::from_raw(row.id(0)?),
        state,
        policy: row.text(2)?.to_owned(),
        version: row.int(3)?,
        draft: row.maybe_id(4)?.map(Id::from_raw).zip(row.maybe_int(5)?),
        from: day(6)?,
        to: day(7)?,
        created_at: row.moment(8)?,
        ended_at: row.maybe_int(9)?.map(Moment::from_micros),
        took: row.maybe_int(10)?,
        shops_hit: row.maybe_int(11)?,
        far: Some(far).filter(|_| !state.ended()),
    })
}

fn checked(text: &str) -> Result<(), Error> {
    if text.len() > LONGEST {
        return Err(Error::TooLong(text.len()));
    }
    Ok(())
}

/// The page after nothing: every id is smaller.
fn before(id: Option<RawId>) -> RawId {
    id.unwrap_or(RawId([0xff; 16]))
}

/// Begins a draft. `base` is the policy and the version it is copied from.
pub fn create(tx: &mut Tx<'_>, ctx: &Ctx, text: &str, base: Option<(&str, i64)>) -> Result<Draft, Error> {
    checked(text)?;
    let id: Id<DraftKind> = ctx.id();
    tx.exec(&CREATE, vals![id, text, base.map(|b| b.0), base.map(|b| b.1), ctx.now])?;
    load(tx, id)
}

/// One draft.
pub fn load(q: &mut impl Query, id: Id<DraftKind>) -> Result<Draft, Error> {
    q.one(&LOAD, vals![id], draft)?.ok_or_else(|| Error::NoDraft(id.to_string()))
}

/// Up to `limit` drafts, newest first, after the one of the page before.
pub fn list(q: &mut impl Query, after: Option<Id<DraftKind>>, limit: i64) -> Result<Vec<Draft>, Error> {
    Ok(q.rows(&LIST, vals![before(after.map(Id::raw)), limit], draft)?)
}

/// Saves a draft that is still at `version`; anything else is [`Error::Stale`].
pub fn save(tx: &mut Tx<'_>, ctx: &Ctx, id: Id<DraftKind>, version: i64, text: &str) -> Result<Draft, Error> {
    checked(text)?;
    let saved = tx.exec(&SAVE, vals![id, version, text, ctx.now])?;
    let draft = load(tx, id)?;
    if saved == 0 {
        return Err(Error::Stale { seen: version, now: draft.version });
    }
    Ok(draft)
}

/// Deletes a draft that is still at `version`. Rehearsals of it stay: they keep their own copy of its text.
pub fn remove(tx: &mut Tx<'_>, id: Id<DraftKind>, version: i64) -> Result<(), Error> {
    let draft = load(tx, id)?;
    if tx.exec(&REMOVE, vals![id, version])? == 0 {
        return Err(Error::Stale { seen: version, now: draft.version });
    }
    Ok(())
}

/// Writes down that a rehearsal was asked for.
pub fn begin(tx: &mut Tx<'_>, ctx: &Ctx, begin: &Begin) -> Result<Id<id::Rehearsal>, Error> {
    checked(&begin.text)?;
    checked(begin.against.as_deref().unwrap_or_default())?;
    let id: Id<id::Rehearsal> = ctx.id();
    let (from, to) = (begin.from.to_string(), begin.to.to_string());
    tx.exec(
        &BEGIN,
        vals![
            id,
            begin.policy.as_str(),
            begin.version,
            begin.text.as_str(),
            begin.draft.map(|d| d.0),
            begin.draft.map(|d| d.1),
            begin.against.as_deref(),
            from.as_str(),
            to.as_str(),
            ctx.now
        ],
    )?;
    Ok(id)
}

/// Writes down that a rehearsal's turn has come, perhaps once more. False: it has ended, or was taken back.
pub fn start(tx: &mut Tx<'_>, id: Id<id::Rehearsal>, at: Moment) -> Result<bool, Error> {
    Ok(tx.exec(&START, vals![id, at])? == 1)
}

/// Writes down how far a rehearsal is: thousandths over all its texts, and its step. False: it was taken back.
pub fn progress(tx: &mut Tx<'_>, id: Id<id::Rehearsal>, done: i64, step: &str) -> Result<bool, Error> {
    Ok(tx.exec(&PROGRESS, vals![id, done, step])? == 1)
}

/// How many rehearsals wait or run.
pub fn under_way(q: &mut impl Query) -> Result<i64, StoreError> {
    Ok(q.one(&UNDER_WAY, vals![], |row| row.int(0))?.unwrap_or(0))
}

/// Writes down how a rehearsal ended; one that has ended is [`Error::Ended`].
pub fn end(tx: &mut Tx<'_>, id: Id<id::Rehearsal>, at: Moment, end: &End) -> Result<(), Error> {
    let (took, hit, result, against, error) = match end {
        End::Done { result, against, shops_hit, took } => {
            (Some(*took), Some(*shops_hit), Some(result.as_str()), against.as_deref(), None)
        }
        End::Failed(why) => (None, None, None, None, Some(why.as_str())),
        End::Cancelled | End::CutOff => (None, None, None, None, None),
    };
    let state = end.state().as_str();
    let ended = tx.exec(&END, vals![id, state, at, took, hit, result, against, error])?;
    if ended == 0 {
        return Err(Error::Ended(run(tx, id)?.head.state.as_str()));
    }
    Ok(())
}

/// Up to `limit` rehearsals, newest first, after the one of the page before.
pub fn runs(q: &mut impl Query, after: Option<Id<id::Rehearsal>>, limit: i64) -> Result<Vec<RunHead>, Error> {
    Ok(q.rows(&RUNS, vals![before(after.map(Id::raw)), limit], head)?)
}

/// One rehearsal.
pub fn run(q: &mut impl Query, id: Id<id::Rehearsal>) -> Result<Run, Error> {
    q.one(&RUN, vals![id], |row| {
        Ok(Run {
            head: head(row)?,
            text: row.text(16)?.to_owned(),
            against: row.maybe_text(17)?.map(ToOwned::to_owned),
            result: row.maybe_text(18)?.map(ToOwned::to_owned),
            against_result: row.maybe_text(19)?.map(ToOwned::to_owned),
            error: row.maybe_text(20)?.map(ToOwned::to_owned),
        })
    })?
    .ok_or_else(|| Error::NoRun(id.to_string()))
}
