use chrono::{DateTime, NaiveDateTime};
use serde_json::json;

use super::*;

fn hours(value: &Value) -> Hours {
    Hours::read(&Place::whole(value)).unwrap()
}

fn office() -> Hours {
    let day = json!([["09:00", "12:30"], ["13:00", "17:00"]]);
    hours(&json!({
        "timeZone": "Europe/Berlin",
        "week": {"mon": day, "tue": day, "wed": day, "thu": day, "fri": [["09:00", "15:00"]]},
        "closed": ["2026-12-25"],
    }))
}

fn wall(text: &str) -> i64 {
    let at = NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").unwrap();
    at.and_utc().timestamp() / 60
}

fn at(text: &str) -> Millis {
    let at = DateTime::parse_from_rfc3339(text).unwrap();
    Millis(u64::try_from(at.timestamp_millis()).unwrap())
}

/// Berlin in 2026: UTC+2 from 29 March 01:00 UTC to 25 October 01:00 UTC.
fn berlin(now: Millis) -> Option<i64> {
    let summer = at("2026-03-29T01:00:00Z") <= now && now < at("2026-10-25T01:00:00Z");
    Some(minutes(now) + if summer { 120 } else { 60 })
}

fn opens(hours: &Hours, now: &str) -> Option<Millis> {
    hours.opens_at(at(now), &berlin)
}

#[test]
fn a_span_has_its_first_minute_and_not_its_last() {
    let office = office();
    for open in [
        "2026-11-23 09:00",
        "2026-11-23 12:29",
        "2026-11-23 13:00",
        "2026-11-27 14:59",
    ] {
        assert!(office.is_open_at(wall(open)), "{open}");
    }
    for closed in [
        "2026-11-23 08:59",
        "2026-11-23 12:30",
        "2026-11-23 17:00",
        "2026-11-27 15:00",
        "2026-11-28 10:00",
        "2026-11-29 10:00",
        "2026-12-25 10:00",
        "2026-11-23 00:00",
    ] {
        assert!(!office.is_open_at(wall(closed)), "{closed}");
    }
}

#[test]
fn a_span_over_midnight_belongs_to_the_day_on_which_it_begins() {
    let night = hours(&json!({
        "timeZone": "Europe/Berlin", "week": {"sun": [["22:00", "06:00"]], "wed": [["20:00", "00:00"]]},
        "closed": ["2026-11-29", "2026-12-07"],
    }));
    // 2026-11-22 is a Sunday.
    assert!(night.is_open_at(wall("2026-11-22 23:59")));
    assert!(night.is_open_at(wall("2026-11-23 00:00")));
    assert!(night.is_open_at(wall("2026-11-23 05:59")));
    assert!(!night.is_open_at(wall("2026-11-23 06:00")));
    assert!(night.is_open_at(wall("2026-11-25 23:59")));
    assert!(!night.is_open_at(wall("2026-11-26 00:00")));
    // What begins on a closed day does not reach into the next.
    assert!(!night.is_open_at(wall("2026-11-29 23:00")));
    assert!(!night.is_open_at(wall("2026-11-30 01:00")));
    // And what began before does not reach into a closed day.
    assert!(night.is_open_at(wall("2026-12-06 23:00")));
    assert!(!night.is_open_at(wall("2026-12-07 01:00")));
}

#[test]
fn a_whole_day_ends_at_24_00() {
    let always = json!([["00:00", "24:00"]]);
    let week: serde_json::Map<String, Value> = WEEK
        .iter()
        .map(|day| ((*day).to_owned(), always.clone()))
        .collect();
    let always = hours(&json!({"timeZone": "UTC", "week": week}));
    assert!(always.is_open_at(wall("2026-11-23 23:59")));
    assert!(always.is_open_at(wall("2026-11-24 00:00")));
    assert_eq!(opens(&always, "2026-11-24T00:00:00Z"), None);
}

#[test]
fn the_next_opening_is_the_next_span_of_this_or_a_later_day() {
    let office = office();
    for (now, next) in [
        ("2026-11-23T07:59:30+01:00", "2026-11-23T09:00:00+01:00"),
        ("2026-11-23T12:45:00+01:00", "2026-11-23T13:00:00+01:00"),
        ("2026-11-23T17:00:00+01:00", "2026-11-24T09:00:00+01:00"),
        ("2026-11-27T16:00:00+01:00", "2026-11-30T09:00:00+01:00"),
        // Over Christmas Day, a Friday, to Monday.
        ("2026-12-24T18:00:00+01:00", "2026-12-28T09:00:00+01:00"),
        // Over the weekend on which the clocks are put back.
        ("2026-10-23T16:00:00+02:00", "2026-10-26T09:00:00+01:00"),
        ("2026-03-27T16:00:00+01:00", "2026-03-30T09:00:00+02:00"),
    ] {
        assert_eq!(opens(&office, now), Some(at(next)), "{now}");
    }
    assert_eq!(opens(&office, "2026-11-23T10:00:00+01:00"), None);
}

