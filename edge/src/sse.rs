//! Frames of an events stream (WHATWG HTML, server-sent events). Pure.

use call::{Entry, Status};
use serde::Serialize;

use crate::clock::rfc3339;
use crate::error::public_code;

/// The first bytes of every stream: they go out at once, so that proxies see
/// an answer, and set the pause before a browser reconnects.
pub const OPENING: &str = "retry: 1000\n\n";
/// A comment that shows both ends that the other is still there.
pub const HEARTBEAT: &str = ":\n\n";

/// What pages learn of a call, in CAMARA's words.
#[derive(Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Told<'a> {
    /// Which call.
    pub call_id: &'a str,
    /// CAMARA `CallStatus`.
    pub state: &'static str,
    /// CAMARA `DisconnectionReason`; exactly when disconnected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<&'static str>,
    /// Seconds connected; exactly when disconnected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duration_seconds: Option<u32>,
    /// CAMARA `RecordingResult`; exactly when disconnected after a recording
    /// was wanted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub recording: Option<&'static str>,
    /// Present and true where the end is concluded from silence.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assumed: Option<bool>,
    /// Stable error code; exactly when failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<&'static str>,
}

impl<'a> Told<'a> {
    /// What `status` means for the outside.
    #[must_use]
    pub fn new(call_id: &'a str, status: Status) -> Self {
        let state = status.state().as_str();
        let bare = Self {
            call_id,
            state,
            reason: None,
            duration_seconds: None,
            recording: None,
            assumed: None,
            code: None,
        };
        match status {
            Status::Disconnected {
                reason,
                duration_seconds,
                assumed,
                recording,
            } => Self {
                reason: Some(reason.as_str()),
                duration_seconds: Some(duration_seconds.unwrap_or(0)),
                recording: recording.map(call::Recording::as_str),
                assumed: assumed.then_some(true),
                ..bare
            },
            Status::Failed { failure } => Self {
                code: Some(public_code(failure)),
                ..bare
            },
            _ => bare,
        }
    }
}

#[derive(Serialize)]
struct Data<'a> {
    #[serde(flatten)]
    told: Told<'a>,
    at: String,
}

/// The frame of one log entry.
#[must_use]
pub fn frame(call_id: &str, entry: &Entry) -> String {
    let data = Data {
        told: Told::new(call_id, entry.status),
        at: rfc3339(entry.at),
    };
    // Nothing in `Data` can fail to serialize; an empty object would say nothing false.
    let data = serde_json::to_string(&data).unwrap_or_else(|_| "{}".to_owned());
    format!("id: {}\nevent: status\ndata: {data}\n\n", entry.seq)
}

#[cfg(test)]
mod tests {
    use super::*;
    use call::{Failure, Millis, Reason};

    fn framed(status: Status) -> String {
        frame(
            "c1",
            &Entry {
                seq: 3,
                status,
                at: Millis(0),
            },
        )
    }

    #[test]
    fn a_frame_has_id_event_and_one_line_of_data() {
        assert_eq!(
            framed(Status::CallingCallee),
            "id: 3\nevent: status\ndata: {\"callId\":\"c1\",\"state\":\"callingCallee\",\"at\":\"1970-01-01T00:00:00.000Z\"}\n\n"
        );
    }

    #[test]
    fn reason_and_duration_come_exactly_when_disconnected() {
        let ended = framed(Status::ended(
            call::State::Disconnected,
            Some(Reason::HangUp),
            Some(12),
        ));
        assert!(
            ended.contains(r#""reason":"hangUp","durationSeconds":12,"at""#),
            "{ended}"
        );
        let recorded = Status::ended(call::State::Disconnected, None, Some(1));
        let recorded = framed(recorded.with_recording(Some(call::Recording::Success)));
        assert!(recorded.contains(r#""recording":"success","at""#));
        let failed = framed(Status::Failed {
            failure: Failure::CredentialsRefused,
        });
        assert!(
            failed.contains(r#""state":"failed","code":"OPERATOR_UNAVAILABLE""#),
            "{failed}"
        );
        assert!(!failed.contains("reason"), "{failed}");
    }

    #[test]
    fn an_assumed_end_says_so() {
        assert!(framed(Status::assumed_end(Reason::Other)).contains(r#""assumed":true"#));
    }
}
