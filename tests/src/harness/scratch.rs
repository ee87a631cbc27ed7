//! Directories for state and profiles, below `target/stories`.
//!
//! What the stories share lives as long as the process and is never dropped,
//! so that each run clears away what ended runs have left: a run holds a lock
//! for as long as it lives.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::OnceLock;

use tempfile::TempDir;

use super::edge::target;

/// The file in a run's directory that its process keeps locked.
const LOCK: &str = "lock";
/// How the name of a directory begins that is not locked yet.
const HIDDEN: &str = ".";

struct Run {
    directory: PathBuf,
    /// Kept open: the lock ends with the process.
    _lock: File,
}

/// A new directory, removed when it is dropped.
#[must_use]
pub fn directory(prefix: &str) -> TempDir {
    static RUN: OnceLock<Run> = OnceLock::new();
    let run = RUN.get_or_init(begin);
    TempDir::with_prefix_in(prefix, &run.directory).expect("a directory")
}

fn begin() -> Run {
    let all = target().join("stories");
    fs::create_dir_all(&all).expect("a directory");
    for old in fs::read_dir(&all).expect("a directory").flatten() {
        clear(&old.path());
    }
    // Hidden until it is locked, so that no other run takes it for an old one.
    let fresh = TempDir::with_prefix_in(HIDDEN, &all).expect("a directory");
    let lock = File::create(fresh.path().join(LOCK)).expect("a file");
    lock.lock().expect("a lock");
    let directory = all.join(format!("run-{}", uuid::Uuid::new_v4().simple()));
    fs::rename(fresh.keep(), &directory).expect("a directory");
    Run {
        directory,
        _lock: lock,
    }
}

/// Removes a run's directory if its process has ended.
fn clear(directory: &Path) {
    let name = directory.file_name().unwrap_or_default();
    if name.to_string_lossy().starts_with(HIDDEN) {
        return;
    }
    let Ok(lock) = File::open(directory.join(LOCK)) else {
        return;
    };
    if lock.try_lock().is_ok() {
        // Another run may be clearing it too; then there is nothing left to do.
        let _ = fs::remove_dir_all(directory);
    }
}
