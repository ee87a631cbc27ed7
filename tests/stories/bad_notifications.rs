//! What comes to China Mobile's notify route, and is not what it should be. It
//! is answered in that operator's own words (document 1.0.0, section 4.4).

use std::sync::Arc;

use call::{Reason, State};
use serde_json::{Value, json};
use stories::harness::http::{Answer, Ask, Http};
use stories::harness::visitor::Placed;
use stories::lab::Line;

use crate::course::whole_story;
use crate::world::{Account, contact, world};

const PATH: &str = "/clicktodial/v1/clicktodialstatusnotify/";

/// A call by hand, and the operator's side of it.
async fn a_call() -> (Placed, Arc<Line>) {
    let (world, contact) = (world().await, contact("0150"));
    world.china_mobile.by_hand(&contact);
    let button = Account::ChinaMobile.button();
    let call = world.visitor().place(&button, &contact).await;
    (call, world.china_mobile.call_of(&contact).unwrap())
}

/// A good notification, for a test to spoil.
fn notification(app_id: &str, line: &Line) -> Value {
    json!({
        "APPID": app_id,
        "caller": line.caller().digits(),
        "callee": line.callee().digits(),
        "status": "Connected",
        "timeStamp": "2026-01-01T00:00:00.000Z",
    })
}

async fn good(line: &Line) -> Value {
    notification(world().await.china_mobile.app_id(), line)
}

fn post(line: &Line) -> Ask {
    Http::default().post(line.sink().unwrap())
}

fn signed(line: &Line) -> Ask {
    post(line).header("authorization", line.authorization().unwrap())
}

/// Asserts that this is the document's own refusal.
#[track_caller]
fn assert_words(answer: &Answer, status: u16, code: &str, description: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.body);
    let expected = json!({"code": code, "description": description});
    assert_eq!(answer.json(), expected, "{what}");
}

async fn still_initiating(call: &Placed) {
    let known = world().await.visitor().read(call).await;
    assert_eq!(known["status"], "initiating");
}

#[tokio::test]
async fn a_notification_without_the_right_credentials_changes_nothing() {
    let (call, line) = a_call().await;
    let right = line.authorization().unwrap().to_owned();
    let body = good(&line).await;
    for (what, authorization) in [
        ("none", None),
        ("empty", Some(String::new())),
        (
            "another application's",
            Some("Basic Zm9vOmJhcg==".to_owned()),
        ),
        ("a bearer", Some(right.replace("Basic", "Bearer"))),
        ("one more letter", Some(format!("{right}x"))),
        ("one letter less", Some(right[..right.len() - 1].to_owned())),
        ("the page's token", Some(format!("Bearer {}", call.token))),
    ] {
        let mut ask = post(&line);
        if let Some(value) = authorization {
            ask = ask.header("authorization", &value);
        }
        let answer = ask.json(&body).send().await;
        let words = "No authorization to invoke operation";
        assert_words(&answer, 401, "0001002", words, what);
        still_initiating(&call).await;
    }
    line.end(Reason::HangUp, 0);
}

#[tokio::test]
async fn a_notification_that_lacks_something_is_told_what() {
    let (call, line) = a_call().await;
    for property in ["APPID", "caller", "callee", "status"] {
        for value in [None, Some(json!("")), Some(json!(17)), Some(Value::Null)] {
            let mut body = good(&line).await;
            let fields = body.as_object_mut().unwrap();
            match value {
                None => fields.remove(property),
                Some(value) => fields.insert(property.to_owned(), value),
            };
            let answer = signed(&line).json(&body).send().await;
            let words = format!("Expected property is missing: {property}");
            assert_words(&answer, 400, "0001001", &words, &body.to_string());
        }
    }
    for body in ["", "{", "[]", "null", "\"Connected\""] {
        let ask = signed(&line).body("application/json", body);
        let answer = ask.send().await;
        assert_eq!(answer.status, 400, "{body}: {}", answer.body);
        assert_eq!(answer.code(), "0001001", "{body}");
    }
    still_initiating(&call).await;
    line.end(Reason::HangUp, 0);
    world().await.assert_no_panic();
}

