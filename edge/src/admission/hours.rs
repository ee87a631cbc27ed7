//! When a button is open: decided on the wall clock of its time zone.

use call::Millis;
use chrono::{Datelike, NaiveDate};
use serde_json::Value;

use crate::document::{Flaw, Place};

/// Minutes of a day.
const DAY: i64 = 24 * 60;
/// Milliseconds of a minute.
const MINUTE_MS: i64 = 60_000;
/// Days of a week, as the document names them.
const WEEK: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
/// Most spans of a day: an enterprise has a lunch break, not a timetable.
const MOST_SPANS: usize = 8;
/// Most closed days: a year of them.
const MOST_CLOSED: usize = 366;
/// Days in which the next opening is looked for: past the longest list of
/// closed days, and a week.
const DAYS_AHEAD: i64 = 374;
/// The longest name of a time zone.
const LONGEST_ZONE: usize = 64;
/// No clock was ever put back or forward by more (minutes, a whole day at the
/// date line).
const LARGEST_CHANGE: i64 = DAY;

/// The wall clock of a place: minutes since 1970-01-01 00:00, as that clock
/// counts them. `None`: the place's time zone is unknown.
pub type WallClock<'a> = &'a dyn Fn(Millis) -> Option<i64>;

/// The property `hours` of a button: `{"timeZone": "Europe/Berlin",
/// "week": {"mon": [["09:00", "17:00"]], …}, "closed"?: ["2026-12-25"]}`.
///
/// A span whose end is not after its beginning goes on into the next day;
/// `24:00` is a day's end. On a closed day (by the wall clock) nothing is open,
/// and nothing that begins on it reaches into the next day.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hours {
    /// IANA name of the time zone.
    pub time_zone: String,
    /// Minutes from each day's beginning to begin and end, Monday first.
    week: [Vec<(i64, i64)>; 7],
    /// Days since 1970-01-01.
    closed: Vec<i64>,
    /// As it was written, for the public view.
    public: Value,
}

impl Hours {
    /// Reads the property. Whether there is such a time zone, the runtime has
    /// to be asked.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        place.only(&["timeZone", "week", "closed"])?;
        let time_zone = place.field("timeZone")?;
        let week = place.field("week")?;
        week.only(&WEEK)?;
        let mut spans: [Vec<(i64, i64)>; 7] = Default::default();
        for (spans, day) in spans.iter_mut().zip(WEEK) {
            if let Some(day) = week.optional(day)? {
                *spans = bounded(&day, MOST_SPANS)?
                    .iter()
                    .map(read_span)
                    .collect::<Result<_, _>>()?;
            }
        }
        let closed = place.optional("closed")?;
        let closed = closed.map_or(Ok(Vec::new()), |closed| bounded(&closed, MOST_CLOSED))?;
        Ok(Self {
            time_zone: time_zone.text_up_to(LONGEST_ZONE)?.to_owned(),
            week: spans,
            closed: closed.iter().map(read_date).collect::<Result<_, _>>()?,
            public: place.value().clone(),
        })
    }

    /// As pages learn it.
    #[must_use]
    pub fn public(&self) -> &Value {
        &self.public
    }

    /// Whether it is open at this minute of the wall clock.
    #[must_use]
    pub fn is_open_at(&self, wall: i64) -> bool {
        let (day, minute) = (wall.div_euclid(DAY), wall.rem_euclid(DAY));
        if self.is_closed(day) {
            return false;
        }
        let within = |(from, to): &(i64, i64), minute: i64| *from <= minute && minute < *to;
        let today = self.spans(day).iter().any(|span| within(span, minute));
        let yesterday = || {
            self.spans(day - 1)
                .iter()
                .any(|span| within(span, minute + DAY))
        };
        today || (!self.is_closed(day - 1) && yesterday())
    }

    /// The next time that it opens, if it is closed now and ever opens.
    #[must_use]
    pub fn opens_at(&self, now: Millis, clock: WallClock<'_>) -> Option<Millis> {
        let wall = clock(now)?;
        if self.is_open_at(wall) {
            return None;
        }
        let put_back = self.opened_by_a_clock_put_back(now, wall, clock);
        let today = wall.div_euclid(DAY);
        let beginnings = (today - 1..today + DAYS_AHEAD).flat_map(|day| {
            let mut beginnings: Vec<i64> = self.spans(day).iter().map(|(from, _)| *from).collect();
            // What yesterday began goes on at midnight, where yesterday counts and its evening did not.
            beginnings.push(0);
            beginnings.sort_unstable();
            beginnings.into_iter().map(move |from| day * DAY + from)
        });
        let regular = beginnings
            // What a clock put back may show again is not over yet.
            .filter(|begin| *begin > wall - LARGEST_CHANGE && self.is_open_at(*begin))
            .find_map(|begin| self.first_open(begin, now, clock));
        match (put_back, regular) {
            (Some(one), Some(other)) => Some(if one < other { one } else { other }),
            (one, other) => one.or(other),
        }
    }

    /// When a clock that is about to be put back shows open hours again.
    fn opened_by_a_clock_put_back(
        &self,
        now: Millis,
        wall: i64,
        clock: WallClock<'_>,
    ) -> Option<Millis> {
        let later = after(now, 3 * 60);
        if clock(later)? - wall >= 3 * 60 {
            return None;
        }
        let offset = |at: Millis| Some(clock(at)? - minutes(at));
        let before = offset(now)?;
        let change = first_minute(now, later, &|at| offset(at) != Some(before))?;
        self.is_open_at(clock(change)?).then_some(change)
    }

    /// The first instant after `now` at which the clock shows `begin`, or has
    /// jumped over it, and it is open.
    fn first_open(&self, begin: i64, now: Millis, clock: WallClock<'_>) -> Option<Millis> {
        let offset = |minutes: i64| Some(clock(instant(minutes))? - minutes);
        let early = instant(begin - offset(begin - LARGEST_CHANGE)?);
        let late = instant(begin - offset(begin + LARGEST_CHANGE)?);
        let shows = |at: &Millis| clock(*at) == Some(begin);
        if !shows(&early) && !shows(&late) {
            // The clock is put forward over it.
            let (from, to) = if late < early {
                (late, early)
            } else {
                (early, late)
            };
            let jump = first_minute(from, to, &|at| clock(at) >= Some(begin))?;
            return (jump > now && self.is_open_at(clock(jump)?)).then_some(jump);
        }
        let mut both = [early, late];
        both.sort_unstable();
        both.into_iter().find(|at| *at > now && shows(at))
    }

    fn is_closed(&self, day: i64) -> bool {
        self.closed.contains(&day)
    }

    fn spans(&self, day: i64) -> &[(i64, i64)] {
        // 1970-01-01 was a Thursday.
        let weekday = usize::try_from((day + 3).rem_euclid(7)).unwrap_or_default();
        self.week.get(weekday).map_or(&[], Vec::as_slice)
    }
}

