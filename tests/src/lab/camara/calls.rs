//! `POST /calls`, `GET` and `DELETE /calls/{callId}`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use call::Failure;
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::SCOPES;
use super::refusal::Refusal;
use super::request;
use crate::lab::door::json_answer;
use crate::lab::fault::{Fault, Orders};
use crate::lab::line::Line;
use crate::lab::playing;
use crate::lab::recording;
use crate::lab::spoiling;
use crate::lab::switchboard::Switchboard;

/// `CallId.maxLength`.
const LONGEST_CALL_ID: usize = 256;

type Board = State<Arc<Switchboard>>;

/// `createCall`.
pub(super) async fn create(
    State(board): Board,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    // 1. Who asks, and may they?
    let [create, ..] = SCOPES;
    board.bearers.check(&headers, create)?;
    // 2. Is it what the document says?
    if !is_json(&headers) {
        return Err(Refusal::UNSUPPORTED_MEDIA_TYPE);
    }
    let request = request::read(&body, OffsetDateTime::now_utc())?;
    // 3. What the script or a fault says instead of placing a call.
    let script = playing::script(&board, &request.caller, &request.callee);
    if let Some(script) = script {
        script.answer().map_err(refusal)?;
    }
    let orders = board.orders(&request.caller, &request.callee);
    if let Some(answer) = instead(&orders) {
        return answer;
    }
    if let Some((status, code, words)) = orders.refused() {
        let numbers = [request.caller.e164(), request.callee.e164()];
        let message = spoiling::carelessly(words, &headers, &numbers);
        let body = json!({"status": status, "code": code, "message": message});
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        return Ok(json_answer(status, &body));
    }
    // 4. The call.
    let parties = (request.caller.clone(), request.callee.clone());
    let id = format!("call_{}", uuid::Uuid::new_v4());
    let line = Line::open(id, parties, orders, Box::new(request));
    board
        .add(Arc::clone(&line))
        .map_err(|_| Refusal::ALREADY_EXISTS)?;
    let created = json_answer(StatusCode::CREATED, &resource(&line));
    Ok(playing::begin(&board, &line, script, created).await)
}

/// A fault's answer, where no call is placed.
fn instead(orders: &Orders) -> Option<Result<Response, Refusal>> {
    let refusals = [
        (Fault::PermissionDenied, Refusal::PERMISSION_DENIED),
        (Fault::AccountSuspended, Refusal::PERMISSION_DENIED),
        (Fault::CredentialsRefused, Refusal::UNAUTHENTICATED),
    ];
    if let Some((_, refusal)) = refusals.into_iter().find(|(fault, _)| orders.has(*fault)) {
        return Some(Err(refusal));
    }
    if let Some(status) = orders.error_answer() {
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let words = if status == StatusCode::SERVICE_UNAVAILABLE {
            Refusal::UNAVAILABLE
        } else {
            Refusal::INTERNAL
        };
        return Some(Err(Refusal { status, ..words }));
    }
    if let Some(page) = spoiling::proxied(orders) {
        return Some(Ok(page));
    }
    if orders.has(Fault::HtmlAnswer) {
        return Some(Ok(playing::web_page(StatusCode::CREATED)));
    }
    orders.has(Fault::WrongShapeAnswer).then(|| {
        Ok(json_answer(
            StatusCode::CREATED,
            &json!({"call": {"id": 17}}),
        ))
    })
}

/// The document's `Call`.
fn resource(line: &Line) -> Value {
    let mut call = json!({
        "callId": line.id(),
        "caller": {"number": line.caller().e164()},
        "callee": {"number": line.callee().e164()},
        "status": line.state(),
        "createdAt": line.created_at().format(&Rfc3339).unwrap_or_default(),
    });
    if let (Some(enabled), Some(fields)) = (line.records(), call.as_object_mut()) {
        fields.insert("recordingEnabled".into(), json!(enabled));
    }
    call
}

/// `getCall`.
pub(super) async fn read(
    State(board): Board,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let [_, read, ..] = SCOPES;
    board.bearers.check(&headers, read)?;
    Ok(json_answer(StatusCode::OK, &resource(&*find(&board, &id)?)))
}

/// `terminateCall`.
pub(super) async fn end(
    State(board): Board,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let [_, _, delete, _] = SCOPES;
    board.bearers.check(&headers, delete)?;
    let line = find(&board, &id)?;
    if line.orders().has(Fault::HangUpRefused) {
        return Err(Refusal::INTERNAL);
    }
    if line.state().is_end() {
        return Err(Refusal::CALL_ENDED);
    }
    playing::hang_up(&board, line);
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `getRecording`: only of a call that was to be recorded, has ended, and had
/// something to record.
pub(super) async fn recording(
    State(board): Board,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let [.., recordings] = SCOPES;
    board.bearers.check(&headers, recordings)?;
    let line = find(&board, &id)?;
    if line.records() != Some(true) || !recording::exists(&line) {
        return Err(Refusal::NOT_FOUND);
    }
    if let Some(answer) = recording::instead(&line) {
        return Ok(answer);
    }
    let resource = json!({
        "callId": line.id(),
        "content": recording::text(&line),
        "contentType": recording::kind(&line),
        "generatedAt": OffsetDateTime::now_utc().format(&Rfc3339).unwrap_or_default(),
    });
    let body = resource.to_string().into_bytes();
    Ok(recording::answer(&line, "application/json", body))
}

fn find(board: &Switchboard, id: &str) -> Result<Arc<Line>, Refusal> {
    let fits = (1..=LONGEST_CALL_ID).contains(&id.len());
    let allowed = |b: u8| b.is_ascii_alphanumeric() || b"._~:-".contains(&b);
    if !fits || !id.bytes().all(allowed) {
        return Err(Refusal::INVALID_ARGUMENT);
    }
    board.find(id).ok_or(Refusal::NOT_FOUND)
}

fn is_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().map(str::trim) == Some("application/json")
}

/// How this operator words what a script refuses.
fn refusal(failure: Failure) -> Refusal {
    match failure {
        Failure::CallerUnavailable => Refusal::CALLER_NOT_AVAILABLE,
        Failure::CalleeUnavailable => Refusal::CALLEE_NOT_AVAILABLE,
        Failure::RecordingUnsupported => Refusal::RECORDING_NOT_SUPPORTED,
        _ => Refusal::UNAVAILABLE,
    }
}
