//! The deployment's key and what is derived from it.
//!
//! One secret of 256 bits (`CTD_KEY`) yields a key per purpose, so that a code
//! made for one purpose is worth nothing for another.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

type HmacSha256 = Hmac<Sha256>;

/// Bytes of the secret.
const KEY_BYTES: usize = 32;

/// SHA-256's block.
const BLOCK_BYTES: usize = 64;

/// What a code is made for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// An account id is one of ours.
    Account,
    /// A public button id is one of ours.
    Button,
    /// A call id is one of ours.
    Call,
    /// Whoever shows it is our frame within a page that may use this button.
    FrameTicket,
    /// Whoever shows it may read and end this call.
    CallToken,
    /// Whoever shows it may listen to this call's events.
    EventsToken,
    /// Whoever shows it is the operator that was given this call.
    OperatorBearer,
    /// What is kept of a visitor's address.
    Address,
    /// The key that signs what `/v2/api_auth` gives.
    KazooToken,
    /// The id of an API client is one of ours.
    ClientId,
    /// The id of an embed key is one of ours.
    EmbedKeyId,
    /// An embed key.
    EmbedKey,
    /// The key that signs access tokens.
    SigningKey,
    /// That key's name.
    SigningKeyId,
}

impl Purpose {
    fn label(self) -> &'static [u8] {
        match self {
            Self::Account => b"account",
            Self::Button => b"button",
            Self::Call => b"call",
            Self::FrameTicket => b"frame-ticket",
            Self::CallToken => b"call-token",
            Self::EventsToken => b"events-token",
            Self::OperatorBearer => b"operator-bearer",
            Self::Address => b"address",
            Self::KazooToken => b"kazoo-token",
            Self::ClientId => b"client-id",
            Self::EmbedKeyId => b"embed-key-id",
            Self::EmbedKey => b"embed-key",
            Self::SigningKey => b"signing-key",
            Self::SigningKeyId => b"signing-key-id",
        }
    }
}

/// The deployment's key. Has no `Debug`, so that it cannot be printed.
#[derive(Clone)]
pub struct Key([u8; KEY_BYTES]);

impl Key {
    /// Reads 64 hexadecimal characters.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let bytes = base16ct::mixed::decode_vec(text.trim()).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// RFC 2104: a key is filled up with zeros to the hash's block.
    fn hmac(&self) -> HmacSha256 {
        let mut block = [0; BLOCK_BYTES];
        for (byte, key) in block.iter_mut().zip(self.0) {
            *byte = key;
        }
        HmacSha256::new(&block.into())
    }

    fn mac(&self, purpose: Purpose, message: &[u8]) -> HmacSha256 {
        let mut mac = self.hmac();
        // The label's length goes first: no label and message can be split another way.
        let label = purpose.label();
        mac.update(&[u8::try_from(label.len()).unwrap_or(u8::MAX)]);
        mac.update(label);
        mac.update(message);
        mac
    }

    /// The authentication code of `message` for `purpose`.
    #[must_use]
    pub fn code(&self, purpose: Purpose, message: &[u8]) -> [u8; 32] {
        self.mac(purpose, message).finalize().into_bytes().into()
    }

    /// Whether `code` is the beginning of the message's code. Constant time.
    #[must_use]
    pub fn verifies(&self, purpose: Purpose, message: &[u8], code: &[u8]) -> bool {
        self.mac(purpose, message)
            .verify_truncated_left(code)
            .is_ok()
    }

    /// A key of its own for a purpose whose messages have a standard's form.
    #[must_use]
    pub fn derived(&self, purpose: Purpose) -> Self {
        Self(self.code(purpose, b""))
    }

    /// The code of `message` as JWS has it (`HS256`; RFC 7518, section 3.2).
    /// For a [`derived`](Self::derived) key: nothing in it says what it is for.
    #[must_use]
    pub fn hs256(&self, message: &[u8]) -> [u8; 32] {
        let mut mac = self.hmac();
        mac.update(message);
        mac.finalize().into_bytes().into()
    }

    /// Whether `code` is the message's whole code. Constant time.
    #[must_use]
    pub fn verifies_hs256(&self, message: &[u8], code: &[u8]) -> bool {
        let mut mac = self.hmac();
        mac.update(message);
        mac.verify_slice(code).is_ok()
    }
}

/// SHA-256, for telling apart what need not be kept.
#[must_use]
pub fn digest(parts: &[&[u8]]) -> [u8; 32] {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update(u64::try_from(part.len()).unwrap_or(u64::MAX).to_le_bytes());
        hash.update(part);
    }
    hash.finalize().into()
}

/// SHA-256 as every tool has it, in hexadecimal.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    base16ct::lower::encode_string(&Sha256::digest(bytes))
}

/// Bytes of a short digest: far from any collision by chance.
const SHORT_BYTES: usize = 16;

/// The beginning of a [`digest`], in hexadecimal.
#[must_use]
pub fn short_digest(parts: &[&[u8]]) -> String {
    let digest = digest(parts);
    base16ct::lower::encode_string(digest.get(..SHORT_BYTES).unwrap_or(&digest))
}

/// Whether the two are the same, in a time that does not tell where they differ.
#[must_use]
pub fn same(one: &[u8], other: &[u8]) -> bool {
    digest(&[one])
        .iter()
        .zip(digest(&[other]))
        .fold(0, |differ, (a, b)| differ | (a ^ b))
        == 0
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    pub(crate) fn test_key() -> Key {
        Key([7; KEY_BYTES])
    }

    #[test]
    fn a_code_is_worth_nothing_for_another_purpose_message_or_key() {
        let key = test_key();
        let code = key.code(Purpose::Call, b"one");
        assert!(key.verifies(Purpose::Call, b"one", &code));
        assert!(key.verifies(Purpose::Call, b"one", &code[..10]));
        assert!(!key.verifies(Purpose::Button, b"one", &code));
        assert!(!key.verifies(Purpose::Call, b"two", &code));
        assert!(!Key([8; KEY_BYTES]).verifies(Purpose::Call, b"one", &code));
        assert!(!key.verifies(Purpose::Call, b"one", b""));
    }

    #[test]
    fn a_key_is_exactly_64_hexadecimal_characters() {
        assert!(Key::from_hex(&"0aF9".repeat(16)).is_some());
        for bad in ["", "00", "zz", &"0".repeat(63), &"0".repeat(66)] {
            assert!(Key::from_hex(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn parts_cannot_be_shifted() {
        assert_ne!(digest(&[b"ab", b"c"]), digest(&[b"a", b"bc"]));
    }
}
