//! Carries one call's events to its sink, in order, and again where nobody
//! was at home.

use std::sync::Weak;
use std::time::Duration;

use call::State;
use reqwest::header::{AUTHORIZATION, CONTENT_TYPE};
use serde_json::Value;
use tokio::sync::{mpsc, oneshot};

use super::line::Line;
use super::request::Sink;

/// How long one delivery may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// The pause before the first repetition; every further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause: a sink that is back is found within a second.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How often a delivery is tried: for about a minute and a half, which is
/// longer than a worker takes to start again.
const TRIES: usize = 90;

/// One attempt that came to an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The CloudEvent's id.
    pub event_id: String,
    /// The state it told of; none for events of unknown types.
    pub state: Option<State>,
    /// What the sink answered.
    pub status: u16,
}

/// What the courier is to carry.
pub(super) struct Parcel {
    pub(super) envelopes: Vec<Value>,
    /// Told when all of them have been delivered or given up.
    pub(super) done: Option<oneshot::Sender<()>>,
}

/// Carries parcels until the call is forgotten.
pub(super) async fn carry(
    line: Weak<Line>,
    sink: Sink,
    mut parcels: mpsc::UnboundedReceiver<Parcel>,
) {
    let Ok(client) = reqwest::Client::builder()
        .timeout(TIME_LIMIT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .build()
    else {
        return;
    };
    while let Some(parcel) = parcels.recv().await {
        for envelope in &parcel.envelopes {
            let status = deliver(&client, &sink, envelope).await;
            if let (Some(line), Some(status)) = (line.upgrade(), status) {
                line.note(delivery(envelope, status));
            }
        }
        if let Some(done) = parcel.done {
            let _ = done.send(());
        }
    }
}

/// The sink's answer, or none if it never gave one.
async fn deliver(client: &reqwest::Client, sink: &Sink, envelope: &Value) -> Option<u16> {
    let mut pause = FIRST_PAUSE;
    let mut last = None;
    for _ in 0..TRIES {
        let mut request = client
            .post(&sink.url)
            .header(CONTENT_TYPE, "application/cloudevents+json")
            .body(envelope.to_string());
        if let Some(bearer) = &sink.bearer {
            request = request.header(AUTHORIZATION, format!("Bearer {bearer}"));
        }
        if let Ok(answer) = request.send().await {
            last = Some(answer.status().as_u16());
            if !answer.status().is_server_error() {
                return last;
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    last
}

fn delivery(envelope: &Value, status: u16) -> Delivery {
    let told = envelope.pointer("/data/status");
    let word = told.and_then(|told| told.get("state").unwrap_or(told).as_str());
    Delivery {
        event_id: envelope
            .get("id")
            .and_then(Value::as_str)
            .unwrap_or_default()
            .to_owned(),
        state: word.and_then(|word| word.parse().ok()),
        status,
    }
}
