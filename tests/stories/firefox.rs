//! The core of it in Firefox: another engine, the same promises.

use call::State;
use fantoccini::key::Key;
use serde_json::json;
use stories::harness::firefox::Firefox;
use stories::harness::page::Kind;
use stories::harness::wait::until;
use stories::harness::widget::{Widget, Window};

use crate::conformance::WHOLE;
use crate::world::{Account, contact, world};

#[tokio::test]
async fn from_the_click_to_the_end_under_a_strict_policy() {
    let (world, firefox) = (world().await, Firefox::start().await);
    let (widget, contact) = (Widget(&firefox), contact("0100"));
    let kind = Kind {
        policy: "default-src 'none'; img-src 'self'; script-src 'self' EDGE 'wasm-unsafe-eval'; connect-src EDGE",
        ..Kind::default()
    };
    firefox
        .goto(&world.page_of(kind, &Account::Camara.button()))
        .await;
    firefox.click("button").await;
    widget.until("form").await;
    firefox.click("number").await;
    firefox.press(contact.e164()).await;
    firefox.click("submit").await;
    let end = widget.until("disconnected").await;
    assert!(end.status.contains("Call ended"), "{end:?}");
    let states = widget.told_states().await;
    let known: Vec<&str> = WHOLE
        .into_iter()
        .filter(|state| states.iter().any(|told| told == state))
        .collect();
    assert_eq!(states, known);
    assert_eq!(world.lab.placed(&contact), 1);
    let forbidden = firefox.run("return window.forbidden", vec![]).await;
    assert_eq!(forbidden, json!([]));
    assert!(widget.records().await.is_empty());
    firefox.photograph("firefox-disconnected").await;
    firefox.close().await;
}

#[tokio::test]
async fn where_wasm_is_forbidden_the_call_runs_in_our_frame() {
    let (world, firefox) = (world().await, Firefox::start().await);
    let (widget, contact) = (Widget(&firefox), contact("0100"));
    let kind = Kind {
        policy: "default-src 'none'; script-src 'self' EDGE; connect-src EDGE; frame-src EDGE",
        ..Kind::default()
    };
    firefox
        .goto(&world.page_of(kind, &Account::Camara.foreign_only()))
        .await;
    firefox.click("button").await;
    firefox.enter().await;
    widget.until("form").await;
    firefox.click("number").await;
    firefox.press(contact.e164()).await;
    firefox.click("submit").await;
    widget.until("disconnected").await;
    firefox.leave().await;
    until("the page is told of the end", async || {
        let names = widget.told_names().await;
        names.contains(&"ctd-end".to_owned()).then_some(())
    })
    .await;
    let mode = "return document.querySelector('click-to-dial').getAttribute('mode')";
    assert_eq!(firefox.run(mode, vec![]).await, "frame");
    assert_eq!(world.lab.placed(&contact), 1);
    firefox.close().await;
}

#[tokio::test]
async fn by_keyboard_alone_and_back_after_a_reload() {
    let (world, firefox) = (world().await, Firefox::start().await);
    let (widget, contact) = (Widget(&firefox), contact("0150"));
    world.lab.by_hand(&contact);
    firefox.goto(&world.page(&Account::Camara.button())).await;
    until("the button is there", async || {
        let there = "return !!document.querySelector('click-to-dial')?.shadowRoot";
        (firefox.run(there, vec![]).await == true).then_some(())
    })
    .await;
    let [tab, enter, escape] = [Key::Tab, Key::Return, Key::Escape].map(|key| key.to_string());
    firefox.press(&tab).await;
    widget.until_focused("button").await;
    firefox.press(&enter).await;
    widget.until("form").await;
    widget.until_focused("number").await;
    firefox.press(contact.e164()).await;
    firefox.press(&enter).await;
    widget.until("initiating").await;
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(State::Connected);
    widget.until("connected").await;
    let call = widget.call_id().await;
    firefox.reload().await;
    widget.until("connected").await;
    assert_eq!(widget.call_id().await, call);
    firefox.click("hang-up").await;
    let end = widget.until("disconnected").await;
    assert!(end.status.contains("You hung up"), "{end:?}");
    firefox.press(&escape).await;
    widget
        .until_look("the panel is closed", |look| look.state.is_none())
        .await;
    widget.until_focused("button").await;
    assert_eq!(world.lab.placed(&contact), 1);
    firefox.close().await;
}

#[tokio::test]
async fn from_the_right_in_arabic() {
    let (world, firefox) = (world().await, Firefox::start().await);
    let widget = Widget(&firefox);
    let kind = Kind {
        body: r#"<div lang="ar" dir="rtl"><script async src="EDGE/widget.js" data-button="BUTTON"></script></div>"#,
        ..Kind::default()
    };
    firefox
        .goto(&world.page_of(kind, &Account::Sandbox.button()))
        .await;
    firefox.click("button").await;
    widget.until_said("رقم هاتفك").await;
    let fits = "const panel = document.querySelector('click-to-dial').shadowRoot.querySelector('[data-state]');\
        const box = panel.getBoundingClientRect();\
        return [getComputedStyle(panel).direction, box.left >= 0 && box.right <= innerWidth,\
          panel.scrollWidth <= panel.clientWidth]";
    assert_eq!(firefox.run(fits, vec![]).await, json!(["rtl", true, true]));
    firefox.photograph("firefox-ar").await;
    firefox.close().await;
}
