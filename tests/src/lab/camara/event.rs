//! `CallStatusChangedEvent` as a CloudEvent in structured mode.

use call::{State, Status};
use serde_json::{Map, Value, json};
use time::format_description::well_known::Rfc3339;

use super::request::CreateCall;
use crate::lab::courier::Envelope;
use crate::lab::fault::{Fault, Orders};
use crate::lab::line::{Line, Moment, Voice};
use crate::lab::recording;

/// The one event type of the document.
const STATUS_CHANGED: &str = "org.camaraproject.click-to-dial.v0.status-changed";
/// A type that no document has.
const UNKNOWN: &str = "org.camaraproject.click-to-dial.v0.weather-changed";
const SOURCE: &str = "/click-to-dial/lab-operator";

impl Voice for CreateCall {
    fn sink(&self) -> Option<&str> {
        self.sink.as_ref().map(|sink| sink.url.as_str())
    }

    fn authorization(&self) -> Option<&str> {
        self.sink.as_ref()?.authorization.as_deref()
    }

    fn records(&self) -> Option<bool> {
        self.recording_enabled
    }

    fn tell(&self, line: &Line, status: Status, moment: &Moment) -> Vec<Envelope> {
        let data = self.data(line, status, &now(moment));
        let told = self.envelope(line, STATUS_CHANGED, moment, data);
        told.map(|envelope| Envelope {
            state: Some(status.state()),
            ..envelope
        })
        .into_iter()
        .collect()
    }

    fn babble(&self, line: &Line, moment: &Moment) -> Option<Envelope> {
        self.envelope(line, UNKNOWN, moment, json!({"sky": "blue"}))
    }
}

impl CreateCall {
    fn envelope(&self, line: &Line, kind: &str, moment: &Moment, data: Value) -> Option<Envelope> {
        let sink = self.sink.as_ref()?;
        let event = json!({
            "id": moment.id,
            "source": SOURCE,
            "specversion": "1.0",
            "type": kind,
            "subject": format!("/calls/{}", line.id()),
            "time": now(moment),
            "datacontenttype": "application/json",
            "data": data,
        });
        let mut headers = vec![("content-type", "application/cloudevents+json".to_owned())];
        headers.extend(
            sink.authorization
                .iter()
                .map(|value| ("authorization", value.clone())),
        );
        Some(Envelope {
            event_id: moment.id.clone(),
            state: None,
            url: sink.url.clone(),
            headers,
            body: event.to_string(),
            webhook: None,
        })
    }

    fn data(&self, line: &Line, status: Status, now: &str) -> Value {
        let mut fields = progress(line.orders(), status);
        fields.insert("callId".into(), json!(line.id()));
        fields.insert("caller".into(), json!(line.caller().e164()));
        fields.insert("callee".into(), json!(line.callee().e164()));
        fields.insert("timestamp".into(), json!(now));
        if self.recording_enabled == Some(true) && status.state().is_end() {
            let result = if recording::exists(line) {
                "success"
            } else {
                "noRecord"
            };
            fields.insert("recordingResult".into(), json!(result));
        }
        Value::Object(fields)
    }
}

fn now(moment: &Moment) -> String {
    moment.at.format(&Rfc3339).unwrap_or_default()
}

/// `status`, and `callDuration` exactly when disconnected.
fn progress(orders: &Orders, status: Status) -> Map<String, Value> {
    let mut fields = Map::new();
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
