//! What is said between a dialect and whoever drives it: what is wanted, what
//! to send, what was heard, and how it ended.

use std::time::Duration;

use call::{Failure, Millis, News, Party, Status};

use super::SigningKey;
use crate::document::{DialFirst, Manner};
use crate::recording::Source;

/// What is wanted of an operator.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Want {
    /// Place a call.
    Place(Order),
    /// End the call that the operator knows by this name.
    HangUp(String),
    /// Say what became of the call.
    Ask(Asked),
    /// Give the recording of a call.
    Recording(Recorded),
    /// Say whether a call could be placed, as far as that can be known, and
    /// place none.
    Readiness,
}

/// A call that is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// The operator's name for the call.
    pub operator_call: String,
    /// When the call was opened.
    pub opened_at: Millis,
}

/// A call whose recording is wanted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recorded {
    /// The operator's name for the call.
    pub operator_call: String,
    /// The operator's name for the recording, where it has told one.
    pub recording: Option<String>,
    /// When the call was opened.
    pub opened_at: Millis,
}

/// A call to be placed.
#[derive(Clone, PartialEq, Eq)]
pub struct Order {
    /// Our own id of the call.
    pub call: String,
    /// The party rung first.
    pub caller: Party,
    /// The party rung second.
    pub callee: Party,
    /// Which of the two is the enterprise's own.
    pub dial_first: DialFirst,
    /// Where the operator tells us of the call, if each call has an address of its own.
    pub sink: String,
    /// The bearer that the operator has to show there.
    pub sink_bearer: String,
    /// When that bearer expires, RFC 3339.
    pub sink_expires: String,
    /// Ties our request to the operator's records.
    pub correlator: String,
    /// How the two are rung, where the operator can be told.
    pub manner: Box<Manner>,
    /// Whether the call is to be recorded.
    pub record: bool,
}

impl Order {
    /// The enterprise's own party, and the other.
    #[must_use]
    pub fn extension_and_contact(&self) -> (&Party, &Party) {
        match self.dial_first {
            DialFirst::Extension => (&self.caller, &self.callee),
            DialFirst::Contact => (&self.callee, &self.caller),
        }
    }
}

impl std::fmt::Debug for Order {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self {
            caller,
            callee,
            correlator,
            ..
        } = self;
        write!(f, "Order({caller} to {callee}, {correlator})")
    }
}

/// An HTTP request to an operator. Has no `Debug`: its headers hold credentials.
#[derive(Clone, PartialEq, Eq)]
pub struct Outgoing {
    /// `GET`, `POST`, `PUT` or `DELETE`.
    pub method: &'static str,
    /// Where to.
    pub url: String,
    /// Headers, in order.
    pub headers: Vec<(&'static str, String)>,
    /// Body, if any.
    pub body: Option<String>,
    /// How long the whole exchange may take.
    pub limit: Duration,
}

/// What came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Heard {
    /// A whole answer.
    Answer {
        /// The HTTP status.
        status: u16,
        /// The body.
        body: String,
    },
    /// A yes whose body is still to come; whoever drives the conversation has it.
    Opened {
        /// The media type that it says.
        kind: String,
    },
    /// What was to be signed, signed.
    Signed(Vec<u8>),
    /// No whole answer within the limit, or the connection failed. Whether the
    /// request arrived is unknown.
    Nothing,
}

/// The next step of a conversation.
pub enum Step {
    /// Send this and come back with what was heard.
    Send(Outgoing),
    /// Send this and come back as soon as the answer begins; of a yes, the
    /// body is left unread.
    Open(Outgoing),
    /// Sign this and come back with the signature.
    Sign {
        /// With this key.
        key: SigningKey,
        /// This text.
        message: String,
    },
    /// The conversation is over.
    Done(Outcome),
}

/// When a step is taken, and something that nobody can guess.
#[derive(Clone, Copy, Debug)]
pub struct Moment {
    /// Now.
    pub now: Millis,
    /// Random bytes, new for every step.
    pub random: [u8; 16],
}

/// How a conversation ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The call is being placed; the operator names it so.
    Placed(String),
    /// The operator accepted the hang-up. Some operators tell the end with it.
    HungUp(Option<Status>),
    /// The operator knows no such active call.
    Gone,
    /// The operator says that this is what became of the call.
    Is(News),
    /// The answer that was opened last is the recording.
    Recording(Form),
    /// Nothing stands in the way of a call.
    Ready,
    /// The operator said no, or cannot be asked: nothing happened.
    Refused(Failure),
    /// Something may have happened; nobody knows.
    Unsure(Failure),
}

/// The form in which an operator gives a recording.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// As the answer's body.
    Body {
        /// What the body is.
        source: Source,
        /// The code in it that says yes, where the dialect has one.
        success: &'static str,
    },
    /// There is no body: the sandbox has made it up.
    Tone,
}

/// What outlives a conversation: plain data that a later one can use.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// An access token and when it is to be renewed.
    pub token: Option<(String, Millis)>,
    /// A discovered token endpoint.
    pub endpoint: Option<String>,
    /// Documents made at the operator: name and id, the latest first.
    pub documents: Vec<(String, String)>,
}
