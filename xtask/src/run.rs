//! Where things are, and running other programs.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How a task ends: well, or with the sentence to print.
pub(crate) type Done = Result<(), String>;

/// The top of the repository.
pub(crate) fn root() -> PathBuf {
    let here = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    here.parent().map(Path::to_path_buf).unwrap_or(here)
}

/// `cargo metadata` of the workspace: its crates and what each asks for.
pub(crate) fn metadata() -> Result<serde_json::Value, String> {
    let mut cargo = cargo(&["metadata", "--no-deps", "--format-version", "1"]);
    let text = output(&mut cargo)?;
    serde_json::from_str(&text).map_err(|err| format!("cargo metadata: {err}"))
}

/// Where cargo puts what it builds.
pub(crate) fn target() -> Result<PathBuf, String> {
    let metadata = metadata()?;
    let dir = metadata["target_directory"].as_str().ok_or("cargo metadata names no target directory")?;
    Ok(PathBuf::from(dir))
}

/// `cargo ARGS` at the top of the repository.
pub(crate) fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(root());
    command
}

/// Runs a command to its end, its output where ours goes.
pub(crate) fn go(command: &mut Command) -> Done {
    let status = command.status().map_err(|err| cannot_start(command, &err))?;
    if status.success() { Ok(()) } else { Err(format!("`{}` ended with {status}", shown(command))) }
}

/// Runs a command and returns what it prints; its complaints go where ours go.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let out = command.stderr(Stdio::inherit()).output().map_err(|err| cannot_start(command, &err))?;
    if !out.status.success() {
        return Err(format!("`{}` ended with {}", shown(command), out.status));
    }
    String::from_utf8(out.stdout).map_err(|_| format!("`{}` printed what is not UTF-8", shown(command)))
}

/// Where a program is, if it is on the path.
pub(crate) fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path).map(|dir| dir.join(name)).find(|file| file.is_file())
}

/// Whether we are root, and so may install packages and must not run PostgreSQL as ourselves.
pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|out| out.stdout.trim_ascii() == b"0")
}

fn cannot_start(command: &Command, err: &std::io::Error) -> String {
    format!("`{}` does not start: {err}", shown(command))
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy().into_owned()).collect::<Vec<_>>().join(" ")
}
