//! `import`: a marketplace's history comes in as facts.

use crate::cli::{Format, Import};
use crate::market::Open;
use crate::output::Exit;
use crate::progress::Bar;
use flows::import::olist;
use std::io::Write;
use std::path::Path;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) fn run(dir: &Path, import: &Import) -> Result<(), Exit> {
    let (path, format) = match import {
        Import::Olist { path, format } => (path, format),
        Import::Csv(csv) => return super::exchange::import(dir, csv),
    };
    let bar = Bar::new();
    // Everything is read and checked before the folder is even opened for writing.
    let checked = olist::check(path, &bar).map_err(|err| Exit::of(&err))?;
    let open = Open::writing(dir)?;
    let stop = AtomicBool::new(false);
    let report = std::thread::scope(|scope| {
        // The lake follows while facts are still being written: two cores, one import.
        let follower = scope.spawn(|| {
            while !stop.load(Ordering::Acquire) {
                match open.lake.follow(&kernel::Quiet) {
                    Ok(caught) if caught.facts > 0 => {}
                    Ok(_) => std::thread::sleep(std::time::Duration::from_millis(20)),
                    Err(err) => return Err(err),
                }
            }
            Ok(())
        });
        let report = {
            // Also when this thread panics: or else the follower would be waited for without end.
            let _told = Told(&stop);
            olist::apply(&open.db, &checked, &bar)
        };
        let followed = follower.join().map_err(|_| Exit::failed("the lake's writer failed"))?;
        followed.map_err(Exit::failed)?;
        report.map_err(|err| Exit::of(&err))
    })?;
    open.lake.catch_up(&bar).map_err(Exit::failed)?;
    drop(bar);
    let mut out = std::io::stdout().lock();
    match format {
        Format::Json => writeln!(out, "{}", serde_json::to_string(&report).map_err(Exit::failed)?)?,
        Format::Table | Format::Csv => write!(out, "{report}")?,
    }
    Ok(())
}

/// Tells the follower to stop when it goes.
struct Told<'a>(&'a AtomicBool);

impl Drop for Told<'_> {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}
