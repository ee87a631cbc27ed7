//! The numbered log of what is known of one call.

use serde::{Deserialize, Serialize};

use crate::{Millis, News, State, Status};

/// Operators count whole seconds and leave off what is over: up to this much
/// belongs to a time of which they say the seconds.
const ROUNDED_OFF_MS: u64 = 900;

/// One applied event. What has a number has been told; what repeats has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Entry {
    /// Position in the log, from 1 without gaps.
    pub seq: u64,
    /// What became true.
    pub status: Status,
    /// When we learnt of it, by our own clock.
    pub at: Millis,
}

/// The state machine of a call:
/// `initiating -> callingCaller -> callingCallee -> connected -> ended`.
///
/// Events may skip states, repeat, arrive late or out of order. The state never
/// moves backwards, an end is final and told once, and whatever adds nothing
/// new changes nothing.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Log {
    opened: Entry,
    answered_at: Option<Millis>,
    connected_at: Option<Millis>,
    last: Entry,
}

impl Log {
    /// A call that has just been opened; its first entry is `initiating`.
    #[must_use]
    pub fn open(at: Millis) -> Self {
        let opened = Entry {
            seq: 1,
            status: Status::Initiating,
            at,
        };
        Self {
            opened,
            answered_at: None,
            connected_at: None,
            last: opened,
        }
    }

    /// Rebuilds a log from the entries that followed the first, in their order.
    #[must_use]
    pub fn replay(opened_at: Millis, entries: &[Entry]) -> Self {
        let mut log = Self::open(opened_at);
        for entry in entries {
            log.push(*entry);
        }
        log
    }

    /// Applies what somebody says of the call. `None`: nothing new, so nothing
    /// is to be stored or told.
    pub fn apply(&mut self, status: Status, now: Millis) -> Option<Entry> {
        if status.state().rank() <= self.state().rank() {
            return None;
        }
        let entry = Entry {
            seq: self.last.seq + 1,
            status: self.with_duration(status, now),
            at: now,
        };
        self.push(entry);
        Some(entry)
    }

    fn push(&mut self, entry: Entry) {
        match entry.status.state() {
            State::CallingCallee => self.answered_at = Some(entry.at),
            State::Connected => self.connected_at = Some(entry.at),
            _ => {}
        }
        self.last = entry;
    }

    /// What the news means for a call that has come as far as this one.
    #[must_use]
    pub fn meaning(&self, news: News) -> Status {
        match news {
            News::Is(status) => status,
            News::Ended {
                cause,
                answered_seconds,
            } => {
                // Whoever was paid for has answered, even if that was never told.
                let answered = answered_seconds.is_some_and(|seconds| seconds > 0);
                let state = match self.state() {
                    State::Initiating | State::CallingCaller if answered => State::CallingCallee,
                    state => state,
                };
                Status::Disconnected {
                    reason: cause.reason(state),
                    duration_seconds: answered_seconds.map(|seconds| self.connected_for(seconds)),
                    assumed: false,
                    recording: None,
                }
            }
        }
    }

    /// How long the two were connected, of the time since the first answered:
    /// what remains after the second phone has rung.
    fn connected_for(&self, answered_seconds: u32) -> u32 {
        let Some(connected_at) = self.connected_at else {
            return 0;
        };
        let rang_ms = self.answered_at.map_or(0, |answered_at| {
            connected_at.0.saturating_sub(answered_at.0)
        });
        let answered_ms = u64::from(answered_seconds) * 1000 + ROUNDED_OFF_MS;
        let connected_ms = answered_ms.saturating_sub(rang_ms);
        u32::try_from(connected_ms / 1000).unwrap_or(u32::MAX)
    }

    /// Fills in a duration that the operator left out from our own clock.
    fn with_duration(&self, status: Status, now: Millis) -> Status {
        match status {
            Status::Disconnected {
                reason,
                duration_seconds,
                assumed,
                recording,
            } => {
                let ours = self.connected_at.map_or(0, |at| now.seconds_since(at));
                let ours = u32::try_from(ours).unwrap_or(u32::MAX);
                Status::Disconnected {
                    reason,
                    duration_seconds: Some(duration_seconds.unwrap_or(ours)),
                    assumed,
                    recording,
                }
            }
            other => other,
        }
    }

    /// The latest entry.
    #[must_use]
    pub fn last(&self) -> Entry {
        self.last
    }

    /// The current state.
    #[must_use]
    pub fn state(&self) -> State {
        self.last.status.state()
    }

    /// Whether the two have ever been connected.
    #[must_use]
    pub fn was_connected(&self) -> bool {
        self.connected_at.is_some()
    }

    /// When the call was opened.
    #[must_use]
    pub fn opened_at(&self) -> Millis {
        self.opened.at
    }

    /// The first entry, which is always `initiating`.
    #[must_use]
    pub fn opened(&self) -> Entry {
        self.opened
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Cause, Failure, Reason, Recording};
    use proptest::prelude::{
        Just, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest,
    };

