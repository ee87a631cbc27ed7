//! Programs of their own, `operator` and `admin`: they speak with servers
//! elsewhere, and nobody should wait for TLS to be compiled who does not.

use std::process::Command;

use crate::failure::Outcome;
use crate::{paths, processes};

/// `cargo xtask operator`: sets up at an operator what a deployment needs there.
pub fn operator(words: &[&str]) -> Outcome {
    processes::run_aloud(
        "the set-up at the operator",
        program("operator")?.args(words),
    )
}

/// `cargo xtask account` and `cargo xtask button`.
pub fn admin(words: &[&str]) -> Outcome {
    processes::run_aloud("the deployment's API", program("admin")?.args(words))
}

/// The program, built.
pub fn program(name: &str) -> Outcome<Command> {
    processes::run(
        &format!("building what talks to others ({name})"),
        processes::command("cargo").args(["build", "--package", name]),
    )?;
    let mut command = processes::command(paths::target().join("debug").join(name));
    // A file that is named is looked for where the command was given.
    if let Ok(here) = std::env::current_dir() {
        command.current_dir(here);
    }
    Ok(command)
}
