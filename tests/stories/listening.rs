//! Listening to a call: from the start, from the middle, after the end.

use call::State;
use stories::harness::events::{Events, states};
use stories::harness::wait::until;

use crate::answers::assert_refused;
use crate::course::whole_story;
use crate::world::{Account, contact, world};

#[tokio::test]
async fn a_stream_begins_with_the_current_state_and_closes_after_the_end() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.lab.by_hand(&contact);
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(State::CallingCaller);
    line.tell(State::CallingCallee);
    visitor.until(&call, "callingCallee").await;
    let mut events = visitor.listen(&call).await;
    let first = events.must_next().await;
    assert_eq!((first.id, first.state()), (3, "callingCallee"));
    assert_eq!(events.retry, Some(1000));
    line.tell(State::Connected);
    assert_eq!(events.must_next().await.state(), "connected");
    line.tell(State::Disconnected);
    assert_eq!(states(&events.rest().await), ["disconnected"]);
}

#[tokio::test]
async fn a_quiet_stream_has_a_heartbeat() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.lab.by_hand(&contact);
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let mut events = visitor.listen(&call).await;
    events.must_next().await;
    events.heartbeat().await;
    events.heartbeat().await;
    visitor.hang_up(&call).await;
    assert_eq!(states(&events.rest().await), ["disconnected"]);
}

#[tokio::test]
async fn a_broken_stream_goes_on_where_it_broke() {
    let visitor = world().await.visitor();
    let call = visitor
        .place(&Account::Sandbox.button(), &contact("0100"))
        .await;
    let all = whole_story(&visitor, &call).await;
    for seen in 0..all.len() {
        let rest = &all[seen..];
        let cursor = seen as u64;
        let by_query = Events::open(visitor.events(&call, Some(cursor)))
            .await
            .rest()
            .await;
        assert_eq!(by_query, rest, "after={cursor}");
        let ask = visitor.events(&call, None);
        let ask = ask.header("last-event-id", &cursor.to_string());
        assert_eq!(
            Events::open(ask).await.rest().await,
            rest,
            "Last-Event-ID {cursor}"
        );
    }
    // Both at once: what the browser itself sends is newer than the page's query.
    let ask = visitor.events(&call, Some(0)).header("last-event-id", "3");
    assert_eq!(Events::open(ask).await.rest().await, all[3..]);
    // At or past the end there is nothing to come back for.
    for cursor in [all.len() as u64, 99] {
        let over = visitor.events(&call, Some(cursor)).send().await;
        assert_eq!(over.status, 204, "after={cursor}");
    }
    // Without a cursor the end can still be read.
    assert_eq!(
        visitor.listen(&call).await.rest().await,
        all[all.len() - 1..]
    );
}

#[tokio::test]
async fn a_stream_that_resumes_in_mid_call_misses_nothing() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.lab.by_hand(&contact);
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let line = world.lab.call_of(&contact).unwrap();
    let mut events = visitor.listen(&call).await;
    let first = events.must_next().await;
    drop(events);
    line.tell(State::CallingCaller);
    line.tell(State::Connected);
    visitor.until(&call, "connected").await;
    let mut again = Events::open(visitor.events(&call, Some(first.id))).await;
    assert_eq!(
        states(&again.until("connected").await),
        ["callingCaller", "connected"]
    );
    line.tell(State::Disconnected);
    assert_eq!(states(&again.rest().await), ["disconnected"]);
}

#[tokio::test]
async fn all_listeners_are_told_the_same() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0150"));
    world.lab.by_hand(&contact);
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    let (mut one, mut two) = (visitor.listen(&call).await, visitor.listen(&call).await);
    let line = world.lab.call_of(&contact).unwrap();
    for state in [State::CallingCaller, State::Connected, State::Disconnected] {
        line.tell(state);
    }
    let (one, two) = (one.rest().await, two.rest().await);
    assert_eq!(one, two);
    assert_eq!(
        states(&one)[1..],
        ["callingCaller", "connected", "disconnected"]
    );
}

#[tokio::test]
async fn only_the_events_token_opens_a_stream() {
    let visitor = world().await.visitor();
    let button = Account::Sandbox.button();
    let call = visitor.place(&button, &contact("0111")).await;
    let other = visitor.place(&button, &contact("0111")).await;
    let mut wrong = vec![call.clone(); 4];
    wrong[0].events_token.clone_from(&call.token);
    wrong[1].events_token.clone_from(&other.events_token);
    wrong[2].events_token = String::new();
    wrong[3].events_token.push('x');
    for wrong in &wrong {
        let answer = visitor.events(wrong, None).send().await;
        assert_refused(&answer, 401, "UNAUTHENTICATED", &wrong.events_token);
    }
    let path = format!("/click-to-dial/v0.2/calls/{}/events", call.id);
    let answer = visitor.ask("GET", &path).send().await;
    assert_refused(&answer, 401, "UNAUTHENTICATED", "no token");
    visitor.hang_up(&call).await;
    visitor.hang_up(&other).await;
}

#[tokio::test]
async fn an_ended_call_is_kept_for_a_while_and_then_forgotten() {
    use crate::world::{settings, start_lab};
    use stories::harness::edge::Edge;
    use stories::harness::visitor::Visitor;
    use stories::lab::Settings;

    let (lab, origin) = (start_lab(Settings::default()), "http://127.0.0.1:8000");
    let mut settings = settings(&[Account::Sandbox, Account::Camara], &lab, origin);
    settings.push(("RETENTION_SECONDS", "1".to_owned()));
    let edge = Edge::start(&settings).await;
    let visitor = Visitor::new(&edge.url(""), origin);
    let call = visitor
        .place(&Account::Sandbox.button(), &contact("0101"))
        .await;
    let frames = visitor.follow(&call).await;
    assert_eq!(frames.last().unwrap().state(), "disconnected");
    let answer = until("the call is forgotten", async || {
        let answer = visitor.on("GET", &call).send().await;
        (answer.status != 200).then_some(answer)
    })
    .await;
    assert_refused(&answer, 404, "NOT_FOUND", "GET");
    let answer = visitor.events(&call, None).send().await;
    assert_refused(&answer, 404, "NOT_FOUND", "events");
    let answer = visitor.hang_up(&call).await;
    assert_refused(&answer, 404, "NOT_FOUND", "DELETE");
}
