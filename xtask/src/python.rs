//! Programs of PyPI that tests run: each in a Python environment of its own under `target/`.

use crate::run;
use std::path::PathBuf;
use std::process::Command;

/// The folder of programs of an environment that has a package, such as `localstripe==1.15.10`; made if it is not there.
pub(crate) fn programs_of(package: &str) -> Result<PathBuf, String> {
    let name = package.split("==").next().unwrap_or(package);
    let home = run::target()?.join(name);
    let bin = home.join("bin");
    let mark = home.join(package);
    if mark.is_file() && bin.join("python").is_file() {
        return Ok(bin);
    }
    if run::which("python3").is_none() {
        return Err(format!(
            "python3 is not here; tests need {name}, a Python package. On Debian or Ubuntu: sudo apt-get install python3 \
             python3-venv"
        ));
    }
    println!("installing {package}");
    let _ = std::fs::remove_dir_all(&home);
    run::go(Command::new("python3").args(["-m", "venv"]).arg(&home)).map_err(|why| {
        format!("{why}\na Python environment cannot be made; on Debian or Ubuntu: sudo apt-get install python3-venv")
    })?;
    let pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", package];
    run::go(Command::new(bin.join("python")).args(pip))?;
    std::fs::write(&mark, "").map_err(|err| format!("{}: {err}", mark.display()))?;
    Ok(bin)
}
