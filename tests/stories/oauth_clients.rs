//! A program gets an access token, by each of the three proofs, and finds by
//! itself where.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::{Value, json};
use stories::harness::clients::{self, GRANT, TOKEN_PATH, basic};
use stories::harness::http::{Answer, Http};

use crate::world::{ALL_SCOPES, Account, OTHER_SECRET, READ, SECRET, es256, rs256, world};

/// Asserts a token answer (RFC 6749, section 5.1), and gives the claims.
#[track_caller]
fn claims(answer: &Answer, scope: &str) -> Value {
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let body = answer.json();
    assert_eq!(body["token_type"], "Bearer");
    assert_eq!(body["expires_in"], 600);
    assert_eq!(body["scope"], scope);
    let token = answer.text("access_token");
    let claims = token.split('.').nth(1).expect("three parts");
    let claims = BASE64_URL_SAFE_NO_PAD.decode(claims).expect("base64url");
    serde_json::from_slice(&claims).expect("claims")
}

#[tokio::test]
async fn a_client_gets_a_token_by_either_of_its_secrets_in_header_or_form() {
    let (edge, http) = (world().await.edge.url(""), Http::default());
    let id = Account::Sandbox.client();
    for secret in [SECRET, OTHER_SECRET] {
        let ask = clients::ask(&http, &edge, GRANT).header("authorization", &basic(&id, secret));
        let claims = claims(&ask.send().await, ALL_SCOPES);
        assert_eq!(
            (&claims["sub"], &claims["client_id"]),
            (&json!(id), &json!(id))
        );
        assert_eq!(
            (&claims["iss"], &claims["aud"]),
            (&json!(edge), &json!(edge))
        );
        let form = format!("{GRANT}&client_id={id}&client_secret={secret}");
        claims_of(&http, &edge, &form).await;
    }
}

async fn claims_of(http: &Http, edge: &str, form: &str) -> Value {
    claims(&clients::ask(http, edge, form).send().await, ALL_SCOPES)
}

#[tokio::test]
async fn a_client_gets_a_token_by_a_key_of_either_kind() {
    let (edge, http) = (world().await.edge.url(""), Http::default());
    let id = Account::Sandbox.client();
    for pair in [es256(), rs256()] {
        let mut claimed = clients::claims(&edge, &id);
        for header in [
            json!({ "alg": pair.public.algorithm, "kid": pair.public.id, "typ": "JWT" }),
            json!({ "alg": pair.public.algorithm }),
        ] {
            claimed["jti"] = json!(uuid::Uuid::new_v4().to_string());
            claimed["aud"] = json!([edge, "https://other.example"]);
            let assertion = clients::sign(pair, &header, &claimed);
            claims(&clients::assert(&http, &edge, &assertion).await, ALL_SCOPES);
        }
    }
}

#[tokio::test]
async fn a_client_gets_the_scopes_that_it_asks_for_and_no_more_than_its_own() {
    let (edge, http) = (world().await.edge.url(""), Http::default());
    let reader = basic(&Account::Sandbox.reader(), SECRET);
    let all = basic(&Account::Sandbox.client(), SECRET);
    let ask = |form: &str, who: &str| clients::ask(&http, &edge, form).header("authorization", who);
    let narrow = format!("{GRANT}&scope=click-to-dial%3Acalls%3Aread");
    claims(&ask(&narrow, &all).send().await, READ);
    claims(&ask(GRANT, &reader).send().await, READ);
    for scope in [
        "click-to-dial%3Acalls%3Acreate",
        "openid",
        "%20click-to-dial%3Acalls%3Adelete",
    ] {
        let form = format!("{GRANT}&scope={scope}");
        let refused = ask(&form, &reader).send().await;
        assert_eq!(refused.status, 400, "{scope}: {}", refused.body);
        assert_eq!(refused.text("error"), "invalid_scope", "{scope}");
    }
}

#[tokio::test]
async fn whoever_knows_the_address_finds_the_endpoint_and_the_key_that_verifies() {
    let (edge, http) = (world().await.edge.url(""), Http::default());
    let found = http.get(&format!("{edge}/.well-known/openid-configuration"));
    let found = found.send().await;
    assert_eq!(found.status, 200, "{}", found.body);
    let metadata = found.json();
    assert_eq!(metadata["issuer"], edge);
    assert_eq!(metadata["token_endpoint"], format!("{edge}{TOKEN_PATH}"));
    assert_eq!(
        metadata["scopes_supported"].as_array().map(Vec::len),
        Some(4)
    );
    let other = http.get(&format!("{edge}/.well-known/oauth-authorization-server"));
    assert_eq!(other.send().await.json(), metadata);

    let keys = http.get(metadata["jwks_uri"].as_str().expect("an address"));
    let keys = keys.send().await.json();
    let [key] = keys["keys"].as_array().expect("a list").as_slice() else {
        panic!("not one key: {keys}");
    };
    assert!(key.get("d").is_none(), "the private key is shown");
    let token = clients::token(&edge, &Account::Camara.client(), SECRET, READ).await;
    let parts: Vec<&str> = token.split('.').collect();
    let bytes = |text: &str| BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url");
    let header: Value = serde_json::from_slice(&bytes(parts[0])).expect("a header");
    assert_eq!(
        (&header["alg"], &header["kid"]),
        (&json!("ES256"), &key["kid"])
    );
    let coordinate = |name: &str| bytes(key[name].as_str().expect("a coordinate"));
    let point = [vec![4], coordinate("x"), coordinate("y")].concat();
    let signed = format!("{}.{}", parts[0], parts[1]);
    UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point)
        .verify(signed.as_bytes(), &bytes(parts[2]))
        .expect("the key verifies the token");
}
