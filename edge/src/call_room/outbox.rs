//! Telling a call's sinks. The log is the outbox: a sink has heard all up to
//! some entry, and the rest is still to be told, in order, each until it is
//! taken. Nothing here is awaited by anybody: a slow sink keeps only itself
//! waiting.

use std::rc::Rc;
use std::time::Duration;

use call::{Entry, Millis, State};

use super::Room;
use super::course::Course;
use super::deadline::Deadline;
use super::store::Store;
use crate::config::Settings;
use crate::sinks::{
    Credential, Kind, Known, Pace, Sink, Trial, after_failure, ended_event, host, shown,
    status_event,
};
use crate::{assertion, clock, send};

/// How long a sink may take for one event.
const LIMIT: Duration = Duration::from_secs(10);
/// Seconds after which a delivery under way is looked after: the worker may
/// have died amid it. More than a token and an event take.
const LOOK_AFTER_S: u64 = 30;

impl Room {
    /// Starts telling every sink that has not heard everything.
    pub(super) fn tell_sinks(
        self: &Rc<Self>,
        store: &Store,
        course: &Course,
        now: Millis,
    ) -> worker::Result<()> {
        if !course.call.has_sinks {
            return Ok(());
        }
        for (sink, pace) in store.sinks()? {
            let waits = pace.given_up || pace.at > now || self.is_telling(sink.kind);
            if waits || next(store, course, sink.kind, &pace)?.is_none() {
                continue;
            }
            store.set(Deadline::Deliver, now.plus_seconds(LOOK_AFTER_S))?;
            self.telling.borrow_mut().push(sink.kind);
            let room = self.clone();
            self.state.wait_until(async move {
                let kind = sink.kind;
                let told = room.deliver(sink).await;
                room.telling.borrow_mut().retain(|other| *other != kind);
                let store = room.store();
                if let Err(error) = told.and_then(|()| room.look_at_sinks(&store)) {
                    worker::console_error!("telling a sink: {error}");
                }
                if let Err(error) = room.arm(&store).await {
                    worker::console_error!("telling a sink: {error}");
                }
            });
        }
        Ok(())
    }

    /// What is due for sinks: tries again what has waited long enough.
    pub(super) fn retry_sinks(
        self: &Rc<Self>,
        store: &Store,
        course: &Course,
        now: Millis,
    ) -> worker::Result<()> {
        self.tell_sinks(store, course, now)?;
        self.look_at_sinks(store)
    }

    /// Whether anything is still to be told to anybody.
    pub(super) fn is_owing(&self, store: &Store, course: &Course) -> worker::Result<bool> {
        if !course.call.has_sinks {
            return Ok(false);
        }
        for (sink, pace) in store.sinks()? {
            if !pace.given_up && next(store, course, sink.kind, &pace)?.is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Sets the deadline at which somebody has to be told again.
    fn look_at_sinks(&self, store: &Store) -> worker::Result<()> {
        let now = clock::now();
        let Some(course) = store.load()? else {
            return Ok(());
        };
        let mut due: Option<Millis> = None;
        for (sink, pace) in store.sinks()? {
            if pace.given_up || next(store, &course, sink.kind, &pace)?.is_none() {
                continue;
            }
            let at = if self.is_telling(sink.kind) {
                now.plus_seconds(LOOK_AFTER_S)
            } else {
                pace.at.max(now)
            };
            due = Some(due.map_or(at, |due| due.min(at)));
        }
        match due {
            Some(at) => store.set(Deadline::Deliver, at),
            None => store.clear(Deadline::Deliver),
        }
    }

    fn is_telling(&self, kind: Kind) -> bool {
        self.telling.borrow().contains(&kind)
    }

    /// Tells one sink all that it has not heard, until one event is not taken.
    async fn deliver(&self, sink: Sink) -> worker::Result<()> {
        let settings = self.settings()?;
        let mut token = None;
        loop {
            let store = self.store();
            let (Some(course), Some(pace)) = (store.load()?, store.pace(sink.kind)?) else {
                return Ok(());
            };
            let Some(entry) = next(&store, &course, sink.kind, &pace)? else {
                return Ok(());
            };
            let event = event(&settings, &store, &course, &sink, &entry)?;
            let trial = attempt(&settings, &sink, &mut token, event).await;
            let now = clock::now();
            let pace = match trial {
                Trial::Taken => Pace {
                    told: entry.seq,
                    ..Pace::default()
                },
                Trial::Failed => after_failure(pace, entry.at, settings.sink_pause_s, now),
                Trial::Hopeless => Pace {
                    given_up: true,
                    ..pace
                },
            };
            // Anything may have happened to the call meanwhile.
            let store = self.store();
            store.keep_pace(sink.kind, &pace)?;
            store.save()?;
            if pace.given_up {
                worker::console_error!(
                    "call {}: its sink at {} is given up after event {}",
                    course.call.id,
                    host(&sink.url),
                    pace.told
                );
            }
            if trial != Trial::Taken {
                return Ok(());
            }
        }
    }
}

/// The next entry that a sink of this kind has not heard.
fn next(store: &Store, course: &Course, kind: Kind, pace: &Pace) -> worker::Result<Option<Entry>> {
    let last = course.log.last();
    if last.seq <= pace.told {
        return Ok(None);
    }
    match kind {
        // Opening is no change.
        Kind::Call => Ok(store.events_after(pace.told.max(1))?.into_iter().next()),
        Kind::Account => Ok(last.status.state().is_end().then_some(last)),
    }
}

fn event(
    settings: &Settings,
    store: &Store,
    course: &Course,
    sink: &Sink,
    entry: &Entry,
) -> worker::Result<String> {
    let call = &course.call;
    let platform = settings.connection(&call.connection);
    let platform = platform.map(|connection| connection.platform_number());
    let known = Known {
        id: &call.id,
        caller: shown(&call.parties.caller, platform),
        callee: shown(&call.parties.callee, platform),
        record: call.record,
        source: &sink.source,
    };
    let event = match sink.kind {
        Kind::Call => status_event(&known, entry),
        Kind::Account => {
            let events = store.events_after(0)?;
            let connected = |entry: &&Entry| entry.status.state() == State::Connected;
            let connected = events.iter().find(connected);
            ended_event(&known, &course.log.opened(), connected, entry, &sink.facts)
        }
    };
    Ok(event.to_string())
}

/// Tells one event once.
async fn attempt(
    settings: &Settings,
    sink: &Sink,
    token: &mut Option<String>,
    event: String,
) -> Trial {
    let bearer = match &sink.credential {
        Credential::None => None,
        Credential::Token {
            expires: Some(at), ..
        } if *at <= clock::now() => return Trial::Hopeless,
        Credential::Token { token, .. } => Some(token.clone()),
        Credential::Key { client, endpoint } => {
            if token.is_none() {
                *token = assertion::token(settings, client, endpoint).await;
            }
            match token {
                Some(token) => Some(token.clone()),
                None => return Trial::Failed,
            }
        }
    };
    match send::tell(&sink.url, bearer.as_deref(), event, LIMIT).await {
        Some(200..=299) => Trial::Taken,
        // It is gone, and says so.
        Some(410) => Trial::Hopeless,
        _ => Trial::Failed,
    }
}
