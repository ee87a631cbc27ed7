//! What an owner asks of visitors before a call: terms to agree to, opening hours,
//! a page that has its say, an agent's token.

use call::Number;
use serde_json::{Value, json};
use stories::harness::agents::Crm;
use stories::harness::wait::until;
use stories::harness::widget::Widget;
use time::{Duration, OffsetDateTime, Weekday};

use crate::admission::Shop;
use crate::world::{Account, browser, contact, world};

/// What the owner changes while a visitor looks at the form.
async fn change(shop: &Shop, change: &Value) {
    let path = format!("clicktocall/{}", shop.id);
    let changed = shop.admin.send("PATCH", &path, change).await;
    assert_eq!(changed.status, 200, "{}", changed.body);
}

fn consent(version: &str, text: &str) -> Value {
    json!({"consent": {"version": version, "texts": {"en": text, "de": "Ich stimme zu."}}})
}

#[tokio::test]
async fn terms_are_agreed_to_in_the_version_that_is_shown() {
    let first = consent("7", "I agree to <b>being called</b>.");
    let (shop, browser) = (Shop::open(&json!({}), &first).await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    browser.goto(&shop.world.page(&shop.button)).await;
    widget.dial(contact.e164()).await;
    widget
        .until_look("a tick is missing", |look| {
            look.error.contains("agree first")
        })
        .await;
    assert!(
        widget.words().await.contains("<b>being called</b>"),
        "text is text"
    );
    // Others are in force when the visitor has read these.
    change(&shop, &consent("8", "I agree to being called back.")).await;
    widget.click("consent").await;
    widget.click("submit").await;
    widget
        .until_look("the terms are others", |look| {
            look.error.contains("have changed")
        })
        .await;
    widget.until_said("I agree to being called back.").await;
    assert_eq!(shop.world.lab.placed(&contact), 0);
    widget.click("consent").await;
    widget.click("submit").await;
    widget.until("disconnected").await;
    assert_eq!(shop.world.lab.placed(&contact), 1);
    browser.close().await;
}

/// Open for an hour the day after tomorrow, at noon in London, so that it is the same
/// day wherever this runs; and that day's name.
fn hours() -> (Value, &'static str) {
    let day = (OffsetDateTime::now_utc() + Duration::days(2)).weekday();
    let (key, name) = match day {
        Weekday::Monday => ("mon", "Monday"),
        Weekday::Tuesday => ("tue", "Tuesday"),
        Weekday::Wednesday => ("wed", "Wednesday"),
        Weekday::Thursday => ("thu", "Thursday"),
        Weekday::Friday => ("fri", "Friday"),
        Weekday::Saturday => ("sat", "Saturday"),
        Weekday::Sunday => ("sun", "Sunday"),
    };
    let week = json!({ key: [["12:00", "13:00"]] });
    (json!({"timeZone": "Europe/London", "week": week}), name)
}

#[tokio::test]
async fn a_closed_button_says_when_it_opens_and_offers_the_owners_other_way() {
    let (hours, day) = hours();
    let rules = json!({"hours": hours, "fallback": {"number": "+4930123456"}});
    let (shop, browser) = (Shop::open(&json!({}), &rules).await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&shop.world.page(&shop.button)).await;
    widget.click("button").await;
    let look = widget.until("closed").await;
    let opens = format!("We open again: {day}");
    assert!(look.status.contains(&opens), "{look:?}");
    let link = "return document.querySelector('click-to-dial').shadowRoot.querySelector('[part~=fallback]').href";
    assert_eq!(browser.run(link, vec![]).await, "tel:+4930123456");
    // It opens: whoever looks again sees it.
    widget.click("close").await;
    change(&shop, &json!({"hours": null})).await;
    widget.click("button").await;
    widget.until("form").await;
    browser.close().await;
}

#[tokio::test]
async fn a_button_that_closes_while_its_form_is_open_says_so() {
    let (shop, browser) = (Shop::open(&json!({}), &json!({})).await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    browser.goto(&shop.world.page(&shop.button)).await;
    widget.click("button").await;
    widget.until_said("You will be called from").await;
    let (hours, day) = hours();
    change(&shop, &json!({ "hours": hours })).await;
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    widget.until_said(&format!("We open again: {day}")).await;
    assert_eq!(shop.world.lab.placed(&contact), 0);
    browser.close().await;
}

#[tokio::test]
async fn a_page_that_takes_its_time_is_waited_for() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    browser.goto(&world.page(&Account::Camara.button())).await;
    let wait = "window.answers = []; document.addEventListener('ctd-before-call', (event) =>\
        event.detail.waitUntil(new Promise((resolve) => window.answers.push(resolve))))";
    browser.run(wait, vec![]).await;
    widget.dial(contact.e164()).await;
    let asked = |times: usize| {
        let browser = &browser;
        async move {
            until("the page is asked", async || {
                (browser.run("return window.answers.length", vec![]).await == times).then_some(())
            })
            .await;
        }
    };
    asked(1).await;
    widget.click("submit").await;
    assert_eq!(widget.look().await.state.as_deref(), Some("form"));
    browser.run("window.answers[0](false)", vec![]).await;
    until("the page may be asked again", async || {
        widget.click("submit").await;
        (browser.run("return window.answers.length", vec![]).await == 2).then_some(())
    })
    .await;
    assert_eq!(world.lab.placed(&contact), 0);
    browser.run("window.answers[1]()", vec![]).await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

async fn agents_shop() -> (Shop, Crm, Number) {
    let button = json!({"auth_required": true, "dial_first": "extension"});
    let shop = Shop::open(&json!({}), &button).await;
    let crm = Crm::new(&shop.admin, &shop.button).await;
    (shop, crm, contact("0100"))
}

#[tokio::test]
async fn an_agents_token_that_was_refused_is_renewed_once() {
    let ((shop, crm, contact), browser) = (agents_shop().await, browser().await);
    let widget = Widget(&browser);
    let mut old = crm.claims(Some(&contact));
    old["exp"] = json!(1_700_000_000);
    let tokens = [crm.seal(&old), crm.token(Some(&contact))];
    browser.goto(&shop.world.page(&shop.button)).await;
    widget.part("button").await;
    let provider = "const e = document.querySelector('click-to-dial'); window.asked = [];\
        const [old, fresh] = arguments;\
        e.setAttribute('contact-name', 'Ann Example');\
        e.tokenProvider = async ({ renew }) => { window.asked.push(renew); return renew ? fresh : old }";
    browser
        .run(provider, tokens.iter().map(|token| json!(token)).collect())
        .await;
    widget.click("button").await;
    widget.until("disconnected").await;
    assert_eq!(
        browser.run("return window.asked", vec![]).await,
        json!([false, true])
    );
    assert_eq!(shop.world.lab.placed(&contact), 1);
    assert!(widget.words().await.contains("Call Ann Example"));
    browser.close().await;
}

#[tokio::test]
async fn an_agent_whose_session_is_over_is_told_so() {
    let ((shop, _, contact), browser) = (agents_shop().await, browser().await);
    let widget = Widget(&browser);
    for provider in [
        "async () => 'made up'",
        "async () => { throw 1 }",
        "() => undefined",
        "() => 7",
    ] {
        browser.goto(&shop.world.page(&shop.button)).await;
        widget.part("button").await;
        let give = format!("document.querySelector('click-to-dial').tokenProvider = {provider}");
        browser.run(&give, vec![]).await;
        widget.click("button").await;
        let look = widget.until("error").await;
        assert!(
            look.status.contains("no longer signed in"),
            "{provider}: {look:?}"
        );
    }
    assert_eq!(shop.world.lab.placed(&contact), 0);
    browser.close().await;
}
