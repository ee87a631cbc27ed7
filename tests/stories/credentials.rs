//! The edge's own tokens at an operator.

use stories::harness::visitor::key;

use crate::answers::assert_refused;
use crate::world::{Account, contact, world};

#[tokio::test]
async fn a_token_is_kept_and_used_again() {
    let world = world().await;
    let visitor = world.visitor();
    for _ in 0..5 {
        visitor
            .place(&Account::Camara.button(), &contact("0101"))
            .await;
    }
    let placed = world.lab.calls().len();
    assert!(
        world.lab.tokens_given() < placed,
        "one token for many calls"
    );
}

#[tokio::test]
async fn a_token_that_is_about_to_expire_is_renewed_before_it_is_used() {
    let world = world().await;
    let visitor = world.visitor();
    for expected in 1..=2 {
        visitor
            .place(&Account::ShortTokens.button(), &contact("0101"))
            .await;
        assert!(world.short_tokens.tokens_given() >= expected);
    }
    let refused = world.short_tokens.asked();
    assert!(refused.iter().all(|asked| asked.status != Some(401)));
}

#[tokio::test]
async fn a_token_that_the_operator_no_longer_knows_is_renewed_and_the_call_placed() {
    let world = world().await;
    let visitor = world.visitor();
    visitor
        .place(&Account::Camara.button(), &contact("0101"))
        .await;
    world.lab.revoke_tokens();
    let number = contact("0101");
    visitor.place(&Account::Camara.button(), &number).await;
    let lines = world.lab.calls();
    assert_eq!(
        lines.iter().filter(|line| line.involves(&number)).count(),
        1
    );
}

#[tokio::test]
async fn an_operator_that_nobody_reaches_or_that_refuses_us_is_one_and_the_same_to_a_page() {
    let world = world().await;
    let visitor = world.visitor();
    for account in [Account::Down, Account::WrongSecret, Account::NoScope] {
        let contact = contact("0150");
        for time in ["first", "second"] {
            let dial = visitor.dial(&account.button(), &key(), &contact);
            let what = format!("{account:?} {time}");
            let answer = dial.send().await;
            assert_refused(&answer, 503, "OPERATOR_UNAVAILABLE", &what);
            for detail in ["secret", "token", "credential", "127.0.0.1", "scope"] {
                let body = answer.body.to_lowercase();
                assert!(!body.contains(detail), "{what} tells {detail}: {body}");
            }
        }
    }
    assert!(world.no_scope.calls().is_empty());
}
