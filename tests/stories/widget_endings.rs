//! How a call ends, and what keeps it from coming about, in words that a
//! person can act on.

use stories::harness::page::Pages;
use stories::harness::widget::Widget;

use crate::world::{Account, EXTENSION, browser, contact, world};

#[tokio::test]
async fn every_ending_is_told_from_the_visitors_point_of_view() {
    let (world, browser) = (world().await, browser().await);
    let endings = [
        ("0101", "Your phone was busy", "Sales is on another call"),
        ("0102", "You did not pick up", "Sales did not pick up"),
        ("0103", "You hung up", "Sales hung up"),
        ("0104", "Sales is on another call", "Your phone was busy"),
        ("0105", "Sales did not pick up", "You did not pick up"),
        (
            "0106",
            "Sales could not be reached",
            "Your phone could not be reached",
        ),
        (
            "0112",
            "Your phone could not be reached",
            "Sales could not be reached",
        ),
    ];
    for (ending, contact_first, extension_first) in endings {
        for (button, words) in [
            (Account::Sandbox.button(), contact_first),
            (Account::Sandbox.extension_first(), extension_first),
        ] {
            let widget = Widget(&browser);
            browser.goto(&world.page(&button)).await;
            widget.dial(contact(ending).e164()).await;
            let end = widget.until("disconnected").await;
            assert!(end.status.contains(words), "{ending}: {words}: {end:?}");
        }
    }
    browser.close().await;
}

#[tokio::test]
async fn what_goes_wrong_is_told_in_words_and_a_new_attempt_is_one_click_away() {
    let (world, browser) = (world().await, browser().await);
    let sandbox = Account::Sandbox.button();
    let fresh = |ending: &str| contact(ending).e164().to_owned();
    let cases = [
        (
            sandbox.clone(),
            fresh("0107"),
            "Your phone could not be reached",
        ),
        (sandbox.clone(), fresh("0108"), "Sales could not be reached"),
        (sandbox.clone(), fresh("0109"), "could not be placed"),
        (sandbox.clone(), fresh("0113"), "could not be placed"),
        (
            sandbox.clone(),
            "+8811234567".to_owned(),
            "cannot be called from here",
        ),
        (
            sandbox.clone(),
            EXTENSION.to_owned(),
            "This is the number of Sales",
        ),
        (Account::Down.button(), fresh("0150"), "could not be placed"),
        (
            Account::WrongSecret.button(),
            fresh("0150"),
            "could not be placed",
        ),
    ];
    for (button, number, words) in cases {
        let widget = Widget(&browser);
        browser.goto(&world.page(&button)).await;
        widget.dial(&number).await;
        let look = widget.until_any(&["error", "failed"]).await;
        assert!(look.status.contains(words), "{words}: {look:?}");
        assert!(widget.told_names().await.contains(&"ctd-error".to_owned()));
        assert!(
            widget.records().await.is_empty(),
            "nothing is kept: {words}"
        );
        widget.click("again").await;
        widget.until("form").await;
    }
    browser.close().await;
}

#[tokio::test]
async fn a_number_is_checked_before_anything_is_sent() {
    let (world, browser) = (world().await, browser().await);
    let widget = Widget(&browser);
    browser.goto(&world.page(&Account::Camara.button())).await;
    widget.click("button").await;
    widget.until("form").await;
    for (typed, words) in [
        ("", "enter a phone number"),
        ("030 123456", "too short"),
        ("+1 2", "too short"),
    ] {
        widget.type_into("number", typed).await;
        widget.click("submit").await;
        let look = widget
            .until_look(words, |look| look.error.contains(words))
            .await;
        assert_eq!(look.state.as_deref(), Some("form"));
        let field = widget.part("number").await;
        field.clear().await.unwrap();
    }
    assert!(
        widget.told().await.is_empty(),
        "the page was not even asked"
    );
    browser.close().await;
}

/// How people write `+4930…`; `{}` stands for the rest.
const SPELLINGS: [&str; 4] = ["+49 (0)30 {}", "0049 30 {}", "tel:+49-30-{}", "+49.30.{}"];

#[tokio::test]
async fn a_number_can_be_pasted_as_people_write_it() {
    let (world, browser) = (world().await, browser().await);
    for spelling in SPELLINGS {
        let (widget, contact) = (Widget(&browser), contact("0101"));
        let rest = contact.e164().strip_prefix("+4930").unwrap();
        browser.goto(&world.page(&Account::Camara.button())).await;
        widget.click("button").await;
        widget.until("form").await;
        widget
            .paste_into("number", &spelling.replace("{}", rest))
            .await;
        widget.click("submit").await;
        widget.until("disconnected").await;
        assert_eq!(world.lab.placed(&contact), 1, "{spelling}");
    }
    browser.close().await;
}

#[tokio::test]
async fn a_number_can_be_typed_as_people_write_it() {
    let (world, browser) = (world().await, browser().await);
    for spelling in SPELLINGS {
        let (widget, contact) = (Widget(&browser), contact("0101"));
        let rest = contact.e164().strip_prefix("+4930").unwrap();
        browser.goto(&world.page(&Account::Camara.button())).await;
        widget.dial(&spelling.replace("{}", rest)).await;
        widget.until("disconnected").await;
        assert_eq!(world.lab.placed(&contact), 1, "{spelling}");
    }
    browser.close().await;
}

#[tokio::test]
async fn a_page_that_may_not_use_the_button_is_told_so() {
    let (world, browser) = (world().await, browser().await);
    let (widget, contact) = (Widget(&browser), contact("0101"));
    let path = Pages::path(&world.edge.url(""), &Account::Camara.button());
    browser
        .goto(&format!("{}{path}", world.pages.stranger()))
        .await;
    widget.dial(contact.e164()).await;
    let look = widget.until("error").await;
    assert!(
        look.status.contains("does not work on this page"),
        "{look:?}"
    );
    assert_eq!(world.lab.placed(&contact), 0);
    browser.close().await;
}
