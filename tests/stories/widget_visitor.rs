//! Any visitor: languages, numbers as people write them at home, and whatever an
//! owner or a page puts in place of our words.

use serde_json::json;
use stories::harness::browser::Browser;
use stories::harness::http::Http;
use stories::harness::page::Kind;
use stories::harness::wait::until;
use stories::harness::widget::Widget;

use crate::admission::Shop;
use crate::world::{Account, World, browser, contact, world};

/// Opens a page with the tag, and `more` in it, in an element of this language.
async fn open_in(world: &World, browser: &Browser, tongue: &str, more: &str) {
    let body = format!(
        r#"<div lang="{tongue}"><script async src="EDGE/widget.js" data-button="BUTTON" {more}></script></div>"#
    );
    let kind = Kind {
        body: &body,
        ..Kind::default()
    };
    browser
        .goto(&world.page_of(kind, &Account::Camara.button()))
        .await;
}

#[tokio::test]
async fn the_panel_speaks_the_pages_language_and_follows_it() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    open_in(world, &browser, "de-AT", "").await;
    widget.click("button").await;
    widget
        .until_said("Sie werden von +1 202 555 0199 angerufen")
        .await;
    let files = "return performance.getEntriesByType('resource').map((e) => e.name.match(/[a-z]+[.]json$/)?.[0]).filter(Boolean)";
    assert_eq!(browser.run(files, vec![]).await, json!(["de.json"]));
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
        widget.until_said(said).await;
        assert_eq!(browser.run(direction, vec![]).await, towards, "{tongue}");
        browser.screenshot(&format!("tongue-{tongue}")).await;
    }
    browser.close().await;
}

/// All text of a button and its panel that could be English.
const LATIN: &str = r"
const root = document.querySelector('click-to-dial').shadowRoot;
return [...root.children].map((part) => part.innerText).join(' ').replaceAll('Sales', '').match(/[A-Za-z]{2,}/g) ?? [];
";

#[tokio::test]
async fn on_a_page_of_another_language_nothing_is_english() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    for (policy, state) in [
        ("", "form"),
        (
            "default-src 'none'; script-src 'self' EDGE; connect-src EDGE",
            "fallback",
        ),
        ("default-src 'none'; script-src 'self' EDGE", "fallback"),
    ] {
        let kind = Kind {
            policy,
            body: r#"<div lang="ja"><script async src="EDGE/widget.js" data-button="BUTTON"
                data-fallback-href="https://example.com"></script></div>"#,
            ..Kind::default()
        };
        browser
            .goto(&world.page_of(kind, &Account::Camara.button()))
            .await;
        widget.part("button").await;
        assert_eq!(browser.run(LATIN, vec![]).await, json!([]));
        widget.click("button").await;
        widget.until(state).await;
        if state == "form" {
            widget.part("display-number").await;
        } else {
            widget.part("fallback").await;
        }
        assert_eq!(browser.run(LATIN, vec![]).await, json!([]), "{policy}");
    }
    browser.close().await;
}

#[tokio::test]
async fn the_buttons_label_is_the_pages_or_in_its_language() {
    let (world, browser) = (world().await, browser().await);
    // Else a page of another encoding would read the loader in its own.
    let loader = Http::default()
        .get(&world.edge.url("/widget.js"))
        .send()
        .await;
    let kind = loader.header("content-type").unwrap_or_default();
    assert!(kind.contains("charset=utf-8"), "{kind}");
    for (lang, more, said) in [
        ("de-CH", "", "Anrufen"),
        ("he", "", "התקשרו"),
        ("en", "", "Call now"),
        ("kl", "", "Call now"),
        ("", "", "Call now"),
        ("de", "data-label='Rufen Sie uns an'", "Rufen Sie uns an"),
    ] {
        open_in(world, &browser, lang, more).await;
        Widget(&browser).part("button").await;
        assert_eq!(browser.run(LABEL, vec![]).await, said, "{lang}");
    }
    browser.close().await;
}

/// What the button says.
const LABEL: &str = "return document.querySelector('click-to-dial').shadowRoot.querySelector('[part=label]').innerText";

async fn until_labelled(browser: &Browser, said: &str) {
    until(&format!("the button says {said}"), async || {
        (browser.run(LABEL, vec![]).await == said).then_some(())
    })
    .await;
}

