use super::*;
use crate::auth::jwk;
use crate::ids::PublicId;
use crate::keys::Purpose;
use crate::keys::tests::test_key;
use serde_json::{Value, json};

/// A client with every scope.
pub(crate) fn client() -> Client {
    let (account, document) = (HexId::from([1; 16]), HexId::from([2; 16]));
    Client {
        account,
        document,
        id: PublicId { account, document }.encode(&test_key(), Purpose::ClientId),
        scopes: Scopes::all(),
        credential: "0011223344556677".to_owned(),
    }
}

fn read(document: &Value) -> Result<ApiClient, Flaw> {
    ApiClient::read(&Place::whole(document))
}

fn document() -> Value {
    json!({
        "name": "CRM", "secrets": [{ "hash": hash("one") }, { "hash": hash("two"), "id": "x" }],
        "keys": [jwk::tests::ec()], "sinks": ["hooks.example.com"],
    })
}

#[test]
fn several_secrets_hold_at_once_and_each_has_its_name() {
    let client = read(&document()).unwrap();
    let (one, two) = (client.secret("one").unwrap(), client.secret("two").unwrap());
    assert_ne!(one, two);
    assert!(client.stands(&one) && client.stands(&two));
    assert_eq!(client.secret("three"), None);
    assert_eq!(client.secret(&hash("one")), None, "the hash is no secret");
}

#[test]
fn a_revoked_credential_does_not_stand() {
    let mut document = document();
    let before = read(&document).unwrap();
    document["secrets"] = json!([{ "hash": hash("two") }]);
    document["keys"] = json!([]);
    let after = read(&document).unwrap();
    let one = before.secret("one").unwrap();
    let key = key_credential(before.keys("ES256", None).next().unwrap());
    assert!(before.stands(&key) && !after.stands(&key));
    assert!(before.stands(&one) && !after.stands(&one));
}

#[test]
fn a_key_is_found_by_its_name_and_only_for_its_algorithm() {
    let client = read(&document()).unwrap();
    let count = |algorithm, id| client.keys(algorithm, id).count();
    assert_eq!(count("ES256", Some("k1")), 1);
    assert_eq!(count("ES256", None), 1);
    assert_eq!(count("ES256", Some("k2")), 0);
    for other in ["RS256", "none", "HS256", "es256"] {
        assert_eq!(count(other, Some("k1")), 0, "{other}");
    }
}

#[test]
fn scopes_are_all_or_those_that_are_named() {
    assert_eq!(read(&document()).unwrap().scopes, Scopes::all());
    let mut document = document();
    document["scopes"] = json!(["click-to-dial:calls:read"]);
    let scopes = read(&document).unwrap().scopes;
    assert_eq!(Some(scopes), Scopes::parse("click-to-dial:calls:read"));
    for bad in [
        json!([]),
        json!(["openid"]),
        json!("click-to-dial:calls:read"),
    ] {
        document["scopes"] = bad;
        assert!(read(&document).is_err());
    }
}

#[test]
fn flaws_say_where() {
    let with = |name: &str, value: Value| {
        let mut document = document();
        document[name] = value;
        read(&document).unwrap_err().path
    };
    assert_eq!(with("secrets", json!([{ "hash": "x" }])), "secrets.0.hash");
    assert_eq!(with("secrets", json!(vec![json!({}); 11])), "secrets");
    assert_eq!(with("keys", json!([{ "kty": "oct" }])), "keys.0.kty");
    assert_eq!(with("name", json!("")), "name");
    for host in [
        "localhost",
        "10.0.0.1",
        "a..b",
        "-a.example",
        "hooks.example.com:8443",
        "https://hooks.example.com",
        "Hooks.example.com",
        "user@hooks.example.com",
        "[::1]",
        "hooks.example.com.",
    ] {
        assert_eq!(with("sinks", json!([host])), "sinks.0", "{host}");
    }
    assert_eq!(with("secret", json!("hush")), "");
}
