//! What China Mobile tells of a call (document 1.0.0, section 4.2.1, table 2).

use call::{Reason, Recording, State, Status};
use serde_json::Value;

use super::LONGEST_CALL_ID;
use super::connection::missing;
use crate::error::Problem;
use crate::operator::{Event, Told};

/// Reads a notification of the call that the operator knows by this name. Its
/// authorization, as this application's, has been checked before.
pub(super) fn read_notification(app_id: &str, call: &str, body: &str) -> Result<Told, Problem> {
    let body: Value = serde_json::from_str(body).unwrap_or_default();
    if !body.is_object() {
        return Err(missing("a JSON object"));
    }
    let text = |name: &'static str| {
        let text = body
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty());
        text.ok_or_else(|| missing(name))
    };
    if text("APPID")? != app_id {
        return Err(Problem::PermissionDenied);
    }
    let (caller, callee) = (text("caller")?.to_owned(), text("callee")?.to_owned());
    let status = match text("status")? {
        "CallingCaller" => Status::CallingCaller,
        "CallingCallee" => Status::CallingCallee,
        "Connected" => Status::Connected,
        "Disconnected" => {
            let reason = text("reason").ok().map_or(Reason::Other, reason);
            let duration = duration(body.get("callDuration"));
            let result = text("recordingResult").ok().and_then(recording);
            let ended = Status::ended(State::Disconnected, Some(reason), duration);
            ended.with_recording(result)
        }
        other => {
            return Ok(Told::Unknown {
                call: call.to_owned(),
                word: other.to_owned(),
            });
        }
    };
    Ok(Told::Event(Event {
        pair: Some((caller, callee)),
        recording: text("recordingId")
            .ok()
            .filter(is_recording_id)
            .map(str::to_owned),
        ..Event::of(call, status.into())
    }))
}

/// What goes into a body, and no further.
fn is_recording_id(id: &&str) -> bool {
    id.len() <= LONGEST_CALL_ID && id.bytes().all(|b| b.is_ascii_graphic())
}

/// The document's reasons are CAMARA's with a capital. One that the document
/// lacks is still an end.
fn reason(word: &str) -> Reason {
    small(word).parse().unwrap_or(Reason::Other)
}

/// So are its recording results.
fn recording(word: &str) -> Option<Recording> {
    small(word).parse().ok()
}

fn small(word: &str) -> String {
    let mut letters = word.chars();
    letters
        .next()
        .map(|first| first.to_ascii_lowercase())
        .into_iter()
        .chain(letters)
        .collect()
}

/// `callDuration`: seconds, in the examples a string.
fn duration(value: Option<&Value>) -> Option<u32> {
    match value? {
        Value::String(digits) => digits.parse().ok(),
        number => u32::try_from(number.as_u64()?).ok(),
    }
}
