//! The clock and the dice of the runtime; everything else takes them as arguments.

use call::Millis;
use chrono::{DateTime, SecondsFormat};

/// Now, in milliseconds.
#[must_use]
pub fn now() -> Millis {
    Millis(worker::Date::now().as_millis())
}

/// RFC 3339 in UTC with milliseconds, as CAMARA's `DateTime`.
#[must_use]
pub fn rfc3339(at: Millis) -> String {
    let millis = i64::try_from(at.0).unwrap_or(i64::MAX);
    DateTime::from_timestamp_millis(millis)
        .unwrap_or_default()
        .to_rfc3339_opts(SecondsFormat::Millis, true)
}

/// Random bytes that nobody can guess.
pub fn random<const N: usize>() -> Result<[u8; N], getrandom::Error> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes)?;
    Ok(bytes)
}

/// A point in time as the platform's alarms want it.
#[must_use]
pub fn alarm_time(at: Millis) -> worker::ScheduledTime {
    #[expect(
        clippy::cast_precision_loss,
        reason = "milliseconds since 1970, far below 2^53"
    )]
    let millis = at.0 as f64;
    worker::ScheduledTime::new(js_sys::Date::new(&millis.into()))
}

/// Whether `at` is before a set alarm.
#[must_use]
pub fn is_before(at: Millis, alarm: i64) -> bool {
    i64::try_from(at.0).unwrap_or(i64::MAX) < alarm
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_spelled_as_camara_wants_them() {
        assert_eq!(
            rfc3339(Millis(1_512_410_877_000)),
            "2017-12-04T18:07:57.000Z"
        );
        assert_eq!(rfc3339(Millis(u64::MAX)), "1970-01-01T00:00:00.000Z");
    }
}
