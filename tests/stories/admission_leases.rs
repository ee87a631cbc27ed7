//! A worker that dies between admitting a call and placing it leaks no active
//! call for ever.

use std::fs;
use std::path::Path;
use std::time::Duration;

use call::Reason;
use serde_json::json;
use stories::harness::admin::Admin;
use stories::harness::edge::Edge;
use stories::harness::visitor::{Visitor, key};
use stories::harness::wait::found_within;
use stories::lab::Settings;

use crate::world::{Account, EXTENSION, contact, settings, start_lab};

/// An admitted call that has no room by then never gets one.
const OPENED_WITHIN: Duration = Duration::from_secs(30);

#[tokio::test]
async fn a_place_taken_by_a_worker_that_died_is_free_again() {
    let (lab, origin) = (start_lab(Settings::default()), "http://127.0.0.1:8000");
    let mut edge = Edge::start(&settings(&[Account::Sandbox], &lab, origin)).await;
    let account = json!({"name": "Shop", "connections": ["main"], "simultaneous_calls": 2});
    let admin = Admin::found(&edge.url(""), &account).await;
    let button = json!({
        "name": "Sales", "extension": EXTENSION, "dial_first": "contact",
        "auth_required": false, "origins": [origin],
    });
    let (_, button) = admin.button(&button).await;
    let visitor = Visitor::new(&edge.url(""), origin);
    let (one, two, three) = (contact("0150"), contact("0150"), contact("0150"));
    for contact in [&one, &two] {
        lab.by_hand(contact);
        visitor.place(&button, contact).await;
    }
    // The worker dies. What it had not yet written is gone: as if it had died
    // before it opened the rooms of these calls.
    edge.kill();
    forget_call_rooms(edge.state());
    for line in lab.calls() {
        line.end(Reason::HangUp, 1);
    }
    edge.restart().await;
    let refused = visitor.dial(&button, &key(), &three).send().await;
    assert_eq!(refused.refusal(), (429, "TOO_MANY_REQUESTS".into()));
    let refused = visitor.dial(&button, &key(), &one).send().await;
    assert_eq!(refused.refusal(), (409, "ALREADY_EXISTS".into()));
    // By and by both places are free: by number, and by count.
    let placed = async |contact| {
        let patience = OPENED_WITHIN + Duration::from_secs(20);
        let placed = found_within(patience, async || {
            let answer = visitor.dial(&button, &key(), contact).send().await;
            (answer.status == 201).then_some(())
        });
        placed.await.is_some()
    };
    assert!(placed(&one).await, "the number is still taken");
    assert!(placed(&three).await, "the place is still taken");
    // And not one more than may be.
    let refused = visitor.dial(&button, &key(), &two).send().await;
    assert_eq!(refused.refusal(), (429, "TOO_MANY_REQUESTS".into()));
}

/// Removes what the runtime keeps of the calls' rooms.
fn forget_call_rooms(state: &Path) {
    let folders = fs::read_dir(state.join("v3/do")).unwrap();
    let rooms = folders
        .map(|folder| folder.unwrap().path())
        .filter(|path| path.to_string_lossy().ends_with("-CallRoom"));
    let removed = rooms.map(|path| fs::remove_dir_all(path).unwrap()).count();
    assert_eq!(removed, 1, "no rooms at {}", state.display());
}
