//! Opening hours, and what a visitor agrees to.

use serde_json::{Value, json};
use stories::harness::visitor::key;
use time::format_description::well_known::Rfc3339;
use time::{Duration, OffsetDateTime, UtcOffset};

use crate::admission::Shop;
use crate::world::contact;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/// Hours that are the same each day.
fn daily(zone: &str, from: &str, to: &str) -> Value {
    let spans = json!([[from, to]]);
    let week: Value = DAYS
        .iter()
        .map(|day| ((*day).to_owned(), spans.clone()))
        .collect();
    json!({"hours": {"timeZone": zone, "week": week}})
}

fn clock(at: OffsetDateTime) -> String {
    format!("{:02}:{:02}", at.hour(), at.minute())
}

#[tokio::test]
async fn a_closed_button_calls_nobody_and_says_when_it_opens() {
    // Kathmandu is 5 hours and 45 minutes ahead, all year round.
    let offset = UtcOffset::from_hms(5, 45, 0).unwrap();
    let now = OffsetDateTime::now_utc().to_offset(offset);
    let (opens, closes) = (now + Duration::hours(2), now + Duration::hours(3));
    let hours = daily("Asia/Kathmandu", &clock(opens), &clock(closes));
    let shop = Shop::open(&json!({}), &hours).await;
    let contact = contact("0150");
    shop.refused(shop.dial(&contact), &contact, 403, "CLOSED")
        .await;
    let shown = shop.shown().await;
    assert_eq!(shown["open"], false);
    assert_eq!(shown["hours"], hours["hours"]);
    let opens_at = shown["opensAt"].as_str().unwrap();
    let opens_at = OffsetDateTime::parse(opens_at, &Rfc3339).unwrap();
    let expected = opens
        .replace_second(0)
        .unwrap()
        .replace_nanosecond(0)
        .unwrap();
    assert_eq!(opens_at, expected);
}

#[tokio::test]
async fn an_open_button_calls_until_the_day_is_closed() {
    let always = daily("Europe/Berlin", "00:00", "24:00");
    let shop = Shop::open(&json!({}), &always).await;
    let contact = contact("0150");
    shop.admitted(shop.dial(&contact), &contact).await;
    let shown = shop.shown().await;
    assert_eq!((&shown["open"], shown.get("opensAt")), (&json!(true), None));
    // Today and its neighbours, whatever day it is in Berlin.
    let today = OffsetDateTime::now_utc().date();
    let closed: Vec<String> = [today.previous_day(), Some(today), today.next_day()]
        .into_iter()
        .map(|day| day.unwrap().to_string())
        .collect();
    let mut holiday = always;
    holiday["hours"]["closed"] = json!(closed);
    let path = format!("clicktocall/{}", shop.id);
    assert_eq!(shop.admin.send("PATCH", &path, &holiday).await.status, 200);
    shop.refused(shop.dial(&contact), &contact, 403, "CLOSED")
        .await;
    assert_eq!(shop.shown().await["open"], false);
}

#[tokio::test]
async fn a_visitor_agrees_to_the_current_text_or_is_not_called() {
    let consent =
        json!({"version": "2026-11", "texts": {"en": "Call me.", "de": "Rufen Sie mich an."}});
    let shop = Shop::open(&json!({}), &json!({"consent": consent})).await;
    assert_eq!(shop.shown().await["consent"], consent);
    let contact = contact("0150");
    for outdated in [json!({}), json!({"consent": {"version": "2025-01"}})] {
        let ask = shop.dial_with(&contact, &key(), &outdated);
        shop.refused(ask, &contact, 403, "CONSENT_REQUIRED").await;
    }
    let agreed = json!({"consent": {"version": "2026-11"}});
    shop.admitted(shop.dial_with(&contact, &key(), &agreed), &contact)
        .await;
    let history = format!("clicktocall/{}/history", shop.id);
    let kept = shop.admin.get(&history).await.json()["data"][0].clone();
    assert_eq!(kept["consent"]["version"], "2026-11", "{kept}");
    assert_eq!(kept["consent"]["at"], kept["created_at"]);
    // The text changes while the visitor's page still shows the old one.
    let path = format!("clicktocall/{}", shop.id);
    let changed = json!({"consent": {"version": "2026-12"}});
    assert_eq!(shop.admin.send("PATCH", &path, &changed).await.status, 200);
    let ask = shop.dial_with(&contact, &key(), &agreed);
    shop.refused(ask, &contact, 403, "CONSENT_REQUIRED").await;
}

#[tokio::test]
async fn a_page_tells_of_itself_within_bounds() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let contact = contact("0150");
    let page = json!({"page": {"url": "https://crm.example.com/contacts/7", "context": {"campaign": "autumn"}}});
    shop.admitted(shop.dial_with(&contact, &key(), &page), &contact)
        .await;
    for bad in [
        json!({"page": {"url": "javascript:alert(1)"}}),
        json!({"page": {"context": {"a": 1}}}),
        json!({"consent": "yes"}),
        json!({"captchaToken": 7}),
        json!({"extension": "+12025550100"}),
    ] {
        let ask = shop.dial_with(&contact, &key(), &bad);
        shop.refused(ask, &contact, 400, "INVALID_ARGUMENT").await;
    }
}
