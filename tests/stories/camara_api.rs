//! The call API, as a program uses it that was written from CAMARA's document.

use serde_json::{Value, json};
use stories::harness::http::Answer;
use stories::harness::program::{Program, between};
use stories::harness::reference::assert_fits;
use stories::harness::visitor::key;
use stories::lab::Fault;

use crate::answers::assert_refused;
use crate::recordings::program;
use crate::world::{ALL_SCOPES, Account, EXTENSION, READ, SECRET, contact, world};

/// A number of the enterprise's that no other story calls from.
fn agent() -> String {
    contact("0142").e164().to_owned()
}

fn pair(ending: &str) -> Value {
    between(&agent(), contact(ending).e164())
}

#[tokio::test]
async fn a_program_written_from_the_document_works_through_every_operator() {
    for account in Account::EVERY {
        let program = program(account).await;
        // 1. Created.
        let body = pair("0111");
        let ask = program.ask("POST", "/calls").json(&body);
        let created = ask.header("x-correlator", "story-1").send().await;
        assert_eq!(created.status, 201, "{account:?}: {}", created.body);
        assert_eq!(created.header("x-correlator"), Some("story-1"));
        assert_eq!(created.header("content-type"), Some("application/json"));
        let call = created.json();
        let id = call["callId"].as_str().unwrap().to_owned();
        for party in ["caller", "callee"] {
            assert_eq!(call[party], body[party], "{account:?}");
        }
        assert_eq!(call["recordingEnabled"], false);
        assert!(call["createdAt"].as_str().unwrap().ends_with('Z'));
        assert!(call["status"].is_string());
        // 2. Read, and listened to.
        let connected = program.until(&id, "connected").await;
        assert_eq!(connected["caller"], body["caller"]);
        let mut events = program.events(&id).await;
        let mut frames = events.until("connected").await;
        // 3. No second one between the two, but one between others.
        let second = program.create(&body).await;
        assert_refused(&second, 409, "ALREADY_EXISTS", &format!("{account:?}"));
        // 4. Terminated, once.
        let ended = program.terminate(&id).await;
        assert_eq!(
            (ended.status, ended.body.as_str()),
            (204, ""),
            "{account:?}"
        );
        frames.extend(events.until("disconnected").await);
        let told: Vec<_> = frames.into_iter().map(|frame| frame.data).collect();
        assert_eq!(told.last().unwrap()["reason"], "hangUp", "{account:?}");
        assert_fits("StatusEvent", &told).await;
        let again = program.terminate(&id).await;
        assert_eq!(again.status, 409, "{account:?}");
        assert_eq!(program.get(&id).await.json()["status"], "disconnected");
        // 5. And then the two can be called again.
        let id = program.place(&body).await;
        assert_eq!(program.terminate(&id).await.status, 204, "{account:?}");
    }
    world().await.assert_no_panic();
}

#[tokio::test]
async fn every_version_of_the_api_is_the_same() {
    let program = program(Account::Sandbox).await;
    for version in ["v0.1", "v0.2rc1", "v0.2"] {
        let program = program.version(version);
        let id = program.place(&pair("0111")).await;
        assert_eq!(program.get(&id).await.status, 200, "{version}");
        assert_eq!(program.terminate(&id).await.status, 204, "{version}");
    }
}

#[tokio::test]
async fn what_the_operator_refuses_has_the_documents_code() {
    for account in [Account::Sandbox, Account::Camara] {
        let program = program(account).await;
        for (ending, code) in [
            ("0107", "CALLER_NOT_AVAILABLE"),
            ("0108", "CALLEE_NOT_AVAILABLE"),
            ("0109", "RECORDING_NOT_SUPPORTED"),
        ] {
            let answer = program.create(&pair(ending)).await;
            assert_refused(&answer, 422, code, &format!("{account:?}"));
        }
    }
    let foreign = contact("0150");
    let (status, code, words) = (422, "SERVICE_NOT_APPLICABLE", "");
    let refused = Fault::Refused {
        status,
        code,
        words,
    };
    world().await.lab.fault(&foreign, refused);
    let body = between(&agent(), foreign.e164());
    let answer = program(Account::Camara).await.create(&body).await;
    assert_refused(&answer, status, code, "no country of the operator's");
    let mut recorded = pair("0100");
    recorded["recordingEnabled"] = json!(true);
    let answer = program(Account::Kazoo).await.create(&recorded).await;
    assert_refused(&answer, 422, "RECORDING_NOT_SUPPORTED", "Kazoo");
}

