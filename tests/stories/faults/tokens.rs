//! What goes wrong before: no token, no call. Nothing has been asked for yet,
//! so that nothing is waited for.

use std::time::Duration;

use stories::harness::visitor::{Placed, key};
use stories::lab::Fault;

use super::log::{assert_discreet, assert_says};
use super::rows::{NONSENSE, Told, UNAVAILABLE};
use super::scene::{Place, scene};
use crate::answers::assert_refused;
use crate::world::contact;

/// A fault of the token's answer, what the visitor gets, and the log's line.
type Row = (Fault, Told, &'static str, &'static str);

/// OAuth's own refusal (RFC 6749, section 5.2).
const fn refused(status: u16, code: &'static str) -> Fault {
    let words = "The client is not welcome";
    Fault::Refused {
        status,
        code,
        words,
    }
}

const SLOWLY: Fault = Fault::SlowAnswer(Duration::from_secs(2));
const NEVER: Fault = Fault::SlowAnswer(Duration::from_secs(60));
const ROWS: [Row; 21] = [
    (SLOWLY, Told::Call, "200", ""),
    (NEVER, UNAVAILABLE, "failed: no answer within 5s", ""),
    (Fault::AnswerLost, UNAVAILABLE, "failed: ", ""),
    (
        Fault::ClosedInMidBody,
        UNAVAILABLE,
        "failed: status 200, but ",
        "",
    ),
    (
        Fault::HugeAnswer,
        UNAVAILABLE,
        "failed: status 200, but the answer is too large",
        "",
    ),
    (Fault::WebPage(200), NONSENSE, "200", ""),
    (Fault::WrongShapeAnswer, NONSENSE, "200", ""),
    (
        refused(400, "invalid_request"),
        UNAVAILABLE,
        "400 ",
        "invalid_request",
    ),
    (
        refused(400, "invalid_scope"),
        UNAVAILABLE,
        "400 ",
        "invalid_scope",
    ),
    (
        refused(400, "unauthorized_client"),
        UNAVAILABLE,
        "400 ",
        "unauthorized_client",
    ),
    (
        refused(401, "invalid_client"),
        UNAVAILABLE,
        "401 ",
        "invalid_client",
    ),
    (
        refused(402, "payment_required"),
        UNAVAILABLE,
        "402 ",
        "payment_required",
    ),
    (
        refused(403, "access_denied"),
        UNAVAILABLE,
        "403 ",
        "access_denied",
    ),
    (refused(404, "not_found"), NONSENSE, "404 ", "not_found"),
    (refused(429, "slow_down"), UNAVAILABLE, "429 ", "slow_down"),
    (
        refused(500, "server_error"),
        UNAVAILABLE,
        "500 ",
        "server_error",
    ),
    (
        refused(503, "temporarily_unavailable"),
        UNAVAILABLE,
        "503 ",
        "temporarily_unavailable",
    ),
    (Fault::WebPage(403), UNAVAILABLE, "403 ", "proxy"),
    (Fault::WebPage(500), UNAVAILABLE, "500 ", "proxy"),
    (Fault::WebPage(502), UNAVAILABLE, "502 ", "proxy"),
    (Fault::WebPage(503), UNAVAILABLE, "503 ", "proxy"),
];

/// One after the other, since nothing in a token's request tells them apart.
pub async fn assert_all(place: &Place) {
    let (scene, mut secrets) = (scene().await, Vec::new());
    for (fault, told, ..) in ROWS {
        place.lab.fault_tokens(&[fault]);
        secrets.extend(assert_row(place, fault, told).await);
    }
    // A token's request ends here, and the next asks anew.
    place.lab.fault_tokens(&[]);
    assert_row(place, SLOWLY, Told::Call).await;
    assert_nobody_listens(place).await;
    let rows = ROWS
        .iter()
        .map(|(.., begins, says)| ((*begins).to_owned(), *says));
    let wanted: Vec<_> = rows.chain([("200".to_owned(), "")]).collect();
    assert_says(scene, &place.lab.token_url(), &wanted).await;
    assert_discreet(scene, place, secrets);
}

/// Gives what must not be in the log.
async fn assert_row(place: &Place, fault: Fault, told: Told) -> Vec<String> {
    let (visitor, contact, key) = (scene().await.visitor(), contact("0100"), key());
    let what = format!("{fault:?}");
    let before = token_requests(place);
    let answer = visitor.dial(&place.button, &key, &contact).send().await;
    let mut secrets = vec![contact.digits().to_owned()];
    match told {
        Told::Call => {
            let call = Placed::read(&answer);
            let end = visitor.follow(&call).await.pop().expect("an end");
            assert_eq!(end.state(), "disconnected", "{what}");
            assert_eq!(place.lab.placed(&contact), 1, "{what}");
            secrets.extend([call.token, call.events_token]);
        }
        Told::Refusal(status, code) => {
            assert_refused(&answer, status, code, &what);
            let again = visitor.dial(&place.button, &key, &contact);
            assert_refused(&again.send().await, status, code, &what);
            assert_eq!(place.lab.placed(&contact), 0, "{what}");
        }
    }
    assert_eq!(token_requests(place), before + 1, "{what}: one request");
    secrets
}

async fn assert_nobody_listens(place: &Place) {
    let (visitor, contact) = (scene().await.visitor(), contact("0150"));
    let dial = visitor.dial(&place.nobodys_button, &key(), &contact);
    assert_refused(&dial.send().await, 503, "OPERATOR_UNAVAILABLE", "nobody");
    assert_eq!(place.lab.placed(&contact), 0);
}

fn token_requests(place: &Place) -> usize {
    let asked = place.lab.asked();
    let asked = asked
        .iter()
        .filter(|asked| place.lab.token_url().ends_with(&asked.path));
    asked.count()
}
