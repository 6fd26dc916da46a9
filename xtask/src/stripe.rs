//! A stand-in for Stripe while tests run: `localstripe`, from a Python environment of our own under `target/`.
//!
//! Invariant: it ends with us, however we end: a small shell holds the other end of a pipe, as for PostgreSQL.

use crate::python;
use std::net::{Ipv6Addr, TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// What is installed.
const PACKAGE: &str = "localstripe==1.15.10";

/// A running stand-in.
pub(crate) struct Stripe {
    at: String,
    keeper: Child,
}

const KEEPER: &str = r#"trap '' INT TERM HUP
"$@" >/dev/null 2>&1 </dev/null &
server=$!
cat >/dev/null || true
kill "$server" 2>/dev/null"#;

impl Stripe {
    /// Starts one.
    pub(crate) fn start() -> Result<Self, String> {
        let python = programs()?.join("python");
        let port = free_port()?;
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(&python)
            .args(["-m", "localstripe", "--from-scratch", "--port", &port.to_string()])
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|err| format!("sh does not start: {err}"))?;
        let stripe = Self { at: format!("http://127.0.0.1:{port}"), keeper };
        let began = Instant::now();
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            if began.elapsed() > Duration::from_secs(30) {
                return Err(format!("{PACKAGE} does not answer on port {port}"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(stripe)
    }

    /// Where it is.
    pub(crate) fn at(&self) -> &str {
        &self.at
    }
}

impl Drop for Stripe {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// A port that nobody listens on.
fn free_port() -> Result<u16, String> {
    let found = TcpListener::bind((Ipv6Addr::UNSPECIFIED, 0)).and_then(|listener| listener.local_addr());
    found.map(|at| at.port()).map_err(|err| format!("no port is free: {err}"))
}

fn programs() -> Result<std::path::PathBuf, String> {
    python::programs_of(PACKAGE)
        .map_err(|why| format!("{why}\nOr set SANHAO_TEST_STRIPE to the address of a localstripe that runs"))
}
