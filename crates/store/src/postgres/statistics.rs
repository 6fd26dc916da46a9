//! Keeps the server's statistics of a young market near the truth.
//!
//! The server counts the rows of a table once a minute at best, and until then plans as if it were nearly empty: an update
//! of ten orders by their keys then reads all of them, which is slower the more there are. A fresh market, or one that was
//! just filled, has its tables analyzed here as they grow to twice what was counted; later the server keeps up by itself.

use super::Server;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// The tables that have grown to more than twice the rows that were counted in them.
const GROWN: &str = "
select format('%I.%I', s.schemaname, s.relname)
from pg_stat_user_tables as s
join pg_class as c on c.oid = s.relid
where s.schemaname = current_schema()
  and pg_has_role(c.relowner, 'usage')
  and s.n_live_tup >= 200
  and s.n_live_tup > 2 * greatest(c.reltuples, 0)";

/// The shortest and the longest time between two looks; in between it is a quarter of what has passed since the opening.
const WAITS: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));

/// Until the other end of `closed` is gone.
pub(crate) fn keep(server: &Server, closed: &Receiver<()>) {
    let opened = Instant::now();
    loop {
        let wait = (opened.elapsed() / 4).clamp(WAITS.0, WAITS.1);
        if closed.recv_timeout(wait) != Err(RecvTimeoutError::Timeout) {
            return;
        }
        // Without it the market works as well, only slower.
        if let Err(err) = analyze(server) {
            tracing::debug!(%err, "the statistics were not brought up to date");
        }
    }
}

fn analyze(server: &Server) -> Result<(), crate::StoreError> {
    let link = server.reader()?;
    let grown =
        link.wait(link.client.query(GROWN, &[])).map_err(|err| super::link::failed("statistics", &err))?;
    for row in grown {
        link.batch(&format!("analyze {}", row.get::<_, &str>(0)))?;
    }
    Ok(())
}
