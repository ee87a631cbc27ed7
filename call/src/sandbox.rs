//! The built-in sandbox: calls that ring no real phone and follow a script.
//!
//! The last four digits of a number choose the script, the callee's first. A
//! number that chooses none is answered and stays connected for half a minute.

use serde::{Deserialize, Serialize};

use crate::{Failure, Reason, State, Status};

/// A scripted course of a call.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Script {
    /// Answered by both; ends by itself after five seconds.
    AnsweredBriefly,
    /// The caller's line is busy.
    CallerBusy,
    /// The caller does not pick up.
    CallerNoAnswer,
    /// The caller picks up and gives up while the callee rings.
    CallerAbandons,
    /// The callee's line is busy.
    CalleeBusy,
    /// The callee does not pick up.
    CalleeNoAnswer,
    /// The callee cannot be reached.
    CalleeFailure,
    /// The operator refuses at once: caller not available.
    RefusesCaller,
    /// The operator refuses at once: callee not available.
    RefusesCallee,
    /// The operator refuses at once: recording not supported.
    RefusesRecording,
    /// Everything takes long; then as answered.
    Slow,
    /// Connected for an hour unless somebody hangs up.
    Long,
    /// The caller cannot be reached.
    CallerFailure,
    /// The operator cannot be reached.
    OperatorDown,
    /// Answered by both; ends by itself after thirty seconds.
    Answered,
}

/// The magic numbers: last four digits, script, and what it plays in words.
pub const MAGIC: &[(&str, Script, &str)] = &[
    (
        "0100",
        Script::AnsweredBriefly,
        "Answered, ends by itself after a few seconds",
    ),
    ("0101", Script::CallerBusy, "The first phone is busy"),
    (
        "0102",
        Script::CallerNoAnswer,
        "The first phone is not picked up",
    ),
    (
        "0103",
        Script::CallerAbandons,
        "The first party gives up while the second phone rings",
    ),
    ("0104", Script::CalleeBusy, "The second phone is busy"),
    (
        "0105",
        Script::CalleeNoAnswer,
        "The second phone is not picked up",
    ),
    (
        "0106",
        Script::CalleeFailure,
        "The second phone cannot be reached",
    ),
    (
        "0107",
        Script::RefusesCaller,
        "The operator refuses: the first party is not available",
    ),
    (
        "0108",
        Script::RefusesCallee,
        "The operator refuses: the second party is not available",
    ),
    (
        "0109",
        Script::RefusesRecording,
        "The operator refuses: recording is not supported",
    ),
    ("0110", Script::Slow, "Everything takes long"),
    (
        "0111",
        Script::Long,
        "A call of one hour, for trying to hang up",
    ),
    (
        "0112",
        Script::CallerFailure,
        "The first phone cannot be reached",
    ),
    (
        "0113",
        Script::OperatorDown,
        "The operator cannot be reached",
    ),
];

/// How many of a number's last digits choose a script.
const MAGIC_DIGITS: usize = 4;

/// One step of a script.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Step {
    /// Milliseconds after the step before, at time scale 1.
    pub after_ms: u64,
    /// What becomes true then.
    pub status: Status,
}

const fn step(after_ms: u64, status: Status) -> Step {
    Step { after_ms, status }
}

const fn end(after_ms: u64, reason: Reason, duration: u32) -> Step {
    step(
        after_ms,
        Status::Disconnected {
            reason,
            duration_seconds: Some(duration),
            assumed: false,
            recording: None,
        },
    )
}

/// How long the first phone takes to start ringing.
const RING: Step = step(800, Status::CallingCaller);
/// The first phone is picked up after three seconds and the second starts ringing.
const PICKED_UP: Step = step(3_000, Status::CallingCallee);
/// The second phone is picked up after three seconds.
const TALK: Step = step(3_000, Status::Connected);

impl Script {
    /// The script for a call between the two, as they are dialled.
    #[must_use]
    pub fn choose(caller: &str, callee: &str) -> Self {
        [callee, caller]
            .into_iter()
            .find_map(magic)
            .unwrap_or(Self::Answered)
    }