/// The first minute in (`from`, `to`] at which `is` holds, if it does so at `to`
/// and from some minute on.
fn first_minute(from: Millis, to: Millis, is: &dyn Fn(Millis) -> bool) -> Option<Millis> {
    let (mut no, mut yes) = (minutes(from), minutes(to));
    if !is(instant(yes)) {
        return None;
    }
    while yes - no > 1 {
        let middle = no.midpoint(yes);
        if is(instant(middle)) {
            yes = middle;
        } else {
            no = middle;
        }
    }
    Some(instant(yes))
}

fn minutes(at: Millis) -> i64 {
    i64::try_from(at.0).unwrap_or(i64::MAX) / MINUTE_MS
}

fn instant(minutes: i64) -> Millis {
    Millis(u64::try_from(minutes.saturating_mul(MINUTE_MS)).unwrap_or_default())
}

fn after(at: Millis, more: i64) -> Millis {
    instant(minutes(at) + more)
}

fn bounded<'a>(place: &Place<'a>, most: usize) -> Result<Vec<Place<'a>>, Flaw> {
    let list = place.list()?;
    if list.len() > most {
        let message = format!("must not have more than {most} entries");
        return Err(place.breaks("maxItems", &message));
    }
    Ok(list)
}

fn read_span(place: &Place<'_>) -> Result<(i64, i64), Flaw> {
    let list = place.list()?;
    let [from, to] = list.as_slice() else {
        return Err(place.wrong("is not a pair such as [\"09:00\", \"17:00\"]"));
    };
    let begin = read_time(from)?;
    let end = read_time(to)?;
    if begin == DAY {
        return Err(from.wrong("is a day's end and begins nothing"));
    }
    if begin == end {
        return Err(place.wrong("ends where it begins; a whole day is 00:00 to 24:00"));
    }
    Ok((begin, if end < begin { end + DAY } else { end }))
}

fn read_time(place: &Place<'_>) -> Result<i64, Flaw> {
    let wrong = || place.wrong("is not a time such as 09:00, from 00:00 to 24:00");
    let text = place.text()?;
    let (hour, minute) = text.split_once(':').ok_or_else(wrong)?;
    let two_digits = |part: &str| {
        let digits = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| part.parse::<i64>().ok())?
    };
    match (two_digits(hour), two_digits(minute)) {
        (Some(hour @ 0..=23), Some(minute @ 0..=59)) => Ok(hour * 60 + minute),
        (Some(24), Some(0)) => Ok(DAY),
        _ => Err(wrong()),
    }
}

fn read_date(place: &Place<'_>) -> Result<i64, Flaw> {
    let wrong = || place.wrong("is not a date such as 2026-12-25");
    let text = place.text()?;
    let mut parts = text.split('-');
    let mut part = |digits: usize| {
        let part = parts.next()?;
        let fits = part.len() == digits && part.bytes().all(|b| b.is_ascii_digit());
        fits.then(|| part.parse::<u32>().ok())?
    };
    let (year, month, day) = (part(4), part(2), part(2));
    let (Some(year), Some(month), Some(day), None) = (year, month, day, parts.next()) else {
        return Err(wrong());
    };
    days_since_1970((year, month, day)).ok_or_else(wrong)
}

fn days_since_1970((year, month, day): (u32, u32, u32)) -> Option<i64> {
    let date = NaiveDate::from_ymd_opt(i32::try_from(year).ok()?, month, day)?;
    Some(i64::from(date.num_days_from_ce()) - DAYS_BEFORE_1970)
}

/// What a wall clock shows, as [`WallClock`] counts it.
#[must_use]
pub fn wall_minutes(date: (u32, u32, u32), hour: u32, minute: u32) -> Option<i64> {
    Some(days_since_1970(date)? * DAY + i64::from(hour) * 60 + i64::from(minute))
}

/// Days from 0001-01-01, which chrono counts from as day 1, to 1970-01-01.
const DAYS_BEFORE_1970: i64 = 719_163;

#[cfg(test)]
mod tests;
