//! Where things lie in the repository, and the few file operations around them.

use std::fs;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Outcome};

/// The root of the repository: the folder above this crate.
pub fn root() -> PathBuf {
    // `cargo run` tells the place of today; the other is the place of the compilation.
    let own = std::env::var_os("CARGO_MANIFEST_DIR")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")), PathBuf::from);
    own.parent().map_or(own.clone(), Path::to_path_buf)
}

/// Everything that can be made again. Always this one, whatever `CARGO_TARGET_DIR`
/// says, because `edge/wrangler.toml` names it.
pub fn target() -> PathBuf {
    root().join("target")
}

/// Where cargo keeps what it downloads.
pub fn cargo_home() -> PathBuf {
    let home = || PathBuf::from(std::env::var_os("HOME").unwrap_or_default()).join(".cargo");
    std::env::var_os("CARGO_HOME").map_or_else(home, PathBuf::from)
}

/// A command of an npm package.
pub fn npm_bin(name: &str) -> PathBuf {
    root().join("node_modules/.bin").join(name)
}

/// The assets directory of the worker.
pub fn www() -> PathBuf {
    target().join("www")
}

/// What `wrangler` takes as the worker.
pub fn worker() -> PathBuf {
    root().join("edge/build")
}

/// A folder for the products of one step, before they are moved to where they are used.
pub fn stage(step: &str) -> PathBuf {
    target().join("stage").join(step)
}

/// Reads a whole file.
pub fn read(path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| Failure::file("read", path, error))
}

/// Reads a whole file as text.
pub fn read_text(path: &Path) -> Outcome<String> {
    fs::read_to_string(path).map_err(|error| Failure::file("read", path, error))
}

/// Writes a whole file, with the folders above it.
pub fn write(path: &Path, content: impl AsRef<[u8]>) -> Outcome {
    make_parent(path)?;
    fs::write(path, content).map_err(|error| Failure::file("write", path, error))
}

/// Moves a file over another one: whoever reads there sees the old or the new, never half.
pub fn replace(from: &Path, to: &Path) -> Outcome {
    make_parent(to)?;
    fs::rename(from, to).map_err(|error| Failure::file("write", to, error))
}

/// Removes a file, and its folder if it was the last one there.
pub fn remove_file(path: &Path) -> Outcome {
    fs::remove_file(path).map_err(|error| Failure::file("remove", path, error))?;
    if let Some(parent) = path.parent() {
        // Refused, as it should be, where something else is in the folder.
        let _ = fs::remove_dir(parent);
    }
    Ok(())
}

/// An empty folder, whatever was there before.
pub fn fresh_folder(path: &Path) -> Outcome {
    remove_folder(path)?;
    fs::create_dir_all(path).map_err(|error| Failure::file("create", path, error))
}

/// Removes a folder if it is there.
pub fn remove_folder(path: &Path) -> Outcome {
    if path.exists() {
        fs::remove_dir_all(path).map_err(|error| Failure::file("remove", path, error))?;
    }
    Ok(())
}

/// All files below a folder, sorted, leaving out folders with one of these names.
/// A file is its own only file; what is not there has none.
pub fn files_below(path: &Path, without: &[&str]) -> Outcome<Vec<PathBuf>> {
    let mut found = Vec::new();
    collect(path, without, &mut found)?;
    found.sort();
    Ok(found)
}

fn collect(path: &Path, without: &[&str], found: &mut Vec<PathBuf>) -> Outcome {
    if path.is_file() {
        found.push(path.to_path_buf());
    }
    if !path.is_dir() {
        return Ok(());
    }
    let entries = fs::read_dir(path).map_err(|error| Failure::file("read", path, error))?;
    for entry in entries {
        let entry = entry.map_err(|error| Failure::file("read", path, error))?;
        let name = entry.file_name();
        if !without.iter().any(|other| name == **other) {
            collect(&entry.path(), without, found)?;
        }
    }
    Ok(())
}

fn make_parent(path: &Path) -> Outcome {
    match path.parent() {
        Some(parent) => {
            fs::create_dir_all(parent).map_err(|error| Failure::file("create", parent, error))
        }
        None => Ok(()),
    }
}
