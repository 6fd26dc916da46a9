//! `work`: does what is due, beside the program that serves the same market on PostgreSQL.

use super::serve::stopped;
use super::wired::Wired;
use crate::market::Open;
use crate::output::Exit;
use std::io::Write;
use std::path::Path;
use store::worker::Workers;

pub(crate) fn run(dir: &Path) -> Result<(), Exit> {
    let open = Open::joining(dir)?;
    let market = open.market(dir)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|err| Exit::failed(format!("the workers cannot start: {err}")))?;
    // Whoever waits for a purchase waits at the program that serves.
    let Wired { now, waker, services, .. } = Wired::new(dir, &open.db, &market, |_| {})?;
    let seed = now().micros().unsigned_abs() ^ u64::from(std::process::id()).rotate_left(48);
    let workers = Workers::new(open.db.clone(), services, now, seed, waker.clone());
    let workers = std::thread::spawn(move || workers.run());
    // In one piece, and whether anybody reads it or not.
    let _ = std::io::stderr().write_all("三好 works beside its server  (stop with Ctrl-C)\n".as_bytes());
    runtime.block_on(stopped());
    waker.stop();
    let _ = workers.join();
    tracing::info!(statements = open.db.statements(), "closed");
    Ok(())
}