    fn any_status() -> impl Strategy<Value = Status> {
        prop_oneof![
            Just(Status::Initiating),
            Just(Status::CallingCaller),
            Just(Status::CallingCallee),
            Just(Status::Connected),
            (
                prop::sample::select(Reason::ALL),
                any::<Option<u32>>(),
                any::<bool>(),
                prop::option::of(prop::sample::select(Recording::ALL))
            )
                .prop_map(|(reason, duration_seconds, assumed, recording)| {
                    Status::Disconnected {
                        reason,
                        duration_seconds,
                        assumed,
                        recording,
                    }
                }),
            prop::sample::select(Failure::ALL).prop_map(|failure| Status::Failed { failure }),
        ]
    }

    proptest! {
        #[test]
        fn for_every_event_sequence_never_backwards_one_end_told_once(
            events in prop::collection::vec((any_status(), 0u64..100_000), 0..40)
        ) {
            let mut log = Log::open(Millis(0));
            let mut told = Vec::new();
            for (status, at) in events {
                let before = log.clone();
                match log.apply(status, Millis(at)) {
                    Some(entry) => told.push(entry),
                    None => prop_assert_eq!(&before, &log),
                }
            }
            let ranks: Vec<u8> = told.iter().map(|e| e.status.state().rank()).collect();
            prop_assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]));
            prop_assert!(told.iter().filter(|e| e.status.state().is_end()).count() <= 1);
            let seqs: Vec<u64> = told.iter().map(|e| e.seq).collect();
            let expected: Vec<u64> = (2..2 + told.len() as u64).collect();
            prop_assert_eq!(seqs, expected);
            prop_assert_eq!(Log::replay(Millis(0), &told), log);
        }

        #[test]
        fn telling_everything_twice_changes_nothing(
            events in prop::collection::vec(any_status(), 0..20)
        ) {
            let mut once = Log::open(Millis(0));
            let mut twice = Log::open(Millis(0));
            for status in events {
                once.apply(status, Millis(1000));
                twice.apply(status, Millis(1000));
                prop_assert_eq!(twice.apply(status, Millis(2000)), None);
            }
            prop_assert_eq!(once, twice);
        }
    }

    #[test]
    fn a_duration_nobody_told_is_taken_from_our_clock() {
        let mut log = Log::open(Millis(0));
        log.apply(Status::Connected, Millis(5_000));
        let end = log.apply(
            Status::ended(State::Disconnected, Some(Reason::HangUp), None),
            Millis(17_900),
        );
        let Some(Entry {
            status: Status::Disconnected {
                duration_seconds, ..
            },
            ..
        }) = end
        else {
            panic!("no end: {end:?}");
        };
        assert_eq!(duration_seconds, Some(12));
    }

    fn ended(cause: Cause, answered_seconds: u32) -> News {
        News::Ended {
            cause,
            answered_seconds: Some(answered_seconds),
        }
    }

    fn disconnected(reason: Reason, duration_seconds: u32) -> Status {
        Status::ended(State::Disconnected, Some(reason), Some(duration_seconds))
    }

    #[test]
    fn the_time_since_the_first_answered_is_not_the_time_the_two_were_connected() {
        let mut log = Log::open(Millis(0));
        log.apply(Status::CallingCaller, Millis(1_000));
        log.apply(Status::CallingCallee, Millis(10_000));
        assert_eq!(
            log.meaning(ended(Cause::NoAnswer, 30)),
            disconnected(Reason::CalleeNoAnswer, 0)
        );
        log.apply(Status::Connected, Millis(21_990));
        assert_eq!(
            log.meaning(ended(Cause::Normal, 42)),
            disconnected(Reason::HangUp, 30)
        );
    }

    #[test]
    fn an_answer_that_was_never_told_is_known_by_what_it_cost() {
        let mut log = Log::open(Millis(0));
        log.apply(Status::CallingCaller, Millis(1_000));
        assert_eq!(
            log.meaning(ended(Cause::Busy, 0)),
            disconnected(Reason::CallerBusy, 0)
        );
        assert_eq!(
            log.meaning(ended(Cause::Busy, 4)),
            disconnected(Reason::CalleeBusy, 0)
        );
    }

    #[test]
    fn a_call_that_never_connected_lasted_no_time() {
        let mut log = Log::open(Millis(0));
        let end = log.apply(
            Status::ended(State::Failed, Some(Reason::CallerBusy), None),
            Millis(9_000),
        );
        assert_eq!(
            end.map(|e| e.status),
            Some(Status::Disconnected {
                reason: Reason::CallerBusy,
                duration_seconds: Some(0),
                assumed: false,
                recording: None
            })
        );
    }

    #[test]
    fn a_late_event_after_the_end_changes_nothing() {
        let mut log = Log::open(Millis(0));
        assert!(
            log.apply(Status::ended(State::Disconnected, None, Some(3)), Millis(1))
                .is_some()
        );
        assert_eq!(log.apply(Status::Connected, Millis(2)), None);
        assert_eq!(
            log.apply(
                Status::Failed {
                    failure: Failure::OperatorDown
                },
                Millis(3)
            ),
            None
        );
    }
}
