//! One call at this operator, whatever it speaks.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use call::{Number, Reason, State, Status};
use time::OffsetDateTime;
use tokio::sync::{mpsc, oneshot};

use super::courier::{self, Delivery, Envelope, Parcel};
use super::fault::{Fault, Orders};

/// How a dialect tells of a call, to whoever wants to know.
pub(super) trait Voice: std::fmt::Debug + Send + Sync {
    /// Where events go; none if nobody wants to know.
    fn sink(&self) -> Option<&str>;

    /// The `Authorization` of events, if any.
    fn authorization(&self) -> Option<&str>;

    /// Whether the call is to be recorded, where somebody said.
    fn records(&self) -> Option<bool>;

    /// The events that tell this status, in order.
    fn tell(&self, line: &Line, status: Status, moment: &Moment) -> Vec<Envelope>;

    /// An event of this call that nobody understands.
    fn babble(&self, line: &Line, moment: &Moment) -> Option<Envelope>;

    /// The events that somebody would send who pretends to be this operator.
    fn forge(&self, line: &Line, status: Status, moment: &Moment) -> Vec<Envelope> {
        let mut forged = self.tell(line, status, moment);
        for (name, value) in forged.iter_mut().flat_map(|e| &mut e.headers) {
            if *name == "authorization" {
                value.push('x');
            }
        }
        forged
    }
}

/// When something is told, and under which id.
pub(super) struct Moment {
    pub(super) at: OffsetDateTime,
    pub(super) id: String,
}

impl Moment {
    fn now() -> Self {
        Self {
            at: OffsetDateTime::now_utc(),
            id: uuid::Uuid::new_v4().to_string(),
        }
    }
}

/// A call between two numbers. The latest thing told of it is true.
#[derive(Debug)]
pub struct Line {
    id: String,
    caller: Number,
    callee: Number,
    created_at: OffsetDateTime,
    orders: Orders,
    voice: Box<dyn Voice>,
    courier: mpsc::UnboundedSender<Parcel>,
    now: Mutex<Now>,
}

#[derive(Debug)]
struct Now {
    state: State,
    /// All that was ever true, in order.
    been: Vec<Status>,
    answered_at: Option<OffsetDateTime>,
    connected_at: Option<OffsetDateTime>,
    deliveries: Vec<Delivery>,
}

impl Line {
    /// A new call. Its courier runs on the current runtime.
    pub(super) fn open(
        id: String,
        (caller, callee): (Number, Number),
        orders: Orders,
        voice: Box<dyn Voice>,
    ) -> Arc<Self> {
        let (courier, parcels) = mpsc::unbounded_channel();
        let line = Arc::new(Self {
            id,
            caller,
            callee,
            created_at: OffsetDateTime::now_utc(),
            orders,
            voice,
            courier,
            now: Mutex::new(Now {
                state: State::Initiating,
                been: Vec::new(),
                answered_at: None,
                connected_at: None,
                deliveries: Vec::new(),
            }),
        });
        tokio::spawn(courier::carry(Arc::downgrade(&line), parcels));
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
        &self.caller
    }

    /// The party that is rung second.
    #[must_use]
    pub fn callee(&self) -> &Number {
        &self.callee
    }

    /// Where its events go.
    #[must_use]
    pub fn sink(&self) -> Option<&str> {
        self.voice.sink()
    }

    /// The `Authorization` that its events carry.
    #[must_use]
    pub fn authorization(&self) -> Option<&str> {
        self.voice.authorization()
    }

    /// The bearer token that its events carry.
    #[must_use]
    pub fn sink_bearer(&self) -> Option<&str> {
        self.authorization()?.strip_prefix("Bearer ")
    }

    /// What its events have been answered so far.
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

    /// Has somebody who pretends to be this operator tell the sink that the
    /// call is connected. Nothing becomes true.
    pub fn forge(&self) {
        let forged = self.voice.forge(self, Status::Connected, &Moment::now());
        self.send(forged, None);
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
        self.become_true(status);
        self.send(self.envelopes(status), None);
    }

    /// The same, and waits until the sink has answered.
    pub(super) async fn tell_and_wait(&self, status: Status) {
        let (done, told) = oneshot::channel();
        self.become_true(status);
        self.send(self.envelopes(status), Some(done));
        // An error means that there is no courier: then there is nothing to wait for.
        let _ = told.await;
    }

    /// The events of one status, with what goes wrong on their way.
    fn envelopes(&self, status: Status) -> Vec<Envelope> {
        if self.orders.loses(status.state()) {
            return Vec::new();
        }
        let mut all = Vec::new();
        if self.orders.has(Fault::UnknownEventsBetween) {
            all.extend(self.voice.babble(self, &Moment::now()));
        }
        let told = self.voice.tell(self, status, &Moment::now());
        if self.orders.has(Fault::EventTwice) {
            all.extend(told.clone());
        }
        all.extend(told);
        all
    }

    fn send(&self, envelopes: Vec<Envelope>, done: Option<oneshot::Sender<()>>) {
        // Fails only while the operator shuts down.
        let _ = self.courier.send(Parcel { envelopes, done });
    }

    /// Ends the call and tells nobody.
    pub(super) fn end_silently(&self) {
        let reason = Some(Reason::HangUp);
        self.become_true(Status::ended(State::Disconnected, reason, None));
    }

    fn become_true(&self, status: Status) {
        let (mut now, state) = (self.now(), status.state());
        match state {
            State::CallingCallee => now.answered_at = Some(OffsetDateTime::now_utc()),
            State::Connected => now.connected_at = Some(OffsetDateTime::now_utc()),
            _ => {}
        }
        now.been.push(status);
        if state.rank() > now.state.rank() {
            now.state = state;
        }
    }

    /// Whether the call has ever come to this.
    pub(super) fn has_been(&self, state: State) -> bool {
        self.now().been.iter().any(|status| status.state() == state)
    }

    /// How it ended, if it has.
    pub(super) fn end_status(&self) -> Option<Status> {
        let now = self.now();
        now.been.iter().find(|s| s.state().is_end()).copied()
    }

    /// Whole seconds that the second phone has rung until it was answered.
    pub(super) fn second_phone_rang_s(&self) -> u32 {
        let now = self.now();
        let rang = now.answered_at.zip(now.connected_at);
        let rang = rang.map_or(0, |(from, to)| (to - from).whole_seconds());
        u32::try_from(rang).unwrap_or(0)
    }

    pub(super) fn note(&self, delivery: Delivery) {
        self.now().deliveries.push(delivery);
    }

    pub(super) fn orders(&self) -> &Orders {
        &self.orders
    }

    /// Whether the call is to be recorded, where somebody said.
    pub(super) fn records(&self) -> Option<bool> {
        self.voice.records()
    }

    pub(super) fn created_at(&self) -> OffsetDateTime {
        self.created_at
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

    fn now(&self) -> MutexGuard<'_, Now> {
        self.now.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
