//! An agent calls from a CRM's page, in a browser.

use serde_json::json;
use stories::harness::admin::Admin;
use stories::harness::agents::{AGENT, Crm};
use stories::harness::crm::CrmPages;
use stories::harness::widget::Widget;

use crate::world::{browser, contact, world};

#[tokio::test]
async fn an_agent_calls_a_contact_whose_number_is_nowhere_in_the_page() {
    let (world, browser, number) = (world().await, browser().await, contact("0100"));
    let edge = world.edge.url("");
    let pages = CrmPages::start(&edge).expect("a CRM");
    let account = json!({ "name": "Acme", "connections": ["main"] });
    let admin = Admin::found(&edge, &account).await;
    let button = json!({
        "name": "Ann Example", "extension": "+4930555000", "dial_first": "extension",
        "auth_required": true, "origins": [pages.origin()],
    });
    let (_, button) = admin.button(&button).await;
    pages.show(Crm::new(&admin, &button).await, number.clone());

    let widget = Widget(&browser);
    browser.goto(&pages.origin()).await;
    widget.click("button").await;
    let calling = widget
        .until_any(&[
            "calling",
            "callingCaller",
            "callingCallee",
            "connected",
            "disconnected",
        ])
        .await;
    assert!(calling.error.is_empty(), "{calling:?}");
    widget.until("disconnected").await;
    let line = world.lab.call_of(&number).expect("the operator was asked");
    assert_eq!(
        (line.caller().e164(), line.callee().e164()),
        (AGENT, number.e164())
    );
    assert_eq!(pages.tokens(), 1);
    let script = "const host = document.querySelector('click-to-dial');\
        return document.documentElement.outerHTML + host.shadowRoot.innerHTML\
            + JSON.stringify(window.told) + JSON.stringify(localStorage)";
    let page = browser.run(script, vec![]).await.to_string();
    for digits in [number.digits(), &AGENT[1..], "4930555000"] {
        assert!(!page.contains(&digits[digits.len() - 7..]), "{page}");
    }
    browser.close().await;
}
