//! A conversation with a Kazoo system: a token, a document to dial through,
//! and then what is wanted. What is sent is put together as text: digits, words
//! and ids need no escaping, and the worker stays smaller.

use std::time::Duration;

use call::{Cause, Failure, Millis, News};

use super::answer::{Answer, GREGORIAN_S};
use super::number::dialled;
use super::recording;
use super::{Connection, NAME_PREFIX, OUR_CALL};
use crate::document::DialFirst;
use crate::keys::digest;
use crate::operator::{Asked, Heard, Memory, Order, Outcome, Outgoing, Step, Want};

/// What only reads or stores takes no longer.
const STORE_LIMIT: Duration = Duration::from_secs(5);
/// Kazoo answers as soon as it has begun to dial.
const CALL_LIMIT: Duration = Duration::from_secs(8);
/// Seconds that the first phone rings: Kazoo's own default.
const RING_S: u64 = 30;
/// Only whole numbers may be dialled: extensions of the enterprise are none of
/// a visitor's business. As it stands in JSON.
const WHITELIST: &str = r"^\\+[1-9][0-9]{4,14}$";
/// Bytes of the digest in a document's name: far from any collision.
const NAME_BYTES: usize = 16;
/// Documents that are remembered: an account's buttons, both ways round.
const MOST_DOCUMENTS: usize = 256;
/// How long after a hang-up, and after each look, it is looked whether the
/// channel is gone: a phone system needs a moment, and the visitor waits.
const LOOKS: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_600),
];
/// Seconds into the past that the history is read for: the longest call, and some.
const HISTORY_S: u64 = 5 * 3_600;

