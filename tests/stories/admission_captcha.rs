//! The captcha: asked for where a button wants it, and good for one call.

use serde_json::{Value, json};
use stories::harness::visitor::{Placed, key};
use stories::harness::wait::until;

use crate::admission::Shop;
use crate::world::contact;

const REQUIRED: &str = "CAPTCHA_REQUIRED";

async fn guarded() -> Shop {
    Shop::open(&json!({}), &json!({"captcha": true})).await
}

fn token(token: &str) -> Value {
    json!({ "captchaToken": token })
}

#[tokio::test]
async fn a_visitor_passes_the_captcha_and_is_called_once() {
    let shop = guarded().await;
    let turnstile = &shop.world.turnstile;
    let site_key = &turnstile.settings()[2].1;
    assert_eq!(
        shop.shown().await["captcha"],
        json!({ "siteKey": site_key })
    );
    let (contact, key) = (contact("0150"), key());
    let bare = shop.dial_with(&contact, &key, &json!({}));
    shop.refused(bare, &contact, 403, REQUIRED).await;
    let pass = turnstile.pass();
    let click = || shop.dial_with(&contact, &key, &token(&pass));
    let first = shop.admitted(click(), &contact).await;
    // The answer was lost: the same click again is the same call, and asks
    // nobody whether the token is still good.
    let again = Placed::read(&click().send().await);
    assert_eq!(again.id, first.id);
    let later = shop.dial_with(&contact, &key, &token("another"));
    assert_eq!(Placed::read(&later.send().await).id, first.id);
    assert_eq!(turnstile.asked_for(&pass), 1);
    assert_eq!(shop.world.lab.placed(&contact), 1);
}

#[tokio::test]
async fn a_used_token_admits_no_second_call() {
    let shop = guarded().await;
    let pass = shop.world.turnstile.pass();
    let (one, two) = (contact("0150"), contact("0150"));
    shop.admitted(shop.dial_with(&one, &key(), &token(&pass)), &one)
        .await;
    for contact in [&one, &two] {
        let ask = shop.dial_with(contact, &key(), &token(&pass));
        shop.refused(ask, contact, 403, REQUIRED).await;
    }
}

#[tokio::test]
async fn a_token_used_by_many_at_the_same_moment_admits_one() {
    let shop = guarded().await;
    let pass = shop.world.turnstile.pass();
    let contacts: Vec<_> = (0..10).map(|_| contact("0150")).collect();
    let clicks: Vec<_> = contacts
        .iter()
        .map(|contact| tokio::spawn(shop.dial_with(contact, &key(), &token(&pass)).send()))
        .collect();
    let mut admitted = 0;
    for click in clicks {
        let answer = click.await.unwrap();
        admitted += usize::from(answer.status == 201);
        assert!(
            answer.status == 201 || answer.code() == REQUIRED,
            "{}",
            answer.body
        );
    }
    let placed: usize = contacts.iter().map(|it| shop.world.lab.placed(it)).sum();
    assert_eq!((admitted, placed), (1, 1));
}

#[tokio::test]
async fn a_token_from_elsewhere_or_for_something_else_is_worth_nothing() {
    let shop = guarded().await;
    let turnstile = &shop.world.turnstile;
    let contact = contact("0150");
    for bad in [
        turnstile.pass_elsewhere("login", "127.0.0.1"),
        turnstile.pass_elsewhere("place-call", "evil.example"),
        "made-up".to_owned(),
    ] {
        let ask = shop.dial_with(&contact, &key(), &token(&bad));
        shop.refused(ask, &contact, 403, REQUIRED).await;
    }
}

#[tokio::test]
async fn nobody_passes_while_the_verifier_is_broken() {
    let shop = guarded().await;
    let contact = contact("0150");
    let broken = shop.world.turnstile.breaking();
    let ask = shop.dial_with(&contact, &key(), &token(&broken));
    shop.refused(ask, &contact, 503, "CAPTCHA_UNAVAILABLE")
        .await;
    let log = until("the log tells of it", async || {
        let log = shop.world.edge.log().all();
        log.contains("the captcha's verifier does not work for us")
            .then_some(log)
    })
    .await;
    assert!(
        !log.contains(&shop.world.turnstile.settings()[3].1),
        "the secret"
    );
    assert!(!log.contains(&broken), "the token");
}
