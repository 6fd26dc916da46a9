//! The real program as a process of its own, and what it takes: memory, time, statements.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

/// A server; stopped when dropped.
pub(crate) struct Served {
    child: Child,
    pub(crate) at: String,
    told: Option<std::thread::JoinHandle<Vec<String>>>,
}

/// A port that nobody has.
fn free() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port()
}

impl Served {
    /// Starts the program beside this one on a market; `url` of its PostgreSQL database, if it is in one.
    pub(crate) fn start(dir: &Path, url: Option<&str>) -> Self {
        let program = std::env::current_exe().unwrap().with_file_name("sanhao");
        assert!(program.exists(), "{} is not built: use cargo xtask bench", program.display());
        let at = format!("127.0.0.1:{}", free());
        let mut command = Command::new(program);
        command.arg("--data").arg(dir).args(["serve", "--listen", &at]);
        command
            .env("SANHAO_LOG", "warn,sanhao=info")
            .env("NO_COLOR", "1")
            .stdin(Stdio::null())
            .stdout(Stdio::null());
        match url {
            Some(url) => command.env("SANHAO_DATABASE", url),
            None => command.env_remove("SANHAO_DATABASE"),
        };
        let mut child = command.stderr(Stdio::piped()).spawn().expect("the program starts");
        let lines = BufReader::new(child.stderr.take().unwrap());
        let told = std::thread::spawn(move || {
            let mut told = Vec::new();
            for line in lines.lines().map_while(Result::ok) {
                // Orders that were made up have no money behind them, and the check of the books says so.
                let made_up = line.contains("the books do not agree");
                if (line.contains("ERROR") && !made_up) || line.contains("panicked") {
                    eprintln!("  server: {line}");
                }
                told.push(line);
                // A flood of warnings is cut off at its beginning; what it says at its end is kept.
                if told.len() > 2_000 {
                    told.drain(100..1_100);
                }
            }
            told
        });
        let served = Self { child, at, told: Some(told) };
        for _ in 0..600 {
            if std::net::TcpStream::connect(&served.at).is_ok() {
                return served;
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        panic!("the server did not open {}", served.at);
    }

    fn status(&self, field: &str) -> f64 {
        let status = std::fs::read_to_string(format!("/proc/{}/status", self.child.id())).unwrap_or_default();
        let line = status.lines().find_map(|line| line.strip_prefix(field));
        line.and_then(|line| line.trim().split(' ').next()?.parse::<f64>().ok()).unwrap_or(f64::NAN) / 1024.0
    }
    /// What it holds now, in MiB.
    pub(crate) fn rss(&self) -> f64 {
        self.status("VmRSS:")
    }
    /// The most it ever held, in MiB.
    pub(crate) fn peak(&self) -> f64 {
        self.status("VmHWM:")
    }
    /// Seconds of processor time that it took so far.
    pub(crate) fn cpu(&self) -> f64 {
        let stat = std::fs::read_to_string(format!("/proc/{}/stat", self.child.id())).unwrap_or_default();
        let rest = stat.rsplit_once(')').map_or("", |(_, rest)| rest);
        let fields: Vec<f64> =
            rest.split_whitespace().skip(11).take(2).filter_map(|n| n.parse().ok()).collect();
        fields.iter().sum::<f64>() / 100.0
    }

    /// Asks it to end; how many statements it ran, if it says so, and its slow writes by name with how often.
    pub(crate) fn stop(mut self) -> (Option<u64>, Vec<(String, usize)>) {
        let _ = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        let _ = self.child.wait();
        let told = self.told.take().and_then(|told| told.join().ok()).unwrap_or_default();
        let value = |line: &str, name: &str| {
            let rest = line.split(&format!("{name}=")).nth(1)?;
            Some(rest.trim_start_matches('"').split([' ', '"']).next()?.to_owned())
        };
        let statements = told.iter().rev().find_map(|line| value(line, "statements")?.parse().ok());
        let mut slow = std::collections::BTreeMap::<String, usize>::new();
        for line in told.iter().filter(|line| line.contains("kept its neighbours waiting")) {
            *slow.entry(value(line, "name").unwrap_or_default()).or_default() += 1;
        }
        (statements, slow.into_iter().collect())
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
