//! The lab operator beside the worker.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::failure::{Failure, Outcome};
use crate::processes::{self, Group};
use crate::{paths, progress};

/// A running lab operator and how to reach it. It ends with us, because it ends
/// when its input closes.
pub struct Lab {
    group: Group,
    /// The worker's connection to it.
    pub connection: Value,
}

impl Lab {
    /// Builds and starts it. `app_server`: where it tells of calls, if its
    /// dialect does not let every request say so.
    pub fn start(dialect: &str, app_server: &str) -> Outcome<Lab> {
        processes::run(
            "building the lab operator",
            processes::command("cargo").args([
                "build",
                "--package",
                "stories",
                "--bin",
                "lab-operator",
            ]),
        )?;
        let program = paths::target().join("debug/lab-operator");
        let mut group = Group::start(
            processes::command(program)
                .args(["--dialect", dialect, "--notify", app_server])
                .stdin(Stdio::piped())
                .stdout(Stdio::piped()),
        )?;
        let out = group.child.stdout.take();
        let line = progress::during("starting the lab operator", || first_line(out))?;
        let connection = serde_json::from_str(&line).map_err(|_| unready())?;
        Ok(Lab { group, connection })
    }

    /// Whether it has ended.
    pub fn has_ended(&mut self) -> bool {
        self.group.ended().is_some()
    }
}

/// The line that says that it is ready. What it may print later is read and dropped, so that it never waits for us.
fn first_line(out: Option<std::process::ChildStdout>) -> Outcome<String> {
    let mut reader = BufReader::new(out.ok_or_else(unready)?);
    let mut line = String::new();
    reader.read_line(&mut line).map_err(|_| unready())?;
    std::thread::spawn(move || std::io::copy(&mut reader, &mut std::io::sink()));
    Ok(line)
}

fn unready() -> Failure {
    Failure::new("the lab operator did not say where it is")
}
