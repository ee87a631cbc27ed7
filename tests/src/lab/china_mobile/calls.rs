//! `clicktodialbegin`, `clicktodialrelease` and `recordingdownload`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use call::Failure;
use call::sandbox::Script;
use serde_json::json;

use super::notification::Notifier;
use super::refusal::{Refusal, SUCCESS};
use super::request;
use crate::lab::door::json_answer;
use crate::lab::fault::{Fault, Orders};
use crate::lab::line::Line;
use crate::lab::playing;
use crate::lab::recording;
use crate::lab::spoiling;
use crate::lab::switchboard::Switchboard;

type Board = State<Arc<Switchboard>>;

/// `clicktodialbegin`.
pub(super) async fn begin(
    State(board): Board,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Refusal> {
    // 1. Who asks, and is it what the document says?
    board.application.check(&headers)?;
    let fields = request::object(&headers, &body, &board.application.app_id)?;
    let request = request::begin(&fields)?;
    // 2. What the script or a fault says instead of placing a call.
    let script = playing::script(&board, &request.caller, &request.callee);
    if let Some(script) = script {
        refuse(script)?;
    }
    let orders = board.orders(&request.caller, &request.callee);
    if let Some(answer) = instead(&orders) {
        return answer;
    }
    if let Some((status, code, words)) = orders.refused() {
        let numbers = [request.caller.digits(), request.callee.digits()];
        let description = spoiling::carelessly(words, &headers, &numbers);
        let body = json!({"code": code, "description": description});
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        return Ok(json_answer(status, &body));
    }
    // 3. The call.
    let id = uuid::Uuid::new_v4().simple().to_string().to_uppercase();
    let notifier = Notifier::new(&board, &id, request.record);
    let parties = (request.caller, request.callee);
    let line = Line::open(id, parties, orders, Box::new(notifier));
    // The document has no word for two calls of the same pair.
    board.add(Arc::clone(&line)).map_err(|_| Refusal::INVALID)?;
    let result = json!({"callidentifier": line.id()});
    let begun = json!({"code": SUCCESS, "description": "Success", "result": result});
    let begun = json_answer(StatusCode::OK, &begun);
    Ok(playing::begin(&board, &line, script, begun).await)
}

/// What a script refuses, as far as this operator can say it.
fn refuse(script: Script) -> Result<(), Refusal> {
    script.answer().map_err(|failure| match failure {
        Failure::OperatorDown => Refusal::UNAVAILABLE,
        _ => Refusal::APPLICATION_ABNORMAL,
    })
}

/// A fault's answer, where no call is placed.
fn instead(orders: &Orders) -> Option<Result<Response, Refusal>> {
    let refusals = [
        (Fault::PermissionDenied, Refusal::APPLICATION_ABNORMAL),
        (Fault::AccountSuspended, Refusal::CUSTOMER_ABNORMAL),
        (Fault::CredentialsRefused, Refusal::NO_AUTHORIZATION),
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
        return Some(Ok(playing::web_page(StatusCode::OK)));
    }
    orders.has(Fault::WrongShapeAnswer).then(|| {
        let body = json!({"code": SUCCESS, "description": "Success", "result": "A010B020"});
        Ok(json_answer(StatusCode::OK, &body))
    })
}

/// `clicktodialrelease`.
pub(super) async fn release(
    State(board): Board,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Refusal> {
    board.application.check(&headers)?;
    let fields = request::object(&headers, &body, &board.application.app_id)?;
    let ends = request::ends_call(&fields)?;
    let line = board.find(&id).ok_or(Refusal::INVALID)?;
    if line.orders().has(Fault::HangUpRefused) {
        return Err(Refusal::INTERNAL);
    }
    if line.state().is_end() {
        return Err(Refusal::INVALID);
    }
    if ends {
        playing::hang_up(&board, line);
    }
    let released = json!({"code": SUCCESS, "description": "Success"});
    Ok(json_answer(StatusCode::OK, &released))
}

/// `recordingdownload`.
pub(super) async fn download(
    State(board): Board,
    headers: HeaderMap,
    Path(id): Path<String>,
    body: Bytes,
) -> Result<Response, Refusal> {
    board.application.check(&headers)?;
    let fields = request::object(&headers, &body, &board.application.app_id)?;
    let wanted = request::recording_id(&fields)?;
    let line = board.find(&id).ok_or(Refusal::INVALID)?;
    let recorded = line.records() == Some(true) && recording::exists(&line);
    if !recorded || wanted != recording_id(&line) {
        return Err(Refusal::missing("recordingId"));
    }
    if let Some(answer) = recording::instead(&line) {
        return Ok(answer);
    }
    let file = recording::text(&line);
    let body = json!({"code": SUCCESS, "description": "Success", "filedata": file});
    let body = body.to_string().into_bytes();
    Ok(recording::answer(&line, "application/json", body))
}

/// A call has one recording at most.
pub(super) fn recording_id(line: &Line) -> String {
    format!("REC-{}", line.id())
}
