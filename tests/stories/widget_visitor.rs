//! Any visitor: languages, numbers as people write them at home, terms, opening
//! hours, and whatever an owner or a page puts in place of our words.
//!
//! Where a story needs an owner's settings, the page itself changes what the edge
//! answers: it is the widget that is told about here.

use serde_json::{Value, json};
use stories::harness::browser::Browser;
use stories::harness::page::Kind;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::world::{Account, World, browser, contact, world};

/// Opens a page with the tag in an element of this language.
async fn open_in(world: &World, browser: &Browser, tongue: &str) {
    let body = format!(
        r#"<div lang="{tongue}"><script async src="EDGE/widget.js" data-button="BUTTON"></script></div>"#
    );
    let kind = Kind {
        body: &body,
        ..Kind::default()
    };
    browser
        .goto(&world.page_of(kind, &Account::Camara.button()))
        .await;
}

/// Opens a page whose button has these further fields, and answers a click with
/// `refusal` as long as that is not null.
async fn open_with(world: &World, browser: &Browser, fields: &Value, refusal: &Value) {
    let head = format!(
        r#"<script>
const real = window.fetch;
window.refusal = {refusal};
window.sent = [];
window.fetch = async (url, what) => {{
  const path = String(url);
  if (path.endsWith("/calls")) {{
    window.sent.push(JSON.parse(what.body));
    if (window.refusal) return new Response(JSON.stringify(window.refusal), {{ status: 403 }});
  }}
  const answer = await real(url, what);
  if (!/buttons\/[^/]+$/.test(path)) return answer;
  return new Response(JSON.stringify({{ ...(await answer.json()), ...{fields} }}));
}};
</script>"#
    );
    let kind = Kind {
        head: &head,
        ..Kind::default()
    };
    browser
        .goto(&world.page_of(kind, &Account::Camara.button()))
        .await;
}

/// What the panel says, all of it.
async fn words(browser: &Browser) -> String {
    let script = "const p = document.querySelector('click-to-dial').shadowRoot.querySelector('[data-state]');\
        return p ? p.innerText.replaceAll('\\u00a0', ' ') : ''";
    browser
        .run(script, vec![])
        .await
        .as_str()
        .unwrap_or_default()
        .to_owned()
}

async fn until_said(browser: &Browser, wanted: &str) {
    until(wanted, async || {
        words(browser).await.contains(wanted).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_panel_speaks_the_pages_language_and_follows_it() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    open_in(world, &browser, "de-AT").await;
    widget.click("button").await;
    until_said(&browser, "Sie werden von +1 202 555 0199 angerufen").await;
    let change = "document.querySelector('click-to-dial').parentNode.lang = arguments[0]";
    let direction = "return getComputedStyle(document.querySelector('click-to-dial').shadowRoot\
        .querySelector('[data-state]')).direction";
    for (tongue, said, towards) in [
        ("ar", "رقم هاتفك", "rtl"),
        ("he", "מספר הטלפון שלכם", "rtl"),
        ("ja", "お客様の電話番号", "ltr"),
        ("pt-BR", "Seu número de telefone", "ltr"),
        // What nobody has translated: the visitor's own language.
        ("kl", "Your phone number", "ltr"),
    ] {
        browser.run(change, vec![json!(tongue)]).await;
        until_said(&browser, said).await;
        assert_eq!(browser.run(direction, vec![]).await, towards, "{tongue}");
        browser.screenshot(&format!("tongue-{tongue}")).await;
    }
    browser.close().await;
}

#[tokio::test]
async fn a_number_is_entered_as_at_home_and_the_country_can_be_chosen() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.click("button").await;
    widget.until("form").await;
    let choose = "const s = document.querySelector('click-to-dial').shadowRoot.querySelector('select');\
        if (s.options.length < 200) return false;\
        s.value = 'DE'; s.dispatchEvent(new Event('change', { bubbles: true })); return s.value";
    until("Germany is chosen", async || {
        (browser.run(choose, vec![]).await == "DE").then_some(())
    })
    .await;
    let inside = contact.e164().strip_prefix("+49").unwrap();
    widget.type_into("number", &format!("0{inside}")).await;
    until_said(&browser, "We will call +49").await;
    widget.click("submit").await;
    widget.until("disconnected").await;
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn a_number_is_remembered_only_if_the_visitor_wishes() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    let value =
        "return document.querySelector('click-to-dial').shadowRoot.querySelector('#number').value";
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.dial(contact.e164()).await;
    widget.until("disconnected").await;
    browser.reload().await;
    widget.click("button").await;
    widget.until("form").await;
    assert_eq!(browser.run(value, vec![]).await, "");
    widget.type_into("number", contact.e164()).await;
    widget.click("remember").await;
    widget.click("submit").await;
    widget.until_any(&["disconnected", "error"]).await;
    browser.reload().await;
    widget.click("button").await;
    widget.until("form").await;
    let shown = browser.run(value, vec![]).await;
    assert_eq!(shown.as_str().unwrap().replace(' ', ""), contact.e164());
    widget.click("remember").await;
    until("it is forgotten", async || {
        widget.records().await.is_empty().then_some(())
    })
    .await;
    browser.close().await;
}

#[tokio::test]
async fn terms_are_agreed_to_before_anything_is_sent_and_their_version_goes_along() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    let texts = json!({"en": "I agree to <b>being called</b>.", "de": "Ich stimme zu."});
    let fields = json!({"consent": {"version": "7", "texts": texts}});
    open_with(
        world,
        &browser,
        &fields,
        &json!({"code": "CONSENT_REQUIRED"}),
    )
    .await;
    widget.dial(contact.e164()).await;
    widget
        .until_look("a tick is missing", |look| {
            look.error.contains("agree first")
        })
        .await;
    assert!(
        words(&browser).await.contains("<b>being called</b>"),
        "text is text"
    );
    widget.click("consent").await;
    widget.click("submit").await;
    widget
        .until_look("the terms are others", |look| {
            look.error.contains("have changed")
        })
        .await;
    let sent = browser.run("return window.sent", vec![]).await;
    assert_eq!(sent[0]["consent"], json!({"version": "7"}), "{sent}");
    browser.close().await;
}

