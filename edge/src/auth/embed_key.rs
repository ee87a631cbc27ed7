//! Embed keys: with one, a CRM's own server makes agent tokens. The key is
//! derived from the deployment's and from its own name, so that nothing secret
//! is stored; it is revoked by removing its document. Several hold at a time.

use base64ct::{Base64UrlUnpadded, Encoding};

use crate::document::{Flaw, Place};
use crate::ids::PublicId;
use crate::keys::{Key, Purpose};

/// Characters of a key's name.
const LONGEST_NAME: usize = 128;

/// An embed key's document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmbedKey {
    /// What its owner calls it.
    pub name: String,
}

impl EmbedKey {
    /// Reads the document: `name`.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        place.only(&["name"])?;
        Ok(Self {
            name: place.field("name")?.text_up_to(LONGEST_NAME)?.to_owned(),
        })
    }
}

/// The public name of an embed key, which its tokens carry (`kid`).
#[must_use]
pub fn kid(key: &Key, id: PublicId) -> String {
    id.encode(key, Purpose::EmbedKeyId)
}

/// The embed key itself, 256 bits.
#[must_use]
pub fn secret(key: &Key, id: PublicId) -> [u8; 32] {
    key.code(Purpose::EmbedKey, kid(key, id).as_bytes())
}

/// The embed key as it is shown, once: the value of a JWK's `k` (RFC 7518,
/// section 6.4.1).
#[must_use]
pub fn shown(key: &Key, id: PublicId) -> String {
    Base64UrlUnpadded::encode_string(&secret(key, id))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::HexId;
    use crate::keys::tests::test_key;
    use serde_json::json;

    #[test]
    fn every_document_has_its_own_key() {
        let id = |account, document| PublicId {
            account: HexId::from([account; 16]),
            document: HexId::from([document; 16]),
        };
        let keys = [id(1, 1), id(1, 2), id(2, 1)].map(|id| shown(&test_key(), id));
        assert_eq!(keys[0].len(), 43);
        assert_ne!(keys[0], keys[1]);
        assert_ne!(keys[0], keys[2]);
        let other = Key::from_hex(&"08".repeat(32)).unwrap();
        assert_ne!(shown(&other, id(1, 1)), keys[0]);
    }

    #[test]
    fn a_document_has_a_name_and_no_secret() {
        let read = |document| EmbedKey::read(&Place::whole(&document));
        assert_eq!(read(json!({"name": "CRM"})).unwrap().name, "CRM");
        assert!(read(json!({})).is_err());
        assert!(read(json!({"name": "CRM", "secret": "x"})).is_err());
    }
}
