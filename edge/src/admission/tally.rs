//! What an account has going on and has spent today: one row of its room,
//! written with every admission and every end.

use call::Millis;
use serde::{Deserialize, Serialize};

use super::limits::{DAY_S, Limits};

/// `throttle` counts calls per minute.
const THROTTLE_S: u64 = 60;
/// Seconds after which an admitted call that has no room never gets one: its
/// worker has died in between.
pub const OPENED_WITHIN_S: u64 = 30;
/// Leases that are looked at in one go.
const MOST_SUSPECTS: usize = 16;

/// See the module.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Tally {
    /// Days since 1970, UTC.
    day: u64,
    /// Calls admitted that day.
    placed: u64,
    /// Seconds talked in the calls that ended that day.
    talked_s: u64,
    /// Active calls.
    leases: Vec<Lease>,
    /// What buttons were used for lately.
    buttons: Vec<Used>,
    /// When and why the spend breaker tripped last.
    breaker: Option<Breaker>,
}

/// An admitted call, until its end is reported or the longest call is over.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Lease {
    /// The contact's number, or the pair where neither is taken alone.
    pub who: String,
    /// The two of the call; see [`pair`].
    #[serde(default)]
    pub pair: String,
    /// The call.
    pub call_id: String,
    /// When it was admitted.
    pub since: Millis,
    /// When it is over at the latest.
    pub until: Millis,
    /// Whether the call's room is known to be there, which reports the end.
    #[serde(default)]
    pub open: bool,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Used {
    button: String,
    today: u64,
    lately: Vec<Millis>,
}

/// The spend breaker's last trip.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Breaker {
    /// When it tripped.
    pub at: Millis,
    /// What was used up.
    pub spent: Spent,
}

/// What a day has a limit of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Spent {
    /// Its calls.
    Calls,
    /// Its minutes.
    Minutes,
}

impl Spent {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Calls => "calls",
            Self::Minutes => "minutes",
        }
    }
}

impl Tally {
    /// Forgets what is over: leases, the last minute, the last day.
    pub fn advance(&mut self, now: Millis) {
        let day = now.0 / (DAY_S * 1000);
        if self.day < day {
            (self.day, self.placed, self.talked_s) = (day, 0, 0);
            self.buttons.iter_mut().for_each(|used| used.today = 0);
        }
        self.leases.retain(|lease| lease.until > now);
        for used in &mut self.buttons {
            used.lately
                .retain(|at| now.0.saturating_sub(at.0) < THROTTLE_S * 1000);
        }
        self.buttons
            .retain(|used| used.today > 0 || !used.lately.is_empty());
    }

    /// The active call of this contact, or between these two.
    #[must_use]
    pub fn active(&self, who: &str, pair: &str) -> Option<&Lease> {
        let same = |lease: &&Lease| lease.who == who || lease.pair == pair;
        self.leases.iter().find(same)
    }

    /// How many calls are active.
    #[must_use]
    pub fn simultaneous(&self) -> u64 {
        u64::try_from(self.leases.len()).unwrap_or(u64::MAX)
    }

    /// Leases of which it is not known that there is a call, though it would
    /// have been opened by now.
    #[must_use]
    pub fn suspects(&self, now: Millis) -> Vec<Lease> {
        let old = |lease: &&Lease| now.seconds_since(lease.since) >= OPENED_WITHIN_S;
        let suspects = self.leases.iter().filter(|lease| !lease.open);
        suspects.filter(old).take(MOST_SUSPECTS).cloned().collect()
    }

    /// What of the day is used up.
    #[must_use]
    pub fn spent(&self, limits: &Limits, now: Millis) -> Option<Spent> {
        let talking = self
            .leases
            .iter()
            .map(|lease| now.seconds_since(lease.since));
        let seconds = self.talked_s + talking.sum::<u64>();
        if self.placed >= limits.calls_per_day {
            Some(Spent::Calls)
        } else if seconds >= limits.minutes_per_day * 60 {
            Some(Spent::Minutes)
        } else {
            None
        }
    }

    /// Calls through this button: of the last minute, and of the day.
    #[must_use]
    pub fn button(&self, button: &str) -> (u64, u64) {
        let used = self.buttons.iter().find(|used| used.button == button);
        used.map_or((0, 0), |used| {
            (
                u64::try_from(used.lately.len()).unwrap_or(u64::MAX),
                used.today,
            )
        })
    }

    /// Books an admitted call.
    pub fn book(&mut self, lease: Lease, button: Option<&str>) {
        if let Some(button) = button {
            let at = self.buttons.iter().position(|used| used.button == button);
            let at = at.unwrap_or_else(|| {
                self.buttons.push(Used {
                    button: button.to_owned(),
                    today: 0,
                    lately: Vec::new(),
                });
                self.buttons.len() - 1
            });
            if let Some(used) = self.buttons.get_mut(at) {
                used.today += 1;
                used.lately.push(lease.since);
            }
        }
        self.placed += 1;
        self.leases.push(lease);
    }

    /// Takes over a lease that was kept in another way.
    pub fn take_over(&mut self, lease: Lease) {
        self.leases.push(lease);
    }

    /// Takes over the calls of a day that were kept in another way.
    pub fn take_over_day(&mut self, day: u64, placed: u64) {
        (self.day, self.placed) = (day, placed);
    }

    /// The active call of one of these two, or of both.
    #[must_use]
    pub fn active_of(&self, one: &str, other: &str) -> Option<&Lease> {
        let pair = pair(one, other);
        let either = |lease: &&Lease| lease.who == one || lease.who == other || lease.pair == pair;
        self.leases.iter().find(either)
    }

    /// Ends a call that was talked for so long.
    pub fn end(&mut self, call_id: &str, talked_s: u64) {
        self.leases.retain(|lease| lease.call_id != call_id);
        self.talked_s += talked_s;
    }

    /// Notes what became of suspects: those that have a room, and those that
    /// stand for no call.
    pub fn looked(&mut self, open: &[String], void: &[String]) {
        self.leases.retain(|lease| !void.contains(&lease.call_id));
        for lease in &mut self.leases {
            lease.open |= open.contains(&lease.call_id);
        }
    }

    /// Notes that the spend breaker has tripped. True the first time of a day.
    pub fn trip(&mut self, spent: Spent, now: Millis) -> bool {
        let today = |at: Millis| at.0 / (DAY_S * 1000) == self.day;
        if self.breaker.is_some_and(|breaker| today(breaker.at)) {
            return false;
        }
        self.breaker = Some(Breaker { at: now, spent });
        true
    }

    /// When the spend breaker tripped last.
    #[must_use]
    pub fn breaker(&self) -> Option<Breaker> {
        self.breaker
    }
}

/// Two parties, whichever of them is rung first.
#[must_use]
pub fn pair(one: &str, other: &str) -> String {
    format!("{} {}", one.min(other), one.max(other))
}

#[cfg(test)]
mod tests;
