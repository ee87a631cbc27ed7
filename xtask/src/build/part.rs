//! One of the two wasm crates, and whether it must be built.

use std::path::PathBuf;

use crate::failure::Outcome;
use crate::stamps::{Inputs, Stamp};

/// A wasm crate with all that is made of it.
pub struct Part {
    /// What people call it.
    name: &'static str,
    package: &'static str,
    stamp: Stamp,
    /// Nothing has changed since the last time.
    pub fresh: bool,
}

impl Part {
    /// Looks whether something has changed. `outputs` are what is made of it.
    pub fn look(
        name: &'static str,
        package: &'static str,
        compiler: &str,
        outputs: Vec<PathBuf>,
    ) -> Outcome<Self> {
        let inputs = Inputs {
            paths: &[
                "Cargo.toml",
                "Cargo.lock",
                ".cargo",
                "package-lock.json",
                "call",
                package,
                "xtask/src/build",
                "xtask/wasm-bindgen",
            ],
            words: &[compiler],
        };
        let stamp = Stamp::new(name, &inputs, outputs)?;
        let fresh = stamp.is_fresh()?;
        Ok(Self {
            name,
            package,
            stamp,
            fresh,
        })
    }

    /// Compiles.
    pub fn compile(&self) -> Outcome {
        if self.fresh {
            return Ok(());
        }
        super::compile(self.package, &format!("compiling the {}", self.name))
    }

    /// Makes of it what is deployed.
    pub fn finish(&self, finish: impl FnOnce() -> Outcome) -> Outcome {
        if self.fresh {
            return Ok(());
        }
        finish()?;
        self.stamp.set()
    }
}
