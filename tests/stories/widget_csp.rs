//! The widget under a page's Content Security Policy: inline where the policy
//! allows it, in our frame where it does not, and with the owner's way out
//! where it forbids frames too.

use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::page::Kind;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, PLATFORM, World, browser, contact, world};

/// Opens a page with this policy and presses the button.
async fn open(world: &World, browser: &Browser, policy: &str) {
    open_kind(
        world,
        browser,
        Kind {
            policy,
            ..Kind::default()
        },
    )
    .await;
}

async fn open_kind(world: &World, browser: &Browser, kind: Kind<'_>) {
    let page = world.page_of(kind, &Account::Camara.foreign_only());
    browser.goto(&page).await;
    Widget(browser).click("button").await;
}

/// Waits until the element says how the app runs.
async fn until_mode(browser: &Browser, mode: &str) {
    until(&format!("the mode is {mode}"), async || {
        let script = "return document.querySelector('click-to-dial').getAttribute('mode')";
        (browser.run(script, vec![]).await == mode).then_some(())
    })
    .await;
}

/// What the policy has forbidden so far.
async fn forbidden(browser: &Browser) -> serde_json::Value {
    browser.run("return window.forbidden", vec![]).await
}

/// Goes into our frame, where the element is the only one.
async fn enter(browser: &Browser) {
    let frame = Widget(browser).part("frame").await;
    frame.enter_frame().await.expect("the frame can be entered");
}

async fn leave(browser: &Browser) {
    browser.client.enter_parent_frame().await.expect("the page");
}

/// The button on the page has the colour that its owner has chosen.
async fn must_be_the_owners(browser: &Browser) {
    let colour = "return getComputedStyle(document.querySelector('click-to-dial').shadowRoot\
        .querySelector('[part=button]')).backgroundColor";
    assert_eq!(browser.run(colour, vec![]).await, "rgb(122, 46, 142)");
}

#[tokio::test]
async fn under_a_strict_policy_a_call_runs_inline_and_nothing_is_violated() {
    let (world, browser) = (world().await, browser().await);
    for policy in [
        "default-src 'none'; script-src 'self' EDGE 'wasm-unsafe-eval'; connect-src EDGE; \
         require-trusted-types-for 'script'; trusted-types 'none'",
        "default-src 'none'; script-src 'nonce-told' 'strict-dynamic' 'wasm-unsafe-eval'; \
         connect-src EDGE; require-trusted-types-for 'script'; trusted-types 'none'",
    ] {
        let (widget, contact) = (Widget(&browser), contact("0100"));
        let body =
            r#"<script async nonce="told" src="EDGE/widget.js" data-button="BUTTON"></script>"#;
        let kind = Kind {
            policy,
            body,
            ..Kind::default()
        };
        open_kind(world, &browser, kind).await;
        widget.until("form").await;
        widget.type_into("number", contact.e164()).await;
        widget.click("submit").await;
        widget.until("disconnected").await;
        until_mode(&browser, "inline").await;
        assert_eq!(forbidden(&browser).await, json!([]), "{policy}");
    }
    browser.close().await;
}

#[tokio::test]
async fn where_wasm_or_requests_are_forbidden_the_call_runs_in_our_frame() {
    let (world, browser) = (world().await, browser().await);
    for policy in [
        "default-src 'none'; script-src 'self' EDGE; connect-src EDGE; frame-src EDGE",
        "default-src 'none'; script-src 'self' EDGE 'wasm-unsafe-eval'; frame-src EDGE",
    ] {
        let (widget, contact) = (Widget(&browser), contact("0100"));
        open(world, &browser, policy).await;
        until_mode(&browser, "frame").await;
        enter(&browser).await;
        widget.until("form").await;
        widget.type_into("number", contact.e164()).await;
        widget.click("submit").await;
        let end = widget.until("disconnected").await;
        assert!(end.status.contains("Call ended"), "{end:?}");
        leave(&browser).await;
        must_be_the_owners(&browser).await;
        until("the page is told of the end", async || {
            let names = widget.told_names().await;
            names.contains(&"ctd-end".to_owned()).then_some(())
        })
        .await;
        assert_eq!(
            widget.told_states().await,
            [
                "initiating",
                "callingCaller",
                "callingCallee",
                "connected",
                "disconnected"
            ]
        );
        assert_eq!(world.lab.placed(&contact), 1);
        let state = "return document.querySelector('click-to-dial').getAttribute('state')";
        assert_eq!(browser.run(state, vec![]).await, "disconnected");
    }
    browser.close().await;
}

