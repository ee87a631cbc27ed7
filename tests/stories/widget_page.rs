//! Any page: however the tag came there, whatever the page does with it later,
//! and without a trace where it has no business.

use serde_json::{Value, json};
use stories::harness::browser::Browser;
use stories::harness::page::{Kind, Pages};
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, World, browser, contact, world};

async fn open(world: &World, browser: &Browser, kind: Kind<'_>) {
    let page = world.page_of(kind, &Account::Camara.button());
    browser.goto(&page).await;
}

fn body(body: &str) -> Kind<'_> {
    Kind {
        body,
        ..Kind::default()
    }
}

async fn holds(browser: &Browser, what: &str, script: &str) {
    until(what, async || {
        (browser.run(script, vec![]).await == true).then_some(())
    })
    .await;
}

/// Calls, and is told of the end.
async fn call(world: &World, browser: &Browser) {
    let (widget, contact) = (Widget(browser), contact("0100"));
    widget.until("form").await;
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
}

#[tokio::test]
async fn the_tag_works_from_the_head_from_a_tag_manager_and_as_a_module() {
    let (world, browser) = (world().await, browser().await);
    let by_manager = r#"<script>
        const tag = document.createElement("script");
        tag.src = "EDGE/widget.js?button=BUTTON";
        document.head.append(tag);
    </script>"#;
    for head in [
        r#"<script src="EDGE/widget.js" data-button="BUTTON"></script>"#,
        r#"<script async src="EDGE/widget.js" data-button="BUTTON"></script>"#,
        r#"<script type="module" src="EDGE/widget.js?button=BUTTON"></script>"#,
        by_manager,
    ] {
        let kind = Kind {
            head,
            ..body("<p>Nothing of ours.</p>")
        };
        open(world, &browser, kind).await;
        Widget(&browser).click("button").await;
        Widget(&browser).until("form").await;
        let corner = "const box = document.querySelector('click-to-dial').getBoundingClientRect();\
            return innerWidth - box.right < 40 && innerHeight - box.bottom < 40";
        assert_eq!(browser.run(corner, vec![]).await, true, "{head}");
    }
    let in_place = r#"<div id="here"><script src="EDGE/widget.js?button=BUTTON"></script></div>"#;
    open(world, &browser, body(in_place)).await;
    Widget(&browser).click("button").await;
    call(world, &browser).await;
    let parent = "return document.querySelector('click-to-dial').parentElement.id";
    assert_eq!(browser.run(parent, vec![]).await, "here");
    browser.close().await;
}

#[tokio::test]
async fn three_buttons_share_one_runtime() {
    let (world, browser) = (world().await, browser().await);
    browser.goto(&world.edge.url("/three")).await;
    let opened = "return [...document.querySelectorAll('click-to-dial')].map((e) => !!e.shadowRoot?.querySelector('[data-state=form]'))";
    for at in 0..3 {
        let open = format!("document.querySelectorAll('click-to-dial')[{at}].open()");
        until("the element is there", async || {
            browser.client.execute(&open, vec![]).await.ok()
        })
        .await;
    }
    until("all three are open", async || {
        (browser.run(opened, vec![]).await == json!([true, true, true])).then_some(())
    })
    .await;
    let wasm = "return performance.getEntriesByType('resource').filter((e) => e.name.endsWith('.wasm')).length";
    assert_eq!(browser.run(wasm, vec![]).await, 1);
    browser.close().await;
}

