//! Visitors who see the page in their own way: enlarged, in their own colours, without
//! motion, by keyboard or by ear.

use call::{Reason, State};
use fantoccini::key::Key;
use serde_json::{Value, json};
use stories::harness::browser::Browser;
use stories::harness::page::Kind;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, browser, contact, world};

/// What of the page or the panel cannot be reached by scrolling one way, in words.
const OUT_OF_REACH: &str = r#"
const wrong = [];
const page = document.scrollingElement;
if (page.scrollWidth > page.clientWidth) wrong.push(`page: ${page.scrollWidth} > ${page.clientWidth}`);
const panel = document.querySelector("click-to-dial").shadowRoot.querySelector("[data-state]");
if (panel.scrollWidth > panel.clientWidth) wrong.push(`panel: ${panel.scrollWidth} > ${panel.clientWidth}`);
const root = panel.getRootNode();
for (const part of panel.querySelectorAll("button, input, select, a, p, h2")) {
  if (!part.textContent.trim() && !part.matches("button, input, select")) continue;
  part.scrollIntoView({ block: "center", behavior: "instant" });
  const box = part.getBoundingClientRect();
  const name = `${part.localName} ${part.getAttribute("part")}`;
  if (box.left < 0 || box.right > innerWidth) wrong.push(`${name}: ${box.left} to ${box.right}`);
  if (part.scrollWidth > part.clientWidth + 1 && part.clientWidth > 1) wrong.push(`${name} is cut off`);
  const hit = root.elementFromPoint(box.left + box.width / 2, box.top + Math.min(box.height, 20) / 2);
  if (!(part.contains(hit) || part.closest("label")?.contains(hit) || hit?.contains(part))) wrong.push(`${name} is covered`);
}
return wrong;
"#;

/// The window of 1280 by 1024 pixels at 200 %, and at the 400 % of WCAG 2.2, 1.4.10.
const ENLARGED: [(u32, u32, u32); 2] = [(640, 512, 2), (320, 256, 4)];

#[tokio::test]
async fn enlarged_to_four_times_nothing_is_lost() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    for (width, height, factor) in ENLARGED {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": factor, "mobile": false,
        });
        browser
            .devtools("Emulation.setDeviceMetricsOverride", metrics)
            .await;
        browser.media(&[("prefers-reduced-motion", "reduce")]).await;
        let contact = contact("0150");
        world.lab.by_hand(&contact);
        browser.goto(&world.page(&Account::Camara.button())).await;
        let seen = async |what: &str| {
            let wrong = browser.run(OUT_OF_REACH, vec![]).await;
            assert_eq!(wrong, json!([]), "{what} at {width} px");
            browser
                .screenshot(&format!("enlarged-{width}-{what}"))
                .await;
        };
        widget.click("button").await;
        widget.until_said("You will be called from").await;
        seen("form").await;
        widget.click("submit").await;
        // What is to be corrected is in sight, and why.
        until("the field and its flaw are seen", async || {
            let script = "const root = document.querySelector('click-to-dial').shadowRoot;\
                const [field, flaw, panel] = ['entry', 'error', 'panel'].map((part) => root.querySelector(`[part=${part}]`).getBoundingClientRect());\
                return root.activeElement?.id == 'number' && field.top >= panel.top && flaw.height > 0 && flaw.bottom <= panel.bottom && scrollY == 0";
            (browser.run(script, vec![]).await == true).then_some(())
        })
        .await;
        seen("flaw").await;
        widget.type_into("number", contact.e164()).await;
        widget.click("submit").await;
        widget.until("initiating").await;
        let line = world.lab.call_of(&contact).unwrap();
        line.tell(State::CallingCallee);
        widget.until("callingCallee").await;
        seen("calling").await;
        line.tell(State::Connected);
        widget.until("connected").await;
        seen("connected").await;
        line.end(Reason::CalleeBusy, 0);
        widget.until("disconnected").await;
        seen("disconnected").await;
    }
    browser.close().await;
}

