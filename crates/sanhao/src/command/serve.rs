//! `serve`: the console and the API on a loopback address.

use super::wired::Wired;
use crate::cli::Serve;
use crate::market::Open;
use crate::output::Exit;
use kernel::AskError;
use std::io::Write;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use store::worker::Workers;

pub(crate) fn run(dir: &Path, serve: &Serve) -> Result<(), Exit> {
    let listen = serve.listen;
    if !listen.ip().is_loopback() {
        return Err(Exit::Input(format!(
            "--listen {listen}: the program speaks plain HTTP, so it opens on a loopback address only, such as 127.0.0.1:8618; put a reverse proxy before it and name its address with --origin https://HOST"
        )));
    }
    // Looked at first, so that a mistyped folder is not made.
    Open::exists(dir)?;
    let open = Open::writing(dir)?;
    let market = open.market(dir)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|err| Exit::failed(format!("the server cannot start: {err}")))?;
    let waits = web_kit::waits::Waits::default();
    let wired = Wired::new(dir, &open.db, &market, {
        let waits = waits.clone();
        move |purchase| waits.notify_waiting(purchase)
    })?;
    let Wired { checkout, vault, merchant_key, now, waker, services } = wired;
    let lake = Arc::new(open.lake);
    let snapshot: web_kit::Snapshots = {
        let lake = lake.clone();
        Arc::new(move || match lake.snapshot() {
            Ok(snapshot) => Ok(snapshot as Arc<dyn kernel::Ask>),
            Err(err) => Err(AskError(err.to_string())),
        })
    };
    let workers = {
        let (db, now, waker) = (open.db.clone(), now.clone(), waker.clone());
        let history = flows::rehearsal::History { market: market.clone(), snapshot: snapshot.clone() };
        let services = services.with(history);
        let workers = Workers::new(db, services, now.clone(), now().micros().unsigned_abs(), waker);
        std::thread::spawn(move || workers.run())
    };
    let blobs = store::blob::Blobs::open(&dir.join("blobs")).map_err(|err| Exit::failed(err.to_string()))?;
    let app = web_kit::App {
        services: checkout,
        blobs,
        waits,
        db: open.db.clone(),
        market,
        snapshot,
        now,
        merchant_key,
        vault: Arc::new(vault),
        member_rules: people::member::Rules::default(),
        origin: serve.origin.clone(),
    };
    let ticket = app.merchant_key.ticket((app.now)().plus_days(web_kit::principal::TICKET_DAYS));
    let stopping = Arc::new(AtomicBool::new(false));
    let follower = {
        let stopping = stopping.clone();
        let lake = lake.clone();
        std::thread::spawn(move || follow(&lake, &stopping))
    };
    let served = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind(listen).await.map_err(|err| match err.kind() {
            std::io::ErrorKind::AddrInUse => Exit::Failed(format!(
                "{listen} is taken by another program: stop it, or choose another with --listen 127.0.0.1:PORT"
            )),
            _ => Exit::Failed(format!("{listen} cannot be opened: {err}")),
        })?;
        let at = listener.local_addr()?;
        let origin = serve.origin.as_ref().map_or_else(|| format!("http://{at}"), ToString::to_string);
        let days = web_kit::principal::TICKET_DAYS;
        let open = format!(
            "三好 is open on {origin}  (stop with Ctrl-C)\n  the console, for {days} days, for whoever operates it: \
             {origin}/console?ticket={ticket}\n"
        );
        // In one piece, and whether anybody reads it or not.
        let _ = std::io::stderr().write_all(open.as_bytes());
        server::serve(listener, app, stopped()).await.map_err(Exit::from)
    });
    // Rehearsals under way stop at their next step, and the next start goes on with them.
    runtime.shutdown_background();
    stopping.store(true, Ordering::Release);
    waker.stop();
    let _ = follower.join();
    let _ = workers.join();
    tracing::info!(statements = open.db.statements(), "closed");
    served
}

/// Ready when somebody wants the program to end: Ctrl-C, or a service manager's SIGTERM.
pub(super) async fn stopped() {
    #[cfg(unix)]
    if let Ok(mut term) = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
        tokio::select! {
            _ = term.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        return;
    }
    let _ = tokio::signal::ctrl_c().await;
}

/// Keeps the lake behind the log; the newest facts are read from the log until they are worth a file.
fn follow(lake: &lake::Lake, stopping: &AtomicBool) {
    while !stopping.load(Ordering::Acquire) {
        match lake.follow(&kernel::Quiet) {
            Ok(_) => {}
            Err(err) => tracing::error!("the lake cannot follow the log: {err}"),
        }
        std::thread::park_timeout(Duration::from_millis(500));
    }
}
