//! The request for a call, and how it can go wrong. No second call is ever placed.

use std::time::Duration;

use call::{Number, State};
use stories::harness::events::states;
use stories::harness::visitor::{Placed, key};
use stories::harness::wait::until;
use stories::lab::Fault;

use super::operator::{BY_HAND, Operator, WHOLE};
use crate::answers::assert_refused;
use crate::course::whole_story;
use crate::world::{EXTENSION, contact};

/// A slow answer is waited for.
pub async fn slow(operator: &Operator) {
    let slow = Fault::SlowAnswer(Duration::from_secs(2));
    let (_, frames) = operator.play("0100", &[slow]).await;
    assert_eq!(states(&frames), WHOLE);
}

pub async fn dials_the_right_two(operator: &Operator) {
    let extension = Number::parse(EXTENSION).unwrap();
    let (world, first) = operator.contact("0101", &[]).await;
    let (visitor, lab) = (world.visitor(), operator.lab(world));
    visitor.place(&operator.account.button(), &first).await;
    let line = lab.call_of(&first).unwrap();
    assert_eq!((line.caller(), line.callee()), (&first, &extension));
    let second = contact("0101");
    let button = operator.account.extension_first();
    visitor.place(&button, &second).await;
    let line = lab.call_of(&second).unwrap();
    assert_eq!((line.caller(), line.callee()), (&extension, &second));
}

/// What only the enterprise or nobody can mend is told to the page as one and
/// the same, and leaves nothing open: the second click is no conflict.
pub async fn refused(operator: &Operator) {
    for fault in [
        Fault::PermissionDenied,
        Fault::AccountSuspended,
        Fault::CredentialsRefused,
        Fault::ErrorAnswer(503),
    ] {
        let (world, contact) = operator.contact(BY_HAND, &[fault]).await;
        for time in ["first", "second"] {
            let button = operator.account.button();
            let dial = world.visitor().dial(&button, &key(), &contact);
            let what = format!("{fault:?} {time}");
            assert_refused(&dial.send().await, 503, "OPERATOR_UNAVAILABLE", &what);
        }
        assert!(operator.lab(world).call_of(&contact).is_none(), "{fault:?}");
    }
}

/// Answers after which nobody knows whether a call was placed: the click gets
/// an honest error, and it stays one attempt.
pub async fn unreadable(operator: &Operator) {
    let faults = [
        Fault::ErrorAnswer(500),
        Fault::HtmlAnswer,
        Fault::WrongShapeAnswer,
    ];
    let mut clicks = Vec::new();
    for fault in faults {
        let (world, contact) = operator.contact(BY_HAND, &[fault]).await;
        let button = operator.account.button();
        let dial = world.visitor().dial(&button, &key(), &contact);
        clicks.push((fault, contact, tokio::spawn(dial.send())));
    }
    for (fault, contact, click) in clicks {
        let answer = click.await.unwrap();
        let what = format!("{fault:?}: {}", answer.body);
        assert!([502, 503].contains(&answer.status), "{what}");
        assert!(answer.code().starts_with("OPERATOR_"), "{what}");
        let (world, _) = operator.contact(BY_HAND, &[]).await;
        assert_eq!(operator.lab(world).placed(&contact), 1, "{what}");
    }
}

/// The call whose answer was lost is found by what the operator tells of it.
pub async fn answer_lost(operator: &Operator) {
    let (world, contact) = operator.contact("0100", &[Fault::AnswerLost]).await;
    let (visitor, key) = (world.visitor(), key());
    let button = operator.account.button();
    // The first answer may be an error, since nobody knows yet; asking again
    // with the same key must find the call.
    let first = visitor.dial(&button, &key, &contact).send().await;
    assert!([201, 502, 503].contains(&first.status), "{}", first.body);
    let call = Placed::read(&visitor.dial(&button, &key, &contact).send().await);
    let frames = visitor.follow(&call).await;
    assert_eq!(frames.last().unwrap().state(), "disconnected");
    assert_eq!(frames.last().unwrap().data["reason"], "hangUp");
    assert_eq!(operator.lab(world).placed(&contact), 1);
}

/// A call of which nothing is ever heard fails honestly and frees its contact.
pub async fn nothing_heard(operator: &Operator) {
    let (world, contact) = operator.contact(BY_HAND, &[Fault::AnswerLost]).await;
    let (visitor, key, lab) = (world.visitor(), key(), operator.lab(world));
    lab.by_hand(&contact);
    let button = operator.account.button();
    // The same key is the same failure, however often it is asked.
    for time in ["first", "again"] {
        let answer = visitor.dial(&button, &key, &contact).send().await;
        assert_refused(&answer, 503, "OPERATOR_UNAVAILABLE", time);
    }
    assert_eq!(lab.placed(&contact), 1);
    // Only a new click asks the operator anew.
    let again = visitor.dial(&button, &stories::harness::visitor::key(), &contact);
    again.send().await;
    assert_eq!(lab.placed(&contact), 2);
}

/// A call that was given up and rings after all is ended at the operator.
pub async fn rings_after_all(operator: &Operator) {
    let (world, contact) = operator.contact(BY_HAND, &[Fault::AnswerLost]).await;
    operator.lab(world).by_hand(&contact);
    let button = operator.account.button();
    let dial = world.visitor().dial(&button, &key(), &contact);
    assert_refused(&dial.send().await, 503, "OPERATOR_UNAVAILABLE", "given up");
    let line = operator.lab(world).call_of(&contact).unwrap();
    line.tell(State::CallingCaller);
    until("the operator is asked to end it", async || {
        line.state().is_end().then_some(())
    })
    .await;
}

/// A click after one of which nobody knows what became of it: what the operator
/// tells of the second call is not taken for the first.
pub async fn again_after_a_doubt(operator: &Operator) {
    let faults = [Fault::ErrorAnswer(500)];
    let (world, contact) = operator.contact("0100", &faults).await;
    let (visitor, lab) = (world.visitor(), operator.lab(world));
    let button = operator.account.button();
    let dial = visitor.dial(&button, &key(), &contact);
    assert_refused(&dial.send().await, 503, "OPERATOR_UNAVAILABLE", "in doubt");
    lab.mend(&contact);
    lab.fault(&contact, Fault::EventBeforeAnswer);
    let call = visitor.place(&button, &contact).await;
    let frames = whole_story(&visitor, &call).await;
    assert_eq!(states(&frames), WHOLE);
}
