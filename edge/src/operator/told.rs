//! What an operator tells by itself, and what it is answered.

use call::News;
use serde_json::Value;

use crate::path::Names;

/// All of a request but its body: enough to know who sends it.
pub struct Envelope<'a> {
    /// What its path has in the places of `Dialect::TELLS_AT`, as it was sent.
    pub names: Names<'a>,
    /// Yields a header's value by its name.
    pub header: &'a dyn Fn(&str) -> Option<String>,
}

impl Envelope<'_> {
    /// A header's value; empty where there is none.
    #[must_use]
    pub fn text(&self, header: &str) -> String {
        (self.header)(header).unwrap_or_default()
    }
}

/// What an operator tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Told {
    /// Of one of our calls, or of a call like ours.
    Event(Event),
    /// A word that the dialect does not know: accepted, logged and ignored,
    /// never guessed at.
    Unknown {
        /// The call that it is about.
        call: String,
        /// The foreign word.
        word: String,
    },
    /// What is none of our business.
    Nothing,
}

/// News of one call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// The operator's name for the call, which is safe in a path.
    pub name: String,
    /// Our own id of the call, unchecked, where the operator repeats it.
    pub call: Option<String>,
    /// Whether the call begins with it. Nothing that is known comes before.
    pub begins: bool,
    /// The two numbers, as digits, where the operator tells them.
    pub pair: Option<(String, String)>,
    /// What became of the call.
    pub news: News,
    /// The operator's name for the call's recording, where it tells one.
    pub recording: Option<String>,
}

impl Event {
    /// News of the call that the operator knows by this name, and nothing else.
    #[must_use]
    pub fn of(name: &str, news: News) -> Self {
        Self {
            name: name.to_owned(),
            call: None,
            begins: false,
            pair: None,
            news,
            recording: None,
        }
    }
}

/// What an operator is answered.
#[derive(Clone, Debug, PartialEq)]
pub struct Reply {
    /// The HTTP status.
    pub status: u16,
    /// A JSON body, if any.
    pub body: Option<Value>,
}

impl Reply {
    /// An answer without a body.
    #[must_use]
    pub fn empty(status: u16) -> Self {
        Self { status, body: None }
    }
}
