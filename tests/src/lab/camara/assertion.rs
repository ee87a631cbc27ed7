//! `private_key_jwt`: a client that proves itself by a signed assertion
//! (RFC 7523, sections 2.2 and 3).

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::signature::{
    ECDSA_P256_SHA256_FIXED, RSA_PKCS1_2048_8192_SHA256, UnparsedPublicKey, VerificationAlgorithm,
};
use serde_json::Value;
use time::OffsetDateTime;

/// The kind of assertion that the form has to name.
pub(super) const KIND: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";
/// The longest life of an assertion that is taken, in seconds.
const LONGEST_LIFE: i64 = 300;

/// A client's public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientKey {
    /// `ES256` or `RS256`.
    pub algorithm: &'static str,
    /// The `kid` that its assertions have to carry.
    pub id: String,
    /// An uncompressed point, or an RSAPublicKey in DER.
    pub public: Vec<u8>,
}

/// The key, and the assertions that were used.
#[derive(Debug)]
pub(super) struct Assertions {
    key: ClientKey,
    used: Mutex<HashSet<String>>,
}

impl Assertions {
    pub(super) fn new(key: ClientKey) -> Self {
        Self {
            key,
            used: Mutex::default(),
        }
    }

    /// Whether the assertion is this client's, for this endpoint, and new.
    pub(super) fn take(&self, assertion: &str, client_id: &str, endpoint: &str) -> bool {
        self.check(assertion, client_id, endpoint).is_some()
    }

    fn check(&self, assertion: &str, client_id: &str, endpoint: &str) -> Option<()> {
        // 1. It is signed by the client's key, with the key's own algorithm.
        let (message, signature) = assertion.rsplit_once('.')?;
        let (header, claims) = message.split_once('.')?;
        let header = read(header)?;
        ensure(says(&header, "alg", self.key.algorithm) && says(&header, "kid", &self.key.id))?;
        let algorithm: &'static dyn VerificationAlgorithm = match self.key.algorithm {
            "ES256" => &ECDSA_P256_SHA256_FIXED,
            "RS256" => &RSA_PKCS1_2048_8192_SHA256,
            _ => return None,
        };
        let signature = BASE64_URL_SAFE_NO_PAD.decode(signature).ok()?;
        let key = UnparsedPublicKey::new(algorithm, &self.key.public);
        key.verify(message.as_bytes(), &signature).ok()?;
        // 2. It speaks of this client, to this endpoint.
        let claims = read(claims)?;
        ensure(says(&claims, "iss", client_id) && says(&claims, "sub", client_id))?;
        ensure(says(&claims, "aud", endpoint))?;
        // 3. It is valid now, and not for long.
        let (now, expires) = (
            OffsetDateTime::now_utc().unix_timestamp(),
            claims.get("exp")?.as_i64()?,
        );
        ensure(now < expires && expires <= now + LONGEST_LIFE)?;
        // 4. It was never used before.
        let id = claims.get("jti")?.as_str().filter(|id| !id.is_empty())?;
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        ensure(used.insert(id.to_owned()))
    }
}

fn read(part: &str) -> Option<Value> {
    serde_json::from_slice(&BASE64_URL_SAFE_NO_PAD.decode(part).ok()?).ok()
}

fn says(part: &Value, name: &str, text: &str) -> bool {
    part.get(name).and_then(Value::as_str) == Some(text)
}

fn ensure(holds: bool) -> Option<()> {
    holds.then_some(())
}
