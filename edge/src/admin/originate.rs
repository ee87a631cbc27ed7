//! What `connect` answers: the request to the switch that Kazoo would have
//! made, as far as it is true here; and history items, in which Kazoo's clients
//! look what became of it. Pure.

use call::{Failure, Reason, State, Status};
use serde_json::{Value, json};

use crate::admission::Parties;

/// Seconds from the year 0, where Kazoo's clocks begin, to 1970.
const GREGORIAN: u64 = 62_167_219_200;

/// Seconds of Kazoo's calendar.
#[must_use]
pub fn gregorian(at: call::Millis) -> u64 {
    GREGORIAN + at.0 / 1000
}

/// The point in time of Kazoo's seconds.
#[must_use]
pub fn from_gregorian(seconds: u64) -> call::Millis {
    call::Millis(seconds.saturating_sub(GREGORIAN).saturating_mul(1000))
}

/// The answer to a `connect`. `parties`: only for whoever has shown a token;
/// to others the enterprise's number is none of their business.
#[must_use]
pub fn originated(call_id: &str, parties: Option<&Parties>, vars: &Value) -> Value {
    let mut answer = json!({
        "application_name": "transfer",
        "outbound_call_id": call_id,
        "origination_call_id": call_id,
        "dial_endpoint_method": "single",
        "continue_on_fail": true,
        "ignore_early_media": true,
        "custom_application_vars": vars,
    });
    if let (Some(parties), Some(answer)) = (parties, answer.as_object_mut()) {
        let (caller, callee) = (parties.caller.as_str(), parties.callee.as_str());
        answer.insert("application_data".into(), json!({ "route": callee }));
        let endpoint = json!([{ "invite_format": "loopback", "route": caller, "to_did": caller }]);
        answer.insert("endpoints".into(), endpoint);
    }
    answer
}

/// How a call went, in Kazoo's words: `result`, and `cause` where it went wrong.
/// `None`: it is still going on.
#[must_use]
pub fn result(status: Status) -> Option<(&'static str, Option<String>)> {
    match status {
        Status::Disconnected { reason, .. } => Some(match cause(reason) {
            None => ("success", None),
            Some(cause) => ("error", Some(cause.to_owned())),
        }),
        Status::Failed { failure } => Some(("error", Some(failed(failure)))),
        _ => None,
    }
}

/// The same of a state and a reason as they are stored.
#[must_use]
pub fn stored_result(state: &str, reason: Option<&str>) -> (&'static str, Option<String>) {
    if state == State::Failed.as_str() {
        let code = reason.and_then(|code| code.parse().ok()).map(failed);
        return (
            "error",
            Some(code.unwrap_or_else(|| "request failed".to_owned())),
        );
    }
    let cause = reason
        .and_then(|reason| reason.parse().ok())
        .and_then(cause);
    match cause {
        None => ("success", None),
        Some(cause) => ("error", Some(cause.to_owned())),
    }
}

/// FreeSWITCH's cause of an end, unless it is a success.
#[must_use]
pub fn cause(reason: Reason) -> Option<&'static str> {
    match reason {
        Reason::CallerBusy | Reason::CalleeBusy => Some("USER_BUSY"),
        Reason::CallerNoAnswer | Reason::CalleeNoAnswer => Some("NO_ANSWER"),
        Reason::CallerFailure | Reason::CalleeFailure => Some("NORMAL_TEMPORARY_FAILURE"),
        Reason::CallerAbandon | Reason::HangUp | Reason::Other => None,
    }
}

fn failed(failure: Failure) -> String {
    format!("request failed: {}", crate::error::public_code(failure))
}

#[cfg(test)]
mod tests {
    use super::*;
    use call::Millis;

    #[test]
    fn kazoos_clock_begins_in_the_year_0() {
        assert_eq!(gregorian(Millis(0)), 62_167_219_200);
        assert_eq!(from_gregorian(gregorian(Millis(5_000))), Millis(5_000));
        assert_eq!(from_gregorian(0), Millis(0));
    }

    #[test]
    fn a_stranger_is_not_told_who_is_rung() {
        let parties = Parties {
            caller: call::Party::parse("2600").unwrap(),
            callee: call::Party::parse("+14155550123").unwrap(),
        };
        let told = originated("c1", Some(&parties), &json!({}));
        assert_eq!(told["application_data"]["route"], "+14155550123");
        assert_eq!(told["endpoints"][0]["to_did"], "2600");
        let told = originated("c1", None, &json!({})).to_string();
        assert!(told.contains("c1") && !told.contains("2600"), "{told}");
    }

    #[test]
    fn an_end_has_kazoos_words() {
        let disconnected = |reason| Status::Disconnected {
            reason,
            duration_seconds: Some(0),
            assumed: false,
            recording: None,
        };
        assert_eq!(
            result(disconnected(Reason::HangUp)),
            Some(("success", None))
        );
        assert_eq!(
            result(disconnected(Reason::CalleeBusy)),
            Some(("error", Some("USER_BUSY".to_owned())))
        );
        assert_eq!(result(Status::Connected), None);
        let failure = Failure::OperatorSilent;
        let (word, cause) = result(Status::Failed { failure }).unwrap();
        assert_eq!(word, "error");
        assert!(cause.unwrap().starts_with("request failed: "));
    }
}
