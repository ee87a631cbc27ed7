//! The API reference's word on what is not the answer to a request: events.

use std::process::Stdio;

use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::process::Command;

use super::edge::target;

/// A virtual environment that `cargo xtask test` installs, in it the validator
/// that schemathesis itself uses.
const PYTHON: &str = "tools/python/bin/python";

/// Fails unless each value is what this schema of `docs/openapi.json` says.
pub async fn assert_fits(schema: &str, values: &[Value]) {
    assert!(!values.is_empty(), "nothing to look at");
    let document: Value =
        serde_json::from_str(include_str!("../../../docs/openapi.json")).expect("JSON");
    let known = document.pointer(&format!("/components/schemas/{schema}"));
    assert!(known.is_some(), "the reference has no {schema}");
    let asked = json!({ "document": document, "schema": schema, "values": values });
    let mut python = Command::new(target().join(PYTHON))
        .args(["-c", include_str!("reference.py")])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("`cargo xtask test` installs it");
    let mut stdin = python.stdin.take().expect("a pipe");
    let sent = stdin.write_all(asked.to_string().as_bytes()).await;
    sent.expect("it reads");
    drop(stdin);
    let said = python.wait_with_output().await.expect("it ends");
    let wrong = String::from_utf8_lossy(&said.stdout);
    assert!(
        said.status.success() && wrong.is_empty(),
        "not what the reference says of {schema}:\n{wrong}"
    );
}
