//! What axe-core finds against WCAG 2.2 AA: nothing, in every state, light and
//! dark, from either direction.

use call::{Reason, State};
use serde_json::{Value, json};
use stories::harness::browser::Browser;
use stories::harness::edge::root;
use stories::harness::page::Kind;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::admission::Shop;
use crate::world::{Account, World, browser, contact, world};

const RUN: &str = "window.found = undefined;\
    axe.run('click-to-dial', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })\
    .then(({ violations, passes }) => { window.found = [passes.length, ...violations.flatMap((v) =>\
      v.nodes.map((n) => v.id + ' ' + n.html + ' ' + n.failureSummary))] })";

/// Looks at the widget as it is now, in both schemes.
async fn must_be_clean(browser: &Browser, what: &str) {
    for scheme in ["light", "dark"] {
        browser
            .media(&[
                ("prefers-color-scheme", scheme),
                ("prefers-reduced-motion", "reduce"),
            ])
            .await;
        browser.run(RUN, vec![]).await;
        let found = until("axe has looked", async || {
            let found = browser.run("return window.found", vec![]).await;
            found.is_array().then_some(found)
        })
        .await;
        let found = found.as_array().unwrap();
        assert!(
            found[0].as_u64() > Some(5),
            "{what}: axe saw too little: {found:?}"
        );
        assert_eq!(found.len(), 1, "{what}, {scheme}: {found:#?}");
    }
}

fn axe() -> String {
    std::fs::read_to_string(root().join("node_modules/axe-core/axe.min.js")).unwrap()
}

/// Opens a page in this language that is light or dark as its visitor likes.
async fn open(world: &World, browser: &Browser, policy: &str, tongue: &str, button: &str) {
    let body = format!(
        r#"<main lang="{tongue}"><script async src="EDGE/widget.js" data-button="BUTTON"></script></main>
<style nonce="told">:root {{ color-scheme: light dark }}</style>"#
    );
    let kind = Kind {
        policy,
        body: &body,
        ..Kind::default()
    };
    browser.goto(&world.page_of(kind, button)).await;
    browser.run(&axe(), vec![]).await;
}

#[tokio::test]
async fn axe_finds_nothing_in_any_state() {
    let (world, browser) = (world().await, browser().await);
    for tongue in ["en", "ar"] {
        let (widget, contact) = (Widget(&browser), contact("0150"));
        world.lab.by_hand(&contact);
        open(world, &browser, "", tongue, &Account::Camara.button()).await;
        widget.part("button").await;
        must_be_clean(&browser, "nothing but the button").await;
        widget.click("button").await;
        widget.until("form").await;
        must_be_clean(&browser, "form").await;
        widget.click("submit").await;
        must_be_clean(&browser, "a flaw").await;
        widget.type_into("number", contact.e164()).await;
        widget.click("submit").await;
        widget.until("initiating").await;
        must_be_clean(&browser, "initiating").await;
        let line = world.lab.call_of(&contact).unwrap();
        for state in [State::CallingCaller, State::CallingCallee, State::Connected] {
            line.tell(state);
            widget.until(state.as_str()).await;
            must_be_clean(&browser, state.as_str()).await;
        }
        line.end(Reason::CalleeBusy, 0);
        widget.until("disconnected").await;
        must_be_clean(&browser, "disconnected").await;
    }
    browser.close().await;
}

const OWNERS: &str = "I agree to be called back, and have read what becomes of my number.";

#[tokio::test]
async fn axe_finds_nothing_in_what_owners_and_accidents_bring_about() {
    let browser = browser().await;
    let widget = Widget(&browser);
    let fallback = json!({"url": "https://example.com/contact", "text": "Write to us"});
    let never = json!({"timeZone": "UTC", "week": {"mon": []}});
    let terms = json!({"version": "1", "texts": {"en": OWNERS}});
    let shop = async |button: &Value| Shop::open(&json!({}), button).await;
    for tongue in ["en", "he"] {
        let closed = shop(&json!({"hours": never, "fallback": fallback})).await;
        open(closed.world, &browser, "", tongue, &closed.button).await;
        widget.click("button").await;
        widget.until("closed").await;
        must_be_clean(&browser, "closed, with another way").await;

        let asking = shop(&json!({"consent": terms, "captcha": true})).await;
        open(asking.world, &browser, "", tongue, &asking.button).await;
        widget.dial(contact("0100").e164()).await;
        widget.until_said(OWNERS).await;
        must_be_clean(&browser, "terms that are not agreed to").await;
        widget.click("consent").await;
        widget.click("submit").await;
        widget.until("captcha").await;
        must_be_clean(&browser, "a captcha").await;

        let world = asking.world;
        browser.block(&["*.wasm"]).await;
        open(world, &browser, "", tongue, &Account::Sandbox.button()).await;
        widget.click("button").await;
        until("the failure is shown", async || {
            let told = widget.told_names().await;
            told.contains(&"ctd-error".to_owned()).then_some(())
        })
        .await;
        must_be_clean(&browser, "an app that cannot be loaded").await;
        browser.block(&[]).await;

        open(world, &browser, "", tongue, &Account::Sandbox.button()).await;
        widget.dial(contact("0107").e164()).await;
        widget.until("error").await;
        must_be_clean(&browser, "an error").await;

        let contact = contact("0150");
        world.lab.by_hand(&contact);
        open(world, &browser, "", tongue, &Account::Camara.foreign_only()).await;
        widget.dial(contact.e164()).await;
        widget.until("initiating").await;
        world.lab.call_of(&contact).unwrap().tell(State::Failed);
        widget.until("failed").await;
        must_be_clean(&browser, "a failure, with another way").await;
    }
    browser.close().await;
}

#[tokio::test]
async fn axe_finds_nothing_in_our_frame_and_in_the_way_out() {
    let (world, browser) = (world().await, browser().await);
    let (widget, button) = (Widget(&browser), Account::Camara.foreign_only());
    let scripts =
        "default-src 'none'; style-src 'nonce-told'; script-src 'self' EDGE; connect-src EDGE";
    open(world, &browser, scripts, "en", &button).await;
    widget.click("button").await;
    widget.until("fallback").await;
    widget.part("fallback").await;
    must_be_clean(&browser, "the way out").await;
    open(
        world,
        &browser,
        &format!("{scripts}; frame-src EDGE"),
        "en",
        &button,
    )
    .await;
    widget.click("button").await;
    let frame = widget.part("frame").await;
    must_be_clean(&browser, "the page around our frame").await;
    frame.enter_frame().await.unwrap();
    browser.run(&axe(), vec![]).await;
    widget.until_said("You will be called from").await;
    must_be_clean(&browser, "our frame").await;
    browser.close().await;
}
