//! How much is too much, counted at the operator.

use call::Number;
use serde_json::json;
use stories::harness::visitor::key;
use stories::harness::wait::until;

use crate::admission::{Shop, address};
use crate::world::contact;

const TOO_MANY: &str = "TOO_MANY_REQUESTS";

#[tokio::test]
async fn nobody_is_called_more_often_than_seven_times_in_a_quarter_of_an_hour() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let contact = contact("0150");
    for _ in 0..7 {
        shop.admitted(shop.dial_from(&address(), &contact), &contact)
            .await;
    }
    let ask = shop.dial_from(&address(), &contact);
    let answer = shop.refused(ask, &contact, 429, TOO_MANY).await;
    assert_eq!(answer.header("retry-after"), Some("900"));
    let words = answer.json()["message"].to_string();
    assert!(!words.chars().any(|c| c.is_ascii_digit()), "{words}");
    assert_eq!(shop.world.lab.placed(&contact), 7);
}

#[tokio::test]
async fn from_one_address_a_fourth_number_takes_a_captcha() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let office = address();
    let known: Vec<Number> = (0..3).map(|_| contact("0150")).collect();
    for contact in &known {
        shop.admitted(shop.dial_from(&office, contact), contact)
            .await;
    }
    let (fourth, fifth) = (contact("0150"), contact("0150"));
    let ask = shop.dial_from(&office, &fourth);
    shop.refused(ask, &fourth, 403, "CAPTCHA_REQUIRED").await;
    // Whoever called before may do so again, and other addresses are free.
    shop.admitted(shop.dial_from(&office, &known[0]), &known[0])
        .await;
    shop.admitted(shop.dial_from(&address(), &fourth), &fourth)
        .await;
    // Nobody is shut out for good: it takes a captcha for each.
    let pass = json!({ "captchaToken": shop.world.turnstile.pass() });
    let ask = shop.dial_with(&fifth, &key(), &pass);
    shop.admitted(ask.header("cf-connecting-ip", &office), &fifth)
        .await;
    let sixth = contact("0150");
    let ask = shop.dial_from(&office, &sixth);
    shop.refused(ask, &sixth, 403, "CAPTCHA_REQUIRED").await;
}

#[tokio::test]
async fn an_ipv6_network_is_one_address() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let at = |host: u32| format!("2001:db8:77:{:x}::{host:x}", std::process::id() & 0xffff);
    for host in 1..=3 {
        let contact = contact("0150");
        shop.admitted(shop.dial_from(&at(host), &contact), &contact)
            .await;
    }
    let fourth = contact("0150");
    shop.refused(
        shop.dial_from(&at(4), &fourth),
        &fourth,
        403,
        "CAPTCHA_REQUIRED",
    )
    .await;
}

#[tokio::test]
async fn a_throttled_button_calls_so_often_a_minute() {
    let shop = Shop::open(&json!({}), &json!({"throttle": 3})).await;
    for _ in 0..3 {
        let contact = contact("0150");
        shop.admitted(shop.dial(&contact), &contact).await;
    }
    let fourth = contact("0150");
    let answer = shop
        .refused(shop.dial(&fourth), &fourth, 429, TOO_MANY)
        .await;
    assert_eq!(answer.header("retry-after"), Some("60"));
}

#[tokio::test]
async fn a_button_has_its_own_daily_limit() {
    let shop = Shop::open(&json!({}), &json!({"daily_limit": 2})).await;
    for _ in 0..2 {
        let contact = contact("0150");
        shop.admitted(shop.dial(&contact), &contact).await;
    }
    let third = contact("0150");
    shop.refused(shop.dial(&third), &third, 429, "QUOTA_EXCEEDED")
        .await;
    let account = shop.admin.get("").await.json();
    assert!(
        account["data"]["_read_only"].get("breaker").is_none(),
        "{account}"
    );
}

#[tokio::test]
async fn the_spend_breaker_trips_by_itself_and_tells_the_admin() {
    let shop = Shop::open(&json!({"minutes_per_day": 10}), &json!({})).await;
    let (long, next) = (contact("0150"), contact("0150"));
    shop.talked(shop.dial(&long), &long, 9 * 60).await;
    shop.talked(shop.dial(&long), &long, 60).await;
    let answer = shop
        .refused(shop.dial(&next), &next, 429, "QUOTA_EXCEEDED")
        .await;
    let wait: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=86_400).contains(&wait), "{wait}");
    shop.refused(shop.dial(&long), &long, 429, "QUOTA_EXCEEDED")
        .await;
    let account = shop.admin.get("").await.json();
    let breaker = &account["data"]["_read_only"]["breaker"];
    assert_eq!(breaker["spent"], "minutes", "{account}");
    let line = format!("account {}: no more calls today", shop.admin.account);
    let log = until("the log tells of it", async || {
        let log = shop.world.edge.log().all();
        log.contains(&line).then_some(log)
    });
    assert_eq!(log.await.matches(&line).count(), 1);
    // An admin who knows better raises the limit.
    let more = shop
        .admin
        .send("PATCH", "", &json!({"minutes_per_day": 20}))
        .await;
    assert_eq!(more.status, 200, "{}", more.body);
    shop.admitted(shop.dial(&next), &next).await;
}

#[tokio::test]
async fn so_many_calls_at_the_same_time_and_no_more() {
    let shop = Shop::open(&json!({"simultaneous_calls": 2}), &json!({})).await;
    let lab = &shop.world.lab;
    let contacts: Vec<Number> = (0..8).map(|_| contact("0150")).collect();
    for contact in &contacts {
        lab.by_hand(contact);
    }
    let clicks: Vec<_> = contacts
        .iter()
        .map(|it| tokio::spawn(shop.dial(it).send()))
        .collect();
    let mut admitted = 0;
    for click in clicks {
        let answer = click.await.unwrap();
        admitted += usize::from(answer.status == 201);
        assert!(
            answer.status == 201 || answer.code() == TOO_MANY,
            "{}",
            answer.body
        );
    }
    let placed: usize = contacts.iter().map(|it| lab.placed(it)).sum();
    assert_eq!((admitted, placed), (2, 2));
    // One hangs up, and one other gets through.
    let line = contacts.iter().find_map(|it| lab.call_of(it)).unwrap();
    line.end(call::Reason::HangUp, 5);
    let next = contact("0150");
    let got = until("a place is free", async || {
        let answer = shop.dial(&next).send().await;
        (answer.status == 201).then_some(answer)
    });
    got.await;
}
