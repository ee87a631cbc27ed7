//! The edge's own tokens at an operator.

use stories::harness::edge::Edge;
use stories::harness::visitor::{Visitor, key};
use stories::harness::wait::until;
use stories::lab::{Fault, Lab, Settings};

use crate::answers::assert_refused;
use crate::world::{Account, contact, settings, start_lab, world};

/// Where the pages of an edge of its own are.
const ORIGIN: &str = "http://127.0.0.1:7";

/// An operator and an edge that no other story uses.
async fn alone(lab: Settings) -> (Lab, Edge, Visitor) {
    let lab = start_lab(lab);
    let edge = Edge::start(&settings(&[Account::Camara], &lab, ORIGIN)).await;
    let visitor = Visitor::new(&edge.url(""), ORIGIN);
    (lab, edge, visitor)
}

/// The scopes that were asked for, in order.
fn scopes_asked(lab: &Lab) -> Vec<String> {
    let asked = lab.asked().into_iter();
    let tokens = asked.filter(|asked| asked.path == "/oauth2/token");
    tokens
        .map(|asked| {
            let scope = asked.body.split("scope=").nth(1).unwrap_or_default();
            scope.replace("%3A", ":")
        })
        .collect()
}

#[tokio::test]
async fn every_operation_has_a_token_of_its_own_scope_and_of_no_other() {
    let (lab, _edge, visitor) = alone(Settings::default()).await;
    let number = contact("0100");
    lab.by_hand(&number);
    let call = visitor.place(&Account::Camara.button(), &number).await;
    assert_eq!(scopes_asked(&lab)[0], "click-to-dial:calls:create");
    // The operator says nothing, so it is asked while the phone rings.
    until("the call is read", async || {
        let read = |asked: &stories::lab::Asked| asked.method == "GET" && asked.status == Some(200);
        lab.asked().iter().any(read).then_some(())
    })
    .await;
    assert_eq!(visitor.hang_up(&call).await.status, 204);
    let expected = ["create", "read", "delete"].map(|right| format!("click-to-dial:calls:{right}"));
    assert_eq!(scopes_asked(&lab), expected);
    visitor
        .place(&Account::Camara.button(), &contact("0101"))
        .await;
    assert_eq!(scopes_asked(&lab), expected, "tokens at hand are used");
}

#[tokio::test]
async fn who_may_place_calls_but_not_end_them_is_told_so_and_the_call_goes_on() {
    let (lab, _edge, visitor) = alone(Settings {
        scopes: vec!["click-to-dial:calls:create", "click-to-dial:calls:read"],
        ..Settings::default()
    })
    .await;
    let number = contact("0100");
    lab.by_hand(&number);
    let call = visitor.place(&Account::Camara.button(), &number).await;
    let answer = visitor.hang_up(&call).await;
    assert_refused(&answer, 503, "OPERATOR_UNAVAILABLE", "no scope to end it");
    let refused = lab
        .asked()
        .into_iter()
        .find(|asked| asked.method == "DELETE");
    assert_eq!(refused.and_then(|asked| asked.status), Some(403));
    let line = lab.call_of(&number).expect("a call");
    assert!(!line.state().is_end(), "the operator's call goes on");
    assert!(!visitor.read(&call).await["status"].is_null());
}

#[tokio::test]
async fn a_call_can_be_ended_as_soon_as_the_token_server_is_back() {
    let (lab, _edge, visitor) = alone(Settings::default()).await;
    let number = contact("0100");
    lab.by_hand(&number);
    let call = visitor.place(&Account::Camara.button(), &number).await;
    lab.fault_tokens(&[Fault::WebPage(500)]);
    let answer = visitor.hang_up(&call).await;
    assert_refused(&answer, 503, "OPERATOR_UNAVAILABLE", "no token to be had");
    lab.fault_tokens(&[]);
    assert_eq!(visitor.hang_up(&call).await.status, 204);
    visitor.until(&call, "disconnected").await;
}

#[tokio::test]
async fn a_token_is_kept_and_used_again() {
    let world = world().await;
    let visitor = world.visitor();
    for _ in 0..5 {
        visitor
            .place(&Account::Camara.button(), &contact("0101"))
            .await;
    }
    let placed = world.lab.calls().len();
    assert!(
        world.lab.tokens_given() < placed,
        "one token for many calls"
    );
}

#[tokio::test]
async fn a_token_that_is_about_to_expire_is_renewed_before_it_is_used() {
    let world = world().await;
    let visitor = world.visitor();
    for expected in 1..=2 {
        visitor
            .place(&Account::ShortTokens.button(), &contact("0101"))
            .await;
        assert!(world.short_tokens.tokens_given() >= expected);
    }
    let refused = world.short_tokens.asked();
    assert!(refused.iter().all(|asked| asked.status != Some(401)));
}

#[tokio::test]
async fn a_token_that_the_operator_no_longer_knows_is_renewed_and_the_call_placed() {
    let world = world().await;
    let visitor = world.visitor();
    visitor
        .place(&Account::Camara.button(), &contact("0101"))
        .await;
    world.lab.revoke_tokens();
    let number = contact("0101");
    visitor.place(&Account::Camara.button(), &number).await;
    let lines = world.lab.calls();
    assert_eq!(
        lines.iter().filter(|line| line.involves(&number)).count(),
        1
    );
}

#[tokio::test]
async fn an_operator_that_nobody_reaches_or_that_refuses_us_is_one_and_the_same_to_a_page() {
    let world = world().await;
    let visitor = world.visitor();
    for account in [Account::Down, Account::WrongSecret, Account::NoScope] {
        let contact = contact("0150");
        for time in ["first", "second"] {
            let dial = visitor.dial(&account.button(), &key(), &contact);
            let what = format!("{account:?} {time}");
            let answer = dial.send().await;
            assert_refused(&answer, 503, "OPERATOR_UNAVAILABLE", &what);
            for detail in ["secret", "token", "credential", "127.0.0.1", "scope"] {
                let body = answer.body.to_lowercase();
                assert!(!body.contains(detail), "{what} tells {detail}: {body}");
            }
        }
    }
    assert!(world.no_scope.calls().is_empty());
}
