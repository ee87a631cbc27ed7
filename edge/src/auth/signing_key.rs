//! The key that signs access tokens: an ECDSA key on P-256, so that a JWKS
//! means something. Derived, so that nothing is stored; the runtime works out
//! its public half.

use serde_json::{Value, json};

use crate::keys::{Key, Purpose};
use crate::operator::{Algorithm, SigningKey};

/// A `PrivateKeyInfo` (RFC 5958) with an `ECPrivateKey` (RFC 5915) on P-256,
/// without the optional public key, up to the 32 bytes of the private one.
const PKCS8_HEAD: [u8; 35] = [
    0x30, 0x41, // SEQUENCE
    0x02, 0x01, 0x00, // version 0
    0x30, 0x13, // AlgorithmIdentifier: id-ecPublicKey, prime256v1
    0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, //
    0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, //
    0x04, 0x27, // OCTET STRING, and in it
    0x30, 0x25, 0x02, 0x01, 0x01, // SEQUENCE, version 1
    0x04, 0x20, // OCTET STRING
];

/// The order of P-256 (SEC 2, section 2.4.2): private keys are below it.
const ORDER: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
    0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x51,
];

/// Bytes of the code that names the key.
const ID_BYTES: usize = 8;

/// The deployment's signing key.
#[must_use]
pub fn signing_key(key: &Key) -> SigningKey {
    let mut der = PKCS8_HEAD.to_vec();
    der.extend(scalar(key));
    SigningKey {
        der,
        algorithm: Algorithm::Es256,
        id: Some(id(key)),
    }
}

/// The name of the signing key (`kid`).
#[must_use]
pub fn id(key: &Key) -> String {
    let code = key.code(Purpose::SigningKeyId, b"");
    base16ct::lower::encode_string(code.get(..ID_BYTES).unwrap_or(&code))
}

/// The public key as a JWKS has it (RFC 7517, section 4; RFC 7518, section
/// 6.2.1), from the two coordinates that the runtime has worked out.
#[must_use]
pub fn public_jwk(key: &Key, x: &str, y: &str) -> Value {
    json!({
        "kty": "EC", "crv": "P-256", "x": x, "y": y,
        "use": "sig", "alg": "ES256", "kid": id(key),
    })
}

/// A number from 1 to below the order, each equally likely: what is not in the
/// range (one of four thousand million) is passed over. Bytes are compared as numbers.
fn scalar(key: &Key) -> [u8; 32] {
    let candidates = (0..=u8::MAX).map(|at| key.code(Purpose::SigningKey, &[at]));
    let mut fitting = candidates.filter(|number| *number < ORDER && *number != [0; 32]);
    // There is always one; zero would be refused by the runtime.
    fitting.next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::test_key;

    #[test]
    fn the_key_is_the_same_every_time_and_another_deployments_is_another() {
        let der = signing_key(&test_key()).der;
        assert_eq!(der.len(), 67);
        assert_eq!(der, signing_key(&test_key()).der);
        let other = Key::from_hex(&"08".repeat(32)).unwrap();
        assert_ne!(der, signing_key(&other).der);
        assert_ne!(id(&test_key()), id(&other));
    }

    #[test]
    fn the_documents_lengths_are_right() {
        let der = signing_key(&test_key()).der;
        // Each of the nested lengths reaches to the end.
        for (at, length) in [(0, 0x41), (26, 0x27), (28, 0x25), (33, 0x20)] {
            assert_eq!(usize::from(der[at + 1]), length);
            assert_eq!(at + 2 + length, der.len(), "{at}");
        }
    }
}
