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
