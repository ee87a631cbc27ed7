//! A visitor reloads, opens a second tab, loses the connection: it stays the
//! same call.

use call::{Number, Reason, State};
use stories::harness::browser::Browser;
use stories::harness::edge::Edge;
use stories::harness::page::Pages;
use stories::harness::widget::Widget;
use stories::lab::Settings;

use crate::world::{Account, World, browser, contact, settings, start_lab, world};

/// A connected call by hand in a browser.
async fn connected(world: &World, browser: &Browser) -> Number {
    let contact = contact("0150");
    world.lab.by_hand(&contact);
    let widget = Widget(browser);
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    widget.until("initiating").await;
    world.lab.call_of(&contact).unwrap().tell(State::Connected);
    widget.until("connected").await;
    contact
}

#[tokio::test]
async fn a_reload_in_mid_call_shows_the_same_call() {
    let (world, browser) = (world().await, browser().await);
    let contact = connected(world, &browser).await;
    let widget = Widget(&browser);
    let call = widget.call_id().await;
    browser.reload().await;
    widget.until("connected").await;
    assert_eq!(widget.call_id().await, call);
    world.lab.call_of(&contact).unwrap().end(Reason::HangUp, 61);
    let end = widget.until("disconnected").await;
    assert!(end.status.contains("1:01"), "{end:?}");
    assert_eq!(world.lab.placed(&contact), 1);
    assert!(
        widget.records().await.is_empty(),
        "nothing is kept after the end"
    );
    // The next reload begins anew.
    browser.reload().await;
    widget.part("button").await;
    assert_eq!(widget.look().await.host_state, None);
    browser.close().await;
}

#[tokio::test]
async fn a_reload_while_the_operator_is_silent_places_no_second_call() {
    use std::time::Duration;
    use stories::lab::Fault;
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    world
        .lab
        .fault(&contact, Fault::SlowAnswer(Duration::from_secs(3)));
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    widget.until("starting").await;
    stories::harness::wait::until("the operator is asked", async || {
        (world.lab.placed(&contact) == 1).then_some(())
    })
    .await;
    browser.reload().await;
    widget.until_any(&["starting", "initiating"]).await;
    world
        .lab
        .call_of(&contact)
        .unwrap()
        .tell(State::CallingCaller);
    widget.until("callingCaller").await;
    assert_eq!(world.lab.placed(&contact), 1);
    world
        .lab
        .call_of(&contact)
        .unwrap()
        .end(Reason::CallerNoAnswer, 0);
    widget.until("disconnected").await;
    browser.close().await;
}

#[tokio::test]
async fn two_tabs_show_one_call_and_either_can_end_it() {
    let (world, browser) = (world().await, browser().await);
    let contact = connected(world, &browser).await;
    let widget = Widget(&browser);
    let first = browser.client.window().await.unwrap();
    let call = widget.call_id().await;
    let second = browser.client.new_window(true).await.unwrap();
    browser
        .client
        .switch_to_window(second.handle)
        .await
        .unwrap();
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.until("connected").await;
    assert_eq!(widget.call_id().await, call);
    widget.click("hang-up").await;
    widget.until("disconnected").await;
    browser.client.switch_to_window(first).await.unwrap();
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn two_browsers_with_the_same_record_show_one_call() {
    let (world, one, two) = (world().await, browser().await, browser().await);
    let contact = connected(world, &one).await;
    let record = one.run("return JSON.stringify(localStorage)", vec![]).await;
    two.goto(&world.page(&Account::Camara.button())).await;
    let copy = "Object.assign(localStorage, JSON.parse(arguments[0]))";
    two.run(copy, vec![record]).await;
    two.reload().await;
    Widget(&two).until("connected").await;
    world.lab.call_of(&contact).unwrap().end(Reason::HangUp, 30);
    for browser in [&one, &two] {
        let end = Widget(browser).until("disconnected").await;
        assert!(end.status.contains("0:30"), "{end:?}");
    }
    assert_eq!(world.lab.placed(&contact), 1);
    one.close().await;
    two.close().await;
}

#[tokio::test]
async fn the_widget_outlives_a_worker_that_dies_in_mid_call() {
    let (lab, pages) = (start_lab(Settings::default()), Pages::start().unwrap());
    let accounts = [Account::Sandbox, Account::Camara];
    let mut edge = Edge::start(&settings(&accounts, &lab, &pages.origin())).await;
    let browser = browser().await;
    let (widget, contact) = (Widget(&browser), contact("0150"));
    lab.by_hand(&contact);
    let path = Pages::path(&edge.url(""), &Account::Camara.button());
    browser.goto(&format!("{}{path}", pages.origin())).await;
    widget.dial(contact.e164()).await;
    widget.until("initiating").await;
    let line = lab.call_of(&contact).unwrap();
    line.tell(State::Connected);
    widget.until("connected").await;
    edge.kill();
    line.end(Reason::HangUp, 44);
    assert_eq!(widget.look().await.state.as_deref(), Some("connected"));
    edge.restart().await;
    widget.until("disconnected").await;
    assert_eq!(lab.placed(&contact), 1);
    browser.close().await;
}
