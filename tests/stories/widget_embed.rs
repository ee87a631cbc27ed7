//! The tag on a page: what it loads, and what it survives.

use call::State;
use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, browser, contact, world};

/// What the page has loaded from the edge, by name.
async fn loaded(browser: &Browser) -> Vec<String> {
    let script = "return performance.getEntriesByType('resource').map((e) => e.name)";
    let names = browser.run(script, vec![]).await;
    let names = names.as_array().unwrap().iter();
    names
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

#[tokio::test]
async fn nothing_but_the_loader_is_fetched_before_somebody_means_to_call() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&world.page(&Account::Sandbox.button())).await;
    widget.part("button").await;
    let edge = world.edge.url("");
    let from_edge: Vec<String> = loaded(&browser)
        .await
        .into_iter()
        .filter(|name| name.starts_with(&edge))
        .collect();
    assert_eq!(from_edge, [format!("{edge}/widget.js")]);
    widget.click("button").await;
    widget.until("form").await;
    assert!(
        loaded(&browser)
            .await
            .iter()
            .any(|name| name.ends_with(".wasm"))
    );
    let globals = "return Object.keys(window).filter((k) => /ctd|dial|wasm/i.test(k))";
    assert_eq!(browser.run(globals, vec![]).await, json!([]));
    browser.close().await;
}

#[tokio::test]
async fn a_click_before_the_app_is_there_is_answered_at_once_and_opens_once() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&world.page(&Account::Sandbox.button())).await;
    let slow = json!({
        "offline": false, "latency": 600, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.emulateNetworkConditions", slow)
        .await;
    let button = widget.part("button").await;
    for _ in 0..3 {
        button.click().await.unwrap();
    }
    let answer = "const b = document.querySelector('click-to-dial').shadowRoot.querySelector('[part~=button]');\
        return [b.getAttribute('aria-busy'), getComputedStyle(b).opacity]";
    let answered = browser.run(answer, vec![]).await;
    assert_eq!(answered, json!(["true", "0.6"]));
    widget.until("form").await;
    let panels = "return document.querySelector('click-to-dial').shadowRoot.querySelectorAll('[data-state]').length";
    assert_eq!(browser.run(panels, vec![]).await, 1);
    browser.close().await;
}

#[tokio::test]
async fn an_app_that_cannot_be_loaded_shows_it_and_a_new_click_tries_again() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&world.page(&Account::Sandbox.button())).await;
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.setBlockedURLs", json!({"urls": ["*.wasm"]}))
        .await;
    widget.click("button").await;
    // No words: those of the visitor's language may not have come either.
    let sign = "return document.querySelector('click-to-dial').shadowRoot.querySelector('[role=status]').textContent";
    until("there is a sign", async || {
        (browser.run(sign, vec![]).await == "⚠ ").then_some(())
    })
    .await;
    let names = widget.told_names().await;
    assert_eq!(names, ["ctd-error"]);
    browser
        .devtools("Network.setBlockedURLs", json!({"urls": []}))
        .await;
    widget.click("button").await;
    widget.until("form").await;
    assert_eq!(browser.run(sign, vec![]).await, "");
    browser.close().await;
}

#[tokio::test]
async fn a_double_click_on_submit_is_one_call() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.click("button").await;
    widget.until("form").await;
    widget.type_into("number", contact.e164()).await;
    let twice = "const b = document.querySelector('click-to-dial').shadowRoot.querySelector('[part~=submit]'); b.click(); b.click();";
    browser.run(twice, vec![]).await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn a_page_without_storage_can_call_too() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    let forbid = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no', 'SecurityError') } })";
    let script = json!({"source": forbid});
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", script)
        .await;
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    let end = widget.until("disconnected").await;
    assert!(end.status.contains("Call ended"), "{end:?}");
    browser.close().await;
}

#[tokio::test]
async fn the_tag_pasted_twice_is_harmless() {
    let (world, browser) = (world().await, browser().await);
    browser.goto(&world.page(&Account::Sandbox.button())).await;
    Widget(&browser).part("button").await;
    let again = "const first = document.querySelector('script[data-button]');\
        const tag = document.createElement('script');\
        Object.assign(tag.dataset, first.dataset);\
        tag.src = first.src;\
        document.body.append(tag)";
    browser.run(again, vec![]).await;
    until("a second button is there", async || {
        let count = "return document.querySelectorAll('click-to-dial').length";
        (browser.run(count, vec![]).await == 2).then_some(())
    })
    .await;
    let widget = Widget(&browser);
    widget.dial(contact("0101").e164()).await;
    widget.until("disconnected").await;
    browser.close().await;
}

#[tokio::test]
async fn a_page_can_dial_open_close_and_hang_up_by_itself() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.part("button").await;
    let host = |what: &str| format!("document.querySelector('click-to-dial').{what}()");
    browser.run(&host("open"), vec![]).await;
    widget.until("form").await;
    browser.run(&host("close"), vec![]).await;
    widget
        .until_look("the panel is closed", |look| look.state.is_none())
        .await;
    browser.run(&host("open"), vec![]).await;
    widget.until("form").await;
    widget.type_into("number", contact.e164()).await;
    browser.run(&host("dial"), vec![]).await;
    widget.until("initiating").await;
    world.lab.call_of(&contact).unwrap().tell(State::Connected);
    widget.until("connected").await;
    browser.run(&host("hangUp"), vec![]).await;
    widget.until("disconnected").await;
    browser.close().await;
}