#[test]
fn what_never_opens_has_no_next_opening() {
    let never = hours(&json!({"timeZone": "Europe/Berlin", "week": {}}));
    assert!(!never.is_open_at(wall("2026-11-23 10:00")));
    assert_eq!(opens(&never, "2026-11-23T10:00:00Z"), None);
    assert_eq!(
        office().opens_at(at("2026-11-23T01:00:00Z"), &|_| None),
        None
    );
}

#[test]
fn a_clock_put_forward_over_the_opening_opens_at_once() {
    let early = |from: &str, to: &str| {
        hours(
            &json!({"timeZone": "Europe/Berlin", "week": {"sun": [[from, to]], "mon": [["08:00", "09:00"]]}}),
        )
    };
    // At 02:00 it is 03:00: 02:30 never comes.
    let over = early("02:30", "05:00");
    assert_eq!(
        opens(&over, "2026-03-29T00:00:00Z"),
        Some(at("2026-03-29T01:00:00Z"))
    );
    // A span that lies wholly within the hour that is skipped is skipped.
    let within = early("02:10", "02:50");
    assert_eq!(
        opens(&within, "2026-03-29T00:00:00Z"),
        Some(at("2026-03-30T06:00:00Z"))
    );
    // One that begins right at the jump.
    let at_jump = early("03:00", "04:00");
    assert_eq!(
        opens(&at_jump, "2026-03-29T00:59:00Z"),
        Some(at("2026-03-29T01:00:00Z"))
    );
}

#[test]
fn a_clock_put_back_shows_an_hour_twice() {
    let night = hours(
        &json!({"timeZone": "Europe/Berlin", "week": {"sun": [["02:15", "02:45"], ["09:00", "10:00"]]}}),
    );
    let (first, second, morning) = (
        at("2026-10-25T00:15:00Z"),
        at("2026-10-25T01:15:00Z"),
        at("2026-10-25T08:00:00Z"),
    );
    assert_eq!(opens(&night, "2026-10-24T22:00:00Z"), Some(first));
    assert_eq!(opens(&night, "2026-10-25T00:50:00Z"), Some(second));
    assert_eq!(opens(&night, "2026-10-25T01:50:00Z"), Some(morning));
    // A span that was over shows again in its middle.
    let shift = hours(
        &json!({"timeZone": "Europe/Berlin", "week": {"sun": [["01:00", "02:30"], ["09:00", "10:00"]]}}),
    );
    assert_eq!(
        opens(&shift, "2026-10-25T00:40:00Z"),
        Some(at("2026-10-25T01:00:00Z"))
    );
}

#[test]
fn flaws_name_the_place() {
    let with = |week: Value| json!({"timeZone": "UTC", "week": week});
    for (bad, path) in [
        (with(json!({"mon": [["9:00", "17:00"]]})), "week.mon.0.0"),
        (with(json!({"mon": [["09:00", "24:01"]]})), "week.mon.0.1"),
        (with(json!({"mon": [["24:00", "01:00"]]})), "week.mon.0.0"),
        (with(json!({"mon": [["09:60", "10:00"]]})), "week.mon.0.0"),
        (with(json!({"mon": [["09:00", "09:00"]]})), "week.mon.0"),
        (with(json!({"mon": [["09:00"]]})), "week.mon.0"),
        (
            with(json!({"mon": vec![["09:00", "10:00"]; 9]})),
            "week.mon",
        ),
        (with(json!({"monday": []})), "week"),
        (json!({"week": {}}), "timeZone"),
        (json!({"timeZone": "UTC"}), "week"),
        (
            json!({"timeZone": "UTC", "week": {}, "closed": ["2026-02-29"]}),
            "closed.0",
        ),
        (
            json!({"timeZone": "UTC", "week": {}, "closed": ["25.12.2026"]}),
            "closed.0",
        ),
        (
            json!({"timeZone": "UTC", "week": {}, "closed": ["2026-12-25T00"]}),
            "closed.0",
        ),
        (json!({"timeZone": "UTC", "week": {}, "open": true}), ""),
    ] {
        let flaw = Hours::read(&Place::whole(&bad)).unwrap_err();
        assert_eq!(flaw.path, path, "{flaw}");
    }
}
