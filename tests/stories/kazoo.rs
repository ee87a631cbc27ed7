//! What only a Kazoo system does.

use call::{Reason, State};
use serde_json::{Value, json};
use stories::harness::edge::Edge;
use stories::harness::events::states;
use stories::harness::http::{Answer, Http};
use stories::harness::visitor::{Placed, Visitor, key};
use stories::harness::wait::until;
use stories::lab::{Dialect, Fault, Settings};

use crate::answers::assert_refused;
use crate::conformance::WHOLE;
use crate::course::whole_story;
use crate::webhooks::{System, subscribe_with};
use crate::world::{Account, EXTENSION, PLATFORM, World, contact, settings, start_lab, world};

/// Where the system tells of its channels.
fn webhook(world: &World) -> String {
    let connection = world.kazoo.connection(PLATFORM);
    let secret = connection["webhook_secret"].as_str().unwrap();
    world.edge.url(&format!("/operators/kazoo/kazoo/{secret}"))
}

async fn post(url: &str, kind: &str, body: &str) -> Answer {
    Http::default().post(url).body(kind, body).send().await
}

const JSON: &str = "application/json";
const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn only_the_system_itself_may_tell() {
    let world = world().await;
    let event = json!({"hook_event": "channel_answer", "call_id": "c2c-x"}).to_string();
    for path in [
        "/operators/kazoo/kazoo/wrong",
        "/operators/kazoo/nobody/wrong",
        "/operators/kazoo/main/wrong",
    ] {
        let answer = post(&world.edge.url(path), JSON, &event).await;
        assert_refused(&answer, 401, "UNAUTHENTICATED", path);
    }
    let get = Http::default().get(&webhook(world)).send().await;
    assert_refused(&get, 405, "METHOD_NOT_ALLOWED", "GET");
}

/// Anything but 200 would switch the webhook off for all calls.
#[tokio::test]
async fn what_is_none_of_our_business_is_taken_and_what_is_unreadable_is_not() {
    let url = webhook(world().await);
    let cases = [
        (
            JSON,
            r#"{"hook_event":"channel_create","call_id":"a1b2"}"#,
            200,
        ),
        (
            JSON,
            r#"{"hook_event":"channel_hum","call_id":"c2c-x"}"#,
            200,
        ),
        (JSON, "{}", 200),
        (FORM, "hook_event=channel_destroy&call_id=a1b2&&x=%zz", 200),
        (JSON, "{", 400),
        (JSON, "[]", 400),
        (FORM, "hello", 400),
        (JSON, "", 400),
    ];
    for (kind, body, status) in cases {
        assert_eq!(post(&url, kind, body).await.status, status, "{body}");
    }
    let long = format!(r#"{{"x":"{}"}}"#, "x".repeat(65 * 1024));
    let answer = post(&url, JSON, &long).await;
    assert_refused(&answer, 413, "PAYLOAD_TOO_LARGE", "too long");
}

#[tokio::test]
async fn a_system_can_tell_nothing_of_another_operators_call() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.lab.by_hand(&contact);
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let mut forged = call.id.clone();
    forged.replace_range(0..1, if forged.starts_with('A') { "B" } else { "A" });
    for id in [&call.id, &forged] {
        for hook in ["channel_create", "channel_answer", "channel_bridge"] {
            let event = json!({
                "hook_event": hook, "call_id": "c2c-00000000000000000000000000000000-0000000000",
                "custom_application_vars": {"c2d_call": id},
            });
            let answer = post(&webhook(world), JSON, &event.to_string()).await;
            assert_eq!(answer.status, 200);
        }
    }
    assert_eq!(visitor.read(&call).await["status"], "initiating");
    let line = world.lab.call_of(&contact).unwrap();
    line.end(Reason::HangUp, 0);
}

#[tokio::test]
async fn a_system_that_keeps_our_variable_is_followed_by_it() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.kazoo.by_hand(&contact);
    let call = visitor.place(&Account::Kazoo.button(), &contact).await;
    let line = world.kazoo.call_of(&contact).unwrap();
    for (hook, state) in [
        ("channel_answer", "callingCallee"),
        ("channel_bridge", "connected"),
        ("channel_destroy", "disconnected"),
    ] {
        let event = json!({
            "hook_event": hook, "call_id": line.id(), "hangup_cause": "NORMAL_CLEARING",
            "custom_application_vars": {"c2d_call": call.id},
        });
        let answer = post(&webhook(world), JSON, &event.to_string()).await;
        assert_eq!(answer.status, 200);
        assert_eq!(visitor.read(&call).await["status"], state);
    }
    assert_eq!(visitor.read(&call).await["reason"], "hangUp");
    line.end(Reason::HangUp, 0);
}

