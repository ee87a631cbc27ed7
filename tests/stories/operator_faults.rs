//! An operator that misbehaves: the page still learns the truth, and no second
//! call is ever placed.

use std::time::Duration;

use call::{Number, Reason, State};
use stories::harness::events::{Frame, states};
use stories::harness::visitor::{Placed, key, key as new_key};
use stories::harness::wait::until;
use stories::lab::Fault;

use crate::answers::assert_refused;
use crate::course::whole_story;
use crate::world::{Account, World, contact, world};

const WHOLE: [&str; 5] = [
    "initiating",
    "callingCaller",
    "callingCallee",
    "connected",
    "disconnected",
];

async fn suffering(ending: &str, faults: &[Fault]) -> (&'static World, Number) {
    let (world, contact) = (world().await, contact(ending));
    for fault in faults {
        world.lab.fault(&contact, *fault);
    }
    (world, contact)
}

/// Plays the whole of the script with these faults.
async fn played(ending: &str, faults: &[Fault]) -> (&'static World, Number, Vec<Frame>) {
    let (world, contact) = suffering(ending, faults).await;
    let visitor = world.visitor();
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let frames = whole_story(&visitor, &call).await;
    assert_eq!(world.lab.placed(&contact), 1, "one call");
    (world, contact, frames)
}

#[tokio::test]
async fn a_slow_answer_is_waited_for() {
    let slow = Fault::SlowAnswer(Duration::from_secs(2));
    let (_, _, frames) = played("0100", &[slow]).await;
    assert_eq!(states(&frames), WHOLE);
}

#[tokio::test]
async fn an_event_that_comes_twice_is_told_once() {
    let (world, contact, frames) = played("0100", &[Fault::EventTwice]).await;
    assert_eq!(states(&frames), WHOLE);
    let line = world.lab.call_of(&contact).unwrap();
    until("every repetition was accepted", async || {
        (line.deliveries().len() == 8).then_some(())
    })
    .await;
    assert!(
        line.deliveries()
            .iter()
            .all(|delivery| delivery.status == 204)
    );
}

#[tokio::test]
async fn an_event_before_the_answer_is_not_lost() {
    let (_, _, frames) = played("0100", &[Fault::EventBeforeAnswer]).await;
    assert_eq!(states(&frames), WHOLE);
}

#[tokio::test]
async fn events_as_older_drafts_spell_them_and_unknown_ones_are_understood() {
    let (world, contact, frames) = played(
        "0100",
        &[
            Fault::StatusAsText,
            Fault::DurationAsNumber,
            Fault::UnknownEventsBetween,
        ],
    )
    .await;
    assert_eq!(states(&frames), WHOLE);
    let end = &frames.last().unwrap().data;
    assert_eq!(
        (&end["reason"], &end["durationSeconds"]),
        (&"hangUp".into(), &5.into())
    );
    let line = world.lab.call_of(&contact).unwrap();
    assert!(
        line.deliveries()
            .iter()
            .all(|delivery| delivery.status == 204)
    );
}

#[tokio::test]
async fn a_lost_event_in_the_middle_is_skipped() {
    let (_, _, frames) = played("0100", &[Fault::EventLost(State::CallingCallee)]).await;
    assert_eq!(
        states(&frames),
        ["initiating", "callingCaller", "connected", "disconnected"]
    );
}

#[tokio::test]
async fn a_lost_end_is_found_by_asking() {
    let (_, _, frames) = played("0100", &[Fault::EventLost(State::Disconnected)]).await;
    assert_eq!(states(&frames), WHOLE);
}

#[tokio::test]
async fn a_call_of_which_no_event_ever_comes_is_followed_by_asking() {
    let (world, contact) = suffering("0150", &[Fault::EventsLost]).await;
    world.lab.by_hand(&contact);
    let visitor = world.visitor();
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(State::Connected);
    visitor.until(&call, "connected").await;
    line.end(Reason::HangUp, 1);
    visitor.until(&call, "disconnected").await;
}

#[tokio::test]
async fn events_that_come_late_or_backwards_change_nothing() {
    let (world, contact) = suffering("0150", &[]).await;
    world.lab.by_hand(&contact);
    let visitor = world.visitor();
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(State::Connected);
    line.tell(State::CallingCallee);
    line.tell(State::CallingCaller);
    line.end(Reason::HangUp, 9);
    line.tell(State::Connected);
    line.end(Reason::CalleeBusy, 0);
    until("all six were accepted", async || {
        (line.deliveries().len() == 6).then_some(())
    })
    .await;
    assert!(
        line.deliveries()
            .iter()
            .all(|delivery| delivery.status == 204)
    );
    let frames = whole_story(&visitor, &call).await;
    assert_eq!(states(&frames), ["initiating", "connected", "disconnected"]);
    let end = &frames.last().unwrap().data;
    assert_eq!(
        (&end["reason"], &end["durationSeconds"]),
        (&"hangUp".into(), &9.into())
    );
}

