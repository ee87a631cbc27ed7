//! Hanging up, at any time.

use std::time::Duration;

use call::State;
use stories::harness::visitor::{Placed, key};
use stories::harness::wait::until;
use stories::lab::Fault;

use crate::answers::assert_refused;
use crate::world::{Account, contact, world};

#[tokio::test]
async fn a_connected_call_is_hung_up_through_both_operators() {
    let visitor = world().await.visitor();
    for account in [Account::Sandbox, Account::Camara] {
        let call = visitor.place(&account.button(), &contact("0111")).await;
        let mut events = visitor.listen(&call).await;
        events.until("connected").await;
        let answer = visitor.hang_up(&call).await;
        assert_eq!(answer.status, 204, "{account:?}: {}", answer.body);
        let end = events.until("disconnected").await.pop().unwrap();
        assert_eq!(end.data["reason"], "hangUp", "{account:?}");
        assert!(end.data.get("assumed").is_none(), "{account:?}");
        let again = visitor.hang_up(&call).await;
        assert_refused(&again, 409, "CONFLICT", "hanging up twice");
    }
}

#[tokio::test]
async fn a_ringing_call_is_hung_up() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.lab.by_hand(&contact);
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    world
        .lab
        .call_of(&contact)
        .unwrap()
        .tell(State::CallingCaller);
    visitor.until(&call, "callingCaller").await;
    assert_eq!(visitor.hang_up(&call).await.status, 204);
    let end = visitor.until(&call, "disconnected").await;
    assert_eq!(
        (&end["reason"], &end["durationSeconds"]),
        (&"hangUp".into(), &0.into())
    );
}

#[tokio::test]
async fn a_hang_up_before_the_operator_has_answered_is_kept_and_carried_out() {
    let world = world().await;
    let (visitor, contact, key) = (world.visitor(), contact("0150"), key());
    world.lab.by_hand(&contact);
    world
        .lab
        .fault(&contact, Fault::SlowAnswer(Duration::from_secs(2)));
    let button = Account::Camara.button();
    let first = visitor.dial(&button, &key, &contact);
    let first = tokio::spawn(async move { first.send().await });
    until("the operator is asked", async || {
        (world.lab.placed(&contact) == 1).then_some(())
    })
    .await;
    let call = Placed::read(&visitor.dial(&button, &key, &contact).send().await);
    assert_eq!(visitor.hang_up(&call).await.status, 204);
    assert!(!first.is_finished(), "the operator has not answered yet");
    let line = world.lab.call_of(&contact).unwrap();
    assert_eq!(line.state(), State::Initiating);
    let end = visitor.until(&call, "disconnected").await;
    assert_eq!(end["reason"], "hangUp");
    assert!(line.state().is_end(), "the operator was told");
    first.await.unwrap();
}

#[tokio::test]
async fn a_hang_up_that_the_operator_refuses_says_so_and_the_call_goes_on() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.lab.by_hand(&contact);
    world.lab.fault(&contact, Fault::HangUpRefused);
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(State::Connected);
    visitor.until(&call, "connected").await;
    let answer = visitor.hang_up(&call).await;
    assert!([502, 503].contains(&answer.status), "{}", answer.body);
    assert!(answer.code().starts_with("OPERATOR_"), "{}", answer.body);
    assert_eq!(visitor.read(&call).await["status"], "connected");
    line.end(call::Reason::HangUp, 7);
    assert_eq!(
        visitor.until(&call, "disconnected").await["durationSeconds"],
        7
    );
}

#[tokio::test]
async fn an_accepted_hang_up_whose_end_is_never_told_ends_by_asking() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.lab.by_hand(&contact);
    world.lab.fault(&contact, Fault::HangUpSilent);
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    world.lab.call_of(&contact).unwrap().tell(State::Connected);
    visitor.until(&call, "connected").await;
    assert_eq!(visitor.hang_up(&call).await.status, 204);
    visitor.until(&call, "disconnected").await;
}
