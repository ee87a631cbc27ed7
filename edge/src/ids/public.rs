//! Documents of an account as others name them: embed keys (`kid`) and API
//! clients (`client_id`).

use super::{HexId, halves, seal, unseal};
use crate::keys::{Key, Purpose};

/// Bytes of the code: as a call's, since these open more than a button does.
const CODE_BYTES: usize = 10;

/// A document of an account, known to be one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PublicId {
    /// The account it belongs to.
    pub account: HexId,
    /// The stored document's id.
    pub document: HexId,
}

impl PublicId {
    /// The public spelling: 56 characters of base64url. `purpose` says what
    /// kind of document it is.
    #[must_use]
    pub fn encode(&self, key: &Key, purpose: Purpose) -> String {
        let body = [self.account.0, self.document.0].concat();
        seal(key, purpose, body, CODE_BYTES)
    }

    /// Reads a public spelling, if it is one of ours. Whether the document
    /// still stands is the account's to say.
    #[must_use]
    pub fn decode(key: &Key, purpose: Purpose, text: &str) -> Option<Self> {
        let body = unseal(key, purpose, text, CODE_BYTES)?;
        let (account, document) = halves(&body)?;
        Some(Self { account, document })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::keys::tests::test_key;
    use proptest::prelude::{prop_assert, proptest};

    #[test]
    fn an_id_leads_to_its_account_and_is_of_one_kind() {
        let id = PublicId {
            account: HexId([1; 16]),
            document: HexId([2; 16]),
        };
        let text = id.encode(&test_key(), Purpose::ClientId);
        assert_eq!(text.len(), 56);
        let decode = |purpose| PublicId::decode(&test_key(), purpose, &text);
        assert_eq!(decode(Purpose::ClientId), Some(id));
        assert_eq!(decode(Purpose::EmbedKeyId), None);
    }

    proptest! {
        #[test]
        fn nothing_from_outside_panics_or_is_ours(text: String) {
            prop_assert!(PublicId::decode(&test_key(), Purpose::ClientId, &text).is_none());
        }
    }
}
