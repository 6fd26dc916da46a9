//! A PostgreSQL cluster that loses nothing (`fsync` on, all else default): the one that `SANHAO_TEST_POSTGRES` names if
//! it is such a one, else one of our own in a temporary folder.

use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

pub(crate) struct Cluster {
    url: String,
    bin: PathBuf,
    own: Option<Own>,
}

struct Own {
    bin: PathBuf,
    data: PathBuf,
    user: Option<(u32, u32)>,
    _dir: tempfile::TempDir,
}

impl Drop for Own {
    fn drop(&mut self) {
        let _ = as_user(&self.bin.join("pg_ctl"), self.user)
            .args(["-m", "immediate", "stop", "-D"])
            .arg(&self.data)
            .output();
    }
}

impl Cluster {
    pub(crate) fn durable() -> Self {
        let bin = bin();
        if let Ok(url) = std::env::var("SANHAO_TEST_POSTGRES")
            && let Ok(mut client) = postgres::Client::connect(&url, postgres::NoTls)
            && client.query_one("show fsync", &[]).is_ok_and(|row| row.get::<_, &str>(0) == "on")
        {
            return Self { url, bin, own: None };
        }
        let dir = tempfile::tempdir().unwrap();
        let user = unprivileged();
        if let Some((uid, gid)) = user {
            std::os::unix::fs::chown(dir.path(), Some(uid), Some(gid)).unwrap();
        }
        let data = dir.path().join("data");
        let init = as_user(&bin.join("initdb"), user)
            .args(["-A", "trust", "-U", "postgres", "-E", "UTF8", "--no-locale", "-D"])
            .arg(&data)
            .output()
            .expect("initdb runs");
        assert!(init.status.success(), "initdb: {}", String::from_utf8_lossy(&init.stderr));
        let options = format!("-c listen_addresses='' -c unix_socket_directories='{}'", dir.path().display());
        let start = as_user(&bin.join("pg_ctl"), user)
            .args(["-w", "-o", &options, "-l"])
            .arg(dir.path().join("log"))
            .arg("-D")
            .arg(&data)
            .arg("start")
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .status()
            .expect("pg_ctl runs");
        assert!(start.success(), "{}", std::fs::read_to_string(dir.path().join("log")).unwrap_or_default());
        let socket = dir.path().display().to_string().replace('/', "%2F");
        let url = format!("postgres://postgres@{socket}/postgres");
        Self { url, bin: bin.clone(), own: Some(Own { bin, data, user, _dir: dir }) }
    }

    /// Makes a database; returns its address.
    pub(crate) fn database(&self, name: &str) -> String {
        let name = format!("bench_{name}_{}", std::process::id());
        let mut client = postgres::Client::connect(&self.url, postgres::NoTls).unwrap();
        client.batch_execute(&format!("create database {name}")).unwrap();
        let (address, _) = self.url.rsplit_once('/').expect("an address ends in a database");
        format!("{address}/{name}")
    }

    /// One of PostgreSQL's programs.
    pub(crate) fn program(&self, name: &str) -> Command {
        Command::new(self.bin.join(name))
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        if self.own.is_none()
            && let Ok(mut client) = postgres::Client::connect(&self.url, postgres::NoTls)
        {
            for name in ["ours", "theirs", "killed", "checkout"] {
                let _ = client.batch_execute(&format!(
                    "drop database if exists bench_{name}_{} with (force)",
                    std::process::id()
                ));
            }
        }
    }
}

/// PostgreSQL does not run as root: then it is its own user.
fn unprivileged() -> Option<(u32, u32)> {
    use std::os::unix::fs::MetadataExt;
    let me = std::fs::metadata("/proc/self").ok()?.uid();
    let users = std::fs::read_to_string("/etc/passwd").ok()?;
    let line = users.lines().find(|line| line.starts_with("postgres:"))?;
    let mut parts = line.split(':').skip(2).map(str::parse::<u32>);
    (me == 0).then_some((parts.next()?.ok()?, parts.next()?.ok()?))
}

fn as_user(program: &Path, user: Option<(u32, u32)>) -> Command {
    let mut command = Command::new(program);
    command.current_dir("/");
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command
}

fn bin() -> PathBuf {
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let mut places: Vec<PathBuf> = std::env::split_paths(&on_path).collect();
    for root in ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"] {
        places.extend(
            std::fs::read_dir(root).into_iter().flatten().flatten().map(|entry| entry.path().join("bin")),
        );
    }
    let found =
        places.into_iter().find(|place| place.join("initdb").is_file() && place.join("pgbench").is_file());
    found.expect("PostgreSQL's programs are not installed: initdb, pg_ctl and pgbench are needed")
}
