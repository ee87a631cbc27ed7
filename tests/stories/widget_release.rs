//! Releases: a page may pin one, and a page that was opened before a deploy goes on.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use stories::harness::browser::Browser;
use stories::harness::edge::{Edge, root};
use stories::harness::page::{Kind, Pages};
use stories::harness::release::{Release, built, newest};
use stories::harness::scratch;
use stories::harness::wait::until;
use stories::harness::widget::Widget;
use stories::lab::{Lab, Settings};

use crate::world::{Account, browser, contact, settings, start_lab, world};

/// The list of releases of what is built.
fn releases(www: &Path) -> Value {
    let text = fs::read_to_string(www.join("releases.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn a_page_may_pin_a_release_by_its_hash() {
    let (world, browser) = (world().await, browser().await);
    let releases = releases(&built());
    let version = releases[0]["version"].as_str().unwrap();
    let sum = releases[0]["files"]["widget.js"].as_str().unwrap();
    let tag = |sum: &str| {
        format!(
            r#"<script async src="EDGE/widget/{version}/widget.js" integrity="{sum}"
                crossorigin="anonymous" data-button="BUTTON"
                onerror="window.refused = true"></script>"#
        )
    };
    let open = async |tag: &str| {
        let kind = Kind {
            body: tag,
            ..Kind::default()
        };
        let page = world.page_of(kind, &Account::Sandbox.button());
        browser.goto(&page).await;
    };
    open(&tag(sum)).await;
    Widget(&browser).click("button").await;
    Widget(&browser).until("form").await;
    open(&tag(&sum.replace("sha384-", "sha384-AAAA"))).await;
    until("another file is refused", async || {
        (browser.run("return window.refused", vec![]).await == true).then_some(())
    })
    .await;
    browser.close().await;
}

fn keep(url: &str, www: &Path) -> Output {
    let script = root().join("xtask/src/deploy/keep.mjs");
    let mut command = Command::new("node");
    command.arg(script).arg(url.trim_end_matches('/')).arg(www);
    command.output().unwrap()
}

/// A newer release in a folder of its own, as a build leaves it.
fn newer() -> tempfile::TempDir {
    let www = scratch::directory("www-");
    let release = json!([{ "version": "00000000000000ff", "files": {} }]);
    fs::write(www.path().join("releases.json"), release.to_string()).unwrap();
    www
}

#[tokio::test]
async fn a_deploy_keeps_the_releases_that_pages_still_use() {
    let (world, www) = (world().await, newer());
    let deployed = releases(&built());
    let version = deployed[0]["version"].as_str().unwrap();
    let said = keep(&world.edge.url(""), www.path());
    assert!(said.status.success(), "{said:?}");
    for name in ["widget.js", "app.js", "app.wasm", "frame.js"] {
        let path = format!("widget/{version}/{name}");
        assert_eq!(
            fs::read(www.path().join(&path)).unwrap(),
            fs::read(built().join(&path)).unwrap(),
            "{path}"
        );
    }
    let listed = releases(www.path());
    assert_eq!(listed[0]["version"], "00000000000000ff");
    assert_eq!(listed[1], deployed[0]);
}

#[tokio::test]
async fn a_deploy_stops_where_past_releases_cannot_be_had() {
    let www = newer();
    let said = keep("http://127.0.0.1:9", www.path());
    assert!(!said.status.success());
    let words = String::from_utf8_lossy(&said.stderr);
    assert!(words.contains("past releases cannot be kept"), "{words}");
}

/// An edge of the story's own, with the release that was built.
struct Site {
    lab: Lab,
    pages: Pages,
    edge: Edge,
}

impl Site {
    async fn open() -> Self {
        let (lab, pages) = (start_lab(Settings::default()), Pages::start().unwrap());
        let settings = settings(&[Account::Camara], &lab, &pages.origin());
        let edge = Edge::start(&settings).await;
        Self { lab, pages, edge }
    }

    /// A page with this tag, as far as the button.
    async fn page(&self, browser: &Browser, tag: &str) {
        let kind = Kind {
            body: tag,
            ..Kind::default()
        };
        let path = Pages::path_to(&self.edge.url(""), &Account::Camara.button(), kind);
        let page = format!("{}{path}", self.pages.origin());
        browser.goto(&page).await;
        Widget(browser).part("button").await;
    }
}

/// The releases from which the page has loaded something.
async fn used(browser: &Browser) -> Value {
    let script = "const names = performance.getEntriesByType('resource').map((e) => e.name);\
        return [...new Set(names.map((name) => name.match(/widget.([0-9a-f]{16})/)?.[1]).filter(Boolean))]";
    browser.run(script, vec![]).await
}

#[tokio::test]
async fn a_page_that_was_opened_before_a_deploy_calls_with_the_files_of_its_own_release() {
    let (mut site, browser) = (Site::open().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    site.page(&browser, Kind::default().body).await;
    assert_eq!(used(&browser).await, json!([]));
    let next = Release::next();
    let said = keep(&site.edge.url(""), &next.www());
    assert!(said.status.success(), "{said:?}");
    site.edge.deploy(&next).await;
    widget.dial(contact.e164()).await;
    let end = widget.until("disconnected").await;
    assert!(end.status.contains("Call ended"), "{end:?}");
    assert_eq!(site.lab.placed(&contact), 1);
    let old = newest(&built());
    assert_eq!(used(&browser).await, json!([old]));
    // What is opened now has the new one.
    browser.reload().await;
    widget.click("button").await;
    widget.until("form").await;
    assert_eq!(used(&browser).await, json!([next.version()]));
    browser.close().await;
}

#[tokio::test]
async fn a_page_whose_release_was_not_kept_says_so_and_leads_where_the_page_wants() {
    let (mut site, browser) = (Site::open().await, browser().await);
    let widget = Widget(&browser);
    let tag = r##"<script async src="EDGE/widget.js" data-button="BUTTON" data-fallback-href="#contact"></script>"##;
    site.page(&browser, tag).await;
    let next = Release::next();
    site.edge.deploy(&next).await;
    widget.click("button").await;
    until("the visitor is led elsewhere", async || {
        let hash = browser.run("return location.hash", vec![]).await;
        (hash == "#contact").then_some(())
    })
    .await;
    let seen = "const e = document.querySelector('click-to-dial');\
        const button = e.shadowRoot.querySelector('[part=button]');\
        return [button.innerText, button.ariaBusy, e.getAttribute('mode'), e.getAttribute('state')]";
    let seen = browser.run(seen, vec![]).await;
    assert_eq!(seen, json!(["⚠ Call now", "false", "fallback", null]));
    let told = widget.told().await;
    assert_eq!(told.len(), 1, "{told:?}");
    assert_eq!(told[0]["detail"]["code"], "LOAD_FAILED", "{told:?}");
    // Loaded again, it is a page like any other.
    browser.reload().await;
    widget.click("button").await;
    widget.until("form").await;
    browser.close().await;
}
