//! A ring of toll fraudsters, and somebody who harasses. Everything they try is
//! counted at the operator: what the limits allow, and not one call more.

use std::collections::BTreeMap;

use call::{Number, Reason};
use serde_json::json;
use stories::harness::http::{Answer, Ask};
use stories::harness::visitor::{Visitor, contact_body, key};
use stories::harness::wait::until;

use crate::admission::{Shop, address};
use crate::world::contact;

/// Numbers that they would like to have called.
const MANY: usize = 200;
/// Clicks under way at once.
const AT_ONCE: usize = 10;
/// How often a click is sent that got no answer: the tools drop connections when
/// many come at once. With its key it stays one click.
const TRIES: usize = 4;

async fn answer(mut ask: Ask) -> Answer {
    for _ in 1..TRIES {
        let again = ask.again();
        match ask.try_send().await {
            Ok(answer) => return answer,
            Err(_) => ask = again,
        }
    }
    ask.send().await
}

/// What came of a burst of clicks: how often each code was answered.
type Outcome = BTreeMap<String, usize>;

async fn burst(asks: Vec<Ask>) -> Outcome {
    let mut outcome = Outcome::new();
    let mut asks = asks.into_iter().peekable();
    while asks.peek().is_some() {
        let under_way: Vec<_> = asks
            .by_ref()
            .take(AT_ONCE)
            .map(|ask| tokio::spawn(answer(ask)))
            .collect();
        for click in under_way {
            let answer = click.await.unwrap();
            let told = answer.json();
            // Kazoo's envelope has the code within its data.
            let code = told.get("code").or_else(|| told.pointer("/data/code"));
            let code = match answer.status {
                200 | 201 => "placed".to_owned(),
                _ => code.unwrap().as_str().unwrap().to_owned(),
            };
            *outcome.entry(code).or_default() += 1;
        }
    }
    outcome
}

fn outcome(expected: &[(&str, usize)]) -> Outcome {
    let named = |(code, count): &(&str, usize)| ((*code).to_owned(), *count);
    expected.iter().map(named).collect()
}

/// Numbers whose phone is busy, so that a call is over at once.
fn numbers() -> Vec<Number> {
    (0..MANY).map(|_| contact("0101")).collect()
}

/// Calls that the operator was asked for, of these numbers.
fn placed(shop: &Shop, numbers: &[Number]) -> usize {
    numbers
        .iter()
        .map(|number| shop.world.lab.placed(number))
        .sum()
}

#[tokio::test]
async fn two_hundred_numbers_from_one_address_are_three() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let (numbers, one) = (numbers(), address());
    let clicks = numbers.iter().map(|number| shop.dial_from(&one, number));
    let came = burst(clicks.collect()).await;
    assert_eq!(
        came,
        outcome(&[("placed", 3), ("CAPTCHA_REQUIRED", MANY - 3)])
    );
    assert_eq!(placed(&shop, &numbers), 3);
}

#[tokio::test]
async fn a_whole_ipv6_network_is_no_more_than_one_address() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let numbers = numbers();
    let clicks = numbers.iter().enumerate().map(|(at, number)| {
        let from = format!("2001:db8:{:x}:1::{at:x}", std::process::id() & 0xffff);
        shop.dial_from(&from, number)
    });
    let came = burst(clicks.collect()).await;
    assert_eq!(
        came,
        outcome(&[("placed", 3), ("CAPTCHA_REQUIRED", MANY - 3)])
    );
    assert_eq!(placed(&shop, &numbers), 3);
}

#[tokio::test]
async fn two_hundred_addresses_run_into_the_spend_breaker() {
    let shop = Shop::open(&json!({"calls_per_day": 40}), &json!({})).await;
    let numbers = numbers();
    let clicks = numbers
        .iter()
        .map(|number| shop.dial_from(&address(), number));
    let came = burst(clicks.collect()).await;
    assert_eq!(
        came,
        outcome(&[("placed", 40), ("QUOTA_EXCEEDED", MANY - 40)])
    );
    assert_eq!(placed(&shop, &numbers), 40);
}

#[tokio::test]
async fn two_hundred_addresses_run_into_the_throttle() {
    let shop = Shop::open(&json!({}), &json!({"throttle": 5, "daily_limit": 7})).await;
    // Few enough that they all come within the minute.
    let numbers: Vec<Number> = numbers().into_iter().take(50).collect();
    let clicks = numbers
        .iter()
        .map(|number| shop.dial_from(&address(), number));
    let came = burst(clicks.collect()).await;
    let refused = ("TOO_MANY_REQUESTS", 45);
    assert_eq!(came, outcome(&[("placed", 5), refused]));
    assert_eq!(placed(&shop, &numbers), 5);
}

