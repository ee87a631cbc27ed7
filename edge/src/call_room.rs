//! The Durable Object of one call: load, decide, store, tell.
//!
//! It owns the truth of one call: state, numbered log, listeners, deadlines. It
//! never speaks with an operator between loading and storing, keeps nothing in
//! memory that storage lacks, and its only alarm is the earliest deadline.

pub mod course;
mod deadline;
mod duties;
mod first_store;
mod outbox;
mod store;
pub mod words;

use std::cell::RefCell;
use std::rc::Rc;

use call::{Entry, Millis};
use worker::wasm_bindgen;
use worker::{
    DurableObject, Env, Request, Response, State, WebSocket, WebSocketIncomingMessage,
    WebSocketPair, durable_object,
};

use crate::sinks::Kind;
use crate::{clock, room, sse};
use course::{Change, Course};
use deadline::Deadline;
use store::Store;
use words::{Answer, Ask};

/// Listeners of one call: two parties with a few tabs each, and some to spare.
const MOST_LISTENERS: usize = 20;
/// WebSocket close code for "all is said".
const NORMAL: u16 = 1000;

/// See the module.
#[durable_object]
pub struct CallRoom {
    room: Rc<Room>,
}

/// The room itself, shared with the work that it starts without awaiting.
struct Room {
    state: State,
    env: Env,
    /// The sinks that are being told at this moment. Lost with the worker, as
    /// is the telling itself; a deadline sees to it that it begins again.
    telling: RefCell<Vec<Kind>>,
}

impl DurableObject for CallRoom {
    fn new(state: State, env: Env) -> Self {
        Self {
            room: Rc::new(Room {
                state,
                env,
                telling: RefCell::default(),
            }),
        }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        match room::listen_cursor(&request.path()) {
            Some(after) => self.room.listen(after),
            None => {
                let ask: Ask = room::question(&mut request).await?;
                room::answer(&self.room.answer(ask).await?)
            }
        }
    }

    async fn alarm(&self) -> worker::Result<Response> {
        // An error here would have the platform repeat the alarm; what is due
        // stays due in the table, so the next alarm finds it.
        if let Err(error) = self.room.clone().do_what_is_due().await {
            worker::console_error!("call room alarm: {error}");
            self.room.arm_later().await?;
        }
        Response::empty()
    }

    async fn websocket_message(
        &self,
        _: WebSocket,
        _: WebSocketIncomingMessage,
    ) -> worker::Result<()> {
        Ok(()) // Listeners have nothing to say.
    }

    async fn websocket_close(
        &self,
        socket: WebSocket,
        _: usize,
        _: String,
        _: bool,
    ) -> worker::Result<()> {
        // Completes the closing where the runtime does not; harmless where it does.
        let _ = socket.close(Some(NORMAL), Some(""));
        Ok(())
    }

    async fn websocket_error(&self, _: WebSocket, _: worker::Error) -> worker::Result<()> {
        Ok(()) // The platform drops the socket; the listener comes back by itself.
    }
}

impl Room {
    fn store(&self) -> Store {
        Store::new(self.state.storage().sql())
    }

    async fn answer(self: &Rc<Self>, ask: Ask) -> worker::Result<Answer> {
        let (store, now) = (self.store(), clock::now());
        let loaded = store.load()?;
        if let (Ask::Open(call, sinks), None) = (&ask, &loaded) {
            let mut course = Course::open(call.as_ref().clone());
            course.call.has_sinks = !sinks.is_empty();
            store.create(&course.call, sinks);
            self.watch(&store, &course, now)?;
            self.arm(&store).await?;
            return Ok(Some(course.view(Change::default())));
        }
        let Some(mut course) = loaded else {
            return Ok(None);
        };
        if let Ask::Tell {
            connection: Some(connection),
            ..
        } = &ask
            && *connection != course.call.connection
        {
            // Another connection's call is none of that operator's business.
            return Ok(None);
        }
        let mut change = Change::default();
        for ask in one_by_one(ask) {
            change = decide(&mut course, ask, now);
            self.commit(&store, &course, &change, now)?;
        }
        let given_up = course.call.has_sinks && store.has_given_up()?;
        if store.has_new_deadline() {
            self.arm(&store).await?;
        }
        let mut view = course.view(change);
        view.sink_given_up = given_up;
        Ok(Some(view))
    }

