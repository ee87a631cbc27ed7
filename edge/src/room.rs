//! How the worker speaks with a room: one question, one answer, both JSON.

use serde::Serialize;
use serde::de::DeserializeOwned;
use worker::{Env, ObjectNamespace, Request, Response, Stub};

use crate::call_room::words::{Ask, View};
use crate::error::Problem;
use crate::ids::{CallId, HexId};
use crate::keys::digest;
use crate::outbound;

/// The path of questions within a room; rooms have no other names.
const ASK: &str = "https://room/ask";

/// A question that a room answers.
pub trait Question: Serialize + DeserializeOwned {
    /// The answer's type.
    type Answer: Serialize + DeserializeOwned;
}

/// The room of one call. Only a checked id leads to a room.
pub fn call_room(env: &Env, call: &CallId) -> worker::Result<Stub> {
    env.durable_object("CALL_ROOM")?.get_by_name(call.as_str())
}

/// The room of one account.
pub fn account_room(env: &Env, account: HexId) -> worker::Result<Stub> {
    let rooms: ObjectNamespace = env.durable_object("ACCOUNT_ROOM")?;
    rooms.get_by_name(&account.to_string())
}

/// The room of an operator's name for a call.
pub fn operator_call_room(env: &Env, connection: &str, name: &str) -> worker::Result<Stub> {
    env.durable_object("OPERATOR_CALL_ROOM")?
        .get_by_name(&format!("call {connection} {name}"))
}

/// The room of a pair of numbers at a connection.
pub fn pair_room(env: &Env, connection: &str, caller: &str, callee: &str) -> worker::Result<Stub> {
    // Numbers stay out of names, which platforms show.
    let pair = digest(&[caller.as_bytes(), callee.as_bytes()]);
    let name = format!(
        "pair {connection} {}",
        base16ct::lower::encode_string(&pair)
    );
    env.durable_object("OPERATOR_CALL_ROOM")?.get_by_name(&name)
}

/// Asks a room.
pub async fn ask<Q: Question>(room: &Stub, question: &Q) -> worker::Result<Q::Answer> {
    let body = serde_json::to_string(question)?;
    let request = outbound::request("POST", ASK, [], Some(&body))?;
    let mut answer = room.fetch_with_request(request).await?;

    let text = answer.text().await?;
    if answer.status_code() != 200 {
        return Err(worker::Error::RustError(format!(
            "room answered {}",
            answer.status_code()
        )));
    }
    Ok(serde_json::from_str(&text)?)
}

/// Asks a call's room that has to be there.
pub async fn ask_call(room: &Stub, question: &Ask) -> Result<View, Problem> {
    ask(room, question)
        .await
        .map_err(failed)?
        .ok_or(Problem::Internal)
}

/// Logs what went wrong on our side, and says no more than that.
pub fn failed(error: worker::Error) -> Problem {
    worker::console_error!("{error}");
    Problem::Internal
}

/// Reads a question inside a room.
pub async fn question<Q: Question>(request: &mut Request) -> worker::Result<Q> {
    Ok(serde_json::from_str(&request.text().await?)?)
}

/// Answers a question inside a room.
pub fn answer<A: Serialize>(answer: &A) -> worker::Result<Response> {
    Response::ok(serde_json::to_string(answer)?)
}

/// Opens a listener's WebSocket to a call's room, with the cursor after which
/// it wants to hear.
pub async fn listen(room: &Stub, after: Option<u64>) -> worker::Result<Response> {
    let after = after.map_or_else(String::new, |after| after.to_string());
    let url = format!("https://room/listen/{after}");
    room.fetch_with_request(outbound::request(
        "GET",
        &url,
        [("upgrade", "websocket")],
        None,
    )?)
    .await
}

/// The cursor of a `listen` request inside a room.
#[must_use]
pub fn listen_cursor(path: &str) -> Option<Option<u64>> {
    let after = path.strip_prefix("/listen/")?;
    if after.is_empty() {
        Some(None)
    } else {
        after.parse().ok().map(Some)
    }
}
