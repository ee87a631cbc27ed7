//! Our frame is the element in another place: what the page says on its element goes
//! in, what the element tells goes out, and nobody else is heard.

use serde_json::{Value, json};
use stories::harness::agents::Crm;
use stories::harness::browser::Browser;
use stories::harness::page::Kind;
use stories::harness::sink::{Sink, Told};
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::admission::Shop;
use crate::world::{Account, World, browser, contact, world};

/// Policies under which the app runs in the page itself, and in our frame.
const WAYS: [&str; 2] = ["", "script-src 'self' EDGE; frame-src EDGE"];

/// Goes to where the app runs.
async fn enter(browser: &Browser, policy: &str) {
    if policy.is_empty() {
        return;
    }
    let frame = Widget(browser).part("frame").await;
    frame.enter_frame().await.expect("the frame can be entered");
}

/// Opens the panel on a page that has our frame do the work.
async fn open_framed(world: &World, browser: &Browser, account: Account) {
    let kind = Kind {
        policy: WAYS[1],
        ..Kind::default()
    };
    browser
        .goto(&world.page_of(kind, &account.foreign_only()))
        .await;
    Widget(browser).click("button").await;
}

async fn leave(browser: &Browser) {
    browser.client.enter_parent_frame().await.expect("the page");
}

#[tokio::test]
async fn an_agents_token_the_pages_words_and_its_context_count_inline_and_in_our_frame() {
    let (world, browser, sink) = (world().await, browser().await, Sink::start());
    let widget = Widget(&browser);
    let account = json!({"sink": {"url": sink.url(), "token": "crm"}});
    let button = json!({"auth_required": true, "dial_first": "extension"});
    let shop = Shop::open(&account, &button).await;
    let crm = Crm::new(&shop.admin, &shop.button).await;
    for policy in WAYS {
        let contact = contact("0100");
        let kind = Kind {
            policy,
            body: r#"<script async src="EDGE/widget.js" data-button="BUTTON" data-contact-name="Ann Example"
                data-context-campaign="autumn" data-context-empty data-texts='{"callAgain": "Once more"}'></script>"#,
            ..Kind::default()
        };
        browser.goto(&world.page_of(kind, &shop.button)).await;
        widget.part("button").await;
        let mut old = crm.claims(Some(&contact));
        old["exp"] = json!(1_700_000_000);
        let tokens = [crm.seal(&old), crm.token(Some(&contact))];
        let provider = "window.asked = []; const [old, fresh] = arguments;\
            document.querySelector('click-to-dial').tokenProvider =\
              async ({ renew }) => { window.asked.push(renew); return renew ? fresh : old }";
        let tokens = tokens.iter().map(|token| json!(token)).collect();
        browser.run(provider, tokens).await;
        widget.click("button").await;
        enter(&browser, policy).await;
        widget.until("disconnected").await;
        let words = widget.words().await;
        for said in ["Call Ann Example", "Once more"] {
            assert!(words.contains(said), "{said}: {words}");
        }
        leave(&browser).await;
        assert_eq!(
            browser.run("return window.asked", vec![]).await,
            json!([false, true])
        );
        let line = world.lab.call_of(&contact).unwrap();
        assert_eq!(line.callee(), &contact);
        // A page's address may have secrets after its path; those stay where they are.
        let event = until("the CRM is told", async || {
            let told = sink.told();
            let meant = |told: &&Told| told.event()["data"]["callee"] == contact.e164();
            told.iter().find(meant).map(Told::event)
        })
        .await;
        let page = json!({
            "url": format!("{}/", world.pages.origin()),
            "context": {"campaign": "autumn", "empty": ""}, "agent": "ada",
        });
        assert_eq!(event["data"]["page"], page, "{policy}");
        let told = json!(widget.told().await).to_string();
        assert!(!told.contains(contact.digits()), "{told}");
    }
    browser.close().await;
}

#[tokio::test]
async fn what_the_page_changes_later_changes_in_our_frame() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    open_framed(world, &browser, Account::Camara).await;
    let change = async |script: &str, wanted: &str| {
        let script = format!("const e = document.querySelector('click-to-dial'); {script}");
        browser.run(&script, vec![]).await;
        enter(&browser, WAYS[1]).await;
        widget.until_said(wanted).await;
        leave(&browser).await;
    };
    change("", "Your phone number").await;
    change("document.documentElement.lang = 'de'", "Ihre Telefonnummer").await;
    change(r#"e.setAttribute("texts", '{"submit": "Los"}')"#, "Los").await;
    change("e.removeAttribute('texts')", "Jetzt zurückrufen lassen").await;
    change(
        "e.texts = { title: '<b>{name}</b>', odd: () => 1 }; e.open()",
        "<b>Sales</b>",
    )
    .await;
    let titled =
        "return document.querySelector('click-to-dial').shadowRoot.querySelector('iframe').title";
    until("the frame has the panel's name", async || {
        (browser.run(titled, vec![]).await == "<b>Sales</b>").then_some(())
    })
    .await;
    browser.close().await;
}

#[tokio::test]
async fn an_error_in_our_frame_is_told_to_the_page() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    open_framed(world, &browser, Account::Sandbox).await;
    let dial = format!(
        "document.querySelector('click-to-dial').dial('{}')",
        contact("0107").e164()
    );
    browser.run(&dial, vec![]).await;
    let error = until("the page is told", async || {
        let told = widget.told().await;
        told.into_iter().find(|it| it["name"] == "ctd-error")
    })
    .await;
    assert_eq!(error["detail"]["code"], "CALLER_NOT_AVAILABLE", "{error}");
    assert_eq!(error["detail"]["button"], Account::Sandbox.foreign_only());
    let state = "return document.querySelector('click-to-dial').getAttribute('state')";
    until("the element says so", async || {
        (browser.run(state, vec![]).await == "error").then_some(())
    })
    .await;
    browser.close().await;
}

/// Greets our frame from another frame of the page, as the loader would.
const STRANGER: &str = r#"
const ours = parent.document.querySelector("click-to-dial").shadowRoot.querySelector("iframe");
window.heard = [];
const { port1, port2 } = new MessageChannel();
port1.onmessage = ({ data }) => window.heard.push(data);
ours.contentWindow.postMessage("click-to-dial", "*", [port2]);
port1.postMessage({ word: "open" });
"#;

#[tokio::test]
async fn our_frame_listens_to_the_page_around_it_and_to_nobody_else() {
    use fantoccini::Locator::Css;
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    let kind = Kind {
        policy: WAYS[1],
        body: r#"<iframe id="stranger"></iframe>
            <script async src="EDGE/widget.js" data-button="BUTTON"></script>"#,
        ..Kind::default()
    };
    browser
        .goto(&world.page_of(kind, &Account::Camara.foreign_only()))
        .await;
    let stranger = async |script: &str| -> Value {
        let frame = browser.client.find(Css("#stranger")).await.unwrap();
        frame.enter_frame().await.unwrap();
        let found = browser.run(script, vec![]).await;
        leave(&browser).await;
        found
    };
    widget.click("button").await;
    widget.part("frame").await;
    stranger(STRANGER).await;
    enter(&browser, WAYS[1]).await;
    widget.until("form").await;
    leave(&browser).await;
    stranger(STRANGER).await;
    enter(&browser, WAYS[1]).await;
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    widget.until("disconnected").await;
    leave(&browser).await;
    assert_eq!(stranger("return window.heard").await, json!([]));
    browser.close().await;
}
