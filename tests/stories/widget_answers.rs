//! Answers that are none: web pages in place of JSON, errors without a code, half of
//! what was promised. Whoever stands between page and edge is played by the page.

use call::{Number, State};
use serde_json::{Value, json};
use stories::harness::browser::Browser;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, World, browser, contact, world};

const LOST: &str = "No connection to our server";

/// `spoil(method, part of the path)` says how the next requests are answered; each
/// answer is given once. Afterwards the edge itself answers.
const BETWEEN: &str = r#"
const real = window.fetch;
window.asked = [];
window.spoilt = [];
window.fetch = async (url, what = {}) => {
  const name = `${what.method ?? "GET"} ${new URL(url).pathname}`;
  window.asked.push([name, what.headers?.["idempotency-key"]]);
  const at = window.spoilt.findIndex(([fits]) => name.startsWith(fits));
  if (at < 0) return real(url, what);
  const [[, status, body]] = window.spoilt.splice(at, 1);
  return new Response(body, { status });
};
"#;

async fn spoil(browser: &Browser, what: &str, answers: &[(u16, &str)]) {
    let answer = |(status, body): &(u16, &str)| json!([what, status, body]);
    let answers: Vec<Value> = answers.iter().map(answer).collect();
    browser
        .run("window.spoilt.push(...arguments[0])", vec![json!(answers)])
        .await;
}

async fn until_used_up(browser: &Browser) {
    until("every spoilt answer was given", async || {
        (browser.run("return window.spoilt.length", vec![]).await == 0).then_some(())
    })
    .await;
}

const PAGE: &str = "<!doctype html><h1>Bad gateway</h1>";

#[tokio::test]
async fn a_button_that_cannot_be_read_is_read_again() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    for answer in [
        (502, PAGE),
        (200, PAGE),
        (200, "null"),
        (200, r#"{"name":7}"#),
        (500, "{}"),
    ] {
        browser.before_pages(BETWEEN).await;
        browser.goto(&world.page(&Account::Sandbox.button())).await;
        spoil(&browser, "GET /buttons/", &[answer]).await;
        widget.click("button").await;
        widget.until("form").await;
        widget.until_said("You will be called from").await;
        until_used_up(&browser).await;
    }
    browser.close().await;
}

#[tokio::test]
async fn a_click_that_was_answered_with_nonsense_is_repeated_with_its_key() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    browser.before_pages(BETWEEN).await;
    browser.goto(&world.page(&Account::Camara.button())).await;
    spoil(
        &browser,
        "POST /buttons/",
        &[(502, PAGE), (201, PAGE), (201, r#"{"callId":"x"}"#)],
    )
    .await;
    widget.dial(contact.e164()).await;
    widget.until_said(LOST).await;
    widget.until("disconnected").await;
    let asked = browser
        .run(
            "return window.asked.filter(([name]) => name.startsWith('POST')).map(([, key]) => key)",
            vec![],
        )
        .await;
    let keys: Vec<&Value> = asked.as_array().unwrap().iter().collect();
    assert_eq!(keys.len(), 4, "{asked}");
    assert!(
        keys.iter().all(|key| *key == keys[0] && key.is_string()),
        "{asked}"
    );
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn every_refusal_has_words_even_one_that_nobody_knows() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let code = |code: &str| json!({ "code": code }).to_string();
    for (status, body, words) in [
        (500, code("INTERNAL"), "Something went wrong"),
        (418, code("TEAPOT_<b>"), "Something went wrong"),
        (403, code("CAPTCHA_UNAVAILABLE"), "Something went wrong"),
        (
            409,
            code("ALREADY_EXISTS"),
            "There is already a call to this number",
        ),
        (429, code("QUOTA_EXCEEDED"), "Too many calls right now"),
        (401, code("UNAUTHENTICATED"), "You are no longer signed in"),
        (
            422,
            code("NUMBER_NOT_ALLOWED"),
            "This number cannot be called from here",
        ),
        (
            422,
            code("SERVICE_NOT_APPLICABLE"),
            "This number cannot be called from here",
        ),
        (
            503,
            code("OPERATOR_UNAVAILABLE"),
            "The call could not be placed",
        ),
    ] {
        let contact = contact("0101");
        browser.before_pages(BETWEEN).await;
        browser.goto(&world.page(&Account::Camara.button())).await;
        spoil(&browser, "POST /buttons/", &[(status, &body)]).await;
        widget.dial(contact.e164()).await;
        let look = widget.until("error").await;
        assert!(look.status.contains(words), "{body}: {look:?}");
        assert!(widget.records().await.is_empty(), "{body}");
        assert_eq!(world.lab.placed(&contact), 0);
    }
    browser.close().await;
}

/// A stream that the browser has given up as soon as it was opened.
const NO_STREAM: &str = r"
window.EventSource = class extends EventTarget {
  readyState = 2;
  constructor() { super(); setTimeout(() => this.onerror?.(new Event('error'))); }
  close() {}
};
";

/// A page whose stream never opens, and a line that goes on by hand.
async fn without_stream(world: &World, contact: &Number) -> Browser {
    let browser = browser().await;
    world.lab.by_hand(contact);
    browser.before_pages(BETWEEN).await;
    browser.before_pages(NO_STREAM).await;
    browser.goto(&world.page(&Account::Camara.button())).await;
    browser
}

#[tokio::test]
async fn a_call_whose_stream_never_opens_is_read_until_it_ends() {
    let (world, contact) = (world().await, contact("0150"));
    let browser = without_stream(world, &contact).await;
    let widget = Widget(&browser);
    spoil(
        &browser,
        "GET /click-to-dial/",
        &[(502, PAGE), (200, PAGE), (200, "[]")],
    )
    .await;
    widget.dial(contact.e164()).await;
    widget.until_said(LOST).await;
    let line = world.lab.call_of(&contact).unwrap();
    line.tell(State::Connected);
    widget.until("connected").await;
    until_used_up(&browser).await;
    // A hang-up that met a broken proxy is sent again.
    spoil(
        &browser,
        "DELETE /click-to-dial/",
        &[(502, PAGE), (504, "")],
    )
    .await;
    widget.click("hang-up").await;
    widget.until("disconnected").await;
    until_used_up(&browser).await;
    assert!(line.state().is_end());
    browser.close().await;
}

#[tokio::test]
async fn a_call_that_the_edge_no_longer_knows_is_let_go() {
    let (world, contact) = (world().await, contact("0150"));
    let browser = without_stream(world, &contact).await;
    let widget = Widget(&browser);
    let gone = json!({"status": 404, "code": "NOT_FOUND"}).to_string();
    spoil(&browser, "GET /click-to-dial/", &[(404, &gone)]).await;
    widget.dial(contact.e164()).await;
    let look = widget.until("error").await;
    assert!(
        look.status.contains("can no longer follow this call"),
        "{look:?}"
    );
    assert!(widget.records().await.is_empty());
    world.lab.call_of(&contact).unwrap().tell(State::Failed);
    browser.close().await;
}

#[tokio::test]
async fn a_button_that_nobody_knows_is_told_and_calls_nobody() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let mut forged = Account::Sandbox.button();
    forged.replace_range(4..6, "zz");
    for id in ["nonsense", "../../healthz", "", forged.as_str()] {
        browser.goto(&world.page(id)).await;
        widget.click("button").await;
        let look = widget.until("error").await;
        assert!(
            look.status.contains("does not exist any more"),
            "{id}: {look:?}"
        );
    }
    browser.close().await;
}
