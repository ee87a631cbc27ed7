//! The channels that are there now.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use call::State as CallState;
use serde_json::{Value, json};

use super::connect::unreachable_store;
use super::envelope::{Trouble, Wanted, yes};
use crate::lab::fault::Fault;
use crate::lab::line::Line;
use crate::lab::playing;
use crate::lab::switchboard::Switchboard;

type Board = State<Arc<Switchboard>>;

/// `GET channels`.
pub(super) async fn list(
    State(board): Board,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let row = |line: &Arc<Line>| {
        json!({
            "uuid": line.id(),
            "answered": answered(line),
            "authorizing_id": line.id().split('-').nth(1),
            "authorizing_type": "clicktocall",
            "is_loopback": true,
        })
    };
    let lines = board.lines();
    let alive = lines.iter().filter(|line| !line.state().is_end());
    Ok(yes(StatusCode::OK, &alive.map(row).collect(), &token))
}

/// `GET channels/{id}`. It does not say whether the second party has answered.
pub(super) async fn read(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let line = alive(&board, &id)?;
    let channel = json!({
        "call_id": line.id(),
        "answered": answered(&line),
        "call_direction": "inbound",
        "is_loopback": true,
        "is_on_hold": false,
    });
    Ok(yes(StatusCode::OK, &channel, &token))
}

/// `POST channels/{id}`: accepted in any case, carried out only where
/// metaflows are on.
pub(super) async fn act(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let line = alive(&board, &id)?;
    let wanted = Wanted::read(None, &body)?;
    if wanted.text("action")? != "hangup" {
        let data = json!({"action": {"enum": {"message": "Value not found"}}});
        return Err(Trouble::with(400, "validation error", data));
    }
    let metaflows_are_on = !line.orders().has(Fault::HangUpRefused);
    if metaflows_are_on {
        playing::hang_up(&board, line);
    }
    let words = Value::from("hangup initiated");
    Ok(yes(StatusCode::OK, &words, &token))
}

/// A channel that is gone is asked for in vain: nobody has it, and nobody
/// answers. One that never was is told at once.
fn alive(board: &Switchboard, id: &str) -> Result<Arc<Line>, Trouble> {
    match board.find(id) {
        Some(line) if line.state().is_end() => Err(unreachable_store()),
        Some(line) => Ok(line),
        None => Err(Trouble::with(404, "bad identifier", json!([id]))),
    }
}

fn answered(line: &Line) -> bool {
    line.has_been(CallState::CallingCallee) || line.has_been(CallState::Connected)
}
