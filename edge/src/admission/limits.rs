//! How much an account lets happen, and the windows in which it is counted.

use call::Millis;

use crate::document::{Flaw, Place};

/// Calls that one contact's number may get: the thresholds that Oracle
/// publishes for its click-to-call.
const PER_NUMBER: [Window; 3] = [
    Window {
        seconds: 15 * 60,
        most: 7,
    },
    Window {
        seconds: 60 * 60,
        most: 9,
    },
    Window {
        seconds: DAY_S,
        most: 15,
    },
];
/// Distinct numbers that anonymous visitors may have called from one address;
/// from the same source.
const PER_ADDRESS: [Window; 2] = [
    Window {
        seconds: 60 * 60,
        most: 3,
    },
    Window {
        seconds: DAY_S,
        most: 4,
    },
];
/// Calls at the same time: a team's phones, and no call centre's.
const SIMULTANEOUS: u64 = 50;
/// Calls per day: enough for any team's day, and few enough that a night of
/// abuse stays affordable.
const CALLS_PER_DAY: u64 = 1_000;
/// Minutes per day: calls of five minutes each.
const MINUTES_PER_DAY: u64 = 5_000;
/// What a document may ask for. What is counted in a window is kept in one
/// row, which has to stay small.
const MOST_IN_A_WINDOW: u64 = 1_000;
const MOST_SIMULTANEOUS: u64 = 5_000;
const MOST_PER_DAY: u64 = 10_000_000;
/// The longest window; nothing has to be remembered for longer.
pub const DAY_S: u64 = 86_400;
/// How finely a refusal says when to come back: finer would tell how the
/// limits are.
const RETRY_STEP_S: u64 = 15 * 60;

/// So much within so many seconds, at any time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Window {
    /// How far it looks back.
    pub seconds: u64,
    /// What may lie in it.
    pub most: u64,
}

/// An account's limits: the properties `calls_per_number`
/// (`{"per_15_minutes"?, "per_60_minutes"?, "per_24_hours"?}`),
/// `numbers_per_address` (`{"per_60_minutes"?, "per_24_hours"?}`),
/// `simultaneous_calls`, `calls_per_day` and `minutes_per_day` (UTC days).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Calls per contact's number.
    pub per_number: [Window; 3],
    /// Distinct numbers per address of anonymous visitors.
    pub per_address: [Window; 2],
    /// Active calls at the same time.
    pub simultaneous: u64,
    /// The spend breaker: calls of a day.
    pub calls_per_day: u64,
    /// The spend breaker: minutes of a day.
    pub minutes_per_day: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            per_number: PER_NUMBER,
            per_address: PER_ADDRESS,
            simultaneous: SIMULTANEOUS,
            calls_per_day: CALLS_PER_DAY,
            minutes_per_day: MINUTES_PER_DAY,
        }
    }
}

impl Limits {
    /// Reads the properties of an account's document.
    pub fn read(account: &Place<'_>) -> Result<Self, Flaw> {
        let mut limits = Self::default();
        let names = ["per_15_minutes", "per_60_minutes", "per_24_hours"];
        read_windows(account, "calls_per_number", &names, &mut limits.per_number)?;
        let names = ["per_60_minutes", "per_24_hours"];
        read_windows(
            account,
            "numbers_per_address",
            &names,
            &mut limits.per_address,
        )?;
        for (name, most, limit) in [
            (
                "simultaneous_calls",
                MOST_SIMULTANEOUS,
                &mut limits.simultaneous,
            ),
            ("calls_per_day", MOST_PER_DAY, &mut limits.calls_per_day),
            ("minutes_per_day", MOST_PER_DAY, &mut limits.minutes_per_day),
        ] {
            if let Some(place) = account.optional(name)? {
                *limit = place.whole_number_within(0, most)?;
            }
        }
        Ok(limits)
    }
}

fn read_windows(
    account: &Place<'_>,
    property: &str,
    names: &[&str],
    windows: &mut [Window],
) -> Result<(), Flaw> {
    let Some(place) = account.optional(property)? else {
        return Ok(());
    };
    place.only(names)?;
    for (name, window) in names.iter().zip(windows) {
        if let Some(most) = place.optional(name)? {
            window.most = most.whole_number_within(0, MOST_IN_A_WINDOW)?;
        }
    }
    Ok(())
}

