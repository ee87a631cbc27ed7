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
mod tests;