#[tokio::test]
async fn a_recorded_call_has_its_recording_in_the_end() {
    for account in [Account::Sandbox, Account::Camara, Account::ChinaMobile] {
        let program = program(account).await;
        let mut body = pair("0100");
        body["recordingEnabled"] = json!(true);
        let created = program.create(&body).await;
        assert_eq!(created.status, 201, "{account:?}: {}", created.body);
        let call = created.json();
        assert_eq!(call["recordingEnabled"], true, "{account:?}");
        let id = call["callId"].as_str().unwrap();
        program.until(id, "disconnected").await;
        let recording = program.recording(id).send().await;
        assert_eq!(recording.status, 200, "{account:?}: {}", recording.body);
    }
}

#[tokio::test]
async fn a_call_through_a_button_is_seen_by_the_accounts_program_and_no_other() {
    let visitor = world().await.visitor();
    let contact = contact("0111");
    let call = visitor.place(&Account::Sandbox.button(), &contact).await;
    let own = program(Account::Sandbox).await;
    let seen = own.get(&call.id).await.json();
    assert_eq!(seen["caller"]["number"], contact.e164());
    let known = visitor.read(&call).await;
    assert_eq!(known.get("caller"), None, "a visitor learns no number");
    // The two are in a call, however it was asked for.
    for body in [
        between(contact.e164(), EXTENSION),
        between(EXTENSION, contact.e164()),
    ] {
        let second = own.create(&body).await;
        assert_refused(&second, 409, "ALREADY_EXISTS", "between the same two");
    }
    let strange = program(Account::Camara).await;
    for answer in [
        strange.get(&call.id).await,
        strange.terminate(&call.id).await,
    ] {
        assert_refused(&answer, 404, "NOT_FOUND", "another account's");
    }
    assert_eq!(own.terminate(&call.id).await.status, 204);
    let told = visitor.follow(&call).await.pop().unwrap();
    assert_eq!(told.data["reason"], "hangUp");
}

#[tokio::test]
async fn nobody_does_what_their_token_is_not_for() {
    let edge = world().await.edge.url("");
    let (id, reader) = (Account::Sandbox.client(), Account::Sandbox.reader());
    let all = Program::new(&edge, &id, SECRET, ALL_SCOPES).await;
    let call = all.place(&pair("0111")).await;
    for program in [
        Program::new(&edge, &reader, SECRET, READ).await,
        Program::new(&edge, &id, SECRET, READ).await,
    ] {
        assert_eq!(program.get(&call).await.status, 200);
        let refused = [
            program.create(&pair("0100")).await,
            program.terminate(&call).await,
        ];
        for answer in refused {
            assert_refused(&answer, 403, "PERMISSION_DENIED", "without the scope");
        }
    }
    let nobody = Program {
        token: "guess".to_owned(),
        ..all.clone()
    };
    let refused = [
        nobody.create(&pair("0100")).await,
        nobody.get(&call).await,
        nobody.terminate(&call).await,
        // Whoever is nobody learns nothing of what there is.
        nobody.get("a b").await,
    ];
    for answer in refused {
        assert_refused(&answer, 401, "UNAUTHENTICATED", "a guess");
    }
    for (id, status, code) in [
        ("guess", 404, "NOT_FOUND"),
        ("a%20b", 400, "INVALID_ARGUMENT"),
        (&"x".repeat(257), 400, "INVALID_ARGUMENT"),
    ] {
        assert_refused(&all.get(id).await, status, code, id);
        assert_refused(&all.terminate(id).await, status, code, id);
    }
    assert_eq!(all.terminate(&call).await.status, 204);
}

