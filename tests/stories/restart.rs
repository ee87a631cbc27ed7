//! The worker dies in mid-call and comes back.

use std::sync::Arc;

use call::{Reason, State};
use stories::harness::edge::Edge;
use stories::harness::events::{Events, states};
use stories::harness::visitor::{Placed, Visitor, key};
use stories::lab::{Dialect, Lab, Line, Settings};

use crate::answers::assert_refused;
use crate::world::{Account, PLATFORM, contact, settings, start_lab};

/// A connected call with somebody who listens to it.
struct Talk {
    call: Placed,
    line: Arc<Line>,
    events: Events,
    last: u64,
}

impl Talk {
    async fn begin(visitor: &Visitor, account: Account, lab: &Lab) -> Self {
        let contact = contact("0150");
        lab.by_hand(&contact);
        let call = visitor.place(&account.button(), &contact).await;
        let line = lab.call_of(&contact).unwrap();
        line.tell(State::Connected);
        let mut events = visitor.listen(&call).await;
        let last = events.until("connected").await.pop().unwrap().id;
        Self {
            call,
            line,
            events,
            last,
        }
    }
}

#[tokio::test]
async fn a_call_outlives_the_worker() {
    let (lab, origin) = (start_lab(Settings::default()), "http://127.0.0.1:8000");
    let china = start_lab(Settings {
        dialect: Dialect::ChinaMobile,
        ..Settings::default()
    });
    let accounts = [Account::Sandbox, Account::Camara, Account::ChinaMobile];
    let mut settings = settings(&accounts, &lab, origin);
    settings.push(("CONNECTION_CHINA", china.connection(PLATFORM).to_string()));
    // The operator is not to be asked: its event has to get through.
    settings.retain(|(name, _)| *name != "SILENCE_SECONDS");
    let mut edge = Edge::start(&settings).await;
    china.notify(&edge.url(""));
    let visitor = Visitor::new(&edge.url(""), origin);

    // 1. Calls are connected and listened to, one has just begun in the sandbox.
    let mut talks = vec![
        Talk::begin(&visitor, Account::Camara, &lab).await,
        Talk::begin(&visitor, Account::ChinaMobile, &china).await,
    ];
    let alone = contact("0100");
    let sandboxed = visitor.place(&Account::Sandbox.button(), &alone).await;

    // 2. The worker is killed; the listeners notice.
    edge.kill();
    for talk in &mut talks {
        assert_eq!(talk.events.next().await, None);
        // 3. Meanwhile the call ends, and nobody is there to hear it.
        talk.line.end(Reason::HangUp, 42);
    }

    // 4. The worker is back, and so is everything it knew.
    edge.restart().await;
    for Talk { call, last, .. } in &talks {
        let mut again = Events::open(visitor.events(call, Some(*last))).await;
        let rest = again.rest().await;
        assert_eq!(states(&rest), ["disconnected"]);
        assert_eq!(rest[0].data["durationSeconds"], 42);
        assert_eq!(rest[0].id, last + 1);
        let hang_up = visitor.hang_up(call).await;
        assert_refused(&hang_up, 409, "ALREADY_EXISTS", "after the end");
    }
    let frames = visitor.follow(&sandboxed).await;
    assert_eq!(frames.last().unwrap().state(), "disconnected");

    // 5. Nobody was called twice, and everybody can be called again.
    assert_eq!((lab.calls().len(), china.calls().len()), (1, 1));
    let button = Account::Sandbox.button();
    let next = visitor.dial(&button, &key(), &alone).send().await;
    assert_eq!(next.status, 201, "{}", next.body);
}
