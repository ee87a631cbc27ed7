//! What is asked of the room of an operator's call id, or of a pair of numbers.

use call::News;
use serde::{Deserialize, Serialize};

use crate::room::Question;

/// A question to the room.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ask {
    /// To a name's room: the name is this call's.
    Bind(String),
    /// To a name's room: this is told of the call of that name, and the
    /// operator's name for its recording, where it has one.
    Tell(News, Option<String>),
    /// To a pair's room: this call waits to learn its name.
    AwaitName(String),
    /// To a pair's room: this name waits for its call.
    AwaitCall(String),
}

/// The room's answer.
#[derive(Debug, PartialEq, Serialize, Deserialize)]
pub enum Answer {
    /// Bound; this had been told before, in this order, and this is the
    /// operator's name for its recording.
    Parked(Vec<News>, Option<String>),
    /// The name is another call's.
    Taken,
    /// The call that is meant.
    Call(String),
    /// Not known yet; what was told is kept for when it is.
    Unknown,
    /// The names that wait for this call.
    Names(Vec<String>),
}

impl Question for Ask {
    type Answer = Answer;
}
