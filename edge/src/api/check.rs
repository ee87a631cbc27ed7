//! `GET /operators/check`: whether the configured operators answer. Served only
//! where `OPERATOR_CHECK` is set, which `cargo xtask operator check` does on a
//! developer's machine: it speaks through the very code that places calls, and
//! only asks for what changes nothing.

use call::Millis;
use serde_json::json;
use worker::Response;

use super::{Asked, reply};
use crate::error::Problem;
use crate::operator::{Asked as AskedCall, Outcome, Recorded, Right, Want, run};

/// A call that no operator knows.
const NO_CALL: &str = "c2d-check";

pub(super) async fn answer(asked: &Asked) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    if !settings.operator_check {
        return Err(Problem::NotFound("There is nothing at this path."));
    }
    let mut found = Vec::new();
    for (name, connection) in &settings.connections {
        for right in connection.operator().harmless() {
            let failure = match run::ask(connection, &question(*right, asked.now)).await {
                Outcome::Refused(failure) | Outcome::Unsure(failure) => Some(failure.as_str()),
                _ => None,
            };
            found.push(json!({
                "connection": name,
                "dialect": connection.operator().name(),
                "right": right.as_str(),
                "failure": failure,
            }));
        }
    }
    reply::json(200, &found)
}

/// What shows whether we have this right there.
fn question(right: Right, now: Millis) -> Want {
    let call = NO_CALL.to_owned();
    match right {
        Right::Place => Want::Readiness,
        Right::Read => Want::Ask(AskedCall {
            operator_call: call,
            opened_at: now,
        }),
        Right::End => Want::HangUp(call),
        Right::Record => Want::Recording(Recorded {
            operator_call: call,
            recording: None,
            opened_at: now,
        }),
    }
}