    /// What the sandbox answers to the request to place the call.
    pub fn answer(self) -> Result<(), Failure> {
        match self {
            Self::RefusesCaller => Err(Failure::CallerUnavailable),
            Self::RefusesCallee => Err(Failure::CalleeUnavailable),
            Self::RefusesRecording => Err(Failure::RecordingUnsupported),
            Self::OperatorDown => Err(Failure::OperatorDown),
            _ => Ok(()),
        }
    }

    /// The steps, in order. Empty where the operator refuses.
    #[must_use]
    pub fn steps(self) -> Vec<Step> {
        match self {
            Self::AnsweredBriefly => vec![RING, PICKED_UP, TALK, end(5_000, Reason::HangUp, 5)],
            Self::Answered => vec![RING, PICKED_UP, TALK, end(30_000, Reason::HangUp, 30)],
            Self::Long => vec![RING, PICKED_UP, TALK, end(3_600_000, Reason::HangUp, 3_600)],
            Self::Slow => vec![
                step(8_000, Status::CallingCaller),
                step(15_000, Status::CallingCallee),
                step(15_000, Status::Connected),
                end(30_000, Reason::HangUp, 30),
            ],
            Self::CallerBusy => vec![RING, end(2_000, Reason::CallerBusy, 0)],
            Self::CallerNoAnswer => vec![RING, end(10_000, Reason::CallerNoAnswer, 0)],
            Self::CallerFailure => vec![RING, end(1_000, Reason::CallerFailure, 0)],
            Self::CallerAbandons => vec![RING, PICKED_UP, end(2_000, Reason::CallerAbandon, 0)],
            Self::CalleeBusy => vec![RING, PICKED_UP, end(2_000, Reason::CalleeBusy, 0)],
            Self::CalleeNoAnswer => vec![RING, PICKED_UP, end(10_000, Reason::CalleeNoAnswer, 0)],
            Self::CalleeFailure => vec![RING, PICKED_UP, end(1_000, Reason::CalleeFailure, 0)],
            Self::RefusesCaller
            | Self::RefusesCallee
            | Self::RefusesRecording
            | Self::OperatorDown => vec![],
        }
    }

    /// The step that follows `state`, if the script goes on from there.
    #[must_use]
    pub fn after(self, state: State) -> Option<Step> {
        self.steps()
            .into_iter()
            .find(|step| step.status.state().rank() > state.rank())
    }
}

fn magic(digits: &str) -> Option<Script> {
    let last = digits.get(digits.len().checked_sub(MAGIC_DIGITS)?..)?;
    MAGIC
        .iter()
        .find(|(ending, ..)| *ending == last)
        .map(|(_, script, _)| *script)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Log, Millis};

    fn number(last_four: &str) -> String {
        format!("1202555{last_four}")
    }

    #[test]
    fn the_callees_magic_goes_before_the_callers() {
        assert_eq!(
            Script::choose(&number("0101"), &number("0104")),
            Script::CalleeBusy
        );
        assert_eq!(
            Script::choose(&number("0101"), &number("0199")),
            Script::CallerBusy
        );
        assert_eq!(
            Script::choose(&number("0198"), &number("0199")),
            Script::Answered
        );
    }

    #[test]
    fn every_script_is_refused_or_plays_forward_to_one_end() {
        for (ending, script, _) in MAGIC {
            let steps = script.steps();
            assert_eq!(steps.is_empty(), script.answer().is_err(), "{ending}");
            let mut log = Log::open(Millis(0));
            for step in &steps {
                assert_eq!(script.after(log.state()), Some(*step), "{ending}");
                assert!(log.apply(step.status, Millis(0)).is_some(), "{ending}");
            }
            assert_eq!(log.state().is_end(), !steps.is_empty(), "{ending}");
            assert_eq!(script.after(State::Disconnected), None);
        }
    }
}
