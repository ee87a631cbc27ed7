use super::*;
use crate::operator::Order;
use call::News;
use proptest::prelude::{prop_assert, proptest};

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
        caller: Number::parse("+12025550123").unwrap(),
        callee: Number::parse("+12025550142").unwrap(),
        sink: "https://edge.example/operators/camara/calls/c".to_owned(),
        sink_bearer: "bearer".to_owned(),
        sink_expires: "2026-01-01T00:00:00.000Z".to_owned(),
        correlator: "cor".to_owned(),
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
        match conversation.next(last.take(), Millis(0)) {
            Step::Send(request) => sent.push(request),
            Step::Done(outcome) => return (sent, Some(outcome), conversation.memory()),
        }
        last = next;
    }
    (sent, None, conversation.memory())
}

fn outcome(want: &Want, heard: &[Heard]) -> Outcome {
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
fn a_token_at_hand_is_used_and_renewed_before_it_expires() {
    let (sent, ..) = converse(&place(), with_token(), &[answer(201, r#"{"callId":"x"}"#)]);
    assert_eq!(sent.len(), 1);
    let stale = Memory {
        token: Some(("old".to_owned(), Millis(0))),
    };
    let (sent, ..) = converse(&place(), stale, &[token()]);
    assert_eq!(sent[0].url, "https://operator.example/token");
}

#[test]
fn a_refused_token_is_renewed_once_and_no_more() {
    let refused = || answer(401, "");
    let placed = answer(201, r#"{"callId":"x"}"#);
    let (sent, outcome, _) = converse(&place(), with_token(), &[refused(), token(), placed]);
    assert_eq!(
        (sent.len(), outcome),
        (3, Some(Outcome::Placed("x".to_owned())))
    );
    let (sent, outcome, memory) =
        converse(&place(), with_token(), &[refused(), token(), refused()]);
    assert_eq!(
        (sent.len(), outcome),
        (3, Some(Outcome::Refused(Failure::CredentialsRefused)))
    );
    assert!(memory.token.is_none());
}

#[test]
fn until_the_token_is_there_nothing_can_have_been_placed() {
    let cases = [
        (Heard::Nothing, Failure::OperatorDown),
        (answer(500, ""), Failure::OperatorDown),
        (
            answer(401, r#"{"error":"invalid_client"}"#),
            Failure::CredentialsRefused,
        ),
        (answer(200, "<html>"), Failure::OperatorUnreadable),
        (
            answer(200, r#"{"access_token":"a\nb"}"#),
            Failure::OperatorUnreadable,
        ),
    ];
    for (heard, failure) in cases {
        assert_eq!(outcome(&place(), &[heard]), Outcome::Refused(failure));
    }
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
            outcome(&place(), &[token(), heard.clone()]),
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
            outcome(&hang_up, &[token(), answer(status, "")]),
            Outcome::Gone
        );
    }
    assert_eq!(
        outcome(&hang_up, &[token(), answer(500, "")]),
        Outcome::Refused(Failure::OperatorDown)
    );
    assert_eq!(
        outcome(&hang_up, &[token(), Heard::Nothing]),
        Outcome::Unsure(Failure::OperatorDown)
    );
}

#[test]
fn asking_reads_the_state() {
    let ask = Want::Ask("op-1".to_owned());
    let is = |body: &str| outcome(&ask, &[token(), answer(200, body)]);
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
    assert_eq!(outcome(&ask, &[token(), answer(404, "")]), Outcome::Gone);
}

fn event(data: &str) -> String {
    format!(
        r#"{{"id":"1","source":"s","specversion":"1.0","datacontenttype":"application/json","time":"2021-12-12T00:00:00Z",
        "type":"org.camaraproject.click-to-dial.v0.status-changed","data":{data}}}"#
    )
}

#[test]
fn both_shapes_of_status_and_duration_are_read() {
    let ended = Event::Status(
        "op-1".to_owned(),
        Status::ended(State::Disconnected, Some(Reason::HangUp), Some(16)),
    );
    for data in [
        r#"{"callId":"op-1","status":{"state":"disconnected","reason":"hangUp"},"callDuration":"16"}"#,
        r#"{"callId":"op-1","status":"disconnected","reason":"hangUp","callDuration":16}"#,
    ] {
        assert_eq!(read_event(&event(data)), Ok(ended.clone()), "{data}");
    }
}

#[test]
fn an_unknown_status_or_event_type_is_not_guessed_at() {
    let unknown = event(r#"{"callId":"op-1","status":{"state":"onHold"}}"#);
    assert!(matches!(read_event(&unknown), Ok(Event::Unknown(_))));
    let other = r#"{"id":"1","source":"s","specversion":"1.0","type":"org.example.billing"}"#;
    assert_eq!(
        read_event(other),
        Ok(Event::Unknown("org.example.billing".to_owned()))
    );
}

#[test]
fn an_unknown_reason_is_still_an_end() {
    let data = r#"{"callId":"op-1","status":{"state":"disconnected","reason":"moonPhase"}}"#;
    let ended = Status::ended(State::Disconnected, Some(Reason::Other), None);
    assert_eq!(
        read_event(&event(data)),
        Ok(Event::Status("op-1".to_owned(), ended))
    );
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
        assert!(read_event(&body).is_err(), "{body}");
    }
}

proptest! {
    #[test]
    fn no_event_panics(body: String, data: String) {
        let _ = read_event(&body);
        let quoted = event(&format!("{data:?}"));
        prop_assert!(read_event(&quoted).is_err());
    }
}
