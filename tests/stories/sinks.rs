//! Other people's servers are told of calls: in order, nothing is lost, and
//! nobody waits for them.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use call::{Reason, State};
use serde_json::{Value, json};
use stories::harness::admin::Admin;
use stories::harness::edge::Edge;
use stories::harness::program::{Program, between};
use stories::harness::reference::assert_fits;
use stories::harness::sink::{Sink, Told};
use stories::harness::visitor::{Visitor, key};
use stories::harness::wait::until;
use stories::lab::Settings;

use crate::admin_api;
use crate::answers::assert_refused;
use crate::recordings::program;
use crate::world::{ALL_SCOPES, Account, SECRET, contact, settings, start_lab, world};

const TOKEN: &str = "the-sinks-own-token";

/// A call of which this sink is told, with a token.
fn told_to(sink: &Sink, ending: &str) -> Value {
    let mut body = between(contact("0142").e164(), contact(ending).e164());
    body["sink"] = json!(sink.url());
    body["sinkCredential"] = json!({
        "credentialType": "ACCESSTOKEN", "accessToken": TOKEN, "accessTokenType": "bearer",
        "accessTokenExpiresUtc": "2126-01-01T00:00:00Z",
    });
    body
}

const WHOLE: [&str; 4] = [
    "callingCaller",
    "callingCallee",
    "connected",
    "disconnected",
];

fn assert_well_formed(told: &Told, id: &str, body: &Value) {
    assert_eq!(told.header("content-type"), "application/cloudevents+json");
    assert_eq!(told.header("authorization"), format!("Bearer {TOKEN}"));
    let event = told.event();
    assert_eq!(event["specversion"], "1.0");
    let kind = "org.camaraproject.click-to-dial.v0.status-changed";
    assert_eq!(event["type"], kind);
    assert_eq!(event["datacontenttype"], "application/json");
    assert_eq!(event["subject"], format!("/calls/{id}"));
    assert!(
        event["source"]
            .as_str()
            .unwrap()
            .ends_with("/click-to-dial/v0.2")
    );
    assert!(event["time"].is_string() && event["data"]["timestamp"].is_string());
    let data = &event["data"];
    assert_eq!(data["callId"], id);
    assert_eq!(data["caller"], body["caller"]["number"]);
    assert_eq!(data["callee"], body["callee"]["number"]);
    let ended = told.state() == "disconnected";
    assert_eq!(data["status"].get("reason").is_some(), ended, "{event}");
    assert_eq!(data.get("callDuration").is_some(), ended, "{event}");
    assert_eq!(data.get("recordingResult"), None);
}

#[tokio::test]
async fn every_change_is_told_in_order_in_the_documents_form() {
    for account in Account::EVERY {
        let (sink, program) = (Sink::start(), program(account).await);
        let body = told_to(&sink, "0100");
        let id = program.place(&body).await;
        sink.until("disconnected").await;
        assert_eq!(sink.states(), WHOLE, "{account:?}");
        let told = sink.told();
        for event in &told {
            assert_well_formed(event, &id, &body);
        }
        let events: Vec<_> = told.iter().map(Told::event).collect();
        assert_fits("CallStatusChangedEvent", &events).await;
        let end = told.last().unwrap().event();
        assert_eq!(end["data"]["status"]["reason"], "hangUp", "{account:?}");
        assert_eq!(end["data"]["callDuration"], "5", "{account:?}");
        let mut ids: Vec<_> = told
            .iter()
            .map(|told| told.event()["id"].to_string())
            .collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), told.len(), "{account:?}: every id is its own");
    }
    world().await.assert_no_panic();
}

#[tokio::test]
async fn a_sink_that_refuses_is_told_again_and_loses_nothing() {
    let (sink, program) = (Sink::start(), program(Account::Sandbox).await);
    sink.refuse(2);
    let body = told_to(&sink, "0100");
    let id = program.place(&body).await;
    // The call goes on meanwhile.
    program.until(&id, "disconnected").await;
    sink.until("disconnected").await;
    assert_eq!(sink.states(), WHOLE);
    let told = sink.told();
    let first: Vec<_> = told
        .iter()
        .take(3)
        .map(|told| told.event()["id"].clone())
        .collect();
    assert!(
        first.iter().all(|id| *id == first[0]),
        "told again under the same id"
    );
    assert_eq!(program.get(&id).await.json().get("sinkGivenUp"), None);
}

