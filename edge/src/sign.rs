//! Signing by the runtime's WebCrypto.

use js_sys::{Array, Object, Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{CryptoKey, SubtleCrypto};

use crate::operator::{Algorithm, SigningKey};

/// The signature of `message`, as JWS wants it (RFC 7518, section 3).
pub async fn sign(key: &SigningKey, message: &[u8]) -> Result<Vec<u8>, JsValue> {
    let subtle = subtle()?;
    let algorithm = algorithm(key.algorithm)?;
    let der: Object = Uint8Array::from(key.der.as_slice()).into();
    let uses = Array::of1(&JsValue::from_str("sign"));
    let imported = subtle.import_key_with_object("pkcs8", &der, &algorithm, false, &uses)?;
    let imported: CryptoKey = JsFuture::from(imported).await?.unchecked_into();
    let signature = subtle.sign_with_object_and_u8_array(&algorithm, &imported, message)?;
    Ok(Uint8Array::new(&JsFuture::from(signature).await?).to_vec())
}

/// The runtime's WebCrypto.
pub(crate) fn subtle() -> Result<SubtleCrypto, JsValue> {
    Ok(get(&get(&js_sys::global(), "crypto")?, "subtle")?.unchecked_into())
}

/// The algorithm as WebCrypto names it.
pub(crate) fn algorithm(algorithm: Algorithm) -> Result<Object, JsValue> {
    let description = Object::new();
    let set = |name: &str, value: &str| Reflect::set(&description, &name.into(), &value.into());
    match algorithm {
        Algorithm::Es256 => {
            set("name", "ECDSA")?;
            set("namedCurve", "P-256")?;
        }
        Algorithm::Rs256 => {
            set("name", "RSASSA-PKCS1-v1_5")?;
        }
    }
    set("hash", "SHA-256")?;
    Ok(description)
}

fn get(object: &JsValue, name: &str) -> Result<JsValue, JsValue> {
    Reflect::get(object, &name.into())
}
