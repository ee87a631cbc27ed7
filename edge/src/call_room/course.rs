//! What a call's room decides, without a room: the call, its log, and what
//! changes when somebody says something of it. Pure.

use call::watch::{self, Action, Watched};
use call::{Cause, Entry, Failure, Log, Millis, News, Reason, Recording, State, Status};

use super::words::{Call, View};

/// A call with its log.
#[derive(Clone, Debug, PartialEq)]
pub struct Course {
    /// What is kept besides the log.
    pub call: Call,
    /// What became of it so far.
    pub log: Log,
}

/// What a question changed, and is to be stored and told.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Change {
    /// A new entry of the log.
    pub entry: Option<Entry>,
    /// The call itself changed.
    pub call: bool,
    /// End the call that the operator names so.
    pub hang_up: Option<String>,
}

impl Course {
    /// A call that has just been opened.
    #[must_use]
    pub fn open(call: Call) -> Self {
        let log = Log::open(call.opened_at);
        Self { call, log }
    }

    /// The operator placed the call and names it so. A name is given once.
    pub fn bind(&mut self, operator_call: &str) -> Change {
        let new = self.call.operator_call.is_none();
        if new {
            self.call.operator_call = Some(operator_call.to_owned());
        }
        // Given up too soon: a phone may be ringing for a call that our side calls failed.
        let stray = new && self.is_guessed_end();
        self.call.hang_up_wanted |= stray;
        Change {
            entry: None,
            call: new,
            hang_up: self.due_hang_up(),
        }
    }

    /// The call could not be placed. Once anything was heard of it, that was wrong.
    pub fn give_up(&mut self, failure: Failure, now: Millis) -> Change {
        if self.call.operator_call.is_some() || self.log.state() != State::Initiating {
            return Change::default();
        }
        self.applied(Status::Failed { failure }, now)
    }

    /// The operator says something. What it says of a call by another name is
    /// not about this call.
    pub fn tell(&mut self, operator_call: &str, news: impl Into<News>, now: Millis) -> Change {
        let bound = self.bind(operator_call);
        if self.call.operator_call.as_deref() != Some(operator_call) {
            return Change::default();
        }
        let status = self.explained(news.into());
        let stray = self.is_guessed_end() && !status.state().is_end() && !self.call.hang_up_wanted;
        self.call.hang_up_wanted |= stray;
        let entry = self.applied(status, now).entry;
        Change {
            entry,
            call: bound.call || stray,
            hang_up: self.due_hang_up(),
        }
    }

    /// The operator, when asked, says what became of it. Where nothing was told
    /// of a connection, the two may have talked all the same: that somebody hung
    /// up does not mean that the caller gave up.
    pub fn found_out(&mut self, operator_call: &str, news: News, now: Millis) -> Change {
        let news = match news {
            News::Ended {
                cause: Cause::Normal,
                answered_seconds,
            } if !self.log.was_connected() => News::Ended {
                cause: Cause::Unknown,
                answered_seconds,
            },
            certain => certain,
        };
        self.tell(operator_call, news, now)
    }

    /// Somebody wants it to end. Before the operator has named the call, the
    /// wish is kept until it does.
    pub fn hang_up(&mut self) -> Change {
        if self.log.state().is_end() {
            return Change::default();
        }
        let new = !self.call.hang_up_wanted;
        self.call.hang_up_wanted = true;
        Change {
            entry: None,
            call: new,
            hang_up: self.due_hang_up(),
        }
    }

    /// The operator accepted the hang-up, or knows no such call any more.
    pub fn hung_up(&mut self, status: Option<Status>, now: Millis) -> Change {
        let new = self.call.hung_up_at.is_none();
        if new {
            self.call.hung_up_at = Some(now);
        }
        let entry = status.and_then(|status| self.applied(status, now).entry);
        Change {
            entry,
            call: new,
            hang_up: None,
        }
    }

    /// The operator has a recording, and names it so.
    pub fn recorded(&mut self, name: String) -> Change {
        let new = self.call.record && self.call.recording_id.is_none();
        if new {
            self.call.recording_id = Some(name);
        }
        Change {
            call: new,
            ..Change::default()
        }
    }

    /// The operator, when asked, knows no such call: it is over, and nobody told us.
    pub fn gone(&mut self, now: Millis) -> Change {
        let status = match (self.call.hung_up_at, self.log.state()) {
            (Some(_), _) => Status::assumed_end(Reason::HangUp),
            (None, State::Connected) => Status::assumed_end(Reason::Other),
            _ => Status::Failed {
                failure: Failure::NotEstablished,
            },
        };
        self.applied(status, now)
    }

    /// What silence concludes.
    pub fn conclude(&mut self, status: Status, now: Millis) -> Change {
        self.applied(status, now)
    }

    /// A look at the call, see [`watch::look`].
    #[must_use]
    pub fn look(
        &self,
        can_ask: bool,
        silence_s: Option<u64>,
        now: Millis,
    ) -> Option<(Action, Millis)> {
        let watched = Watched {
            bound: self.call.operator_call.is_some(),
            hung_up_at: self.call.hung_up_at,
            can_ask,
            silence_s,
        };
        watch::look(&self.log, watched, now)
    }

    /// The call as the room answers it.
    #[must_use]
    pub fn view(&self, change: Change) -> View {
        View {
            call: self.call.clone(),
            last: self.log.last(),
            sink_given_up: false,
            hang_up: change.hang_up,
        }
    }

    fn applied(&mut self, status: Status, now: Millis) -> Change {
        let status = status.with_recording(self.recording(status));
        Change {
            entry: self.log.apply(status, now),
            ..Change::default()
        }
    }

    /// What became of the recording. There is none where nobody can have
    /// talked. Of any other call CAMARA demands to know at every end; but where
    /// the operator does not say, as when the end was found out by asking,
    /// nobody knows until it is fetched, and so nothing is said.
    fn recording(&self, status: Status) -> Option<Recording> {
        let Status::Disconnected {
            reason, recording, ..
        } = status
        else {
            return None;
        };
        let talked = matches!(reason, Reason::HangUp | Reason::Other) || self.log.was_connected();
        let certain = (!talked).then_some(Recording::NoRecord);
        recording.or(certain).filter(|_| self.call.record)
    }

    /// What the news means. An end without a known reason, or because somebody
    /// hung up, is our own hang-up where one was asked for.
    fn explained(&self, news: News) -> Status {
        let wanted = self.call.hang_up_wanted;
        let hung_up = matches!(
            news,
            News::Ended {
                cause: Cause::Normal,
                ..
            }
        );
        match self.log.meaning(news) {
            Status::Disconnected {
                reason,
                duration_seconds,
                assumed,
                recording,
            } if wanted && (hung_up || reason == Reason::Other) => Status::Disconnected {
                reason: Reason::HangUp,
                duration_seconds,
                assumed,
                recording,
            },
            other => other,
        }
    }

    fn due_hang_up(&self) -> Option<String> {
        let due = self.call.hang_up_wanted && self.call.hung_up_at.is_none();
        let over = self.log.state().is_end() && !self.is_guessed_end();
        if due && !over {
            self.call.operator_call.clone()
        } else {
            None
        }
    }

    /// Whether the end is our own conclusion, and the operator may know better.
    fn is_guessed_end(&self) -> bool {
        match self.log.last().status {
            Status::Disconnected { assumed, .. } => assumed,
            Status::Failed { failure } => failure != Failure::NotEstablished,
            _ => false,
        }
    }
}

#[cfg(test)]
#[path = "course_tests.rs"]
mod tests;
