//! A call from the click to its end, through every operator, as its events
//! tell it.

use stories::harness::events::{Events, Frame, states};
use stories::harness::visitor::{Placed, Visitor, key};

use crate::answers::assert_refused;
use crate::world::{Account, contact, world};

/// Both operators refuse the same calls.
const OPERATORS: [Account; 2] = [Account::Sandbox, Account::Camara];

/// Everything that was ever told of a call.
pub async fn whole_story(visitor: &Visitor, call: &Placed) -> Vec<Frame> {
    Events::open(visitor.events(call, Some(0)))
        .await
        .rest()
        .await
}

/// How a scripted call goes.
pub struct Course {
    /// The magic digits that choose it.
    pub ending: &'static str,
    /// The states that follow `initiating`.
    pub states: &'static [&'static str],
    pub reason: &'static str,
    pub seconds: u32,
}

const fn course(
    ending: &'static str,
    states: &'static [&'static str],
    reason: &'static str,
    seconds: u32,
) -> Course {
    Course {
        ending,
        states,
        reason,
        seconds,
    }
}

const NOT_TO_THE_SECOND: &[&str] = &["callingCaller", "disconnected"];
const NOT_CONNECTED: &[&str] = &["callingCaller", "callingCallee", "disconnected"];
const CONNECTED: &[&str] = &[
    "callingCaller",
    "callingCallee",
    "connected",
    "disconnected",
];
pub const ANSWERED: Course = course("0100", CONNECTED, "hangUp", 5);
pub const CALLER_BUSY: Course = course("0101", NOT_TO_THE_SECOND, "callerBusy", 0);
pub const CALLER_NO_ANSWER: Course = course("0102", NOT_TO_THE_SECOND, "callerNoAnswer", 0);
pub const CALLER_ABANDON: Course = course("0103", NOT_CONNECTED, "callerAbandon", 0);
pub const CALLEE_BUSY: Course = course("0104", NOT_CONNECTED, "calleeBusy", 0);
pub const CALLEE_NO_ANSWER: Course = course("0105", NOT_CONNECTED, "calleeNoAnswer", 0);
pub const CALLEE_FAILURE: Course = course("0106", NOT_CONNECTED, "calleeFailure", 0);
pub const CALLER_FAILURE: Course = course("0112", NOT_TO_THE_SECOND, "callerFailure", 0);

/// Plays a course through an account's operator: it is told in order, with its
/// reason and duration.
pub async fn assert_course(account: Account, course: &Course) {
    let Course {
        ending,
        states: expected,
        reason,
        seconds,
    } = *course;
    let visitor = world().await.visitor();
    let what = format!("{account:?} {ending}");
    let call = visitor.place(&account.button(), &contact(ending)).await;
    let frames = whole_story(&visitor, &call).await;
    let told = states(&frames);
    assert_eq!(told[0], "initiating", "{what}");
    assert_eq!(&told[1..], expected, "{what}");
    let ids: Vec<u64> = frames.iter().map(|frame| frame.id).collect();
    assert_eq!(ids, (1..=frames.len() as u64).collect::<Vec<_>>(), "{what}");
    let end = &frames.last().unwrap().data;
    assert_eq!(end["reason"], reason, "{what}");
    assert_eq!(end["durationSeconds"], seconds, "{what}");
    assert!(end.get("assumed").is_none(), "{what}: {end}");
    assert!(end["at"].is_string(), "{what}");
    for frame in &frames {
        assert_eq!(frame.data["callId"], call.id.as_str());
        let ended = frame.state() == "disconnected";
        for field in ["reason", "durationSeconds"] {
            assert_eq!(frame.data.get(field).is_some(), ended, "{what}: {field}");
        }
    }
    let known = visitor.read(&call).await;
    assert_eq!(known["status"], "disconnected", "{what}");
    assert_eq!(known["reason"], reason, "{what}");
    assert_eq!(known["durationSeconds"], seconds, "{what}");
}

/// Hangs up a connected call of an account's operator.
pub async fn assert_hung_up(account: Account) {
    let visitor = world().await.visitor();
    let call = visitor.place(&account.button(), &contact("0111")).await;
    let mut events = visitor.listen(&call).await;
    events.until("connected").await;
    let answer = visitor.hang_up(&call).await;
    assert_eq!(answer.status, 204, "{account:?}: {}", answer.body);
    let end = events.until("disconnected").await.pop().unwrap();
    assert_eq!(end.data["reason"], "hangUp", "{account:?}");
    assert!(end.data.get("assumed").is_none(), "{account:?}");
    let again = visitor.hang_up(&call).await;
    assert_refused(&again, 409, "ALREADY_EXISTS", "hanging up twice");
}

/// The operators beyond HTTP are told of in `conformance`.
#[tokio::test]
async fn every_course_of_the_sandbox_is_told_in_order_with_its_reason_and_duration() {
    for course in [
        ANSWERED,
        CALLER_BUSY,
        CALLER_NO_ANSWER,
        CALLER_ABANDON,
        CALLEE_BUSY,
        CALLEE_NO_ANSWER,
        CALLEE_FAILURE,
        CALLER_FAILURE,
    ] {
        assert_course(Account::Sandbox, &course).await;
    }
}

#[tokio::test]
async fn a_connected_call_of_the_sandbox_is_hung_up() {
    assert_hung_up(Account::Sandbox).await;
}

#[tokio::test]
async fn what_the_operator_refuses_is_told_with_a_stable_code_and_leaves_nothing_open() {
    let visitor = world().await.visitor();
    let refusals = [
        ("0107", 422, "CALLER_NOT_AVAILABLE"),
        ("0108", 422, "CALLEE_NOT_AVAILABLE"),
        ("0109", 422, "RECORDING_NOT_SUPPORTED"),
        ("0113", 503, "OPERATOR_UNAVAILABLE"),
    ];
    for account in OPERATORS {
        for (ending, status, code) in refusals {
            let contact = contact(ending);
            // Twice: a contact that stayed in a call would be a conflict.
            for time in ["first", "second"] {
                let dial = visitor.dial(&account.button(), &key(), &contact);
                let what = format!("{account:?} {ending} {time}");
                assert_refused(&dial.send().await, status, code, &what);
            }
        }
    }
}

#[tokio::test]
async fn the_answer_to_a_click_has_all_that_a_page_needs() {
    let visitor = world().await.visitor();
    let dial = visitor.dial(&Account::Sandbox.button(), &key(), &contact("0100"));
    let answer = dial.send().await;
    let body = answer.json();
    assert_eq!(answer.status, 201);
    assert_eq!(body["status"], "initiating");
    let id = body["callId"].as_str().unwrap();
    assert!(
        id.len() <= 256
            && id
                .bytes()
                .all(|b| b.is_ascii_alphanumeric() || b"._~:-".contains(&b))
    );
    assert!(body["createdAt"].as_str().unwrap().ends_with('Z'));
    let known = visitor.read(&Placed::read(&answer)).await;
    assert_eq!(known["callId"], id);
    assert_eq!(known["createdAt"], body["createdAt"]);
    let text = known.to_string();
    assert!(
        !text.contains("+49") && !text.contains("5550142"),
        "no numbers: {text}"
    );
}
