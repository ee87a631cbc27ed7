//! Reads requests as strictly as the document has them (section 4.2.1).

use axum::http::{HeaderMap, header};
use call::Number;
use serde_json::{Map, Value};

use super::refusal::Refusal;

/// What somebody asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Begin {
    pub(super) caller: Number,
    pub(super) callee: Number,
    pub(super) record: bool,
}

/// Reads the body of `clicktodialbegin`.
pub(super) fn begin(fields: &Map<String, Value>) -> Result<Begin, Refusal> {
    only(
        fields,
        &[
            "APPID",
            "sponsor",
            "caller",
            "callee",
            "record",
            "sendDirection",
        ],
    )?;
    if !is_digits(text(fields, "sponsor")?) {
        return Err(Refusal::missing("sponsor"));
    }
    let (caller, callee) = (number(fields, "caller")?, number(fields, "callee")?);
    let record = choice(fields, "record", &["0", "1"])? == Some("1");
    choice(fields, "sendDirection", &["MO", "MT", "BOTH"])?;
    Ok(Begin {
        caller,
        callee,
        record,
    })
}

/// Whether `operation` of `clicktodialrelease` ends the call.
pub(super) fn ends_call(fields: &Map<String, Value>) -> Result<bool, Refusal> {
    only(fields, &["APPID", "operation"])?;
    match text(fields, "operation")? {
        "EndCall" => Ok(true),
        "Continue" => Ok(false),
        _ => Err(Refusal::INVALID),
    }
}

/// The recording that `recordingdownload` asks for.
pub(super) fn recording_id(fields: &Map<String, Value>) -> Result<&str, Refusal> {
    only(fields, &["APPID", "recordingId"])?;
    text(fields, "recordingId")
}

/// The body as a JSON object that is this application's.
pub(super) fn object(
    headers: &HeaderMap,
    body: &[u8],
    app_id: &str,
) -> Result<Map<String, Value>, Refusal> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/json") {
        return Err(Refusal::INVALID);
    }
    let Ok(Value::Object(fields)) = serde_json::from_slice(body) else {
        return Err(Refusal::INVALID);
    };
    if text(&fields, "APPID")? != app_id {
        return Err(Refusal::APPLICATION_ABNORMAL);
    }
    Ok(fields)
}

/// Refuses what the document does not have.
fn only(fields: &Map<String, Value>, known: &[&str]) -> Result<(), Refusal> {
    if fields.keys().all(|key| known.contains(&key.as_str())) {
        Ok(())
    } else {
        Err(Refusal::INVALID)
    }
}

fn text<'a>(fields: &'a Map<String, Value>, name: &'static str) -> Result<&'a str, Refusal> {
    let text = fields.get(name).and_then(Value::as_str);
    text.filter(|text| !text.is_empty())
        .ok_or(Refusal::missing(name))
}

/// An optional property with few possible values.
fn choice<'a>(
    fields: &'a Map<String, Value>,
    name: &str,
    allowed: &[&str],
) -> Result<Option<&'a str>, Refusal> {
    match fields.get(name) {
        None => Ok(None),
        Some(Value::String(text)) if allowed.contains(&text.as_str()) => Ok(Some(text)),
        Some(_) => Err(Refusal::INVALID),
    }
}

/// "Following the E.164 format", in the examples without a `+`.
fn number(fields: &Map<String, Value>, name: &'static str) -> Result<Number, Refusal> {
    let digits = text(fields, name)?;
    if !is_digits(digits) {
        return Err(Refusal::INVALID);
    }
    Number::parse(&format!("+{digits}")).map_err(|_| Refusal::INVALID)
}

fn is_digits(text: &str) -> bool {
    text.bytes().all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn good() -> Value {
        json!({
            "APPID": "12345678",
            "sponsor": "01052680000",
            "caller": "8613912345673",
            "callee": "8613810268653",
            "record": "0",
            "sendDirection": "BOTH",
        })
    }

    fn read(body: &Value) -> Result<Begin, Refusal> {
        let mut headers = HeaderMap::new();
        headers.insert(header::CONTENT_TYPE, "application/json".parse().unwrap());
        begin(&object(&headers, body.to_string().as_bytes(), "12345678")?)
    }

    #[test]
    fn what_the_document_shows_is_accepted() {
        let call = read(&good()).unwrap();
        assert_eq!(call.caller.e164(), "+8613912345673");
        assert!(!call.record);
        for optional in ["record", "sendDirection"] {
            let mut body = good();
            body.as_object_mut().unwrap().remove(optional);
            assert!(read(&body).is_ok(), "{optional}");
        }
    }

    #[test]
    fn what_is_required_is_named_where_it_is_missing() {
        for required in ["APPID", "sponsor", "caller", "callee"] {
            for value in [None, Some(json!("")), Some(json!(17))] {
                let mut body = good();
                let fields = body.as_object_mut().unwrap();
                match value {
                    None => fields.remove(required),
                    Some(value) => fields.insert(required.to_owned(), value),
                };
                assert_eq!(read(&body).unwrap_err(), Refusal::missing(required));
            }
        }
    }

    #[test]
    fn what_the_document_does_not_have_is_refused() {
        let cases = [
            ("caller", json!("+8613912345673")),
            ("callee", json!("86 138")),
            ("record", json!("yes")),
            ("sendDirection", json!("UP")),
            ("extra", json!("x")),
        ];
        for (name, value) in cases {
            let mut body = good();
            body[name] = value;
            assert_eq!(read(&body).unwrap_err(), Refusal::INVALID, "{name}");
        }
        let mut other = good();
        other["APPID"] = json!("87654321");
        assert_eq!(read(&other).unwrap_err(), Refusal::APPLICATION_ABNORMAL);
    }
}
