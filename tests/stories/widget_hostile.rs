//! Pages that take something away from whatever runs on them: storage, prototypes,
//! requests; and pages that ask for what cannot be done.

use serde_json::json;
use stories::harness::page::Kind;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::admission::Shop;
use crate::world::{Account, browser, contact, driver, world};

#[tokio::test]
async fn a_page_that_freezes_prototypes_can_call_too() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    let freeze = "for (const it of [Object, Array, Element, HTMLElement, Node, EventTarget, Function]) Object.freeze(it.prototype)";
    let script = json!({"source": freeze});
    browser
        .devtools("Page.addScriptToEvaluateOnNewDocument", script)
        .await;
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    widget.until("disconnected").await;
    browser.close().await;
}

#[tokio::test]
async fn where_the_browser_forbids_all_storage_a_call_runs_inline_and_in_our_frame() {
    let world = world().await;
    let never = json!({"profile.default_content_setting_values.cookies": 2});
    let browser = driver().await.browser_with(1440, 900, never).await;
    for policy in ["", "script-src 'self' EDGE; frame-src EDGE"] {
        let (widget, contact) = (Widget(&browser), contact("0100"));
        let kind = Kind {
            policy,
            ..Kind::default()
        };
        browser
            .goto(&world.page_of(kind, &Account::Camara.foreign_only()))
            .await;
        let allowed = "try { return !!localStorage } catch { return false }";
        assert_eq!(browser.run(allowed, vec![]).await, false);
        widget.click("button").await;
        if !policy.is_empty() {
            let frame = widget.part("frame").await;
            frame.enter_frame().await.unwrap();
        }
        widget.until("form").await;
        widget.type_into("number", contact.e164()).await;
        widget.click("submit").await;
        widget.until("disconnected").await;
        assert_eq!(world.lab.placed(&contact), 1);
        browser.client.enter_parent_frame().await.unwrap();
    }
    browser.close().await;
}

#[tokio::test]
async fn a_full_storage_keeps_nobody_from_calling() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    let full = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }";
    browser.before_pages(full).await;
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

/// Our frame on another site has a storage of its own for each site around it.
#[tokio::test]
async fn in_a_partitioned_storage_a_call_survives_a_reload_and_stays_on_its_site() {
    let (world, browser) = (world().await, browser().await);
    let origins = json!({"origins": [world.pages.origin(), world.pages.stranger()]});
    let shop = Shop::open(&json!({}), &origins).await;
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    let kind = Kind {
        policy: "script-src 'self' EDGE; frame-src EDGE",
        ..Kind::default()
    };
    let page = world.page_of(kind, &shop.button);
    // Another site than the edge's.
    let elsewhere = page.replacen(&world.pages.origin(), &world.pages.stranger(), 1);
    let enter = async || {
        let frame = widget.part("frame").await;
        frame.enter_frame().await.unwrap();
    };
    browser.goto(&elsewhere).await;
    widget.click("button").await;
    enter().await;
    widget.until("form").await;
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    widget.until("initiating").await;
    browser.client.enter_parent_frame().await.unwrap();
    browser.reload().await;
    enter().await;
    widget.until("initiating").await;
    browser.client.enter_parent_frame().await.unwrap();
    browser.goto(&page).await;
    widget.click("button").await;
    enter().await;
    widget.until("form").await;
    browser.client.enter_parent_frame().await.unwrap();
    browser.goto(&elsewhere).await;
    enter().await;
    widget.until("initiating").await;
    widget.click("hang-up").await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn a_page_that_has_broken_fetch_gets_the_app_in_our_frame() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    for fetch in [
        // As old polyfills do: an answer that only looks like one.
        "const real = fetch; window.fetch = async (url, how) => { const a = await real(url, how);\
            return { ok: a.ok, status: a.status, headers: a.headers, text: () => a.text(), json: () => a.json() } }",
        "window.fetch = () => { throw new TypeError('not here') }",
        "window.fetch = undefined",
    ] {
        // Not in our frame, which is a page of another origin.
        let script = format!("if (self === top) {{ {fetch} }}");
        browser.before_pages(&script).await;
        browser
            .goto(&world.page(&Account::Camara.foreign_only()))
            .await;
        widget.click("button").await;
        let frame = widget.part("frame").await;
        frame.enter_frame().await.unwrap();
        widget.until("form").await;
        browser.client.enter_parent_frame().await.unwrap();
    }
    let frame = widget.part("frame").await;
    frame.enter_frame().await.unwrap();
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn methods_at_the_wrong_time_or_twice_do_no_harm() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.part("button").await;
    let run = async |script: &str| {
        let script = format!("const e = document.querySelector('click-to-dial'); {script}");
        browser.run(&script, vec![]).await
    };
    // Nothing is open, nobody is called.
    run("e.hangUp(); e.close(); e.hangUp(); e.close()").await;
    run("e.dial('nonsense'); e.dial({}); e.dial(110); e.dial(''); e.close()").await;
    run("e.open(); e.open(); e.open()").await;
    widget.until("form").await;
    run("e.hangUp(); e.dial(); e.dial('+1'); e.dial('+49 30 \u{202e}12')").await;
    assert_eq!(widget.look().await.state.as_deref(), Some("form"));
    assert!(widget.told().await.is_empty(), "nobody was called");
    // The same call twice, and another one on top of it.
    let dial = format!("for (let i = 0; i < 3; i++) e.dial('{}')", contact.e164());
    run(&dial).await;
    widget.until("initiating").await;
    run("e.dial('+4930123450199'); e.open(); e.close(); e.close(); e.open()").await;
    widget.until("initiating").await;
    run("e.hangUp(); e.hangUp(); e.dial(); e.hangUp()").await;
    widget.until("disconnected").await;
    run("e.hangUp()").await;
    assert_eq!(world.lab.placed(&contact), 1);
    // On an element that is no more.
    run("e.remove(); e.open(); e.dial('+4930123450199'); e.hangUp(); e.close()").await;
    // What is no number is offered to the device, which the browser forbids a script.
    let said = browser.console().await;
    assert!(said.iter().all(|line| line.contains("'tel:")), "{said:?}");
    browser.close().await;
}

#[tokio::test]
async fn wrong_attributes_fall_back_to_what_is_right() {
    let (world, browser) = (world().await, browser().await);
    let odd = r#"<click-to-dial button="BUTTON" for="nobody" placement="moon" mode="warp" state="flying"
            texts="[1" contact-name="" lang="xx-!!" frame-ticket></click-to-dial>
        <click-to-dial button="BUTTON" placement="moon" mode="warp" state="flying"
            texts="[1" lang="xx-!!"></click-to-dial>
        <script async src="EDGE/widget.js"></script>"#;
    let kind = Kind {
        body: odd,
        ..Kind::default()
    };
    browser
        .goto(&world.page_of(kind, &Account::Sandbox.button()))
        .await;
    let open = "const e = document.querySelectorAll('click-to-dial')[1]; if (!e.open) return false;\
        e.open(); return e.shadowRoot.querySelector('[data-state=form]') !== null && e.getAttribute('mode') === 'inline'";
    until("it opens all the same", async || {
        (browser.run(open, vec![]).await == true).then_some(())
    })
    .await;
    browser.close().await;
}
