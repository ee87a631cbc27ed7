//! API clients of an account: programs that get access tokens.

use base64::Engine;
use base64::prelude::{BASE64_STANDARD, BASE64_URL_SAFE_NO_PAD};
use ring::rand::SystemRandom;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256, RsaKeyPair,
};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use time::OffsetDateTime;

use super::http::{Answer, Ask, Http};
use super::keys::KeyPair;

/// Where tokens are given.
pub const TOKEN_PATH: &str = "/oauth2/token";
/// The form without a proof.
pub const GRANT: &str = "grant_type=client_credentials";

/// What a document keeps of a secret.
#[must_use]
pub fn hash(secret: &str) -> String {
    data_encoding::HEXLOWER.encode(&Sha256::digest(secret))
}

/// `Basic` for this client; ids and secrets are made of letters, digits, `-` and `_`.
#[must_use]
pub fn basic(id: &str, secret: &str) -> String {
    format!("Basic {}", BASE64_STANDARD.encode(format!("{id}:{secret}")))
}

/// A request for a token without any proof.
#[must_use]
pub fn ask(http: &Http, edge: &str, form: &str) -> Ask {
    let kind = "application/x-www-form-urlencoded";
    http.post(&format!("{edge}{TOKEN_PATH}")).body(kind, form)
}

/// An access token by secret, for these scopes.
pub async fn token(edge: &str, id: &str, secret: &str, scope: &str) -> String {
    let form = format!("{GRANT}&scope={scope}");
    let ask = ask(&Http::default(), edge, &form).header("authorization", &basic(id, secret));
    let answer = ask.send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    answer.text("access_token")
}

/// Asks for a token with an assertion.
pub async fn assert(http: &Http, edge: &str, assertion: &str) -> Answer {
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let form = format!("{GRANT}&client_assertion_type={kind}&client_assertion={assertion}");
    ask(http, edge, &form).send().await
}

/// The claims of an assertion that is right, for an edge at this address.
#[must_use]
pub fn claims(edge: &str, id: &str) -> Value {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let jti = uuid::Uuid::new_v4().to_string();
    json!({
        "iss": id, "sub": id, "aud": format!("{edge}{TOKEN_PATH}"),
        "iat": now, "exp": now + 60, "jti": jti,
    })
}

/// A signed JWT.
#[must_use]
pub fn sign(pair: &KeyPair, header: &Value, claims: &Value) -> String {
    let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
    let signed = format!("{}.{}", part(header), part(claims));
    let body: String = pair
        .private
        .lines()
        .filter(|line| !line.starts_with('-'))
        .collect();
    let der = BASE64_STANDARD.decode(body).expect("PEM");
    let (random, message) = (SystemRandom::new(), signed.as_bytes());
    let signature = if pair.public.algorithm == "ES256" {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der, &random);
        let key = key.expect("a key");
        key.sign(&random, message)
            .expect("a signature")
            .as_ref()
            .to_vec()
    } else {
        let key = RsaKeyPair::from_pkcs8(&der).expect("a key");
        let mut signature = vec![0; key.public().modulus_len()];
        key.sign(&RSA_PKCS1_SHA256, &random, message, &mut signature)
            .expect("a signature");
        signature
    };
    format!("{signed}.{}", BASE64_URL_SAFE_NO_PAD.encode(signature))
}