#[tokio::test]
async fn a_closed_button_says_when_it_opens_and_offers_the_owners_other_way() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let fields = json!({
        "open": false, "opensAt": "2099-01-02T09:00:00Z",
        "fallback": {"number": "+4930123456", "url": "javascript:alert(1)"},
    });
    open_with(world, &browser, &fields, &json!(null)).await;
    widget.click("button").await;
    let look = widget.until("closed").await;
    assert!(
        look.status.contains("We open again: January 2, 2099"),
        "{look:?}"
    );
    let link = "return document.querySelector('click-to-dial').shadowRoot.querySelector('[part~=fallback]').href";
    assert_eq!(browser.run(link, vec![]).await, "tel:+4930123456");
    browser.close().await;
}

#[tokio::test]
async fn every_text_can_be_replaced_and_stays_text() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    let owner = json!({"texts": {"en": {"submit": "<img src=x onerror=alert(1)>", "hangUp": 7}}});
    open_with(world, &browser, &owner, &json!(null)).await;
    widget.click("button").await;
    until_said(&browser, "<img src=x onerror=alert(1)>").await;
    let own = "document.querySelector('click-to-dial').setAttribute('texts', arguments[0])";
    browser
        .run(own, vec![json!(r#"{"submit": "Ring {name}", "title": 1}"#)])
        .await;
    until_said(&browser, "Ring Sales").await;
    browser.run(own, vec![json!("{not json")]).await;
    until_said(&browser, "<img src=x").await;
    let images =
        "return document.querySelector('click-to-dial').shadowRoot.querySelectorAll('img').length";
    assert_eq!(browser.run(images, vec![]).await, 0);
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

#[tokio::test]
async fn an_agent_dials_with_one_click_and_a_refused_token_is_renewed_once() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    open_with(
        world,
        &browser,
        &json!({"dialFirst": "extension"}),
        &json!({"code": "UNAUTHENTICATED"}),
    )
    .await;
    let provider = "const e = document.querySelector('click-to-dial'); window.asked = [];\
        e.setAttribute('contact-name', 'Ann Example');\
        e.tokenProvider = async (how) => { window.asked.push(how.renew); return 'secret' }";
    widget.part("button").await;
    browser.run(provider, vec![]).await;
    widget.click("button").await;
    let look = widget.until("error").await;
    assert!(look.status.contains("no longer signed in"), "{look:?}");
    assert_eq!(
        browser.run("return window.asked", vec![]).await,
        json!([false, true])
    );
    let sent = browser.run("return window.sent", vec![]).await;
    assert_eq!(sent, json!([{}, {}]), "no number is in the page");
    assert!(words(&browser).await.contains("Call Ann Example"));
    browser.close().await;
}

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
async fn an_edge_that_answers_html_is_asked_again_with_the_same_key() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    browser.goto(&world.page(&Account::Camara.button())).await;
    let broken = "const real = window.fetch; window.keys = []; window.fetch = (url, what) => {\
        if (!String(url).endsWith('/calls')) return real(url, what);\
        window.keys.push(what.headers['idempotency-key']);\
        return window.keys.length > 2 ? real(url, what)\
          : Promise.resolve(new Response('<h1>Bad gateway</h1>', { status: 502 })) }";
    browser.run(broken, vec![]).await;
    widget.dial(contact.e164()).await;
    until_said(&browser, "No connection to our server").await;
    widget.until("disconnected").await;
    let keys = browser.run("return window.keys", vec![]).await;
    assert!(keys[0] == keys[2] && keys[2].is_string(), "{keys}");
    assert_eq!(world.lab.placed(&contact), 1);
    browser.close().await;
}
