//! Getting an access token: OAuth 2.0 client credentials (RFC 6749, section
//! 4.4), proven by a secret (section 2.3.1) or by a signed assertion (RFC 7523,
//! section 2.2), at an endpoint that is configured or discovered.

use std::time::Duration;

use base64ct::{Base64, Base64UrlUnpadded, Encoding};
use call::{Failure, Millis};
use serde_json::{Value, json};

use super::answer::by_status;
use super::connection::{Connection, Proof};
use crate::operator::{Heard, Moment, Outgoing, SigningKey, Step};

/// A token server that takes longer is out of order.
const LIMIT: Duration = Duration::from_secs(5);
/// A token is renewed this many seconds before it expires: more than any clock
/// difference and one exchange.
const RENEW_BEFORE_S: u64 = 30;
/// Seconds a token is used where its server does not say.
const DEFAULT_LIFE_S: u64 = 300;
/// Seconds an assertion is valid: it is used at once.
const ASSERTION_LIFE_S: u64 = 60;
/// What kind of assertion it is (RFC 7523, section 2.2), form-encoded.
const ASSERTION_TYPE: &str = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";

/// The request for the operator's metadata (OpenID Connect Discovery 1.0, section 4).
pub(super) fn discovery_request(issuer: &str) -> Step {
    Step::Send(Outgoing {
        method: "GET",
        url: format!("{issuer}/.well-known/openid-configuration"),
        headers: vec![("accept", "application/json".to_owned())],
        body: None,
        limit: LIMIT,
    })
}

/// The token endpoint that the metadata names. Nothing has been placed yet, so
/// every failure here is a plain refusal.
pub(super) fn read_discovery(heard: &Heard, issuer: &str, http: bool) -> Result<String, Failure> {
    let Heard::Answer { status, body } = heard else {
        return Err(Failure::OperatorDown);
    };
    if !(200..300).contains(status) {
        return Err(by_status(*status));
    }
    let metadata: Value = serde_json::from_str(body).map_err(|_| Failure::OperatorUnreadable)?;
    let text = |name: &str| metadata.get(name).and_then(Value::as_str);
    // Section 4.3: metadata that names another issuer is not this one's.
    let named = text("issuer").map(|named| named.trim_end_matches('/'));
    let endpoint = text("token_endpoint")
        .filter(|url| url.starts_with("https://") || (http && url.starts_with("http://")));
    match endpoint {
        Some(endpoint) if named == Some(issuer) => Ok(endpoint.to_owned()),
        _ => Err(Failure::OperatorUnreadable),
    }
}

/// The first step towards a token from `endpoint`.
pub(super) fn request(
    connection: &Connection,
    endpoint: &str,
    scope: &str,
    moment: Moment,
) -> Step {
    match &connection.proof {
        Proof::Secret(secret) => {
            // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
            let plain = format!(
                "{}:{}",
                form_encode(&connection.client_id),
                form_encode(secret)
            );
            let basic = format!("Basic {}", Base64::encode_string(plain.as_bytes()));
            send(endpoint, Some(basic), form(scope))
        }
        Proof::PrivateKey(key) => {
            let claims = claims(connection, endpoint, moment);
            Step::Sign {
                key: key.clone(),
                message: signing_input(key, &claims),
            }
        }
    }
}

/// The request with an assertion, once it is signed.
pub(super) fn signed_request(endpoint: &str, scope: &str, message: &str, signature: &[u8]) -> Step {
    let signature = Base64UrlUnpadded::encode_string(signature);
    let form = form(scope);
    let body = format!(
        "{form}&client_assertion_type={ASSERTION_TYPE}&client_assertion={message}.{signature}"
    );
    send(endpoint, None, body)
}

fn form(scope: &str) -> String {
    let scope = form_encode(scope);
    format!("grant_type=client_credentials&scope={scope}")
}

fn send(endpoint: &str, authorization: Option<String>, body: String) -> Step {
    let mut headers: Vec<_> = authorization
        .map(|value| ("authorization", value))
        .into_iter()
        .collect();
    headers.extend([
        (
            "content-type",
            "application/x-www-form-urlencoded".to_owned(),
        ),
        ("accept", "application/json".to_owned()),
    ]);
    Step::Send(Outgoing {
        method: "POST",
        url: endpoint.to_owned(),
        headers,
        body: Some(body),
        limit: LIMIT,
    })
}

/// RFC 7523, section 3.
fn claims(connection: &Connection, endpoint: &str, moment: Moment) -> Value {
    let now = moment.now.0 / 1000;
    json!({
        "iss": connection.client_id,
        "sub": connection.client_id,
        "aud": endpoint,
        "jti": base16ct::lower::encode_string(&moment.random),
        "iat": now,
        "exp": now + ASSERTION_LIFE_S,
    })
}

/// What is signed (RFC 7515, section 5.1).
fn signing_input(key: &SigningKey, claims: &Value) -> String {
    let mut header = json!({ "alg": key.algorithm.as_str(), "typ": "JWT" });
    if let (Some(id), Some(header)) = (&key.id, header.as_object_mut()) {
        header.insert("kid".to_owned(), Value::from(id.as_str()));
    }
    let encode = |part: &Value| Base64UrlUnpadded::encode_string(part.to_string().as_bytes());
    format!("{}.{}", encode(&header), encode(claims))
}

/// The access token, and when to renew it. Nothing has been placed yet, so
/// every failure here is a plain refusal.
pub(super) fn read(heard: &Heard, now: Millis) -> Result<(String, Millis), Failure> {
    match heard {
        Heard::Nothing | Heard::Signed(_) | Heard::Opened { .. } => Err(Failure::OperatorDown),
        Heard::Answer {
            status: 200..=299,
            body,
        } => {
            let answer: Value =
                serde_json::from_str(body).map_err(|_| Failure::OperatorUnreadable)?;
            let token = answer.get("access_token").and_then(Value::as_str);
            let token = token
                .filter(|text| is_token(text))
                .ok_or(Failure::OperatorUnreadable)?;
            let life = answer
                .get("expires_in")
                .and_then(Value::as_u64)
                .unwrap_or(DEFAULT_LIFE_S);
            let renew_at = now.plus_seconds(life.saturating_sub(RENEW_BEFORE_S));
            Ok((token.to_owned(), renew_at))
        }
        Heard::Answer {
            status: 400 | 401 | 403,
            ..
        } => Err(Failure::CredentialsRefused),
        Heard::Answer { status, .. } => Err(by_status(*status)),
    }
}

/// Whether the token that was given is good for all of `scope`. A server that
/// grants something else than was asked for has to say so (RFC 6749, section
/// 5.1); an operator may use scopes of its own and say nothing.
pub(super) fn is_granted(heard: &Heard, scope: &str) -> bool {
    let Heard::Answer { body, .. } = heard else {
        return false;
    };
    let answer: Value = serde_json::from_str(body).unwrap_or_default();
    let Some(granted) = answer.get("scope").and_then(Value::as_str) else {
        return true;
    };
    let mut wanted = scope.split(' ');
    wanted.all(|wanted| granted.split(' ').any(|granted| granted == wanted))
}

/// Whether the text can go into a header (RFC 6750 section 2.1, `b64token`, and
/// whatever else is visible).
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

/// `application/x-www-form-urlencoded`, for what goes into a token request.
fn form_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}
