//! `demo-market`: a synthetic market to look at.

use crate::cli::DemoMarket;
use crate::market::Open;
use crate::output::Exit;
use crate::progress::Bar;
use govern::scorecard;
use kernel::{Actor, Ctx, Currency, Date, Fact, Market, Moment};
use sim::history::{self, Plan};
use sim::store::{PASSWORD, Person, Place, Storefront};
use std::path::Path;
use store::Keys;
use store::blob::Blobs;

pub(crate) fn run(dir: &Path, plan: &DemoMarket) -> Result<(), Exit> {
    let zone = "Asia/Shanghai".parse().map_err(Exit::failed)?;
    let market = Market { zone, currency: Currency::CNY };
    let plan = match &plan.last {
        None => Plan::demo(plan.seed, plan.shops, plan.orders, market),
        Some(last) => {
            let date = last_day(last, &market)?;
            Plan::demo(plan.seed, plan.shops, plan.orders, market).ending(date).ok_or_else(|| {
                Exit::Input(format!("--last {last}: the calendar does not have the 400 days before it"))
            })?
        }
    };
    let open = Open::writing(dir)?;
    let had = open.db.read(|q| store::log::count(q)).map_err(|err| Exit::of(&err))?;
    if had > 0 {
        let dir = dir.display();
        return Err(Exit::Input(format!(
            "{dir} already holds {had} facts: a synthetic market goes into an empty folder"
        )));
    }
    let bar = Bar::new();
    let facts = history::write(&open.db, &plan, &bar).map_err(|err| Exit::of(&err))?;
    adopt(&open, &plan)?;
    let vault = super::vault::open(&open.db)?;
    let blobs = Blobs::open(&dir.join("blobs")).map_err(|err| Exit::of(&err))?;
    let place = Place { db: &open.db, vault: &vault, blobs: &blobs };
    let front = sim::store::open(place, &plan, &bar).map_err(|err| Exit::of(&err))?;
    super::gateways::write_demo_account(dir)?;
    open.lake.catch_up(&bar).map_err(Exit::failed)?;
    drop(bar);
    eprintln!(
        "made a synthetic market of {} shops, {} orders and {facts} facts in {}",
        plan.shops,
        plan.orders,
        dir.display()
    );
    let Storefront { products, skus, pictures, .. } = front;
    eprintln!("its shops sell {products} products in {skus} variants, with {pictures} pictures");
    eprintln!("sign in with the password {PASSWORD} as");
    for Person { zh, en, login, begins } in &front.people {
        eprintln!("  {login}  {zh}, {en}: begins at {begins}");
    }
    Ok(())
}

/// The date that `--last` names.
fn last_day(text: &str, market: &Market) -> Result<Date, Exit> {
    let today = Moment::from_timestamp(jiff::Timestamp::now()).date(&market.zone);
    let date = match text {
        "yesterday" => today.yesterday().ok(),
        _ => text.parse().ok().filter(|_| text.len() == 10),
    };
    let date = date.ok_or_else(|| {
        Exit::Input(format!("--last \"{text}\" is not a date: write one such as 2026-06-23, or yesterday"))
    })?;
    if date > today {
        return Err(Exit::Input(format!(
            "--last {date} has not come yet: a history ends today at the latest"
        )));
    }
    Ok(date)
}

/// The market begins with the oldest version of the default scorecard and takes the newest up twelve weeks before its
/// last day, so that a change of rules can be looked at.
fn adopt(open: &Open, plan: &Plan) -> Result<(), Exit> {
    let cards: Vec<_> = scorecard::shipped().iter().filter(|card| card.id == "sanhao").collect();
    let begin = Moment::day_start(plan.from, &plan.zone);
    let change = plan.from.checked_add(jiff::Span::new().days(i64::from(plan.days) - 84)).ok();
    let change = change.and_then(|day| Moment::day_start(day, &plan.zone));
    let mut records = Vec::new();
    for (card, from) in [(cards.first(), begin), (cards.last(), change)] {
        let (Some(card), Some(from)) = (card, from) else { continue };
        let ctx = Ctx::new(from, Actor::Operator, plan.seed);
        records.push(scorecard::adopted(&ctx, card, from).record());
    }
    let adopt = open.db.write_blocking("demo.adopt", Keys::none(), move |tx| tx.append_records(&records));
    adopt.map(drop).map_err(|err: store::WriteError<store::StoreError>| Exit::of(&err))
}