/// What was sent last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
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
    connection: &'a Connection,
    want: &'a Want,
    memory: Memory,
    sent: Sent,
    renewed: bool,
    remade: bool,
    /// What all legs of the call share, where a recording is wanted.
    interaction: Option<String>,
    /// What is said of a call if its detail record says nothing.
    otherwise: Option<Outcome>,
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

    /// What to remember.
    #[must_use]
    pub fn memory(self) -> Memory {
        self.memory
    }

    /// How long to wait before the request is sent.
    #[must_use]
    pub fn pause(&self) -> Duration {
        match self.sent {
            Sent::Look(before) => LOOKS.get(before).copied().unwrap_or_default(),
            _ => Duration::ZERO,
        }
    }

    /// See [`crate::operator::Conversation::next`].
    pub fn next(&mut self, heard: Option<Heard>, now: Millis) -> Step {
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

    /// Begins, or begins again, with what is wanted.
    fn request(&mut self) -> Step {
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

    fn find_document(&mut self, answer: &Answer, order: &Order) -> Step {
        if !answer.is_yes() {
            return refused(answer.failure());
        }
        match answer.document_named(&self.document_name(order)) {
            Some(id) => self.dial_through(Some(id), answer, order),
            None => {
                let (name, content) = (self.document_name(order), self.document_content(order));
                let body = format!(r#"{{"data":{{"name":"{name}",{content}}}}}"#);
                self.send(Sent::Document, "PUT", "clicktocall", Some(body))
            }
        }
    }

    fn dial_through(&mut self, id: Option<String>, answer: &Answer, order: &Order) -> Step {
        match id {
            Some(id) if answer.is_yes() => {
                let name = self.document_name(order);
                let documents = &mut self.memory.documents;
                documents.truncate(MOST_DOCUMENTS - 1);
                documents.insert(0, (name, id.clone()));
                self.connect(&id, order)
            }
            _ => refused(answer.failure()),
        }
    }

    /// Somebody has deleted the document that we knew.
    fn remake_document(&mut self) -> Step {
        self.remade = true;
        if let Want::Place(order) = self.want {
            let name = self.document_name(order);
            self.memory.documents.retain(|(known, _)| *known != name);
        }
        self.request()
    }

    fn known_document(&self, order: &Order) -> Option<String> {
        let name = self.document_name(order);
        let mut known = self.memory.documents.iter();
        let (_, id) = known.find(|(known, _)| *known == name)?;
        Some(id.clone())
    }

    /// A name for all that the document says: another content is another document.
    fn document_name(&self, order: &Order) -> String {
        let hash = digest(&[self.document_content(order).as_bytes()]);
        let short = hash.get(..NAME_BYTES).unwrap_or(&hash);
        format!("c2d-{}", base16ct::lower::encode_string(short))
    }

    /// A document without its name.
    fn document_content(&self, order: &Order) -> String {
        let (extension, _) = order.extension_and_contact();
        let extension = dialled(extension);
        let dial_first = match order.dial_first {
            DialFirst::Extension => "extension",
            DialFirst::Contact => "contact",
        };
        let manner = &order.manner;
        let number = |own: &Option<String>| {
            let platform = self.connection.platform_number.digits();
            let own = own.as_deref().map(|own| own.trim_start_matches('+'));
            quoted(own.unwrap_or(platform))
        };
        let (caller, callee) = (
            number(&manner.caller_id_number),
            number(&manner.outbound_callee_id_number),
        );
        let name = manner.outbound_callee_id_name.as_deref();
        let name = name.map_or_else(String::new, |name| {
            format!(r#""outbound_callee_id_name":{},"#, quoted(name))
        });
        let ring = manner.timeout_s.unwrap_or(RING_S);
        format!(
            r#""extension":"{extension}","dial_first":"{dial_first}","auth_required":true,"caller_id_number":{caller},{name}"outbound_callee_id_number":{callee},"timeout":{ring},"whitelist":["{WHITELIST}"]"#
        )
    }

    /// Dials. A ring without `auto_answer=false` would be an intercom's.
    fn connect(&mut self, document: &str, order: &Order) -> Step {
        let (_, contact) = order.extension_and_contact();
        let (contact, call) = (dialled(contact), &order.call);
        let body = format!(
            r#"{{"data":{{"contact":"{contact}","custom_application_vars":{{"{OUR_CALL}":"{call}"}}}}}}"#
        );
        let path = format!("clicktocall/{document}/connect?auto_answer=false");
        self.send(Sent::Connect, "POST", &path, Some(body))
    }

    /// A hang-up is accepted in any case, but carried out only where metaflows
    /// are on.
    fn look_whether_gone(&mut self, answer: &Answer, name: &str) -> Step {
        if answer.is_gone() {
            Step::Done(Outcome::Gone)
        } else if answer.is_yes() {
            self.send(Sent::Look(0), "GET", &channel(name), None)
        } else {
            refused(answer.failure())
        }
    }

    fn look_again(&mut self, answer: &Answer, name: &str, before: usize) -> Step {
        if answer.is_gone() {
            Step::Done(Outcome::HungUp(None))
        } else if answer.is_yes() && before + 1 < LOOKS.len() {
            self.send(Sent::Look(before + 1), "GET", &channel(name), None)
        } else {
            // It is still there: whoever wanted it to end has to be told.
            refused(Failure::OperatorUnreadable)
        }
    }

    fn take_channel(&mut self, answer: &Answer, asked: &Asked, now: Millis) -> Step {
        if answer.is_yes() {
            let status = answer.channel().map(|status| Outcome::Is(status.into()));
            return status.map_or_else(|| refused(Failure::OperatorUnreadable), Step::Done);
        }
        if !answer.is_gone() {
            return refused(answer.failure());
        }
        // `c2c-<the document's id>-<random>`.
        let name = asked.operator_call.strip_prefix(NAME_PREFIX);
        let Some((document, _)) = name.unwrap_or_default().split_once('-') else {
            return self.take_past(Outcome::Gone, asked);
        };
        let from = GREGORIAN_S + (now.0 / 1000).saturating_sub(HISTORY_S);
        let path = format!("clicktocall/{document}/history?paginate=false&created_from={from}");
        self.send(Sent::History, "GET", &path, None)
    }

    /// What the history says is said, if it is certain. Otherwise there is still
    /// the detail record, which is written some time after the end; it is asked
    /// for once.
    fn take_past(&mut self, past: Outcome, asked: &Asked) -> Step {
        match past {
            Outcome::Gone
            | Outcome::Is(News::Ended {
                cause: Cause::Unknown,
                ..
            }) => {
                self.otherwise = Some(past);
                let path = recording::record_path(&asked.operator_call, asked.opened_at);
                self.send(Sent::Detail, "GET", &path, None)
            }
            certain => Step::Done(certain),
        }
    }

    fn send(&mut self, sent: Sent, method: &'static str, path: &str, body: Option<String>) -> Step {
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

fn channel(name: &str) -> String {
    format!("channels/{name}")
}

fn refused(failure: Failure) -> Step {
    Step::Done(Outcome::Refused(failure))
}

/// The answer to a connect. It dials while it still checks, so that an error
/// of the server's says nothing about whether a phone rings.
fn placed(answer: &Answer) -> Outcome {
    match answer.name() {
        Some(name) if answer.is_yes() => Outcome::Placed(name),
        _ if answer.is_yes() => Outcome::Unsure(Failure::OperatorUnreadable),
        _ if answer.status == 0 || answer.status >= 500 => Outcome::Unsure(answer.failure()),
        _ => Outcome::Refused(answer.failure()),
    }
}

/// The answer to a question for the history of a call whose channel is gone.
fn past(answer: &Answer, name: &str) -> Outcome {
    if answer.is_yes() || answer.status == 404 {
        answer.past(name)
    } else {
        Outcome::Refused(answer.failure())
    }
}
/// A text of the admin's as JSON: it may hold anything.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
