//! What a CAMARA operator is asked for a call with, and what its answers mean.

use call::{Failure, Status};
use serde_json::{Value, json};

use super::event::{is_call_id, read_status};
use crate::operator::{Order, Outcome};

/// CAMARA `CreateCallRequest`.
pub(super) fn create_call(order: &Order) -> Value {
    let mut request = json!({
        "caller": { "number": order.caller.as_str() },
        "callee": { "number": order.callee.as_str() },
        "sink": order.sink,
        "sinkCredential": {
            "credentialType": "ACCESSTOKEN",
            "accessToken": order.sink_bearer,
            "accessTokenExpiresUtc": order.sink_expires,
            "accessTokenType": "bearer",
        },
    });
    if let (true, Some(request)) = (order.record, request.as_object_mut()) {
        request.insert("recordingEnabled".to_owned(), Value::Bool(true));
    }
    request
}

pub(super) fn by_status(status: u16) -> Failure {
    match status {
        401 | 403 => Failure::CredentialsRefused,
        402 => Failure::AccountSuspended,
        429 | 500..=599 => Failure::OperatorDown,
        _ => Failure::OperatorUnreadable,
    }
}

/// A refusal to place. A 5xx other than 503 says nothing about whether the
/// call was placed before things went wrong.
pub(super) fn read_refusal(status: u16, body: &str) -> Outcome {
    let code = serde_json::from_str::<Value>(body)
        .ok()
        .and_then(|info| info.get("code").and_then(Value::as_str).map(str::to_owned))
        .unwrap_or_default();
    let failure = match code.as_str() {
        "INVALID_PHONE_NUMBER" | "SAME_CALLER_CALLEE" => Failure::BadNumber,
        "CALLER_NOT_AVAILABLE" => Failure::CallerUnavailable,
        "CALLEE_NOT_AVAILABLE" => Failure::CalleeUnavailable,
        "RECORDING_NOT_SUPPORTED" => Failure::RecordingUnsupported,
        "SERVICE_NOT_APPLICABLE" => Failure::NotApplicable,
        "ALREADY_EXISTS" => Failure::AlreadyInCall,
        _ => by_status(status),
    };
    match status {
        500..=599 if status != 503 => Outcome::Unsure(failure),
        409 if code.is_empty() => Outcome::Refused(Failure::AlreadyInCall),
        _ => Outcome::Refused(failure),
    }
}

pub(super) fn call_id(body: &str) -> Option<String> {
    let call: Value = serde_json::from_str(body).ok()?;
    let id = call.get("callId")?.as_str()?;
    is_call_id(id).then(|| id.to_owned())
}

/// `GET /calls/{callId}`: the state, and a reason where an operator adds one.
pub(super) fn read_call(body: &str) -> Option<Status> {
    let call: Value = serde_json::from_str(body).ok()?;
    read_status(&call)
}
