//! The captcha: on a page of ours within the page, which meets no foreign host.

use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::page::Kind;
use stories::harness::wait::{found_within, until};

use crate::world::{Account, World, browser, world};

/// A page around our captcha, which greets it as the widget does. Its policy lets it
/// load nothing else.
const AROUND: Kind<'_> = Kind {
    policy: "default-src 'none'; script-src 'self' 'nonce-told'; frame-src EDGE",
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

/// Presses the captcha's own button, if it is there.
async fn press(browser: &Browser) -> Option<()> {
    use fantoccini::Locator::Css;
    let frame = browser.client.find(Css("#captcha")).await.ok()?;
    frame.enter_frame().await.ok()?;
    let check = browser.client.find(Css("button")).await;
    let pressed = match check {
        Ok(check) => check.click().await.ok(),
        Err(_) => None,
    };
    browser.client.enter_parent_frame().await.ok()?;
    pressed
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