#[tokio::test]
async fn a_body_that_is_not_the_documents_places_no_call() {
    let program = program(Account::Camara).await;
    let (caller, callee) = (contact("0150"), contact("0150"));
    let good = between(caller.e164(), callee.e164());
    let with = |pointer: &str, value: Value| {
        let mut body = good.clone();
        let (parent, name) = pointer.rsplit_once('/').unwrap();
        body.pointer_mut(parent).unwrap()[name] = value;
        body.to_string()
    };
    let text = good.to_string();
    let number = caller.e164();
    let malformed = [
        with("/extra", json!(1)),
        with("/caller/name", json!("x")),
        with("/callee", json!(callee.e164())),
        with("/callee/number", json!(17)),
        with("/caller", Value::Null),
        with("/recordingEnabled", json!("true")),
        with("/recordingEnabled", Value::Null),
        with("/sink", json!("https://evil.example/x")),
        with("/sink", json!("http://hooks.example.com/x")),
        with("/sink", json!("https://user@hooks.example.com/x")),
        with("/sink", json!("https://hooks.example.com:444/x")),
        with("/sink", json!("https://169.254.169.254/latest")),
        with("/sink", json!("")),
        with("/sinkCredential", json!({"credentialType": "ACCESSTOKEN"})),
        text.replacen(
            '{',
            &format!("{{\"caller\":{{\"number\":\"{number}\"}},"),
            1,
        ),
        text.replace(number, "+1\u{0}"),
        format!("\u{feff}{text}"),
        format!("{text} {text}"),
        format!("{}1{}", "[".repeat(5_000), "]".repeat(5_000)),
        text.replacen('{', "{\"recordingEnabled\":1e999,", 1),
        String::new(),
        "null".to_owned(),
    ];
    for body in malformed {
        let ask = program
            .ask("POST", "/calls")
            .body("application/json", body.clone());
        let what = format!("{body:.200}");
        assert_refused(&ask.send().await, 400, "INVALID_ARGUMENT", &what);
    }
    let not_utf8 = program
        .ask("POST", "/calls")
        .body("application/json", b"{\"caller\":\"\xff\"}".to_vec());
    assert_refused(&not_utf8.send().await, 400, "INVALID_ARGUMENT", "UTF-8");
    let unprocessable = [
        (
            with("/callee/number", json!("030123456")),
            "INVALID_PHONE_NUMBER",
        ),
        (with("/callee/number", json!("")), "INVALID_PHONE_NUMBER"),
        (with("/callee/number", json!(number)), "SAME_CALLER_CALLEE"),
        (
            with("/callee/number", json!("+881612345678")),
            "SERVICE_NOT_APPLICABLE",
        ),
    ];
    for (body, code) in unprocessable {
        let ask = program
            .ask("POST", "/calls")
            .body("application/json", body.clone());
        assert_refused(&ask.send().await, 422, code, &body);
    }
    let others: [(Answer, u16, &str); 4] = [
        (
            program
                .ask("POST", "/calls")
                .body("text/plain", text.clone())
                .send()
                .await,
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        (
            program
                .ask("POST", "/calls")
                .json(&good)
                .header("x-correlator", "a b")
                .send()
                .await,
            400,
            "INVALID_ARGUMENT",
        ),
        (
            program.ask("PUT", "/calls").json(&good).send().await,
            405,
            "METHOD_NOT_ALLOWED",
        ),
        (
            program
                .ask("POST", "/calls")
                .json(&good)
                .header("x-click-to-dial-hop", "1")
                .send()
                .await,
            508,
            "LOOP_DETECTED",
        ),
    ];
    for (answer, status, code) in others {
        assert_refused(&answer, status, code, code);
    }
    let huge = with("/sink", json!("x".repeat(20_000)));
    let ask = program.ask("POST", "/calls").body("application/json", huge);
    assert_refused(&ask.send().await, 413, "PAYLOAD_TOO_LARGE", "20 KB");
    let world = world().await;
    assert_eq!(
        (world.lab.placed(&caller), world.lab.placed(&callee)),
        (0, 0)
    );
    world.assert_no_panic();
}

#[tokio::test]
async fn with_a_key_the_same_request_is_the_same_call() {
    let program = program(Account::Sandbox).await;
    let (body, key) = (pair("0111"), key());
    let ask = |body: &Value| {
        let ask = program.ask("POST", "/calls").json(body);
        ask.header("idempotency-key", &key).send()
    };
    let first = ask(&body).await.text("callId");
    assert_eq!(ask(&body).await.text("callId"), first);
    let other = ask(&pair("0111")).await;
    assert_refused(&other, 422, "IDEMPOTENCY_KEY_REUSED", "another body");
    assert_eq!(program.terminate(&first).await.status, 204);
}

#[tokio::test]
async fn a_path_in_disguise_leads_nowhere() {
    let program = program(Account::Sandbox).await;
    let id = program.place(&pair("0111")).await;
    let (first, rest) = id.split_at(1);
    let letter = u32::from(first.chars().next().unwrap());
    for disguise in [
        format!("{id}%2Frecording"),
        format!("{id}%00"),
        format!("{id}%20"),
        format!("{id}%0d%0ax-injected:%201"),
        format!("%{letter:02X}{rest}"),
        "%2e%2e%2f%2e%2e%2fv2%2faccounts".to_owned(),
        "%252e%252e".to_owned(),
        "%ff".to_owned(),
        "%".to_owned(),
    ] {
        for method in ["GET", "DELETE"] {
            let ask = program.ask(method, &format!("/calls/{disguise}"));
            let answer = ask.send().await;
            assert_refused(&answer, 400, "INVALID_ARGUMENT", &disguise);
            assert_eq!(answer.header("x-injected"), None);
        }
    }
    for nowhere in [format!("//{id}"), format!("/{id}/"), format!("/{id}/.%2f")] {
        let answer = program.ask("GET", &format!("/calls{nowhere}")).send().await;
        assert_refused(&answer, 404, "NOT_FOUND", &nowhere);
    }
    assert_eq!(program.get(&id).await.status, 200, "it is still there");
    assert_eq!(program.terminate(&id).await.status, 204);
    world().await.assert_no_panic();
}
