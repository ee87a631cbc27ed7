//! `cargo xtask operator`: hands over to a program of its own, so that nobody
//! waits for TLS to be compiled who does not need it.

use std::process::Command;

use crate::failure::Outcome;
use crate::{paths, processes};

/// Runs it with these words and the environment's settings.
pub fn operator(words: &[&str]) -> Outcome {
    processes::run_aloud("the set-up at the operator", program()?.args(words))
}

/// The program, built.
pub fn program() -> Outcome<Command> {
    processes::run(
        "building what talks to operators",
        processes::command("cargo").args(["build", "--package", "operator"]),
    )?;
    let mut command = processes::command(paths::target().join("debug/operator"));
    // A file that is named is looked for where the command was given.
    if let Ok(here) = std::env::current_dir() {
        command.current_dir(here);
    }
    Ok(command)
}
