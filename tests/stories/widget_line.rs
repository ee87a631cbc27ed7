//! The line to the edge: lost at any step, spoilt by whoever stands in between, asleep
//! with the laptop. The widget says so, goes on by itself, and tells the truth.

use call::{Number, Reason, State};
use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, World, browser, contact, world};

const LOST: &str = "No connection to our server";

/// A call by hand in this state, on a page with this script before anything else.
async fn live(world: &World, browser: &Browser, script: &str, state: State) -> Number {
    let (widget, contact) = (Widget(browser), contact("0150"));
    world.lab.by_hand(&contact);
    browser.before_pages(script).await;
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    until("the operator is asked", async || {
        world.lab.call_of(&contact)
    })
    .await;
    if state != State::Initiating {
        world.lab.call_of(&contact).unwrap().tell(state);
        widget.until(state.as_str()).await;
    }
    contact
}

/// The panel no longer complains of the line.
async fn until_fine(widget: &Widget<'_>) {
    until("the line is fine again", async || {
        (!widget.words().await.contains(LOST)).then_some(())
    })
    .await;
}

#[tokio::test]
async fn without_a_network_nothing_is_lost_before_the_call() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.part("button").await;
    // Before anything of the app is there.
    browser.offline(true).await;
    widget.click("button").await;
    let label = "return document.querySelector('click-to-dial').shadowRoot.querySelector('[part=button]').textContent";
    until("the failure is shown", async || {
        let said = browser.run(label, vec![]).await;
        said.as_str()?.contains('⚠').then_some(())
    })
    .await;
    browser.offline(false).await;
    // The app is there, and the button cannot be read.
    browser.block(&["*/buttons/*"]).await;
    widget.click("button").await;
    widget.until_said(LOST).await;
    widget.type_into("number", contact.e164()).await;
    browser.block(&[]).await;
    widget.until_said("You will be called from").await;
    until_fine(&widget).await;
    // The call is asked for.
    browser.offline(true).await;
    widget.click("submit").await;
    widget.until("starting").await;
    widget.until_said(LOST).await;
    assert_eq!(world.lab.placed(&contact), 0);
    browser.offline(false).await;
    widget.until("initiating").await;
    until_fine(&widget).await;
    assert_eq!(world.lab.placed(&contact), 1);
    widget.click("hang-up").await;
    widget.until("disconnected").await;
    browser.close().await;
}

/// Chromium cuts no stream that is open when it is told to be offline: without this
/// it would hear on.
const SILENCE: &str = "window.EventSource = class extends EventSource {\
  addEventListener(kind, hear) { super.addEventListener(kind, (event) => navigator.onLine && hear(event)) }\
};";

#[tokio::test]
async fn without_a_network_a_call_goes_on_and_is_shown_truly_afterwards() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let contact = live(world, &browser, SILENCE, State::CallingCaller).await;
    let line = world.lab.call_of(&contact).unwrap();
    for (before, meanwhile) in [
        (State::CallingCaller, State::CallingCallee),
        (State::CallingCallee, State::Connected),
    ] {
        browser.offline(true).await;
        widget.until_said("Your call is not affected").await;
        let told = line.deliveries().len();
        line.tell(meanwhile);
        until("the edge knows", async || {
            (line.deliveries().len() > told).then_some(())
        })
        .await;
        assert_eq!(widget.look().await.state.as_deref(), Some(before.as_str()));
        browser.offline(false).await;
        widget.until(meanwhile.as_str()).await;
        until_fine(&widget).await;
    }
    // A wish to hang up is kept, and carried out.
    browser.offline(true).await;
    widget.until_said(LOST).await;
    widget.click("hang-up").await;
    widget.until("hangingUp").await;
    browser.offline(false).await;
    widget.until("disconnected").await;
    // Nothing is tried any more, so that there is nothing to say about the line.
    browser.offline(true).await;
    assert!(!widget.words().await.contains(LOST));
    widget.click("again").await;
    widget.until("form").await;
    widget.click("submit").await;
    widget.until_said(LOST).await;
    browser.offline(false).await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

