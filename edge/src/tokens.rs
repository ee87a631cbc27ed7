//! The tokens of one call: codes with an expiry, so that nothing is stored.

use base64ct::{Base64UrlUnpadded, Encoding};
use call::Millis;

use crate::ids::CallId;
use crate::keys::{Key, Purpose};

/// How long a call's tokens are valid after the longest call, in seconds: a
/// page that slept through the end must still be able to read it.
const GRACE_S: u64 = 600;

/// When tokens of a call that was opened at `opened` expire.
#[must_use]
pub fn expiry(opened: Millis) -> Millis {
    opened.plus_seconds(call::watch::SETUP_LIMIT_S + call::watch::LONGEST_CALL_S + GRACE_S)
}

/// Makes the token of `call` for `purpose`: `<expiry in seconds>.<code>`.
#[must_use]
pub fn make(key: &Key, purpose: Purpose, call: &CallId, expires: Millis) -> String {
    let expires = expires.0 / 1000;
    let code = key.code(purpose, &message(call, expires));
    format!("{expires}.{}", Base64UrlUnpadded::encode_string(&code))
}

/// Whether `token` is this call's for this purpose, and not expired.
#[must_use]
pub fn verify(key: &Key, purpose: Purpose, call: &CallId, token: &str, now: Millis) -> bool {
    let Some((expires, code)) = token.split_once('.') else {
        return false;
    };
    let Ok(expires) = expires.parse::<u64>() else {
        return false;
    };
    let Ok(code) = Base64UrlUnpadded::decode_vec(code) else {
        return false;
    };
    // Only a whole code counts: a shorter one would be easier to guess.
    code.len() == 32
        && key.verifies(purpose, &message(call, expires), &code)
        && now.0 / 1000 < expires
}

/// Whether a text looks like such a token, whosever it may be.
#[must_use]
pub fn is_shaped(token: &str) -> bool {
    token.split_once('.').is_some_and(|(expires, code)| {
        !expires.is_empty() && expires.bytes().all(|b| b.is_ascii_digit()) && !code.contains('.')
    })
}

fn message(call: &CallId, expires: u64) -> Vec<u8> {
    [&expires.to_le_bytes(), call.as_str().as_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::HexId;
    use crate::keys::tests::test_key;
    use proptest::prelude::{prop_assert, proptest};

    fn call(n: u8) -> CallId {
        CallId::new(&test_key(), HexId::from([1; 16]), [n; 16])
    }

    #[test]
    fn a_token_opens_its_own_call_for_its_own_purpose_until_it_expires() {
        let (key, opened) = (test_key(), Millis(1_000_000));
        let token = make(&key, Purpose::CallToken, &call(1), expiry(opened));
        let ok = |purpose, call: &CallId, now| verify(&key, purpose, call, &token, now);
        assert!(ok(Purpose::CallToken, &call(1), opened));
        assert!(is_shaped(&token) && !is_shaped("eyJ.eyJ.sig") && !is_shaped("guess"));
        assert!(!ok(Purpose::CallToken, &call(2), opened), "another call's");
        assert!(
            !ok(Purpose::EventsToken, &call(1), opened),
            "another purpose's"
        );
        assert!(!ok(Purpose::CallToken, &call(1), expiry(opened)), "expired");
    }

    #[test]
    fn a_longer_life_cannot_be_written_into_a_token() {
        let token = make(&test_key(), Purpose::CallToken, &call(1), Millis(5_000));
        let longer = token.replacen('5', "9", 1);
        assert!(!verify(
            &test_key(),
            Purpose::CallToken,
            &call(1),
            &longer,
            Millis(1_000)
        ));
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics_or_opens(token: String) {
            prop_assert!(!verify(&test_key(), Purpose::CallToken, &call(1), &token, Millis(0)));
        }
    }
}