#[tokio::test]
async fn a_call_that_the_operator_gives_up_without_a_reason_has_failed() {
    let (world, contact) = suffering("0150", &[]).await;
    world.lab.by_hand(&contact);
    let visitor = world.visitor();
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    world.lab.call_of(&contact).unwrap().tell(State::Failed);
    let end = visitor.follow(&call).await.pop().unwrap();
    assert_eq!(end.state(), "failed");
    assert_eq!(end.data["code"], "CALL_NOT_ESTABLISHED");
    assert!(end.data.get("reason").is_none() && end.data.get("durationSeconds").is_none());
}

#[tokio::test]
async fn an_operator_out_of_order_is_told_as_that_and_nothing_stays_open() {
    let (world, contact) = suffering("0150", &[Fault::ErrorAnswer(503)]).await;
    let visitor = world.visitor();
    for time in ["first", "second"] {
        let dial = visitor.dial(&Account::Camara.button(), &key(), &contact);
        assert_refused(&dial.send().await, 503, "OPERATOR_UNAVAILABLE", time);
    }
    assert_eq!(world.lab.placed(&contact), 2, "once per click");
}

#[tokio::test]
async fn what_only_the_enterprise_can_mend_is_not_told_to_the_browser() {
    let (world, contact) = suffering("0150", &[Fault::PermissionDenied]).await;
    let dial = world
        .visitor()
        .dial(&Account::Camara.button(), &key(), &contact);
    assert_refused(&dial.send().await, 503, "OPERATOR_UNAVAILABLE", "403");
}

/// Answers after which nobody knows whether a call was placed: the click gets
/// an honest error, and it stays one attempt.
#[tokio::test]
async fn an_answer_that_cannot_be_read_is_an_honest_error_and_one_attempt() {
    let faults = [
        (Fault::ErrorAnswer(500), &[502, 503]),
        (Fault::HtmlAnswer, &[502, 502]),
        (Fault::WrongShapeAnswer, &[502, 502]),
    ];
    for (fault, statuses) in faults {
        let (world, contact) = suffering("0150", &[fault]).await;
        let dial = world
            .visitor()
            .dial(&Account::Camara.button(), &key(), &contact);
        let answer = dial.send().await;
        assert!(
            statuses.contains(&answer.status),
            "{fault:?}: {}",
            answer.body
        );
        assert!(
            answer.code().starts_with("OPERATOR_"),
            "{fault:?}: {}",
            answer.body
        );
        assert_eq!(world.lab.placed(&contact), 1, "{fault:?}");
    }
}

#[tokio::test]
async fn a_lost_answer_does_not_lose_the_call() {
    let (world, contact) = suffering("0100", &[Fault::AnswerLost]).await;
    let (visitor, key) = (world.visitor(), key());
    let button = Account::Camara.button();
    // The first answer may be an error, since nobody knows yet; asking again
    // with the same key must find the call that the operator's events tell of.
    let first = visitor.dial(&button, &key, &contact).send().await;
    assert!([201, 502, 503].contains(&first.status), "{}", first.body);
    let call = Placed::read(&visitor.dial(&button, &key, &contact).send().await);
    let frames = visitor.follow(&call).await;
    assert_eq!(frames.last().unwrap().state(), "disconnected");
    assert_eq!(frames.last().unwrap().data["reason"], "hangUp");
    assert_eq!(world.lab.placed(&contact), 1, "never a second call");
}

#[tokio::test]
async fn a_call_of_which_nothing_is_heard_fails_honestly_and_frees_its_contact() {
    let (world, contact) = suffering("0150", &[Fault::AnswerLost]).await;
    world.lab.by_hand(&contact);
    let (visitor, key) = (world.visitor(), key());
    let button = Account::Camara.button();
    // The same key is the same failure, however often it is asked.
    for time in ["first", "again"] {
        let answer = visitor.dial(&button, &key, &contact).send().await;
        assert_refused(&answer, 503, "OPERATOR_UNAVAILABLE", time);
    }
    assert_eq!(world.lab.placed(&contact), 1, "never a second call");
    // Only a new click asks the operator anew.
    visitor.dial(&button, &new_key(), &contact).send().await;
    assert_eq!(world.lab.placed(&contact), 2);
}

#[tokio::test]
async fn a_call_that_was_given_up_and_rings_after_all_is_ended_at_the_operator() {
    let (world, contact) = suffering("0150", &[Fault::AnswerLost]).await;
    world.lab.by_hand(&contact);
    let visitor = world.visitor();
    let dial = visitor.dial(&Account::Camara.button(), &key(), &contact);
    assert_refused(&dial.send().await, 503, "OPERATOR_UNAVAILABLE", "given up");
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(State::CallingCaller);
    until("the operator is asked to end it", async || {
        line.state().is_end().then_some(())
    })
    .await;
}