/// Asked for a channel, the system says whether the first party has answered.
#[tokio::test]
async fn a_call_of_which_nothing_is_told_is_followed_as_far_as_is_certain() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.kazoo.by_hand(&contact);
    world.kazoo.fault(&contact, Fault::EventsLost);
    let call = visitor.place(&Account::Kazoo.button(), &contact).await;
    let line = world.kazoo.call_of(&contact).unwrap();
    visitor.until(&call, "callingCaller").await;
    line.tell(State::Connected);
    visitor.until(&call, "callingCallee").await;
    line.end(Reason::HangUp, 3);
    let end = visitor.until(&call, "disconnected").await;
    assert_eq!(end["reason"], "other", "nobody said more");
}

#[tokio::test]
async fn a_first_party_that_is_busy_is_known_from_the_history() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0101"));
    world.kazoo.fault(&contact, Fault::EventsLost);
    let call = visitor.place(&Account::Kazoo.button(), &contact).await;
    let end = visitor.until(&call, "disconnected").await;
    assert_eq!(end["reason"], "callerBusy");
}

/// The history knows only that the first party has answered.
#[tokio::test]
async fn a_second_party_that_is_busy_is_known_from_the_detail_record() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0104"));
    world.kazoo.fault(&contact, Fault::EventsLost);
    let call = visitor.place(&Account::Kazoo.button(), &contact).await;
    let end = visitor.until(&call, "disconnected").await;
    assert_eq!(end["reason"], "calleeBusy");
}

#[tokio::test]
async fn an_end_that_is_never_told_is_known_from_the_detail_record() {
    let world = world().await;
    let visitor = world.visitor();
    let lost = Fault::EventLost(State::Disconnected);
    for (faults, reason) in [
        (&[lost][..], "hangUp"),
        // Then it is only certain that the call is over.
        (&[lost, Fault::RecordLost], "other"),
    ] {
        let contact = contact("0100");
        for fault in faults {
            world.kazoo.fault(&contact, *fault);
        }
        let call = visitor.place(&Account::Kazoo.button(), &contact).await;
        let end = visitor.until(&call, "disconnected").await;
        assert_eq!(end["reason"], reason);
        if reason == "hangUp" {
            assert_eq!(end["durationSeconds"], 5);
        }
    }
}