impl Window {
    /// Whether what happened then still lies in it.
    #[must_use]
    pub fn holds(&self, at: Millis, now: Millis) -> bool {
        now.0.saturating_sub(at.0) < self.seconds * 1000
    }
}

/// Seconds until one more fits into all windows, after what happened at these
/// times (oldest first); rounded up, so that it tells little. `None`: it fits.
#[must_use]
pub fn wait_s(times: &[Millis], now: Millis, windows: &[Window]) -> Option<u64> {
    let wait = |window: &Window| {
        let within: Vec<_> = times.iter().filter(|at| window.holds(**at, now)).collect();
        let most = usize::try_from(window.most).unwrap_or(usize::MAX);
        let over = within.len().checked_sub(most)?;
        // One fits again when this one has left; where nothing fits, never.
        let left = within.get(over).map_or(window.seconds, |leaves| {
            window.seconds.saturating_sub(now.seconds_since(**leaves))
        });
        Some(left.max(1).next_multiple_of(RETRY_STEP_S).min(DAY_S))
    };
    windows.iter().filter_map(wait).max()
}

/// The calls that one number got lately, oldest first.
#[must_use]
pub fn remembered(mut times: Vec<Millis>, now: Millis, windows: &[Window]) -> Vec<Millis> {
    times.push(now);
    let enough = windows.iter().map(|window| window.most).max().unwrap_or(0);
    let too_many = times
        .len()
        .saturating_sub(usize::try_from(enough).unwrap_or(usize::MAX));
    times.drain(..too_many);
    times.retain(|at| windows.iter().any(|window| window.holds(*at, now)));
    times
}

/// Whether one more number may be called from an address, after these numbers
/// were, each with its latest call: seconds to wait if not. A number that is
/// among them is no further one.
#[must_use]
pub fn address_wait_s(
    called: &[(String, Millis)],
    number: &str,
    now: Millis,
    windows: &[Window],
) -> Option<u64> {
    let again = called.iter().find(|(known, _)| known == number);
    let times: Vec<Millis> = called.iter().map(|(_, at)| *at).collect();
    let new_in = |window: &&Window| again.is_none_or(|(_, at)| !window.holds(*at, now));
    let windows: Vec<Window> = windows.iter().filter(new_in).copied().collect();
    wait_s(&times, now, &windows)
}

