//! What a dialect has to say. What most operators do alike has a default here,
//! so that a dialect's file holds what is its own; the README in this folder is
//! a guide through it.

use std::time::Duration;

use call::Number;
use call::sandbox::Script;

use super::{Envelope, Heard, Memory, Moment, Reply, Step, Told, Want};
use crate::document::{Flaw, Place};
use crate::error::Problem;

/// One account at an operator that speaks this dialect: a connection.
pub trait Dialect: Sized {
    /// What is said to that operator.
    type Conversation<'a>: Converse
    where
        Self: 'a;

    /// How a connection's setting names the dialect.
    const NAME: &'static str;
    /// In what the operator differs from most.
    const HABITS: Habits = Habits::NONE;
    /// What it can be asked for without any effect, see [`Right`].
    const HARMLESS: &'static [Right];
    /// The path at which it tells us of calls, with a name in braces for each
    /// segment that varies; `None`: it tells nothing.
    const TELLS_AT: Option<&'static str>;
    /// Bytes of what it tells at once: the documents' own examples fit many times.
    const LARGEST_EVENT: usize = 64 * 1024;

    /// Reads a connection's setting. `loopback`: development, where plain http
    /// is allowed in any case.
    fn read(place: &Place<'_>, loopback: bool) -> Result<Self, Flaw>;

    /// What both phones show. Without one there is no connection: the parties'
    /// own numbers would leak.
    fn platform_number(&self) -> &Number;

    /// Begins a conversation about `want`.
    fn converse<'a>(&'a self, want: &'a Want, memory: Memory) -> Self::Conversation<'a>;

    /// Names what conversations remember; without a name they remember nothing.
    /// The credentials have to be in it, as a digest: whoever does not know them
    /// gets nothing out of it.
    fn cache_name(&self) -> String {
        String::new()
    }

    /// What a remembered token is good for, where there are several.
    fn scope(&self, _want: &Want) -> &str {
        ""
    }

    /// Within what the operator's names for calls are its own, for the
    /// connection of this name.
    fn realm(&self, name: &str) -> String {
        name.to_owned()
    }

    /// Whether it is this connection's operator that tells something, by what it
    /// shows; compared in constant time. `name` is the connection's. Not asked
    /// where each call has an address of its own.
    fn is_authorized(&self, _name: &str, _envelope: &Envelope<'_>) -> bool {
        false
    }

    /// Reads what the operator tells, after it has shown who it is: that it is
    /// `connection`'s, or, where each call has an address of its own, that of
    /// the call.
    fn read_event(
        _connection: Option<&Self>,
        _envelope: &Envelope<'_>,
        _body: &str,
    ) -> Result<Told, Problem> {
        Ok(Told::Nothing)
    }

    /// How the operator wants to hear that it was taken.
    fn taken() -> Reply {
        Reply::empty(204)
    }

    /// The same of a refusal, where it is not to be CAMARA's `ErrorInfo`.
    fn refusal(_problem: &Problem) -> Option<Reply> {
        None
    }

    /// What happens between two parties, by their digits, where the call room
    /// itself plays it: no phone rings.
    fn script(&self, _caller: &str, _callee: &str) -> Option<Script> {
        None
    }
}

/// A conversation with an operator. It does no I/O: it says what to send, and is
/// told what was heard.
pub trait Converse {
    /// What to do, given what was heard to the request sent last.
    fn next(&mut self, heard: Option<Heard>, moment: Moment) -> Step;

    /// How long to wait before the request is sent.
    fn pause(&self) -> Duration {
        Duration::ZERO
    }

    /// What to remember for the next conversation.
    fn memory(self) -> Memory
    where
        Self: Sized,
    {
        Memory::default()
    }
}

/// In what operators differ, besides their words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Habits {
    /// It can be asked what became of a call.
    pub can_ask: bool,
    /// It tells of a call under its own name for it, at one address for all.
    /// Others are given, with each order, an address of the call's own with
    /// `{callId}` in it, and a bearer to show there (`Order::sink`).
    pub names_its_calls: bool,
    /// What it tells of a call leads to it only through the two numbers, where
    /// the answer with its name was lost.
    pub is_found_by_numbers: bool,
    /// A call can have a recording although nobody asked for one: that depends
    /// on settings at the operator alone.
    pub records_by_itself: bool,
    /// It knows parties that are no phone numbers: internal extensions.
    pub has_extensions: bool,
}

impl Habits {
    /// An operator that answers orders, and tells what it has to at the address
    /// that each order names.
    pub const NONE: Self = Self {
        can_ask: false,
        names_its_calls: false,
        is_found_by_numbers: false,
        records_by_itself: false,
        has_extensions: false,
    };
}

/// What an operator lets an account do, as far as that can be asked for without
/// any effect: of a call that nobody knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Place calls; asked for by `Want::Readiness`.
    Place,
    /// See what became of calls.
    Read,
    /// End calls.
    End,
    /// Fetch recordings.
    Record,
}

impl Right {
    /// Its name in the answer to `GET /operators/check`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Place => "place",
            Self::Read => "read",
            Self::End => "end",
            Self::Record => "record",
        }
    }
}