/// An edge of one's own, with a system that is told of nothing.
async fn alone(settings: &[(&'static str, String)]) -> (Edge, Visitor) {
    let edge = Edge::start(settings).await;
    let visitor = Visitor::new(&edge.url(""), "http://127.0.0.1:8000");
    (edge, visitor)
}

/// Kazoo 5 can tell in a second version, signed or not.
#[tokio::test]
async fn a_system_that_tells_in_the_second_version_is_followed_as_well() {
    let camara = start_lab(Settings::default());
    for more in [
        json!({"version": "v2"}),
        json!({"version": "v2", "security_settings": {"sha256_key": "s3cr3t"}}),
    ] {
        let kazoo = start_lab(Settings {
            dialect: Dialect::Kazoo,
            ..Settings::default()
        });
        let mut settings = settings(&[Account::Kazoo], &camara, "http://127.0.0.1:8000");
        settings.push(("CONNECTION_KAZOO", kazoo.connection(PLATFORM).to_string()));
        let (edge, visitor) = alone(&settings).await;
        subscribe_with(&kazoo, &edge, "kazoo", &more).await;
        let call = visitor
            .place(&Account::Kazoo.button(), &contact("0100"))
            .await;
        let frames = whole_story(&visitor, &call).await;
        assert_eq!(states(&frames), WHOLE, "{more}");
        assert_eq!(frames.last().unwrap().data["reason"], "hangUp");
        assert_eq!(frames.last().unwrap().data["durationSeconds"], 5);
    }
}

#[tokio::test]
async fn tokens_and_documents_are_made_once_and_anew_where_they_are_gone() {
    let kazoo = start_lab(Settings {
        dialect: Dialect::Kazoo,
        ..Settings::default()
    });
    let camara = start_lab(Settings::default());
    let mut settings = settings(&[Account::Kazoo], &camara, "http://127.0.0.1:8000");
    settings.push(("CONNECTION_KAZOO", kazoo.connection(PLATFORM).to_string()));
    // Who is asked what became of a call would need tokens, too.
    settings.retain(|(name, _)| *name != "SILENCE_SECONDS");
    let (_edge, visitor) = alone(&settings).await;
    let place = async |button: String| {
        let contact = contact("0150");
        kazoo.by_hand(&contact);
        let call = visitor.place(&button, &contact).await;
        assert_eq!(kazoo.call_of(&contact).unwrap().state(), State::Initiating);
        call
    };
    let system = System::open(&kazoo).await;
    let documents = async || system.ask("GET", "clicktocall", None).await;
    // 1. The first call of each kind makes a document, the second none.
    for _ in 0..2 {
        place(Account::Kazoo.button()).await;
        place(Account::Kazoo.extension_first()).await;
    }
    let made = documents().await;
    assert_eq!(made.as_array().unwrap().len(), 2, "{made}");
    assert_eq!(kazoo.tokens_given(), 2, "one is the story's own");
    // 2. Without its token and without its documents a call is still placed.
    kazoo.revoke_tokens();
    place(Account::Kazoo.button()).await;
    assert_eq!(kazoo.tokens_given(), 3);
    let system = System::open(&kazoo).await;
    for document in made.as_array().unwrap() {
        let path = format!("clicktocall/{}", document["id"].as_str().unwrap());
        system.ask("DELETE", &path, None).await;
    }
    place(Account::Kazoo.button()).await;
    let made = system.ask("GET", "clicktocall", None).await;
    assert_eq!(made.as_array().unwrap().len(), 1, "{made}");
}

#[tokio::test]
async fn a_wrong_key_is_an_operator_that_is_not_available_and_stays_out_of_the_log() {
    let kazoo = start_lab(Settings {
        dialect: Dialect::Kazoo,
        ..Settings::default()
    });
    let camara = start_lab(Settings::default());
    let mut settings = settings(&[Account::Kazoo], &camara, "http://127.0.0.1:8000");
    let mut connection = kazoo.connection(PLATFORM);
    let wrong = "0123456789abcdef".repeat(4);
    connection["api_key"] = Value::from(wrong.as_str());
    settings.push(("CONNECTION_KAZOO", connection.to_string()));
    let (edge, visitor) = alone(&settings).await;
    let contact = contact("0150");
    let dial = visitor.dial(&Account::Kazoo.button(), &key(), &contact);
    let answer = dial.send().await;
    assert_refused(&answer, 503, "OPERATOR_UNAVAILABLE", "a wrong key");
    until("the refusal is in the log", async || {
        edge.log().all().contains("/api_auth 404").then_some(())
    })
    .await;
    assert!(!edge.log().all().contains(&wrong));
    assert_eq!(kazoo.placed(&contact), 0);
}

#[tokio::test]
async fn no_number_no_key_and_no_token_of_a_system_is_in_the_log() {
    let world = world().await;
    let (visitor, first) = (world.visitor(), contact("0100"));
    let call = visitor.place(&Account::Kazoo.button(), &first).await;
    visitor.follow(&call).await;
    let (second, page) = (contact("0150"), Fault::HtmlAnswer);
    world.kazoo.fault(&second, page);
    let dial = visitor.dial(&Account::Kazoo.button(), &key(), &second);
    dial.send().await;
    let log = world.edge.log().all();
    let api_key = world.kazoo.connection(PLATFORM)["api_key"].clone();
    let system = System::open(&world.kazoo).await;
    for secret in [
        first.digits(),
        second.digits(),
        EXTENSION.trim_start_matches('+'),
        api_key.as_str().unwrap(),
        // A shorter part of it is in ids now and then, which are random.
        system.head_of_tokens(),
    ] {
        assert!(!log.contains(secret), "a secret is in the log");
    }
}

/// The story that all others have told by the way: whatever came, was taken.
#[tokio::test]
async fn no_webhook_is_switched_off_by_what_we_answer() {
    let world = world().await;
    let visitor = world.visitor();
    let call: Placed = visitor
        .place(&Account::Kazoo.button(), &contact("0103"))
        .await;
    visitor.follow(&call).await;
    let system = System::open(&world.kazoo).await;
    let all = system.ask("GET", "webhooks", None).await;
    for webhook in all.as_array().unwrap() {
        assert_eq!(webhook["enabled"], true, "{webhook}");
    }
}
