//! When something that could not be delivered is tried again, and when it is
//! given up.

use call::Millis;
use serde::{Deserialize, Serialize};

/// No pause is longer than this, in seconds.
const LONGEST_PAUSE_S: u64 = 3_600;
/// Seconds after which an event is given up: whoever has not listened for a
/// day asks for the call instead.
const LIFE_S: u64 = 86_400;

/// How far a sink has been told.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pace {
    /// The latest event that it has taken.
    pub told: u64,
    /// How often the next one was tried in vain.
    pub tries: u32,
    /// When it may be tried next.
    pub at: Millis,
    /// It is not tried any more.
    pub given_up: bool,
}

/// What became of one attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trial {
    /// The sink has taken it.
    Taken,
    /// Not now; perhaps later.
    Failed,
    /// Never: the sink is gone, or its token has expired.
    Hopeless,
}

/// What follows an attempt in vain to tell an event of `since`. `first_s`: the
/// first pause; each is twice the one before.
#[must_use]
pub fn after_failure(pace: Pace, since: Millis, first_s: u64, now: Millis) -> Pace {
    let tries = pace.tries.saturating_add(1);
    let factor = 1_u64.checked_shl(pace.tries).unwrap_or(u64::MAX);
    let pause = first_s.saturating_mul(factor).min(LONGEST_PAUSE_S);
    Pace {
        tries,
        at: now.plus_seconds(pause),
        given_up: now.seconds_since(since) >= LIFE_S,
        ..pace
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_an_hour_and_end_after_a_day() {
        let (mut pace, mut now, mut pauses) = (Pace::default(), Millis(0), Vec::new());
        while !pace.given_up {
            pace = after_failure(pace, Millis(0), 5, now);
            pauses.push(pace.at.seconds_since(now));
            now = pace.at;
        }
        assert_eq!(pauses[..4], [5, 10, 20, 40]);
        assert!(pauses.is_sorted() && pauses.iter().all(|pause| *pause <= 3_600));
        assert!((86_400..86_400 + 3_600 * 2).contains(&now.seconds_since(Millis(0))));
        let many = after_failure(
            Pace {
                tries: u32::MAX,
                ..pace
            },
            now,
            u64::MAX,
            now,
        );
        assert_eq!(many.at.seconds_since(now), 3_600);
    }
}
