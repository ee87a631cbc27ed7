//! `CallStatusChangedEvent` as a CloudEvent in structured mode.

use call::{State, Status};
use serde_json::{Value, json};

use super::fault::{Fault, Orders};
use super::line::Line;

/// The one event type of the document.
const STATUS_CHANGED: &str = "org.camaraproject.click-to-dial.v0.status-changed";
/// A type that no document has.
const UNKNOWN: &str = "org.camaraproject.click-to-dial.v0.weather-changed";
const SOURCE: &str = "/click-to-dial/lab-operator";

/// The envelopes to deliver for one status, in order.
pub(super) fn envelopes(line: &Line, status: Status, now: &str, id: &str) -> Vec<Value> {
    let orders = line.orders();
    if orders.loses(status.state()) {
        return Vec::new();
    }
    let event = envelope(line, STATUS_CHANGED, id, now, data(line, status, now));
    let mut all = Vec::new();
    if orders.has(Fault::UnknownEventsBetween) {
        let strange = format!("{id}-strange");
        all.push(envelope(
            line,
            UNKNOWN,
            &strange,
            now,
            json!({"sky": "blue"}),
        ));
    }
    if orders.has(Fault::EventTwice) {
        all.push(event.clone());
    }
    all.push(event);
    all
}

fn envelope(line: &Line, kind: &str, id: &str, now: &str, data: Value) -> Value {
    json!({
        "id": id,
        "source": SOURCE,
        "specversion": "1.0",
        "type": kind,
        "subject": format!("/calls/{}", line.id()),
        "time": now,
        "datacontenttype": "application/json",
        "data": data,
    })
}

fn data(line: &Line, status: Status, now: &str) -> Value {
    let mut data = json!({
        "callId": line.id(),
        "caller": line.caller().e164(),
        "callee": line.callee().e164(),
        "timestamp": now,
    });
    if let Some(fields) = data.as_object_mut() {
        fields.extend(progress(line.orders(), status));
        if line.records() && status.state().is_end() {
            fields.insert("recordingResult".into(), json!("noRecord"));
        }
    }
    data
}

/// `status`, and `callDuration` exactly when disconnected.
fn progress(orders: &Orders, status: Status) -> serde_json::Map<String, Value> {
    let mut fields = serde_json::Map::new();
    let state = status.state();
    let mut object = json!({"state": state});
    if let Status::Disconnected {
        reason,
        duration_seconds,
        ..
    } = status
    {
        let seconds = duration_seconds.unwrap_or(0);
        let duration = if orders.has(Fault::DurationAsNumber) {
            json!(seconds)
        } else {
            json!(seconds.to_string())
        };
        fields.insert("callDuration".into(), duration);
        if let Some(object) = object.as_object_mut() {
            object.insert("reason".into(), json!(reason));
        }
    }
    if orders.has(Fault::StatusAsText) {
        // As older drafts had it: the word alone, the reason beside it.
        if let Some(reason) = object.get("reason") {
            fields.insert("reason".into(), reason.clone());
        }
        object = json!(State::as_str(state));
    }
    fields.insert("status".into(), object);
    fields
}
