//! Conversations with an operator, without one.

mod event;
mod recording;
mod token;

use super::*;
use crate::document::DialFirst;
use crate::document::Place;
use crate::operator::{Asked, Order, Recorded};
use base64ct::{Base64, Encoding};
use call::{Millis, News, Party, Status};
use serde_json::{Value, json};

fn connection() -> Connection {
    let document = json!({
        "dialect": "camara", "platform_number": "+12025550199",
        "base_url": "https://operator.example/c2d/", "token_url": "https://operator.example/token",
        "client_id": "me", "client_secret": "a b&c",
    });
    Connection::read(&Place::whole(&document), false).unwrap()
}

fn place() -> Want {
    Want::Place(Order {
        call: String::new(),
        dial_first: DialFirst::Contact,
        caller: Party::parse("+12025550123").unwrap(),
        callee: Party::parse("+12025550142").unwrap(),
        sink: "https://edge.example/operators/camara/calls/c".to_owned(),
        sink_bearer: "bearer".to_owned(),
        sink_expires: "2026-01-01T00:00:00.000Z".to_owned(),
        correlator: "cor".to_owned(),
        manner: Box::default(),
        record: false,
    })
}

fn ask(call: &str) -> Want {
    Want::Ask(Asked {
        operator_call: call.to_owned(),
        opened_at: Millis(0),
    })
}

fn answer(status: u16, body: &str) -> Heard {
    Heard::Answer {
        status,
        body: body.to_owned(),
    }
}