#[tokio::test]
async fn the_pages_own_trigger_opens_the_panel_and_gets_the_focus_back() {
    let (world, browser) = (world().await, browser().await);
    let own = r#"<button id="mine">Talk to us</button>
        <click-to-dial for="mine" button="BUTTON"></click-to-dial>
        <script async src="EDGE/widget.js"></script>"#;
    open(world, &browser, body(own)).await;
    let widget = Widget(&browser);
    let painted = "const e = document.querySelector('click-to-dial');\
        return !!e.shadowRoot && e.shadowRoot.querySelector('[part=button]').offsetWidth === 0";
    holds(&browser, "no button of ours is painted", painted).await;
    let click = "document.getElementById('mine').click()";
    browser.run(click, vec![]).await;
    widget.until("form").await;
    let expanded =
        "return document.getElementById('mine').getAttribute('aria-expanded') === 'true'";
    assert_eq!(browser.run(expanded, vec![]).await, true);
    // The page draws itself again, with another element of that name.
    let redraw = "const old = document.getElementById('mine');\
        const fresh = old.cloneNode(true); old.replaceWith(fresh); fresh.focus(); fresh.click()";
    browser.run(redraw, vec![]).await;
    widget.until("form").await;
    browser
        .press(&fantoccini::key::Key::Escape.to_string())
        .await;
    let back = "return document.activeElement.id === 'mine' && \
        document.activeElement.getAttribute('aria-expanded') === 'false'";
    holds(&browser, "the trigger has the focus", back).await;
    browser.close().await;
}

#[tokio::test]
async fn telephone_links_are_taken_over_when_asked_and_others_are_left_alone() {
    let (world, browser) = (world().await, browser().await);
    let links = r#"<a id="one" href="tel:+49-30-1">one</a>
        <a id="short" href="tel:110">short</a>
        <a id="theirs" href="tel:+4930000000000">theirs</a>
        <script async src="EDGE/widget.js" data-button="BUTTON" data-tel-links></script>"#;
    open(world, &browser, body(links)).await;
    let (widget, contact) = (Widget(&browser), contact("0100"));
    widget.part("button").await;
    // The page's own dialler has one of them; whoever is last notes who has taken what.
    let listen = "window.taken = {};\
        document.getElementById('theirs').addEventListener('click', (event) => { event.preventDefault(); event.ours = true });\
        addEventListener('click', (event) => { taken[event.target.id] = event.defaultPrevented && !event.ours; event.preventDefault() });";
    browser.run(listen, vec![]).await;
    let click = "const link = document.getElementById(arguments[0]);\
        link.dispatchEvent(new MouseEvent('click', { bubbles: true, composed: true, cancelable: true, ...arguments[1] }));\
        return window.taken[arguments[0]]";
    let taken = async |id: &str, how: Value| browser.run(click, vec![json!(id), how]).await;
    assert_eq!(taken("theirs", json!({})).await, false);
    assert_eq!(taken("one", json!({"ctrlKey": true})).await, false);
    assert_eq!(taken("one", json!({"button": 1})).await, false);
    assert!(widget.look().await.state.is_none());
    // A link that comes later.
    let add = "const link = document.createElement('a'); link.id = 'late';\
        link.href = 'tel:' + arguments[0].replace(/(...)(...)/, '$1-$2 ('). concat(')');\
        link.textContent = 'late'; document.body.append(link)";
    browser.run(add, vec![json!(contact.e164())]).await;
    assert_eq!(taken("late", json!({})).await, true);
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    // What we cannot call is handed over to the device. Chromium lets a script do so
    // without a person once, and says what it does not do again.
    for _ in 0..2 {
        assert_eq!(taken("short", json!({})).await, true);
    }
    until("the device is asked", async || {
        let said = browser.console().await;
        said.iter()
            .any(|line| line.contains("'tel:110'"))
            .then_some(())
    })
    .await;
    browser.close().await;
}

#[tokio::test]
async fn a_telephone_link_that_is_refused_is_the_devices_again() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let link = r#"<a id="link" href="tel:+1-202-555-0142">Ann</a>
        <script async src="EDGE/widget.js" data-button="BUTTON" data-tel-links></script>"#;
    let path = Pages::path_to(&world.edge.url(""), &Account::Camara.button(), body(link));
    // The button is not theirs.
    let page = format!("{}{path}", world.pages.stranger());
    browser.goto(&page).await;
    widget.part("button").await;
    browser
        .run("document.getElementById('link').click()", vec![])
        .await;
    widget.until("error").await;
    let way = widget.part("fallback").await;
    let href = way.attr("href").await.unwrap();
    assert_eq!(href.as_deref(), Some("tel:+12025550142"));
    let words = way.text().await.unwrap().replace('\u{a0}', " ");
    assert_eq!(words, "Call +1 202 555 0142 instead");
    browser.close().await;
}

