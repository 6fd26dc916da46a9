//! `export` and `import csv`: shops, products and orders as CSV files.

use crate::cli::{Export, Format, ImportCsv, Sheet};
use crate::market::Open;
use crate::output::Exit;
use crate::progress::Bar;
use flows::exchange::{Checked, Report, order, product, shop};
use kernel::id::Shop;
use kernel::{Actor, Id, Market};
use std::io::Write;
use std::path::Path;

/// Writes a file: beside it first, so that one that stands there is replaced whole or not at all.
pub(crate) fn export(dir: &Path, export: &Export) -> Result<(), Exit> {
    let open = Open::reading(dir)?;
    let market = open.market(dir)?;
    let only = export.shop.as_deref().map(str::parse::<Id<Shop>>).transpose();
    let only = only.map_err(|err| Exit::Input(format!("--shop: {err}")))?;
    let ask = open.snapshot()?;
    let text = match export.what {
        Sheet::Shops => open.db.read(|q| shop::export(q, &*ask, &market)),
        Sheet::Products => open.db.read(|q| product::export(q, &market, only, export.with_stock)),
        Sheet::Orders => order::export(&*ask, &market),
    };
    let text = text.map_err(|err| Exit::of(&err))?;
    if export.file == Path::new("-") {
        return Ok(std::io::stdout().lock().write_all(text.as_bytes())?);
    }
    let mut beside = export.file.clone().into_os_string();
    beside.push(".part");
    let failed = |err| Exit::failed(format!("{} cannot be written: {err}", export.file.display()));
    std::fs::write(&beside, text).map_err(failed)?;
    std::fs::rename(&beside, &export.file).map_err(failed)
}

/// Reads a file.
pub(crate) fn import(dir: &Path, import: &ImportCsv) -> Result<(), Exit> {
    let open = Open::writing(dir)?;
    let market = market(&open, dir, import)?;
    let (ask, bar, path) = (open.snapshot()?, Bar::new(), import.file.as_path());
    let failed = |err: flows::exchange::Error| Exit::of(&err);
    let report = match import.what {
        Sheet::Shops => {
            let shops = good(import, shop::check(path, &market).map_err(failed)?)?;
            shop::apply(&open.db, &market, &shops, &bar)
        }
        Sheet::Orders => {
            let orders = open.db.read(|q| order::check(q, &*ask, path, &market)).map_err(failed)?;
            order::apply(&open.db, &market, &good(import, orders)?, &bar)
        }
        Sheet::Products => {
            let options = product::Options {
                shop: None,
                with_catalog: import.with_catalog,
                with_stock: import.with_stock,
            };
            let read = open.db.read(|q| product::check(q, &*ask, path, &market, options)).map_err(failed)?;
            let to =
                product::Arrival { market: market.clone(), now: super::vault::now(), by: Actor::Operator };
            let tried = product::try_all(&open.db, &to, read, options).map_err(failed)?;
            product::apply(&open.db, &to, &good(import, tried)?, options, &bar)
        }
    };
    let report = report.map_err(failed)?;
    open.lake.catch_up(&bar).map_err(Exit::failed)?;
    drop(bar);
    print(import.format, &report)
}

/// What of a sheet is taken in: all, or what is right, if that was asked for. Otherwise all that is wrong is told.
fn good<T>(import: &ImportCsv, checked: Checked<T>) -> Result<Checked<T>, Exit> {
    if checked.wrong.is_empty() || import.valid_rows {
        return Ok(checked);
    }
    let report = Report { rows: checked.rows, wrong: checked.wrong, ..Report::default() };
    let file = import.file.display();
    let what = "nothing was taken in: mend it, or take in what is right with --valid-rows";
    if import.format == Format::Json {
        print(import.format, &report)?;
        return Err(Exit::Input(format!("{file}: {what}")));
    }
    Err(Exit::Input(format!("{file}:\n{report}{what}")))
}

fn print(format: Format, report: &Report) -> Result<(), Exit> {
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{}", serde_json::to_string(report).map_err(Exit::failed)?)?,
        Format::Table | Format::Csv => write!(out, "{report}")?,
    }
    Ok(())
}

/// What the market measures in; an empty folder is told.
fn market(open: &Open, dir: &Path, import: &ImportCsv) -> Result<Market, Exit> {
    let there = open.db.read(|q| store::market::get(q)).map_err(|err| Exit::of(&err))?;
    let zone = import.zone.as_deref().map(str::parse).transpose();
    let zone = zone.map_err(|err: kernel::UnknownZone| Exit::Input(format!("--zone: {err}")))?;
    let currency = import.currency.as_deref().map(str::parse).transpose();
    let currency = currency.map_err(|err: kernel::MoneyError| Exit::Input(format!("--currency: {err}")))?;
    match (there, zone, currency) {
        (Some(there), zone, currency) => {
            let same = zone.is_none_or(|zone| zone == there.zone)
                && currency.is_none_or(|currency| currency == there.currency);
            let has = format!("this market is in {} and {}", there.zone, there.currency);
            if same { Ok(there) } else { Err(Exit::Input(has)) }
        }
        (None, Some(zone), Some(currency)) => Ok(Market { zone, currency }),
        (None, ..) => {
            let dir = dir.display();
            let example = "--zone Asia/Shanghai --currency CNY";
            Err(Exit::Input(format!("{dir} holds no market yet: say what it measures in, such as {example}")))
        }
    }
}
