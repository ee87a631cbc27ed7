//! `cargo xtask test`: the host's tests, then the stories in workerd and Chromium.

use std::process::Command;

use crate::build::{self, PREBUILT};
use crate::failure::Outcome;
use crate::{examples, prerequisites, processes, python};

/// Builds, installs what the stories need, and runs all tests, or those with a name
/// that contains the filter.
pub fn test(filter: Option<&str>) -> Outcome {
    build::build()?;
    processes::run_aloud(
        "cargo test on the host",
        &mut cargo_test(
            &["call", "edge", "widget", "xtask", "admin", "operator"],
            filter,
        ),
    )?;
    examples::prepare()?;
    prerequisites::chromium()?;
    python::install()?;
    processes::run_aloud(
        "cargo test of the stories",
        cargo_test(&["stories"], filter).env(PREBUILT, "1"),
    )
}

fn cargo_test(packages: &[&str], filter: Option<&str>) -> Command {
    let mut command = processes::command("cargo");
    command.arg("test");
    for package in packages {
        command.args(["--package", package]);
    }
    if let Some(filter) = filter {
        command.args(["--", filter]);
    }
    command
}
