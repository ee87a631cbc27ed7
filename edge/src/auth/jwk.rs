//! A client's public key, as it is registered: a JWK (RFC 7517) of one of the
//! two kinds that `private_key_jwt` may use here.

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

use crate::document::{Flaw, Place};
use crate::keys::sha256;
use crate::operator::Algorithm;

/// Bytes of a coordinate on P-256.
const COORDINATE_BYTES: usize = 32;
/// Bytes of an RSA modulus: 2,048 bits are what CAMARA's profile asks for at
/// least, and more than 4,096 only cost time.
const MODULUS_BYTES: std::ops::RangeInclusive<usize> = 256..=512;
/// The public exponent that every tool makes, 65,537; a tiny one could be forged for.
const EXPONENT: &str = "AQAB";
/// Members of a private key (RFC 7518, sections 6.2.2, 6.3.2 and 6.4).
const PRIVATE: &[&str] = &["d", "p", "q", "dp", "dq", "qi", "oth", "k"];
/// Characters of a key's id.
const LONGEST_ID: usize = 128;

/// A public key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    /// By which an assertion names it (`kid`).
    pub id: Option<String>,
    /// The only algorithm that it verifies.
    pub algorithm: Algorithm,
    /// The key alone, with the members that RFC 7638 has for its thumbprint.
    pub jwk: Value,
}

impl PublicKey {
    /// Reads a JWK.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        if place
            .entries()?
            .iter()
            .any(|(name, _)| PRIVATE.contains(name))
        {
            return Err(place.wrong("is a private key; keep that, and register its public half"));
        }
        let kinds = [("EC", Algorithm::Es256), ("RSA", Algorithm::Rs256)];
        let algorithm = place.field("kty")?.word(&kinds)?;
        if let Some(alg) = place.optional("alg")? {
            alg.word(&[(algorithm.as_str(), ())])?;
        }
        if let Some(usage) = place.optional("use")? {
            usage.word(&[("sig", ())])?;
        }
        let id = place.optional("kid")?;
        Ok(Self {
            id: id
                .map(|id| id.text_up_to(LONGEST_ID).map(str::to_owned))
                .transpose()?,
            algorithm,
            jwk: match algorithm {
                Algorithm::Es256 => curve_point(place)?,
                Algorithm::Rs256 => modulus(place)?,
            },
        })
    }

    /// What tells this key from every other (RFC 7638), hexadecimal.
    #[must_use]
    pub fn thumbprint(&self) -> String {
        // The members are in the order of their names, and the text has no spaces.
        sha256(self.jwk.to_string().as_bytes())
    }
}

fn curve_point(place: &Place<'_>) -> Result<Value, Flaw> {
    place.field("crv")?.word(&[("P-256", ())])?;
    let coordinate = |name| {
        let place = place.field(name)?;
        let text = place.text()?;
        match Base64UrlUnpadded::decode_vec(text) {
            Ok(bytes) if bytes.len() == COORDINATE_BYTES => Ok(text),
            _ => Err(place.wrong("is not 32 bytes in base64url")),
        }
    };
    Ok(json!({ "crv": "P-256", "kty": "EC", "x": coordinate("x")?, "y": coordinate("y")? }))
}

fn modulus(place: &Place<'_>) -> Result<Value, Flaw> {
    place.field("e")?.word(&[(EXPONENT, ())])?;
    let n = place.field("n")?;
    let text = n.text()?;
    match Base64UrlUnpadded::decode_vec(text) {
        Ok(bytes) if MODULUS_BYTES.contains(&bytes.len()) => {
            Ok(json!({ "e": EXPONENT, "kty": "RSA", "n": text }))
        }
        _ => Err(n.wrong("is not 2,048 to 4,096 bits in base64url")),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn ec() -> Value {
        let coordinate = "A".repeat(43);
        json!({ "kty": "EC", "crv": "P-256", "x": coordinate, "y": coordinate, "kid": "k1" })
    }

    fn rsa(bytes: usize) -> Value {
        let n = Base64UrlUnpadded::encode_string(&vec![0xc1; bytes]);
        json!({ "kty": "RSA", "e": "AQAB", "n": n, "alg": "RS256", "use": "sig" })
    }

    fn read(jwk: &Value) -> Result<PublicKey, Flaw> {
        PublicKey::read(&Place::whole(jwk))
    }

    #[test]
    fn each_kind_verifies_its_one_algorithm() {
        let key = read(&ec()).unwrap();
        assert_eq!(
            (key.algorithm, key.id.as_deref()),
            (Algorithm::Es256, Some("k1"))
        );
        assert_eq!(key.jwk.get("kid"), None, "only the numbers");
        for bytes in [256, 384, 512] {
            assert_eq!(read(&rsa(bytes)).unwrap().algorithm, Algorithm::Rs256);
        }
    }

    #[test]
    fn the_thumbprint_is_rfc_7638s() {
        // The example of section 3.1.
        let n = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
        let key = read(&json!({ "kty": "RSA", "e": "AQAB", "n": n, "kid": "2011-04-29" }));
        let expected = Base64UrlUnpadded::decode_vec("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
        let expected = base16ct::lower::encode_string(&expected.unwrap());
        assert_eq!(key.unwrap().thumbprint(), expected);
    }

    #[test]
    fn what_would_be_weak_or_secret_is_refused_where_it_stands() {
        let with = |mut jwk: Value, name: &str, value: &str| {
            jwk[name] = value.into();
            read(&jwk).unwrap_err().path
        };
        assert_eq!(with(ec(), "d", "AQAB"), "");
        assert_eq!(with(ec(), "crv", "P-384"), "crv");
        assert_eq!(with(ec(), "x", "AQAB"), "x");
        assert_eq!(with(ec(), "alg", "RS256"), "alg");
        assert_eq!(with(ec(), "use", "enc"), "use");
        assert_eq!(with(ec(), "kty", "oct"), "kty");
        assert_eq!(with(rsa(256), "e", "AQ"), "e");
        assert_eq!(read(&rsa(128)).unwrap_err().path, "n");
        assert_eq!(read(&rsa(513)).unwrap_err().path, "n");
        assert_eq!(read(&json!([])).unwrap_err().rule, "type");
    }
}
