//! Key pairs for clients that sign. Node makes them, which every machine that
//! builds the product has: no key is kept in the repository.

use std::process::Command;

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::Value;

use crate::lab::ClientKey;

/// A private key as a connection wants it, and its public half.
#[derive(Clone, Debug)]
pub struct KeyPair {
    /// PKCS#8 in PEM.
    pub private: String,
    /// What the other side has to know.
    pub public: ClientKey,
    /// The same as a JWK.
    pub jwk: Value,
}

/// Prints both halves as JSON.
const SCRIPT: &str = r#"
const { generateKeyPairSync } = require("node:crypto");
const [kind, options] = process.argv[1] === "ES256"
  ? ["ec", { namedCurve: "P-256" }] : ["rsa", { modulusLength: 2048 }];
const { privateKey, publicKey } = generateKeyPairSync(kind, options);
const der = kind === "rsa" && publicKey.export({ type: "pkcs1", format: "der" });
console.log(JSON.stringify({
  private: privateKey.export({ type: "pkcs8", format: "pem" }),
  der: der && der.toString("base64url"),
  jwk: publicKey.export({ format: "jwk" }),
}));
"#;

impl KeyPair {
    /// A new pair for `ES256` or `RS256`.
    #[must_use]
    pub fn new(algorithm: &'static str) -> Self {
        let node = Command::new("node")
            .args(["-e", SCRIPT, algorithm])
            .output();
        let made = node.expect("Node runs").stdout;
        let made: Value = serde_json::from_slice(&made).expect("a key pair");
        let text = |at: &str| made.pointer(at).and_then(Value::as_str).expect("a text");
        let bytes = |at: &str| BASE64_URL_SAFE_NO_PAD.decode(text(at)).expect("base64url");
        let public = match algorithm {
            // SEC 1: an uncompressed point begins with 4.
            "ES256" => [vec![4], bytes("/jwk/x"), bytes("/jwk/y")].concat(),
            _ => bytes("/der"),
        };
        let mut jwk = made.get("jwk").cloned().unwrap_or_default();
        if let Some(jwk) = jwk.as_object_mut() {
            jwk.insert("kid".to_owned(), format!("key-{algorithm}").into());
        }
        Self {
            jwk,
            private: text("/private").to_owned(),
            public: ClientKey {
                algorithm,
                id: format!("key-{algorithm}"),
                public,
            },
        }
    }
}
