//! What an operator tells, and how it can go wrong on the way.

use call::{Reason, State};
use stories::harness::events::states;
use stories::harness::wait::until;
use stories::lab::Fault;

use super::operator::{Operator, WHOLE};
use crate::course::whole_story;

/// Somebody who is not the operator changes nothing.
pub async fn forged(operator: &Operator) {
    let (world, call, line) = operator.call_by_hand(&[]).await;
    line.forge();
    until("the forgery is answered", async || {
        (!line.deliveries().is_empty()).then_some(())
    })
    .await;
    for delivery in line.deliveries() {
        assert_eq!(delivery.status, 401, "{delivery:?}");
    }
    let known = world.visitor().read(&call).await;
    assert_eq!(known["status"], "initiating");
    line.end(Reason::HangUp, 0);
}

/// What nobody understands is taken and ignored.
pub async fn unknown_status(operator: &Operator) {
    let faults = [Fault::UnknownEventsBetween];
    let (line, frames) = operator.play("0100", &faults).await;
    assert_eq!(states(&frames), WHOLE);
    operator.until_taken(&line, WHOLE.len() - 1).await;
}

/// An event that is there before the operator's answer is not lost.
pub async fn early(operator: &Operator) {
    let (line, frames) = operator.play("0100", &[Fault::EventBeforeAnswer]).await;
    assert_eq!(states(&frames), WHOLE);
    operator.until_taken(&line, WHOLE.len() - 1).await;
}

/// An event that comes twice is told once.
pub async fn repeated(operator: &Operator) {
    let (line, frames) = operator.play("0100", &[Fault::EventTwice]).await;
    assert_eq!(states(&frames), WHOLE);
    operator.until_taken(&line, 2 * (WHOLE.len() - 1)).await;
}

/// Events that come late or backwards change nothing.
pub async fn reordered(operator: &Operator) {
    let (world, call, line) = operator.call_by_hand(&[]).await;
    line.tell(State::Connected);
    line.tell(State::CallingCallee);
    line.tell(State::CallingCaller);
    line.end(Reason::HangUp, 9);
    operator.until_taken(&line, 4).await;
    let frames = whole_story(&world.visitor(), &call).await;
    assert_eq!(states(&frames), ["initiating", "connected", "disconnected"]);
}

/// An end is final, whatever is told after it.
pub async fn after_the_end(operator: &Operator) {
    let (world, call, line) = operator.call_by_hand(&[]).await;
    let visitor = world.visitor();
    line.tell(State::Connected);
    line.end(Reason::HangUp, 9);
    visitor.until(&call, "disconnected").await;
    let before = whole_story(&visitor, &call).await;
    line.tell(State::Connected);
    line.end(Reason::CalleeBusy, 0);
    operator.until_taken(&line, 4).await;
    assert_eq!(whole_story(&visitor, &call).await, before);
    let end = &before.last().unwrap().data;
    assert_eq!(
        (&end["reason"], &end["durationSeconds"]),
        (&"hangUp".into(), &9.into())
    );
}

/// A duration that is a number where the document has a text, or the other way.
pub async fn number_for_text(operator: &Operator) {
    let (_, frames) = operator.play("0100", &[Fault::DurationAsNumber]).await;
    assert_eq!(frames.last().unwrap().data["durationSeconds"], 5);
}

/// An event in the middle that never comes is skipped.
pub async fn event_lost(operator: &Operator) {
    let lost = [Fault::EventLost(State::CallingCallee)];
    let (_, frames) = operator.play("0100", &lost).await;
    assert_eq!(
        states(&frames),
        ["initiating", "callingCaller", "connected", "disconnected"]
    );
}

/// An end that is never told is found by asking.
pub async fn end_lost(operator: &Operator) {
    let lost = [Fault::EventLost(State::Disconnected)];
    let (_, frames) = operator.play("0100", &lost).await;
    assert_eq!(states(&frames), WHOLE);
}

/// A call of which no event ever comes is followed by asking.
pub async fn all_lost(operator: &Operator) {
    let (world, call, line) = operator.call_by_hand(&[Fault::EventsLost]).await;
    let visitor = world.visitor();
    line.tell(State::Connected);
    visitor.until(&call, "connected").await;
    line.end(Reason::HangUp, 1);
    visitor.until(&call, "disconnected").await;
}
