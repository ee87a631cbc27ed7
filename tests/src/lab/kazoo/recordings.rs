//! Detail records and recordings. Whether a call is recorded is a setting of
//! the system, here an order for its number.

use std::sync::Arc;

use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::GREGORIAN_S;
use super::envelope::{Trouble, yes};
use super::legs::{endings, object};
use crate::lab::fault::Fault;
use crate::lab::line::Line;
use crate::lab::recording;
use crate::lab::switchboard::Switchboard;

type Board = State<Arc<Switchboard>>;

/// `GET cdrs/{id}`: of the first leg, once it has ended.
pub(super) async fn record(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let line = find(&board, &id, |line| {
        is_written(line) && record_id(line) == id
    })?;
    let mut record = object(json!({
        "id": id,
        "call_id": line.id(),
        "interaction_id": interaction(&line),
        "call_direction": "inbound",
        "disposition": "ANSWER",
        "caller_id_number": line.callee().e164(),
        "callee_id_number": line.caller().e164(),
        "custom_channel_vars": {"authorizing_type": "clicktocall"},
        "timestamp": (line.created_at().unix_timestamp() + GREGORIAN_S).to_string(),
    }));
    if let Some(status) = line.end_status() {
        record.extend(object(endings(&line, status).0));
    }
    Ok(yes(StatusCode::OK, &json!(record), &token))
}

/// `GET recordings`. A recording is of the second phone's leg.
pub(super) async fn list(
    State(board): Board,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let row = |line: &Arc<Line>| {
        json!({
            "id": recording_id(line),
            "call_id": format!("leg-of-{}", recording_id(line)),
            "interaction_id": interaction(line),
            "content_type": "audio/mpeg",
        })
    };
    let lines = board.lines();
    let recorded = lines.iter().filter(|line| is_recorded(line));
    Ok(yes(
        StatusCode::OK,
        &recorded.map(row).collect::<Value>(),
        &token,
    ))
}

/// `GET recordings/{id}` with `Accept: audio/mpeg`.
pub(super) async fn read(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    board.system.enter(&account, &headers)?;
    let line = find(&board, &id, |line| {
        is_recorded(line) && recording_id(line) == id
    })?;
    let accept = headers
        .get(header::ACCEPT)
        .and_then(|accept| accept.to_str().ok());
    if accept != Some("audio/mpeg") {
        return Err(Trouble::unknown(&id));
    }
    let file = recording::file(&line);
    // It calls everything by the name that was asked for; what is not spoilt
    // is named as what it is, so that the lab needs one file only.
    let kind = recording::kind(&line);
    let answer = recording::instead(&line);
    Ok(answer.unwrap_or_else(|| recording::answer(&line, kind, file)))
}

/// The call that is meant by this id of something.
fn find(
    board: &Switchboard,
    id: &str,
    is_meant: impl Fn(&Line) -> bool,
) -> Result<Arc<Line>, Trouble> {
    let mut lines = board.lines().into_iter();
    let line = lines.find(|line| is_meant(line));
    line.ok_or_else(|| Trouble::unknown(id))
}

fn is_written(line: &Line) -> bool {
    line.state().is_end() && !line.orders().has(Fault::RecordLost)
}

fn is_recorded(line: &Line) -> bool {
    line.orders().recorded && recording::exists(line)
}

/// `YYYYMM-` and the name of the first leg.
fn record_id(line: &Line) -> String {
    let at = line.created_at();
    format!("{}{:02}-{}", at.year(), u8::from(at.month()), line.id())
}

fn recording_id(line: &Line) -> String {
    let at = line.created_at();
    let end = line.id().rsplit('-').next().unwrap_or_default();
    format!("{}{:02}-{end}", at.year(), u8::from(at.month()))
}

/// What all legs of a call share.
fn interaction(line: &Line) -> String {
    let seconds = line.created_at().unix_timestamp() + GREGORIAN_S;
    let end = line.id().rsplit('-').next().unwrap_or_default();
    format!("{seconds}-{end}")
}
