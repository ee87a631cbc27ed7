//! A conversation with a Kazoo system: a token, and then what is wanted. What
//! it takes to place a call is in `placing`, what is asked of one in `channel`.

use std::time::Duration;

use call::{Failure, Millis};

use super::Connection;
use super::answer::Answer;
use super::channel::{LOOKS, channel, past};
use super::placing::placed;
use super::recording;
use crate::operator::{Converse, Heard, Memory, Moment, Outcome, Outgoing, Step, Want};

/// What only reads or stores takes no longer.
const STORE_LIMIT: Duration = Duration::from_secs(5);
/// Kazoo answers as soon as it has begun to dial.
const CALL_LIMIT: Duration = Duration::from_secs(8);

/// What was sent last.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    Nothing,
    Key,
    List,
    Document,
    Connect,
    HangUp,
    /// A look whether the channel is gone, and the number of those before it.
    Look(usize),
    Channel,
    History,
    /// The call's detail record, where nothing else says how it ended.
    Detail,
    /// The call's detail record, for what all its legs share.
    Record,
    Recordings,
    /// The recording itself.
    File,
}

/// See the module.
pub struct Conversation<'a> {
    pub(super) connection: &'a Connection,
    pub(super) want: &'a Want,
    pub(super) memory: Memory,
    sent: Sent,
    renewed: bool,
    pub(super) remade: bool,
    /// What all legs of the call share, where a recording is wanted.
    interaction: Option<String>,
    /// What is said of a call if its detail record says nothing.
    pub(super) otherwise: Option<Outcome>,
}

impl<'a> Conversation<'a> {
    /// Begins a conversation about `want`.
    #[must_use]
    pub fn new(connection: &'a Connection, want: &'a Want, memory: Memory) -> Self {
        Self {
            connection,
            want,
            memory,
            sent: Sent::Nothing,
            renewed: false,
            remade: false,
            interaction: None,
            otherwise: None,
        }
    }
}

impl Converse for Conversation<'_> {
    fn memory(self) -> Memory {
        self.memory
    }

    fn pause(&self) -> Duration {
        match self.sent {
            Sent::Look(before) => LOOKS.get(before).copied().unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }

    fn next(&mut self, heard: Option<Heard>, moment: Moment) -> Step {
        let now = moment.now;
        let Some(heard) = heard else {
            return match &self.memory.token {
                Some((_, renew_at)) if now < *renew_at => self.request(),
                _ => self.show_key(),
            };
        };
        if let (Sent::File, Heard::Opened { kind }) = (self.sent, &heard) {
            let opened = recording::opened(kind).map(Step::Done);
            return opened.unwrap_or_else(|| refused(Failure::OperatorUnreadable));
        }
        let answer = Answer::read(&heard);
        match (self.sent, self.want) {
            (Sent::Key, _) => self.take_token(&answer, now),
            (_, _) if answer.status == 401 && self.renewed => refused(Failure::CredentialsRefused),
            (_, _) if answer.status == 401 => self.show_key(),
            (Sent::List, Want::Place(order)) => self.find_document(&answer, order),
            (Sent::List, Want::Readiness) if answer.is_yes() => Step::Done(Outcome::Ready),
            (Sent::List, _) => refused(answer.failure()),
            (Sent::Document, Want::Place(order)) => {
                self.dial_through(answer.document(), &answer, order)
            }
            (Sent::Connect, Want::Place(_)) if answer.status == 404 && !self.remade => {
                self.remake_document()
            }
            (Sent::Connect, _) => Step::Done(placed(&answer)),
            (Sent::HangUp, Want::HangUp(name)) => self.look_whether_gone(&answer, name),
            (Sent::Look(before), Want::HangUp(name)) => self.look_again(&answer, name, before),
            (Sent::Channel, Want::Ask(asked)) => self.take_channel(&answer, asked, now),
            (Sent::History, Want::Ask(asked)) => {
                self.take_past(past(&answer, &asked.operator_call), asked)
            }
            (Sent::Detail, Want::Ask(asked)) => {
                let otherwise = self.otherwise.take().unwrap_or(Outcome::Gone);
                // The history has it from the first party's answer.
                let answered = otherwise != Outcome::Gone;
                let ended = answer.ended(&asked.operator_call, answered);
                Step::Done(ended.map_or(otherwise, Outcome::Is))
            }
            (Sent::Record, Want::Recording(recorded)) => {
                self.interaction = answer.interaction();
                self.send(
                    Sent::Recordings,
                    "GET",
                    &recording::list_path(recorded),
                    None,
                )
            }
            (Sent::Recordings, Want::Recording(recorded)) if answer.is_yes() => {
                let interaction = self.interaction.as_deref();
                match recording::path_of(&answer, recorded, interaction) {
                    Some(path) => self.send(Sent::File, "GET", &path, None),
                    None => Step::Done(Outcome::Gone),
                }
            }
            (Sent::File, _) if answer.status == 404 => Step::Done(Outcome::Gone),
            (Sent::Recordings | Sent::File, _) => refused(answer.failure()),
            _ => refused(Failure::OperatorUnreadable),
        }
    }
}

