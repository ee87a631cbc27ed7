//! What China Mobile tells of a call (document 1.0.0, section 4.2.1, table 2).

use call::{Reason, Recording, State, Status};
use serde_json::Value;

use super::{Connection, LONGEST_CALL_ID};

/// What a notification tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notification {
    /// The party rung first: digits without `+`.
    pub caller: String,
    /// The party rung second: digits without `+`.
    pub callee: String,
    /// What became of the call; `None` for a word that the document lacks.
    pub status: Option<Status>,
    /// The operator's name for the recording.
    pub recording: Option<String>,
}

/// The document's error for a notification that lacks something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Malformed {
    /// Not a JSON object.
    NotJson,
    /// This property is missing or of the wrong kind.
    Missing(&'static str),
    /// Its `APPID` is another application's.
    OtherApplication,
}

/// Reads a notification (section 4.2.1, table 2), whose authorization has been
/// checked before.
pub fn read_notification(connection: &Connection, body: &str) -> Result<Notification, Malformed> {
    let body: Value = serde_json::from_str(body).map_err(|_| Malformed::NotJson)?;
    if !body.is_object() {
        return Err(Malformed::NotJson);
    }
    let text = |name: &'static str| {
        let text = body
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty());
        text.ok_or(Malformed::Missing(name))
    };
    if text("APPID")? != connection.app_id {
        return Err(Malformed::OtherApplication);
    }
    let (caller, callee) = (text("caller")?.to_owned(), text("callee")?.to_owned());
    let status = match text("status")? {
        "CallingCaller" => Some(Status::CallingCaller),
        "CallingCallee" => Some(Status::CallingCallee),
        "Connected" => Some(Status::Connected),
        "Disconnected" => {
            let reason = text("reason").ok().map_or(Reason::Other, reason);
            let duration = duration(body.get("callDuration"));
            let result = text("recordingResult").ok().and_then(recording);
            let ended = Status::ended(State::Disconnected, Some(reason), duration);
            Some(ended.with_recording(result))
        }
        _ => None,
    };
    Ok(Notification {
        caller,
        callee,
        status,
        recording: text("recordingId")
            .ok()
            .filter(is_recording_id)
            .map(str::to_owned),
    })
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
