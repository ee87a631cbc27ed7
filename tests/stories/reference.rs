//! The API reference in a browser: everything from the deployment itself, and
//! requests that can be tried out on the spot. Pictures are in
//! `target/screenshots`.

use serde_json::{Value, json};
use stories::harness::browser::Browser;
use stories::harness::wait::until;

use crate::world::{Account, SECRET, browser, world};

const SIZES: [(u32, u32); 2] = [(360, 740), (1440, 900)];
const SCHEMES: [&str; 2] = ["light", "dark"];
/// What is wider than the page, and what came from elsewhere.
const WRONG: &str = r#"
const page = document.scrollingElement;
const wide = page.scrollWidth > page.clientWidth ? [`${page.scrollWidth} > ${page.clientWidth}`] : [];
const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
return wide.concat(loaded.filter((name) => !name.startsWith(location.origin)));
"#;
/// Presses the first visible button with this text, in a dialog if one is open.
const PRESS: &str = r#"
const place = document.querySelector("[role=dialog]") ?? document;
const named = (element) => element.textContent.trim().replace(/\s+/g, " ");
const fits = (element) => named(element).includes(arguments[0]) && element.checkVisibility();
const button = [...place.querySelectorAll("button")].find(fits);
if (button) button.click();
return Boolean(button);
"#;

async fn until_shown(browser: &Browser, text: &str) {
    until(text, async || {
        let script = "return document.body.innerText.includes(arguments[0])";
        let shown = browser.run(script, vec![json!(text)]).await;
        (shown == true).then_some(())
    })
    .await;
}

async fn press(browser: &Browser, text: &str) {
    until(text, async || {
        let pressed = browser.run(PRESS, vec![json!(text)]).await;
        (pressed == true).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_reference_is_shown_on_every_screen_and_meets_no_foreign_host() {
    let (world, browser) = (world().await, browser().await);
    for (width, height) in SIZES {
        browser.resize(width, height).await;
        for scheme in SCHEMES {
            let feature = json!({"name": "prefers-color-scheme", "value": scheme});
            let media = json!({"features": [feature]});
            browser.devtools("Emulation.setEmulatedMedia", media).await;
            browser.goto(&world.edge.url("/docs/")).await;
            until_shown(&browser, "The API of a Click to Dial deployment").await;
            let name = format!("reference-{width}-{scheme}");
            assert_eq!(browser.run(WRONG, vec![]).await, json!([]), "{name}");
            browser.screenshot(&name).await;
            let place = world
                .edge
                .url("/docs/#tag/calls/POST/click-to-dial/{version}/calls");
            browser.goto(&place).await;
            until_shown(&browser, "Place a call between two numbers").await;
            browser.screenshot(&format!("{name}-call")).await;
        }
    }
    let errors = browser.console().await;
    // The viewer says its name.
    let errors = errors
        .iter()
        .filter(|line| !line.contains("@scalar/api-reference@"));
    let errors: Vec<&String> = errors.collect();
    assert_eq!(errors, Vec::<&String>::new());
    browser.close().await;
}

#[tokio::test]
async fn a_request_can_be_tried_out_on_the_spot() {
    let (world, browser) = (world().await, browser().await);
    let place = world.edge.url("/docs/#tag/deployment/GET/healthz");
    browser.goto(&place).await;
    until_shown(&browser, "Whether the deployment can serve").await;
    press(&browser, "Test Request").await;
    press(&browser, "Send").await;
    until_shown(&browser, "200 OK").await;
    browser.screenshot("reference-tried").await;
    browser.close().await;
}

/// Puts the cursor into the last visible field with this hint.
const ENTER: &str = r#"
const hinted = `[placeholder="${arguments[0]}"], [data-placeholder="${arguments[0]}"]`;
const field = [...document.querySelectorAll(hinted)].filter((it) => it.checkVisibility()).pop();
if (field) field.focus();
return Boolean(field) && document.activeElement === field;
"#;

/// Types into the field that shows this hint while it is empty.
async fn enter(browser: &Browser, hint: &str, text: &str) {
    until(hint, async || {
        let entered = browser.run(ENTER, vec![json!(hint)]).await;
        (entered == true).then_some(())
    })
    .await;
    let typed = json!({ "text": text });
    browser.devtools("Input.insertText", typed).await;
}

#[tokio::test]
async fn a_call_is_placed_from_the_page_with_the_clients_id_and_secret() {
    let (world, browser) = (world().await, browser().await);
    let place = "/docs/#tag/calls/POST/click-to-dial/{version}/calls";
    browser.goto(&world.edge.url(place)).await;
    until_shown(&browser, "Place a call between two numbers").await;
    press(
        &browser,
        "Test Request(post /click-to-dial/{version}/calls)",
    )
    .await;
    until_shown(&browser, "Send Request").await;
    enter(&browser, "12345", &Account::Sandbox.client()).await;
    enter(&browser, "XYZ123", SECRET).await;
    press(&browser, "Authorize").await;
    // The token is there.
    until_shown(&browser, "Access Token").await;
    press(&browser, "Send").await;
    until_shown(&browser, "201 Created").await;
    until_shown(&browser, "\"callId\"").await;
    browser.screenshot("reference-called").await;
    browser.close().await;
}

#[tokio::test]
async fn the_examples_are_the_files_that_run() {
    let (world, http) = (world().await, stories::harness::http::Http::default());
    let answer = http.get(&world.edge.url("/docs/openapi.json")).send().await;
    assert_eq!(answer.status, 200);
    let document = answer.json();
    let samples =
        document["paths"]["/click-to-dial/{version}/calls"]["post"]["x-codeSamples"].as_array();
    let samples = samples.expect("examples");
    assert_eq!(samples.len(), 4);
    for (sample, file) in samples.iter().zip([
        "curl/call.sh",
        "javascript/call.mjs",
        "python/call.py",
        "rust/src/main.rs",
    ]) {
        let file = stories::harness::edge::root()
            .join("examples/call-api")
            .join(file);
        let text = std::fs::read_to_string(&file).expect("a file");
        let shown = sample["source"].as_str().map(str::trim);
        assert_eq!(shown, Some(text.trim()), "{}", file.display());
    }
    assert_ne!(document["info"]["title"], Value::Null);
}
