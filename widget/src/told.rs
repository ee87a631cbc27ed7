//! What the edge tells the widget, and what the widget remembers. Plain types:
//! `door` reads them from JSON, the model decides by them.

use call::{Reason, State};

/// The public view of the button.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Button {
    /// Whom the visitor is connected with, such as "Sales".
    pub name: String,
    /// The only number that either phone shows.
    pub display_number: String,
    /// Whether the visitor's phone is rung first.
    pub contact_first: bool,
    /// Whether no real phone rings.
    pub sandbox: bool,
    /// Whether only agents with a token may call.
    pub auth_required: bool,
    /// Whether nobody is there now.
    pub closed: bool,
    /// The next opening, in milliseconds.
    pub opens_at: Option<f64>,
    /// What the visitor has to agree to.
    pub consent: Option<Consent>,
    /// Another way, where no call can be had.
    pub fallback: Option<Fallback>,
    /// Two-letter codes of the only countries that are called; all if empty.
    pub allow: Vec<String>,
    /// … and of those that are not.
    pub deny: Vec<String>,
    /// The visitor's country, as far as the edge can tell.
    pub country: Option<String>,
}

/// What the visitor has to agree to before a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Consent {
    /// Goes with the call, so that it is known what was agreed to.
    pub version: String,
    /// The text, in the visitor's language if there is one.
    pub text: String,
}

/// The owner's other way to be reached.
#[derive(Clone, Debug, PartialEq)]
pub struct Fallback {
    /// A `tel:` or `https:` address.
    pub href: String,
    /// The number, where it is one.
    pub number: Option<String>,
    /// The owner's own words for it.
    pub text: Option<String>,
}

/// What a call is asked for with.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Wanted {
    /// The contact's number in E.164 form; none where an agent's token has it.
    pub number: Option<String>,
    /// The version of the terms that the visitor has agreed to.
    pub consent: Option<String>,
    /// What the captcha gave.
    pub proof: Option<String>,
}

/// A call that the edge has named, with what it takes to follow and end it.
#[derive(Clone, Debug, PartialEq)]
pub struct Named {
    /// CAMARA's `callId`.
    pub id: String,
    /// Reads and ends this call.
    pub token: String,
    /// Listens to this call.
    pub events_token: String,
}

/// The answer to placing a call.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The call's name and tokens.
    pub call: Named,
    /// Its state when the edge answered.
    pub state: State,
}

/// What is known of a call: a frame of its events, or the answer to reading it.
#[derive(Clone, Debug, PartialEq)]
pub struct Told {
    /// Where the call is in its life.
    pub state: State,
    /// Why it was disconnected.
    pub reason: Option<Reason>,
    /// How long the two were connected.
    pub duration_seconds: Option<u32>,
    /// The end was never told; it is concluded from silence.
    pub assumed: bool,
    /// Why it failed, as the stable code.
    pub code: Option<String>,
    /// When the edge learnt of it, by the edge's clock, in milliseconds.
    pub at: Option<f64>,
}

impl Told {
    /// A state that nothing more belongs to.
    #[must_use]
    pub fn bare(state: State) -> Self {
        Self {
            state,
            reason: None,
            duration_seconds: None,
            assumed: false,
            code: None,
            at: None,
        }
    }
}

/// Why a request had no good answer.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// Nothing readable came back: it may or may not have arrived.
    Network,
    /// The edge said no.
    Refused {
        /// The stable error code.
        code: String,
        /// Seconds to wait, where the edge says so.
        retry_after: Option<u32>,
    },
}

/// What survives a reload and is seen by other tabs, from before the call is
/// placed until it has ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The `Idempotency-Key`: the same again is the same call.
    pub key: String,
    /// The visitor's number, until the call has a name and nobody needs it more.
    pub number: Option<String>,
    /// … and the version of the terms, without which it would be another call.
    pub consent: Option<String>,
    /// When the visitor placed the call, in milliseconds of this machine's clock.
    pub started: f64,
    /// The call, once the edge has named it.
    pub call: Option<Named>,
    /// When the two were connected, by this machine's clock.
    pub connected: Option<f64>,
}
