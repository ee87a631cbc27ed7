//! CAMARA `Call`, as API clients of its account see it.

use serde_json::{Value, json};

use crate::call_room::words::View;
use crate::clock::rfc3339;
use crate::config::Settings;
use crate::sinks::shown;

/// The document's `Call`.
#[must_use]
pub fn call(settings: &Settings, view: &View) -> Value {
    let call = &view.call;
    let platform = settings.connection(&call.connection);
    let platform = platform.map(|connection| connection.platform_number());
    let mut resource = json!({
        "callId": call.id,
        "caller": { "number": shown(&call.parties.caller, platform) },
        "callee": { "number": shown(&call.parties.callee, platform) },
        "status": view.last.status.state().as_str(),
        "createdAt": rfc3339(call.opened_at),
        "recordingEnabled": call.record,
    });
    // Beyond the document, and only where something is wrong: somebody was to
    // be told, and does not listen.
    if let (true, Some(fields)) = (view.sink_given_up, resource.as_object_mut()) {
        fields.insert("sinkGivenUp".to_owned(), Value::Bool(true));
    }
    resource
}
