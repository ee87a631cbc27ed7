//! Operators where the edge proves itself by a private key, and names its
//! token endpoint only in its metadata.

use serde_json::{Value, json};
use stories::harness::edge::Edge;
use stories::harness::keys::KeyPair;
use stories::harness::visitor::{Visitor, key};
use stories::lab::{Lab, Settings};

use crate::answers::assert_refused;
use crate::world::{Account, PLATFORM, contact, settings, start_lab};

const ORIGIN: &str = "http://127.0.0.1:7";

fn keyed_lab(pair: &KeyPair) -> Lab {
    start_lab(Settings {
        client_key: Some(pair.public.clone()),
        ..Settings::default()
    })
}

/// The connection to a lab by key instead of by secret.
fn by_key(lab: &Lab, pair: &KeyPair) -> Value {
    let mut connection = lab.connection(PLATFORM);
    let fields = connection.as_object_mut().expect("an object");
    fields.remove("client_secret");
    fields.insert("private_key".to_owned(), json!(pair.private));
    fields.insert("private_key_id".to_owned(), json!(pair.public.id));
    fields.insert(
        "private_key_algorithm".to_owned(),
        json!(pair.public.algorithm),
    );
    connection
}

/// The same, with the token endpoint to be discovered.
fn discovered(mut connection: Value, lab: &Lab) -> Value {
    let fields = connection.as_object_mut().expect("an object");
    fields.remove("token_url");
    fields.insert("issuer".to_owned(), json!(lab.issuer()));
    connection
}

#[tokio::test]
async fn a_key_of_either_kind_places_calls_and_a_strangers_key_none() {
    let (es, rs, stranger) = (
        KeyPair::new("ES256"),
        KeyPair::new("RS256"),
        KeyPair::new("ES256"),
    );
    let (es_lab, rs_lab) = (keyed_lab(&es), keyed_lab(&rs));
    let accounts = [Account::ShortTokens, Account::NoScope, Account::WrongSecret];
    let mut settings = settings(&accounts, &es_lab, ORIGIN);
    settings.retain(|(name, _)| !name.starts_with("CONNECTION_WRONG"));
    settings.extend([
        ("CONNECTION_SHORT", by_key(&es_lab, &es).to_string()),
        (
            "CONNECTION_NOSCOPE",
            discovered(by_key(&rs_lab, &rs), &rs_lab).to_string(),
        ),
        ("CONNECTION_WRONG", by_key(&es_lab, &stranger).to_string()),
    ]);
    let edge = Edge::start(&settings).await;
    let visitor = Visitor::new(&edge.url(""), ORIGIN);

    for (account, lab) in [(Account::ShortTokens, &es_lab), (Account::NoScope, &rs_lab)] {
        let number = contact("0101");
        visitor.place(&account.button(), &number).await;
        assert_eq!(lab.placed(&number), 1, "{account:?}");
    }
    let number = contact("0101");
    let dial = visitor.dial(&Account::WrongSecret.button(), &key(), &number);
    assert_refused(
        &dial.send().await,
        503,
        "OPERATOR_UNAVAILABLE",
        "a stranger's key",
    );
    assert_eq!(es_lab.placed(&number), 0);

    let log = edge.log().all();
    for pair in [&es, &rs, &stranger] {
        let secret = pair.private.lines().nth(1).expect("a line of the key");
        assert!(!log.contains(secret), "a key is in the log");
    }
}
