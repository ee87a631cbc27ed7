//! What only CAMARA has: older drafts, and calls that fail without a reason.

use call::State;
use stories::harness::events::states;
use stories::lab::Fault;

use crate::course::whole_story;
use crate::world::{Account, contact, world};

#[tokio::test]
async fn events_as_older_drafts_spell_them_and_unknown_ones_are_understood() {
    let (world, contact) = (world().await, contact("0100"));
    for fault in [
        Fault::StatusAsText,
        Fault::DurationAsNumber,
        Fault::UnknownEventsBetween,
    ] {
        world.lab.fault(&contact, fault);
    }
    let visitor = world.visitor();
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let frames = whole_story(&visitor, &call).await;
    assert_eq!(
        states(&frames),
        [
            "initiating",
            "callingCaller",
            "callingCallee",
            "connected",
            "disconnected",
        ]
    );
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
async fn a_call_that_the_operator_gives_up_without_a_reason_has_failed() {
    let (world, contact) = (world().await, contact("0150"));
    world.lab.by_hand(&contact);
    let visitor = world.visitor();
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    world.lab.call_of(&contact).unwrap().tell(State::Failed);
    let end = visitor.follow(&call).await.pop().unwrap();
    assert_eq!(end.state(), "failed");
    assert_eq!(end.data["code"], "CALL_NOT_ESTABLISHED");
    assert!(end.data.get("reason").is_none() && end.data.get("durationSeconds").is_none());
}
