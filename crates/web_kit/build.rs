//! Names the built assets by a hash of their bytes. They are built by `cargo xtask assets` (npm), never here.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").unwrap_or_default();
    let dist = Path::new(&root).join("assets/dist");
    println!("cargo::rerun-if-changed={}", dist.display());
    let mut code = String::new();
    const CSS: &str = "text/css; charset=utf-8";
    const JS: &str = "text/javascript; charset=utf-8";
    for (name, mime) in [("app.css", CSS), ("app.js", JS), ("store.css", CSS), ("store.js", JS)] {
        let path = dist.join(name);
        println!("cargo::rerun-if-changed={}", path.display());
        let Ok(bytes) = fs::read(&path) else {
            println!(
                "cargo::error=the pages' assets are not built: run `cargo xtask assets` first (needs Node 20 or newer)"
            );
            return;
        };
        let mut hash = 0xcbf2_9ce4_8422_2325u64;
        for byte in &bytes {
            hash = (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let (stem, end) = name.split_once('.').unwrap_or((name, ""));
        let constant = name.replace('.', "_").to_uppercase();
        let _ = writeln!(
            code,
            "const {constant}: Asset = Asset {{\n    path: \"/assets/{stem}-{hash:016x}.{end}\",\n    mime: {mime:?},\n    \
             bytes: include_bytes!({:?}),\n    gzip: include_bytes!({:?}),\n}};",
            path.display().to_string(),
            dist.join(format!("{name}.gz")).display().to_string(),
        );
    }
    let out = env::var("OUT_DIR").unwrap_or_default();
    if let Err(err) = fs::write(Path::new(&out).join("assets.rs"), code) {
        println!("cargo::error=the list of assets could not be written: {err}");
    }
}
