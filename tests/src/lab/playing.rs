//! From the request for a call to its end: the pace of scripts and of faults.
//! The same for every dialect.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use call::Status;
use call::sandbox::Script;

use super::fault::Fault;
use super::line::Line;
use super::spoiling;
use super::switchboard::Switchboard;

/// From a hang-up to the end of the call, at time scale 1.
const HANG_UP_TAKES_MS: u64 = 1_000;

/// What the two play by themselves; nothing where the test tells what happens.
pub(super) fn script(
    board: &Switchboard,
    caller: &call::Number,
    callee: &call::Number,
) -> Option<Script> {
    let by_hand = board.orders(caller, callee).by_hand;
    (!by_hand).then(|| Script::choose(caller.digits(), callee.digits()))
}

/// Lets a call begin that is on the switchboard already, and answers with this
/// as soon as its faults allow.
pub(super) async fn begin(
    board: &Switchboard,
    line: &Arc<Line>,
    script: Option<Script>,
    answer: Response,
) -> Response {
    let orders = line.orders();
    if orders.has(Fault::EventBeforeAnswer) {
        line.tell_and_wait(Status::CallingCaller).await;
    }
    if let Some(script) = script {
        let line = Arc::clone(line);
        tokio::spawn(play(line, script, board.time_scale));
    }
    spoiling::spoil(orders, answer).await
}

/// Plays a script from wherever the call is. Nothing happens before the answer
/// has been given.
async fn play(line: Arc<Line>, script: Script, scale: f64) {
    tokio::time::sleep(line.orders().slow_answer().unwrap_or_default()).await;
    while let Some(step) = script.after(line.state()) {
        tokio::time::sleep(Duration::from_millis(step.after_ms).mul_f64(scale)).await;
        if step.status.state().rank() > line.state().rank() {
            line.tell_status(step.status);
        }
    }
}

/// Ends a call that somebody hung up: after a while, or never told.
pub(super) fn hang_up(board: &Switchboard, line: Arc<Line>) {
    if line.orders().has(Fault::HangUpSilent) {
        line.end_silently();
        return;
    }
    let pause = Duration::from_millis(HANG_UP_TAKES_MS).mul_f64(board.time_scale);
    tokio::spawn(async move {
        tokio::time::sleep(pause).await;
        if !line.state().is_end() {
            line.hang_up();
        }
    });
}

/// What a proxy in between says, instead of JSON.
pub(super) fn web_page(status: StatusCode) -> Response {
    let page = Body::from("<!doctype html><title>Welcome</title><h1>Hello from a proxy</h1>");
    (status, [(header::CONTENT_TYPE, "text/html")], page).into_response()
}
