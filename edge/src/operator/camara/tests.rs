use super::*;
use crate::document::DialFirst;
use crate::document::Place;
use crate::operator::{Asked, Order, Recorded};
use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use call::News;
use call::{Millis, Party, Reason, Recording, State};
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
fn a_token_at_hand_is_used_and_renewed_before_it_expires() {
    let (sent, ..) = converse(&place(), with_token(), &[answer(201, r#"{"callId":"x"}"#)]);
    assert_eq!(sent.len(), 1);
    let stale = Memory {
        token: Some(("old".to_owned(), Millis(0))),
        ..Memory::default()
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
fn every_operation_asks_for_its_own_scope() {
    let scope_of = |want: &Want| {
        let sent = converse(want, Memory::default(), &[token()]).0;
        let form = sent[0].body.clone().unwrap();
        form.rsplit_once("calls%3A")
            .map(|(_, right)| right.to_owned())
    };
    assert_eq!(scope_of(&place()).as_deref(), Some("create"));
    assert_eq!(scope_of(&Want::Readiness).as_deref(), Some("create"));
    assert_eq!(scope_of(&ask("x")).as_deref(), Some("read"));
    assert_eq!(
        scope_of(&Want::HangUp("x".to_owned())).as_deref(),
        Some("delete")
    );
    let own = connection_with(json!({
        "token_url": "https://operator.example/token", "client_secret": "s", "scope": "all of it",
    }));
    for want in [place(), recording(), Want::HangUp("x".to_owned())] {
        assert_eq!(own.scope(&want), "all of it");
    }
}

#[test]
fn a_hang_up_asks_a_token_server_that_fails_once_more() {
    let hang_up = Want::HangUp("op-1".to_owned());
    for stumble in [Heard::Nothing, answer(502, "<html>")] {
        let heard = [stumble.clone(), token(), answer(204, "")];
        let (sent, outcome, _) = converse(&hang_up, Memory::default(), &heard);
        assert_eq!((sent.len(), outcome), (3, Some(Outcome::HungUp(None))));
        let heard = [stumble.clone(), stumble.clone()];
        let down = Outcome::Refused(Failure::OperatorDown);
        assert_eq!(outcome_of(&hang_up, &heard), down);
        assert_eq!(
            outcome_of(&place(), &[stumble]),
            down,
            "a click does not wait"
        );
    }
    let refused = answer(401, "{}");
    let outcome = outcome_of(&hang_up, &[refused]);
    assert_eq!(outcome, Outcome::Refused(Failure::CredentialsRefused));
}

#[test]
fn whether_a_call_could_be_placed_is_a_matter_of_its_token_alone() {
    let granted = |scope: &str| {
        let body = json!({"access_token": "tok", "scope": scope});
        outcome_of(&Want::Readiness, &[answer(200, &body.to_string())])
    };
    let refused = Outcome::Refused(Failure::CredentialsRefused);
    assert_eq!(granted("click-to-dial:calls:create openid"), Outcome::Ready);
    assert_eq!(granted("click-to-dial:calls:read"), refused);
    assert_eq!(outcome_of(&Want::Readiness, &[token()]), Outcome::Ready);
    assert_eq!(outcome_of(&Want::Readiness, &[answer(400, "{}")]), refused);
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
        assert_eq!(outcome_of(&place(), &[heard]), Outcome::Refused(failure));
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

#[test]
fn a_private_key_signs_an_assertion_for_the_token_endpoint() {
    let pem = "-----BEGIN PRIVATE KEY-----\nAQID\n-----END PRIVATE KEY-----";
    let connection = connection_with(json!({
        "token_url": "https://operator.example/token",
        "private_key": pem, "private_key_algorithm": "ES256", "private_key_id": "k1",
    }));
    let want = place();
    let mut conversation = Conversation::new(&connection, &want, Memory::default());
    let Step::Sign { key, message } = conversation.next(None, moment()) else {
        panic!("no signing")
    };
    assert_eq!(key.der, [1, 2, 3]);
    let part = |n: usize| -> Value {
        let part = message.split('.').nth(n).unwrap();
        serde_json::from_slice(&Base64UrlUnpadded::decode_vec(part).unwrap()).unwrap()
    };
    assert_eq!(part(0), json!({"alg": "ES256", "typ": "JWT", "kid": "k1"}));
    let claims = part(1);
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!("me"), &json!("me"))
    );
    assert_eq!(claims["aud"], "https://operator.example/token");
    assert_eq!(
        (&claims["iat"], &claims["exp"]),
        (&json!(1000), &json!(1060))
    );
    let Step::Send(request) = conversation.next(Some(Heard::Signed(vec![9, 9])), moment()) else {
        panic!("no token request")
    };
    let body = request.body.unwrap();
    assert!(
        body.contains("client-assertion-type%3Ajwt-bearer&client_assertion="),
        "{body}"
    );
    assert!(body.ends_with(&format!("{message}.CQk")), "{body}");
    assert!(
        request
            .headers
            .iter()
            .all(|(name, _)| *name != "authorization")
    );
}

#[test]
fn a_key_that_cannot_sign_is_no_credential() {
    let pem = "-----BEGIN PRIVATE KEY-----\nAQID\n-----END PRIVATE KEY-----";
    let connection = connection_with(json!({
        "token_url": "https://operator.example/token",
        "private_key": pem, "private_key_algorithm": "RS256",
    }));
    let want = place();
    let mut conversation = Conversation::new(&connection, &want, Memory::default());
    conversation.next(None, moment());
    let Step::Done(outcome) = conversation.next(Some(Heard::Nothing), moment()) else {
        panic!()
    };
    assert_eq!(outcome, Outcome::Refused(Failure::CredentialsRefused));
}

#[test]
fn the_token_endpoint_is_discovered_once() {
    let connection = connection_with(json!({
        "issuer": "https://issuer.example/", "client_secret": "hush",
    }));
    let want = place();
    let metadata =
        r#"{"issuer":"https://issuer.example","token_endpoint":"https://issuer.example/t"}"#;
    let mut conversation = Conversation::new(&connection, &want, Memory::default());
    let Step::Send(first) = conversation.next(None, moment()) else {
        panic!()
    };
    assert_eq!(
        first.url,
        "https://issuer.example/.well-known/openid-configuration"
    );
    let Step::Send(second) = conversation.next(Some(answer(200, metadata)), moment()) else {
        panic!()
    };
    assert_eq!(second.url, "https://issuer.example/t");
    let mut later = Conversation::new(&connection, &want, conversation.memory());
    let Step::Send(request) = later.next(None, moment()) else {
        panic!()
    };
    assert_eq!(request.url, "https://issuer.example/t");
}

#[test]
fn metadata_of_another_issuer_or_with_a_plain_endpoint_is_refused() {
    let connection = connection_with(json!({
        "issuer": "https://issuer.example", "client_secret": "hush",
    }));
    let want = place();
    for metadata in [
        r#"{"issuer":"https://evil.example","token_endpoint":"https://evil.example/t"}"#,
        r#"{"issuer":"https://issuer.example","token_endpoint":"http://issuer.example/t"}"#,
        r#"{"issuer":"https://issuer.example"}"#,
        "<html>",
    ] {
        let mut conversation = Conversation::new(&connection, &want, Memory::default());
        conversation.next(None, moment());
        let Step::Done(outcome) = conversation.next(Some(answer(200, metadata)), moment()) else {
            panic!("{metadata}")
        };
        assert_eq!(
            outcome,
            Outcome::Refused(Failure::OperatorUnreadable),
            "{metadata}"
        );
    }
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

fn recording() -> Want {
    Want::Recording(Recorded {
        operator_call: "op-1".to_owned(),
        recording: None,
        opened_at: Millis(0),
    })
}

fn opened(kind: &str) -> Heard {
    Heard::Opened {
        kind: kind.to_owned(),
    }
}

#[test]
fn a_recording_is_asked_for_with_its_own_scope_and_left_to_be_read() {
    let heard = [token(), opened("application/json; charset=utf-8")];
    let (sent, outcome, _) = converse(&recording(), Memory::default(), &heard);
    assert_eq!(outcome, Some(Outcome::Recording(RECORDING)));
    let scope = "grant_type=client_credentials&scope=click-to-dial%3Arecordings%3Aread";
    assert_eq!(sent[0].body.as_deref(), Some(scope));
    let url = "https://operator.example/c2d/calls/op-1/recording";
    assert_eq!((sent[1].method, sent[1].url.as_str()), ("GET", url));
    let call = converse(&place(), Memory::default(), &[token()]).0;
    assert!(!call[0].body.as_deref().unwrap().contains("recordings"));
}

#[test]
fn a_recording_that_is_not_there_is_told_from_one_that_cannot_be_had() {
    let end = |heard| outcome_of(&recording(), &[token(), heard]);
    assert_eq!(end(answer(404, "{}")), Outcome::Gone);
    assert_eq!(
        end(answer(403, "{}")),
        Outcome::Refused(Failure::CredentialsRefused)
    );
    assert_eq!(
        end(opened("text/html")),
        Outcome::Refused(Failure::OperatorUnreadable)
    );
    assert_eq!(end(Heard::Nothing), Outcome::Unsure(Failure::OperatorDown));
}

#[test]
fn a_recording_is_ordered_and_its_result_heard() {
    let Want::Place(order) = place() else {
        panic!("an order");
    };
    assert_eq!(create_call(&order).get("recordingEnabled"), None);
    let recorded = create_call(&Order {
        record: true,
        ..order
    });
    assert_eq!(recorded["recordingEnabled"], true);
    for (word, result) in [("success", Some(Recording::Success)), ("who knows", None)] {
        let data = json!({"status": {"state": "disconnected"}, "recordingResult": word});
        let told = read_status(&data).unwrap();
        assert_eq!(
            told,
            Status::ended(State::Disconnected, None, None).with_recording(result)
        );
    }
}
