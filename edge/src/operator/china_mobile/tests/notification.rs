//! What the operator tells, and is answered.

use base64ct::{Base64, Encoding};
use call::{Reason, Recording, State, Status};
use proptest::prelude::{prop_assert, proptest};

use super::*;
use crate::error::Problem;
use crate::operator::china_mobile::connection::missing;
use crate::operator::china_mobile::notification::read_notification;
use crate::operator::{Envelope, Event, Reply, Told};

#[test]
fn only_the_application_itself_may_notify() {
    let authorization = format!("Basic {}", Base64::encode_string(b"12345678:hush"));
    let opens = |shown: &str| {
        let header = |name: &str| (name == "authorization").then(|| shown.to_owned());
        let envelope = Envelope {
            names: [CALL, "", ""],
            header: &header,
        };
        connection().is_authorized("main", &envelope)
    };
    assert!(opens(&authorization));
    for forged in [
        "",
        "Basic ",
        "Basic MTIzNDU2Nzg6aHVzaA",
        &authorization.to_lowercase(),
    ] {
        assert!(!opens(forged), "{forged}");
    }
}

fn heard(body: &str) -> Result<Told, Problem> {
    read_notification("12345678", CALL, body)
}

fn ended(reason: Reason, duration: Option<u32>) -> Status {
    Status::ended(State::Disconnected, Some(reason), duration)
}

/// What is told of a call with this status and this recording.
fn told(status: Status, recording: Option<&str>) -> Told {
    let pair = ("8613912345673".to_owned(), "8613810268653".to_owned());
    Told::Event(Event {
        pair: Some(pair),
        recording: recording.map(str::to_owned),
        ..Event::of(CALL, status.into())
    })
}

fn notification(more: &str) -> Result<Told, Problem> {
    let body = format!(
        r#"{{"APPID":"12345678","caller":"8613912345673","callee":"8613810268653","timeStamp":"2026-01-01T00:00:00.000Z",{more}}}"#
    );
    heard(&body)
}

#[test]
fn every_status_and_reason_of_the_document_is_read() {
    for (word, status) in [
        ("CallingCaller", Status::CallingCaller),
        ("CallingCallee", Status::CallingCallee),
        ("Connected", Status::Connected),
    ] {
        let more = format!(r#""status":"{word}""#);
        assert_eq!(notification(&more), Ok(told(status, None)));
    }
    for reason in Reason::ALL {
        let word = reason.as_str();
        let word = word[..1].to_uppercase() + &word[1..];
        let more = format!(r#""status":"Disconnected","reason":"{word}","callDuration":"16""#);
        let status = ended(*reason, Some(16));
        assert_eq!(notification(&more), Ok(told(status, None)));
    }
}

#[test]
fn an_unknown_status_is_not_guessed_at_and_an_unknown_reason_is_an_end() {
    let unknown = Told::Unknown {
        call: CALL.to_owned(),
        word: "OnHold".to_owned(),
    };
    assert_eq!(notification(r#""status":"OnHold""#), Ok(unknown));
    let more = r#""status":"Disconnected","reason":"MoonPhase","callDuration":3"#;
    let status = ended(Reason::Other, Some(3));
    assert_eq!(notification(more), Ok(told(status, None)));
}

#[test]
fn a_recording_is_told_by_its_name() {
    let more = r#""recordingResult":"NoRecord","recordingId":"REC-1","reason":"HangUp","status":"Disconnected""#;
    let status = ended(Reason::HangUp, None).with_recording(Some(Recording::NoRecord));
    assert_eq!(notification(more), Ok(told(status, Some("REC-1"))));
}

#[test]
fn what_is_missing_is_named() {
    assert_eq!(notification(r#""x":1"#), Err(missing("status")));
    assert_eq!(heard("[]"), Err(missing("a JSON object")));
    assert_eq!(heard("{}"), Err(missing("APPID")));
    let other = r#"{"APPID":"other"}"#;
    assert_eq!(heard(other), Err(Problem::PermissionDenied));
}

/// Section 4.4.
#[test]
fn every_answer_is_in_the_operators_own_words() {
    let said = |reply: Reply| {
        let body = reply.body.unwrap();
        let text = |name: &str| body[name].as_str().unwrap().to_owned();
        (reply.status, text("code"), text("description"))
    };
    let words = |status, code: &str, words: &str| (status, code.to_owned(), words.to_owned());
    assert_eq!(said(Connection::taken()), words(200, "0000000", "Success"));
    for (problem, expected) in [
        (
            missing("caller"),
            words(400, "0001001", "Expected property is missing: caller"),
        ),
        (
            Problem::Unauthenticated,
            words(401, "0001002", "No authorization to invoke operation"),
        ),
        (
            Problem::PermissionDenied,
            words(403, "0001004", "Abnormal application status"),
        ),
        (
            Problem::TooLarge,
            words(403, "0001005", "Message length is too long"),
        ),
        (
            Problem::NotConfigured,
            words(503, "0000002", "Service unavailable"),
        ),
        (
            Problem::Internal,
            words(500, "0000001", "Internal Service Error"),
        ),
    ] {
        assert_eq!(said(Connection::refusal(&problem).unwrap()), expected);
    }
}

proptest! {
    #[test]
    fn no_notification_panics(body: String) {
        prop_assert!(heard(&body).is_err());
    }
}
