//! The tag on a page: what it loads, and what it survives.

use call::State;
use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::page::Kind;
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

/// What the browser says of layout shifts, from the first frame on.
const SHIFTS: &str = "window.shifts = [];\
    new PerformanceObserver((list) => window.shifts.push(...list.getEntries().map((it) => it.value)))\
      .observe({ type: 'layout-shift', buffered: true })";

#[tokio::test]
async fn nothing_on_the_page_moves_when_the_button_comes_nor_when_the_app_does() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.before_pages(SHIFTS).await;
    // The tag comes long after the page was painted.
    let slow = json!({
        "offline": false, "latency": 1000, "downloadThroughput": -1, "uploadThroughput": -1,
    });
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.emulateNetworkConditions", slow)
        .await;
    let words = "<p>And here the page goes on.</p>".repeat(5);
    let room = r#"<div style="min-height: 44px">TAG</div>"#;
    let reserved =
        "<style>click-to-dial:not(:defined) { display: inline-block; min-height: 44px }</style>";
    let tag = r#"<script async src="EDGE/widget.js" data-button="BUTTON"></script>"#;
    let element = r#"<click-to-dial button="BUTTON">Call the shop</click-to-dial><script async src="EDGE/widget.js"></script>"#;
    for (head, body) in [
        (tag, String::new()),
        ("", room.replace("TAG", tag)),
        ("", tag.replace("async", "")),
        (reserved, element.to_owned()),
    ] {
        let body = format!("{body}{words}");
        let kind = Kind {
            head,
            body: &body,
            ..Kind::default()
        };
        browser
            .goto(&world.page_of(kind, &Account::Sandbox.button()))
            .await;
        widget.part("button").await;
        // Intent brings the app; nothing of that is to be seen either.
        let hover = "document.querySelector('click-to-dial').shadowRoot.querySelector('button')\
            .dispatchEvent(new PointerEvent('pointerover', { bubbles: true, composed: true }))";
        browser.run(hover, vec![]).await;
        let there = "return document.querySelector('click-to-dial').hasAttribute('mode')";
        until("the app is there", async || {
            (browser.run(there, vec![]).await == true).then_some(())
        })
        .await;
        let shifts = browser.run("return window.shifts", vec![]).await;
        assert_eq!(shifts, json!([]), "{head} {body}");
    }
    // The browser does tell: without room, what follows moves.
    let body = format!("{tag}{words}");
    let kind = Kind {
        body: &body,
        ..Kind::default()
    };
    let page = world.page_of(kind, &Account::Sandbox.button());
    until("the browser has seen it", async || {
        browser.goto(&page).await;
        widget.part("button").await;
        (browser.run("return window.shifts.length", vec![]).await != 0).then_some(())
    })
    .await;
    browser.close().await;
}
