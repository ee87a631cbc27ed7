//! The captcha: on a page of ours within the page, which meets no foreign host.

use fantoccini::Locator::Css;
use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::page::Kind;
use stories::harness::wait::{found_within, until};
use stories::harness::widget::Widget;

use crate::admission::Shop;
use crate::world::{Account, World, browser, contact, world};

/// A page around our captcha, which greets it as the widget does. Its policy lets it
/// load nothing else.
const AROUND: Kind<'_> = Kind {
    policy: "default-src 'none'; script-src 'self' 'nonce-told'; frame-src EDGE",
    quirks: false,
    isolated: false,
    head: "",
    body: r#"<iframe id="captcha" src="EDGE/buttons/BUTTON/captcha"></iframe>
        <script nonce="told">
          const frame = document.getElementById("captcha");
          frame.onload = () => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = ({ data }) => { window.token ??= data.token };
            frame.contentWindow.postMessage("click-to-dial", "EDGE", [port2]);
          };
        </script>"#,
};

fn page(world: &World) -> String {
    world.page_of(AROUND, &Account::Sandbox.foreign_only())
}

/// Presses the captcha's own button in the frame that has the context, if it is there.
async fn press_in_frame(browser: &Browser) -> Option<()> {
    let check = browser.client.find(Css("button")).await;
    let pressed = match check {
        Ok(check) => check.click().await.ok(),
        Err(_) => None,
    };
    browser.client.enter_parent_frame().await.ok()?;
    pressed
}

async fn press(browser: &Browser) -> Option<()> {
    let frame = browser.client.find(Css("#captcha")).await.ok()?;
    frame.enter_frame().await.ok()?;
    press_in_frame(browser).await
}

/// Shows the captcha's verifier that here is a person.
async fn pass(browser: &Browser) {
    let widget = Widget(browser);
    widget.until("captcha").await;
    until("the captcha is passed", async || {
        let place = widget.part("captcha").await;
        let frame = place.find(Css("iframe")).await.ok()?;
        frame.enter_frame().await.ok()?;
        press_in_frame(browser).await
    })
    .await;
}

async fn guarded() -> Shop {
    Shop::open(&json!({}), &json!({"captcha": true})).await
}

#[tokio::test]
async fn a_visitor_passes_the_captcha_and_is_called() {
    let (shop, browser) = (guarded().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    let kind = Kind {
        policy: "default-src 'none'; script-src 'self' EDGE 'wasm-unsafe-eval'; connect-src EDGE; \
            frame-src EDGE; require-trusted-types-for 'script'; trusted-types 'none'",
        ..Kind::default()
    };
    browser.goto(&shop.world.page_of(kind, &shop.button)).await;
    widget.dial(contact.e164()).await;
    pass(&browser).await;
    widget.until("disconnected").await;
    assert_eq!(shop.world.lab.placed(&contact), 1);
    // The page is asked once, and its policy had nothing to forbid.
    let names = widget.told_names().await;
    let asked = names.iter().filter(|name| *name == "ctd-before-call");
    assert_eq!(asked.count(), 1, "{names:?}");
    assert!(!names.contains(&"ctd-error".to_owned()), "{names:?}");
    let forbidden = browser.run("return window.forbidden", vec![]).await;
    assert_eq!(forbidden, json!([]));
    browser.close().await;
}

#[tokio::test]
async fn in_our_frame_the_captcha_is_passed_just_so() {
    let (shop, browser) = (guarded().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    let kind = Kind {
        policy: "default-src 'none'; script-src 'self' EDGE; frame-src EDGE",
        ..Kind::default()
    };
    browser.goto(&shop.world.page_of(kind, &shop.button)).await;
    widget.click("button").await;
    let frame = widget.part("frame").await;
    frame.enter_frame().await.unwrap();
    widget.until("form").await;
    widget.type_into("number", contact.e164()).await;
    widget.click("submit").await;
    pass(&browser).await;
    widget.until("disconnected").await;
    assert_eq!(shop.world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn a_captcha_that_cannot_be_had_is_told_and_may_be_tried_again() {
    let (shop, browser) = (guarded().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0100"));
    browser.goto(&shop.world.page(&shop.button)).await;
    let script = format!("{}*", shop.world.turnstile.settings()[1].1);
    browser.block(&[&script]).await;
    widget.dial(contact.e164()).await;
    let look = widget.until("error").await;
    assert!(
        look.status.contains("The confirmation did not work"),
        "{look:?}"
    );
    widget.click("again").await;
    widget.until("form").await;
    browser.block(&[]).await;
    widget.click("submit").await;
    // Thinking better of it leads back to the form, with the number still there.
    widget.until("captcha").await;
    widget.click("again").await;
    widget.until("form").await;
    widget.click("submit").await;
    pass(&browser).await;
    widget.until("disconnected").await;
    assert_eq!(shop.world.lab.placed(&contact), 1);
    browser.close().await;
}

#[tokio::test]
async fn the_token_comes_to_the_page_that_may_use_the_button() {
    let (world, browser) = (world().await, browser().await);
    browser.goto(&page(world)).await;
    until("the captcha is there", async || press(&browser).await).await;
    until("the page has the token", async || {
        let token = browser.run("return window.token", vec![]).await;
        token
            .as_str()
            .filter(|token| token.starts_with("token-"))
            .map(|_| ())
    })
    .await;
    assert_eq!(
        browser.run("return window.forbidden", vec![]).await,
        json!([])
    );
    browser.close().await;
}

#[tokio::test]
async fn a_page_that_may_not_use_the_button_gets_no_captcha() {
    let (world, browser) = (world().await, browser().await);
    let strange = page(world).replacen(&world.pages.origin(), &world.pages.stranger(), 1);
    browser.goto(&strange).await;
    let pressed = found_within(std::time::Duration::from_secs(4), async || {
        press(&browser).await
    })
    .await;
    assert_eq!(pressed, None);
    browser.close().await;
}
