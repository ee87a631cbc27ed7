//! The pages that show what the button can look like: all of it alive, nothing
//! sticks out. The pictures are in `target/screenshots`, for people to judge.

use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::wait::until;

use crate::world::{browser, world};

const SIZES: [(u32, u32); 2] = [(360, 740), (1440, 900)];
const SCHEMES: [&str; 2] = ["light", "dark"];

/// What is wider than the page, or a button that is not painted, in words.
const WRONG: &str = r#"
const wrong = [];
const page = document.scrollingElement;
if (page.scrollWidth > page.clientWidth) wrong.push(`page: ${page.scrollWidth} > ${page.clientWidth}`);
for (const element of document.querySelectorAll("click-to-dial:not([for])")) {
  const box = element.shadowRoot?.querySelector("[part=button]").getBoundingClientRect();
  if (!box || box.width < 24 || box.height < 24) wrong.push(`no button: ${element.className}`);
  else if (box.left < 0 || box.right > innerWidth) wrong.push(`sticks out: ${element.className}`);
}
return wrong;
"#;

async fn photograph(browser: &Browser, name: &str, buttons: usize) {
    until("all buttons are there", async || {
        let script = "return document.querySelectorAll('click-to-dial').length";
        (browser.run(script, vec![]).await == buttons).then_some(())
    })
    .await;
    for (width, height) in SIZES {
        browser.resize(width, height).await;
        for scheme in SCHEMES {
            let feature = json!({"name": "prefers-color-scheme", "value": scheme});
            let media = json!({"features": [feature]});
            browser.devtools("Emulation.setEmulatedMedia", media).await;
            let wrong = browser.run(WRONG, vec![]).await;
            assert_eq!(wrong, json!([]), "{name} at {width} px, {scheme}");
            let whole = browser
                .run("return document.scrollingElement.scrollHeight", vec![])
                .await;
            let whole = u32::try_from(whole.as_u64().unwrap()).unwrap();
            browser.resize(width, whole).await;
            browser
                .screenshot(&format!("{name}-{width}-{scheme}"))
                .await;
            browser.resize(width, height).await;
        }
    }
}

#[tokio::test]
async fn the_gallery_shows_every_look_alive() {
    let (world, browser) = (world().await, browser().await);
    browser.goto(&world.edge.url("/gallery")).await;
    photograph(&browser, "gallery", 18).await;
    let code = "return document.querySelectorAll('article pre').length === document.querySelectorAll('article').length";
    assert_eq!(browser.run(code, vec![]).await, true);
    let broken = "return document.body.textContent.includes('{{')";
    assert_eq!(browser.run(broken, vec![]).await, false);
    browser.close().await;
}

#[tokio::test]
async fn three_buttons_stand_on_one_page() {
    let (world, browser) = (world().await, browser().await);
    browser.goto(&world.edge.url("/three")).await;
    photograph(&browser, "three", 3).await;
    browser.close().await;
}