/// The numbers that were called from an address, with this one, each with its
/// latest call, oldest first.
#[must_use]
pub fn address_remembered(
    mut called: Vec<(String, Millis)>,
    number: &str,
    now: Millis,
    windows: &[Window],
) -> Vec<(String, Millis)> {
    called.retain(|(known, at)| {
        known != number && windows.iter().any(|window| window.holds(*at, now))
    });
    called.push((number.to_owned(), now));
    let enough = windows.iter().map(|window| window.most).max().unwrap_or(0);
    let enough = usize::try_from(enough.max(1)).unwrap_or(usize::MAX);
    called.drain(..called.len().saturating_sub(enough));
    called
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const MINUTE: u64 = 60_000;

    fn minutes(times: &[u64]) -> Vec<Millis> {
        times.iter().map(|at| Millis(at * MINUTE)).collect()
    }

    /// Calls as often as possible, one try each minute, for so many minutes.
    fn admitted(windows: &[Window], tries: u64) -> Vec<u64> {
        let mut times = Vec::new();
        let mut admitted = Vec::new();
        for minute in 0..tries {
            let now = Millis(minute * MINUTE);
            if wait_s(&times, now, windows).is_none() {
                times = remembered(times, now, windows);
                admitted.push(minute);
            }
        }
        admitted
    }

    #[test]
    fn the_windows_slide_and_each_one_holds() {
        let admitted = admitted(&PER_NUMBER, 3 * 24 * 60);
        for window in PER_NUMBER {
            for begin in &admitted {
                let end = begin + window.seconds / 60;
                let within = admitted
                    .iter()
                    .filter(|at| (*begin..end).contains(*at))
                    .count();
                assert!(
                    u64::try_from(within).unwrap() <= window.most,
                    "{window:?} from {begin}"
                );
            }
        }
        assert_eq!(admitted[..9], [0, 1, 2, 3, 4, 5, 6, 15, 16]);
        // What was at 00:00 has left after an hour, at 24:00 after a day.
        assert_eq!(admitted[9], 60);
        assert_eq!(admitted[15], 24 * 60);
    }

    #[test]
    fn a_call_counts_to_the_last_millisecond_of_its_window() {
        let one = [Window {
            seconds: 60,
            most: 1,
        }];
        let times = [Millis(1_000)];
        assert_eq!(wait_s(&times, Millis(60_999), &one), Some(RETRY_STEP_S));
        assert_eq!(wait_s(&times, Millis(61_000), &one), None);
        // A clock that is behind gives nothing away.
        assert!(wait_s(&times, Millis(500), &one).is_some());
    }

    #[test]
    fn the_wait_is_told_in_steps_and_nothing_fits_into_nothing() {
        let now = Millis(20 * MINUTE);
        let window = [Window {
            seconds: 3_600,
            most: 2,
        }];
        assert_eq!(wait_s(&minutes(&[0, 19]), now, &window), Some(2_700));
        assert_eq!(wait_s(&minutes(&[0]), now, &window), None);
        assert_eq!(
            wait_s(
                &[],
                now,
                &[Window {
                    seconds: DAY_S,
                    most: 0
                }]
            ),
            Some(DAY_S)
        );
    }

    #[test]
    fn no_more_is_remembered_than_is_needed() {
        let mut times = Vec::new();
        for minute in 0..100 {
            times = remembered(times, Millis(minute * MINUTE), &PER_NUMBER);
        }
        assert_eq!(times, minutes(&(85..100).collect::<Vec<_>>()));
        assert_eq!(
            remembered(times, Millis(3 * DAY_S * 1000), &PER_NUMBER).len(),
            1
        );
    }

    #[test]
    fn a_number_that_was_called_before_is_no_further_one() {
        let mut called = Vec::new();
        for (minute, number) in [(0, "+1"), (1, "+2"), (2, "+3")] {
            let now = Millis(minute * MINUTE);
            assert_eq!(address_wait_s(&called, number, now, &PER_ADDRESS), None);
            called = address_remembered(called, number, now, &PER_ADDRESS);
        }
        let now = Millis(3 * MINUTE);
        assert_eq!(address_wait_s(&called, "+2", now, &PER_ADDRESS), None);
        assert_eq!(
            address_wait_s(&called, "+4", now, &PER_ADDRESS),
            Some(3_600)
        );
        // An hour later there is room for one more, and then for a day for none.
        let now = Millis(61 * MINUTE);
        assert_eq!(address_wait_s(&called, "+4", now, &PER_ADDRESS), None);
        called = address_remembered(called, "+4", now, &PER_ADDRESS);
        let now = Millis(125 * MINUTE);
        assert!(address_wait_s(&called, "+5", now, &PER_ADDRESS).is_some());
        assert_eq!(address_wait_s(&called, "+1", now, &PER_ADDRESS), None);
        // Whoever passes the captcha may call further ones, and the list stays short.
        called = address_remembered(called, "+5", now, &PER_ADDRESS);
        assert_eq!(called.len(), 4);
    }

    #[test]
    fn a_document_changes_what_it_names() {
        let document = json!({
            "calls_per_number": {"per_60_minutes": 2}, "numbers_per_address": {"per_24_hours": 9},
            "simultaneous_calls": 3, "minutes_per_day": 60, "name": "Acme",
        });
        let limits = Limits::read(&Place::whole(&document)).unwrap();
        assert_eq!(limits.per_number.map(|window| window.most), [7, 2, 15]);
        assert_eq!(limits.per_address.map(|window| window.most), [3, 9]);
        assert_eq!(
            (
                limits.simultaneous,
                limits.calls_per_day,
                limits.minutes_per_day
            ),
            (3, 1_000, 60)
        );
    }

    #[test]
    fn flaws_name_the_limit() {
        for (bad, path) in [
            (
                json!({"calls_per_number": {"per_hour": 2}}),
                "calls_per_number",
            ),
            (
                json!({"calls_per_number": {"per_24_hours": 1_001}}),
                "calls_per_number.per_24_hours",
            ),
            (json!({"simultaneous_calls": -1}), "simultaneous_calls"),
            (json!({"calls_per_day": "many"}), "calls_per_day"),
        ] {
            let flaw = Limits::read(&Place::whole(&bad)).unwrap_err();
            assert_eq!(flaw.path, path, "{flaw}");
        }
    }
}
