//! The Python programs of the stories: schemathesis, in a virtual environment of
//! its own below `target/tools`.

use crate::failure::Outcome;
use crate::stamps::{Inputs, Stamp};
use crate::{paths, prerequisites, processes};

/// What is installed, to the exact version.
const REQUIREMENTS: &str = "tests/requirements.txt";

/// Installs what [`REQUIREMENTS`] says, unless it is there.
pub fn install() -> Outcome {
    let folder = paths::target().join("tools/python");
    prerequisites::python()?;
    let version = processes::output("python3", &["--version"]).unwrap_or_default();
    let inputs = Inputs {
        paths: &[REQUIREMENTS],
        words: &[&version],
    };
    let program = folder.join("bin/schemathesis");
    let stamp = Stamp::new("python", &inputs, vec![program])?;
    if stamp.is_fresh()? {
        return Ok(());
    }
    paths::remove_folder(&folder)?;
    processes::run(
        "making a Python environment",
        processes::command("python3")
            .args(["-m", "venv"])
            .arg(&folder),
    )?;
    processes::run(
        "installing schemathesis",
        processes::command(folder.join("bin/pip"))
            .args([
                "install",
                "--disable-pip-version-check",
                "--only-binary=:all:",
            ])
            .args(["--requirement", REQUIREMENTS]),
    )?;
    stamp.set()
}
