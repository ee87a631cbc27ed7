//! The access token of an API client: a JWT (RFC 9068) that says which client
//! of which account may do what, for ten minutes. Pure: signing and verifying
//! are the runtime's.

use call::Millis;
use serde_json::{Value, json};

use super::SKEW_S;
use super::client::Client;
use super::jws::{self, Unverified};
use super::scopes::Scopes;
use super::signing_key;
use crate::ids::PublicId;
use crate::keys::{Key, Purpose};

/// Bytes of a signature (RFC 7518, section 3.4).
const SIGNATURE_BYTES: usize = 64;
/// Seconds that a token lives.
pub const LIFE_S: u64 = 600;

/// What is to be signed for this client.
#[must_use]
pub fn signing_input(
    key: &Key,
    issuer: &str,
    client: &Client,
    nonce: [u8; 16],
    now: Millis,
) -> String {
    let now = now.0 / 1000;
    let claims = json!({
        "iss": issuer,
        "aud": issuer,
        "sub": client.id,
        "client_id": client.id,
        "scope": client.scopes.to_string(),
        "credential": client.credential,
        "iat": now,
        "exp": now + LIFE_S,
        "jti": base16ct::lower::encode_string(&nonce),
    });
    jws::signing_input(&header(key), &claims)
}

/// The only header that we make, so the only one that we take: no other
/// algorithm, no other key.
fn header(key: &Key) -> Value {
    json!({ "alg": "ES256", "typ": "at+jwt", "kid": signing_key::id(key) })
}

/// A token that says all the right things. It is true once the runtime has
/// verified the signature, and stands if its account says so.
pub struct Claimed<'a> {
    /// Whose it would be.
    pub client: Client,
    /// What has to be verified.
    pub unverified: Unverified<'a>,
}

/// Reads a token of this issuer that has not expired. Another machine of the
/// edge may have made it, whose clock is a little ahead of this one's.
#[must_use]
pub fn read<'a>(key: &Key, issuer: &str, token: &'a str, now: Millis) -> Option<Claimed<'a>> {
    let unverified = jws::read(token)?;
    if unverified.header != header(key) || unverified.signature.len() != SIGNATURE_BYTES {
        return None;
    }
    let claims = &unverified.claims;
    let text = |name| jws::text(claims, name);
    let ours = text("iss") == Some(issuer) && text("aud") == Some(issuer);
    let now = now.0 / 1000;
    let live = now < jws::seconds(claims, "exp")?
        && jws::seconds(claims, "iat")? <= now.saturating_add(SKEW_S);
    let id = text("client_id")?;
    let PublicId { account, document } = PublicId::decode(key, Purpose::ClientId, id)?;
    let client = Client {
        account,
        document,
        id: id.to_owned(),
        scopes: Scopes::parse(text("scope")?)?,
        credential: text("credential")?.to_owned(),
    };
    (ours && live).then_some(Claimed { client, unverified })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::client;
    use crate::keys::tests::test_key;
    use base64ct::{Base64UrlUnpadded, Encoding};
    use proptest::prelude::{prop_assert, proptest};

    const NOW: Millis = Millis(1_800_000_000_000);
    const ISSUER: &str = "https://edge.example";

    fn token() -> String {
        let client = client::tests::client();
        jws::join(
            &signing_input(&test_key(), ISSUER, &client, [9; 16], NOW),
            &[1; 64],
        )
    }

    fn reads(token: &str, issuer: &str, now: Millis) -> bool {
        read(&test_key(), issuer, token, now).is_some()
    }

    #[test]
    fn a_token_says_who_may_do_what() {
        let token = token();
        let claimed = read(&test_key(), ISSUER, &token, NOW).unwrap();
        assert_eq!(claimed.client, client::tests::client());
        assert_eq!(claimed.unverified.signature, [1; 64]);
    }

    #[test]
    fn it_lives_ten_minutes_at_its_own_issuer() {
        let token = token();
        assert!(reads(&token, ISSUER, NOW.plus_seconds(LIFE_S - 1)));
        assert!(!reads(&token, ISSUER, NOW.plus_seconds(LIFE_S)));
        let earlier = |seconds: u64| Millis(NOW.0 - seconds * 1000);
        assert!(reads(&token, ISSUER, earlier(SKEW_S)));
        assert!(!reads(&token, ISSUER, earlier(SKEW_S + 1)));
        assert!(!reads(&token, "https://other.example", NOW));
        let other = Key::from_hex(&"08".repeat(32)).unwrap();
        assert!(read(&other, ISSUER, &token, NOW).is_none());
    }

    #[test]
    fn no_other_algorithm_is_looked_at() {
        let token = token();
        let (_, rest) = token.split_once('.').unwrap();
        let kid = signing_key::id(&test_key());
        for header in [
            json!({ "alg": "none", "typ": "at+jwt", "kid": kid }),
            json!({ "alg": "HS256", "typ": "at+jwt", "kid": kid }),
            json!({ "alg": "ES256", "typ": "at+jwt", "kid": "other" }),
            json!({ "alg": "ES256", "typ": "at+jwt", "kid": kid, "crit": ["b64"] }),
            json!({ "alg": "ES256", "typ": "at+jwt", "kid": kid, "jwk": {} }),
            json!({ "alg": "ES256", "typ": "JWT", "kid": kid }),
        ] {
            let header = Base64UrlUnpadded::encode_string(header.to_string().as_bytes());
            assert!(!reads(&format!("{header}.{rest}"), ISSUER, NOW), "{header}");
        }
    }

    #[test]
    fn no_other_signature_is_looked_at() {
        let client = client::tests::client();
        let signed = signing_input(&test_key(), ISSUER, &client, [9; 16], NOW);
        for length in [0, 32, 63, 65, 256] {
            assert!(!reads(&jws::join(&signed, &vec![1; length]), ISSUER, NOW));
        }
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics_or_opens(token: String) {
            prop_assert!(!reads(&token, ISSUER, NOW));
        }
    }
}
