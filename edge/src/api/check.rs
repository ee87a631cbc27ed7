//! `GET /operators/check`: whether the configured operators answer. Served only
//! where `OPERATOR_CHECK` is set, which `cargo xtask operator check` does on a
//! developer's machine: it speaks through the very code that places calls, and
//! only asks for what changes nothing.

use call::Millis;
use serde_json::json;
use worker::Response;

use super::{Asked, reply};
use crate::config::Connection;
use crate::error::Problem;
use crate::operator::{Asked as AskedCall, Outcome, Recorded, Want, run};

/// A call that no operator knows.
const NO_CALL: &str = "c2d-check";

pub(super) async fn answer(asked: &Asked) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    if !settings.operator_check {
        return Err(Problem::NotFound("There is nothing at this path."));
    }
    let mut found = Vec::new();
    for (name, connection) in &settings.connections {
        for (right, want) in questions(connection, asked.now) {
            let failure = match run::ask(connection, &want).await {
                Outcome::Refused(failure) | Outcome::Unsure(failure) => Some(failure.as_str()),
                _ => None,
            };
            found.push(json!({
                "connection": name,
                "dialect": connection.dialect(),
                "right": right,
                "failure": failure,
            }));
        }
    }
    reply::json(200, &found)
}

/// What is asked of an operator, by what we want to be allowed there.
fn questions(connection: &Connection, now: Millis) -> Vec<(&'static str, Want)> {
    let call = || NO_CALL.to_owned();
    let place = || ("place", Want::Readiness);
    let read = || {
        let asked = AskedCall {
            operator_call: call(),
            opened_at: now,
        };
        ("read", Want::Ask(asked))
    };
    let end = || ("end", Want::HangUp(call()));
    match connection {
        Connection::Sandbox(_) => vec![place()],
        Connection::ChinaMobile(_) => vec![end()],
        // To end a call that is not there is asked of its channel, as reading is.
        Connection::Kazoo(_) => vec![place(), read()],
        Connection::Camara(_) => {
            let recording = Want::Recording(Recorded {
                operator_call: call(),
                recording: None,
                opened_at: now,
            });
            vec![place(), read(), end(), ("record", recording)]
        }
    }
}
