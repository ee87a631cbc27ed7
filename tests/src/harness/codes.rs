//! Button ids and tokens, made from the deployment's key and nothing else.
//!
//! Tags stay pasted in foreign pages for years, so that a release that spells
//! ids in another way must fail here.

use data_encoding::{BASE64URL_NOPAD, HEXLOWER};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

/// Bytes of the code at the end of a button's id.
const BUTTON_CODE_BYTES: usize = 7;

/// Bytes of the code at the end of an API client's or an embed key's id.
const PUBLIC_CODE_BYTES: usize = 10;

/// The deployment's key, as the setting has it.
pub const KEY: &str = "5f0c3b1d7a9e4286b1c5d8f3027e6a94e1d2c3b4a5968778695a4b3c2d1e0ff1";

/// What opens the making of accounts, as the setting has it.
pub const ADMIN_KEY: &str = "d1c0ffee5f0c3b1d7a9e4286b1c5d8f3027e6a94e1d2c3b4a5968778695a4b3c";

/// The public id of a stored button. Both ids are 32 hexadecimal characters.
#[must_use]
pub fn button_id(account: &str, button: &str) -> String {
    let mut body = [hex(account), hex(button)].concat();
    let code = code("button", &body);
    body.extend(code.iter().take(BUTTON_CODE_BYTES));
    BASE64URL_NOPAD.encode(&body)
}

/// The public id of an API client (`client-id`) or of an embed key
/// (`embed-key-id`), as `purpose` says.
#[must_use]
pub fn public_id(purpose: &str, account: &str, document: &str) -> String {
    let mut body = [hex(account), hex(document)].concat();
    let code = code(purpose, &body);
    body.extend(code.iter().take(PUBLIC_CODE_BYTES));
    BASE64URL_NOPAD.encode(&body)
}

/// The embed key with this id, as its owner was shown it.
#[must_use]
pub fn embed_key(kid: &str) -> String {
    BASE64URL_NOPAD.encode(&code("embed-key", kid.as_bytes()))
}

/// The private half of the key that signs access tokens.
#[must_use]
pub fn signing_key() -> Vec<u8> {
    code("signing-key", &[0])
}

/// A call's token for `purpose` (`call-token` or `events-token`) that expires
/// at this many seconds since 1970.
#[must_use]
pub fn token(purpose: &str, call_id: &str, expires: u64) -> String {
    let message = [&expires.to_le_bytes(), call_id.as_bytes()].concat();
    let code = BASE64URL_NOPAD.encode(&code(purpose, &message));
    format!("{expires}.{code}")
}

/// The signature of `HS256` (RFC 7518, section 3.2), in base64url.
#[must_use]
pub fn hs256(key: &[u8], message: &str) -> String {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("a key");
    mac.update(message.as_bytes());
    BASE64URL_NOPAD.encode(&mac.finalize().into_bytes())
}

fn code(purpose: &str, message: &[u8]) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(&hex(KEY)).expect("a key");
    mac.update(&[u8::try_from(purpose.len()).expect("a short word")]);
    mac.update(purpose.as_bytes());
    mac.update(message);
    mac.finalize().into_bytes().to_vec()
}

fn hex(text: &str) -> Vec<u8> {
    HEXLOWER
        .decode(text.as_bytes())
        .expect("hexadecimal characters")
}
