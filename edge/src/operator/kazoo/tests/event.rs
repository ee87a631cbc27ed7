//! What the system tells.

use super::*;
use crate::operator::Event;

fn event(payload: &Value) -> Option<(String, Option<String>, News)> {
    match read_event(&payload.to_string()).unwrap() {
        Told::Event(event) => Some((event.name, event.call, event.news)),
        _ => None,
    }
}

fn of_form(form: &str) -> Event {
    match read_event(form) {
        Some(Told::Event(event)) => event,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_first_leg_speaks_for_the_call() {
    let event = |hook: &str| {
        event(&json!({
            "hook_event": hook, "call_id": NAME, "account_id": ACCOUNT,
            "custom_application_vars": {"c2d_call": "our-call", "contact": "442071838750"},
        }))
        .unwrap()
    };
    let ours = Some("our-call".to_owned());
    for (hook, status) in [
        ("channel_create", Status::CallingCaller),
        ("channel_answer", Status::CallingCallee),
        ("channel_bridge", Status::Connected),
    ] {
        assert_eq!(event(hook), (NAME.to_owned(), ours.clone(), status.into()));
    }
}

#[test]
fn an_end_carries_the_networks_cause_and_the_time_since_the_answer() {
    for seconds in [json!(42), json!("42")] {
        let destroyed = json!({
            "hook_event": "channel_destroy", "call_id": NAME,
            "hangup_cause": "NORMAL_CLEARING", "billing_seconds": seconds,
        });
        let news = News::Ended {
            cause: Cause::Normal,
            answered_seconds: Some(42),
        };
        assert_eq!(event(&destroyed), Some((NAME.to_owned(), None, news)));
    }
}

#[test]
fn other_legs_and_other_calls_are_not_taken_for_it() {
    let vars = json!({"c2d_call": "our-call"});
    for hook in [
        "channel_create",
        "channel_answer",
        "channel_destroy",
        "channel_hold",
    ] {
        for (own, other) in [("a1b2@10.0.0.1", NAME), ("a1b2", "c3d4")] {
            let event = event(&json!({
                "hook_event": hook, "call_id": own, "other_leg_call_id": other,
                "custom_application_vars": vars, "hangup_cause": "USER_BUSY",
            }));
            assert_eq!(event, None, "{hook} {own}");
        }
    }
    let bridged = json!({
        "hook_event": "channel_bridge", "call_id": "a1b2", "other_leg_call_id": NAME,
    });
    let connected = (NAME.to_owned(), None, Status::Connected.into());
    assert_eq!(event(&bridged), Some(connected));
    assert_eq!(
        event(&json!({"hook_event": "channel_bridge", "call_id": "a1b2"})),
        None
    );
    assert_eq!(event(&json!({})), None);
}

#[test]
fn a_form_is_read_as_well() {
    let form = format!(
        "hook_event=channel_destroy&&call_id={NAME}&caller_id_name=A+B%26&custom_application_vars%5Bc2d_call%5D=our-call&hangup_cause=USER_BUSY&billing_seconds=0&is_internal_leg=true"
    );
    let news = News::Ended {
        cause: Cause::Busy,
        answered_seconds: Some(0),
    };
    for form in [form.clone(), form.replace("%5B", "[").replace("%5D", "]")] {
        let event = of_form(&form);
        assert_eq!(event.call.as_deref(), Some("our-call"));
        assert_eq!((event.name.as_str(), event.news), (NAME, news));
    }
}

/// Kazoo 5, `"version": "v2"`: signed or not, as JSON or as a form.
#[test]
fn the_second_version_of_an_event_says_the_same() {
    let told = |news: News| Some((NAME.to_owned(), Some("our-call".to_owned()), news));
    let second = |name: &str| {
        json!({
            "action": "event", "name": name, "timestamp": 63_960_000_000_u64, "hmac": "c2ln",
            "data": {
                "call_id": NAME, "event_name": name, "hangup_cause": "NO_ANSWER",
                "billing_seconds": 7, "custom_application_vars": {"c2d_call": "our-call"},
            },
        })
    };
    for (name, status) in [
        ("CHANNEL_CREATE", Status::CallingCaller),
        ("CHANNEL_ANSWER", Status::CallingCallee),
        ("CHANNEL_BRIDGE", Status::Connected),
    ] {
        assert_eq!(event(&second(name)), told(status.into()));
    }
    let ended = News::Ended {
        cause: Cause::NoAnswer,
        answered_seconds: Some(7),
    };
    assert_eq!(event(&second("CHANNEL_DESTROY")), told(ended));
    assert_eq!(event(&second("CHANNEL_HOLD")), None);
    let form = format!(
        "action=event&name=CHANNEL_DESTROY&data%5Bcall_id%5D={NAME}&data[hangup_cause]=NO_ANSWER\
         &data[billing_seconds]=7&data[custom_application_vars][c2d_call]=our-call&timestamp=1"
    );
    let event = of_form(&form);
    assert_eq!((event.name.as_str(), event.news), (NAME, ended));
    assert_eq!(event.call.as_deref(), Some("our-call"));
}

#[test]
fn what_is_neither_json_nor_a_form_is_unreadable() {
    for body in ["", "hello", "{", "[]", "<html>"] {
        assert_eq!(read_event(body), None, "{body}");
    }
}
