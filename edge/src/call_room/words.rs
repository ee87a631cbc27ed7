//! What is asked of a call's room.

use call::{Entry, Failure, Millis, News, Status};
use serde::{Deserialize, Serialize};

use crate::admission::Parties;
use crate::ids::HexId;
use crate::room::Question;
use crate::sinks::Sink;

/// A question to the room.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ask {
    /// Open the room, before the operator is asked to place the call.
    /// These are to be told of it.
    Open(Box<Call>, Vec<Sink>),
    /// The operator placed the call and names it so.
    Bind(String),
    /// The call could not be placed. Ignored once anything was heard of it.
    GiveUp(Failure),
    /// The operator says something of the call it names so.
    Tell {
        /// The operator's name for the call.
        operator_call: String,
        /// What it says.
        news: News,
        /// The connection that says it, where only that one's calls are meant.
        connection: Option<String>,
    },
    /// The operator names the call so, and has said this of it before, in this
    /// order. Told at once, so that nothing said later comes in between.
    Parked(String, Vec<News>),
    /// A party, or whoever placed the call, wants it to end.
    HangUp,
    /// The operator accepted the hang-up, or knows no such active call any
    /// more; some tell the end with it.
    HungUp(Option<Status>),
    /// The operator has a recording, and names it so.
    Recorded(String),
    /// Read the call.
    Read,
}

/// What a room keeps of its call, besides the log.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Call {
    /// The call's id.
    pub id: String,
    /// The account it belongs to.
    pub account: HexId,
    /// Names the admission in the account's room.
    pub key: String,
    /// The connection that places it.
    pub connection: String,
    /// Who is rung.
    pub parties: Parties,
    /// When it was opened.
    pub opened_at: Millis,
    /// The operator's name for it, once known.
    #[serde(default)]
    pub operator_call: Option<String>,
    /// Somebody wants it to end.
    #[serde(default)]
    pub hang_up_wanted: bool,
    /// When the operator accepted the hang-up.
    #[serde(default)]
    pub hung_up_at: Option<Millis>,
    /// Whether it is to be recorded.
    #[serde(default)]
    pub record: bool,
    /// Whether somebody is to be told of it.
    #[serde(default)]
    pub has_sinks: bool,
    /// The operator's name for its recording, where it has one.
    #[serde(default)]
    pub recording_id: Option<String>,
}

/// What a room answers. `None` where it has no call.
pub type Answer = Option<View>;

/// A call as its room sees it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct View {
    /// The call.
    pub call: Call,
    /// The latest entry of its log.
    pub last: Entry,
    /// One of its sinks is not told any more, although something is left to tell.
    #[serde(default)]
    pub sink_given_up: bool,
    /// What whoever asked has to do at the operator now: end the call that it
    /// names so.
    pub hang_up: Option<String>,
}

impl Question for Ask {
    type Answer = Answer;
}
