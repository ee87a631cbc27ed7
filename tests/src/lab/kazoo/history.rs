//! `clicktocall/{id}/history`.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use call::{Reason, State as CallState, Status};
use serde_json::{Value, json};

use super::GREGORIAN_S;
use super::access::random_id;
use super::envelope::{Trouble, yes};
use super::legs::cause;
use crate::lab::line::Line;
use crate::lab::switchboard::Switchboard;

type Board = State<Arc<Switchboard>>;

/// `GET clicktocall/{id}/history`. A document that nobody knows has none.
pub(super) async fn history(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let prefix = format!("c2c-{id}-");
    let lines = board.lines();
    let rows = lines
        .iter()
        .filter(|line| line.id().starts_with(&prefix))
        .filter_map(|line| past(line));
    Ok(yes(StatusCode::OK, &rows.collect(), &token))
}

/// What is written down once the first party has answered, or has not. What
/// comes then is not.
fn past(line: &Line) -> Option<Value> {
    let mut item = json!({
        "id": random_id(),
        "timestamp": line.created_at().unix_timestamp() + GREGORIAN_S,
        "contact": line.callee().e164(),
    });
    let answered = line.has_been(CallState::CallingCallee) || line.has_been(CallState::Connected);
    let more = match line.end_status() {
        _ if answered => json!({"result": "success", "call_id": line.id()}),
        Some(Status::Disconnected { reason, .. }) if reason != Reason::HangUp => {
            json!({"result": "error", "cause": cause(reason), "call_id": line.id()})
        }
        Some(_) => json!({"result": "success", "call_id": line.id()}),
        None => return None,
    };
    if let (Some(item), Value::Object(more)) = (item.as_object_mut(), more) {
        item.extend(more);
    }
    Some(item)
}
