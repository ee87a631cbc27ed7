//! What a CAMARA operator tells: CloudEvents in structured mode, and the two
//! shapes in which its documents have had `status`.

use call::{Reason, State, Status};
use serde_json::Value;

use crate::operator::{Event, Told};

/// The longest call id that the document allows.
const LONGEST_CALL_ID: usize = 256;
/// Event types of the document, all versions: `org.camaraproject.click-to-dial.v0.status-changed`.
const EVENT_PREFIX: &str = "org.camaraproject.click-to-dial.";
const EVENT_SUFFIX: &str = "status-changed";

/// Reads a CloudEvent in structured mode, told at the address of this call of
/// ours. The error says where it breaks its document.
pub(super) fn read_event(call: &str, body: &str) -> Result<Told, &'static str> {
    let unknown = |word: String| {
        Ok(Told::Unknown {
            call: call.to_owned(),
            word,
        })
    };
    let event: Value = serde_json::from_str(body).map_err(|_| "The body is not JSON.")?;
    let text = |name: &str| {
        event
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    if text("specversion") != Some("1.0") {
        return Err("specversion must be \"1.0\".");
    }
    if text("id").is_none() || text("source").is_none() {
        return Err("A CloudEvent needs an id and a source.");
    }
    let kind = text("type").ok_or("A CloudEvent needs a type.")?;
    if !(kind.starts_with(EVENT_PREFIX) && kind.ends_with(EVENT_SUFFIX)) {
        return unknown(kind.to_owned());
    }
    let data = event.get("data").ok_or("The event has no data.")?;
    let id = data
        .get("callId")
        .and_then(Value::as_str)
        .filter(|id| is_call_id(id));
    let id = id.ok_or("data.callId is missing or not a call id.")?;
    let status = data.get("status").ok_or("data.status is missing.")?;
    if !(status.is_string() || status.get("state").is_some_and(Value::is_string)) {
        return Err("data.status has no state.");
    }
    match read_status(data) {
        Some(status) => Ok(Told::Event(Event::of(id, status.into()))),
        None => unknown(status.to_string()),
    }
}

/// CAMARA's pattern for `CallId`. Also what makes it safe in a path, but for
/// `.` and `..`.
pub(super) fn is_call_id(id: &str) -> bool {
    (1..=LONGEST_CALL_ID).contains(&id.len())
        && id != "."
        && id != ".."
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._~:-".contains(&b))
}

/// The state in either of the documents' shapes, from an event's `data` or a
/// call: `status` as an object with `state` and `reason`, or as a bare word.
/// `None`: a word that the documents do not have.
pub(super) fn read_status(data: &Value) -> Option<Status> {
    let status = data.get("status")?;
    let (state, reason) = match status {
        Value::String(state) => (state.as_str(), data.get("reason")),
        status => (
            status.get("state")?.as_str()?,
            status.get("reason").or(data.get("reason")),
        ),
    };
    let reason = reason.and_then(Value::as_str);
    // A reason that the document lacks is still an end.
    let reason: Option<Reason> = reason.map(|word| word.parse().unwrap_or(Reason::Other));
    Some(match state.parse().ok()? {
        State::Initiating => Status::Initiating,
        State::CallingCaller => Status::CallingCaller,
        State::CallingCallee => Status::CallingCallee,
        State::Connected => Status::Connected,
        end => {
            let recording = data.get("recordingResult").and_then(Value::as_str);
            let recording = recording.and_then(|word| word.parse().ok());
            let duration = duration(data.get("callDuration"));
            Status::ended(end, reason, duration).with_recording(recording)
        }
    })
}

/// `callDuration`: a string of digits in the document, a number elsewhere.
fn duration(value: Option<&Value>) -> Option<u32> {
    match value? {
        Value::String(digits) => digits.parse().ok(),
        number => u32::try_from(number.as_u64()?).ok(),
    }
}
