//! JSON Web Signature in its compact form (RFC 7515, sections 3.1 and 7.1).

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::Value;

/// Bytes of the longest token that is looked at. Ours have 600; an assertion
/// signed with RSA 4096 has 1,200.
const LONGEST: usize = 8 * 1024;

/// A token's parts. Nothing in them is true until the signature is verified.
pub struct Unverified<'a> {
    /// The JOSE header.
    pub header: Value,
    /// The claims.
    pub claims: Value,
    /// What the signature is of.
    pub signed: &'a str,
    /// The signature.
    pub signature: Vec<u8>,
}

/// Takes a token apart: three parts of base64url, the first two JSON objects.
#[must_use]
pub fn read(token: &str) -> Option<Unverified<'_>> {
    if token.len() > LONGEST {
        return None;
    }
    let (signed, signature) = token.rsplit_once('.')?;
    let (header, claims) = signed.split_once('.')?;
    Some(Unverified {
        header: object(header)?,
        claims: object(claims)?,
        signed,
        signature: Base64UrlUnpadded::decode_vec(signature).ok()?,
    })
}

/// What is signed (RFC 7515, section 5.1).
#[must_use]
pub fn signing_input(header: &Value, claims: &Value) -> String {
    let encode = |part: &Value| Base64UrlUnpadded::encode_string(part.to_string().as_bytes());
    format!("{}.{}", encode(header), encode(claims))
}

/// The token of a signing input and its signature.
#[must_use]
pub fn join(signed: &str, signature: &[u8]) -> String {
    format!("{signed}.{}", Base64UrlUnpadded::encode_string(signature))
}

/// A part that is a JSON object.
pub(super) fn object(part: &str) -> Option<Value> {
    let bytes = Base64UrlUnpadded::decode_vec(part).ok()?;
    let value: Value = serde_json::from_slice(&bytes).ok()?;
    value.is_object().then_some(value)
}

/// A text claim or header parameter.
#[must_use]
pub fn text<'a>(part: &'a Value, name: &str) -> Option<&'a str> {
    part.get(name).and_then(Value::as_str)
}

/// A NumericDate (RFC 7519, section 2), in whole seconds. Fractions are
/// allowed there, and cut off here.
#[must_use]
pub fn seconds(claims: &Value, name: &str) -> Option<u64> {
    let value = claims.get(name)?;
    value.as_u64().or_else(|| {
        let seconds = value.as_f64().filter(|s| (0.0..1e15).contains(s))?;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "within the range just checked"
        )]
        let seconds = seconds as u64;
        Some(seconds)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::proptest;
    use serde_json::json;

    #[test]
    fn what_is_joined_is_read_back() {
        let signed = signing_input(&json!({"alg": "x"}), &json!({"exp": 5.9, "iat": 4}));
        let token = join(&signed, &[1, 2, 3]);
        let read = read(&token).unwrap();
        assert_eq!((read.signed, read.signature), (&*signed, vec![1, 2, 3]));
        assert_eq!(text(&read.header, "alg"), Some("x"));
        assert_eq!(seconds(&read.claims, "exp"), Some(5));
        assert_eq!(seconds(&read.claims, "iat"), Some(4));
        assert_eq!(seconds(&json!({"exp": -1}), "exp"), None);
    }

    #[test]
    fn what_is_no_token_is_not_read() {
        let object = Base64UrlUnpadded::encode_string(b"{}");
        let list = Base64UrlUnpadded::encode_string(b"[]");
        for bad in [
            String::new(),
            "..".to_owned(),
            object.clone(),
            format!("{object}.{object}"),
            format!("{object}.{list}.AA"),
            format!("{object}.{object}.AA.AA"),
            format!("{object}.{object}.A A"),
            format!("{object}.{object}.{}", "A".repeat(LONGEST)),
        ] {
            assert!(read(&bad).is_none(), "{bad}");
        }
        assert!(read(&format!("{object}.{object}.")).is_some(), "unsigned");
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics(token: String) {
            let _ = read(&token);
        }
    }
}
