//! A CRM's own server, which makes agent tokens. Independent of the examples,
//! so that it can also make what no library would.

use call::Number;
use data_encoding::BASE64URL_NOPAD;
use ring::aead::{AES_256_GCM, Aad, LessSafeKey, Nonce, UnboundKey};
use ring::rand::{SecureRandom, SystemRandom};
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::admin::Admin;

/// The phone of the agent in most stories.
pub const AGENT: &str = "+4930555017";

/// A CRM's server with an embed key.
#[derive(Clone, Debug)]
pub struct Crm {
    /// The account's id.
    pub account: String,
    /// The public id of the button on its pages.
    pub button: String,
    /// The stored id of the embed key.
    pub document: String,
    /// The embed key's name.
    pub kid: String,
    /// The embed key.
    pub key: String,
}

impl Crm {
    /// Gets an embed key from the account's admin.
    pub async fn new(admin: &Admin, button: &str) -> Self {
        let made = admin.make("embed_keys", &json!({ "name": "CRM" })).await;
        let text = |name: &str| {
            made.get(name)
                .and_then(Value::as_str)
                .expect(name)
                .to_owned()
        };
        Self {
            account: admin.account.clone(),
            button: button.to_owned(),
            document: text("id"),
            kid: text("kid"),
            key: text("key"),
        }
    }

    /// What a good token says.
    #[must_use]
    pub fn claims(&self, contact: Option<&Number>) -> Value {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        let mut claims = json!({
            "iss": self.account, "button": self.button, "agent": "ada", "extension": AGENT,
            "iat": now, "exp": now + 300, "jti": uuid::Uuid::new_v4().to_string(),
        });
        if let (Some(contact), Some(claims)) = (contact, claims.as_object_mut()) {
            claims.insert("contact".to_owned(), contact.e164().into());
        }
        claims
    }

    /// The header of a good token.
    #[must_use]
    pub fn header(&self) -> Value {
        json!({ "alg": "dir", "enc": "A256GCM", "kid": self.kid })
    }

    /// A good token, for a contact or for whomever the page says.
    #[must_use]
    pub fn token(&self, contact: Option<&Number>) -> String {
        self.seal(&self.claims(contact))
    }

    /// A token that says this.
    #[must_use]
    pub fn seal(&self, claims: &Value) -> String {
        seal(&self.key, &self.header(), claims)
    }
}

/// A compact JWE with this header, whatever it says, sealed with AES-256-GCM.
#[must_use]
pub fn seal(key: &str, header: &Value, claims: &Value) -> String {
    let part = |bytes: &[u8]| BASE64URL_NOPAD.encode(bytes);
    let header = part(header.to_string().as_bytes());
    let key = BASE64URL_NOPAD.decode(key.as_bytes()).expect("base64url");
    let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &key).expect("256 bits"));
    let mut nonce = [0; 12];
    SystemRandom::new().fill(&mut nonce).expect("random bytes");
    let mut sealed = claims.to_string().into_bytes();
    let aad = Aad::from(header.as_bytes());
    let tag = key
        .seal_in_place_separate_tag(Nonce::assume_unique_for_key(nonce), aad, &mut sealed)
        .expect("sealed");
    [
        &header,
        "",
        &part(&nonce),
        &part(&sealed),
        &part(tag.as_ref()),
    ]
    .join(".")
}
