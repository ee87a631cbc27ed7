//! How we prove ourselves to other people's authorization servers: by an
//! assertion (RFC 7523, section 2.2), signed with the key of our JWKS. For
//! sinks with the credential `PRIVATE_KEY_JWT` (CAMARA_event_common).

use std::time::Duration;

use base64ct::{Base64UrlUnpadded, Encoding};
use serde_json::{Value, json};

use crate::auth::{jws, signing_key};
use crate::clock;
use crate::config::Settings;
use crate::operator::{Heard, Outgoing};
use crate::send::send;
use crate::sign::sign;
use crate::sinks::{HOP, host};

/// A token server that takes longer is out of order.
const LIMIT: Duration = Duration::from_secs(5);
/// Seconds an assertion is valid: it is used at once.
const LIFE_S: u64 = 60;
/// The form, but for the assertion itself.
const FORM: &str = "grant_type=client_credentials\
     &client_assertion_type=urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer\
     &client_assertion=";

/// An access token for this client from this endpoint; `None`: not now.
pub async fn token(settings: &Settings, client: &str, endpoint: &str) -> Option<String> {
    let random = clock::random::<16>().ok()?;
    let now = clock::now().0 / 1000;
    let claims = json!({
        "iss": client,
        "sub": client,
        "aud": endpoint,
        "jti": base16ct::lower::encode_string(&random),
        "iat": now,
        "exp": now + LIFE_S,
    });
    let key = signing_key::signing_key(&settings.key);
    let header = json!({ "alg": "ES256", "typ": "JWT", "kid": signing_key::id(&settings.key) });
    let signed = jws::signing_input(&header, &claims);
    let signature = match sign(&key, signed.as_bytes()).await {
        Ok(signature) => Base64UrlUnpadded::encode_string(&signature),
        Err(error) => {
            worker::console_error!("the deployment's key cannot sign: {error:?}");
            return None;
        }
    };
    let outgoing = Outgoing {
        method: "POST",
        url: endpoint.to_owned(),
        headers: vec![
            (
                "content-type",
                "application/x-www-form-urlencoded".to_owned(),
            ),
            ("accept", "application/json".to_owned()),
            (HOP, "1".to_owned()),
        ],
        body: Some(format!("{FORM}{signed}.{signature}")),
        limit: LIMIT,
    };
    read(&send(&outgoing, LIMIT).await).or_else(|| {
        worker::console_warn!("no token for a sink from {}", host(endpoint));
        None
    })
}

fn read(heard: &Heard) -> Option<String> {
    let Heard::Answer {
        status: 200..=299,
        body,
    } = heard
    else {
        return None;
    };
    let answer: Value = serde_json::from_str(body).ok()?;
    let token = answer.get("access_token")?.as_str()?;
    let fits = !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
    fits.then(|| token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_token_that_fits_a_header_is_one() {
        let answer = |status, body: &str| Heard::Answer {
            status,
            body: body.to_owned(),
        };
        let token = r#"{"access_token":"abc","token_type":"bearer"}"#;
        assert_eq!(read(&answer(200, token)).as_deref(), Some("abc"));
        for heard in [
            answer(401, token),
            answer(200, r#"{"access_token":"a b"}"#),
            answer(200, r#"{"access_token":""}"#),
            answer(200, "<html>"),
            Heard::Nothing,
        ] {
            assert_eq!(read(&heard), None);
        }
    }
}
