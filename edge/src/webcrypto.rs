//! What is verified and opened by the runtime's WebCrypto; signing is in
//! [`crate::sign`].

use js_sys::{Array, JSON, Object, Reflect, Uint8Array};
use serde_json::Value;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::CryptoKey;

use crate::operator::{Algorithm, SigningKey};
use crate::sign::{algorithm, subtle};

/// Bytes of AES-GCM's tag, in bits.
const TAG_BITS: u32 = 128;

/// Whether `signature` is the message's by this public key, a JWK with nothing
/// but the numbers in it. A key that is none is an error.
pub async fn verifies(
    public: &Value,
    kind: Algorithm,
    message: &[u8],
    signature: &[u8],
) -> Result<bool, JsValue> {
    let (subtle, algorithm) = (subtle()?, algorithm(kind)?);
    let jwk: Object = JSON::parse(&public.to_string())?.unchecked_into();
    let uses = Array::of1(&JsValue::from_str("verify"));
    let key = subtle.import_key_with_object("jwk", &jwk, &algorithm, false, &uses)?;
    let key: CryptoKey = JsFuture::from(key).await?.unchecked_into();
    let verified = subtle
        .verify_with_object_and_u8_array_and_u8_array(&algorithm, &key, signature, message)?;
    Ok(JsFuture::from(verified).await?.is_truthy())
}

/// The coordinates of an ECDSA key's public point, in base64url, as the runtime
/// works them out from the private key.
pub async fn public_point(key: &SigningKey) -> Result<(String, String), JsValue> {
    let (subtle, algorithm) = (subtle()?, algorithm(key.algorithm)?);
    let der: Object = Uint8Array::from(key.der.as_slice()).into();
    let uses = Array::of1(&JsValue::from_str("sign"));
    let imported = subtle.import_key_with_object("pkcs8", &der, &algorithm, true, &uses)?;
    let imported: CryptoKey = JsFuture::from(imported).await?.unchecked_into();
    let jwk = JsFuture::from(subtle.export_key("jwk", &imported)?).await?;
    let text = |name: &str| {
        let value = Reflect::get(&jwk, &name.into())?;
        value.as_string().ok_or(value)
    };
    Ok((text("x")?, text("y")?))
}

/// Opens what was sealed with AES-256-GCM; `sealed` ends in the tag. An error:
/// another key, or something was changed.
pub async fn open(
    key: &[u8; 32],
    nonce: &[u8],
    associated: &[u8],
    sealed: &[u8],
) -> Result<Vec<u8>, JsValue> {
    let subtle = subtle()?;
    let algorithm = Object::new();
    let set = |name: &str, value: &JsValue| Reflect::set(&algorithm, &name.into(), value);
    set("name", &"AES-GCM".into())?;
    set("iv", &Uint8Array::from(nonce))?;
    set("additionalData", &Uint8Array::from(associated))?;
    set("tagLength", &TAG_BITS.into())?;
    let raw: Object = Uint8Array::from(key.as_slice()).into();
    let uses = Array::of1(&JsValue::from_str("decrypt"));
    let key = subtle.import_key_with_str("raw", &raw, "AES-GCM", false, &uses)?;
    let key: CryptoKey = JsFuture::from(key).await?.unchecked_into();
    let opened = subtle.decrypt_with_object_and_u8_array(&algorithm, &key, sealed)?;
    Ok(Uint8Array::new(&JsFuture::from(opened).await?).to_vec())
}
