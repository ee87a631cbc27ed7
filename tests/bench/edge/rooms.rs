//! Where workerd keeps the rooms of a bench: in memory where the system has a
//! folder there, since both workers wait for the disk far longer than they
//! work, and that would hide any difference between them.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use stories::harness::edge::target;

use crate::Outcome;

/// The folder in memory that Linux has.
const MEMORY: &str = "/dev/shm";
const NAME: &str = "click-to-dial-bench";
const LOCK: &str = "lock";

/// A medium for the rooms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Medium {
    Memory,
    Disk,
}

/// A folder that is this bench's alone; gone at its end, or at the latest when
/// the next bench begins.
pub struct Rooms {
    folder: PathBuf,
    /// Kept open: the lock ends with the process.
    _lock: File,
}

impl Medium {
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "memory" => Some(Self::Memory),
            "disk" => Some(Self::Disk),
            _ => None,
        }
    }

    /// Memory, where there is such a folder.
    pub fn best() -> Self {
        if Path::new(MEMORY).is_dir() {
            Self::Memory
        } else {
            Self::Disk
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Memory => "memory",
            Self::Disk => "disk",
        }
    }

    fn folder(self) -> PathBuf {
        match self {
            Self::Memory => Path::new(MEMORY).join(NAME),
            Self::Disk => target().join(NAME),
        }
    }
}

impl Rooms {
    /// Takes the folder, empty. Two benches at once would spoil each other.
    pub fn take(medium: Medium) -> Outcome<Self> {
        let folder = medium.folder();
        let failed = |error: std::io::Error| format!("{}: {error}", folder.display());
        fs::create_dir_all(&folder).map_err(failed)?;
        let lock = File::create(folder.join(LOCK)).map_err(failed)?;
        lock.try_lock()
            .map_err(|_| "another bench is running".to_owned())?;
        clear(&folder).map_err(failed)?;
        Ok(Self {
            folder,
            _lock: lock,
        })
    }

    /// The folder for one dialect's worker.
    pub fn folder(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }
}

impl Drop for Rooms {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next bench.
        let _ = fs::remove_dir_all(&self.folder);
    }
}

/// Removes everything but the lock.
fn clear(folder: &Path) -> std::io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            fs::remove_dir_all(path)?;
        }
    }
    Ok(())
}
