//! One call at this operator.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use call::{Number, Reason, State, Status};
use serde_json::{Value, json};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use tokio::sync::{mpsc, oneshot};

use super::courier::{self, Delivery, Parcel};
use super::event;
use super::fault::Orders;
use super::request::CreateCall;

/// A call between two numbers. The latest thing told of it is true.
#[derive(Debug)]
pub struct Line {
    id: String,
    request: CreateCall,
    created_at: String,
    orders: Orders,
    courier: Option<mpsc::UnboundedSender<Parcel>>,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    state: State,
    connected_at: Option<OffsetDateTime>,
    deliveries: Vec<Delivery>,
}

impl Line {
    /// A new call. Its courier runs on the current runtime.
    pub(super) fn open(request: CreateCall, orders: Orders) -> Arc<Self> {
        let (sender, parcels) = mpsc::unbounded_channel();
        let sink = request.sink.clone();
        let line = Arc::new(Self {
            id: format!("call_{}", uuid::Uuid::new_v4()),
            request,
            created_at: rfc3339(OffsetDateTime::now_utc()),
            orders,
            courier: sink.as_ref().map(|_| sender),
            now: Mutex::new(Now {
                state: State::Initiating,
                connected_at: None,
                deliveries: Vec::new(),
            }),
        });
        if let Some(sink) = sink {
            tokio::spawn(courier::carry(Arc::downgrade(&line), sink, parcels));
        }
        line
    }

    /// The operator's id of the call.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// The party that is rung first.
    #[must_use]
    pub fn caller(&self) -> &Number {
        &self.request.caller
    }

    /// The party that is rung second.
    #[must_use]
    pub fn callee(&self) -> &Number {
        &self.request.callee
    }

    /// Where its events go.
    #[must_use]
    pub fn sink(&self) -> Option<&str> {
        self.request.sink.as_ref().map(|sink| sink.url.as_str())
    }

    /// The credential that its events carry.
    #[must_use]
    pub fn sink_bearer(&self) -> Option<&str> {
        self.request.sink.as_ref()?.bearer.as_deref()
    }

    /// What the sink has answered so far.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.now().deliveries.clone()
    }

    /// Where the call is.
    #[must_use]
    pub fn state(&self) -> State {
        self.now().state
    }

    /// Makes this true of the call and tells the sink.
    pub fn tell(&self, state: State) {
        self.tell_status(match state {
            State::Initiating => Status::Initiating,
            State::CallingCaller => Status::CallingCaller,
            State::CallingCallee => Status::CallingCallee,
            State::Connected => Status::Connected,
            State::Disconnected | State::Failed => Status::ended(state, None, Some(0)),
        });
    }

    /// Ends the call for this reason and tells the sink.
    pub fn end(&self, reason: Reason, duration_seconds: u32) {
        self.tell_status(Status::ended(
            State::Disconnected,
            Some(reason),
            Some(duration_seconds),
        ));
    }

    /// Ends the call because somebody hung up, after as long as it was connected.
    pub(super) fn hang_up(&self) {
        let seconds = self
            .now()
            .connected_at
            .map_or(0, |at| (OffsetDateTime::now_utc() - at).whole_seconds());
        self.end(Reason::HangUp, u32::try_from(seconds).unwrap_or(0));
    }

    /// Makes this true of the call and tells the sink.
    pub(super) fn tell_status(&self, status: Status) {
        self.send(status, None);
    }

    /// The same, and waits until the sink has answered.
    pub(super) async fn tell_and_wait(&self, status: Status) {
        let (done, told) = oneshot::channel();
        self.send(status, Some(done));
        // An error means that there is no courier: then there is nothing to wait for.
        let _ = told.await;
    }

    fn send(&self, status: Status, done: Option<oneshot::Sender<()>>) {
        self.become_true(status.state());
        let id = uuid::Uuid::new_v4().to_string();
        let now = rfc3339(OffsetDateTime::now_utc());
        let parcel = Parcel {
            envelopes: event::envelopes(self, status, &now, &id),
            done,
        };
        if let Some(courier) = &self.courier {
            // Fails only while the operator shuts down.
            let _ = courier.send(parcel);
        }
    }

    /// Ends the call and tells nobody.
    pub(super) fn end_silently(&self) {
        self.become_true(State::Disconnected);
    }

    fn become_true(&self, state: State) {
        let mut now = self.now();
        if state == State::Connected {
            now.connected_at = Some(OffsetDateTime::now_utc());
        }
        if state.rank() > now.state.rank() {
            now.state = state;
        }
    }

    pub(super) fn note(&self, delivery: Delivery) {
        self.now().deliveries.push(delivery);
    }

    pub(super) fn orders(&self) -> &Orders {
        &self.orders
    }

    pub(super) fn records(&self) -> bool {
        self.request.recording_enabled == Some(true)
    }

    /// Whether one of the two has this number.
    #[must_use]
    pub fn involves(&self, number: &Number) -> bool {
        self.caller() == number || self.callee() == number
    }

    /// Whether it is an active call between the two.
    pub(super) fn occupies(&self, caller: &Number, callee: &Number) -> bool {
        self.caller() == caller && self.callee() == callee && !self.state().is_end()
    }

    /// The document's `Call`.
    pub(super) fn resource(&self) -> Value {
        let mut call = json!({
            "callId": self.id,
            "caller": {"number": self.caller().e164()},
            "callee": {"number": self.callee().e164()},
            "status": self.state(),
            "createdAt": self.created_at,
        });
        if let (Some(enabled), Some(fields)) =
            (self.request.recording_enabled, call.as_object_mut())
        {
            fields.insert("recordingEnabled".into(), json!(enabled));
        }
        call
    }

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn rfc3339(at: OffsetDateTime) -> String {
    at.format(&Rfc3339).unwrap_or_default()
}
