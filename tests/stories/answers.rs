//! What every answer of the edge has, and what anybody may know of a button.

use serde_json::{Value, json};
use stories::harness::edge::Edge;
use stories::harness::http::Answer;
use stories::harness::visitor::{Visitor, key};
use stories::harness::wait::until;
use stories::lab::Settings;

use crate::world::{Account, PLATFORM, contact, settings, start_lab, world};

/// Asserts everything that a refusal must be.
#[track_caller]
pub fn assert_refused(answer: &Answer, status: u16, code: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.body);
    let info = answer.json();
    assert_eq!(info["code"], code, "{what}: {}", answer.body);
    assert_eq!(info["status"], status, "{what}");
    let message = info["message"].as_str().unwrap_or_default();
    assert!(!message.is_empty(), "{what}: no message");
    assert_readable_by_pages(answer, what);
}

#[track_caller]
fn assert_readable_by_pages(answer: &Answer, what: &str) {
    let header = |name: &str| answer.header(name).unwrap_or_default().to_owned();
    assert_eq!(header("access-control-allow-origin"), "*", "{what}");
    assert!(
        !header("x-correlator").is_empty(),
        "{what}: no x-correlator"
    );
    let exposed = header("access-control-expose-headers").to_lowercase();
    assert!(
        exposed.contains("x-correlator") && exposed.contains("retry-after"),
        "{what}"
    );
}

#[tokio::test]
async fn the_edge_says_that_it_is_well() {
    let answer = world().await.visitor().ask("GET", "/healthz").send().await;
    assert_eq!(
        (answer.status, answer.text("status")),
        (200, "ok".to_owned())
    );
}

#[tokio::test]
async fn an_edge_without_its_key_says_so_and_does_nothing() {
    let (edge, health) = Edge::start_somehow(&[("LOOPBACK", "1".to_owned())]).await;
    assert_refused(&health, 503, "NOT_CONFIGURED", "/healthz");
    let visitor = Visitor::new(&edge.url(""), "http://127.0.0.1:8000");
    let dial = visitor.dial(&Account::Sandbox.button(), &key(), &contact("0100"));
    assert_refused(&dial.send().await, 503, "NOT_CONFIGURED", "a click");
}

#[tokio::test]
async fn a_setting_that_only_the_runtime_can_judge_is_named_in_the_log() {
    let lab = start_lab(Settings::default());
    let mut settings = settings(&[Account::Sandbox], &lab, "http://127.0.0.1:8000");
    for (_, value) in settings.iter_mut().filter(|(name, _)| *name == "ACCOUNTS") {
        let mut accounts: Value = serde_json::from_str(value).unwrap();
        accounts[0]["buttons"][0]["hours"] =
            json!({"timeZone": "Europe/Berlni", "week": {"mon": [["09:00", "17:00"]]}});
        *value = accounts.to_string();
    }
    let (edge, health) = Edge::start_somehow(&settings).await;
    assert_refused(&health, 503, "NOT_CONFIGURED", "/healthz");
    until("the log names it", async || {
        let log = edge.log().all();
        log.contains("setting ACCOUNTS: the hours.timeZone")
            .then_some(())
    })
    .await;
    let log = edge.log().all();
    assert!(!log.contains("Berlni"), "{log}");
}

#[tokio::test]
async fn a_correlator_is_echoed_and_made_where_it_is_missing() {
    let visitor = world().await.visitor();
    let path = format!("/buttons/{}", Account::Sandbox.button());
    let given = visitor.ask("GET", &path).header("x-correlator", "ours-1");
    assert_eq!(given.send().await.header("x-correlator"), Some("ours-1"));
    let made = visitor.ask("GET", &path).send().await;
    assert_readable_by_pages(&made, "GET of a button");
}

#[tokio::test]
async fn a_page_may_ask_before_it_asks() {
    let visitor = world().await.visitor();
    let button = Account::Sandbox.button();
    for path in [
        format!("/buttons/{button}/calls"),
        "/click-to-dial/v0.2/calls/x".to_owned(),
    ] {
        let preflight = visitor
            .ask("OPTIONS", &path)
            .header("access-control-request-method", "POST")
            .header(
                "access-control-request-headers",
                "content-type,idempotency-key",
            )
            .send()
            .await;
        assert_eq!(preflight.status, 204, "{path}");
        assert_eq!(preflight.header("access-control-allow-origin"), Some("*"));
        let allowed = preflight
            .header("access-control-allow-headers")
            .unwrap_or_default();
        let allowed = allowed.to_lowercase();
        for header in [
            "authorization",
            "content-type",
            "idempotency-key",
            "last-event-id",
            "x-correlator",
        ] {
            assert!(allowed.contains(header), "{header}: {allowed}");
        }
        let methods = preflight
            .header("access-control-allow-methods")
            .unwrap_or_default();
        assert!(
            methods.contains("POST") || path.contains("v0.2"),
            "{methods}"
        );
        assert!(
            methods.contains("DELETE") || path.contains("buttons"),
            "{methods}"
        );
    }
}

#[tokio::test]
async fn anybody_may_know_a_buttons_name_and_nothing_secret() {
    let visitor = world().await.visitor();
    for (account, sandbox) in [(Account::Sandbox, true), (Account::Camara, false)] {
        let id = account.button();
        let answer = visitor.ask("GET", &format!("/buttons/{id}")).send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        let button = answer.json();
        assert_eq!(button["buttonId"], id);
        assert_eq!(button["name"], "Sales");
        assert_eq!(button["displayNumber"], PLATFORM);
        assert_eq!(button["dialFirst"], "contact");
        assert_eq!(button["sandbox"], sandbox);
        assert!(
            !answer.body.contains("5550142"),
            "the extension is nobody's business"
        );
    }
}
