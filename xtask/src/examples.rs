//! What the examples need to run: their packages, apart from the product's own.

use crate::failure::Outcome;
use crate::stamps::{Inputs, Stamp};
use crate::{paths, prerequisites, processes};

/// The examples for Node.
const NODE: &str = "examples/agent-token/node";
/// The examples for Python: their list of packages.
const PYTHON: &str = "examples/agent-token/python/requirements.txt";

/// Installs and builds what the stories run.
pub fn prepare() -> Outcome {
    node()?;
    python()?;
    processes::run(
        "building the examples",
        processes::command("cargo").args([
            "build",
            "--package",
            "agent-token",
            "--package",
            "call-api-example",
        ]),
    )
}

fn node() -> Outcome {
    let (manifest, lock) = (
        format!("{NODE}/package.json"),
        format!("{NODE}/package-lock.json"),
    );
    let installed = paths::root().join(NODE).join("node_modules");
    let inputs = Inputs {
        paths: &[&manifest, &lock],
        words: &[],
    };
    let stamp = Stamp::new("examples-node", &inputs, Vec::new())?;
    if installed.exists() && stamp.is_fresh()? {
        return Ok(());
    }
    prerequisites::npm()?;
    processes::run(
        "installing the examples' npm packages",
        processes::command("npm").args(["ci", "--prefix", NODE]),
    )?;
    stamp.set()
}

/// Python's packages go into an environment of their own.
fn python() -> Outcome {
    let environment = paths::target().join("examples/python");
    let inputs = Inputs {
        paths: &[PYTHON],
        words: &[],
    };
    let program = environment.join("bin/python");
    let stamp = Stamp::new("examples-python", &inputs, Vec::new())?;
    if program.exists() && stamp.is_fresh()? {
        return Ok(());
    }
    prerequisites::python()?;
    paths::fresh_folder(&environment)?;
    processes::run(
        "making an environment for Python",
        processes::command("python3")
            .args(["-m", "venv"])
            .arg(&environment),
    )?;
    processes::run(
        "installing the examples' Python packages",
        processes::command(&program).args(["-m", "pip", "install", "--requirement", PYTHON]),
    )?;
    stamp.set()
}
