//! Hanging up, and asking what became of a call.

use super::*;

#[test]
fn a_hang_up_counts_once_the_channel_is_gone() {
    let want = Want::HangUp(NAME.to_owned());
    let accepted = || (200, json!({"data": "hangup initiated"}));
    let there = || (200, json!({"data": {"call_id": NAME, "answered": true}}));
    let gone = || (404, json!({"data": [NAME]}));
    assert_eq!(outcome(&want, &[accepted(), gone()]), Outcome::HungUp(None));
    let late = [accepted(), there(), there(), gone()];
    assert_eq!(outcome(&want, &late), Outcome::HungUp(None));
    assert_eq!(outcome(&want, &[gone()]), Outcome::Gone);
    let still = [accepted(), there(), there(), there(), there()];
    let refused = Outcome::Refused(Failure::OperatorUnreadable);
    assert_eq!(outcome(&want, &still), refused);
}

#[test]
fn only_what_is_certain_is_said_of_a_call() {
    let want = ask();
    let channel = |answered: Value| (200, json!({"data": {"answered": answered}}));
    let is = |status: Status| Outcome::Is(status.into());
    assert_eq!(
        outcome(&want, &[channel(json!(false))]),
        is(Status::CallingCaller)
    );
    assert_eq!(
        outcome(&want, &[channel(json!(true))]),
        is(Status::CallingCallee)
    );
    assert_eq!(
        outcome(&want, &[channel(json!("true"))]),
        is(Status::CallingCallee)
    );
    for status in [404, 503] {
        let busy = json!({"call_id": NAME, "result": "error", "cause": "USER_BUSY "});
        let answers = [(status, json!({})), (200, json!({"data": [busy]}))];
        assert_eq!(outcome(&want, &answers), Outcome::Is(Cause::Busy.into()));
    }
    let down = outcome(&want, &[(503, json!({})), (503, json!({}))]);
    assert_eq!(
        down,
        Outcome::Refused(Failure::OperatorDown),
        "a store that is down is no end"
    );
}

/// The history knows nothing, or only that the first party has answered.
#[test]
fn the_detail_record_says_how_a_call_ended_of_which_nothing_else_does() {
    let last = |row: Value, record: (u16, Value)| {
        let history = (200, json!({"data": [row]}));
        let answers = [(404, json!({})), history, record];
        play(&ask(), warm(&place()), &answers)
    };
    let answered = || json!({"call_id": NAME, "result": "success"});
    let late = json!({"call_id": NAME, "result": "error", "cause": "timed out"});
    let another = json!({"call_id": "c2c-another", "result": "error", "cause": "USER_BUSY"});
    let record = |cause: &str, seconds: Value| {
        let data = json!({"call_id": NAME, "hangup_cause": cause, "billing_seconds": seconds});
        (200, json!({ "data": data }))
    };
    let unknown = Outcome::Is(Cause::Unknown.into());
    for (row, otherwise) in [
        (answered(), unknown),
        (late, Outcome::Gone),
        (another, Outcome::Gone),
    ] {
        for seconds in [json!("12"), json!(12)] {
            let known = last(row.clone(), record("USER_BUSY", seconds));
            let path = format!("GET accounts/A/cdrs/202611-{NAME}");
            assert_eq!(known.asked().last(), Some(&path));
            let ended = News::Ended {
                cause: Cause::Busy,
                answered_seconds: Some(12),
            };
            assert_eq!(known.outcome, Outcome::Is(ended));
        }
        let answered = u32::from(otherwise != Outcome::Gone);
        let ended = News::Ended {
            cause: Cause::NoAnswer,
            answered_seconds: Some(answered),
        };
        let at_once = last(row.clone(), record("NO_ANSWER", json!("0")));
        assert_eq!(at_once.outcome, Outcome::Is(ended));
        let strange = json!({"data": {"call_id": "c2c-another", "hangup_cause": "USER_BUSY"}});
        for nothing in [
            (404, json!({"data": {}})),
            (503, json!({})),
            (200, json!({"data": []})),
            (200, strange),
            (0, Value::Null),
        ] {
            assert_eq!(last(row.clone(), nothing).outcome, otherwise);
        }
    }
}
