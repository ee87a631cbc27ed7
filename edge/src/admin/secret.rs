//! Secrets of new documents: made here, shown once, kept as a hash or not at all.

use serde_json::{Value, json};

use crate::account_room::documents::Kind;
use crate::auth::{api_key, embed_key};
use crate::document::{HASHES, set};
use crate::ids::{HexId, PublicId};
use crate::keys::{Key, Purpose};

/// Bytes of an API client's secret.
pub const CLIENT_SECRET_BYTES: usize = 32;

/// What belongs to a new document besides what its maker has sent.
pub struct Secret {
    /// A property for the room to keep.
    kept: Option<(&'static str, Value)>,
    /// Properties of the answer, this once.
    shown: Vec<(&'static str, String)>,
}

impl Secret {
    /// The secret of a new document of this kind.
    #[must_use]
    pub fn new(key: &Key, kind: Kind, id: PublicId, random: [u8; CLIENT_SECRET_BYTES]) -> Self {
        match kind {
            Kind::ApiKey => Self::api_key(id.account, random),
            Kind::ApiClient => {
                let (secret, hash) = client_secret(random);
                let client = id.encode(key, Purpose::ClientId);
                Self {
                    kept: Some(("secrets", json!([{ "hash": hash }]))),
                    shown: vec![("client_id", client), ("client_secret", secret)],
                }
            }
            Kind::EmbedKey => Self {
                kept: None,
                shown: vec![
                    ("kid", embed_key::kid(key, id)),
                    ("key", embed_key::shown(key, id)),
                ],
            },
            Kind::Account | Kind::Clicktocall => Self {
                kept: None,
                shown: Vec::new(),
            },
        }
    }

    fn api_key(account: HexId, random: [u8; CLIENT_SECRET_BYTES]) -> Self {
        let mut half = [0; api_key::SECRET_BYTES];
        for (byte, from) in half.iter_mut().zip(random) {
            *byte = from;
        }
        let key = api_key::make(account, half);
        Self {
            kept: Some((HASHES, json!([api_key::hash(&key)]))),
            shown: vec![("api_key", key)],
        }
    }

    /// Puts in what the room keeps.
    pub fn keep(&self, document: &mut Value) {
        if let Some((name, value)) = &self.kept {
            set(document, name, value.clone());
        }
    }

    /// Puts in what is shown.
    pub fn show(self, answer: &mut Value) {
        for (name, value) in self.shown {
            set(answer, name, value);
        }
    }
}

/// A further secret of an API client, and its hash.
#[must_use]
pub fn client_secret(random: [u8; CLIENT_SECRET_BYTES]) -> (String, String) {
    let secret = base16ct::lower::encode_string(&random);
    let hash = api_key::hash(&secret);
    (secret, hash)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::client::ApiClient;
    use crate::document::{Place, has_hash};
    use crate::keys::tests::test_key;

    fn made(kind: Kind) -> (Value, Value) {
        let id = PublicId {
            account: HexId::from([1; 16]),
            document: HexId::from([2; 16]),
        };
        let secret = Secret::new(&test_key(), kind, id, [7; CLIENT_SECRET_BYTES]);
        let (mut kept, mut shown) = (json!({"name": "x"}), json!({}));
        secret.keep(&mut kept);
        secret.show(&mut shown);
        (kept, shown)
    }

    #[test]
    fn what_is_kept_knows_what_was_shown_and_does_not_tell_it() {
        let (kept, shown) = made(Kind::ApiKey);
        let key = shown["api_key"].as_str().unwrap();
        assert!(has_hash(&kept, &api_key::hash(key)));
        assert!(!kept.to_string().contains(&key[32..]));

        let (kept, shown) = made(Kind::ApiClient);
        let client = ApiClient::read(&Place::whole(&kept)).unwrap();
        let secret = shown["client_secret"].as_str().unwrap();
        assert!(client.secret(secret).is_some() && client.secret("x").is_none());
    }

    #[test]
    fn an_embed_key_is_derived_and_not_kept() {
        let (kept, shown) = made(Kind::EmbedKey);
        assert_eq!(kept, json!({"name": "x"}));
        assert_eq!(shown["key"].as_str().unwrap().len(), 43);
    }

    #[test]
    fn a_button_has_no_secret() {
        assert_eq!(made(Kind::Clicktocall), (json!({"name": "x"}), json!({})));
    }
}
