//! What the widget knows. Pure: `step` changes it, the views show it.

use call::{Failure, Reason, State};

use crate::number::{self, Flaw};
use crate::told::{Button, Consent, Named, Record, Wanted};

/// Everything that the panel shows follows from this.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Model {
    /// Whether the panel is open.
    pub open: bool,
    /// The button's public view, once it is read.
    pub button: Option<Button>,
    /// Whether it is being read.
    pub reading: bool,
    /// What stands in the number field.
    pub typed: String,
    /// The number there, if it is a telephone link's: the device could call it, too.
    pub linked: Option<String>,
    /// What is wrong with it, once the visitor has tried to send it.
    pub flaw: Option<Flaw>,
    /// The country that the visitor has chosen, or that the typed number names.
    pub country: Option<String>,
    /// Whether the visitor has agreed to the button's terms.
    pub agreed: bool,
    /// Whether the visitor wants the number remembered.
    pub remember: bool,
    /// What the page says of itself.
    pub facts: Facts,
    /// Whether the page is being asked for its permission.
    pub asking: bool,
    /// A call is wanted as soon as the button is known.
    pub eager: bool,
    /// Whether the page was asked for another agent's token already.
    pub renewed: bool,
    /// When this page last showed that it is awake.
    pub awake: f64,
    /// Where the visitor is.
    pub stage: Stage,
    /// How the line to the edge does.
    pub line: Line,
    /// What became of the visitor's wish to hang up.
    pub hang_up: HangUp,
    /// Attempts since the last thing that worked; paces the next one.
    pub tries: u32,
}

/// Where the visitor is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Stage {
    /// Entering a number.
    #[default]
    Form,
    /// The call has been asked for and has no name yet.
    Starting {
        /// What makes a repeated request the same call.
        key: String,
        /// What it is asked for with.
        wanted: Wanted,
        /// When the visitor asked for it.
        since: f64,
    },
    /// The edge wants to know first whether the visitor is a person.
    Captcha {
        /// What the call will be asked for with.
        wanted: Wanted,
    },
    /// The edge has named the call.
    Live(Live),
    /// The call has ended.
    Over(Over),
    /// There is no call, and this is why.
    Error(Problem),
}

/// What the page says of itself and of its visitor.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Facts {
    /// The visitor is an agent who has a token.
    pub agent: bool,
    /// The agent enters the number; else the token has it.
    pub entry: bool,
    /// Whom an agent calls, in the page's words.
    pub contact_name: Option<String>,
    /// The visitor's country, guessed from the languages.
    pub home: Option<String>,
    /// The number that the visitor wanted remembered.
    pub remembered: Option<String>,
}

/// A call under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Live {
    /// Its name and tokens.
    pub call: Named,
    /// Its record's key and start, to keep the record whole.
    pub key: String,
    /// When the visitor asked for it.
    pub since: f64,
    /// The latest state told.
    pub state: State,
    /// Whether this page has heard anything of it yet.
    pub heard: bool,
    /// When the two were connected, by this machine's clock.
    pub connected: Option<f64>,
}

/// How a call ended.
#[derive(Clone, Debug, PartialEq)]
pub struct Over {
    /// `disconnected` or `failed`.
    pub state: State,
    /// Why it was disconnected.
    pub reason: Option<Reason>,
    /// Why it failed.
    pub failure: Option<Failure>,
    /// Whether the two were connected, be it for less than a second.
    pub talked: bool,
    /// How long the two were connected.
    pub duration_seconds: u32,
    /// The end was never told; it is concluded from silence.
    pub assumed: bool,
    /// The visitor had pressed "Hang up".
    pub by_us: bool,
}

/// Why there is no call.
#[derive(Clone, Debug, PartialEq)]
pub struct Problem {
    /// The stable error code.
    pub code: String,
    /// Seconds to wait, where the edge says so.
    pub retry_after: Option<u32>,
}

/// How the line to the edge does.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Line {
    /// Nothing to say.
    #[default]
    Fine,
    /// The stream broke a moment ago; mostly it is back before anybody notices.
    Broken,
    /// An answer takes longer than it should.
    Slow,
    /// Nothing gets through; it is tried again.
    Lost,
}

