//! What can happen to the widget, and what it can then want done.

use crate::told::{Button, Placed, Record, Told, Trouble, Wanted};

/// What happened.
#[derive(Debug)]
pub enum Event {
    /// The widget has come up on a page.
    Mounted,
    /// The visitor or the page wants the panel open.
    Open,
    /// … or closed.
    Close,
    /// … or the one that it is not.
    Toggle,
    /// The page wants the number in the field called, if there is one.
    Dial,
    /// The visitor wants the number in the field called.
    Submit,
    /// The visitor or the page wants to hang up.
    HangUp,
    /// The field holds another text.
    Typed(String),
    /// A telephone link was clicked, or the page dials: this number goes into the field.
    Linked(String),
    /// The visitor has chosen a country, by its two letters.
    Country(String),
    /// The visitor agrees to the terms, or no longer.
    Agree(bool),
    /// The visitor wants the number remembered, or no longer.
    Remember(bool),
    /// The visitor wants to try again.
    Again,
    /// The page was asked: a fresh `Idempotency-Key` if it has nothing against
    /// the call.
    Permitted(Option<String>),
    /// The captcha ended: its token and a fresh `Idempotency-Key`, if it did well.
    Solved(Option<(String, String)>),
    /// Other words are to be used from now on.
    Words,
    /// Storage holds a call of this button.
    Found {
        /// What it holds.
        record: Record,
        /// Whether this page has just come up, so that the visitor expects to see it.
        show: bool,
    },
    /// The button's public view, or why there is none.
    ButtonRead(Result<Button, Trouble>),
    /// The answer to placing the call with this key.
    Placed(String, Result<Placed, Trouble>),
    /// The event stream stands.
    StreamUp,
    /// The event stream broke; the browser tries again.
    StreamDown,
    /// The event stream is over for the browser.
    StreamClosed,
    /// Something was told of the call with this id.
    Told(String, Told),
    /// The answer to reading the call with this id.
    Read(String, Result<Told, Trouble>),
    /// The answer to hanging up the call with this id.
    HungUp(String, Result<(), Trouble>),
    /// An alarm has come.
    Alarm(Alarm),
    /// A second of talking has passed.
    Tick,
    /// The browser is online again, or the page visible again.
    Back,
    /// The browser is offline.
    Offline,
}

/// What an alarm is about. There is one of each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alarm {
    /// Read the button again.
    Button,
    /// Place the call again, with the same key.
    Place,
    /// Listen again.
    Listen,
    /// Hang up again.
    HangUp,
    /// The answer to placing is slow.
    Slow,
    /// No end was told after a hang-up.
    Overdue,
    /// The stream has been down for a while.
    Lost,
    /// The button may be open now.
    Opening,
}

impl Alarm {
    /// All, in the order of their numbers.
    pub const ALL: [Self; 8] = [
        Self::Button,
        Self::Place,
        Self::Listen,
        Self::HangUp,
        Self::Slow,
        Self::Overdue,
        Self::Lost,
        Self::Opening,
    ];
}

/// What is to be done.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Read the button's public view; past all caches if it must be fresh.
    ReadButton {
        /// Something has shown that what was read is no longer true.
        fresh: bool,
    },
    /// Look for a call of this button in storage.
    Recall,
    /// Ask the page whether it has anything against a call.
    AskPage,
    /// Place the call.
    Place {
        /// The `Idempotency-Key`.
        key: String,
        /// What it is asked for with.
        wanted: Wanted,
    },
    /// Let the visitor solve a captcha.
    Captcha,
    /// Write the visitor's number down, or forget it.
    Remember(Option<String>),
    /// Listen to the call under way.
    Listen,
    /// Stop listening.
    Deafen,
    /// Read the call under way once.
    Read,
    /// Hang up the call under way.
    HangUp,
    /// Write down what must survive a reload.
    Keep,
    /// Remove what was written down.
    Forget,
    /// Wake up after so many milliseconds.
    Wake(Alarm, u32),
    /// Never mind.
    Still(Alarm),
    /// Tell the page of the new state of the call with this id.
    SayStatus(String, Told),
    /// Tell the page how it ended.
    SayEnd(String, Told),
    /// Tell the page of an error, and of which call if there is one.
    SayError(Option<String>, String),
    /// Move the focus, if it is in the widget.
    Focus(Focus),
}

/// Where the focus belongs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    /// The button on the page.
    Button,
    /// The number field.
    Number,
    /// The tick below the terms.
    Consent,
    /// The hang-up button.
    HangUp,
    /// The try-again button.
    Again,
}
