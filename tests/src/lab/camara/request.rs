//! Reads `CreateCallRequest` as strictly as the document has it.
//!
//! The order of the checks: shape first (400), then what the shape means (422).

use call::Number;
use serde_json::{Map, Value};
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;

use super::refusal::Refusal;

/// `Sink.maxLength`.
const LONGEST_SINK: usize = 2048;
/// `AccessTokenCredential.accessToken.maxLength`.
const LONGEST_ACCESS_TOKEN: usize = 4096;

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct CreateCall {
    pub(super) caller: Number,
    pub(super) callee: Number,
    pub(super) sink: Option<Sink>,
    pub(super) recording_enabled: Option<bool>,
}

/// Where events go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Sink {
    pub(super) url: String,
    pub(super) authorization: Option<String>,
}

/// Reads the body of `POST /calls`.
pub(super) fn read(body: &[u8], now: OffsetDateTime) -> Result<CreateCall, Refusal> {
    let value: Value = serde_json::from_slice(body).map_err(|_| Refusal::INVALID_ARGUMENT)?;
    let fields = object(
        &value,
        &[
            "caller",
            "callee",
            "sink",
            "sinkCredential",
            "recordingEnabled",
        ],
    )?;
    let caller = party(fields.get("caller"))?;
    let callee = party(fields.get("callee"))?;
    let recording_enabled = match fields.get("recordingEnabled") {
        None => None,
        Some(Value::Bool(enabled)) => Some(*enabled),
        Some(_) => return Err(Refusal::INVALID_ARGUMENT),
    };
    let sink = sink(fields.get("sink"), fields.get("sinkCredential"), now)?;
    let caller = Number::parse(caller).map_err(|_| Refusal::INVALID_PHONE_NUMBER)?;
    let callee = Number::parse(callee).map_err(|_| Refusal::INVALID_PHONE_NUMBER)?;
    if caller == callee {
        return Err(Refusal::SAME_CALLER_CALLEE);
    }
    Ok(CreateCall {
        caller,
        callee,
        sink,
        recording_enabled,
    })
}

/// An object that has no other properties than these.
fn object<'a>(value: &'a Value, known: &[&str]) -> Result<&'a Map<String, Value>, Refusal> {
    let fields = value.as_object().ok_or(Refusal::INVALID_ARGUMENT)?;
    if fields.keys().all(|key| known.contains(&key.as_str())) {
        Ok(fields)
    } else {
        Err(Refusal::INVALID_ARGUMENT)
    }
}

fn text<'a>(fields: &'a Map<String, Value>, name: &str) -> Result<&'a str, Refusal> {
    fields
        .get(name)
        .and_then(Value::as_str)
        .ok_or(Refusal::INVALID_ARGUMENT)
}

fn party(value: Option<&Value>) -> Result<&str, Refusal> {
    let fields = object(value.ok_or(Refusal::INVALID_ARGUMENT)?, &["number"])?;
    text(fields, "number")
}

fn sink(
    url: Option<&Value>,
    credential: Option<&Value>,
    now: OffsetDateTime,
) -> Result<Option<Sink>, Refusal> {
    let Some(url) = url else {
        // A credential for nowhere is a mistake of the client.
        return match credential {
            None => Ok(None),
            Some(_) => Err(Refusal::INVALID_ARGUMENT),
        };
    };
    let url = url.as_str().ok_or(Refusal::INVALID_ARGUMENT)?;
    if url.len() > LONGEST_SINK {
        return Err(Refusal::INVALID_ARGUMENT);
    }
    let parsed = reqwest::Url::parse(url).map_err(|_| Refusal::INVALID_SINK)?;
    let on_loopback = matches!(parsed.host_str(), Some("127.0.0.1" | "localhost"));
    if parsed.scheme() != "https" && !(parsed.scheme() == "http" && on_loopback) {
        return Err(Refusal::INVALID_SINK);
    }
    let bearer = credential.map(|value| bearer(value, now)).transpose()?;
    Ok(Some(Sink {
        url: url.to_owned(),
        authorization: bearer.map(|token| format!("Bearer {token}")),
    }))
}

