//! `cargo xtask test`: the host's tests, then the stories in workerd, Chromium and Firefox.

use std::process::Command;

use crate::build::{self, PREBUILT};
use crate::failure::Outcome;
use crate::{examples, prerequisites, processes, python};

/// The stories in Firefox.
const FIREFOX: &str = "firefox::";

/// Builds, installs what the stories need, and runs all tests, or those with a name
/// that contains the filter.
pub fn test(filter: Option<&str>) -> Outcome {
    build::build()?;
    processes::run_aloud(
        "cargo test on the host",
        &mut cargo_test(
            &[
                "call",
                "edge",
                "widget",
                "xtask",
                "wasm-bindgen-bin",
                "admin",
                "operator",
            ],
            filter,
        ),
    )?;
    examples::prepare()?;
    prerequisites::chromium()?;
    let firefox = prerequisites::firefox()?;
    python::install()?;
    let mut stories = cargo_test(&["stories"], filter);
    if !firefox {
        stories.args(["--skip", FIREFOX]);
    }
    processes::run_aloud("cargo test of the stories", stories.env(PREBUILT, "1"))
}

fn cargo_test(packages: &[&str], filter: Option<&str>) -> Command {
    let mut command = processes::command("cargo");
    command.arg("test");
    for package in packages {
        command.args(["--package", package]);
    }
    command.arg("--").args(filter);
    command
}
