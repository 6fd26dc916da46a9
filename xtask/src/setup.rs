//! What a task needs from the machine: found, or installed where that is ours to do, or named in a sentence.

use crate::run::{self, Done};
use std::path::PathBuf;
use std::process::Command;

/// Node 20 or newer, and npm.
pub(crate) fn node() -> Done {
    let version = Command::new("node").arg("--version").output().ok().filter(|out| out.status.success());
    let text = version.map(|out| String::from_utf8_lossy(&out.stdout).trim().to_owned());
    let Some(text) = text else {
        return Err(
            "Node is not here; the pages' style sheets and scripts are built with it. Install Node 20 or \
                    newer with npm (https://nodejs.org)"
                .into(),
        );
    };
    let major = text.trim_start_matches('v').split('.').next().and_then(|n| n.parse::<u32>().ok());
    if major.is_none_or(|major| major < 20) {
        return Err(format!("Node {text} is too old: install Node 20 or newer (https://nodejs.org)"));
    }
    if run::which("npm").is_none() {
        return Err("npm is not here, though Node is: install npm too".into());
    }
    Ok(())
}

/// The folder of PostgreSQL's server programs; installs them if missing and that is possible.
pub(crate) fn postgres() -> Result<PathBuf, String> {
    if let Some(bin) = find_postgres() {
        return Ok(bin);
    }
    install(&["postgresql"], "PostgreSQL's server")?;
    find_postgres().ok_or_else(|| "the package postgresql is installed, but its `initdb` is nowhere".into())
}

fn find_postgres() -> Option<PathBuf> {
    let whole = |bin: &PathBuf| bin.join("initdb").is_file() && bin.join("pg_ctl").is_file();
    let on_path = run::which("initdb").and_then(|file| file.canonicalize().ok()?.parent().map(PathBuf::from));
    let mut installed: Vec<(u32, PathBuf)> = ["/usr/lib/postgresql", "/opt/homebrew/opt", "/usr/local/opt"]
        .into_iter()
        .filter_map(|dir| std::fs::read_dir(dir).ok())
        .flatten()
        .filter_map(Result::ok)
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            Some((name.trim_start_matches("postgresql@").parse().ok()?, entry.path().join("bin")))
        })
        .collect();
    installed.sort();
    on_path.into_iter().chain(installed.into_iter().rev().map(|(_, bin)| bin)).find(whole)
}

/// A Chromium that the browser journeys can drive, and letters for the Chinese pages.
pub(crate) fn chromium() -> Result<PathBuf, String> {
    let letters = || {
        let fonts = Command::new("fc-list").args([":lang=zh", "family"]).output();
        cfg!(not(target_os = "linux")) || fonts.is_ok_and(|out| !out.stdout.trim_ascii().is_empty())
    };
    let mut missing = Vec::new();
    if find_chromium().is_none() {
        missing.push("chromium");
    }
    if !letters() {
        missing.push("fonts-noto-cjk");
    }
    if !missing.is_empty() {
        install(&missing, "the browser of the browser journeys")?;
    }
    find_chromium().ok_or_else(|| "the package chromium is installed, but the program is nowhere".into())
}

fn find_chromium() -> Option<PathBuf> {
    if let Some(file) = std::env::var_os("SANHAO_CHROMIUM") {
        return Some(file.into());
    }
    let mac = PathBuf::from("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome");
    let named = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];
    named.into_iter().find_map(run::which).or_else(|| mac.is_file().then_some(mac))
}

/// Installs Debian packages if we are root on a Debian; otherwise says which ones to install.
fn install(packages: &[&str], what: &str) -> Done {
    let names = packages.join(" ");
    if !run::is_root() || run::which("apt-get").is_none() {
        return Err(format!(
            "{what} is missing. On Debian or Ubuntu: sudo apt-get install {names}; elsewhere install the same by your \
             system's means"
        ));
    }
    println!("installing {names}");
    let apt = |args: &[&str]| {
        let mut command = Command::new("apt-get");
        command.args([
            "-qq",
            "-o",
            "Dpkg::Use-Pty=0",
            "-o",
            "Acquire::Retries=3",
            "-o",
            "DPkg::Lock::Timeout=300",
        ]);
        command.args(args).env("DEBIAN_FRONTEND", "noninteractive").stdout(std::process::Stdio::null());
        run::go(&mut command)
    };
    apt(&["update"])
        .and_then(|()| apt(&[&["install", "-y", "--no-install-recommends"], packages].concat()))
        .map_err(|why| format!("{what} is missing, and installing {names} failed: {why}"))
}
