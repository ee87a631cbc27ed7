//! The widget in every state, small and large, light and dark: nothing may
//! stick out. The pictures are in `target/screenshots`, for people to judge.

use std::time::Duration;

use call::{Reason, State};
use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::edge::Edge;
use stories::harness::widget::Widget;
use stories::lab::{Fault, Lab, Settings};

use crate::world::{Account, browser, contact, settings, start_lab, world};

/// A small phone and a desk: width, height.
const SIZES: [(u32, u32); 2] = [(360, 740), (1440, 900)];
const SCHEMES: [&str; 2] = ["light", "dark"];

/// Photographs a state in both schemes, and asserts that all of it can be seen.
async fn picture(browser: &Browser, width: u32, name: &str) {
    for scheme in SCHEMES {
        let feature = json!({"name": "prefers-color-scheme", "value": scheme});
        let still = json!({"name": "prefers-reduced-motion", "value": "reduce"});
        browser
            .devtools(
                "Emulation.setEmulatedMedia",
                json!({"features": [feature, still]}),
            )
            .await;
        let fits = browser.run(FITS, vec![]).await;
        assert_eq!(fits, json!([]), "{name} at {width} px, {scheme}");
        browser
            .screenshot(&format!("{name}-{width}-{scheme}"))
            .await;
    }
}

/// What sticks out of the page or its window, in words.
const FITS: &str = r#"
const wrong = [];
const page = document.scrollingElement;
if (page.scrollWidth > page.clientWidth) wrong.push(`page: ${page.scrollWidth} > ${page.clientWidth}`);
const panel = document.querySelector("click-to-dial").shadowRoot.querySelector("[data-state]");
if (panel) {
  const box = panel.getBoundingClientRect();
  if (box.left < -0.5 || box.right > innerWidth + 0.5) wrong.push(`panel: ${box.left} to ${box.right}`);
  if (box.top < -0.5 || box.bottom > innerHeight + 0.5) wrong.push(`panel: ${box.top} to ${box.bottom}`);
  for (const part of panel.querySelectorAll("*")) {
    if (part.scrollWidth > part.clientWidth + 1 && getComputedStyle(part).display !== "inline" && part.clientWidth > 1)
      wrong.push(`${part.tagName} ${part.getAttribute("part")}: ${part.scrollWidth} > ${part.clientWidth}`);
  }
}
return wrong;
"#;

#[tokio::test]
async fn every_state_fits_and_is_photographed() {
    let lab = start_lab(Settings::default());
    // An account at the lab comes first, so that the demo page has its button.
    let edge = Edge::start(&settings(&[Account::Camara], &lab, "self")).await;
    for (width, height) in SIZES {
        let browser = browser().await;
        browser.resize(width, height).await;
        browser.goto(&edge.url("/")).await;
        walk(&browser, &lab, width).await;
        browser.close().await;
    }
}

async fn walk(browser: &Browser, lab: &Lab, width: u32) {
    let (widget, contact) = (Widget(browser), contact("0150"));
    lab.by_hand(&contact);
    lab.fault(&contact, Fault::SlowAnswer(Duration::from_secs(3)));
    widget.part("button").await;
    picture(browser, width, "00-page").await;
    widget.click("button").await;
    widget.until("form").await;
    picture(browser, width, "01-form").await;
    widget.click("submit").await;
    picture(browser, width, "02-form-flaw").await;
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    widget.until("starting").await;
    picture(browser, width, "03-starting").await;
    widget.until("initiating").await;
    picture(browser, width, "04-initiating").await;
    let line = lab.call_of(&contact).unwrap();
    for (state, name) in [
        (State::CallingCaller, "05-callingCaller"),
        (State::CallingCallee, "06-callingCallee"),
        (State::Connected, "07-connected"),
    ] {
        line.tell(state);
        widget.until(state.as_str()).await;
        picture(browser, width, name).await;
    }
    line.end(Reason::HangUp, 754);
    widget.until("disconnected").await;
    picture(browser, width, "08-disconnected").await;
    others(browser, lab, width).await;
}

/// The states of other calls: hanging up, no answer, failed, error.
async fn others(browser: &Browser, lab: &Lab, width: u32) {
    let widget = Widget(browser);
    let busy = contact("0150");
    lab.by_hand(&busy);
    lab.fault(&busy, Fault::HangUpSilent);
    lab.fault(&busy, Fault::SlowAnswer(Duration::from_secs(2)));
    dial_again(browser, busy.e164()).await;
    widget.until("starting").await;
    widget.click("hang-up").await;
    widget.until("hangingUp").await;
    picture(browser, width, "09-hangingUp").await;
    widget.until("disconnected").await;
    let missed = contact("0105");
    dial_again(browser, missed.e164()).await;
    widget.until("disconnected").await;
    picture(browser, width, "10-noAnswer").await;
    let failed = contact("0150");
    lab.by_hand(&failed);
    dial_again(browser, failed.e164()).await;
    widget.until("initiating").await;
    lab.call_of(&failed).unwrap().tell(State::Failed);
    widget.until("failed").await;
    picture(browser, width, "11-failed").await;
    dial_again(browser, contact("0113").e164()).await;
    widget.until("error").await;
    picture(browser, width, "12-error").await;
}

async fn dial_again(browser: &Browser, number: &str) {
    browser.reload().await;
    Widget(browser).dial(number).await;
}

/// The picture of the README: the sandbox, as anybody sees it first.
#[tokio::test]
async fn the_demo_page_in_a_call_is_photographed() {
    let world = world().await;
    // Two numbers, because the first is given free only a moment after the end.
    let numbers = ["+1 212 555 0111", "+1 202 555 0111"];
    for ((width, height), number) in SIZES.into_iter().zip(numbers) {
        let browser = browser().await;
        let widget = Widget(&browser);
        browser.resize(width, height).await;
        browser.goto(&world.edge.url("/")).await;
        widget.dial(number).await;
        widget
            .until_look("the clock runs", |look| look.timer.ends_with(":02"))
            .await;
        picture(&browser, width, "demo").await;
        widget.click("hang-up").await;
        widget.until("disconnected").await;
        browser.close().await;
    }
}