#[tokio::test]
async fn nobody_waits_for_a_slow_sink() {
    let (slow, quick, program) = (
        Sink::start(),
        Sink::start(),
        program(Account::Sandbox).await,
    );
    slow.take_time(Duration::from_secs(60));
    let stuck = program.place(&told_to(&slow, "0100")).await;
    until("the slow sink is being told", async || {
        (!slow.told().is_empty()).then_some(())
    })
    .await;
    let mut events = program.events(&stuck).await;
    let id = program.place(&told_to(&quick, "0100")).await;
    quick.until("disconnected").await;
    events.until("disconnected").await;
    assert_eq!(quick.states(), WHOLE);
    let end = program.get(&id).await.json();
    assert_eq!(end["status"], "disconnected");
}

#[tokio::test]
async fn a_sink_with_an_authorization_server_is_shown_its_token() {
    let (sink, program) = (Sink::start(), program(Account::Sandbox).await);
    let mut body = told_to(&sink, "0101");
    body["sinkCredential"] = json!({
        "credentialType": "PRIVATE_KEY_JWT", "clientId": "us", "tokenUri": sink.token_url(),
    });
    program.place(&body).await;
    sink.until("disconnected").await;
    for told in sink.told() {
        assert_eq!(told.header("authorization"), "Bearer from-the-key");
    }
    let asked = sink.asked_for_tokens();
    let (_, assertion) = asked[0].text.rsplit_once("client_assertion=").unwrap();
    let part = |at: usize| -> Value {
        let text = assertion.split('.').nth(at).unwrap();
        serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(text).unwrap()).unwrap()
    };
    let (header, claims) = (part(0), part(1));
    assert_eq!(
        (&claims["iss"], &claims["sub"]),
        (&json!("us"), &json!("us"))
    );
    assert_eq!(claims["aud"], sink.token_url());
    let keys = program
        .http
        .get(&world().await.edge.url("/oauth2/jwks"))
        .send()
        .await
        .json();
    assert_eq!(
        keys["keys"][0]["kid"], header["kid"],
        "whoever looks finds our key"
    );
}

#[tokio::test]
async fn an_expired_token_is_never_shown_and_that_is_told() {
    let (sink, program) = (Sink::start(), program(Account::Sandbox).await);
    let mut body = told_to(&sink, "0110");
    let soon = time::OffsetDateTime::now_utc() + Duration::from_millis(300);
    let format = time::format_description::well_known::Rfc3339;
    body["sinkCredential"]["accessTokenExpiresUtc"] = json!(soon.format(&format).unwrap());
    let created = program.create(&body).await;
    if created.status == 400 {
        // The machine was slower than the token: that is refused at once.
        assert_refused(&created, 400, "INVALID_ARGUMENT", "expired already");
        return;
    }
    let id = created.text("callId");
    until(
        "the program can see that its sink is given up",
        async || {
            let call = program.get(&id).await.json();
            (call.get("sinkGivenUp")? == true).then_some(())
        },
    )
    .await;
    let early = |told: &Told| told.state() == "callingCaller";
    assert!(sink.told().iter().all(early), "{:?}", sink.states());
    program.terminate(&id).await;
}

#[tokio::test]
async fn the_accounts_own_sink_is_told_of_every_call_with_its_page_missed_ones_included() {
    let (sink, lab) = (Sink::start(), start_lab(Settings::default()));
    let origin = "http://127.0.0.1:8000";
    let edge = Edge::start(&with_account_sink(&sink, &lab, origin)).await;
    let visitor = Visitor::new(&edge.url(""), origin);
    for (ending, missed) in [("0100", false), ("0102", true)] {
        let contact = contact(ending);
        let page =
            json!({"url": "https://crm.example.com/contacts/7", "context": {"contactId": "7"}});
        let body = json!({"contact": {"number": contact.e164()}, "page": page});
        let click = visitor.click(&Account::Sandbox.button(), &key());
        let answer = click.json(&body).send().await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let id = answer.text("callId");
        let event = until("the account is told", async || {
            let told = sink.told();
            let meant = |told: &&Told| told.event()["data"]["callId"] == id.as_str();
            told.iter().find(meant).map(Told::event)
        })
        .await;
        let data = &event["data"];
        assert_eq!(event["type"], "click-to-dial.v1.call-ended");
        assert_eq!(data["caller"], contact.e164());
        assert_eq!(data["missed"], missed);
        assert_eq!(data["page"], page);
        assert_eq!(data["buttonId"], Account::Sandbox.button());
        assert!(data["callDuration"].is_string() && data["createdAt"].is_string());
        assert_eq!(data.get("connectedAt").is_some(), !missed);
    }
    let events: Vec<_> = sink.told().iter().map(Told::event).collect();
    assert_eq!(events.len(), 2, "once each");
    assert_fits("CallEndedEvent", &events).await;
    assert!(
        sink.told()
            .iter()
            .all(|told| told.header("authorization") == "Bearer crm")
    );
}

