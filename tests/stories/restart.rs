//! The worker dies in mid-call and comes back.

use call::{Reason, State};
use stories::harness::edge::Edge;
use stories::harness::events::{Events, states};
use stories::harness::visitor::{Visitor, key};
use stories::lab::Settings;

use crate::answers::assert_refused;
use crate::world::{Account, contact, settings, start_lab};

#[tokio::test]
async fn a_call_outlives_the_worker() {
    let (lab, origin) = (start_lab(Settings::default()), "http://127.0.0.1:8000");
    let accounts = [Account::Sandbox, Account::Camara];
    let mut settings = settings(&accounts, &lab, origin);
    // The operator is not to be asked: its event has to get through.
    settings.retain(|(name, _)| *name != "SILENCE_SECONDS");
    let mut edge = Edge::start(&settings).await;
    let visitor = Visitor::new(&edge.url(""), origin);
    let (by_hand, alone) = (contact("0150"), contact("0100"));
    lab.by_hand(&by_hand);

    // 1. One call is connected and listened to, one has just begun in the sandbox.
    let call = visitor.place(&Account::Camara.button(), &by_hand).await;
    let line = lab.call_of(&by_hand).unwrap();
    line.tell(State::Connected);
    let mut events = visitor.listen(&call).await;
    let last = events.until("connected").await.pop().unwrap();
    let sandboxed = visitor.place(&Account::Sandbox.button(), &alone).await;

    // 2. The worker is killed; the listener notices.
    edge.kill();
    assert_eq!(events.next().await, None);

    // 3. Meanwhile the call ends, and nobody is there to hear it.
    line.end(Reason::HangUp, 42);

    // 4. The worker is back, and so is everything it knew.
    edge.restart().await;
    let mut again = Events::open(visitor.events(&call, Some(last.id))).await;
    let rest = again.rest().await;
    assert_eq!(states(&rest), ["disconnected"]);
    assert_eq!(rest[0].data["durationSeconds"], 42);
    assert_eq!(rest[0].id, last.id + 1);
    let frames = visitor.follow(&sandboxed).await;
    assert_eq!(frames.last().unwrap().state(), "disconnected");

    // 5. Nobody was called twice, and everybody can be called again.
    assert_eq!(lab.placed(&by_hand), 1);
    assert_refused(
        &visitor.hang_up(&call).await,
        409,
        "CONFLICT",
        "after the end",
    );
    let next = visitor
        .dial(&Account::Sandbox.button(), &key(), &alone)
        .send()
        .await;
    assert_eq!(next.status, 201, "{}", next.body);
}
