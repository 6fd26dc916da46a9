//! Style sheets and scripts of the pages: `npm ci` and a build in `crates/web_kit/assets`, each only when its inputs changed.

use crate::run::{self, Done};
use crate::setup;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The crates whose pages use the style sheets; `assets/src/*.css` names them too.
const FACES: [&str; 6] = ["web_kit", "report", "storefront", "merchant_center", "console", "server"];

/// Brings `crates/web_kit/assets/dist` up to date.
pub(crate) fn build() -> Done {
    let dir = run::root().join("crates/web_kit/assets");
    install(&dir)?;
    // The style sheet holds only the classes that the pages use, so the pages are inputs too.
    let mut inputs = files(&dir, &["node_modules", "dist"])?;
    for face in FACES {
        inputs.extend(files(&run::root().join("crates").join(face).join("src"), &[])?);
    }
    let stamp = dir.join("node_modules/.sanhao-build");
    let now = fingerprint(&inputs)?;
    if dir.join("dist").is_dir() && std::fs::read_to_string(&stamp).is_ok_and(|then| then == now) {
        return Ok(());
    }
    println!("building the pages' assets");
    npm(&dir, &["run", "build"])?;
    std::fs::write(&stamp, now).map_err(|err| format!("{}: {err}", stamp.display()))
}

/// `npm ci` in a folder, if its lock file is not the one installed from.
pub(crate) fn install(dir: &Path) -> Done {
    setup::node()?;
    let lock = dir.join("package-lock.json");
    let now = fingerprint(&[lock])?;
    let stamp = dir.join("node_modules/.sanhao-install");
    if std::fs::read_to_string(&stamp).is_ok_and(|then| then == now) {
        return Ok(());
    }
    println!("installing the npm packages of {}", dir.strip_prefix(run::root()).unwrap_or(dir).display());
    npm(dir, &["ci", "--no-audit", "--no-fund"])?;
    std::fs::create_dir_all(dir.join("node_modules"))
        .and_then(|()| std::fs::write(&stamp, now))
        .map_err(|err| format!("{}: {err}", stamp.display()))
}

fn npm(dir: &Path, args: &[&str]) -> Done {
    run::go(Command::new("npm").args(args).arg("--loglevel=error").current_dir(dir))
}

fn files(dir: &Path, without: &[&str]) -> Result<Vec<PathBuf>, String> {
    let entries = std::fs::read_dir(dir).map_err(|err| format!("{}: {err}", dir.display()))?;
    let mut found = Vec::new();
    for entry in entries.filter_map(Result::ok) {
        if without.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        let path = entry.path();
        if path.is_dir() { found.extend(files(&path, without)?) } else { found.push(path) }
    }
    found.sort();
    Ok(found)
}

/// Names and contents as one number (FNV-1a): enough to see a change.
fn fingerprint(files: &[PathBuf]) -> Result<String, String> {
    let mut sum = 0xcbf2_9ce4_8422_2325u64;
    let mut add = |bytes: &[u8]| {
        for byte in bytes.iter().chain(&[0xff]) {
            sum = (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
    };
    for file in files {
        add(file.to_string_lossy().as_bytes());
        add(&std::fs::read(file).map_err(|err| format!("{}: {err}", file.display()))?);
    }
    Ok(format!("{sum:016x}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_input_changes_the_fingerprint() {
        let dir = std::env::temp_dir().join(format!("sanhao-xtask-{}", std::process::id()));
        std::fs::create_dir_all(dir.join("dist")).unwrap();
        std::fs::write(dir.join("a.css"), "a").unwrap();
        std::fs::write(dir.join("dist/a.css"), "built").unwrap();
        let inputs = files(&dir, &["dist"]).unwrap();
        assert_eq!(inputs, [dir.join("a.css")]);
        let before = fingerprint(&inputs).unwrap();
        assert_eq!(before, fingerprint(&inputs).unwrap());
        std::fs::write(dir.join("a.css"), "b").unwrap();
        assert_ne!(before, fingerprint(&inputs).unwrap());
        std::fs::remove_dir_all(dir).unwrap();
    }
}
