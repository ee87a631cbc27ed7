//! What the sink is told.

use call::{Reason, State};

use crate::client::{Client, number};
use crate::sink::Sink;

const CALLER: &str = "+12025550198";

#[tokio::test]
async fn a_script_is_told_in_order_as_cloud_events() {
    let (client, sink) = (Client::new().await, Sink::new().await);
    let placed = client.place_to(&sink, CALLER, "+12025550100").await;
    let told = sink.until_told("disconnected").await;
    assert_eq!(
        sink.states(),
        [
            "callingCaller",
            "callingCallee",
            "connected",
            "disconnected"
        ]
    );
    for event in &told {
        assert_eq!(event.content_type, "application/cloudevents+json");
        assert_eq!(event.authorization, "Bearer sink-secret");
        assert_eq!(event.body["specversion"], "1.0");
        assert_eq!(
            event.body["type"],
            "org.camaraproject.click-to-dial.v0.status-changed"
        );
        assert_eq!(event.body["datacontenttype"], "application/json");
        assert_eq!(event.body["data"]["callId"], placed.json()["callId"]);
        assert_eq!(event.body["data"]["caller"], CALLER);
        for attribute in ["id", "source", "time"] {
            assert!(event.body[attribute].is_string(), "{attribute}");
        }
        let ended = event.state() == "disconnected";
        assert_eq!(event.body["data"].get("callDuration").is_some(), ended);
    }
    let end = &told.last().unwrap().body["data"];
    assert_eq!(end["status"]["reason"], "hangUp");
    assert_eq!(end["callDuration"], "5");
}

#[tokio::test]
async fn a_call_by_hand_does_only_what_it_is_told() {
    let (client, sink) = (Client::new().await, Sink::new().await);
    let callee = number("+12025550177");
    client.lab.by_hand(&callee);
    client.place_to(&sink, CALLER, callee.e164()).await;
    let line = client.lab.call_of(&callee).unwrap();
    line.tell(State::CallingCallee);
    line.end(Reason::CalleeBusy, 0);
    let told = sink.until_told("disconnected").await;
    assert_eq!(sink.states(), ["callingCallee", "disconnected"]);
    assert_eq!(told[1].body["data"]["status"]["reason"], "calleeBusy");
}

#[tokio::test]
async fn an_event_is_delivered_again_until_the_sink_takes_it() {
    let (client, sink) = (Client::new().await, Sink::failing(3).await);
    client.place_to(&sink, CALLER, "+12025550101").await;
    sink.until_told("disconnected").await;
    assert_eq!(sink.failures_left(), 0);
    assert_eq!(sink.states(), ["callingCaller", "disconnected"]);
    let line = client.lab.call_of(&number("+12025550101")).unwrap();
    assert!(
        line.deliveries()
            .iter()
            .all(|delivery| delivery.status == 204)
    );
}
