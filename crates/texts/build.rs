//! Lists the files of `texts/LANGUAGE/` for the library: a new language is a new folder.

use std::path::{Path, PathBuf};
use std::{env, fs};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let root = Path::new(&env::var("CARGO_MANIFEST_DIR")?).join("../../texts").canonicalize()?;
    println!("cargo::rerun-if-changed={}", root.display());
    let mut list = String::from("&[\n");
    for language in sorted(&root)? {
        let tag = language.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for file in sorted(&language)?.iter().filter(|file| file.extension().is_some_and(|end| end == "ftl"))
        {
            let name = file.file_stem().unwrap_or_default().to_string_lossy();
            list += &format!("({tag:?}, {name:?}, include_str!({:?})),\n", file.display().to_string());
        }
    }
    fs::write(Path::new(&env::var("OUT_DIR")?).join("files.rs"), list + "]")?;
    Ok(())
}

fn sorted(folder: &Path) -> std::io::Result<Vec<PathBuf>> {
    let mut all =
        fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<std::io::Result<Vec<_>>>()?;
    all.sort();
    Ok(all)
}