#[tokio::test]
async fn another_door_is_no_way_around() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let (numbers, one) = (numbers(), address());
    let connect = format!(
        "{}/v2/accounts/{}/clicktocall/{}/connect",
        shop.world.edge.url(""),
        shop.admin.account,
        shop.id
    );
    let clicks = numbers.iter().enumerate().map(|(at, number)| {
        if at % 2 == 0 {
            return shop.dial_from(&one, number);
        }
        let ask = shop.visitor().http.post(&connect);
        let ask = ask.json(&json!({"data": {"contact": number.digits()}}));
        let ask = ask.header("idempotency-key", &key());
        ask.header("cf-connecting-ip", &one)
    });
    let came = burst(clicks.collect()).await;
    let captcha = ("CAPTCHA_REQUIRED", MANY - 3);
    assert_eq!(came, outcome(&[("placed", 3), captcha]));
    assert_eq!(placed(&shop, &numbers), 3);
}

#[tokio::test]
async fn forged_origins_open_nothing() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let (numbers, own) = (numbers(), shop.world.pages.origin());
    let forged = [
        "null".to_owned(),
        String::new(),
        "https://evil.example".to_owned(),
        format!("{own}.evil.example"),
        format!("{own}@evil.example"),
        format!("{own}/"),
        own.to_uppercase(),
        own.replace("http://", "https://"),
        shop.world.edge.url(""),
        shop.world.pages.stranger(),
    ];
    let clicks = numbers.iter().enumerate().map(|(at, number)| {
        let visitor = Visitor::new(&shop.world.edge.url(""), &forged[at % forged.len()]);
        let ask = visitor.dial(&shop.button, &key(), number);
        ask.header("cf-connecting-ip", &address())
    });
    let came = burst(clicks.collect()).await;
    assert_eq!(came, outcome(&[("ORIGIN_NOT_ALLOWED", MANY)]));
    assert_eq!(placed(&shop, &numbers), 0);
}

#[tokio::test]
async fn one_captcha_is_one_call_however_often_it_is_replayed() {
    let shop = Shop::open(&json!({}), &json!({"captcha": true})).await;
    let numbers = numbers();
    let pass = json!({ "captchaToken": shop.world.turnstile.pass() });
    let clicks = numbers.iter().map(|number| {
        let ask = shop.dial_with(number, &key(), &pass);
        ask.header("cf-connecting-ip", &address())
    });
    let came = burst(clicks.collect()).await;
    assert_eq!(
        came,
        outcome(&[("placed", 1), ("CAPTCHA_REQUIRED", MANY - 1)])
    );
    assert_eq!(placed(&shop, &numbers), 1);
}

#[tokio::test]
async fn one_idempotency_key_is_one_call_whatever_it_is_used_for() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let (numbers, key) = (numbers(), key());
    let clicks = numbers.iter().map(|number| {
        let ask = shop.visitor().dial(&shop.button, &key, number);
        ask.header("cf-connecting-ip", &address())
    });
    let came = burst(clicks.collect()).await;
    let reused = ("IDEMPOTENCY_KEY_REUSED", MANY - 1);
    assert_eq!(came, outcome(&[("placed", 1), reused]));
    assert_eq!(placed(&shop, &numbers), 1);
}

#[tokio::test]
async fn whoever_harasses_one_number_gets_as_far_as_the_limit_of_that_number() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let victim = contact("0150");
    let lab = &shop.world.lab;
    lab.by_hand(&victim);
    let mut calls = 0;
    // Races for one call, from everywhere, as soon as the last one is over.
    until("nobody gets through any more", async || {
        let clicks = (0..10).map(|_| shop.dial_from(&address(), &victim));
        let came = burst(clicks.collect()).await;
        let won = came.get("placed").copied().unwrap_or_default();
        assert!(won <= 1, "{came:?}");
        calls += won;
        for line in lab
            .calls()
            .iter()
            .filter(|line| line.involves(&victim) && !line.state().is_end())
        {
            line.end(Reason::HangUp, 1);
        }
        (came == outcome(&[("TOO_MANY_REQUESTS", 10)])).then_some(())
    })
    .await;
    assert_eq!((calls, lab.placed(&victim)), (7, 7));
}

#[tokio::test]
async fn spellings_of_a_number_are_one_number_or_none() {
    let shop = Shop::open(&json!({}), &json!({})).await;
    let victim = contact("0150");
    let digits = victim.digits();
    for spelling in [
        digits.to_owned(),
        format!("00{digits}"),
        format!("+ {digits}"),
        format!("+{digits} "),
        format!("+{digits}#1"),
        format!("+{digits};ext=1"),
        format!("tel:+{digits}"),
        format!("+0{digits}"),
        format!("+{digits}\u{200b}"),
    ] {
        let click = shop.visitor().click(&shop.button, &key());
        let ask = click.json(&contact_body(&spelling));
        shop.refused(ask, &victim, 422, "INVALID_PHONE_NUMBER")
            .await;
    }
    assert_eq!(shop.world.lab.placed(&victim), 0);
}
