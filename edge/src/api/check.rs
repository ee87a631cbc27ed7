//! `GET /operators/check`: whether the configured operators answer. Served only
//! where `OPERATOR_CHECK` is set, which `cargo xtask operator check` does on a
//! developer's machine: it speaks through the very code that places calls, and
//! only asks for what changes nothing.

use serde_json::{Value, json};
use worker::Response;

use super::{Asked, reply};
use crate::config::Connection;
use crate::error::Problem;
use crate::operator::{self, Outcome, Want, run};

/// A call that no operator knows.
const NO_CALL: &str = "c2d-check";

pub(super) async fn answer(asked: &Asked) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    if !settings.operator_check {
        return Err(Problem::NotFound("There is nothing at this path."));
    }
    let mut found = Vec::new();
    for (name, connection) in &settings.connections {
        found.push(look(name, connection).await);
    }
    reply::json(200, &found)
}

async fn look(name: &str, connection: &Connection) -> Value {
    let call = NO_CALL.to_owned();
    let want = if operator::can_ask(connection) {
        Want::Ask(call)
    } else {
        Want::HangUp(call)
    };
    let failure = match run::ask(connection, &want).await {
        Outcome::Refused(failure) | Outcome::Unsure(failure) => Some(failure.as_str()),
        _ => None,
    };
    json!({ "connection": name, "dialect": connection.dialect(), "failure": failure })
}
