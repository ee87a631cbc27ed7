//! API keys: Kazoo's 64 hexadecimal characters, of which the first half names
//! the account, so that a key leads to its account without a look-up.

use crate::ids::HexId;
use crate::keys::sha256;

/// Characters of an account's id.
const ACCOUNT_CHARS: usize = 32;
/// Bytes of a key's secret half.
pub const SECRET_BYTES: usize = 16;

/// Makes an account's key. It is shown once; kept is its [`hash`].
#[must_use]
pub fn make(account: HexId, secret: [u8; SECRET_BYTES]) -> String {
    format!("{account}{}", HexId::from(secret))
}

/// The account that a key names. The key is unchecked: compare its [`hash`]
/// with those that the account keeps, once the account is known to be ours.
#[must_use]
pub fn account(key: &str) -> Option<HexId> {
    let (account, secret) = key.split_at_checked(ACCOUNT_CHARS)?;
    HexId::parse(secret)?;
    HexId::parse(account)
}

/// What is kept of a key, or of any other secret that we make: it has so many
/// random bits that a plain hash (SHA-256, hexadecimal) tells nothing of it.
#[must_use]
pub fn hash(secret: &str) -> String {
    sha256(secret.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn a_key_has_kazoos_shape_and_names_its_account() {
        let key = make(HexId::from([3; 16]), [4; 16]);
        assert_eq!(key.len(), 64);
        assert_eq!(account(&key), Some(HexId::from([3; 16])));
    }

    #[test]
    fn what_has_another_shape_names_no_account() {
        let key = make(HexId::from([3; 16]), [4; 16]);
        for bad in ["", &key[..63], &format!("{key}0"), &key.replace("04", "zz")] {
            assert_eq!(account(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_hash_tells_keys_apart_and_is_none() {
        let (one, other) = (
            make(HexId::from([3; 16]), [4; 16]),
            make(HexId::from([3; 16]), [5; 16]),
        );
        assert_eq!(hash(&one), hash(&one));
        assert_ne!(hash(&one), hash(&other));
        assert!(!hash(&one).contains(&one[32..]));
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics(key: String) {
            prop_assert!(account(&key).is_none());
        }
    }
}
