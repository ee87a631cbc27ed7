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
pub type Row = (Fault, Told, &'static str, &'static str);

/// A refusal in the dialect's own form.
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
/// What can happen to whoever wants a token, whatever the dialect.
const EVERYWHERE: [Row; 8] = [
    (NEVER, UNAVAILABLE, "failed: no answer within 5s", ""),
    (Fault::AnswerLost, UNAVAILABLE, "failed: ", ""),
    (Fault::WebPage(200), NONSENSE, "200", ""),
    (Fault::WebPage(403), UNAVAILABLE, "403 ", "proxy"),
    (Fault::WebPage(429), UNAVAILABLE, "429 ", "proxy"),
    (Fault::WebPage(500), UNAVAILABLE, "500 ", "proxy"),
    (Fault::WebPage(502), UNAVAILABLE, "502 ", "proxy"),
    (Fault::WebPage(503), UNAVAILABLE, "503 ", "proxy"),
];

/// OAuth's own (RFC 6749, section 5.2), and what servers say beside them.
pub fn camara() -> Vec<Row> {
    let mut rows = vec![
        // Its tokens are renewed with every call.
        (SLOWLY, Told::Call, "200", ""),
        (Fault::WrongShapeAnswer, NONSENSE, "200", ""),
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
    ];
    rows.extend(EVERYWHERE);
    // Once more: the next call's token is a new one.
    rows.push((SLOWLY, Told::Call, "200", ""));
    rows
}

/// A Kazoo system's own: an unknown key is a thing that is not found.
pub fn kazoo() -> Vec<Row> {
    let mut rows = vec![
        (
            refused(400, "validation error"),
            UNAVAILABLE,
            "400 ",
            "validation error",
        ),
        (
            refused(401, "invalid_credentials"),
            UNAVAILABLE,
            "401 ",
            "invalid_credentials",
        ),
        (refused(403, "forbidden"), UNAVAILABLE, "403 ", "forbidden"),
        (
            refused(404, "bad identifier"),
            UNAVAILABLE,
            "404 ",
            "bad identifier",
        ),
        (refused(423, "locked"), UNAVAILABLE, "423 ", "locked"),
        (
            refused(429, "too_many_requests"),
            UNAVAILABLE,
            "429 ",
            "too_many_requests",
        ),
        (
            refused(500, "init failed"),
            UNAVAILABLE,
            "500 ",
            "init failed",
        ),
        (
            refused(503, "datastore_unreachable"),
            UNAVAILABLE,
            "503 ",
            "datastore_unreachable",
        ),
        (Fault::WebPage(404), UNAVAILABLE, "404 ", "proxy"),
        (Fault::WrongShapeAnswer, NONSENSE, "201", ""),
        (
            Fault::ClosedInMidBody,
            UNAVAILABLE,
            "failed: status 201, but ",
            "",
        ),
        (
            Fault::HugeAnswer,
            UNAVAILABLE,
            "failed: status 201, but the answer is too large",
            "",
        ),
    ];
    rows.extend(EVERYWHERE);
    // Last, since from then on the token is known.
    rows.push((SLOWLY, Told::Call, "201", ""));
    rows
}

/// One after the other, since nothing in a token's request tells them apart.
pub async fn assert_all(place: &Place, rows: Vec<Row>) {
    let mut secrets = Vec::new();
    for (fault, told, ..) in &rows {
        place.lab.fault_tokens(&[*fault]);
        secrets.extend(assert_row(place, *fault, *told).await);
    }
    place.lab.fault_tokens(&[]);
    assert_nobody_listens(place).await;
    let wanted = rows
        .iter()
        .map(|(.., begins, says)| ((*begins).to_owned(), *says));
    let wanted: Vec<_> = wanted.collect();
    let address = place.tokens.as_ref().expect("a place for tokens");
    assert_says(scene().await, address, &wanted).await;
    assert_discreet(scene().await, place, secrets);
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
    let after = token_requests(place);
    assert_eq!(after, before + 1, "{what}: one request");
    secrets
}

async fn assert_nobody_listens(place: &Place) {
    let (visitor, contact) = (scene().await.visitor(), contact("0150"));
    let dial = visitor.dial(&place.nobodys_button, &key(), &contact);
    assert_refused(&dial.send().await, 503, "OPERATOR_UNAVAILABLE", "nobody");
    assert_eq!(place.lab.placed(&contact), 0);
}

fn token_requests(place: &Place) -> usize {
    let is_token = |path: &str| {
        ["/oauth2/token", "/api_auth"]
            .iter()
            .any(|end| path.ends_with(end))
    };
    let asked = place.lab.asked();
    asked.iter().filter(|asked| is_token(&asked.path)).count()
}
