//! Kazoo's envelopes, around what is asked and what is answered.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::{Map, Value, json};
use time::OffsetDateTime;
use time::macros::format_description;

use crate::lab::door::json_answer;

/// Why a request is refused. `data` is an object, a list or a bare text, just
/// as it comes.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Trouble {
    pub(super) status: u16,
    pub(super) message: &'static str,
    pub(super) data: Value,
}

impl Trouble {
    pub(super) const METHOD_NOT_ALLOWED: Self = Self::bare(405, "invalid_method");
    pub(super) const NOT_FOUND: Self = Self::bare(404, "not_found");
    /// A crash: what was asked for, the code does not expect.
    pub(super) const CRASHED: Self = Self::bare(500, "init failed");

    const fn bare(status: u16, message: &'static str) -> Self {
        Self {
            status,
            message,
            data: Value::Null,
        }
    }

    pub(super) fn with(status: u16, message: &'static str, data: Value) -> Self {
        Self {
            status,
            message,
            data,
        }
    }

    pub(super) fn unknown(id: &str) -> Self {
        let data = json!({"cause": id, "message": "bad identifier"});
        Self::with(404, "bad_identifier", data)
    }

    pub(super) fn missing(property: &str) -> Self {
        let message = "Field is required but missing";
        let data = json!({property: {"required": {"message": message}}});
        Self::with(400, "validation error", data)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let mut body = json!({
            "data": self.data,
            // A number as a text.
            "error": self.status.to_string(),
            "message": self.message,
            "status": "error",
            "auth_token": "undefined",
        });
        complete(&mut body);
        if self == Self::CRASHED
            && let Some(fields) = body.as_object_mut()
        {
            fields.remove("data");
        }
        let status = StatusCode::from_u16(self.status);
        json_answer(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR), &body)
    }
}

/// A yes.
pub(super) fn yes(status: StatusCode, data: &Value, token: &str) -> Response {
    let mut body = json!({
        "data": data,
        "status": "success",
        "revision": uuid::Uuid::new_v4().simple().to_string(),
        "auth_token": token,
    });
    if let (Some(rows), Some(fields)) = (data.as_array(), body.as_object_mut()) {
        fields.insert("page_size".into(), json!(rows.len()));
    }
    complete(&mut body);
    json_answer(status, &body)
}

fn complete(body: &mut Value) {
    let format = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]");
    let now = OffsetDateTime::now_utc().format(format).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        fields.insert("request_id".into(), json!(uuid::Uuid::new_v4().to_string()));
        fields.insert("node".into(), json!("lab"));
        fields.insert("timestamp".into(), json!(now));
        fields.insert("version".into(), json!("4.3.142"));
    }
}

/// What a request brings.
pub(super) struct Wanted {
    /// The body's `data`.
    pub(super) data: Map<String, Value>,
    /// The query, decoded.
    pub(super) query: Vec<(String, String)>,
}

impl Wanted {
    /// Reads body and query. A form has no `data`, and is no JSON.
    pub(super) fn read(query: Option<&str>, body: &[u8]) -> Result<Self, Trouble> {
        let query = form_urlencoded::parse(query.unwrap_or_default().as_bytes())
            .into_owned()
            .collect();
        if body.is_empty() {
            let data = Map::new();
            return Ok(Self { data, query });
        }
        let Ok(Value::Object(mut body)) = serde_json::from_slice(body) else {
            let data = json!({"json": {"invalid": {"message": "invalid JSON", "target": "body"}}});
            return Err(Trouble::with(400, "validation error", data));
        };
        match body.remove("data") {
            Some(Value::Object(data)) => Ok(Self { data, query }),
            _ => Err(Trouble::missing("data")),
        }
    }

    /// A parameter: the body's `data` goes before the query.
    pub(super) fn parameter(&self, name: &str) -> Option<Value> {
        let query = || {
            let found = self.query.iter().find(|(known, _)| known == name);
            found.map(|(_, value)| json!(value))
        };
        self.data.get(name).cloned().or_else(query)
    }

    /// A required text of `data`.
    pub(super) fn text(&self, name: &str) -> Result<&str, Trouble> {
        let text = self.data.get(name).and_then(Value::as_str);
        text.ok_or_else(|| Trouble::missing(name))
    }
}
