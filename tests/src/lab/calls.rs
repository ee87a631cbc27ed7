//! `POST /calls`, `GET` and `DELETE /calls/{callId}`.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes};
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use call::sandbox::Script;
use call::{Failure, Status};
use serde_json::json;
use time::OffsetDateTime;

use super::SCOPES;
use super::door::Unanswered;
use super::fault::{Fault, Orders};
use super::line::Line;
use super::refusal::{Refusal, answer};
use super::request::{self, CreateCall};
use super::switchboard::Switchboard;

/// `CallId.maxLength`.
const LONGEST_CALL_ID: usize = 256;
/// From a hang-up to the end of the call, at time scale 1.
const HANG_UP_TAKES_MS: u64 = 1_000;

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
    let orders = board.orders(&request.caller, &request.callee);
    let script = (!orders.by_hand).then(|| Script::choose(&request.caller, &request.callee));
    if let Some(script) = script {
        script.answer().map_err(refusal)?;
    }
    if let Some(answer) = instead(&orders) {
        return answer;
    }
    place(board, request, orders, script).await
}

async fn place(
    board: Arc<Switchboard>,
    request: CreateCall,
    orders: Orders,
    script: Option<Script>,
) -> Result<Response, Refusal> {
    let line = Line::open(request, orders);
    board
        .add(Arc::clone(&line))
        .map_err(|_| Refusal::ALREADY_EXISTS)?;
    let call = line.resource();
    let orders = line.orders().clone();
    if orders.has(Fault::EventBeforeAnswer) {
        line.tell_and_wait(Status::CallingCaller).await;
    }
    if let Some(script) = script {
        tokio::spawn(play(
            Arc::clone(&line),
            script,
            board.time_scale,
            orders.slow_answer(),
        ));
    }
    if let Some(pause) = orders.slow_answer() {
        tokio::time::sleep(pause).await;
    }
    if orders.has(Fault::AnswerLost) {
        return Ok(Unanswered::response());
    }
    Ok(answer(StatusCode::CREATED, &call))
}

/// A fault's answer, where no call is placed.
fn instead(orders: &Orders) -> Option<Result<Response, Refusal>> {
    if orders.has(Fault::PermissionDenied) {
        return Some(Err(Refusal::PERMISSION_DENIED));
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
    if orders.has(Fault::HtmlAnswer) {
        let page = Body::from("<!doctype html><title>Welcome</title><h1>Hello from a proxy</h1>");
        let headers = [(header::CONTENT_TYPE, "text/html")];
        return Some(Ok((StatusCode::CREATED, headers, page).into_response()));
    }
    orders
        .has(Fault::WrongShapeAnswer)
        .then(|| Ok(answer(StatusCode::CREATED, &json!({"call": {"id": 17}}))))
}

/// Plays a script from wherever the call is. Nothing happens before the answer
/// has been given.
async fn play(line: Arc<Line>, script: Script, scale: f64, answer: Option<Duration>) {
    tokio::time::sleep(answer.unwrap_or_default()).await;
    while let Some(step) = script.after(line.state()) {
        tokio::time::sleep(Duration::from_millis(step.after_ms).mul_f64(scale)).await;
        if step.status.state().rank() > line.state().rank() {
            line.tell_status(step.status);
        }
    }
}

/// `getCall`.
pub(super) async fn read(
    State(board): Board,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let [_, read, _] = SCOPES;
    board.bearers.check(&headers, read)?;
    Ok(answer(StatusCode::OK, &find(&board, &id)?.resource()))
}

/// `terminateCall`.
pub(super) async fn end(
    State(board): Board,
    headers: HeaderMap,
    Path(id): Path<String>,
) -> Result<Response, Refusal> {
    let [.., delete] = SCOPES;
    board.bearers.check(&headers, delete)?;
    let line = find(&board, &id)?;
    if line.orders().has(Fault::HangUpRefused) {
        return Err(Refusal::INTERNAL);
    }
    if line.state().is_end() {
        return Err(Refusal::CONFLICT);
    }
    if line.orders().has(Fault::HangUpSilent) {
        line.end_silently();
    } else {
        let pause = Duration::from_millis(HANG_UP_TAKES_MS).mul_f64(board.time_scale);
        tokio::spawn(async move {
            tokio::time::sleep(pause).await;
            if !line.state().is_end() {
                line.hang_up();
            }
        });
    }
    Ok(StatusCode::NO_CONTENT.into_response())
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
