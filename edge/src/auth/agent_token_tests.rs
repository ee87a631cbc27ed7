use super::*;
use crate::auth::embed_key;
use crate::keys::tests::test_key;
use proptest::prelude::{prop_assert, proptest};
use serde_json::json;

const NOW: Millis = Millis(1_800_000_000_000);
const NOW_S: u64 = 1_800_000_000;
const BUTTON: &str = "the-button";

fn key_id() -> PublicId {
    PublicId {
        account: HexId::from([1; 16]),
        document: HexId::from([2; 16]),
    }
}

fn token(header: &Value) -> String {
    let part = |bytes: &[u8]| Base64UrlUnpadded::encode_string(bytes);
    let header = part(header.to_string().as_bytes());
    let (nonce, ciphertext, tag) = (part(&[1; 12]), part(&[2; 40]), part(&[3; 16]));
    format!("{header}..{nonce}.{ciphertext}.{tag}")
}

fn header() -> Value {
    json!({ "alg": "dir", "enc": "A256GCM", "kid": embed_key::kid(&test_key(), key_id()) })
}

fn claims() -> Value {
    json!({
        "iss": key_id().account, "button": BUTTON, "agent": "ada",
        "extension": "+4930111222", "contact": "+4930123456",
        "iat": NOW_S, "exp": NOW_S + 600, "jti": "1",
    })
}

fn reads(claims: &Value) -> Result<Claims, Wrong> {
    check(claims.to_string().as_bytes(), key_id().account, BUTTON, NOW)
}

fn with(name: &str, value: Value) -> Result<Claims, Wrong> {
    let mut claims = claims();
    claims[name] = value;
    reads(&claims)
}

#[test]
fn a_token_names_its_key_and_comes_apart() {
    let token = token(&header());
    let sealed = read(&test_key(), &token).ok().unwrap();
    assert_eq!(sealed.key, key_id());
    assert_eq!(sealed.sealed, [vec![2; 40], vec![3; 16]].concat());
    assert!(token.starts_with(sealed.associated));
    let mut typed = header();
    typed["typ"] = json!("JWT");
    assert!(read(&test_key(), &super::tests::token(&typed)).is_ok());
}

#[test]
fn no_other_header_is_taken() {
    let refused = |name: &str, value: Value| {
        let mut header = header();
        header[name] = value;
        assert!(read(&test_key(), &token(&header)).is_err(), "{name}");
    };
    for alg in ["none", "A256KW", "RSA-OAEP", "PBES2-HS256+A128KW", "Dir"] {
        refused("alg", json!(alg));
    }
    for enc in ["A128GCM", "A256CBC-HS512", "none"] {
        refused("enc", json!(enc));
    }
    refused("zip", json!("DEF"));
    refused("crit", json!(["exp"]));
    refused("p2c", json!(1_000_000));
    refused("kid", json!("guess"));
    refused("kid", json!(null));
    // Another kind of id is no embed key's.
    refused(
        "kid",
        json!(key_id().encode(&test_key(), Purpose::ClientId)),
    );
}

#[test]
fn another_shape_is_no_token() {
    let good = token(&header());
    let parts: Vec<&str> = good.split('.').collect();
    for bad in [
        String::new(),
        parts[..4].join("."),
        format!("{good}."),
        good.replacen("..", ".AAAA.", 1),
        good.replacen(parts[2], "AAAA", 1),
        good.replacen(parts[4], "AAAA", 1),
        good.replacen(parts[3], &"A".repeat(5_000), 1),
    ] {
        assert!(read(&test_key(), &bad).is_err(), "{bad}");
    }
}

#[test]
fn the_claims_say_who_calls_whom() {
    let read = reads(&claims()).unwrap();
    assert_eq!(read.agent, "ada");
    assert_eq!(read.extension.as_str(), "+4930111222");
    assert_eq!(read.contact.unwrap().e164(), "+4930123456");
    assert_eq!(read.until, Millis((NOW_S + 660) * 1000));
    assert_eq!(
        with("extension", json!("2600")).unwrap().extension.as_str(),
        "2600"
    );
    let mut open = claims();
    open.as_object_mut().unwrap().remove("contact");
    assert_eq!(reads(&open).unwrap().contact, None);
}

#[test]
fn a_token_is_of_its_account_and_button() {
    assert!(with("iss", json!("00".repeat(16))).is_err());
    assert!(with("button", json!("another")).is_err());
    for name in ["iss", "button", "agent", "extension", "iat", "exp", "jti"] {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        assert!(reads(&claims).is_err(), "without {name}");
        assert!(with(name, json!(["x"])).is_err(), "{name} is a list");
    }
}

#[test]
fn clocks_may_differ_by_a_minute_and_a_token_lives_ten() {
    let at = |iat: u64, exp: u64| {
        let mut claims = claims();
        (claims["iat"], claims["exp"]) = (json!(iat), json!(exp));
        reads(&claims).err()
    };
    assert_eq!(at(NOW_S + 60, NOW_S + 660), None);
    assert_eq!(at(NOW_S - 659, NOW_S - 59), None);
    assert_eq!(
        at(NOW_S - 660, NOW_S - 60),
        Some("The agent token has expired.")
    );
    assert_eq!(
        at(NOW_S + 61, NOW_S + 70),
        Some("The agent token is not valid yet.")
    );
    assert!(at(NOW_S, NOW_S + 601).unwrap().contains("ten minutes"));
    assert!(at(NOW_S - 9_000, NOW_S + 60).is_some());
    assert!(at(u64::MAX, u64::MAX).is_some());
    assert!(with("nbf", json!(NOW_S + 61)).is_err());
}

#[test]
fn nothing_is_guessed() {
    for (name, value) in [
        ("contact", json!("030 123456")),
        ("contact", json!("2600")),
        ("contact", json!(null)),
        ("contacts", json!("+4930123456")),
        ("extension", json!("ada")),
        ("agent", json!("")),
        ("agent", json!("a".repeat(129))),
        ("jti", json!("j".repeat(129))),
        ("exp", json!("soon")),
    ] {
        assert!(with(name, value).is_err(), "{name}");
    }
    assert!(reads(&json!([])).is_err());
}

proptest! {
    #[test]
    fn nothing_from_outside_panics_or_passes(token: String, opened: Vec<u8>) {
        prop_assert!(read(&test_key(), &token).is_err());
        prop_assert!(check(&opened, key_id().account, BUTTON, NOW).is_err());
    }
}
