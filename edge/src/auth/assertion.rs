//! The assertion by which a client proves that it has a private key (RFC 7523,
//! section 3; `private_key_jwt` of OpenID Connect Core 1.0, section 9).

use call::Millis;
use serde_json::Value;

use super::SKEW_S;
use super::jws::{self, Unverified};
use crate::ids::PublicId;
use crate::keys::{Key, Purpose};

/// Seconds that an assertion may be valid: its `jti` is kept as long.
const LONGEST_LIFE_S: u64 = 3_600;
/// Characters of a `jti`.
const LONGEST_JTI: usize = 256;
/// What a header may have; `crit`, or a key of its own, is nothing for us.
const HEADER: &[&str] = &["alg", "kid", "typ", "x5t", "x5t#S256"];

/// An assertion that says all the right things. It is true once one of the
/// client's keys has verified the signature and the `jti` is new.
pub struct Assertion<'a> {
    /// Whose it would be.
    pub client: PublicId,
    /// `client_id`.
    pub client_id: String,
    /// `alg`, unchecked: the client's keys know theirs.
    pub algorithm: String,
    /// `kid`, if it says so.
    pub key: Option<String>,
    /// Names it among the client's.
    pub jti: String,
    /// Until when it could be used again.
    pub until: Millis,
    /// What has to be verified.
    pub unverified: Unverified<'a>,
}

/// Reads an assertion for this issuer and its token endpoint. The error says
/// what is wrong with it.
pub fn read<'a>(
    key: &Key,
    audiences: &[&str],
    jwt: &'a str,
    now: Millis,
) -> Result<Assertion<'a>, &'static str> {
    let unverified = jws::read(jwt).ok_or("The assertion is not a JWT.")?;
    let (header, claims) = (&unverified.header, &unverified.claims);
    let mut members = header.as_object().into_iter().flatten();
    if members.any(|(name, _)| !HEADER.contains(&name.as_str())) {
        return Err("The assertion's header has what is not understood here.");
    }
    let client_id = jws::text(claims, "sub").ok_or("The assertion has no sub.")?;
    if jws::text(claims, "iss") != Some(client_id) {
        return Err("The assertion's iss and sub have to be the client's id.");
    }
    let client = PublicId::decode(key, Purpose::ClientId, client_id)
        .ok_or("The assertion is of no client that there is.")?;
    if !is_for(claims, audiences) {
        return Err("The assertion's aud has to be the issuer or the token endpoint.");
    }
    let now = now.0 / 1000;
    let exp = jws::seconds(claims, "exp").ok_or("The assertion has no exp.")?;
    if exp.saturating_add(SKEW_S) <= now {
        return Err("The assertion has expired.");
    }
    if exp > now + LONGEST_LIFE_S + SKEW_S {
        return Err("The assertion is valid for more than an hour.");
    }
    if ["iat", "nbf"]
        .iter()
        .any(|name| jws::seconds(claims, name) > Some(now + SKEW_S))
    {
        return Err("The assertion is not valid yet.");
    }
    let jti = jws::text(claims, "jti").filter(|jti| (1..=LONGEST_JTI).contains(&jti.len()));
    Ok(Assertion {
        client,
        client_id: client_id.to_owned(),
        algorithm: jws::text(header, "alg").unwrap_or_default().to_owned(),
        key: jws::text(header, "kid").map(str::to_owned),
        jti: jti
            .ok_or("The assertion has no jti, or a too long one.")?
            .to_owned(),
        until: Millis((exp + SKEW_S) * 1000),
        unverified,
    })
}

/// `aud` is a text or a list of them (RFC 7519, section 4.1.3).
fn is_for(claims: &Value, audiences: &[&str]) -> bool {
    let us = |aud: &Value| aud.as_str().is_some_and(|aud| audiences.contains(&aud));
    match claims.get("aud") {
        Some(Value::Array(list)) => list.iter().any(us),
        Some(one) => us(one),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::client::tests::client;
    use crate::keys::tests::test_key;
    use proptest::prelude::{prop_assert, proptest};
    use serde_json::json;

    const NOW: Millis = Millis(1_800_000_000_000);
    const NOW_S: u64 = 1_800_000_000;
    const AUDIENCES: &[&str] = &["https://edge.example", "https://edge.example/oauth2/token"];

    fn claims() -> Value {
        let id = client().id;
        json!({ "iss": id, "sub": id, "aud": AUDIENCES[1], "exp": NOW_S + 60, "jti": "1" })
    }

    fn check(header: &Value, claims: &Value) -> Result<(), &'static str> {
        let jwt = jws::join(&jws::signing_input(header, claims), &[1]);
        read(&test_key(), AUDIENCES, &jwt, NOW).map(|_| ())
    }

    fn with(name: &str, value: Value) -> Result<(), &'static str> {
        let mut claims = claims();
        claims[name] = value;
        check(&json!({ "alg": "ES256" }), &claims)
    }

    #[test]
    fn an_assertion_names_client_key_and_algorithm() {
        let header = json!({ "alg": "RS256", "kid": "k", "typ": "JWT" });
        let jwt = jws::join(&jws::signing_input(&header, &claims()), &[1]);
        let read = read(&test_key(), AUDIENCES, &jwt, NOW).ok().unwrap();
        assert_eq!(read.client.account, client().account);
        assert_eq!(
            (read.algorithm.as_str(), read.key.as_deref()),
            ("RS256", Some("k"))
        );
        assert_eq!(read.until, Millis((NOW_S + 120) * 1000));
    }

    #[test]
    fn the_audience_is_the_issuer_or_the_endpoint() {
        assert_eq!(with("aud", json!(AUDIENCES[0])), Ok(()));
        assert_eq!(
            with("aud", json!(["https://other.example", AUDIENCES[1]])),
            Ok(())
        );
        for other in [
            json!("https://other.example"),
            json!([]),
            json!(null),
            json!({}),
        ] {
            assert!(with("aud", other).is_err());
        }
    }

    #[test]
    fn clocks_may_differ_by_a_minute_and_no_more() {
        assert_eq!(with("exp", json!(NOW_S - 59)), Ok(()));
        assert!(with("exp", json!(NOW_S - 60)).is_err());
        assert!(with("exp", json!(NOW_S + 3_661)).is_err());
        assert!(with("exp", json!("soon")).is_err());
        assert_eq!(with("iat", json!(NOW_S + 60)), Ok(()));
        assert!(with("iat", json!(NOW_S + 61)).is_err());
        assert!(with("nbf", json!(NOW_S + 61)).is_err());
        assert!(with("exp", json!(u64::MAX)).is_err());
    }

    #[test]
    fn it_speaks_for_itself_and_once() {
        assert!(with("iss", json!("other")).is_err());
        assert!(with("sub", json!("other")).is_err());
        for jti in [json!(""), json!(7), json!("j".repeat(257))] {
            assert!(with("jti", jti).is_err());
        }
    }

    #[test]
    fn a_header_cannot_bring_its_own_key() {
        for member in ["jwk", "jku", "x5u", "x5c", "crit", "b64"] {
            let header = json!({ "alg": "ES256", member: {} });
            assert!(check(&header, &claims()).is_err(), "{member}");
        }
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics_or_passes(jwt: String) {
            prop_assert!(read(&test_key(), AUDIENCES, &jwt, NOW).is_err());
        }
    }
}
