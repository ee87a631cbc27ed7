//! What comes to an operator's webhook, and is not what it should be.

use call::State;
use serde_json::{Value, json};
use std::sync::Arc;
use stories::harness::http::{Ask, Http};
use stories::harness::visitor::Placed;
use stories::lab::Line;

use crate::answers::assert_refused;
use crate::course::whole_story;
use crate::world::{Account, contact, world};

const KIND: &str = "application/cloudevents+json";

/// A call by hand, and the operator's side of it.
async fn a_call() -> (Placed, Arc<Line>) {
    let (world, contact) = (world().await, contact("0150"));
    world.lab.by_hand(&contact);
    let call = world
        .visitor()
        .place(&Account::Camara.button(), &contact)
        .await;
    (call, world.lab.call_of(&contact).unwrap())
}

/// A good event, for a test to spoil.
fn event(line: &Line, state: &str) -> Value {
    json!({
        "id": "e-1", "source": "/test", "specversion": "1.0",
        "type": "org.camaraproject.click-to-dial.v0.status-changed",
        "time": "2026-01-01T00:00:00Z",
        "datacontenttype": "application/json",
        "data": {
            "callId": line.id(),
            "caller": line.caller().e164(),
            "callee": line.callee().e164(),
            "status": {"state": state},
            "timestamp": "2026-01-01T00:00:00Z",
        },
    })
}

fn post(line: &Line) -> Ask {
    Http::default().post(line.sink().unwrap())
}

fn signed(line: &Line) -> Ask {
    post(line).bearer(line.sink_bearer().unwrap())
}

async fn still_initiating(call: &Placed) {
    let known = world().await.visitor().read(call).await;
    assert_eq!(known["status"], "initiating");
}

#[tokio::test]
async fn a_webhook_without_the_right_bearer_changes_nothing() {
    let (call, line) = a_call().await;
    let (_, other) = a_call().await;
    let body = event(&line, "connected").to_string();
    let asks = [
        ("none", post(&line)),
        ("a guess", post(&line).bearer("guess")),
        (
            "another call's",
            post(&line).bearer(other.sink_bearer().unwrap()),
        ),
        ("the page's token", post(&line).bearer(&call.token)),
        (
            "Basic",
            post(&line).header("authorization", "Basic Zm9vOmJhcg=="),
        ),
    ];
    for (what, ask) in asks {
        let answer = ask.body(KIND, body.clone()).send().await;
        assert_refused(&answer, 401, "UNAUTHENTICATED", what);
        still_initiating(&call).await;
    }
    line.tell(State::Disconnected);
    other.tell(State::Disconnected);
}

#[tokio::test]
async fn a_malformed_webhook_changes_nothing() {
    let (call, line) = a_call().await;
    let without = |path: &str| {
        let mut event = event(&line, "connected");
        let (parent, name) = path.rsplit_once('/').unwrap();
        let parent = event.pointer_mut(parent).unwrap();
        parent.as_object_mut().unwrap().remove(name);
        event.to_string()
    };
    let bodies = [
        String::new(),
        "{".to_owned(),
        "[]".to_owned(),
        "null".to_owned(),
        without("/specversion"),
        without("/id"),
        without("/source"),
        without("/type"),
        without("/data"),
        without("/data/callId"),
        without("/data/status"),
        without("/data/status/state"),
    ];
    for body in bodies {
        let answer = signed(&line).body(KIND, body.clone()).send().await;
        assert_refused(&answer, 400, "INVALID_ARGUMENT", &body);
    }
    for kind in ["text/plain", "application/x-www-form-urlencoded"] {
        let ask = signed(&line).body(kind, event(&line, "connected").to_string());
        assert_refused(&ask.send().await, 415, "UNSUPPORTED_MEDIA_TYPE", kind);
    }
    still_initiating(&call).await;
    line.tell(State::Disconnected);
    world().await.assert_no_panic();
}

#[tokio::test]
async fn a_webhook_of_an_unknown_kind_or_state_is_accepted_and_ignored() {
    let (call, line) = a_call().await;
    let mut strange = event(&line, "connected");
    strange["type"] = json!("org.camaraproject.click-to-dial.v0.weather-changed");
    for body in [strange, event(&line, "dancing")] {
        let answer = signed(&line).body(KIND, body.to_string()).send().await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    still_initiating(&call).await;
    line.tell(State::Disconnected);
}

#[tokio::test]
async fn a_webhook_after_the_end_is_accepted_and_changes_nothing() {
    let (call, line) = a_call().await;
    let visitor = world().await.visitor();
    line.tell(State::Disconnected);
    visitor.until(&call, "disconnected").await;
    let before = whole_story(&visitor, &call).await;
    for state in ["connected", "disconnected", "failed"] {
        let answer = signed(&line)
            .body(KIND, event(&line, state).to_string())
            .send()
            .await;
        assert_eq!(answer.status, 204, "{}", answer.body);
    }
    assert_eq!(whole_story(&visitor, &call).await, before);
}

#[tokio::test]
async fn a_webhook_for_no_call_touches_no_room() {
    let edge = &world().await.edge;
    let (_, line) = a_call().await;
    let url = edge.url("/operators/camara/calls/guess");
    let ask = Http::default()
        .post(&url)
        .bearer(line.sink_bearer().unwrap());
    let answer = ask
        .body(KIND, event(&line, "connected").to_string())
        .send()
        .await;
    assert!([401, 404].contains(&answer.status), "{}", answer.body);
    line.tell(State::Disconnected);
}
