//! What to do about a call that has gone quiet.
//!
//! Operators lose webhooks and processes die. A call that nobody speaks of is
//! looked at again and again, the operator is asked where it can be asked, and
//! at the latest when a limit is over the call gets an honest end.

use serde::{Deserialize, Serialize};

use crate::{Failure, Log, Millis, Reason, State, Status};

/// Seconds from opening until an operator that never named the call, nor sent
/// an event of it, is given up. Placing runs for at most 25 s.
pub const PLACE_LIMIT_S: u64 = 30;
/// Seconds from opening until both must have answered. Two phones that ring a
/// minute each, and the operator's own pauses, fit twice.
pub const SETUP_LIMIT_S: u64 = 300;
/// Seconds without news, while phones ring, until a call is given up whose
/// operator cannot be asked: twice what phones ring before a mailbox answers.
pub const UNASKED_RINGING_LIMIT_S: u64 = 120;
/// Seconds a call may be connected. Longer than meetings last, shorter than
/// the day that a call nobody ended would otherwise cost.
pub const LONGEST_CALL_S: u64 = 4 * 3600;
/// Seconds of silence, while phones ring, until the operator is asked: longer
/// than most phones ring.
pub const RINGING_SILENCE_S: u64 = 45;
/// Seconds of silence, while connected, until the operator is asked.
pub const TALKING_SILENCE_S: u64 = 300;
/// Seconds until the operator is asked about a hang-up it has accepted.
pub const HANG_UP_SILENCE_S: u64 = 8;
/// Seconds from an accepted hang-up until the call is taken to be over.
pub const HANG_UP_LIMIT_S: u64 = 60;

/// What the watch knows of a call, besides its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watched {
    /// The operator has told us its name for the call.
    pub bound: bool,
    /// When the operator accepted a hang-up.
    pub hung_up_at: Option<Millis>,
    /// Whether this operator can be asked at all.
    pub can_ask: bool,
    /// Seconds of silence until the operator is asked, where the deployment
    /// sets one instead of the limits above.
    pub silence_s: Option<u64>,
}

/// What to do now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing is due.
    Wait,
    /// Ask the operator what became of the call.
    Ask,
    /// Conclude that this is what became of it.
    Conclude(Status),
}

/// A look at a call: what to do now, and when to look again. `None`: it has
/// ended and needs no watch.
#[must_use]
pub fn look(log: &Log, watched: Watched, now: Millis) -> Option<(Action, Millis)> {
    if log.state().is_end() {
        return None;
    }
    let (limit, conclusion) = limit(log, watched);
    if now >= limit {
        return Some((Action::Conclude(conclusion), limit));
    }
    let ask_at = quiet_since(log, watched).plus_seconds(silence(log.state(), watched));
    if !watched.can_ask || !watched.bound {
        return Some((Action::Wait, limit));
    }
    if now >= ask_at {
        let again = now.plus_seconds(silence(log.state(), watched));
        return Some((Action::Ask, again.min(limit)));
    }
    Some((Action::Wait, ask_at.min(limit)))
}

/// The last time anything happened to the call.
fn quiet_since(log: &Log, watched: Watched) -> Millis {
    log.last().at.max(watched.hung_up_at.unwrap_or_default())
}

fn silence(state: State, watched: Watched) -> u64 {
    let limit = match (watched.hung_up_at, state) {
        (Some(_), _) => HANG_UP_SILENCE_S,
        (None, State::Connected) => TALKING_SILENCE_S,
        _ => RINGING_SILENCE_S,
    };
    watched.silence_s.unwrap_or(limit)
}