#[tokio::test]
async fn a_page_that_isolates_itself_can_call_inline_and_in_our_frame() {
    let (world, browser) = (world().await, browser().await);
    for (policy, mode) in [
        ("", "inline"),
        ("script-src 'self' EDGE; frame-src EDGE", "frame"),
    ] {
        let (widget, contact) = (Widget(&browser), contact("0100"));
        let kind = Kind {
            policy,
            isolated: true,
            ..Kind::default()
        };
        open_kind(world, &browser, kind).await;
        until_mode(&browser, mode).await;
        assert_eq!(
            browser.run("return crossOriginIsolated", vec![]).await,
            true
        );
        if mode == "frame" {
            enter(&browser).await;
        }
        widget.until("form").await;
        widget.type_into("number", contact.e164()).await;
        widget.click("submit").await;
        widget.until("disconnected").await;
        assert_eq!(world.lab.placed(&contact), 1);
        leave(&browser).await;
    }
    browser.close().await;
}

#[tokio::test]
async fn the_page_can_stop_a_call_that_its_frame_is_about_to_place() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    let policy = "script-src 'self' EDGE; frame-src EDGE";
    open(world, &browser, policy).await;
    let stop = "document.addEventListener('ctd-before-call', (event) => event.preventDefault(), { once: true })";
    browser.run(stop, vec![]).await;
    enter(&browser).await;
    widget.until("form").await;
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    leave(&browser).await;
    until("the page is asked", async || {
        let names = widget.told_names().await;
        (names == ["ctd-before-call"]).then_some(())
    })
    .await;
    enter(&browser).await;
    widget.click("submit").await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn a_call_in_the_frame_survives_a_reload_of_the_page() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    open(world, &browser, "script-src 'self' EDGE; frame-src EDGE").await;
    until_mode(&browser, "frame").await;
    enter(&browser).await;
    widget.until("form").await;
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    widget.until("initiating").await;
    leave(&browser).await;
    browser.reload().await;
    until_mode(&browser, "frame").await;
    enter(&browser).await;
    widget.until("initiating").await;
    leave(&browser).await;
    let script = "document.querySelector('click-to-dial').hangUp()";
    browser.run(script, vec![]).await;
    enter(&browser).await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn where_frames_are_forbidden_too_there_is_a_way_out() {
    let (world, browser) = (world().await, browser().await);
    let body = r#"<script async src="EDGE/widget.js" data-button="BUTTON"
        data-fallback-href="https://example.com/contact"></script>"#;
    let owners = format!("tel:{PLATFORM}");
    // The owner's, as long as it can be read; else the page's.
    for (policy, way) in [
        (
            "default-src 'none'; script-src 'self' EDGE; connect-src EDGE",
            owners.as_str(),
        ),
        (
            "default-src 'none'; script-src 'self' EDGE",
            "https://example.com/contact",
        ),
    ] {
        let kind = Kind {
            policy,
            body,
            ..Kind::default()
        };
        open_kind(world, &browser, kind).await;
        until_mode(&browser, "fallback").await;
        let link = Widget(&browser).part("fallback").await;
        let href = link.attr("href").await.unwrap();
        assert_eq!(href.as_deref(), Some(way));
        assert!(link.is_displayed().await.unwrap());
        if way == owners {
            must_be_the_owners(&browser).await;
        }
    }
    browser.close().await;
}

#[tokio::test]
async fn a_page_that_may_not_use_the_button_gets_no_frame() {
    let (world, browser) = (world().await, browser().await);
    let own = world.page_of(
        Kind {
            policy: "script-src 'self' EDGE; frame-src EDGE",
            ..Kind::default()
        },
        &Account::Camara.foreign_only(),
    );
    let strange = own.replacen(&world.pages.origin(), &world.pages.stranger(), 1);
    browser.goto(&strange).await;
    Widget(&browser).click("button").await;
    until_mode(&browser, "fallback").await;
    browser.close().await;
}

#[tokio::test]
async fn the_frame_is_as_large_as_what_it_shows() {
    let (world, browser) = (world().await, browser().await);
    for (width, height) in [(360, 740), (1440, 900)] {
        browser.resize(width, height).await;
        open(world, &browser, "script-src 'self' EDGE; frame-src EDGE").await;
        enter(&browser).await;
        Widget(&browser).until("form").await;
        until("nothing is cut off", async || {
            let script = "const panel = document.querySelector('click-to-dial').shadowRoot.querySelector('.panel');\
                return panel.offsetHeight === innerHeight && panel.offsetWidth === innerWidth";
            (browser.run(script, vec![]).await == true).then_some(())
        })
        .await;
        Widget(&browser).until_focused("number").await;
        leave(&browser).await;
        browser.screenshot(&format!("frame-{width}")).await;
        let script = "const r = document.querySelector('click-to-dial').shadowRoot.querySelector('.ctd-frame').getBoundingClientRect();\
            return r.left >= 0 && r.top >= 0 && r.right <= innerWidth && r.bottom <= innerHeight";
        assert_eq!(browser.run(script, vec![]).await, true);
    }
    browser.close().await;
}
