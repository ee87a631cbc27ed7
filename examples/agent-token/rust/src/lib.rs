//! Makes agent tokens for Click to Dial, on a CRM's own server.

use std::time::{SystemTime, UNIX_EPOCH};

use aes_gcm::aead::{Aead, Generate, KeyInit, Nonce, Payload};
use aes_gcm::{Aes256Gcm, Key};
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::json;

/// Seconds that a token lives: the page is open, and asks for a new one.
const LIFE: u64 = 300;
/// Bytes of AES-GCM's tag.
const TAG: usize = 16;

/// An embed key, as it was shown when it was made.
pub struct EmbedKey {
    /// Its name.
    pub kid: String,
    /// The key, in base64url.
    pub key: String,
}

/// Who may call whom through which button.
pub struct Call<'a> {
    /// The account's id.
    pub account: &'a str,
    /// The button's public id.
    pub button: &'a str,
    /// A name or id of the agent.
    pub agent: &'a str,
    /// The agent's phone.
    pub extension: &'a str,
    /// The number to call; without one the page asks for it.
    pub contact: Option<&'a str>,
}

/// The token for the page: a compact JWE (RFC 7516) by `dir` and `A256GCM`.
/// `None`: the key is none.
#[must_use]
pub fn agent_token(embed_key: &EmbedKey, call: &Call<'_>) -> Option<String> {
    #[allow(
        clippy::disallowed_methods,
        reason = "a server has this clock; a worker does not"
    )]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let mut claims = json!({
        "iss": call.account, "button": call.button, "agent": call.agent,
        "extension": call.extension, "iat": now, "exp": now + LIFE,
        "jti": uuid::Uuid::new_v4().to_string(),
    });
    if let (Some(contact), Some(claims)) = (call.contact, claims.as_object_mut()) {
        claims.insert("contact".to_owned(), contact.into());
    }
    let header = json!({ "alg": "dir", "enc": "A256GCM", "kid": embed_key.kid });
    let part = |bytes: &[u8]| BASE64_URL_SAFE_NO_PAD.encode(bytes);
    let header = part(header.to_string().as_bytes());
    let key = BASE64_URL_SAFE_NO_PAD.decode(&embed_key.key).ok()?;
    let key = Key::<Aes256Gcm>::try_from(key.as_slice()).ok()?;
    let nonce = Nonce::<Aes256Gcm>::generate();
    let claims = claims.to_string();
    let plain = Payload {
        msg: claims.as_bytes(),
        aad: header.as_bytes(),
    };
    let sealed = Aes256Gcm::new(&key).encrypt(&nonce, plain).ok()?;
    let (ciphertext, tag) = sealed.split_at_checked(sealed.len().checked_sub(TAG)?)?;
    // The second part, an encrypted key, is empty: the key is used as it is.
    Some([&header, "", &part(&nonce), &part(ciphertext), &part(tag)].join("."))
}
