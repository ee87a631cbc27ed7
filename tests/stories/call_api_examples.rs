//! The examples of the API reference, as their readers run them: each gets a
//! token, places a call at the sandbox, follows it, and hangs up.

use std::time::Duration;

use stories::harness::edge::{root, target};
use tokio::process::Command;

use crate::world::{Account, SECRET, world};

/// How long an example may take on a busy machine; it takes a few seconds.
const PATIENCE: Duration = Duration::from_secs(60);

/// One after the other: they all call the same number.
#[tokio::test]
async fn every_example_places_a_call_follows_it_and_hangs_up() {
    let examples = root().join("examples/call-api");
    let run = |program: &str, file: &str| {
        let mut command = Command::new(program);
        command.arg(examples.join(file));
        command
    };
    for mut command in [
        run("bash", "curl/call.sh"),
        run("node", "javascript/call.mjs"),
        run("python3", "python/call.py"),
        Command::new(target().join("debug/call")),
    ] {
        let edge = world().await.edge.url("");
        command.env("EDGE", edge).env("CLIENT_SECRET", SECRET);
        command.env("CLIENT_ID", Account::Sandbox.client());
        command.kill_on_drop(true);
        let output = tokio::time::timeout(PATIENCE, command.output()).await;
        let output = output.expect("it ends").expect("it starts");
        let said = String::from_utf8_lossy(&output.stdout);
        let wrong = String::from_utf8_lossy(&output.stderr);
        let whole = format!("{command:?}:\n{said}{wrong}");
        assert!(output.status.success(), "{whole}");
        let lines: Vec<&str> = said.lines().collect();
        assert!(
            lines
                .first()
                .is_some_and(|line| line.starts_with("placed ")),
            "{whole}"
        );
        let end: Vec<&str> = lines.iter().rev().take(2).rev().copied().collect();
        assert_eq!(end, ["connected", "disconnected"], "{whole}");
    }
}
