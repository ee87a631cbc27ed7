//! Faults on demand.

use std::time::Duration;

use call::State;
use stories::lab::Fault;
use tokio::time::Instant;

use crate::client::{Client, number, request, token, told};
use crate::sink::Sink;

const CALLER: &str = "+12025550198";
const CALLEE: &str = "+12025550100";

async fn suffering(faults: &[Fault]) -> (Client, Sink) {
    let (client, sink) = (Client::new().await, Sink::new().await);
    for fault in faults {
        client.lab.fault(&number(CALLEE), *fault);
    }
    (client, sink)
}

#[tokio::test]
async fn a_slow_answer_is_slow_and_the_call_exists_meanwhile() {
    let pause = Duration::from_millis(300);
    let (client, sink) = suffering(&[Fault::SlowAnswer(pause)]).await;
    let asked = Instant::now();
    assert_eq!(client.place_to(&sink, CALLER, CALLEE).await.status, 201);
    assert!(asked.elapsed() >= pause);
    sink.until_told("disconnected").await;
}

#[tokio::test]
async fn an_error_answer_places_nothing() {
    for status in [500, 503] {
        let (client, _) = suffering(&[Fault::ErrorAnswer(status)]).await;
        assert_eq!(client.place(CALLER, CALLEE).await.status, status);
        assert!(client.lab.calls().is_empty());
    }
    let (client, _) = suffering(&[Fault::PermissionDenied]).await;
    assert_eq!(client.place(CALLER, CALLEE).await.status, 403);
}

#[tokio::test]
async fn a_lost_answer_leaves_a_call_behind() {
    let (client, sink) = suffering(&[Fault::AnswerLost]).await;
    let ask = client.post().json(&told(&sink, CALLER, CALLEE));
    assert!(ask.try_send().await.is_err());
    assert_eq!(client.lab.calls().len(), 1);
    assert_eq!(client.lab.asked().last().unwrap().status, None);
    sink.until_told("disconnected").await;
}

#[tokio::test]
async fn an_answer_can_break_off_in_the_middle() {
    let (client, sink) = suffering(&[Fault::ClosedInMidBody]).await;
    let mut answer = client
        .post()
        .json(&told(&sink, CALLER, CALLEE))
        .open()
        .await;
    assert_eq!(answer.status().as_u16(), 201);
    let whole = answer.content_length().unwrap();
    let mut come = 0;
    while let Ok(Some(chunk)) = answer.chunk().await {
        come += chunk.len() as u64;
    }
    assert!(0 < come && come < whole, "{come} of {whole}");
    assert_eq!(client.lab.calls().len(), 1);
}

#[tokio::test]
async fn an_answer_can_be_huge_and_is_still_json() {
    let (client, _) = suffering(&[Fault::HugeAnswer]).await;
    let answer = client.place(CALLER, CALLEE).await;
    assert!(answer.body.len() > 20_000_000);
    assert_eq!(answer.text("callId"), client.lab.calls()[0].id());
}

#[tokio::test]
async fn a_refusal_says_more_than_it_should() {
    let (client, _) = suffering(&[Fault::Refused {
        status: 404,
        code: "IDENTIFIER_NOT_FOUND",
        words: "Nobody knows",
    }])
    .await;
    let answer = client.place(CALLER, CALLEE).await;
    assert_eq!(answer.refusal(), (404, "IDENTIFIER_NOT_FOUND".into()));
    let token = &client.token;
    assert_eq!(
        answer.text("message"),
        format!("Nobody knows ({CALLER} to {CALLEE}, with Bearer {token})")
    );
    assert!(client.lab.calls().is_empty());
}

#[tokio::test]
async fn a_proxy_answers_in_the_operators_place() {
    let (client, _) = suffering(&[Fault::WebPage(502)]).await;
    let answer = client.place(CALLER, CALLEE).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (502, Some("text/html"))
    );
    assert!(client.lab.calls().is_empty());
}

#[tokio::test]
async fn a_token_can_be_refused_and_given_again() {
    let client = Client::new().await;
    client.lab.fault_tokens(&[Fault::WebPage(503)]);
    let ask = || client.http.post(&client.lab.token_url());
    assert_eq!(ask().send().await.status, 503);
    client.lab.fault_tokens(&[]);
    token(&client.http, &client.lab).await;
}

#[tokio::test]
async fn garbage_is_garbage() {
    let (client, _) = suffering(&[Fault::HtmlAnswer]).await;
    let answer = client.place(CALLER, CALLEE).await;
    assert_eq!(
        (answer.status, answer.header("content-type")),
        (201, Some("text/html"))
    );
    let (client, _) = suffering(&[Fault::WrongShapeAnswer]).await;
    assert!(
        client
            .place(CALLER, CALLEE)
            .await
            .json()
            .get("callId")
            .is_none()
    );
}

#[tokio::test]
async fn an_event_can_come_before_the_answer() {
    let (client, sink) = suffering(&[Fault::EventBeforeAnswer]).await;
    client.place_to(&sink, CALLER, CALLEE).await;
    assert_eq!(sink.states(), ["callingCaller"]);
}

#[tokio::test]
async fn events_can_come_twice_or_not_at_all() {
    let lost = Fault::EventLost(State::Connected);
    let (client, sink) = suffering(&[Fault::EventTwice, lost]).await;
    client.place_to(&sink, CALLER, CALLEE).await;
    let line = client.lab.call_of(&number(CALLEE)).unwrap();
    stories::harness::wait::until("all deliveries", async || {
        (line.deliveries().len() == 6).then_some(())
    })
    .await;
    let told = sink.told();
    assert_eq!(told[0].body, told[1].body);
    assert!(!sink.states().contains(&"connected".to_owned()));
}

#[tokio::test]
async fn events_can_be_spelled_as_older_drafts_have_them() {
    let (client, sink) = suffering(&[
        Fault::StatusAsText,
        Fault::DurationAsNumber,
        Fault::UnknownEventsBetween,
    ])
    .await;
    client.place_to(&sink, CALLER, CALLEE).await;
    let told = sink.until_told("disconnected").await;
    assert_eq!(told[0].state(), "none");
    let end = &told.last().unwrap().body["data"];
    assert_eq!(end["status"], "disconnected");
    assert_eq!(end["reason"], "hangUp");
    assert_eq!(end["callDuration"], 5);
}

#[tokio::test]
async fn a_hang_up_can_be_refused_or_lead_to_silence() {
    let (client, _) = suffering(&[Fault::HangUpRefused]).await;
    let id = client.place(CALLER, CALLEE).await.text("callId");
    assert_eq!(client.on_call("DELETE", &id).send().await.status, 500);
    let (client, sink) = suffering(&[Fault::HangUpSilent]).await;
    client.lab.by_hand(&number(CALLEE));
    let id = client.place_to(&sink, CALLER, CALLEE).await.text("callId");
    assert_eq!(client.on_call("DELETE", &id).send().await.status, 204);
    let read = client.on_call("GET", &id).send().await;
    assert_eq!(read.json()["status"], "disconnected");
    assert!(sink.told().is_empty());
}

#[tokio::test]
async fn a_fault_of_one_number_does_not_touch_another() {
    let (client, _) = suffering(&[Fault::ErrorAnswer(500)]).await;
    let body = request(CALLER, "+12025550199");
    assert_eq!(client.post().json(&body).send().await.status, 201);
}