    /// Sets what follows from what changed, stores it, and tells the listeners.
    fn commit(
        self: &Rc<Self>,
        store: &Store,
        course: &Course,
        change: &Change,
        now: Millis,
    ) -> worker::Result<()> {
        if change.call {
            store.update(&course.call)?;
        }
        if let Some(entry) = &change.entry {
            store.append(entry)?;
        }
        match change.entry {
            Some(entry) if entry.status.state().is_end() => self.ended(store, course, now)?,
            _ if course.log.state().is_end() => {}
            entry => {
                if change.call {
                    self.watch(store, course, now)?;
                }
                if change.call || entry.is_some() {
                    self.play_next(store, course, now)?;
                }
            }
        }
        if change.entry.is_some() {
            self.tell_sinks(store, course, now)?;
        }
        // What is started above waits for its turn, and finds this stored.
        store.save()?;
        if let Some(entry) = &change.entry {
            self.tell(course, entry);
        }
        Ok(())
    }

    fn tell(&self, course: &Course, entry: &Entry) {
        let frame = sse::frame(&course.call.id, entry);
        for socket in self.state.get_websockets() {
            // A listener that is gone comes back with its cursor.
            let _ = socket.send_with_str(&frame);
            if entry.status.state().is_end() {
                let _ = socket.close(Some(NORMAL), Some("ended"));
            }
        }
    }

    /// Accepts a listener and tells it what it has not heard.
    fn listen(&self, after: Option<u64>) -> worker::Result<Response> {
        let store = self.store();
        let Some(course) = store.load()? else {
            return Response::error("no such call", 404);
        };
        let (last, ended) = (course.log.last(), course.log.state().is_end());
        if ended && after.is_some_and(|after| after >= last.seq) {
            return Ok(Response::empty()?.with_status(204));
        }
        if self.state.get_websockets().len() >= MOST_LISTENERS {
            return Response::error("too many listeners", 429);
        }
        let unheard = match after {
            None => vec![last],
            Some(0) => [vec![course.log.opened()], store.events_after(0)?].concat(),
            Some(after) => store.events_after(after)?,
        };
        let pair = WebSocketPair::new()?;
        self.state.accept_web_socket(&pair.server);
        for entry in &unheard {
            pair.server
                .send_with_str(sse::frame(&course.call.id, entry))?;
        }
        if ended {
            pair.server.close(Some(NORMAL), Some("ended"))?;
        }
        Response::from_websocket(pair.client)
    }

    /// Stores what has changed, and sets the alarm to the earliest deadline. An
    /// alarm that is set too early stays: it costs less to find nothing due than
    /// to move it.
    async fn arm(&self, store: &Store) -> worker::Result<()> {
        store.save()?;
        let Some(next) = store.alarm_by()? else {
            return Ok(());
        };
        let storage = self.state.storage();
        let set = storage.get_alarm().await?;
        if set.is_none_or(|at| clock::is_before(next, at)) {
            storage.set_alarm(clock::alarm_time(next)).await?;
        }
        Ok(())
    }

    /// Tries again in a while after an alarm that went wrong.
    async fn arm_later(&self) -> worker::Result<()> {
        let later = clock::now().plus_seconds(duties::AGAIN_AFTER_S);
        self.state
            .storage()
            .set_alarm(clock::alarm_time(later))
            .await
    }
}

/// What was parked is told one after the other.
fn one_by_one(ask: Ask) -> Vec<Ask> {
    let Ask::Parked(operator_call, parked) = ask else {
        return vec![ask];
    };
    let tell = |news| Ask::Tell {
        operator_call: operator_call.clone(),
        news,
        connection: None,
    };
    let bind = Ask::Bind(operator_call.clone());
    std::iter::once(bind)
        .chain(parked.into_iter().map(tell))
        .collect()
}

fn decide(course: &mut Course, ask: Ask, now: Millis) -> Change {
    match ask {
        // The same call opened twice is the same call.
        Ask::Open(..) | Ask::Read | Ask::Parked(..) => Change::default(),
        Ask::Bind(operator_call) => course.bind(&operator_call),
        Ask::GiveUp(failure) => course.give_up(failure, now),
        Ask::Tell {
            operator_call,
            news,
            connection: _,
        } => course.tell(&operator_call, news, now),
        Ask::HangUp => course.hang_up(),
        Ask::HungUp(status) => course.hung_up(status, now),
        Ask::Recorded(name) => course.recorded(name),
    }
}

/// Deadlines are the store's; who sets them is decided here and in [`duties`].
impl Room {
    fn watch(&self, store: &Store, course: &Course, now: Millis) -> worker::Result<()> {
        if let Some((_, at)) = self.look(course, now)? {
            store.set(Deadline::Watch, at)?;
        }
        Ok(())
    }
}