const LONG: &str = "Jetzt kostenlos und unverbindlich von unserem Kundendienst zurückrufen lassen";

#[tokio::test]
async fn on_a_phone_upright_or_on_its_side_long_german_words_have_room() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.media(&[("prefers-reduced-motion", "reduce")]).await;
    for placement in ["corner", "inline"] {
        let body = format!(
            r#"<script async src="EDGE/widget.js" data-button="BUTTON" data-placement="{placement}" data-label="{LONG}"></script>"#
        );
        let kind = Kind {
            head: "<script nonce='told'>document.documentElement.lang = 'de'</script>",
            body: &body,
            ..Kind::default()
        };
        for (width, height) in [(360, 740), (740, 360)] {
            browser.resize(width, height).await;
            browser
                .goto(&world.page_of(kind, &Account::Sandbox.button()))
                .await;
            widget.part("button").await;
            let name = format!("phone-{placement}-{width}");
            browser.screenshot(&name).await;
            let fits = "const box = document.querySelector('click-to-dial').shadowRoot.querySelector('button').getBoundingClientRect();\
                return box.left >= 0 && box.right <= innerWidth && box.bottom <= innerHeight";
            assert_eq!(browser.run(fits, vec![]).await, true, "{name}");
            widget.click("button").await;
            widget.until_said("angerufen").await;
            browser.screenshot(&format!("{name}-form")).await;
            let wrong = browser.run(OUT_OF_REACH, vec![]).await;
            assert_eq!(wrong, json!([]), "{name}");
        }
    }
    browser.close().await;
}

/// Of each part: the colours of its edge, its ground and its words.
const COLOURS: &str = r#"
const root = document.querySelector("click-to-dial").shadowRoot;
const seen = {};
for (const [name, selector] of Object.entries(arguments[0])) {
  const part = root.querySelector(selector);
  if (!part) continue;
  const { borderTopColor, borderTopWidth, backgroundColor, color } = getComputedStyle(part);
  seen[name] = { edge: parseFloat(borderTopWidth) ? borderTopColor : null, ground: backgroundColor, words: color };
}
return seen;
"#;

#[tokio::test]
async fn in_forced_colours_everything_has_an_edge_and_states_differ() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    for scheme in ["light", "dark"] {
        browser
            .media(&[
                ("forced-colors", "active"),
                ("prefers-color-scheme", scheme),
            ])
            .await;
        browser.goto(&world.page(&Account::Camara.button())).await;
        widget.click("button").await;
        widget.until("form").await;
        let parts = json!({
            "button": "[part=button]", "icon": "[part=icon]", "panel": "[part=panel]",
            "entry": "[part=entry]", "submit": "[part=submit]",
        });
        let seen = browser.run(COLOURS, vec![parts]).await;
        for (name, colours) in seen.as_object().unwrap() {
            assert!(colours["edge"].is_string(), "{name}: {seen}");
            assert_ne!(colours["edge"], colours["ground"], "{name}: {seen}");
            assert_ne!(colours["words"], colours["ground"], "{name}: {seen}");
        }
        assert_eq!(seen.as_object().unwrap().len(), 5, "{seen}");
        browser.screenshot(&format!("forced-{scheme}-form")).await;
    }
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    widget.until("initiating").await;
    world
        .lab
        .call_of(&contact)
        .unwrap()
        .tell(State::CallingCaller);
    widget.until("callingCaller").await;
    let phones = json!({"rings": "[data-leg=ringing] svg", "waits": "[data-leg=idle] svg"});
    let seen = browser.run(COLOURS, vec![phones]).await;
    assert_ne!(seen["rings"]["edge"], seen["waits"]["edge"], "{seen}");
    browser.screenshot("forced-dark-calling").await;
    widget.click("hang-up").await;
    widget.until("disconnected").await;
    browser.close().await;
}

