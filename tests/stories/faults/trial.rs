//! Plays the rows of a table, all at once: some take as long as the product waits.

use std::time::Duration;

use call::Number;
use stories::harness::http::Answer;
use stories::harness::visitor::{Placed, Visitor, key};
use tokio::task::{JoinSet, LocalSet};
use tokio::time::Instant;

use super::log::{assert_discreet, assert_says};
use super::rows::{Row, Told, UNAVAILABLE};
use super::scene::{Place, scene};
use crate::answers::assert_refused;
use crate::world::contact;

/// How long a call may stay open of which nobody knows whether there is one:
/// 10 s for an answer, 5 s for news, and as much for a busy machine.
const OPEN_AT_MOST: Duration = Duration::from_secs(30);

/// Asserts everything that a table says.
pub async fn assert_all(place: &'static Place, rows: Vec<Row>) {
    let visitor = scene().await.visitor();
    // 1. A call that works: later ones find whatever it left behind.
    let first = contact("0100");
    assert_ends(&visitor, &visitor.place(&place.button, &first).await).await;
    // 2. All that does not.
    let (here, mut trials) = (LocalSet::new(), JoinSet::new());
    for row in rows {
        trials.spawn_local_on(assert_row(place, row), &here);
    }
    let trials = here.run_until(trials.join_all()).await;
    let mut wanted = vec![(first_yes(place, &first), "")];
    let mut secrets = vec![first.digits().to_owned()];
    for (row, contact, tokens) in trials {
        wanted.extend(vec![row.log; row.asked]);
        secrets.push(contact.digits().to_owned());
        secrets.extend(tokens);
    }
    // 3. The log has a line for every request, and gives nothing away.
    let scene = scene().await;
    assert_says(scene, &place.calls, &wanted).await;
    assert_discreet(scene, place, secrets);
    // 4. After all this a good call still works.
    let last = visitor.place(&place.button, &contact("0100")).await;
    assert_ends(&visitor, &last).await;
}

/// What the operator answers to a call that works.
fn first_yes(place: &Place, contact: &Number) -> String {
    let asked = place.lab.asked();
    let mut asked = asked
        .iter()
        .filter(|asked| asked.body.contains(contact.digits()));
    let status = asked.next().and_then(|asked| asked.status);
    status.expect("an answer").to_string()
}

/// One row; gives it back with its contact, and the tokens that the visitor got.
async fn assert_row(place: &'static Place, row: Row) -> (Row, Number, Vec<String>) {
    let (visitor, contact, key) = (scene().await.visitor(), contact(row.ending), key());
    let what = format!("{:?} {}", row.fault, row.ending);
    place.lab.fault(&contact, row.fault);
    if row.told != Told::Call {
        place.lab.by_hand(&contact);
    }
    let clicked = Instant::now();
    let dial = || visitor.dial(&place.button, &key, &contact).send();
    let tokens = match row.told {
        Told::Refusal(status, code) => {
            assert_refused(&dial().await, status, code, &what);
            assert!(clicked.elapsed() < OPEN_AT_MOST, "{what}");
            // The end is final: the same click is the same refusal, at once.
            let again = Instant::now();
            assert_refused(&dial().await, status, code, &what);
            assert!(again.elapsed() < AT_ONCE, "{what}");
            Vec::new()
        }
        Told::Call => {
            let answer = dial().await;
            assert_eq!(answer.status, 201, "{what}: {}", answer.body);
            assert!(clicked.elapsed() < OPEN_AT_MOST, "{what}");
            let call = Placed::read(&answer);
            assert_ends(&visitor, &call).await;
            assert_same(&dial().await, &call, &what);
            vec![call.token, call.events_token]
        }
    };
    assert_eq!(place.lab.placed(&contact), row.asked, "{what}: asked");
    let calls = place.lab.calls();
    let calls = calls.iter().filter(|line| line.involves(&contact)).count();
    assert!(calls <= 1, "{what}: {calls} calls");
    (row, contact, tokens)
}

/// Nothing is waited for where everything is known. Generous for a busy
/// machine, and shorter than any of the product's own limits.
const AT_ONCE: Duration = Duration::from_secs(5);

async fn assert_ends(visitor: &Visitor, call: &Placed) {
    let end = visitor.follow(call).await.pop().expect("an end");
    assert_eq!(end.state(), "disconnected");
    assert_eq!(end.data["reason"], "hangUp");
}

fn assert_same(answer: &Answer, call: &Placed, what: &str) {
    assert_eq!(answer.status, 201, "{what}: {}", answer.body);
    assert_eq!(answer.text("callId"), call.id, "{what}");
    assert_eq!(answer.text("status"), "disconnected", "{what}");
}

/// Nobody listens at the operator's address.
pub async fn assert_nobody_listens(place: &'static Place) {
    let scene = scene().await;
    let (visitor, contact, key) = (scene.visitor(), contact("0150"), key());
    let Told::Refusal(status, code) = UNAVAILABLE else {
        unreachable!("a refusal");
    };
    for time in ["first", "again"] {
        let dial = visitor.dial(&place.nobodys_button, &key, &contact);
        assert_refused(&dial.send().await, status, code, time);
    }
    assert_says(scene, &place.nobodys, &[("failed: ".to_owned(), "")]).await;
    assert_eq!(place.lab.placed(&contact), 0);
    assert_discreet(scene, place, vec![contact.digits().to_owned()]);
}
