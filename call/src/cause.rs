//! Why a call ended, as telephone networks tell it: they name no party. Whose
//! end it was follows from how far the call had come.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::status::{UnknownWord, words};
use crate::{Reason, State, Status};

words! {
    /// What a telephone network gives as the cause of an end.
    Cause {
        /// The line that was rung is busy, or the call was declined there.
        Busy = "busy",
        /// Nobody picked up.
        NoAnswer = "noAnswer",
        /// The line that was rung cannot be reached.
        Failure = "failure",
        /// Somebody hung up.
        Normal = "normal",
        /// It ended, and nobody says why.
        Unknown = "unknown",
    }
}

impl Cause {
    /// The reason for a call that had come as far as `state`.
    #[must_use]
    pub fn reason(self, state: State) -> Reason {
        match (state, self) {
            (State::Initiating | State::CallingCaller, Self::Busy) => Reason::CallerBusy,
            (State::Initiating | State::CallingCaller, Self::NoAnswer) => Reason::CallerNoAnswer,
            (State::Initiating | State::CallingCaller, Self::Failure) => Reason::CallerFailure,
            (State::CallingCallee, Self::Busy) => Reason::CalleeBusy,
            (State::CallingCallee, Self::NoAnswer) => Reason::CalleeNoAnswer,
            (State::CallingCallee, Self::Failure) => Reason::CalleeFailure,
            (State::CallingCallee, Self::Normal) => Reason::CallerAbandon,
            (State::Connected, Self::Normal) => Reason::HangUp,
            // Hung up before anybody answered: by whom, the cause does not say.
            _ => Reason::Other,
        }
    }
}

/// What an operator says of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum News {
    /// This is true of it now.
    Is(Status),
    /// It has ended, and this is what the network says.
    Ended {
        /// Why.
        cause: Cause,
        /// Seconds since the first party answered, 0 if nobody did. `None`
        /// where the operator does not say.
        answered_seconds: Option<u32>,
    },
}

impl From<Status> for News {
    fn from(status: Status) -> Self {
        Self::Is(status)
    }
}

impl From<Cause> for News {
    fn from(cause: Cause) -> Self {
        Self::Ended {
            cause,
            answered_seconds: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_end_it_was_follows_from_how_far_the_call_had_come() {
        use Cause::{Busy, Failure, NoAnswer, Normal, Unknown};
        let first = [
            (Busy, Reason::CallerBusy),
            (NoAnswer, Reason::CallerNoAnswer),
            (Failure, Reason::CallerFailure),
            (Normal, Reason::Other),
            (Unknown, Reason::Other),
        ];
        let second = [
            (Busy, Reason::CalleeBusy),
            (NoAnswer, Reason::CalleeNoAnswer),
            (Failure, Reason::CalleeFailure),
            (Normal, Reason::CallerAbandon),
            (Unknown, Reason::Other),
        ];
        let talking = [
            (Busy, Reason::Other),
            (NoAnswer, Reason::Other),
            (Failure, Reason::Other),
            (Normal, Reason::HangUp),
            (Unknown, Reason::Other),
        ];
        let all = [
            (State::Initiating, first),
            (State::CallingCaller, first),
            (State::CallingCallee, second),
            (State::Connected, talking),
        ];
        for (state, reasons) in all {
            for (cause, reason) in reasons {
                assert_eq!(cause.reason(state), reason, "{state} {cause}");
            }
        }
    }
}
