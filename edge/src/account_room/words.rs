//! What is asked of an account's room.

use call::{Millis, Number, Party, Status};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::documents::Kind;
use super::manage::Manage;
use super::trouble::Managed;
use crate::admission::{Admitted, Captcha, Lease, Parties, Refusal, Way};
use crate::document::DialFirst;
use crate::ids::{ButtonId, HexId};
use crate::room::Question;

/// A question to the room.
#[derive(Debug, Serialize, Deserialize)]
pub enum Ask {
    /// May this call be placed?
    Admit(Box<Admit>),
    /// A call has ended. Repeated until answered.
    Ended(Ended),
    /// Leases were looked at.
    Looked {
        /// The calls that have a room, which will report their end.
        open: Vec<String>,
        /// The calls that never came about, or are over.
        void: Vec<String>,
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

/// One request to place a call.
#[derive(Debug, Serialize, Deserialize)]
pub struct Admit {
    /// The account.
    pub account: HexId,
    /// How it is asked for.
    pub way: Way,
    /// Which call.
    pub wanted: Wanted,
    /// What an agent's token says.
    pub grant: Option<Grant>,
    /// The page's origin.
    pub origin: Option<String>,
    /// It comes from our own frame within a page that is allowed, so that the
    /// origin is our own.
    pub framed: bool,
    /// The deployment's own origin.
    pub own_origin: String,
    /// The version of the consent text that the visitor has agreed to.
    pub consent: Option<String>,
    /// How it is with the captcha.
    pub captcha: Captcha,
    /// Code of the visitor's address, where visitors have one.
    pub address: Option<String>,
    /// The page, as it describes itself; kept with the call.
    pub page: Option<Value>,
    /// Digest of what was asked and the idempotency key; names the admission.
    pub key: String,
    /// Digest of the body.
    pub body: String,
    /// The id that the call gets if it is new.
    pub call_id: String,
    /// Now.
    pub now: Millis,
}

impl Admit {
    /// The agent's token, if it is good for one call only, and until when.
    #[must_use]
    pub fn once(&self) -> Option<(&str, Millis)> {
        let grant = self.grant.as_ref()?;
        Some((grant.once.as_deref()?, grant.until))
    }
}

/// What the account's room has to know of an agent's token.
#[derive(Debug, Serialize, Deserialize)]
pub struct Grant {
    /// The document of the embed key that made it, which has to stand.
    pub key: HexId,
    /// Names the token, if it is good for one call only.
    pub once: Option<String>,
    /// Until when it could be used.
    pub until: Millis,
}

/// The call that is wanted.
#[derive(Debug, Serialize, Deserialize)]
pub enum Wanted {
    /// One through a button.
    Button {
        /// The button's stored id.
        clicktocall: HexId,
        /// The outside party.
        contact: Number,
        /// The enterprise's party, where it is not the button's own.
        extension: Option<Party>,
    },
    /// One of these two.
    Pair {
        /// Who is rung.
        parties: Parties,
        /// Which of the two is the enterprise's own.
        dial_first: DialFirst,
        /// Name of the connection that places it, where it is not the account's first.
        connection: Option<String>,
    },
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
    Admitted(Box<Admitted>),
    /// The same request came before: it is this call.
    Replay(String),
    /// The contact has this active call, unless its lease is void.
    Active(Lease),
    /// There are as many active calls as may be, unless one of these is void.
    Full(Vec<Lease>),
    /// The captcha's token has to be verified first.
    Verify,
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
