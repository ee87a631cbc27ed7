//! Knows what need not be done again: a step's stamp is a hash of everything that
//! goes in and of everything that came out.

use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use crate::failure::Outcome;
use crate::paths;

/// What a step depends on.
pub struct Inputs<'a> {
    /// Files and folders, relative to the repository.
    pub paths: &'a [&'a str],
    /// Anything else, such as the compiler's version.
    pub words: &'a [&'a str],
}

/// Folders inside of a room that are never input.
const NOT_INPUT: [&str; 3] = ["build", ".wrangler", "node_modules"];

/// The stamp of one step, with the inputs of this moment.
pub struct Stamp {
    file: PathBuf,
    inputs: String,
    outputs: Vec<PathBuf>,
}

impl Stamp {
    /// Looks at the inputs now, so that what changes during the step is noticed next time.
    pub fn new(step: &str, inputs: &Inputs, outputs: Vec<PathBuf>) -> Outcome<Stamp> {
        let mut hash = Sha256::new();
        for word in inputs.words {
            hash.update(word.len().to_le_bytes());
            hash.update(word);
        }
        for path in inputs.paths {
            hash_path(&mut hash, &paths::root().join(path))?;
        }
        Ok(Stamp {
            file: paths::target().join("stamps").join(step),
            inputs: hex(&hash.finalize()),
            outputs,
        })
    }

    /// Whether the step was done with these inputs and its products are still those.
    pub fn is_fresh(&self) -> Outcome<bool> {
        if !self.file.exists() || !self.outputs.iter().all(|output| output.exists()) {
            return Ok(false);
        }
        Ok(paths::read_text(&self.file)? == self.text()?)
    }

    /// Remembers that the step is done.
    pub fn set(&self) -> Outcome {
        paths::write(&self.file, self.text()?)
    }

    fn text(&self) -> Outcome<String> {
        let mut hash = Sha256::new();
        for output in &self.outputs {
            hash_path(&mut hash, output)?;
        }
        Ok(format!("{} {}\n", self.inputs, hex(&hash.finalize())))
    }
}

/// Lower-case hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn hash_path(hash: &mut Sha256, path: &Path) -> Outcome {
    for file in paths::files_below(path, &NOT_INPUT)? {
        let name = file.to_string_lossy();
        let content = paths::read(&file)?;
        hash.update(name.len().to_le_bytes());
        hash.update(name.as_bytes());
        hash.update(content.len().to_le_bytes());
        hash.update(&content);
    }
    Ok(())
}