/// When the call is given up at the latest, and what is then true.
fn limit(log: &Log, watched: Watched) -> (Millis, Status) {
    let opened = log.opened_at();
    let heard = log.state() != State::Initiating;
    let silent = Status::Failed {
        failure: Failure::OperatorSilent,
    };
    let by_state = match log.state() {
        State::Initiating if !watched.bound => (opened.plus_seconds(PLACE_LIMIT_S), silent),
        State::Connected => (
            log.last().at.plus_seconds(LONGEST_CALL_S),
            Status::assumed_end(Reason::Other),
        ),
        _ if !watched.can_ask => (log.last().at.plus_seconds(UNASKED_RINGING_LIMIT_S), silent),
        _ => (opened.plus_seconds(SETUP_LIMIT_S), silent),
    };
    match watched.hung_up_at {
        Some(at) if watched.bound || heard => {
            let hung_up = (
                at.plus_seconds(HANG_UP_LIMIT_S),
                Status::assumed_end(Reason::HangUp),
            );
            if hung_up.0 < by_state.0 {
                hung_up
            } else {
                by_state
            }
        }
        _ => by_state,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{any, prop_assert, proptest};

    const BOUND: Watched = Watched {
        bound: true,
        hung_up_at: None,
        can_ask: true,
        silence_s: None,
    };

    fn at(seconds: u64) -> Millis {
        Millis(0).plus_seconds(seconds)
    }

    #[test]
    fn an_operator_that_never_answers_is_given_up() {
        let log = Log::open(at(0));
        let unbound = Watched {
            bound: false,
            ..BOUND
        };
        assert_eq!(
            look(&log, unbound, at(10)),
            Some((Action::Wait, at(PLACE_LIMIT_S)))
        );
        let failed = Status::Failed {
            failure: Failure::OperatorSilent,
        };
        let look = look(&log, unbound, at(PLACE_LIMIT_S)).map(|(action, _)| action);
        assert_eq!(look, Some(Action::Conclude(failed)));
    }

    #[test]
    fn a_quiet_call_is_asked_about_again_and_again() {
        let mut log = Log::open(at(0));
        log.apply(Status::CallingCaller, at(2));
        let due = 2 + RINGING_SILENCE_S;
        assert_eq!(look(&log, BOUND, at(3)), Some((Action::Wait, at(due))));
        assert_eq!(
            look(&log, BOUND, at(due)),
            Some((Action::Ask, at(due + RINGING_SILENCE_S)))
        );
    }

    #[test]
    fn an_operator_that_cannot_be_asked_is_given_two_minutes_of_ringing() {
        let mut log = Log::open(at(0));
        log.apply(Status::CallingCallee, at(50));
        let mute = Watched {
            can_ask: false,
            ..BOUND
        };
        let due = at(50 + UNASKED_RINGING_LIMIT_S);
        assert_eq!(look(&log, mute, at(60)), Some((Action::Wait, due)));
        let failed = Status::Failed {
            failure: Failure::OperatorSilent,
        };
        assert_eq!(look(&log, mute, due), Some((Action::Conclude(failed), due)));
    }

    #[test]
    fn a_hang_up_that_nobody_confirms_ends_the_call_as_assumed() {
        let mut log = Log::open(at(0));
        log.apply(Status::Connected, at(2));
        let hung_up = Watched {
            hung_up_at: Some(at(10)),
            ..BOUND
        };
        assert_eq!(
            look(&log, hung_up, at(10 + HANG_UP_SILENCE_S)).map(|(action, _)| action),
            Some(Action::Ask)
        );
        assert_eq!(
            look(&log, hung_up, at(10 + HANG_UP_LIMIT_S)).map(|(action, _)| action),
            Some(Action::Conclude(Status::assumed_end(Reason::HangUp)))
        );
    }

    #[test]
    fn a_connected_call_that_is_never_ended_is_assumed_to_have_ended() {
        let mut log = Log::open(at(0));
        log.apply(Status::Connected, at(2));
        let cannot_ask = Watched {
            can_ask: false,
            ..BOUND
        };
        assert_eq!(
            look(&log, cannot_ask, at(2 + LONGEST_CALL_S)).map(|(action, _)| action),
            Some(Action::Conclude(Status::assumed_end(Reason::Other)))
        );
    }

    proptest! {
        #[test]
        fn every_open_call_has_a_next_look_and_always_ends(
            bound: bool, can_ask: bool, steps in 0u8..4,
            hung_up in any::<Option<u8>>(), silence_s in any::<Option<u8>>(),
        ) {
            let mut log = Log::open(at(0));
            for status in [Status::CallingCaller, Status::CallingCallee, Status::Connected]
                .into_iter().take(steps.into())
            {
                log.apply(status, at(1));
            }
            let watched = Watched {
                bound,
                can_ask,
                hung_up_at: hung_up.map(|s| at(s.into())),
                silence_s: silence_s.map(|s| u64::from(s) + 1),
            };
            let mut now = at(1);
            for _ in 0..100_000 {
                let Some((action, next)) = look(&log, watched, now) else { break };
                if let Action::Conclude(status) = action {
                    prop_assert!(log.apply(status, now).is_some());
                } else {
                    prop_assert!(next > now);
                    now = next;
                }
            }
            prop_assert!(log.state().is_end());
        }
    }
}
