//! Without a mouse, and for a screen reader.

use fantoccini::key::Key;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, browser, contact, world};

#[tokio::test]
async fn a_call_is_placed_and_ended_by_keyboard_alone() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&world.page(&Account::Sandbox.button())).await;
    widget.part("button").await;
    let (tab, enter, escape) = (
        Key::Tab.to_string(),
        Key::Enter.to_string(),
        Key::Escape.to_string(),
    );
    browser.press(&tab).await;
    widget.until_focused("button").await;
    browser.press(&enter).await;
    widget.until("form").await;
    widget.until_focused("number").await;
    browser.press(contact("0111").e164()).await;
    browser.press(&enter).await;
    widget.until("connected").await;
    widget.until_focused("hang-up").await;
    browser.press(&enter).await;
    widget.until("disconnected").await;
    widget.until_focused("again").await;
    browser.press(&enter).await;
    widget.until("form").await;
    widget.until_focused("number").await;
    browser.press(&escape).await;
    widget
        .until_look("the panel is closed", |look| look.state.is_none())
        .await;
    widget.until_focused("button").await;
    browser.close().await;
}

#[tokio::test]
async fn the_status_is_a_live_region_and_everything_has_a_name() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&world.page(&Account::Sandbox.button())).await;
    widget.click("button").await;
    widget.until("form").await;
    let facts = "const root = document.querySelector('click-to-dial').shadowRoot;\
        const part = (name) => root.querySelector(`[part~=\"${name}\"]`);\
        const status = part('status');\
        const panel = root.querySelector('[data-state]');\
        return {\
          live: status.getAttribute('role') === 'status' || status.getAttribute('aria-live') === 'polite',\
          dialog: panel.getAttribute('role'),\
          named: !!(panel.getAttribute('aria-label') || panel.getAttribute('aria-labelledby')),\
          close: part('close').getAttribute('aria-label') || part('close').textContent.trim(),\
          label: part('number').labels.length,\
          expanded: part('button').getAttribute('aria-expanded'),\
        }";
    let facts = browser.run(facts, vec![]).await;
    assert_eq!(facts["live"], true, "{facts}");
    assert_eq!(facts["dialog"], "dialog", "{facts}");
    assert_eq!(facts["named"], true, "{facts}");
    assert!(!facts["close"].as_str().unwrap().is_empty(), "{facts}");
    assert_eq!(facts["label"], 1, "{facts}");
    assert_eq!(facts["expanded"], "true", "{facts}");
    browser.close().await;
}

#[tokio::test]
async fn every_target_is_large_enough_for_a_finger() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.resize(360, 740).await;
    browser.goto(&world.page(&Account::Sandbox.button())).await;
    widget.click("button").await;
    widget.until("form").await;
    for part in ["button", "number", "submit", "close"] {
        // The panel may still be sliding in.
        until(&format!("{part} is at least 24 pixels"), async || {
            let (_, _, width, height) = widget.part(part).await.rectangle().await.ok()?;
            (width >= 24.0 && height >= 24.0).then_some(())
        })
        .await;
    }
    browser.close().await;
}
