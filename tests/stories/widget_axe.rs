//! What axe-core finds against WCAG 2.2 AA: nothing, in every state, light and
//! dark, from either direction.

use call::{Reason, State};
use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::edge::root;
use stories::harness::page::Kind;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, browser, contact, world};

const RUN: &str = "window.found = undefined;\
    axe.run('click-to-dial', { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'] })\
    .then(({ violations, passes }) => { window.found = [passes.length, ...violations.flatMap((v) =>\
      v.nodes.map((n) => v.id + ' ' + n.html + ' ' + n.failureSummary))] })";

/// Looks at the widget as it is now, in both schemes.
async fn must_be_clean(browser: &Browser, what: &str) {
    for scheme in ["light", "dark"] {
        let features = [
            ("prefers-color-scheme", scheme),
            ("prefers-reduced-motion", "reduce"),
        ];
        let features = features.map(|(name, value)| json!({"name": name, "value": value}));
        let media = json!({"features": features});
        browser.devtools("Emulation.setEmulatedMedia", media).await;
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

#[tokio::test]
async fn axe_finds_nothing_in_any_state() {
    let axe = std::fs::read_to_string(root().join("node_modules/axe-core/axe.min.js")).unwrap();
    let (world, browser) = (world().await, browser().await);
    for tongue in ["en", "ar"] {
        let (widget, contact) = (Widget(&browser), contact("0150"));
        world.lab.by_hand(&contact);
        let body = format!(
            r#"<main lang="{tongue}"><script async src="EDGE/widget.js" data-button="BUTTON"></script></main>
<style>:root {{ color-scheme: light dark }}</style>"#
        );
        let kind = Kind {
            body: &body,
            ..Kind::default()
        };
        browser
            .goto(&world.page_of(kind, &Account::Camara.button()))
            .await;
        browser.run(&axe, vec![]).await;
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