#[tokio::test]
async fn an_element_may_be_removed_moved_and_changed_at_any_time() {
    let (world, browser) = (world().await, browser().await);
    open(world, &browser, Kind::default()).await;
    let (widget, contact) = (Widget(&browser), contact("0150"));
    world.lab.by_hand(&contact);
    widget.dial(contact.e164()).await;
    widget.until("initiating").await;
    // A router takes the whole view away, and brings it back elsewhere.
    let remove = "window.kept = document.querySelector('click-to-dial'); kept.remove()";
    browser.run(remove, vec![]).await;
    let none =
        "return document.querySelectorAll('[popover], iframe, link[rel=stylesheet]').length === 0";
    assert_eq!(browser.run(none, vec![]).await, true);
    let back = "history.pushState({}, '', '/?elsewhere'); document.querySelector('h1').before(window.kept)";
    browser.run(back, vec![]).await;
    widget.until("initiating").await;
    // Another button in mid-call, and the first again.
    let change = "const e = document.querySelector('click-to-dial'); window.id ??= e.getAttribute('button'); e.setAttribute('button', arguments[0] ?? window.id)";
    browser
        .run(change, vec![json!(Account::Sandbox.button())])
        .await;
    widget
        .until_look("the other button has no call", |look| look.state.is_none())
        .await;
    browser.run(change, vec![Value::Null]).await;
    widget.until("initiating").await;
    widget.click("hang-up").await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn the_panel_stays_where_it_is_while_the_page_scrolls() {
    let (world, browser) = (world().await, browser().await);
    let long = r#"<div style="height: 300px"></div>
        <script async src="EDGE/widget.js" data-button="BUTTON"></script>
        <div style="height: 3000px"></div>"#;
    open(world, &browser, body(long)).await;
    let widget = Widget(&browser);
    widget.click("button").await;
    widget.until("form").await;
    // The last thing that comes, and with it the panel's height.
    widget.part("display-number").await;
    let top = "return document.querySelector('click-to-dial').shadowRoot.querySelector('[data-state]').getBoundingClientRect().top";
    let still = "document.querySelector('click-to-dial').shadowRoot.querySelector('[data-state]').style.animation = 'none'";
    browser.run(still, vec![]).await;
    let before = browser.run(top, vec![]).await;
    browser.run("scrollTo(0, 1500)", vec![]).await;
    holds(&browser, "the page has scrolled", "return scrollY > 1000").await;
    assert_eq!(browser.run(top, vec![]).await, before);
    browser.close().await;
}

#[tokio::test]
async fn the_widget_leaves_no_trace_on_its_page() {
    let (world, browser) = (world().await, browser().await);
    // What is global, styled or stored before, must be the same after a call.
    let look = "const body = document.body;\
        return JSON.stringify([Object.getOwnPropertyNames(window).filter((name) => !/^\\d+$/.test(name)).sort(),\
          body.className, body.getAttribute('style'), document.documentElement.getAttribute('style'),\
          getComputedStyle(body).overflow, document.cookie, document.styleSheets.length, document.adoptedStyleSheets.length,\
          [...body.children].map((e) => e.localName).filter((name) => name !== 'click-to-dial')])";
    let tag = r#"<script src="EDGE/widget.js" data-button="BUTTON"></script>"#;
    open(world, &browser, body(&format!("{tag}<i></i>"))).await;
    let widget = Widget(&browser);
    widget.part("button").await;
    let before = browser.run(look, vec![]).await;
    widget.click("button").await;
    call(world, &browser).await;
    widget.click("close").await;
    assert_eq!(browser.run(look, vec![]).await, before);
    assert!(widget.records().await.is_empty());
    let hosts = "return [...new Set(performance.getEntriesByType('resource').map((e) => new URL(e.name).origin))].filter((origin) => origin !== location.origin)";
    let edge = world.edge.url("");
    assert_eq!(
        browser.run(hosts, vec![]).await,
        json!([edge.trim_end_matches('/')])
    );
    assert_eq!(browser.console().await, Vec::<String>::new());
    browser.close().await;
}
