//! A PostgreSQL cluster of our own, in a temporary folder, reached through a Unix socket that only we may open.
//!
//! Invariant: the cluster ends with us, however we end. A small shell holds the other end of a pipe; when the pipe
//! closes (we finished, were interrupted, or were killed) it stops the server and removes the folder.

use crate::{run, setup};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

/// What may be lost.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durability {
    /// Nothing, as in production: for benchmarks.
    Full,
    /// Everything, if the machine falls: for tests, none of which kills PostgreSQL itself.
    None,
}

/// A running cluster.
pub(crate) struct Cluster {
    url: String,
    /// The folder of the server's programs, `pgbench` among them.
    pub(crate) bin: PathBuf,
    keeper: Child,
}

const KEEPER: &str = r#"trap '' INT TERM HUP
read -r _ || true
"$@" >/dev/null 2>&1
cd / && rm -rf "$SANHAO_CLUSTER""#;

impl Cluster {
    /// Starts one.
    pub(crate) fn start(durability: Durability) -> Result<Self, String> {
        let bin = setup::postgres()?;
        let dir = folder()?;
        let server = |program: &str| {
            let mut command = as_server_user(&bin.join(program));
            command.env("HOME", &dir).current_dir(&dir);
            command
        };
        let data = dir.join("data");
        let mut initdb = server("initdb");
        initdb.arg("-D").arg(&data).args([
            "-U",
            "postgres",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "-N",
        ]);
        run::output(&mut initdb)?;

        let mut stop = server("pg_ctl");
        stop.arg("-D").arg(&data).args(["-m", "immediate", "-w", "stop"]);
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper"])
            .arg(stop.get_program())
            .args(stop.get_args())
            .env("SANHAO_CLUSTER", &dir)
            .current_dir(&dir)
            .stdin(Stdio::piped())
            .spawn()
            .map_err(|err| format!("sh does not start: {err}"))?;
        let url = format!("postgres://postgres@{}/postgres", escaped(&dir));
        let cluster = Self { url, bin: bin.clone(), keeper };

        let mut options = format!(
            "-c listen_addresses='' -c unix_socket_directories='{}' -c unix_socket_permissions=0700 \
             -c max_connections=300",
            dir.display()
        );
        if durability == Durability::None {
            options.push_str(" -c fsync=off -c full_page_writes=off");
        }
        let mut start = server("pg_ctl");
        start.arg("-D").arg(&data).arg("-l").arg(dir.join("log")).args(["-w", "-s", "-o", &options, "start"]);
        run::go(start.stdin(Stdio::null())).map_err(|why| {
            let log = std::fs::read_to_string(dir.join("log")).unwrap_or_default();
            format!("{why}\n{log}")
        })?;
        Ok(cluster)
    }

    /// Where to connect.
    pub(crate) fn url(&self) -> &str {
        &self.url
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        drop(self.keeper.stdin.take());
        let _ = self.keeper.wait();
    }
}

/// PostgreSQL refuses to run as root: then it is the user `postgres`.
fn as_server_user(program: &Path) -> Command {
    if !run::is_root() {
        return Command::new(program);
    }
    let mut command = Command::new("setpriv");
    command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups", "--"]).arg(program);
    command
}

/// A new folder that only the server's user (and root) may enter; short, because a socket's path is at most 107 bytes.
fn folder() -> Result<PathBuf, String> {
    let base = if run::is_root() { PathBuf::from("/var/tmp") } else { std::env::temp_dir() };
    let dir = base.join(format!("sanhao-pg-{}", std::process::id()));
    std::fs::create_dir(&dir).map_err(|err| format!("{}: {err}", dir.display()))?;
    run::go(Command::new("chmod").arg("700").arg(&dir))?;
    if run::is_root() {
        run::go(Command::new("chown").arg("postgres:postgres").arg(&dir))?;
    }
    Ok(dir)
}

/// A path as the host of a URL.
fn escaped(path: &Path) -> String {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    path.to_string_lossy()
        .bytes()
        .map(|byte| if plain(byte) { char::from(byte).to_string() } else { format!("%{byte:02X}") })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_socket_folder_is_escaped_as_a_host() {
        assert_eq!(escaped(Path::new("/var/a b-1")), "%2Fvar%2Fa%20b-1");
    }

    #[test]
    fn the_keeper_acts_when_its_pipe_closes() {
        let dir = std::env::temp_dir().join(format!("sanhao-keeper-{}", std::process::id()));
        std::fs::create_dir_all(&dir).unwrap();
        let mark = std::env::temp_dir().join(format!("sanhao-kept-{}", std::process::id()));
        let keeper = Command::new("sh")
            .args(["-c", KEEPER, "keeper", "touch"])
            .arg(&mark)
            .env("SANHAO_CLUSTER", &dir)
            .stdin(Stdio::piped())
            .spawn()
            .unwrap();
        assert!(!mark.exists());
        drop(Cluster { url: String::new(), bin: PathBuf::new(), keeper });
        assert!(mark.exists() && !dir.exists());
        std::fs::remove_file(mark).unwrap();
    }
}