/// `AccessTokenCredential`: three required fields, an expiry in the future.
fn bearer(value: &Value, now: OffsetDateTime) -> Result<String, Refusal> {
    let fields = object(
        value,
        &[
            "credentialType",
            "accessToken",
            "accessTokenExpiresUtc",
            "accessTokenType",
        ],
    )?;
    if text(fields, "credentialType")? != "ACCESSTOKEN" {
        return Err(Refusal::INVALID_CREDENTIAL);
    }
    if text(fields, "accessTokenType")? != "bearer" {
        return Err(Refusal::INVALID_TOKEN);
    }
    let expires = text(fields, "accessTokenExpiresUtc")?;
    let expires =
        OffsetDateTime::parse(expires, &Rfc3339).map_err(|_| Refusal::INVALID_ARGUMENT)?;
    let token = text(fields, "accessToken")?;
    if token.is_empty() || token.len() > LONGEST_ACCESS_TOKEN || expires <= now {
        return Err(Refusal::INVALID_ARGUMENT);
    }
    Ok(token.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({
            "caller": {"number": "+447700900000"},
            "callee": {"number": "+447700900123"},
            "sink": "http://127.0.0.1:8787/operators/camara/calls/x",
            "sinkCredential": {
                "credentialType": "ACCESSTOKEN",
                "accessToken": "secret",
                "accessTokenExpiresUtc": "2026-01-01T00:00:00Z",
                "accessTokenType": "bearer",
            },
            "recordingEnabled": false,
        })
    }

    fn read_at_2025(body: &Value) -> Result<CreateCall, Refusal> {
        let now = OffsetDateTime::parse("2025-12-31T23:59:59Z", &Rfc3339).unwrap();
        read(body.to_string().as_bytes(), now)
    }

    /// The good request with one place changed, or taken away.
    fn with(place: &str, value: Option<Value>) -> Value {
        let mut body = good();
        let (parent, name) = place.rsplit_once('/').unwrap();
        let parent = body.pointer_mut(parent).unwrap().as_object_mut().unwrap();
        match value {
            Some(value) => parent.insert(name.to_owned(), value),
            None => parent.remove(name),
        };
        body
    }

    #[test]
    fn what_the_document_shows_is_accepted() {
        let call = read_at_2025(&good()).unwrap();
        assert_eq!(call.caller.e164(), "+447700900000");
        assert_eq!(call.sink.unwrap().authorization.unwrap(), "Bearer secret");
        for optional in ["/sinkCredential", "/recordingEnabled"] {
            assert!(read_at_2025(&with(optional, None)).is_ok(), "{optional}");
        }
    }

    #[test]
    fn what_the_document_does_not_have_is_refused() {
        let bad = [
            ("/caller", None, "INVALID_ARGUMENT"),
            ("/callee", Some(json!("+447700900123")), "INVALID_ARGUMENT"),
            ("/callee/name", Some(json!("Ann")), "INVALID_ARGUMENT"),
            ("/callee/number", Some(json!(447)), "INVALID_ARGUMENT"),
            (
                "/callee/number",
                Some(json!("07700900123")),
                "INVALID_PHONE_NUMBER",
            ),
            (
                "/callee/number",
                Some(json!("+447700900000")),
                "SAME_CALLER_CALLEE",
            ),
            ("/extra", Some(json!(1)), "INVALID_ARGUMENT"),
            ("/sink", None, "INVALID_ARGUMENT"),
            ("/sink", Some(json!("nowhere")), "INVALID_SINK"),
            ("/sink", Some(json!("http://example.com/x")), "INVALID_SINK"),
            (
                "/sinkCredential/accessToken",
                Some(json!("")),
                "INVALID_ARGUMENT",
            ),
            ("/sinkCredential/accessToken", None, "INVALID_ARGUMENT"),
            (
                "/sinkCredential/accessTokenExpiresUtc",
                None,
                "INVALID_ARGUMENT",
            ),
            (
                "/sinkCredential/accessTokenExpiresUtc",
                Some(json!("2025-12-31T23:59:58Z")),
                "INVALID_ARGUMENT",
            ),
            (
                "/sinkCredential/accessTokenExpiresUtc",
                Some(json!("tomorrow")),
                "INVALID_ARGUMENT",
            ),
            ("/sinkCredential/accessTokenType", None, "INVALID_ARGUMENT"),
            (
                "/sinkCredential/accessTokenType",
                Some(json!("mac")),
                "INVALID_TOKEN",
            ),
            (
                "/sinkCredential/credentialType",
                Some(json!("PLAIN")),
                "INVALID_CREDENTIAL",
            ),
            (
                "/sinkCredential/secret",
                Some(json!("x")),
                "INVALID_ARGUMENT",
            ),
            ("/recordingEnabled", Some(json!("no")), "INVALID_ARGUMENT"),
        ];
        for (place, value, code) in bad {
            let refusal = read_at_2025(&with(place, value)).unwrap_err();
            assert_eq!(refusal.code, code, "{place}");
        }
    }

    #[test]
    fn what_is_no_json_object_is_refused() {
        for body in ["", "{", "[]", "null", "\"x\""] {
            let refusal = read(body.as_bytes(), OffsetDateTime::UNIX_EPOCH).unwrap_err();
            assert_eq!(refusal, Refusal::INVALID_ARGUMENT, "{body:?}");
        }
    }
}
