//! Placing, reading and ending calls.

use call::State;
use call::sandbox::MAGIC;
use stories::harness::wait::until;

use crate::client::{Client, number, request};

const CALLER: &str = "+12025550198";
const CALLEE: &str = "+12025550199";

#[tokio::test]
async fn a_call_is_placed_read_and_ended() {
    let client = Client::new().await;
    let ask = client.post().header("x-correlator", "abc-1");
    let placed = ask.json(&request(CALLER, CALLEE)).send().await;
    assert_eq!(placed.status, 201, "{}", placed.body);
    assert_eq!(placed.header("x-correlator"), Some("abc-1"));
    let call = placed.json();
    assert_eq!(call["status"], "initiating");
    assert_eq!(call["caller"]["number"], CALLER);
    assert_eq!(call["callee"]["number"], CALLEE);
    let id = placed.text("callId");
    let line = client.lab.call_of(&number(CALLEE)).unwrap();
    until("the call connects", async || {
        (line.state() == State::Connected).then_some(())
    })
    .await;
    let read = client.on_call("GET", &id).send().await;
    assert_eq!(read.json()["status"], "connected");
    assert_eq!(client.on_call("DELETE", &id).send().await.status, 204);
    until("the call ends", async || {
        line.state().is_end().then_some(())
    })
    .await;
    let again = client.on_call("DELETE", &id).send().await;
    assert_eq!(again.refusal(), (409, "ALREADY_EXISTS".to_owned()));
    let read = client.on_call("GET", &id).send().await;
    assert_eq!(read.json()["status"], "disconnected");
}

#[tokio::test]
async fn two_parties_can_be_in_one_call_only() {
    let client = Client::new().await;
    assert_eq!(client.place(CALLER, CALLEE).await.status, 201);
    let second = client.place(CALLER, CALLEE).await;
    assert_eq!(second.refusal(), (409, "ALREADY_EXISTS".to_owned()));
    assert_eq!(client.lab.placed(&number(CALLER)), 2);
    assert_eq!(client.lab.calls().len(), 1);
}

#[tokio::test]
async fn what_the_document_does_not_allow_is_refused() {
    let client = Client::new().await;
    let good = request(CALLER, CALLEE).to_string();
    let post = |kind: &str, body: &str| client.post().body(kind, body);
    let cases = [
        (post("text/plain", &good), 415, "UNSUPPORTED_MEDIA_TYPE"),
        (post("application/json", "{"), 400, "INVALID_ARGUMENT"),
        (
            post("application/json", &request(CALLER, "12").to_string()),
            422,
            "INVALID_PHONE_NUMBER",
        ),
        (
            post("application/json", &request(CALLER, CALLER).to_string()),
            422,
            "SAME_CALLER_CALLEE",
        ),
        (
            post("application/json", &good).header("x-correlator", "not allowed"),
            400,
            "INVALID_ARGUMENT",
        ),
        (client.on_call("GET", "unknown"), 404, "NOT_FOUND"),
        (client.on_call("DELETE", "unknown"), 404, "NOT_FOUND"),
        (client.on_call("GET", "no%20id"), 400, "INVALID_ARGUMENT"),
        (client.on_call("PUT", "unknown"), 405, "METHOD_NOT_ALLOWED"),
        (client.on_call("GET", "a/b"), 404, "NOT_FOUND"),
    ];
    for (number, (ask, status, code)) in cases.into_iter().enumerate() {
        let refusal = ask.send().await.refusal();
        assert_eq!(refusal, (status, code.to_owned()), "case {number}");
    }
    assert!(client.lab.calls().is_empty());
}

#[tokio::test]
async fn the_magic_numbers_that_refuse_are_refused_as_the_document_words_it() {
    let client = Client::new().await;
    for (ending, script, _) in MAGIC {
        if script.answer().is_err() {
            let answer = client.place(CALLER, &format!("+1202555{ending}")).await;
            let code = answer.code();
            let expected = match *ending {
                "0107" => "CALLER_NOT_AVAILABLE",
                "0108" => "CALLEE_NOT_AVAILABLE",
                "0109" => "RECORDING_NOT_SUPPORTED",
                _ => "UNAVAILABLE",
            };
            assert_eq!(code, expected, "{ending}");
        }
    }
    assert!(client.lab.calls().is_empty());
}