fn token() -> Heard {
    answer(200, r#"{"access_token":"tok","expires_in":3600}"#)
}

fn with_token() -> Memory {
    Memory {
        token: Some(("old".to_owned(), Millis(1_000))),
        ..Memory::default()
    }
}

fn connection_with(change: Value) -> Connection {
    let mut document = json!({
        "dialect": "camara", "platform_number": "+12025550199", "client_id": "me",
        "base_url": "https://operator.example/c2d",
    });
    for (name, value) in change.as_object().unwrap() {
        document[name] = value.clone();
    }
    Connection::read(&Place::whole(&document), false).unwrap()
}

fn moment() -> Moment {
    Moment {
        now: Millis(1_000_000),
        random: [5; 16],
    }
}

/// Plays a conversation: the requests sent, and how it ended.
fn converse(
    want: &Want,
    memory: Memory,
    heard: &[Heard],
) -> (Vec<Outgoing>, Option<Outcome>, Memory) {
    let connection = connection();
    let mut conversation = Conversation::new(&connection, want, memory);
    let mut sent = Vec::new();
    let mut last = None;
    for next in heard.iter().cloned().map(Some).chain([None]) {
        match conversation.next(
            last.take(),
            Moment {
                now: Millis(0),
                random: [5; 16],
            },
        ) {
            Step::Send(request) | Step::Open(request) => sent.push(request),
            Step::Sign { .. } => panic!("nothing to sign"),
            Step::Done(outcome) => return (sent, Some(outcome), conversation.memory()),
        }
        last = next;
    }
    (sent, None, conversation.memory())
}

fn outcome_of(want: &Want, heard: &[Heard]) -> Outcome {
    converse(want, Memory::default(), heard).1.unwrap()
}

#[test]
fn a_call_is_placed_with_a_token_and_our_sink() {
    let created = answer(201, r#"{"callId":"op-1","status":"initiating"}"#);
    let (sent, outcome, memory) = converse(&place(), Memory::default(), &[token(), created]);
    assert_eq!(outcome, Some(Outcome::Placed("op-1".to_owned())));
    assert_eq!(sent[0].url, "https://operator.example/token");
    assert_eq!(
        sent[0].headers[0].1,
        format!("Basic {}", Base64::encode_string(b"me:a+b%26c"))
    );
    assert_eq!(
        (sent[1].method, sent[1].url.as_str()),
        ("POST", "https://operator.example/c2d/calls")
    );
    assert_eq!(sent[1].headers[0].1, "Bearer tok");
    let body: Value = serde_json::from_str(sent[1].body.as_deref().unwrap()).unwrap();
    assert_eq!(body["caller"]["number"], "+12025550123");
    assert_eq!(body["sinkCredential"]["accessTokenType"], "bearer");
    assert_eq!(memory.token, Some(("tok".to_owned(), Millis(3_570_000))));
}

#[test]
fn what_placing_can_end_in() {
    let cases = [
        (
            answer(422, r#"{"code":"CALLEE_NOT_AVAILABLE"}"#),
            Outcome::Refused(Failure::CalleeUnavailable),
        ),
        (
            answer(422, r#"{"code":"CALLER_NOT_AVAILABLE"}"#),
            Outcome::Refused(Failure::CallerUnavailable),
        ),
        (
            answer(422, r#"{"code":"RECORDING_NOT_SUPPORTED"}"#),
            Outcome::Refused(Failure::RecordingUnsupported),
        ),
        (
            answer(422, r#"{"code":"SERVICE_NOT_APPLICABLE"}"#),
            Outcome::Refused(Failure::NotApplicable),
        ),
        (
            answer(422, r#"{"code":"INVALID_PHONE_NUMBER"}"#),
            Outcome::Refused(Failure::BadNumber),
        ),
        (
            answer(409, r#"{"code":"ALREADY_EXISTS"}"#),
            Outcome::Refused(Failure::AlreadyInCall),
        ),
        (
            answer(403, r#"{"code":"PERMISSION_DENIED"}"#),
            Outcome::Refused(Failure::CredentialsRefused),
        ),
        (
            answer(400, "{}"),
            Outcome::Refused(Failure::OperatorUnreadable),
        ),
        (answer(429, ""), Outcome::Refused(Failure::OperatorDown)),
        (answer(503, ""), Outcome::Refused(Failure::OperatorDown)),
        (answer(500, ""), Outcome::Unsure(Failure::OperatorDown)),
        (Heard::Nothing, Outcome::Unsure(Failure::OperatorDown)),
        (
            answer(200, "<html>"),
            Outcome::Unsure(Failure::OperatorUnreadable),
        ),
        (
            answer(201, r#"{"callId":"../x"}"#),
            Outcome::Unsure(Failure::OperatorUnreadable),
        ),
        (
            answer(201, r#"{"callId":".."}"#),
            Outcome::Unsure(Failure::OperatorUnreadable),
        ),
    ];
    for (heard, expected) in cases {
        assert_eq!(
            outcome_of(&place(), &[token(), heard.clone()]),
            expected,
            "{heard:?}"
        );
    }
}

#[test]
fn what_hanging_up_can_end_in() {
    let hang_up = Want::HangUp("op-1".to_owned());
    let (sent, outcome_, _) = converse(&hang_up, with_token(), &[answer(204, "")]);
    assert_eq!(
        (sent[0].method, sent[0].url.as_str()),
        ("DELETE", "https://operator.example/c2d/calls/op-1")
    );
    assert_eq!(outcome_, Some(Outcome::HungUp(None)));
    for status in [404, 409] {
        assert_eq!(
            outcome_of(&hang_up, &[token(), answer(status, "")]),
            Outcome::Gone
        );
    }
    assert_eq!(
        outcome_of(&hang_up, &[token(), answer(500, "")]),
        Outcome::Refused(Failure::OperatorDown)
    );
    assert_eq!(
        outcome_of(&hang_up, &[token(), Heard::Nothing]),
        Outcome::Unsure(Failure::OperatorDown)
    );
}

#[test]
fn asking_reads_the_state() {
    let ask = ask("op-1");
    let is = |body: &str| outcome_of(&ask, &[token(), answer(200, body)]);
    assert_eq!(
        is(r#"{"callId":"op-1","status":"connected"}"#),
        Outcome::Is(Status::Connected.into())
    );
    assert_eq!(
        is(r#"{"status":"failed"}"#),
        Outcome::Is(News::Is(Status::Failed {
            failure: Failure::NotEstablished
        }))
    );
    assert_eq!(
        is("nonsense"),
        Outcome::Refused(Failure::OperatorUnreadable)
    );
    assert_eq!(outcome_of(&ask, &[token(), answer(404, "")]), Outcome::Gone);
}

fn recording() -> Want {
    Want::Recording(Recorded {
        operator_call: "op-1".to_owned(),
        recording: None,
        opened_at: Millis(0),
    })
}