#[tokio::test]
async fn an_accounts_sinks_token_is_shown_to_nobody_and_to_no_other_sink() {
    let world = world().await;
    let (sink, other) = (Sink::start(), Sink::start());
    let account = json!({
        "name": "Acme", "connections": ["box"], "sink": {"url": sink.url(), "token": TOKEN},
    });
    let admin = Admin::found(&world.edge.url(""), &account).await;
    let (_, button) = admin.button(&admin_api::button(world)).await;
    let told_by = async |sink: &Sink, ending: &str| {
        let call = world.visitor().place(&button, &contact(ending)).await;
        let told = until("the sink is told", async || {
            let told = sink.told();
            let of_it = |told: &Told| told.event()["data"]["callId"] == call.id.as_str();
            told.into_iter().find(of_it)
        });
        told.await.header("authorization").to_owned()
    };
    // 1. Whoever reads the account sees that there is a token, and sends it
    // back without.
    let read = admin.get("").await;
    assert!(!read.body.contains(TOKEN), "{}", read.body);
    let mut account = read.json()["data"].clone();
    assert_eq!(account["_read_only"]["sink_has_token"], true);
    account["name"] = json!("Acme Ltd");
    let kept = admin.send("POST", "", &account).await;
    assert_eq!(kept.status, 200, "{}", kept.body);
    assert_eq!(told_by(&sink, "0102").await, format!("Bearer {TOKEN}"));
    // 2. Another address does not get it.
    let moved = json!({"sink": {"url": other.url()}});
    let moved = admin.send("PATCH", "", &moved).await;
    assert_eq!(moved.status, 200, "{}", moved.body);
    let read = moved.json();
    assert_eq!(read["data"]["_read_only"]["sink_has_token"], false);
    assert_eq!(told_by(&other, "0103").await, "");
}

fn with_account_sink(
    sink: &Sink,
    lab: &stories::lab::Lab,
    origin: &str,
) -> Vec<(&'static str, String)> {
    let mut settings = settings(&[Account::Sandbox, Account::Camara], lab, origin);
    for (name, value) in &mut settings {
        if *name == "ACCOUNTS" {
            let mut accounts: Value = serde_json::from_str(value).unwrap();
            accounts[0]["sink"] = json!({"url": sink.url(), "token": "crm"});
            *value = accounts.to_string();
        }
    }
    settings
}

#[tokio::test]
async fn a_worker_killed_amid_its_retries_loses_no_event() {
    let (sink, lab) = (Sink::start(), start_lab(Settings::default()));
    let origin = "http://127.0.0.1:8000";
    let mut settings = settings(&[Account::Camara], &lab, origin);
    settings.retain(|(name, _)| *name != "SILENCE_SECONDS");
    let mut edge = Edge::start(&settings).await;
    let client = Account::Camara.client();
    let program = Program::new(&edge.url(""), &client, SECRET, ALL_SCOPES).await;
    let callee = contact("0150");
    lab.by_hand(&callee);
    let mut body = told_to(&sink, "0150");
    body["callee"]["number"] = json!(callee.e164());
    // 1. A call begins, and its sink refuses everything.
    sink.refuse(usize::MAX);
    let id = program.place(&body).await;
    let line = lab.call_of(&callee).unwrap();
    line.tell(State::CallingCaller);
    line.tell(State::CallingCallee);
    until("it was tried in vain", async || {
        (sink.told().len() > 1).then_some(())
    })
    .await;
    // 2. The worker dies amid that; the sink has come to its senses meanwhile.
    edge.kill();
    sink.refuse(0);
    edge.restart().await;
    // 3. The call goes on, and everything is told, in order.
    line.tell(State::Connected);
    line.end(Reason::HangUp, 7);
    sink.until("disconnected").await;
    let mut states = sink.states();
    states.dedup();
    assert_eq!(states, WHOLE);
    let end = sink.told().pop().unwrap().event();
    assert_eq!(end["data"]["callDuration"], "7");
    let program = Program::new(&edge.url(""), &client, SECRET, ALL_SCOPES).await;
    assert_eq!(program.get(&id).await.json()["status"], "disconnected");
}
