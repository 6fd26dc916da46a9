//! `demo` and `build`: from a clone to a page, and to a program.

use crate::run::{self, Done};
use crate::{assets, setup};
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

const ADDRESS: &str = "127.0.0.1:8618";

/// Builds everything, makes the market if there is none yet, and becomes the server.
pub(crate) fn run(args: &[String]) -> Done {
    let (data, ours) = match args {
        [] => (run::target()?.join("demo"), true),
        [flag, dir] if flag == "--data" => (PathBuf::from(dir), false),
        _ => return Err("demo takes --data DIR, or nothing".into()),
    };
    setup::node()?;
    free()?;
    assets::build()?;
    println!("building the program (the first time takes some minutes)");
    run::go(&mut run::cargo(&["build", "--package", "sanhao"]))?;
    let program = run::target()?.join("debug/sanhao");
    let sanhao = || {
        let mut command = Command::new(&program);
        command.arg("--data").arg(&data);
        command
    };
    // Whoever names a folder that holds a market wants that one. Our own is made anew if it was not finished.
    let finished = data.join("demo-market");
    let there = data.join("sanhao.db").exists();
    if !there || (ours && !finished.exists()) {
        if there {
            std::fs::remove_dir_all(&data).map_err(|err| format!("{}: {err}", data.display()))?;
        }
        run::go(sanhao().args(["demo-market", "--last", "yesterday"]))?;
        std::fs::write(&finished, "").map_err(|err| format!("{}: {err}", finished.display()))?;
    }
    free()?;
    println!("\n  三好 Sanhao: http://{ADDRESS}  (Ctrl-C stops it)\n");
    // The server takes our place, so that whoever stops us stops it.
    Err(format!("the program does not start: {}", sanhao().arg("serve").exec()))
}

/// Refuses early if somebody else listens where the demo is to be.
fn free() -> Done {
    std::net::TcpListener::bind(ADDRESS).map(drop).map_err(|err| match err.kind() {
        std::io::ErrorKind::AddrInUse => format!(
            "something already listens on {ADDRESS}, perhaps another demo: stop it first, or serve elsewhere with \
             `sanhao --data DIR serve --listen 127.0.0.1:PORT`"
        ),
        _ => format!("cannot listen on {ADDRESS}: {err}"),
    })
}

/// The program as it is given away. Where Rust links with lld, functions that came out alike are kept once and relocations
/// are packed, which glibc reads since 2.36.
pub(crate) fn release() -> Done {
    assets::build()?;
    let mut build = run::cargo(&["rustc", "--release", "--package", "sanhao", "--bin", "sanhao", "--"]);
    if cfg!(all(target_os = "linux", target_arch = "x86_64", target_env = "gnu")) {
        build.args(["-Clink-arg=-Wl,--icf=all", "-Clink-arg=-Wl,-z,pack-relative-relocs"]);
    }
    run::go(&mut build)?;
    println!("{}", run::target()?.join("release/sanhao").display());
    Ok(())
}
