//! Getting a token, and what for.

use base64ct::{Base64UrlUnpadded, Encoding};

use super::*;

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