#[tokio::test]
async fn a_notification_of_another_application_is_refused() {
    let (call, line) = a_call().await;
    let body = notification("87654321", &line);
    let answer = signed(&line).json(&body).send().await;
    let words = "Abnormal application status";
    assert_words(&answer, 403, "0001004", words, "another APPID");
    still_initiating(&call).await;
    line.end(Reason::HangUp, 0);
}

#[tokio::test]
async fn a_notification_that_is_too_large_is_refused() {
    let (call, line) = a_call().await;
    let mut body = good(&line).await;
    body["padding"] = json!("x".repeat(17 * 1024));
    let answer = signed(&line).json(&body).send().await;
    let words = "Message length is too long";
    assert_words(&answer, 403, "0001005", words, "17 KB");
    still_initiating(&call).await;
    line.end(Reason::HangUp, 0);
}

#[tokio::test]
async fn the_notify_route_takes_posts_only() {
    let (call, line) = a_call().await;
    let http = Http::default();
    for method in ["GET", "PUT", "DELETE"] {
        let ask = http
            .ask(method, line.sink().unwrap())
            .header("authorization", line.authorization().unwrap());
        let answer = ask.send().await;
        assert_eq!(answer.status, 405, "{method}: {}", answer.body);
        assert!(answer.header("allow").unwrap().contains("POST"));
    }
    still_initiating(&call).await;
    line.end(Reason::HangUp, 0);
}

#[tokio::test]
async fn a_name_that_can_be_none_is_refused() {
    let (edge, (_, line)) = (&world().await.edge, a_call().await);
    for name in ["a.b", "A%2FB", "A%20B", &"x".repeat(129)] {
        let ask = Http::default()
            .post(&edge.url(&format!("{PATH}{name}")))
            .header("authorization", line.authorization().unwrap());
        let answer = ask.json(&good(&line).await).send().await;
        let words = "Expected property is missing: callidentifier";
        assert_words(&answer, 400, "0001001", words, name);
    }
    for name in ["", "a/b"] {
        let ask = Http::default().post(&edge.url(&format!("{PATH}{name}")));
        let answer = ask.json(&good(&line).await).send().await;
        assert!([400, 401, 404].contains(&answer.status), "{}", answer.body);
    }
    line.end(Reason::HangUp, 0);
}

/// The operator must not be made to repeat what we cannot place yet, or ever.
#[tokio::test]
async fn a_notification_of_a_call_that_nobody_knows_is_taken_and_touches_no_other() {
    let (edge, (call, line)) = (&world().await.edge, a_call().await);
    let ask = Http::default()
        .post(&edge.url(&format!("{PATH}A010B020")))
        .header("authorization", line.authorization().unwrap());
    // The very pair of numbers of a call that has its name already.
    let answer = ask.json(&good(&line).await).send().await;
    assert_words(&answer, 200, "0000000", "Success", "an unknown call");
    still_initiating(&call).await;
    line.end(Reason::HangUp, 0);
}

#[tokio::test]
async fn a_word_that_the_document_lacks_is_taken_and_ignored_and_an_end_is_an_end() {
    let (call, line) = a_call().await;
    let mut body = good(&line).await;
    body["status"] = json!("connected");
    let answer = signed(&line).json(&body).send().await;
    assert_words(&answer, 200, "0000000", "Success", "an unknown status");
    still_initiating(&call).await;
    body["status"] = json!("Disconnected");
    body["reason"] = json!("Bored");
    let answer = signed(&line).json(&body).send().await;
    assert_words(&answer, 200, "0000000", "Success", "an unknown reason");
    let visitor = world().await.visitor();
    let end = visitor.until(&call, "disconnected").await;
    assert_eq!(end["reason"], "other");
    // What comes after it changes nothing, and is taken all the same.
    let before = whole_story(&visitor, &call).await;
    line.tell(State::Connected);
    assert_eq!(whole_story(&visitor, &call).await, before);
}
