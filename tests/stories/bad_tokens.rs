//! Tokens that open nothing, and calls that are not there.

use stories::harness::codes;
use stories::harness::visitor::Placed;

use crate::answers::assert_refused;
use crate::world::{Account, contact, world};

/// The year 2001, and the year 2096.
const LONG_AGO: u64 = 1_000_000_000;
const LONG_FROM_NOW: u64 = 4_000_000_000;

#[tokio::test]
async fn only_its_own_token_opens_a_call() {
    let visitor = world().await.visitor();
    let button = Account::Sandbox.button();
    let call = visitor.place(&button, &contact("0111")).await;
    let other = visitor.place(&button, &contact("0111")).await;
    let wrong = [
        ("another call's", other.token.clone()),
        ("the events token", call.events_token.clone()),
        (
            "an expired one",
            codes::token("call-token", &call.id, LONG_AGO),
        ),
        ("a longer one", format!("{}x", call.token)),
        (
            "a shorter one",
            call.token[..call.token.len() - 1].to_owned(),
        ),
        ("a guess", "guess".to_owned()),
        ("nothing", String::new()),
    ];
    for (what, token) in wrong {
        let wrong = Placed {
            token,
            ..call.clone()
        };
        for method in ["GET", "DELETE"] {
            let answer = visitor.on(method, &wrong).send().await;
            assert_refused(
                &answer,
                401,
                "UNAUTHENTICATED",
                &format!("{method} with {what}"),
            );
        }
    }
    let path = format!("/click-to-dial/v0.2/calls/{}", call.id);
    for method in ["GET", "DELETE"] {
        let answer = visitor.ask(method, &path).send().await;
        assert_refused(&answer, 401, "UNAUTHENTICATED", "no token");
        let basic = visitor
            .ask(method, &path)
            .header("authorization", "Basic Zm9vOmJhcg==");
        assert_refused(&basic.send().await, 401, "UNAUTHENTICATED", "Basic");
    }
    // Nothing of this has touched the call.
    let mine = Placed {
        token: codes::token("call-token", &call.id, LONG_FROM_NOW),
        ..call.clone()
    };
    let state = visitor.read(&mine).await;
    assert_ne!(state["status"], "disconnected");
    for call in [call, other] {
        assert_eq!(visitor.hang_up(&call).await.status, 204);
    }
}

#[tokio::test]
async fn an_expired_events_token_opens_no_stream() {
    let visitor = world().await.visitor();
    let mut call = visitor
        .place(&Account::Sandbox.button(), &contact("0101"))
        .await;
    call.events_token = codes::token("events-token", &call.id, LONG_AGO);
    let answer = visitor.events(&call, None).send().await;
    assert_refused(&answer, 401, "UNAUTHENTICATED", "expired");
    call.events_token = codes::token("events-token", &call.id, LONG_FROM_NOW);
    assert_eq!(
        visitor.follow(&call).await.last().unwrap().state(),
        "disconnected"
    );
}

#[tokio::test]
async fn a_cursor_that_is_no_number_is_refused() {
    let visitor = world().await.visitor();
    let call = visitor
        .place(&Account::Sandbox.button(), &contact("0101"))
        .await;
    for cursor in ["-1", "abc", "1.5"] {
        let (id, token) = (&call.id, &call.events_token);
        let path =
            format!("/click-to-dial/v0.2/calls/{id}/events?eventsToken={token}&after={cursor}");
        let answer = visitor.ask("GET", &path).send().await;
        assert_refused(&answer, 400, "INVALID_ARGUMENT", cursor);
    }
}

#[tokio::test]
async fn a_call_that_is_not_there_is_not_found() {
    let visitor = world().await.visitor();
    let real = visitor
        .place(&Account::Sandbox.button(), &contact("0101"))
        .await;
    let mut forged = real.id.clone();
    forged.replace_range(..1, if forged.starts_with('B') { "C" } else { "B" });
    for id in ["guess".to_owned(), forged, "x".repeat(256)] {
        let call = Placed {
            token: codes::token("call-token", &id, LONG_FROM_NOW),
            events_token: codes::token("events-token", &id, LONG_FROM_NOW),
            id,
        };
        for method in ["GET", "DELETE"] {
            let answer = visitor.on(method, &call).send().await;
            assert_refused(&answer, 404, "NOT_FOUND", &format!("{method} {}", call.id));
        }
        let answer = visitor.events(&call, None).send().await;
        assert_refused(&answer, 404, "NOT_FOUND", &format!("events {}", call.id));
    }
}

#[tokio::test]
async fn a_path_that_nobody_serves_is_not_found() {
    let visitor = world().await.visitor();
    for path in [
        "/buttons/",
        "/buttons/a/b/c",
        "/click-to-dial/v0.2",
        "/click-to-dial/v9/calls/x",
        "/click-to-dial/v0.2/calls/x/y",
        "/operators/nobody/calls/x",
    ] {
        let answer = visitor.ask("GET", path).send().await;
        assert_refused(&answer, 404, "NOT_FOUND", path);
    }
}
