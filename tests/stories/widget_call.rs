//! From the click to the end, on a foreign page, in a browser.

use std::time::Duration;

use call::sandbox::MAGIC;
use call::{Reason, State};
use stories::harness::widget::Widget;
use stories::lab::Fault;

use crate::conformance::WHOLE;
use crate::world::{Account, browser, contact, world};

#[tokio::test]
async fn a_click_reaches_its_ending_through_every_operator() {
    let (world, browser) = (world().await, browser().await);
    for account in Account::EVERY {
        let (widget, contact) = (Widget(&browser), contact("0100"));
        browser.goto(&world.page(&account.button())).await;
        widget.dial(contact.e164()).await;
        let end = widget.until("disconnected").await;
        assert_eq!(end.host_state.as_deref(), Some("disconnected"));
        assert!(end.status.contains("Call ended"), "{end:?}");
        // A state may be over before the page listens; none comes twice or backwards.
        let states = widget.told_states().await;
        let order: Vec<&str> = WHOLE
            .into_iter()
            .filter(|s| states.iter().any(|t| t == s))
            .collect();
        assert_eq!(states, order, "{account:?}");
        assert!(
            states.contains(&"connected".to_owned()),
            "{account:?}: {states:?}"
        );
        let names = widget.told_names().await;
        assert_eq!(names.first().unwrap(), "ctd-before-call");
        assert_eq!(names.iter().filter(|name| *name == "ctd-end").count(), 1);
        let told = serde_json::to_string(&widget.told().await).unwrap();
        assert!(
            !told.contains(contact.digits()),
            "no number in a detail: {told}"
        );
        assert!(
            !told.to_lowercase().contains("token"),
            "no token in a detail: {told}"
        );
        assert!(
            widget.records().await.is_empty(),
            "nothing is kept after the end"
        );
    }
    browser.close().await;
}

#[tokio::test]
async fn every_step_is_told_in_words_as_it_happens() {
    let (world, browser) = (world().await, browser().await);
    let (first, second) = ("Calling you", "Calling Sales");
    for (button, caller, callee) in [
        (Account::Camara.button(), first, second),
        (Account::Camara.extension_first(), second, first),
    ] {
        let (widget, contact) = (Widget(&browser), contact("0150"));
        world.lab.by_hand(&contact);
        browser.goto(&world.page(&button)).await;
        widget.dial(contact.e164()).await;
        widget.until("initiating").await;
        let line = world.lab.call_of(&contact).unwrap();
        line.tell(State::CallingCaller);
        let look = widget.until("callingCaller").await;
        assert!(look.status.contains(caller), "{look:?}");
        assert_eq!(look.host_state.as_deref(), Some("callingCaller"));
        line.tell(State::CallingCallee);
        let look = widget.until("callingCallee").await;
        assert!(look.status.contains(callee), "{look:?}");
        line.tell(State::Connected);
        let look = widget.until("connected").await;
        assert!(look.status.contains("Connected"), "{look:?}");
        widget
            .until_look("the clock runs", |look| look.timer.as_str() >= "0:02")
            .await;
        line.end(Reason::HangUp, 83);
        let look = widget.until("disconnected").await;
        assert!(look.status.contains("1:23"), "the duration: {look:?}");
    }
    browser.close().await;
}

#[tokio::test]
async fn the_demo_page_says_that_it_is_a_sandbox_and_places_a_call() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&world.edge.url("/")).await;
    let text = browser.run("return document.body.innerText", vec![]).await;
    // The numbers are set with spaces that do not break.
    let text = text.as_str().unwrap().replace('\u{a0}', " ");
    assert!(text.to_lowercase().contains("sandbox"), "{text}");
    for (ending, ..) in MAGIC {
        assert!(
            text.contains(&format!("555 {ending}")),
            "{ending} is listed: {text}"
        );
    }
    let tags = "return document.querySelectorAll('script[async][data-button]').length";
    assert_eq!(browser.run(tags, vec![]).await, 1);
    let contact = contact("0111");
    widget.dial(contact.e164()).await;
    widget.until("connected").await;
    widget.click("hang-up").await;
    widget.until("disconnected").await;
    browser.close().await;
}

#[tokio::test]
async fn a_visitor_hangs_up_a_connected_call() {
    let (world, browser) = (world().await, browser().await);
    for account in Account::EVERY {
        let widget = Widget(&browser);
        browser.goto(&world.page(&account.button())).await;
        widget.dial(contact("0111").e164()).await;
        widget.until("connected").await;
        widget.click("hang-up").await;
        let end = widget.until("disconnected").await;
        assert!(end.status.contains("You hung up"), "{account:?}: {end:?}");
    }
    browser.close().await;
}

#[tokio::test]
async fn a_visitor_hangs_up_before_the_operator_has_answered() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    world
        .lab
        .fault(&contact, Fault::SlowAnswer(Duration::from_secs(3)));
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    widget.until("starting").await;
    widget.click("hang-up").await;
    widget.until_any(&["hangingUp", "disconnected"]).await;
    let end = widget.until("disconnected").await;
    assert!(end.status.contains("before you were connected"), "{end:?}");
    assert_eq!(world.lab.placed(&contact), 1);
    assert!(world.lab.call_of(&contact).unwrap().state().is_end());
    browser.close().await;
}

#[tokio::test]
async fn a_hang_up_that_does_not_work_asks_the_visitor_to_hang_up_the_phone() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    world.lab.fault(&contact, Fault::HangUpRefused);
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    widget.until("initiating").await;
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(State::Connected);
    widget.until("connected").await;
    widget.click("hang-up").await;
    widget
        .until_look("the visitor is asked to hang up", |look| {
            look.status.contains("Please hang up your phone")
        })
        .await;
    line.end(Reason::HangUp, 5);
    widget.until("disconnected").await;
    browser.close().await;
}

#[tokio::test]
async fn a_page_may_forbid_a_call() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    browser.goto(&world.page(&Account::Camara.button())).await;
    let forbid =
        "document.addEventListener('ctd-before-call', (e) => e.preventDefault(), { once: true })";
    browser.run(forbid, vec![]).await;
    widget.dial(contact.e164()).await;
    widget.until("form").await;
    assert_eq!(widget.told_names().await, ["ctd-before-call"]);
    assert_eq!(world.lab.placed(&contact), 0);
    // The next time the page has nothing against it.
    widget.click("submit").await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}
