//! Rulings as they are stored.

use super::error::Error;
use super::model::{By, Gate, Ruling, Standing, Why};
use crate::policy::Words;
use kernel::{Entity, Id, Moment};
use store::{Query, Row, StoreError, Tx, vals};

store::migration! { context: "govern", number: 2, name: "gates", sql: "
create table gate_ruling (
  subject {blob} not null,
  privilege text not null,
  policy text not null,
  version bigint,
  id {blob} not null,
  opens bigint not null check (opens in (0, 1)),
  reason text not null,
  text_zh text not null,
  text_en text not null,
  remedy_zh text not null,
  remedy_en text not null,
  since bigint not null,
  until_at bigint,
  made_by text not null,
  primary key (subject, privilege, policy)
)" }

store::sql! {
    /// What was ruled about one gate.
    OF_GATE = "
select privilege, policy, version, id, opens, reason, text_zh, text_en, remedy_zh, remedy_en, since, until_at, made_by
from gate_ruling
where subject = $1 and privilege = $2
order by policy";

    /// What was ruled about all gates of a subject. A policy has one ruling about a gate, so they are few.
    OF_SUBJECT = "
select privilege, policy, version, id, opens, reason, text_zh, text_en, remedy_zh, remedy_en, since, until_at, made_by
from gate_ruling
where subject = $1
order by privilege, policy";

    /// A ruling takes the place of the one before.
    SET = "
insert into gate_ruling
  (subject, privilege, policy, version, id, opens, reason, text_zh, text_en, remedy_zh, remedy_en, since, until_at, made_by)
values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14)
on conflict (subject, privilege, policy) do update
set version = excluded.version, id = excluded.id, opens = excluded.opens, reason = excluded.reason,
  text_zh = excluded.text_zh, text_en = excluded.text_en, remedy_zh = excluded.remedy_zh, remedy_en = excluded.remedy_en,
  since = excluded.since, until_at = excluded.until_at, made_by = excluded.made_by";

    /// The ruling of one policy, or of people, is lifted.
    LIFT = "
delete from gate_ruling
where subject = $1 and privilege = $2 and policy = $3";

    /// Every ruling about a gate is lifted.
    LIFT_ALL = "
delete from gate_ruling
where subject = $1 and privilege = $2";
}

fn ruling(row: &Row<'_>) -> Result<Ruling, StoreError> {
    let words =
        |zh, en| Ok::<_, StoreError>(Words { zh: row.text(zh)?.to_owned(), en: row.text(en)?.to_owned() });
    let by = match row.maybe_int(2)? {
        None => By::Hand,
        Some(version) => By::Policy { id: row.text(1)?.into(), version },
    };
    Ok(Ruling {
        id: Id::from_raw(row.id(3)?),
        opens: row.int(4)? == 1,
        why: Why { by, reason: row.text(5)?.into(), text: words(6, 7)?, remedy: words(8, 9)? },
        since: row.moment(10)?,
        until: row.maybe_int(11)?.map(Moment::from_micros),
        made_by: row.text(12)?.into(),
    })
}

/// How a gate stands at a moment. One statement.
pub fn standing(q: &mut impl Query, gate: Gate, now: Moment) -> Result<Standing, Error> {
    let rulings = q.rows(&OF_GATE, vals![gate.subject, gate.privilege.code], ruling)?;
    Ok(Standing::of(gate, rulings, now))
}

/// How all gates of a subject stand at a moment, by code. One statement.
pub fn standings<T: Entity>(q: &mut impl Query, subject: Id<T>, now: Moment) -> Result<Vec<Standing>, Error> {
    let all =
        q.rows(&OF_SUBJECT, vals![subject], |row| Ok((Box::<str>::from(row.text(0)?), ruling(row)?)))?;
    let specs = kernel::permit::all().into_iter().filter(|spec| spec.subject == T::PREFIX);
    let standings = specs.map(|privilege| {
        let of = all.iter().filter(|(code, _)| **code == *privilege.code).map(|(_, ruling)| ruling.clone());
        Standing::of(Gate { privilege, subject: subject.raw() }, of.collect(), now)
    });
    Ok(standings.collect())
}

pub(super) fn set(tx: &mut Tx<'_>, gate: Gate, ruling: &Ruling) -> Result<(), StoreError> {
    let why = &ruling.why;
    tx.exec(
        &SET,
        vals![
            gate.subject,
            gate.privilege.code,
            why.by.policy(),
            why.by.version(),
            ruling.id,
            ruling.opens,
            &why.reason,
            &why.text.zh,
            &why.text.en,
            &why.remedy.zh,
            &why.remedy.en,
            ruling.since,
            ruling.until,
            &ruling.made_by
        ],
    )
    .map(drop)
}

/// Lifts the ruling of one policy; of a person, all there are.
pub(super) fn lift(tx: &mut Tx<'_>, gate: Gate, by: &By) -> Result<(), StoreError> {
    let (subject, code) = (gate.subject, gate.privilege.code);
    match by {
        By::Hand => tx.exec(&LIFT_ALL, vals![subject, code]),
        By::Policy { id, .. } => tx.exec(&LIFT, vals![subject, code, id]),
    }
    .map(drop)
}
