//! The token that `PUT /v2/api_auth` gives for an API key, and that every other
//! `/v2` route takes. A JWT (RFC 7519) as Kazoo's is; signed with HMAC, since
//! nobody but this deployment reads it.
//!
//! It names the API key that it was given for: whoever takes the token asks the
//! account whether that key still stands, so that revoking a key works at once.

use base64ct::{Base64UrlUnpadded, Encoding};
use call::Millis;
use serde_json::json;

use super::jws;
use crate::ids::HexId;
use crate::keys::{Key, Purpose};

/// Seconds that a token lives: Kazoo's default.
pub const LIFE_S: u64 = 3_600;

/// `{"alg":"HS256","typ":"JWT"}`, the only header that we make, so the only one
/// that we take.
const HEADER: &str = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9";

/// What its holder may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// Read and write.
    Admin,
    /// Read.
    Viewer,
}

impl Role {
    /// The name in documents and tokens.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Admin => "admin",
            Self::Viewer => "viewer",
        }
    }

    /// Reads a name.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        [Self::Admin, Self::Viewer]
            .into_iter()
            .find(|role| role.as_str() == text)
    }
}

/// Who holds a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holder {
    /// The account.
    pub account: HexId,
    /// The id of the API key's document.
    pub api_key: HexId,
    /// What the key allows.
    pub role: Role,
}

/// Makes a token; `nonce` tells two tokens of one second apart.
#[must_use]
pub fn make(key: &Key, holder: Holder, nonce: [u8; 8], now: Millis) -> String {
    let now = now.0 / 1000;
    let claims = json!({
        "iss": "kazoo",
        "account_id": holder.account,
        "api_key_id": holder.api_key,
        "role": holder.role.as_str(),
        "identity_sig": base16ct::lower::encode_string(&nonce),
        "iat": now,
        "exp": now + LIFE_S,
    });
    let claims = Base64UrlUnpadded::encode_string(claims.to_string().as_bytes());
    let signed = format!("{HEADER}.{claims}");
    let code = key.derived(Purpose::KazooToken).hs256(signed.as_bytes());
    jws::join(&signed, &code)
}

/// Who holds this token, if it is one of ours and not expired. Our own clock
/// made it, so no difference between clocks is allowed for.
#[must_use]
pub fn verify(key: &Key, token: &str, now: Millis) -> Option<Holder> {
    if token.split('.').next() != Some(HEADER) {
        return None;
    }
    let read = jws::read(token)?;
    let derived = key.derived(Purpose::KazooToken);
    if !derived.verifies_hs256(read.signed.as_bytes(), &read.signature) {
        return None;
    }
    let claims = &read.claims;
    let live = now.0 / 1000 < jws::seconds(claims, "exp")?;
    let id = |name| HexId::parse(jws::text(claims, name)?);
    let holder = Holder {
        account: id("account_id")?,
        api_key: id("api_key_id")?,
        role: Role::parse(jws::text(claims, "role")?)?,
    };
    live.then_some(holder)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::test_key;
    use proptest::prelude::{prop_assert, proptest};

    const NOW: Millis = Millis(1_800_000_000_000);

    fn holder() -> Holder {
        Holder {
            account: HexId::from([1; 16]),
            api_key: HexId::from([2; 16]),
            role: Role::Viewer,
        }
    }

    fn token() -> String {
        make(&test_key(), holder(), [7; 8], NOW)
    }

    #[test]
    fn a_token_says_who_holds_it_for_an_hour() {
        let verify = |now| verify(&test_key(), &token(), now);
        assert_eq!(verify(NOW), Some(holder()));
        assert_eq!(verify(NOW.plus_seconds(LIFE_S - 1)), Some(holder()));
        assert_eq!(verify(NOW.plus_seconds(LIFE_S)), None);
    }

    #[test]
    fn the_header_is_what_it_says() {
        let read = jws::read(&format!("{HEADER}.e30.")).map(|read| read.header);
        assert_eq!(read, Some(json!({"alg": "HS256", "typ": "JWT"})));
    }

    #[test]
    fn another_deployments_token_is_worth_nothing() {
        let other = Key::from_hex(&"08".repeat(32)).unwrap();
        assert_eq!(verify(&other, &token(), NOW), None);
    }

    #[test]
    fn a_token_that_is_unsigned_or_signed_otherwise_is_refused() {
        let claims = token().split('.').nth(1).unwrap().to_owned();
        for alg in ["none", "HS256", "ES256"] {
            let header = json!({"alg": alg, "typ": "jwt"}).to_string();
            let header = Base64UrlUnpadded::encode_string(header.as_bytes());
            let signed = format!("{header}.{claims}");
            let code = test_key()
                .derived(Purpose::KazooToken)
                .hs256(signed.as_bytes());
            for token in [jws::join(&signed, &[]), jws::join(&signed, &code)] {
                assert_eq!(verify(&test_key(), &token, NOW), None, "{token}");
            }
        }
        let short = jws::join(&format!("{HEADER}.{claims}"), &[]);
        assert_eq!(verify(&test_key(), &short, NOW), None);
    }

    #[test]
    fn a_viewer_cannot_write_itself_admin() {
        let claims = json!({
            "account_id": holder().account, "api_key_id": holder().api_key,
            "role": "admin", "exp": NOW.0,
        });
        let claims = Base64UrlUnpadded::encode_string(claims.to_string().as_bytes());
        let signature = token().rsplit('.').next().unwrap().to_owned();
        let token = format!("{HEADER}.{claims}.{signature}");
        assert_eq!(verify(&test_key(), &token, NOW), None);
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics_or_opens(token: String) {
            prop_assert!(verify(&test_key(), &token, NOW).is_none());
        }
    }
}
