//! The states and reasons of a call (CAMARA Click to Dial, `CallStatus` and
//! `DisconnectionReason`).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use crate::Failure;

/// A word that is none of the enumeration's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("unknown word")]
pub struct UnknownWord;

/// Declares an enumeration whose values have one spelling on the wire.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident { $($(#[$variant_doc:meta])* $variant:ident = $word:literal,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name { $($(#[$variant_doc])* $variant,)+ }

        impl $name {
            /// Every value, in the document's order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The spelling on the wire.
            #[must_use]
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word),+ }
            }
        }

        // By hand, since what is derived is three times the code for the same words.
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let word = <String as serde::Deserialize>::deserialize(deserializer)?;
                word.parse().map_err(serde::de::Error::custom)
            }
        }

        impl FromStr for $name {
            type Err = UnknownWord;
            fn from_str(word: &str) -> Result<Self, UnknownWord> {
                match word { $($word => Ok(Self::$variant),)+ _ => Err(UnknownWord) }
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.as_str())
            }
        }
    };
}
pub(crate) use words;

words! {
    /// Where a call is in its life (CAMARA `CallStatus`).
    State {
        /// Created; no phone rings yet.
        Initiating = "initiating",
        /// The first party's phone is being called.
        CallingCaller = "callingCaller",
        /// The first party has answered; the second party's phone is being called.
        CallingCallee = "callingCallee",
        /// Both have answered and can talk.
        Connected = "connected",
        /// Ended, for a known reason or after it was connected.
        Disconnected = "disconnected",
        /// Never came about: refused, unreachable or timed out.
        Failed = "failed",
    }
}

words! {
    /// Why a call was disconnected (CAMARA `DisconnectionReason`).
    Reason {
        /// A party, or whoever placed the call, hung up.
        HangUp = "hangUp",
        /// The first party's line was busy.
        CallerBusy = "callerBusy",
        /// The first party did not pick up.
        CallerNoAnswer = "callerNoAnswer",
        /// The first party could not be reached.
        CallerFailure = "callerFailure",
        /// The first party gave up before the second answered.
        CallerAbandon = "callerAbandon",
        /// The second party's line was busy.
        CalleeBusy = "calleeBusy",
        /// The second party did not pick up.
        CalleeNoAnswer = "calleeNoAnswer",
        /// The second party could not be reached.
        CalleeFailure = "calleeFailure",
        /// Anything else.
        Other = "other",
    }
}

words! {
    /// What became of the recording of a call (CAMARA `RecordingResult`).
    Recording {
        /// There is one.
        Success = "success",
        /// There was nothing to record.
        NoRecord = "noRecord",
        /// It went wrong.
        Fail = "fail",
    }
}

impl State {
    /// How far along the call is. A call never goes to a lower or equal rank,
    /// and both ways of having ended share the highest.
    #[must_use]
    pub fn rank(self) -> u8 {
        match self {
            Self::Initiating => 0,
            Self::CallingCaller => 1,
            Self::CallingCallee => 2,
            Self::Connected => 3,
            Self::Disconnected | Self::Failed => 4,
        }
    }

    /// Whether nothing can follow.
    #[must_use]
    pub fn is_end(self) -> bool {
        matches!(self, Self::Disconnected | Self::Failed)
    }
}

/// A state with what belongs to it. `reason` and the duration exist exactly
/// when disconnected, as CAMARA demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Status {
    /// See [`State::Initiating`].
    Initiating,
    /// See [`State::CallingCaller`].
    CallingCaller,
    /// See [`State::CallingCallee`].
    CallingCallee,
    /// See [`State::Connected`].
    Connected,
    /// See [`State::Disconnected`].
    #[serde(rename_all = "camelCase")]
    Disconnected {
        /// Why it ended.
        reason: Reason,
        /// How long the two were connected, in seconds; 0 if they never were.
        /// `None` where the operator did not say: the log then takes its own clock.
        duration_seconds: Option<u32>,
        /// True where the end was never told and is concluded from silence.
        assumed: bool,
        /// What became of the recording, where one was wanted.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        recording: Option<Recording>,
    },
    /// See [`State::Failed`].
    Failed {
        /// What went wrong.
        failure: Failure,
    },
}

impl Status {
    /// The bare state.
    #[must_use]
    pub fn state(self) -> State {
        match self {
            Self::Initiating => State::Initiating,
            Self::CallingCaller => State::CallingCaller,
            Self::CallingCallee => State::CallingCallee,
            Self::Connected => State::Connected,
            Self::Disconnected { .. } => State::Disconnected,
            Self::Failed { .. } => State::Failed,
        }
    }

    /// An end as an operator tells it. With a known reason it is always
    /// `disconnected`, even where the operator says `failed`; a failure without
    /// one is `failed`.
    #[must_use]
    pub fn ended(state: State, reason: Option<Reason>, duration_seconds: Option<u32>) -> Self {
        match (state, reason) {
            (State::Failed, None) => Self::Failed {
                failure: Failure::NotEstablished,
            },
            (_, reason) => Self::Disconnected {
                reason: reason.unwrap_or(Reason::Other),
                duration_seconds,
                assumed: false,
                recording: None,
            },
        }
    }

    /// The same end with what became of the recording; only an end has one.
    #[must_use]
    pub fn with_recording(mut self, result: Option<Recording>) -> Self {
        if let Self::Disconnected { recording, .. } = &mut self {
            *recording = result;
        }
        self
    }

    /// An end that nobody told us of.
    #[must_use]
    pub fn assumed_end(reason: Reason) -> Self {
        Self::Disconnected {
            reason,
            duration_seconds: None,
            assumed: true,
            recording: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_reads_back() {
        for state in State::ALL {
            assert_eq!(state.as_str().parse(), Ok(*state));
            assert_eq!(serde_json::to_value(state).unwrap(), state.as_str());
        }
        for reason in Reason::ALL {
            assert_eq!(reason.as_str().parse(), Ok(*reason));
        }
        for recording in Recording::ALL {
            assert_eq!(recording.as_str().parse(), Ok(*recording));
        }
        assert_eq!("Connected".parse::<State>(), Err(UnknownWord));
    }

    #[test]
    fn a_known_reason_is_a_disconnection_even_when_told_as_failed() {
        let status = Status::ended(State::Failed, Some(Reason::CalleeBusy), None);
        assert_eq!(status.state(), State::Disconnected);
        assert_eq!(
            Status::ended(State::Failed, None, None).state(),
            State::Failed
        );
    }
}
