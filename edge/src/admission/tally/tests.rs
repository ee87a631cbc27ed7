use super::*;

const DAY: u64 = 86_400_000;

fn lease(who: &str, since: u64) -> Lease {
    Lease {
        who: who.to_owned(),
        pair: pair(who, "+9"),
        call_id: format!("c-{who}"),
        since: Millis(since),
        until: Millis(since + 15_000_000),
        open: false,
    }
}

#[test]
fn a_lease_is_active_until_its_end_or_its_time() {
    let mut tally = Tally::default();
    tally.book(lease("+1", 0), None);
    tally.book(lease("+2", 0), None);
    assert_eq!(tally.simultaneous(), 2);
    assert!(tally.active("+1", "").is_some() && tally.active("+3", "").is_none());
    tally.end("c-+1", 60);
    assert!(tally.active("+1", "").is_none());
    tally.advance(Millis(14_999_999));
    assert_eq!(tally.simultaneous(), 1);
    tally.advance(Millis(15_000_000));
    assert_eq!(tally.simultaneous(), 0);
}

#[test]
fn only_leases_that_nobody_has_seen_open_are_suspect() {
    let mut tally = Tally::default();
    for (who, since) in [("+1", 0), ("+2", 0), ("+3", 0), ("+4", 25_000)] {
        tally.book(lease(who, since), None);
    }
    assert!(tally.suspects(Millis(29_999)).is_empty());
    assert_eq!(tally.suspects(Millis(30_000)).len(), 3);
    tally.looked(&["c-+1".to_owned()], &["c-+2".to_owned()]);
    assert_eq!(tally.simultaneous(), 3);
    let suspects: Vec<_> = tally
        .suspects(Millis(40_000))
        .into_iter()
        .map(|lease| lease.who)
        .collect();
    assert_eq!(suspects, ["+3"]);
}

#[test]
fn the_breaker_counts_calls_and_minutes_of_the_day() {
    let limits = Limits {
        calls_per_day: 2,
        minutes_per_day: 10,
        ..Limits::default()
    };
    let mut tally = Tally::default();
    tally.advance(Millis(DAY));
    tally.book(lease("+1", DAY), None);
    assert_eq!(tally.spent(&limits, Millis(DAY)), None);
    // What is still being talked counts.
    assert_eq!(tally.spent(&limits, Millis(DAY + 599_999)), None);
    assert_eq!(
        tally.spent(&limits, Millis(DAY + 600_000)),
        Some(Spent::Minutes)
    );
    tally.end("c-+1", 30);
    assert_eq!(tally.spent(&limits, Millis(DAY + 600_000)), None);
    tally.book(lease("+2", DAY), None);
    assert_eq!(tally.spent(&limits, Millis(DAY)), Some(Spent::Calls));
    assert!(tally.trip(Spent::Calls, Millis(DAY)));
    assert!(!tally.trip(Spent::Calls, Millis(DAY + 1)));
    // At midnight it is whole again, and says when it tripped.
    tally.advance(Millis(2 * DAY));
    tally.end("c-+2", 0);
    assert_eq!(tally.spent(&limits, Millis(2 * DAY)), None);
    assert_eq!(tally.breaker().map(|breaker| breaker.at), Some(Millis(DAY)));
    assert!(tally.trip(Spent::Calls, Millis(2 * DAY)));
}

#[test]
fn a_button_is_counted_by_the_minute_and_by_the_day() {
    let mut tally = Tally::default();
    tally.advance(Millis(DAY));
    tally.book(lease("+1", DAY), Some("b"));
    tally.book(lease("+2", DAY + 30_000), Some("b"));
    tally.book(lease("+3", DAY), Some("other"));
    assert_eq!(tally.button("b"), (2, 2));
    tally.advance(Millis(DAY + 60_000));
    assert_eq!(tally.button("b"), (1, 2));
    tally.advance(Millis(2 * DAY));
    assert_eq!(tally.button("b"), (0, 0));
}

#[test]
fn it_survives_being_stored() {
    let mut tally = Tally::default();
    tally.book(lease("+1", 5), Some("b"));
    tally.trip(Spent::Minutes, Millis(7));
    let text = serde_json::to_string(&tally).unwrap();
    assert_eq!(serde_json::from_str::<Tally>(&text).unwrap(), tally);
}

#[test]
fn two_that_talk_are_taken_whoever_was_rung_first_and_however_it_was_asked() {
    let mut tally = Tally::default();
    tally.book(lease("+1", 0), None);
    let active = |who: &str, pair: &str| tally.active(who, pair).is_some();
    for pair in [pair("+1", "+9"), pair("+9", "+1")] {
        assert!(active(&pair, &pair) && active("+9", &pair));
    }
    let others = pair("+1", "+8");
    assert!(!active(&others, &others) && !active("+8", &others));
}
