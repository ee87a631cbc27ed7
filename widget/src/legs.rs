//! The two phones as the panel draws them: which one rings, which one is
//! picked up. Pure.

use call::{Reason, State};

use crate::model::{Model, Stage};

/// What one phone does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Leg {
    /// Its turn has not come.
    Idle,
    /// It rings.
    Ringing,
    /// It is picked up.
    Up,
    /// It was picked up, or might have been, and is no more.
    Done,
    /// It was busy, was not picked up, or could not be reached.
    Off,
}

impl Leg {
    /// The word that the style sheet goes by.
    pub fn word(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Ringing => "ringing",
            Self::Up => "up",
            Self::Done => "done",
            Self::Off => "off",
        }
    }
}

/// The phone rung first and the one rung second; none while there is no call.
pub fn legs(model: &Model) -> Option<(Leg, Leg)> {
    match &model.stage {
        Stage::Starting { .. } => Some((Leg::Idle, Leg::Idle)),
        Stage::Live(live) => Some(match live.state {
            State::CallingCaller => (Leg::Ringing, Leg::Idle),
            State::CallingCallee => (Leg::Up, Leg::Ringing),
            State::Connected => (Leg::Up, Leg::Up),
            _ => (Leg::Idle, Leg::Idle),
        }),
        Stage::Over(over) => Some(match over.reason {
            Some(Reason::CallerBusy | Reason::CallerNoAnswer | Reason::CallerFailure) => {
                (Leg::Off, Leg::Idle)
            }
            Some(Reason::CallerAbandon) => (Leg::Off, Leg::Done),
            Some(Reason::CalleeBusy | Reason::CalleeNoAnswer | Reason::CalleeFailure) => {
                (Leg::Done, Leg::Off)
            }
            Some(_) => (Leg::Done, Leg::Done),
            None => (Leg::Off, Leg::Off),
        }),
        Stage::Form | Stage::Captcha { .. } | Stage::Error(_) => None,
    }
}
