//! Carries one call's events to where they are wanted, in order, and again
//! where nobody was at home.

use std::sync::Weak;
use std::time::Duration;

use call::State;
use tokio::sync::{mpsc, oneshot};

use super::kazoo::Webhook;
use super::line::Line;

/// How long a connection is kept idle: workerd closes its own after five seconds,
/// and what is sent at that very moment is lost.
const IDLE_LIMIT: Duration = Duration::from_secs(2);
/// How long one delivery may take.
const TIME_LIMIT: Duration = Duration::from_secs(10);
/// The pause before the first repetition; every further one is twice as long.
const FIRST_PAUSE: Duration = Duration::from_millis(100);
/// The longest pause: a receiver that is back is found within a second.
const LONGEST_PAUSE: Duration = Duration::from_secs(1);
/// How often a delivery is tried: for about a minute and a half, which is
/// longer than a worker takes to start again.
const TRIES: usize = 90;

/// One event, ready to be sent. Always a POST.
#[derive(Clone, Debug)]
pub(super) struct Envelope {
    /// The event's id.
    pub(super) event_id: String,
    /// The state it tells of; none for events of unknown kinds.
    pub(super) state: Option<State>,
    pub(super) url: String,
    pub(super) headers: Vec<(&'static str, String)>,
    pub(super) body: String,
    /// The webhook that wants it, which has rules of its own.
    pub(super) webhook: Option<Webhook>,
}

/// One event that came to an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delivery {
    /// The event's id; the same for repetitions.
    pub event_id: String,
    /// The state it told of; none for events of unknown kinds.
    pub state: Option<State>,
    /// The status that it was answered with.
    pub status: u16,
    /// What it was answered.
    pub answer: String,
}

/// What the courier is to carry.
pub(super) struct Parcel {
    pub(super) envelopes: Vec<Envelope>,
    /// Told when all of them have been delivered or given up.
    pub(super) done: Option<oneshot::Sender<()>>,
}

/// Carries parcels until the call is forgotten.
pub(super) async fn carry(line: Weak<Line>, mut parcels: mpsc::UnboundedReceiver<Parcel>) {
    let Ok(client) = reqwest::Client::builder()
        .timeout(TIME_LIMIT)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .pool_idle_timeout(IDLE_LIMIT)
        .build()
    else {
        return;
    };
    while let Some(parcel) = parcels.recv().await {
        for envelope in &parcel.envelopes {
            let answer = deliver(&client, envelope).await;
            if let (Some(line), Some((status, answer))) = (line.upgrade(), answer) {
                line.note(Delivery {
                    event_id: envelope.event_id.clone(),
                    state: envelope.state,
                    status,
                    answer,
                });
            }
        }
        if let Some(done) = parcel.done {
            let _ = done.send(());
        }
    }
}

/// Status and body of the last answer, or none if there never was one.
async fn deliver(client: &reqwest::Client, envelope: &Envelope) -> Option<(u16, String)> {
    if let Some(webhook) = &envelope.webhook {
        return webhook.attempt(|| send(client, envelope)).await;
    }
    let mut pause = FIRST_PAUSE;
    let mut last = None;
    for _ in 0..TRIES {
        if let Some(answer) = send(client, envelope).await {
            let is_server_error = answer.0 >= 500;
            last = Some(answer);
            if !is_server_error {
                return last;
            }
        }
        tokio::time::sleep(pause).await;
        pause = (pause * 2).min(LONGEST_PAUSE);
    }
    last
}

/// Status and body of the answer, or none if there is none.
async fn send(client: &reqwest::Client, envelope: &Envelope) -> Option<(u16, String)> {
    let mut request = client.post(&envelope.url).body(envelope.body.clone());
    for (name, value) in &envelope.headers {
        request = request.header(*name, value);
    }
    let answer = request.send().await.ok()?;
    let status = answer.status().as_u16();
    Some((status, answer.text().await.unwrap_or_default()))
}