/// What became of the visitor's wish to hang up.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum HangUp {
    /// There is none.
    #[default]
    Not,
    /// Asked for; no end has been told yet.
    Asked,
    /// Asked for, and it takes too long.
    Overdue,
    /// The edge could not do it.
    Refused,
}

impl Model {
    /// The word for `data-state`, which pages and tests go by.
    #[must_use]
    pub fn word(&self) -> &'static str {
        let hanging_up = matches!(self.hang_up, HangUp::Asked | HangUp::Overdue);
        match &self.stage {
            Stage::Form if self.is_closed() => "closed",
            Stage::Form => "form",
            Stage::Captcha { .. } => "captcha",
            Stage::Starting { .. } | Stage::Live(_) if hanging_up => "hangingUp",
            Stage::Starting { .. } => "starting",
            Stage::Live(live) => live.state.as_str(),
            Stage::Over(over) => over.state.as_str(),
            Stage::Error(_) => "error",
        }
    }

    /// The word for the host's `state`; none where it is closed and idle.
    #[must_use]
    pub fn host_word(&self) -> Option<&'static str> {
        (self.open || self.is_calling()).then(|| self.word())
    }

    /// Whether there is, or may be, a call that has not ended.
    #[must_use]
    pub fn is_calling(&self) -> bool {
        matches!(self.stage, Stage::Starting { .. } | Stage::Live(_))
    }

    /// The call under way, if the edge has named it.
    #[must_use]
    pub fn live(&self) -> Option<&Live> {
        match &self.stage {
            Stage::Live(live) => Some(live),
            _ => None,
        }
    }

    /// What must survive a reload now.
    #[must_use]
    pub fn record(&self) -> Option<Record> {
        match &self.stage {
            Stage::Starting { key, wanted, since } => Some(Record {
                key: key.clone(),
                number: wanted.number.clone(),
                consent: wanted.consent.clone(),
                started: *since,
                call: None,
                connected: None,
            }),
            Stage::Live(live) => Some(Record {
                key: live.key.clone(),
                number: None,
                consent: None,
                started: live.since,
                call: Some(live.call.clone()),
                connected: live.connected,
            }),
            _ => None,
        }
    }

    /// Since when the two talk, while they do.
    #[must_use]
    pub fn talking_since(&self) -> Option<f64> {
        self.live()
            .filter(|live| live.state == State::Connected)
            .and_then(|live| live.connected)
    }

    /// Whether the phone of whoever looks at this page is the one rung first:
    /// a visitor is the contact, an agent the extension.
    #[must_use]
    pub fn you_first(&self) -> bool {
        self.button.as_ref().is_none_or(|b| b.contact_first) != self.facts.agent
    }

    /// Whether nobody is there now, as far as is known.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        self.button.as_ref().is_some_and(|button| button.closed)
    }

    /// Whether there is a number to be entered.
    #[must_use]
    pub fn enters_number(&self) -> bool {
        !self.facts.agent || self.facts.entry || !self.typed.is_empty()
    }

    /// The country of numbers without a country code.
    #[must_use]
    pub fn home(&self) -> Option<&str> {
        let button = self.button.as_ref();
        let offered = |code: &&str| {
            button.is_none_or(|button| {
                let is = |other: &String| other == code;
                (button.allow.is_empty() || button.allow.iter().any(is))
                    && !button.deny.iter().any(is)
            })
        };
        self.country
            .as_deref()
            .or_else(|| button?.country.as_deref().filter(offered))
            .or_else(|| self.facts.home.as_deref().filter(offered))
            .or_else(|| button?.allow.first().map(String::as_str))
    }

    /// The number in the field, or what is wrong with it.
    pub fn number(&self) -> Result<String, Flaw> {
        number::read(&self.typed, self.home())
    }

    /// The terms that the visitor has not agreed to yet.
    #[must_use]
    pub fn consent(&self) -> Option<&Consent> {
        self.button.as_ref().and_then(|b| b.consent.as_ref())
    }
}