/// Says nonsense whenever a stream opens, before the first true word.
const GARBAGE: &str = r#"
const Real = window.EventSource;
window.EventSource = class extends Real {
  constructor(url) {
    super(url);
    const callId = String(url).match(/calls\/([^/]+)/)[1];
    const told = [
      "<html>Bad gateway</html>", "", "null", "7", "[]", "{}", '"connected"', "{",
      { callId: "another", state: "disconnected", reason: "hangUp", durationSeconds: 9 },
      { callId, state: "dialling" }, { callId, state: 4 }, { callId, state: null },
      { callId }, { callId: 7, state: "connected" }, { state: "connected" },
      { callId, state: ["connected"] }, { callId, state: "Connected" },
      { callId, state: "callingCaller", at: "never", reason: {}, durationSeconds: "much", code: 7 },
    ];
    this.addEventListener("open", () => {
      for (const data of told.map((it) => (typeof it == "string" ? it : JSON.stringify(it))))
        for (const kind of ["status", "message", "nonsense"])
          this.dispatchEvent(new MessageEvent(kind, { data }));
      window.spoilt = true;
    });
  }
};
"#;

#[tokio::test]
async fn garbage_in_the_stream_changes_nothing() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let contact = live(world, &browser, GARBAGE, State::Initiating).await;
    until("garbage was told", async || {
        (browser.run("return window.spoilt", vec![]).await == true).then_some(())
    })
    .await;
    // The one thing in it that had a meaning.
    widget.until("callingCaller").await;
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(State::Connected);
    widget.until("connected").await;
    line.end(Reason::HangUp, 7);
    let end = widget.until("disconnected").await;
    assert!(end.status.contains("0:07"), "{end:?}");
    let ends = widget.told_names().await;
    assert_eq!(ends.iter().filter(|name| *name == "ctd-end").count(), 1);
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}

#[tokio::test]
async fn a_page_that_was_frozen_in_mid_call_wakes_to_the_truth() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let contact = live(world, &browser, "", State::Connected).await;
    let lifecycle = async |state: &str| {
        let state = json!({ "state": state });
        browser.devtools("Page.setWebLifecycleState", state).await;
    };
    lifecycle("frozen").await;
    world.lab.call_of(&contact).unwrap().end(Reason::HangUp, 61);
    lifecycle("active").await;
    let end = widget.until("disconnected").await;
    assert!(end.status.contains("1:01"), "{end:?}");
    browser.close().await;
}

/// As after a night in the bag: the clock has gone on, and the stream is dead without
/// a word to say so.
const DEAF: &str = r#"
const { now } = Date;
Date.now = () => now() + (window.slept ?? 0);
const listen = EventTarget.prototype.addEventListener;
EventSource.prototype.addEventListener = function (type, hear, how) {
  return listen.call(this, type, (event) => window.deaf || hear.call(this, event), how);
};
"#;

#[tokio::test]
async fn a_laptop_that_slept_through_the_end_asks_how_the_call_ended() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let contact = live(world, &browser, DEAF, State::Connected).await;
    browser.run("window.deaf = true", vec![]).await;
    world.lab.call_of(&contact).unwrap().end(Reason::HangUp, 83);
    let call = widget.call_id().await;
    assert_eq!(widget.look().await.state.as_deref(), Some("connected"));
    browser.run("window.slept = 3600000", vec![]).await;
    let end = widget.until("disconnected").await;
    assert!(end.status.contains("1:23"), "{end:?}");
    assert_eq!(widget.call_id().await, call);
    browser.close().await;
}

#[tokio::test]
async fn a_call_goes_on_while_the_visitor_walks_through_the_site() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let contact = live(world, &browser, "", State::CallingCaller).await;
    let call = widget.call_id().await;
    // Another page, without the button, and a third with it.
    browser
        .goto(&format!("{}/told.js", world.pages.origin()))
        .await;
    world.lab.call_of(&contact).unwrap().tell(State::Connected);
    let third = world.page(&Account::Camara.button());
    browser.goto(&format!("{third}#elsewhere")).await;
    widget.until("connected").await;
    assert_eq!(widget.call_id().await, call);
    widget.click("hang-up").await;
    widget.until("disconnected").await;
    browser.close().await;
}
