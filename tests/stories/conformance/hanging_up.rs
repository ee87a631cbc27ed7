//! Hanging up, at any time.

use std::time::Duration;

use call::{Reason, State};
use stories::harness::visitor::{Placed, key};
use stories::harness::wait::until;
use stories::lab::Fault;

use super::operator::{BY_HAND, Operator};
use crate::course::assert_hung_up;

pub async fn hang_up(operator: &Operator) {
    assert_hung_up(operator.account).await;
}

pub async fn hang_up_while_it_rings(operator: &Operator) {
    let (world, call, line) = operator.call_by_hand(&[]).await;
    let visitor = world.visitor();
    line.tell(State::CallingCaller);
    visitor.until(&call, "callingCaller").await;
    assert_eq!(visitor.hang_up(&call).await.status, 204);
    let end = visitor.until(&call, "disconnected").await;
    assert_eq!(
        (&end["reason"], &end["durationSeconds"]),
        (&"hangUp".into(), &0.into())
    );
}

/// The wish is kept, and carried out as soon as the operator has answered.
pub async fn hang_up_before_the_answer(operator: &Operator) {
    let slow = Fault::SlowAnswer(Duration::from_secs(2));
    let (world, contact) = operator.contact(BY_HAND, &[slow]).await;
    let (visitor, key, lab) = (world.visitor(), key(), operator.lab(world));
    lab.by_hand(&contact);
    let button = operator.account.button();
    let first = visitor.dial(&button, &key, &contact);
    let first = tokio::spawn(async move { first.send().await });
    until("the operator is asked", async || {
        lab.call_of(&contact).map(|_| ())
    })
    .await;
    let call = Placed::read(&visitor.dial(&button, &key, &contact).send().await);
    assert_eq!(visitor.hang_up(&call).await.status, 204);
    assert!(!first.is_finished(), "the operator has not answered yet");
    let line = lab.call_of(&contact).unwrap();
    assert_eq!(line.state(), State::Initiating);
    let end = visitor.until(&call, "disconnected").await;
    assert_eq!(end["reason"], "hangUp");
    assert!(line.state().is_end(), "the operator was told");
    first.await.unwrap();
}

/// The visitor is told that it did not work, and the call goes on.
pub async fn hang_up_refused(operator: &Operator) {
    let (world, call, line) = operator.call_by_hand(&[Fault::HangUpRefused]).await;
    let visitor = world.visitor();
    line.tell(State::Connected);
    visitor.until(&call, "connected").await;
    let answer = visitor.hang_up(&call).await;
    assert!([502, 503].contains(&answer.status), "{}", answer.body);
    assert!(answer.code().starts_with("OPERATOR_"), "{}", answer.body);
    assert_eq!(visitor.read(&call).await["status"], "connected");
    line.end(Reason::HangUp, 7);
    let end = visitor.until(&call, "disconnected").await;
    assert_eq!(end["durationSeconds"], 7);
}

/// A hang-up that was accepted, and whose end is never told, ends by asking.
pub async fn hang_up_never_confirmed(operator: &Operator) {
    let (world, call, line) = operator.call_by_hand(&[Fault::HangUpSilent]).await;
    let visitor = world.visitor();
    line.tell(State::Connected);
    visitor.until(&call, "connected").await;
    assert_eq!(visitor.hang_up(&call).await.status, 204);
    visitor.until(&call, "disconnected").await;
}
