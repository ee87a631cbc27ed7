//! Ids that carry their account, so that no look-up is needed, and an
//! authentication code, so that no room is ever created by a guess.

mod account;
mod public;

use std::fmt;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::keys::{Key, Purpose};
pub use public::PublicId;

/// Bytes of an account's or a stored button's id: Kazoo's 32 hexadecimal characters.
const ID_BYTES: usize = 16;
/// Bytes of a call id's random part.
pub const RANDOM_BYTES: usize = 16;
/// Bytes of a button id's code: 56 bits can't be guessed over the network, and
/// the id is short enough to paste.
const BUTTON_CODE_BYTES: usize = 7;
/// Bytes of a call id's code.
const CALL_CODE_BYTES: usize = 10;

/// 32 hexadecimal characters, as Kazoo names accounts and documents.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct HexId([u8; ID_BYTES]);

impl HexId {
    /// Reads 32 lower-case hexadecimal characters.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        base16ct::lower::decode_vec(text)
            .ok()?
            .try_into()
            .ok()
            .map(Self)
    }
}

impl From<[u8; ID_BYTES]> for HexId {
    fn from(bytes: [u8; ID_BYTES]) -> Self {
        Self(bytes)
    }
}

impl fmt::Display for HexId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&base16ct::lower::encode_string(&self.0))
    }
}

impl fmt::Debug for HexId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Serialize for HexId {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for HexId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::parse(&text)
            .ok_or_else(|| serde::de::Error::custom("expected 32 hexadecimal characters"))
    }
}

/// A button as the public knows it: account, Kazoo's clicktocall id, code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ButtonId {
    /// The account it belongs to.
    pub account: HexId,
    /// The stored document's id.
    pub clicktocall: HexId,
}

impl ButtonId {
    /// The public spelling: 52 characters of base64url.
    #[must_use]
    pub fn encode(&self, key: &Key) -> String {
        let body = [self.account.0, self.clicktocall.0].concat();
        seal(key, Purpose::Button, body, BUTTON_CODE_BYTES)
    }

    /// Reads a public spelling, if it is one of ours.
    #[must_use]
    pub fn decode(key: &Key, text: &str) -> Option<Self> {
        let body = unseal(key, Purpose::Button, text, BUTTON_CODE_BYTES)?;
        let (account, clicktocall) = halves(&body)?;
        Some(Self {
            account,
            clicktocall,
        })
    }
}

/// A call's id, known to be one of ours. Matches CAMARA's `CallId` pattern.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallId {
    text: String,
    /// The account it belongs to.
    pub account: HexId,
}

impl CallId {
    /// Names a new call.
    #[must_use]
    pub fn new(key: &Key, account: HexId, random: [u8; RANDOM_BYTES]) -> Self {
        let body = [account.0, random].concat();
        Self {
            text: seal(key, Purpose::Call, body, CALL_CODE_BYTES),
            account,
        }
    }

    /// Reads an id, if it is one of ours.
    #[must_use]
    pub fn decode(key: &Key, text: &str) -> Option<Self> {
        let body = unseal(key, Purpose::Call, text, CALL_CODE_BYTES)?;
        let (account, _random) = halves(&body)?;
        Some(Self {
            text: text.to_owned(),
            account,
        })
    }

    /// The spelling on the wire.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

fn seal(key: &Key, purpose: Purpose, mut body: Vec<u8>, code_bytes: usize) -> String {
    let code = key.code(purpose, &body);
    body.extend(code.iter().take(code_bytes));
    Base64UrlUnpadded::encode_string(&body)
}

fn unseal(key: &Key, purpose: Purpose, text: &str, code_bytes: usize) -> Option<Vec<u8>> {
    let mut body = Base64UrlUnpadded::decode_vec(text).ok()?;
    if body.len() != 2 * ID_BYTES + code_bytes {
        return None;
    }
    let code = body.split_off(2 * ID_BYTES);
    key.verifies(purpose, &body, &code).then_some(body)
}

fn halves(body: &[u8]) -> Option<(HexId, HexId)> {
    let (first, second) = body.split_at_checked(ID_BYTES)?;
    Some((
        HexId(first.try_into().ok()?),
        HexId(second.try_into().ok()?),
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::test_key;
    use proptest::prelude::{prop_assert, prop_assert_eq, proptest};

    #[test]
    fn a_button_id_reads_back_and_is_short() {
        let id = ButtonId {
            account: HexId([1; 16]),
            clicktocall: HexId([2; 16]),
        };
        let text = id.encode(&test_key());
        assert_eq!(text.len(), 52);
        assert_eq!(ButtonId::decode(&test_key(), &text), Some(id));
    }

    #[test]
    fn a_call_id_carries_its_account() {
        let id = CallId::new(&test_key(), HexId([3; 16]), [4; 16]);
        let read = CallId::decode(&test_key(), id.as_str()).unwrap();
        assert_eq!(read, id);
        assert_eq!(read.account, HexId([3; 16]));
    }

    proptest! {
        #[test]
        fn one_changed_character_is_one_of_nobodys(at in 0usize..56, to in "[A-Za-z0-9_-]") {
            let id = CallId::new(&test_key(), HexId([3; 16]), [4; 16]);
            let mut text = id.as_str().to_owned();
            text.replace_range(at..=at, &to);
            let read = CallId::decode(&test_key(), &text);
            prop_assert_eq!(read.is_some(), text == id.as_str());
        }

        #[test]
        fn nothing_from_outside_panics(text: String) {
            prop_assert!(CallId::decode(&test_key(), &text).is_none());
            prop_assert!(ButtonId::decode(&test_key(), &text).is_none());
        }
    }
}