#[tokio::test]
async fn the_buttons_label_follows_the_element_at_once_and_the_page_once_the_app_is_there() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    open_in(world, &browser, "de", "").await;
    until_labelled(&browser, "Anrufen").await;
    let set = "const e = document.querySelector('click-to-dial');\
        const [name, value] = arguments; value === null ? e.removeAttribute(name) : e.setAttribute(name, value)";
    for (name, value, said) in [
        ("lang", json!("fr"), "Appeler"),
        ("label", json!("<b>Allô</b>"), "<b>Allô</b>"),
        ("label", json!(null), "Appeler"),
        ("lang", json!(null), "Anrufen"),
    ] {
        browser.run(set, vec![json!(name), value]).await;
        assert_eq!(browser.run(LABEL, vec![]).await, said, "{name}");
    }
    let change = "document.querySelector('click-to-dial').parentNode.lang = arguments[0]";
    for (policy, part) in [
        ("", "number"),
        (
            "default-src 'none'; script-src 'self' EDGE; connect-src EDGE; frame-src EDGE",
            "frame",
        ),
        (
            "default-src 'none'; script-src 'self' EDGE; connect-src EDGE",
            "fallback",
        ),
    ] {
        let kind = Kind {
            policy,
            body: r#"<div lang="de"><script async src="EDGE/widget.js" data-button="BUTTON"></script></div>"#,
            ..Kind::default()
        };
        let page = world.page_of(kind, &Account::Camara.foreign_only());
        browser.goto(&page).await;
        widget.click("button").await;
        widget.part(part).await;
        if part == "frame" {
            until("our frame has met the page", async || {
                let state = widget.look().await.host_state;
                (state.as_deref() == Some("form")).then_some(())
            })
            .await;
        }
        for (tongue, said) in [("it", "Chiama"), ("ja", "電話する")] {
            browser.run(change, vec![json!(tongue)]).await;
            until_labelled(&browser, said).await;
        }
        if part == "fallback" {
            widget.until_said("に電話する").await;
        }
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
    widget.until_said("We will call +49").await;
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
async fn the_number_field_begins_in_the_visitors_country() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    // As Cloudflare tells the edge; only a page of the edge's own may send it here.
    let headers = json!({"headers": {"cf-ipcountry": "JP"}});
    browser.devtools("Network.enable", json!({})).await;
    browser
        .devtools("Network.setExtraHTTPHeaders", headers)
        .await;
    browser.goto(&world.edge.url("/")).await;
    widget.click("button").await;
    widget.until("form").await;
    let code = "return document.querySelector('click-to-dial').shadowRoot.querySelector('[part=country]').textContent";
    until("it begins with +81", async || {
        let shown = browser.run(code, vec![]).await;
        shown.as_str()?.starts_with("+81").then_some(())
    })
    .await;
    // A phone shows the keys for numbers, and offers its own.
    let field = widget.part("number").await;
    for (name, value) in [
        ("type", "tel"),
        ("inputmode", "tel"),
        ("autocomplete", "tel"),
    ] {
        assert_eq!(field.attr(name).await.unwrap().as_deref(), Some(value));
    }
    browser.close().await;
}

#[tokio::test]
async fn only_the_countries_that_the_owner_calls_are_offered() {
    let countries = json!({"countries": {"allow": ["AT", "DE"]}});
    let (shop, browser) = (Shop::open(&json!({}), &countries).await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&shop.world.page(&shop.button)).await;
    widget.click("button").await;
    widget.until_said("You will be called from").await;
    let offered = "const s = document.querySelector('click-to-dial').shadowRoot.querySelector('select');\
        return [...s.options].map((option) => option.value)";
    until("Austria and Germany are offered", async || {
        (browser.run(offered, vec![]).await == json!(["AT", "DE"])).then_some(())
    })
    .await;
    widget.type_into("number", "+12025550100").await;
    widget.click("submit").await;
    let look = widget.until("error").await;
    assert!(
        look.status.contains("cannot be called from here"),
        "{look:?}"
    );
    browser.close().await;
}

#[tokio::test]
async fn every_text_can_be_replaced_and_stays_text() {
    let texts = json!({"texts": {
        "en": {"submit": "<img src=x onerror=alert(1)>", "nonsense": "…"},
        "de": {"submit": "Los, {name}"},
    }});
    let (shop, browser) = (Shop::open(&json!({}), &texts).await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&shop.world.page(&shop.button)).await;
    widget.click("button").await;
    widget.until_said("<img src=x onerror=alert(1)>").await;
    let own = "document.querySelector('click-to-dial').setAttribute('texts', arguments[0])";
    browser
        .run(own, vec![json!(r#"{"submit": "Ring {name}", "title": 1}"#)])
        .await;
    widget.until_said("Ring Sales").await;
    browser.run(own, vec![json!("{not json")]).await;
    widget.until_said("<img src=x").await;
    let tongue = "document.querySelector('click-to-dial').lang = 'de'";
    browser.run(tongue, vec![]).await;
    widget.until_said("Los, Sales").await;
    let images =
        "return document.querySelector('click-to-dial').shadowRoot.querySelectorAll('img').length";
    assert_eq!(browser.run(images, vec![]).await, 0);
    browser.close().await;
}
