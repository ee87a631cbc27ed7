//! Whose style is whose: the page's stays outside, ours inside, and the panel in the window.

use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::page::Kind;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, browser, world};

#[tokio::test]
async fn on_a_page_without_a_doctype_the_panel_is_in_the_window_too() {
    let (world, browser) = (world().await, browser().await);
    browser.media(&[("prefers-reduced-motion", "reduce")]).await;
    let widget = Widget(&browser);
    let body = r#"<div style="height: 600px"></div>
        <script async src="EDGE/widget.js" data-button="BUTTON"></script>
        <div style="height: 3000px"></div>"#;
    for (quirks, mode) in [(false, "CSS1Compat"), (true, "BackCompat")] {
        let kind = Kind {
            quirks,
            body,
            ..Kind::default()
        };
        browser
            .goto(&world.page_of(kind, &Account::Camara.button()))
            .await;
        widget.click("button").await;
        widget.until("form").await;
        widget.part("display-number").await;
        // There is no room below the button.
        let above = "const root = document.querySelector('click-to-dial').shadowRoot;\
            const box = (part) => root.querySelector(`[part~=${part}]`).getBoundingClientRect();\
            return [document.compatMode, Math.round(box('button').top - box('panel').bottom)]";
        assert_eq!(browser.run(above, vec![]).await, json!([mode, 10]));
    }
    browser.close().await;
}

/// Every computed style of the panel's parts, and of the page's own heading.
const STYLES: &str = r#"
// Where the panel is follows the button, and that is the page's to place.
const PLACE = /^(-|inset|top$|right$|bottom$|left$)/;
const root = document.querySelector("click-to-dial").shadowRoot;
const styles = (part) => {
  const all = getComputedStyle(part);
  return Object.fromEntries([...all].filter((name) => !PLACE.test(name)).map((name) => [name, all[name]]));
};
const parts = root.querySelectorAll(`[part]:not([part=${arguments[0]}], [part=${arguments[0]}] *)`);
const seen = [...parts].map((part) => [part.getAttribute("part"), styles(part)]);
return { ...Object.fromEntries(seen), heading: styles(document.querySelector("h1")) };
"#;

/// What a page may do to its own text, and to all elements that it knows.
const LOUD: &str = "<style>
* { letter-spacing: 3px }
button, input, p, div, form { color: red !important; padding: 40px !important; border-radius: 0; font-size: 40px }
.panel, .main { display: none }
div, click-to-dial { text-transform: uppercase; white-space: nowrap; text-indent: 3em; word-spacing: 1em; word-break: break-all;
  text-align: right; text-shadow: 1px 1px red; cursor: none; user-select: none; pointer-events: none; visibility: hidden;
  line-height: 3; font: italic small-caps 30px serif; color: red; caret-color: red; accent-color: red; tab-size: 9;
  writing-mode: vertical-rl; list-style: none; hyphens: auto; quotes: none; -webkit-text-fill-color: red }
</style>";

#[tokio::test]
async fn on_a_page_that_is_drawn_larger_or_smaller_the_panel_is_in_the_window_too() {
    let (world, browser) = (world().await, browser().await);
    browser.media(&[("prefers-reduced-motion", "reduce")]).await;
    let widget = Widget(&browser);
    for zoom in ["html { zoom: 1.5 }", "body { zoom: 0.8 }"] {
        let head = format!("<style>{zoom}</style>");
        let kind = Kind {
            head: &head,
            body: r#"<div style="padding-left: 300px">
                <script async src="EDGE/widget.js" data-button="BUTTON"></script></div>"#,
            ..Kind::default()
        };
        browser
            .goto(&world.page_of(kind, &Account::Camara.button()))
            .await;
        widget.click("button").await;
        widget.until("form").await;
        widget.part("display-number").await;
        let seen = "const root = document.querySelector('click-to-dial').shadowRoot;\
            const box = (part) => root.querySelector(`[part~=${part}]`).getBoundingClientRect();\
            const [button, panel] = [box('button'), box('panel')];\
            return [Math.abs(panel.left - button.left) < 2, panel.top > 0, panel.bottom < innerHeight]";
        let seen = browser.run(seen, vec![]).await;
        assert_eq!(seen, json!([true, true, true]), "{zoom}");
    }
    browser.close().await;
}

/// Waits until our frame shows its form, and is as high as that.
async fn until_whole(browser: &Browser) {
    let frame = Widget(browser).part("frame").await;
    frame.enter_frame().await.unwrap();
    Widget(browser).part("display-number").await;
    let inside = "return document.querySelector('click-to-dial').shadowRoot.querySelector('.panel').offsetHeight";
    let height = browser.run(inside, vec![]).await;
    browser.client.enter_parent_frame().await.unwrap();
    let outside = format!(
        "return document.querySelector('click-to-dial').shadowRoot.querySelector('iframe').offsetHeight == {height}"
    );
    until("our frame is whole", async || {
        (browser.run(&outside, vec![]).await == true).then_some(())
    })
    .await;
}

#[tokio::test]
async fn styles_leak_neither_in_nor_out() {
    let (world, browser) = (world().await, browser().await);
    browser.media(&[("prefers-reduced-motion", "reduce")]).await;
    for (policy, part) in [
        ("", "display-number"),
        (
            "script-src 'self' EDGE; frame-src EDGE; connect-src EDGE",
            "frame",
        ),
        ("script-src 'self' EDGE; frame-src 'none'", "fallback"),
    ] {
        let mut seen = Vec::new();
        for style in ["", LOUD] {
            let html = format!(
                r#"<div><script async src="EDGE/widget.js" data-button="BUTTON" data-fallback-href="/way"></script></div>{style}"#
            );
            let kind = Kind {
                policy,
                body: &html,
                ..Kind::default()
            };
            let page = world.page_of(kind, &Account::Camara.foreign_only());
            browser.goto(&page).await;
            Widget(&browser).part("button").await;
            let before = browser.run(STYLES, vec![json!("button")]).await;
            let open = "document.querySelector('click-to-dial').open()";
            browser.run(open, vec![]).await;
            Widget(&browser).part(part).await;
            if part == "frame" {
                until_whole(&browser).await;
            }
            let mut styles = browser.run(STYLES, vec![json!("button")]).await;
            let heading = styles.as_object_mut().unwrap().remove("heading");
            assert_eq!(before["heading"], heading.unwrap());
            seen.push(styles);
        }
        let (plain, loud) = (seen[0].as_object().unwrap(), seen[1].as_object().unwrap());
        assert!(plain.contains_key("panel") && plain.contains_key(part));
        for (part, styles) in plain {
            let styles = styles.as_object().unwrap();
            let leaks: Vec<_> = styles
                .iter()
                .filter(|(name, value)| loud[part][name.as_str()] != **value)
                .map(|(name, value)| {
                    format!("{name}: {value} becomes {}", loud[part][name.as_str()])
                })
                .collect();
            assert_eq!(leaks, Vec::<String>::new(), "{part} with {policy:?}");
        }
    }
    browser.close().await;
}
