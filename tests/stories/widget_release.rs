//! Releases: a page may pin one, and a page that was opened before a deploy goes on.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use serde_json::{Value, json};
use stories::harness::edge::{root, target};
use stories::harness::page::Kind;
use stories::harness::scratch;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, browser, world};

/// The list of releases of what is built.
fn releases(www: &Path) -> Value {
    let text = fs::read_to_string(www.join("releases.json")).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn a_page_may_pin_a_release_by_its_hash() {
    let (world, browser) = (world().await, browser().await);
    let releases = releases(&target().join("www"));
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
    let deployed = releases(&target().join("www"));
    let version = deployed[0]["version"].as_str().unwrap();
    let said = keep(&world.edge.url(""), www.path());
    assert!(said.status.success(), "{said:?}");
    for name in ["widget.js", "app.js", "app.wasm", "frame.js"] {
        let path = format!("widget/{version}/{name}");
        assert_eq!(
            fs::read(www.path().join(&path)).unwrap(),
            fs::read(target().join("www").join(&path)).unwrap(),
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
