//! What the operator tells.

use call::{Reason, State};
use proptest::prelude::{prop_assert, proptest};

use super::*;
use crate::operator::{Event, Told};

fn event(data: &str) -> String {
    format!(
        r#"{{"id":"1","source":"s","specversion":"1.0","datacontenttype":"application/json","time":"2021-12-12T00:00:00Z",
        "type":"org.camaraproject.click-to-dial.v0.status-changed","data":{data}}}"#
    )
}

fn read(body: &str) -> Result<Told, &'static str> {
    super::super::event::read_event("our-call", body)
}

fn ended(status: Status) -> Result<Told, &'static str> {
    Ok(Told::Event(Event::of("op-1", status.into())))
}

fn unknown(word: &str) -> Result<Told, &'static str> {
    Ok(Told::Unknown {
        call: "our-call".to_owned(),
        word: word.to_owned(),
    })
}

#[test]
fn both_shapes_of_status_and_duration_are_read() {
    let status = Status::ended(State::Disconnected, Some(Reason::HangUp), Some(16));
    for data in [
        r#"{"callId":"op-1","status":{"state":"disconnected","reason":"hangUp"},"callDuration":"16"}"#,
        r#"{"callId":"op-1","status":"disconnected","reason":"hangUp","callDuration":16}"#,
    ] {
        assert_eq!(read(&event(data)), ended(status), "{data}");
    }
}

#[test]
fn an_unknown_status_or_event_type_is_not_guessed_at() {
    let held = event(r#"{"callId":"op-1","status":{"state":"onHold"}}"#);
    assert_eq!(read(&held), unknown(r#"{"state":"onHold"}"#));
    let other = r#"{"id":"1","source":"s","specversion":"1.0","type":"org.example.billing"}"#;
    assert_eq!(read(other), unknown("org.example.billing"));
}

#[test]
fn an_unknown_reason_is_still_an_end() {
    let data = r#"{"callId":"op-1","status":{"state":"disconnected","reason":"moonPhase"}}"#;
    let status = Status::ended(State::Disconnected, Some(Reason::Other), None);
    assert_eq!(read(&event(data)), ended(status));
}

#[test]
fn what_breaks_the_document_is_malformed() {
    let cases = [
        "",
        "[]",
        "{}",
        r#"{"specversion":"1.0"}"#,
        r#"{"specversion":"0.3","id":"1","source":"s","type":"t"}"#,
        r#"{"specversion":"1.0","id":"1","source":"s"}"#,
    ];
    let data = [
        "{}",
        r#"{"callId":"op-1"}"#,
        r#"{"callId":"a/b","status":"connected"}"#,
        r#"{"callId":"op-1","status":{}}"#,
        "null",
    ];
    for body in cases
        .iter()
        .map(|c| (*c).to_owned())
        .chain(data.iter().map(|d| event(d)))
    {
        assert!(read(&body).is_err(), "{body}");
    }
}

proptest! {
    #[test]
    fn no_event_panics(body: String, data: String) {
        let _ = read(&body);
        let quoted = event(&format!("{data:?}"));
        prop_assert!(read(&quoted).is_err());
    }
}