#[tokio::test]
async fn whoever_wants_no_motion_gets_none() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    widget.until("initiating").await;
    world
        .lab
        .call_of(&contact)
        .unwrap()
        .tell(State::CallingCaller);
    widget.until("callingCaller").await;
    let moving = "return document.querySelector('click-to-dial').shadowRoot.getAnimations()\
        .filter((it) => it.playState == 'running').length";
    until("the phone is seen ringing", async || {
        (browser.run(moving, vec![]).await != 0).then_some(())
    })
    .await;
    browser.media(&[("prefers-reduced-motion", "reduce")]).await;
    until("nothing moves", async || {
        (browser.run(moving, vec![]).await == 0).then_some(())
    })
    .await;
    widget.click("hang-up").await;
    widget.until("disconnected").await;
    browser.close().await;
}

/// The part with the focus, and whether that can be seen on it or on what frames it.
const FOCUS: &str = r#"
const root = document.querySelector("click-to-dial").shadowRoot;
const active = root.activeElement;
if (!active) return null;
const name = active.localName == "select" ? "country" : active.closest("[part]").getAttribute("part");
const outlined = (part) => {
  const { outlineStyle, outlineWidth } = getComputedStyle(part);
  // The browser's own ring is there until the second stage brings ours.
  return outlineStyle == "auto" || (outlineStyle != "none" && parseFloat(outlineWidth) >= 2);
};
return [name, outlined(active) || outlined(active.closest(".entry") ?? active)];
"#;

async fn focus(browser: &Browser) -> Value {
    browser.run(FOCUS, vec![]).await
}

#[tokio::test]
async fn the_focus_goes_through_the_form_in_its_order_and_is_seen() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&world.page(&Account::Sandbox.button())).await;
    widget.part("button").await;
    let tab = Key::Tab.to_string();
    browser.press(&tab).await;
    assert_eq!(focus(&browser).await, json!(["button", true]));
    browser.press(&Key::Enter.to_string()).await;
    widget.until_said("You will be called from").await;
    widget.until_focused("number").await;
    assert_eq!(focus(&browser).await, json!(["number", true]));
    for part in ["remember", "submit"] {
        browser.press(&tab).await;
        assert_eq!(focus(&browser).await, json!([part, true]));
    }
    // And from the button on the page into the panel, as they follow each other.
    browser
        .run(
            "document.querySelector('click-to-dial').shadowRoot.querySelector('button').focus()",
            vec![],
        )
        .await;
    for part in ["close", "country", "number"] {
        browser.press(&tab).await;
        assert_eq!(focus(&browser).await, json!([part, true]));
    }
    browser.close().await;
}

/// Keeps every text that the live region had.
const HEAR: &str = r"
const root = document.querySelector('click-to-dial').shadowRoot;
const region = root.querySelector('[part=status]');
window.heard = [];
window.regions = root.querySelectorAll('[part=status]').length;
new MutationObserver(() => window.heard.push(region.textContent))
  .observe(region, { childList: true, subtree: true, characterData: true });
";

#[tokio::test]
async fn every_change_is_announced_once_and_the_clock_never() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.click("button").await;
    widget.until_said("You will be called from").await;
    browser.run(HEAR, vec![]).await;
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    widget.until("initiating").await;
    let line = world.lab.call_of(&contact).unwrap();
    for state in [State::CallingCaller, State::Connected] {
        // What an operator repeats is no news.
        line.tell(state);
        line.tell(state);
        widget.until(state.as_str()).await;
    }
    widget
        .until_look("the clock runs", |look| look.timer.as_str() >= "0:02")
        .await;
    line.end(Reason::HangUp, 9);
    widget.until("disconnected").await;
    let heard = browser.run("return window.heard", vec![]).await;
    let heard: Vec<&str> = heard
        .as_array()
        .unwrap()
        .iter()
        .filter_map(Value::as_str)
        .collect();
    for words in ["Calling you", "Connected", "Call ended"] {
        let times = heard.iter().filter(|text| text.contains(words)).count();
        assert_eq!(times, 1, "{words}: {heard:?}");
    }
    assert_eq!(browser.run("return window.regions", vec![]).await, 1);
    browser.close().await;
}
