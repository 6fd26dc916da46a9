//! `demo-market`: a synthetic market to look at.

use crate::cli::DemoMarket;
use crate::market::Open;
use crate::output::Exit;
use crate::progress::Bar;
use kernel::{Currency, Market};
use sim::history::{self, Plan};
use std::path::Path;

pub(crate) fn run(dir: &Path, plan: &DemoMarket) -> Result<(), Exit> {
    let zone = "Asia/Shanghai".parse().map_err(Exit::failed)?;
    let plan = Plan::demo(plan.seed, plan.shops, plan.orders, Market { zone, currency: Currency::CNY });
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
    open.lake.catch_up(&bar).map_err(Exit::failed)?;
    drop(bar);
    eprintln!(
        "made a synthetic market of {} shops, {} orders and {facts} facts in {}",
        plan.shops,
        plan.orders,
        dir.display()
    );
    Ok(())
}
