//! What sinks are told: CloudEvents 1.0 in structured mode (CAMARA
//! `CallStatusChangedEvent`; the account's own sink in the same form).

use call::{Entry, Recording, Status};
use serde_json::{Map, Value, json};

use crate::clock::rfc3339;
use crate::error::public_code;

/// CAMARA's only type of event.
const STATUS_CHANGED: &str = "org.camaraproject.click-to-dial.v0.status-changed";
/// What the account's own sink is told.
const CALL_ENDED: &str = "click-to-dial.v1.call-ended";

/// What is known of the call besides its log.
#[derive(Clone, Copy, Debug)]
pub struct Known<'a> {
    /// Its id.
    pub id: &'a str,
    /// The party rung first, as a number.
    pub caller: &'a str,
    /// The party rung second, as a number.
    pub callee: &'a str,
    /// Whether it was to be recorded.
    pub record: bool,
    /// Where this API is, without `/calls`.
    pub source: &'a str,
}

/// The event that tells one entry of a call's log. Told again, it has the same id.
#[must_use]
pub fn status_event(known: &Known<'_>, entry: &Entry) -> Value {
    cloud_event(known, entry, STATUS_CHANGED, data(known, entry))
}

/// The event that tells the account's own sink of a call that has ended, with
/// all that is known: `facts` are the button and the page.
#[must_use]
pub fn ended_event(
    known: &Known<'_>,
    opened: &Entry,
    connected: Option<&Entry>,
    last: &Entry,
    facts: &Value,
) -> Value {
    let mut data = data(known, last);
    let mut add = |name: &str, value: Value| data.insert(name.to_owned(), value);
    add("createdAt", Value::String(rfc3339(opened.at)));
    if let Some(connected) = connected {
        add("connectedAt", Value::String(rfc3339(connected.at)));
    }
    add("missed", Value::Bool(connected.is_none()));
    if let Status::Failed { failure } = last.status {
        add("code", Value::from(public_code(failure)));
    }
    if let Some(facts) = facts.as_object() {
        data.extend(facts.clone());
    }
    cloud_event(known, last, CALL_ENDED, data)
}

fn cloud_event(known: &Known<'_>, entry: &Entry, kind: &str, data: Map<String, Value>) -> Value {
    json!({
        "id": format!("{}:{kind}:{}", known.id, entry.seq),
        "source": known.source,
        "specversion": "1.0",
        "type": kind,
        "subject": format!("/calls/{}", known.id),
        "time": rfc3339(entry.at),
        "datacontenttype": "application/json",
        "data": data,
    })
}

fn data(known: &Known<'_>, entry: &Entry) -> Map<String, Value> {
    let mut data = Map::new();
    let mut add = |name: &str, value: Value| data.insert(name.to_owned(), value);
    let mut status = json!({ "state": entry.status.state().as_str() });
    add("callId", known.id.into());
    add("caller", known.caller.into());
    add("callee", known.callee.into());
    add("timestamp", Value::String(rfc3339(entry.at)));
    let recording = match entry.status {
        Status::Disconnected {
            reason,
            duration_seconds,
            recording,
            ..
        } => {
            if let Some(status) = status.as_object_mut() {
                status.insert("reason".to_owned(), reason.as_str().into());
            }
            let seconds = duration_seconds.unwrap_or(0);
            add("callDuration", Value::String(seconds.to_string()));
            recording
        }
        Status::Failed { .. } => Some(Recording::NoRecord),
        _ => None,
    };
    if let Some(recording) = recording.filter(|_| known.record) {
        add("recordingResult", recording.as_str().into());
    }
    add("status", status);
    data
}

#[cfg(test)]
mod tests {
    use super::*;
    use call::{Failure, Millis, Reason, State};

    fn known(record: bool) -> Known<'static> {
        Known {
            id: "c1",
            caller: "+12025550123",
            callee: "+12025550142",
            record,
            source: "https://edge.example/click-to-dial/v0.2",
        }
    }

    fn entry(seq: u64, status: Status) -> Entry {
        Entry {
            seq,
            status,
            at: Millis(seq * 1000),
        }
    }

    fn ended(recording: Option<Recording>) -> Entry {
        let status = Status::ended(State::Disconnected, Some(Reason::HangUp), Some(1600));
        entry(5, status.with_recording(recording))
    }

    #[test]
    fn reason_duration_and_result_come_exactly_with_the_end() {
        let ringing = status_event(&known(true), &entry(2, Status::CallingCaller));
        assert_eq!(
            ringing["data"],
            json!({
                "callId": "c1", "caller": "+12025550123", "callee": "+12025550142",
                "status": {"state": "callingCaller"}, "timestamp": "1970-01-01T00:00:02.000Z",
            })
        );
        let end = status_event(&known(true), &ended(Some(Recording::Success)));
        assert_eq!(
            end["data"]["status"],
            json!({"state": "disconnected", "reason": "hangUp"})
        );
        assert_eq!(end["data"]["callDuration"], "1600");
        assert_eq!(end["data"]["recordingResult"], "success");
        let unrecorded = status_event(&known(false), &ended(None));
        assert_eq!(unrecorded["data"].get("recordingResult"), None);
        let failed = Status::Failed {
            failure: Failure::CalleeUnavailable,
        };
        let failed = status_event(&known(true), &entry(2, failed));
        assert_eq!(failed["data"]["status"], json!({"state": "failed"}));
        assert_eq!(failed["data"].get("callDuration"), None);
        assert_eq!(failed["data"]["recordingResult"], "noRecord");
    }

    #[test]
    fn every_event_has_an_id_of_its_own_and_keeps_it() {
        let id = |seq| status_event(&known(false), &entry(seq, Status::Connected))["id"].clone();
        assert_eq!(id(2), id(2));
        assert_ne!(id(2), id(3));
        let end = ended(None);
        let account = ended_event(
            &known(false),
            &entry(1, Status::Initiating),
            None,
            &end,
            &Value::Null,
        );
        assert_ne!(account["id"], status_event(&known(false), &end)["id"]);
        assert_eq!(account["specversion"], "1.0");
    }

    #[test]
    fn the_account_learns_everything_also_of_a_missed_call() {
        let (opened, connected, end) = (
            entry(1, Status::Initiating),
            entry(4, Status::Connected),
            ended(None),
        );
        let facts = json!({"buttonId": "b", "page": {"url": "https://crm.example/1"}});
        let told = |connected| {
            ended_event(&known(false), &opened, connected, &end, &facts)["data"].clone()
        };
        let talked = told(Some(&connected));
        assert_eq!(talked["connectedAt"], "1970-01-01T00:00:04.000Z");
        assert_eq!(
            (&talked["missed"], &talked["page"]["url"]),
            (&json!(false), &json!("https://crm.example/1"))
        );
        assert_eq!(told(None)["missed"], true);
    }
}