impl Conversation<'_> {
    /// Begins, or begins again, with what is wanted.
    pub(super) fn request(&mut self) -> Step {
        match self.want {
            // Whether a call is recorded is not for us to say there.
            Want::Place(order) if order.record => refused(Failure::RecordingUnsupported),
            Want::Place(order) => match self.known_document(order) {
                Some(id) => self.connect(&id, order),
                None => self.list_documents(),
            },
            Want::Readiness => self.list_documents(),
            Want::HangUp(name) => {
                let body = r#"{"data":{"action":"hangup"}}"#.to_owned();
                self.send(Sent::HangUp, "POST", &channel(name), Some(body))
            }
            Want::Ask(asked) => {
                self.send(Sent::Channel, "GET", &channel(&asked.operator_call), None)
            }
            Want::Recording(recorded) => {
                let path = recording::record_path(&recorded.operator_call, recorded.opened_at);
                self.send(Sent::Record, "GET", &path, None)
            }
        }
    }

    fn list_documents(&mut self) -> Step {
        self.send(Sent::List, "GET", "clicktocall?paginate=false", None)
    }

    /// `PUT api_auth`. What it answers to a wrong key repeats the key.
    fn show_key(&mut self) -> Step {
        self.memory.token = None;
        self.sent = Sent::Key;
        let body = format!(r#"{{"data":{{"api_key":"{}"}}}}"#, self.connection.api_key);
        Step::Send(Outgoing {
            method: "PUT",
            url: format!("{}/api_auth", self.connection.base_url),
            headers: vec![("content-type", "application/json".to_owned())],
            body: Some(body),
            limit: STORE_LIMIT,
        })
    }

    fn take_token(&mut self, answer: &Answer, now: Millis) -> Step {
        match answer.status {
            _ if answer.is_yes() => match answer.token(now) {
                Some(token) => {
                    self.memory.token = Some(token);
                    self.renewed = true;
                    self.request()
                }
                None => refused(Failure::OperatorUnreadable),
            },
            // An unknown key is a thing that is not found.
            400 | 404 => refused(Failure::CredentialsRefused),
            _ => refused(answer.failure()),
        }
    }

    pub(super) fn send(
        &mut self,
        sent: Sent,
        method: &'static str,
        path: &str,
        body: Option<String>,
    ) -> Step {
        self.sent = sent;
        let token = self.memory.token.as_ref();
        let token = token.map(|(token, _)| token.clone()).unwrap_or_default();
        let mut headers = vec![("x-auth-token", token)];
        if body.is_some() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        if let Want::Place(order) = self.want {
            headers.push(("x-request-id", order.correlator.clone()));
        }
        if sent == Sent::File {
            headers.push(("accept", "audio/mpeg".to_owned()));
        }
        let outgoing = Outgoing {
            method,
            url: self.connection.url(path),
            headers,
            body,
            limit: if sent == Sent::Connect {
                CALL_LIMIT
            } else {
                STORE_LIMIT
            },
        };
        match sent {
            Sent::File => Step::Open(outgoing),
            _ => Step::Send(outgoing),
        }
    }
}

pub(super) fn refused(failure: Failure) -> Step {
    Step::Done(Outcome::Refused(failure))
}
