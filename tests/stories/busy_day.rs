//! Many calls, and visitors who do not wait.

use std::time::Duration;
use stories::harness::events::{Events, states};
use stories::harness::visitor::{Placed, key};
use stories::harness::wait::until;
use stories::lab::Fault;

use crate::course::whole_story;
use crate::world::{Account, contact, world};

#[tokio::test]
async fn fifteen_calls_at_once_are_each_told_as_if_alone() {
    let world = world().await;
    let endings = ["0100", "0101", "0103", "0104", "0100"];
    let expected = [5, 3, 4, 4, 5];
    let mut calls = Vec::new();
    for account in [Account::Sandbox, Account::Camara, Account::ChinaMobile] {
        for (ending, length) in endings.into_iter().zip(expected) {
            let visitor = world.visitor();
            calls.push(tokio::spawn(async move {
                let contact = contact(ending);
                let call = visitor.place(&account.button(), &contact).await;
                let live = visitor.follow(&call).await;
                let whole = whole_story(&visitor, &call).await;
                assert_eq!(whole.len(), length, "{ending}: {whole:?}");
                // What was told live is the end of what is kept, with no gap.
                assert_eq!(live, whole[whole.len() - live.len()..]);
                call.id
            }));
        }
    }
    let mut ids = Vec::new();
    for call in calls {
        ids.push(call.await.unwrap());
    }
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 15);
}

#[tokio::test]
async fn a_visitor_who_leaves_right_after_the_click_has_placed_one_call_that_is_tracked() {
    let world = world().await;
    let (contact, key) = (contact("0100"), key());
    world
        .lab
        .fault(&contact, Fault::SlowAnswer(Duration::from_secs(1)));
    let visitor = world.visitor();
    let click = visitor.dial(&Account::Camara.button(), &key, &contact);
    let click = tokio::spawn(async move { click.send().await });
    until("the click is on its way", async || {
        (world.lab.placed(&contact) == 1).then_some(())
    })
    .await;
    // The page is closed: its connection breaks.
    click.abort();
    assert!(click.await.is_err());
    drop(visitor);
    let line = world.lab.call_of(&contact).unwrap();
    until("the call runs to its end", async || {
        line.state().is_end().then_some(())
    })
    .await;
    // Whoever comes back with the same key finds the whole of it.
    let visitor = world.visitor();
    let answer = visitor
        .dial(&Account::Camara.button(), &key, &contact)
        .send()
        .await;
    let call = Placed::read(&answer);
    let frames = Events::open(visitor.events(&call, Some(0)))
        .await
        .rest()
        .await;
    assert_eq!(
        states(&frames),
        [
            "initiating",
            "callingCaller",
            "callingCallee",
            "connected",
            "disconnected"
        ]
    );
    assert_eq!(world.lab.placed(&contact), 1);
}
