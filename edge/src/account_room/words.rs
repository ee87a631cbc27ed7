//! What is asked of an account's room.

use call::{Millis, Number, Status};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::documents::Kind;
use super::manage::Manage;
use super::trouble::Managed;
use crate::admission::{Admitted, Parties, Refusal};
use crate::ids::{ButtonId, HexId};
use crate::room::Question;

/// A question to the room.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ask {
    /// May this call be placed?
    Admit(Admit),
    /// A call has ended. Repeated until answered.
    Ended(Ended),
    /// The lease of this contact's call is void: the call never came about, or
    /// its end was not reported.
    Release {
        /// Whose lease.
        contact: Number,
        /// Which call's.
        call_id: String,
    },
    /// Is one of these two in an active call?
    InCall(Parties),
    /// Read a button.
    Button(ButtonId),
    /// Read a document as it stands now.
    Document {
        /// The account, whose room this is.
        account: HexId,
        /// What it is.
        kind: Kind,
        /// Which.
        id: HexId,
    },
    /// A token that opens something once is being used.
    Spend {
        /// Digest of what names it.
        token: String,
        /// When it expires.
        until: Millis,
    },
    /// An admin asks.
    Manage(Box<Manage>),
}

/// One request to place a call through a button.
#[derive(Debug, Serialize, Deserialize)]
pub struct Admit {
    /// The button.
    pub button: ButtonId,
    /// The page's origin.
    pub origin: Option<String>,
    /// It comes from our own frame within a page that is allowed, so that the
    /// origin is our own.
    pub framed: bool,
    /// The deployment's own origin.
    pub own_origin: String,
    /// The number that the visitor typed.
    pub contact: Number,
    /// Digest of button and idempotency key; names the admission.
    pub key: String,
    /// Digest of the body.
    pub body: String,
    /// The id that the call gets if it is new.
    pub call_id: String,
    /// Now.
    pub now: Millis,
}

/// The end of a call, for its history row and its lease.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Ended {
    /// Names the admission.
    pub key: String,
    /// The call.
    pub call_id: String,
    /// How it ended.
    pub status: Status,
    /// When.
    pub at: Millis,
}

/// The room's answer.
#[derive(Debug, Serialize, Deserialize)]
pub enum Decision {
    /// A new call: place it.
    Admitted(Admitted),
    /// The same request came before: it is this call.
    Replay(String),
    /// The contact has this active call, since then.
    Active {
        /// The call.
        call_id: String,
        /// When it was admitted.
        since: Millis,
    },
    /// No.
    Refused(Refusal),
    /// A button's document, and the connection that places its calls.
    Button {
        /// The document.
        document: Value,
        /// The connection's name.
        connection: String,
    },
    /// A document, if it stands.
    Document(Option<Value>),
    /// The answer to an admin.
    Managed(Managed),
    /// The end of a call is noted.
    Noted,
}

impl Question for Ask {
    type Answer = Decision;
}
