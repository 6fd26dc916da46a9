//! `staff`: who works for the platform and in shops, and the first invitation of each place.

use super::vault::{self, now};
use crate::cli::{Format, Staff as Question};
use crate::market::Open;
use crate::output::{self, Exit, Sheet};
use kernel::id::{Invitation, Shop};
use kernel::{Actor, Ctx, Id};
use people::staff::{self, Area, By, Invite, Role, Scope, Seat};
use people::vault::Contact;
use serde::Serialize;
use std::path::Path;
use store::{Db, WriteError};

/// The most seats that are read at once.
const PAGE: i64 = 500;

pub(crate) fn run(dir: &Path, question: &Question) -> Result<(), Exit> {
    match question {
        Question::Invite { role, to, shop, days, origin } => {
            let scope = scope(shop.as_deref())?;
            let role = self::role(role, scope)?;
            Open::exists(dir)?;
            let open = Open::writing(dir)?;
            let to = Contact::read(to, open.market(dir)?.country()).map_err(Exit::input)?;
            invite(&open.db, scope, role, to, *days, &origin.to_string())
        }
        Question::List { shop, format } => list(dir, scope(shop.as_deref())?, *format),
    }
}

fn scope(shop: Option<&str>) -> Result<Scope, Exit> {
    let Some(shop) = shop else { return Ok(Scope::Platform) };
    shop.parse::<Id<Shop>>().map(Scope::Shop).map_err(|err| Exit::Input(format!("--shop: {err}")))
}

fn role(word: &str, scope: Scope) -> Result<Role, Exit> {
    let fitting = || Role::ALL.iter().copied().filter(|role| role.area() == scope.area());
    fitting().find(|role| role.as_str() == word).ok_or_else(|| {
        let words: Vec<_> = fitting().map(Role::as_str).collect();
        let shop = if scope.area() == Area::Platform { "; a role in a shop needs --shop ID" } else { "" };
        Exit::Input(format!("--role {word}: choose one of {}{shop}", words.join(", ")))
    })
}

fn invite(db: &Db, scope: Scope, role: Role, to: Contact, days: i64, origin: &str) -> Result<(), Exit> {
    let vault = vault::open(db)?;
    let now = now();
    let cmd = Invite::new(scope, role, to, now.plus_days(days)).map_err(|err| Exit::of(&err))?;
    let token = cmd.token().expose();
    // The token is random, so that no two commands of one moment make the same ids.
    let seed = token.get(..16).and_then(|text| u64::from_str_radix(text, 16).ok()).unwrap_or(0);
    let ctx = Ctx::new(now, Actor::Operator, seed);
    let made: Result<Id<Invitation>, WriteError<staff::Error>> =
        db.write_blocking("staff.invite", staff::key(scope).into(), move |tx| {
            staff::invite(tx, &ctx.clone(), &vault, By::Operator, &cmd)
        });
    made.map_err(|err| Exit::of(&err))?;
    eprintln!(
        "Whoever has this address, and that phone number or e-mail address, becomes {}:",
        role.as_str()
    );
    output::sentence(&format!("{origin}/invitation?token={token}"))
}

#[derive(Serialize)]
struct Row {
    seat: String,
    member: String,
    role: &'static str,
    since: String,
}

fn list(dir: &Path, scope: Scope, format: Format) -> Result<(), Exit> {
    let open = Open::reading(dir)?;
    let zone = open.market(dir)?.zone;
    let mut seats: Vec<Seat> = Vec::new();
    loop {
        let after = seats.last().map(|seat| seat.id);
        let some = open
            .db
            .read(|q| staff::of_scope(q, scope, after, PAGE))
            .map_err(|err: staff::Error| Exit::of(&err))?;
        if some.is_empty() {
            break;
        }
        seats.extend(some);
    }
    let rows: Vec<Row> = seats
        .iter()
        .map(|seat| Row {
            seat: seat.id.to_string(),
            member: seat.member.to_string(),
            role: seat.role.as_str(),
            since: seat.since.rfc3339(&zone),
        })
        .collect();
    output::print(format, &rows, || Sheet {
        head: vec!["role", "member", "since", "seat"],
        right: vec![],
        rows: rows
            .iter()
            .map(|row| vec![row.role.to_owned(), row.member.clone(), row.since.clone(), row.seat.clone()])
            .collect(),
    })
}
