//! Agent tokens: the CRM's own server says which agent may call whom through
//! which button. A compact JWE (RFC 7516) with `alg: dir`, `enc: A256GCM` and
//! one of the account's embed keys: encrypted, since a merely signed token
//! would show both numbers to the page.
//!
//! Header: `alg`, `enc`, `kid` (the embed key's name), perhaps `typ`.
//! Claims: see [`Claims`]. Pure: opening is the runtime's.

use base64ct::{Base64UrlUnpadded, Encoding};
use call::{Millis, Number, Party};
use serde_json::Value;

use super::SKEW_S;
use super::jws;
use crate::ids::{HexId, PublicId};
use crate::keys::{Key, Purpose};

/// Bytes of a token: ours have 600.
const LONGEST: usize = 4 * 1024;
/// Bytes of AES-GCM's nonce (RFC 7518, section 5.3).
const NONCE_BYTES: usize = 12;
/// Bytes of its tag.
const TAG_BYTES: usize = 16;
/// Seconds that a token may be valid.
const LONGEST_LIFE_S: u64 = 600;
/// Characters of `agent` and `jti`.
const LONGEST_TEXT: usize = 128;
/// What a header may have. No compression: its length would tell of the numbers.
const HEADER: &[&str] = &["alg", "enc", "kid", "typ"];
/// What a token may say. A misspelt `contact` would leave the page to choose.
const CLAIMS: &[&str] = &[
    "iss",
    "button",
    "agent",
    "extension",
    "contact",
    "iat",
    "nbf",
    "exp",
    "jti",
];

/// What is wrong with a token, for whoever writes the CRM's side.
pub type Wrong = &'static str;

/// A token before it is opened.
pub struct Sealed<'a> {
    /// The embed key that it names: one of this deployment's, if it still stands.
    pub key: PublicId,
    /// The header as it came, which the tag covers (RFC 7516, section 5.2).
    pub associated: &'a str,
    /// The nonce.
    pub nonce: Vec<u8>,
    /// Ciphertext and tag.
    pub sealed: Vec<u8>,
}

/// What an opened token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// The agent's name or id in the CRM (`agent`).
    pub agent: String,
    /// The agent's phone (`extension`): E.164, or an extension of a Kazoo system.
    pub extension: Party,
    /// The only number that may be called (`contact`), once per token. Without
    /// it the page says whom to call.
    pub contact: Option<Number>,
    /// Names the token (`jti`).
    pub id: String,
    /// Until when it could be used again, differences between clocks included.
    pub until: Millis,
}

/// Takes a token apart. No room is touched: a token that names a key which is
/// none of ours is refused here.
pub fn read<'a>(key: &Key, token: &'a str) -> Result<Sealed<'a>, Wrong> {
    if token.len() > LONGEST {
        return Err("The agent token is too long.");
    }
    let not_jwe = "The agent token is not a compact JWE.";
    let [header, encrypted_key, nonce, ciphertext, tag] =
        <[&str; 5]>::try_from(token.split('.').collect::<Vec<_>>()).map_err(|_| not_jwe)?;
    let associated = header;
    let header = jws::object(header).ok_or(not_jwe)?;
    let bytes = |part| Base64UrlUnpadded::decode_vec(part).map_err(|_| not_jwe);
    let (nonce, mut sealed, tag) = (bytes(nonce)?, bytes(ciphertext)?, bytes(tag)?);
    let mut members = header.as_object().into_iter().flatten();
    let text = |name| jws::text(&header, name);
    if text("alg") != Some("dir") || text("enc") != Some("A256GCM") {
        return Err("The agent token's alg has to be dir and its enc A256GCM.");
    }
    if members.any(|(name, _)| !HEADER.contains(&name.as_str())) {
        return Err("The agent token's header may have alg, enc, kid and typ.");
    }
    if !encrypted_key.is_empty() || nonce.len() != NONCE_BYTES || tag.len() != TAG_BYTES {
        return Err(not_jwe);
    }
    let kid = text("kid").and_then(|kid| PublicId::decode(key, Purpose::EmbedKeyId, kid));
    sealed.extend(tag);
    Ok(Sealed {
        key: kid.ok_or(UNKNOWN_KEY)?,
        associated,
        nonce,
        sealed,
    })
}

/// The token's key is none of ours, or was revoked.
pub const UNKNOWN_KEY: Wrong = "The agent token's kid is no embed key that stands.";
/// The runtime could not open it.
pub const NOT_OPENED: Wrong = "The agent token was not made with the embed key that it names.";

/// Reads what was sealed, for a call through `button`.
pub fn check(opened: &[u8], account: HexId, button: &str, now: Millis) -> Result<Claims, Wrong> {
    let claims: Value = serde_json::from_slice(opened).unwrap_or_default();
    let members = claims
        .as_object()
        .ok_or("The agent token's claims are no JSON object.")?;
    if members.keys().any(|name| !CLAIMS.contains(&name.as_str())) {
        return Err("The agent token has a claim that is not understood here.");
    }
    let text = |name| jws::text(&claims, name);
    let bounded = |name| text(name).filter(|t| (1..=LONGEST_TEXT).contains(&t.len()));
    if text("iss").and_then(HexId::parse) != Some(account) {
        return Err("The agent token's iss has to be the account's id.");
    }
    if text("button") != Some(button) {
        return Err("The agent token is for another button.");
    }
    let until = times(&claims, now.0 / 1000)?;
    let extension = text("extension").and_then(|text| Party::parse(text).ok());
    let contact = match claims.get("contact") {
        None => None,
        Some(contact) => Some(
            contact
                .as_str()
                .and_then(|text| Number::parse(text).ok())
                .ok_or("The agent token's contact is not a number such as +4930123456.")?,
        ),
    };
    Ok(Claims {
        agent: bounded("agent")
            .ok_or("The agent token has no agent, or a too long one.")?
            .to_owned(),
        extension: extension
            .ok_or("The agent token's extension is neither +… nor an extension such as 2600.")?,
        contact,
        id: bounded("jti")
            .ok_or("The agent token has no jti, or a too long one.")?
            .to_owned(),
        until,
    })
}

/// Checks `iat`, `nbf` and `exp`; until when the token could be used.
fn times(claims: &Value, now: u64) -> Result<Millis, Wrong> {
    let seconds = |name| jws::seconds(claims, name);
    let issued = seconds("iat").ok_or("The agent token has no iat.")?;
    let expires = seconds("exp").ok_or("The agent token has no exp.")?;
    if expires.saturating_add(SKEW_S) <= now {
        return Err("The agent token has expired.");
    }
    if issued.max(seconds("nbf").unwrap_or(0)) > now + SKEW_S {
        return Err("The agent token is not valid yet.");
    }
    // `exp` alone could be far away, with an `iat` as far.
    if expires > issued.saturating_add(LONGEST_LIFE_S) {
        return Err("The agent token is valid for more than ten minutes.");
    }
    Ok(Millis(expires.saturating_add(SKEW_S).saturating_mul(1000)))
}

#[cfg(test)]
#[path = "agent_token_tests.rs"]
mod tests;
