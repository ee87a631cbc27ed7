//! One click is one call, however often it is sent.

use std::time::Duration;

use stories::harness::visitor::{Placed, key};
use stories::harness::wait::until;
use stories::lab::Fault;

use crate::answers::assert_refused;
use crate::world::{Account, contact, world};

#[tokio::test]
async fn the_same_key_and_body_again_is_the_same_call() {
    let world = world().await;
    let (visitor, contact, key) = (world.visitor(), contact("0150"), key());
    world.lab.by_hand(&contact);
    let button = Account::Camara.button();
    let first = Placed::read(&visitor.dial(&button, &key, &contact).send().await);
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(call::State::Connected);
    visitor.until(&first, "connected").await;
    let answer = visitor.dial(&button, &key, &contact).send().await;
    assert_eq!(answer.json()["status"], "connected");
    let again = Placed::read(&answer);
    assert_eq!(again.id, first.id);
    assert_eq!(visitor.read(&again).await["callId"], first.id.as_str());
    assert_eq!(world.lab.placed(&contact), 1);
    visitor.hang_up(&again).await;
    visitor.until(&first, "disconnected").await;
    // After the end it is still the same call, and no new one.
    let over = visitor.dial(&button, &key, &contact).send().await;
    assert_eq!(over.text("callId"), first.id);
    assert_eq!(world.lab.placed(&contact), 1);
}

#[tokio::test]
async fn a_repetition_is_answered_while_the_first_still_waits() {
    let world = world().await;
    let (visitor, contact, key) = (world.visitor(), contact("0150"), key());
    world.lab.by_hand(&contact);
    world
        .lab
        .fault(&contact, Fault::SlowAnswer(Duration::from_secs(3)));
    let button = Account::Camara.button();
    let first = visitor.dial(&button, &key, &contact);
    let first = tokio::spawn(async move { first.send().await });
    until("the operator is asked", async || {
        (world.lab.placed(&contact) == 1).then_some(())
    })
    .await;
    let second = visitor.dial(&button, &key, &contact).send().await;
    assert!(
        !first.is_finished(),
        "the repetition must not wait for the operator"
    );
    let second = Placed::read(&second);
    let first = Placed::read(&first.await.unwrap());
    assert_eq!(first.id, second.id);
    assert_eq!(world.lab.placed(&contact), 1);
    visitor.hang_up(&first).await;
}

#[tokio::test]
async fn the_same_key_with_another_body_is_refused() {
    let world = world().await;
    let (visitor, one, two, key) = (world.visitor(), contact("0101"), contact("0101"), key());
    let button = Account::Camara.button();
    assert_eq!(visitor.dial(&button, &key, &one).send().await.status, 201);
    let answer = visitor.dial(&button, &key, &two).send().await;
    assert_refused(&answer, 422, "IDEMPOTENCY_KEY_REUSED", "another number");
    assert_eq!(world.lab.placed(&two), 0);
}

#[tokio::test]
async fn many_clicks_at_the_same_moment_are_one_call() {
    let world = world().await;
    let (visitor, contact, key) = (world.visitor(), contact("0111"), key());
    let button = Account::Camara.button();
    let clicks: Vec<_> = (0..5)
        .map(|_| {
            let dial = visitor.dial(&button, &key, &contact);
            tokio::spawn(async move { dial.send().await })
        })
        .collect();
    let mut ids = Vec::new();
    for click in clicks {
        ids.push(Placed::read(&click.await.unwrap()));
    }
    assert!(ids.iter().all(|placed| placed.id == ids[0].id));
    assert_eq!(world.lab.placed(&contact), 1);
    visitor.hang_up(&ids[0]).await;
}
