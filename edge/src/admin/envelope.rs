//! Kazoo's envelope around every answer.

use serde_json::{Value, json};
use worker::{Headers, Response};

use crate::account_room::trouble::Managed;
use crate::api::Asked;
use crate::clock;
use crate::document::set;

/// Characters of a timestamp without fraction and zone.
const SECONDS: usize = 19;

/// What of a request comes back in its answer.
pub struct Wrapping {
    request_id: String,
    timestamp: String,
}

impl Wrapping {
    /// What comes back of this request. Kazoo's clients name theirs in
    /// `X-Request-ID`; without one our own correlator serves.
    #[must_use]
    pub fn of(asked: &Asked) -> Self {
        let now = clock::rfc3339(asked.now);
        Self {
            request_id: asked
                .correlator_of("x-request-id")
                .unwrap_or_else(|| asked.correlator.clone()),
            timestamp: now.get(..SECONDS).unwrap_or(&now).to_owned(),
        }
    }

    /// The whole answer.
    pub fn wrap(&self, managed: &Managed, path: &str) -> worker::Result<Response> {
        let headers = Headers::new();
        headers.set("content-type", "application/json")?;
        headers.set("cache-control", "no-store")?;
        headers.set("x-request-id", &self.request_id)?;
        if let Some(revision) = managed.revision {
            headers.set("etag", &format!("\"{revision}\""))?;
        }
        if managed.status == 201
            && let Some(id) = managed.data.get("id").and_then(Value::as_str)
        {
            headers.set("location", &format!("{path}/{id}"))?;
        }
        let body = self.envelope(managed).to_string();
        Ok(Response::ok(body)?
            .with_headers(headers)
            .with_status(managed.status))
    }

    fn envelope(&self, managed: &Managed) -> Value {
        let mut body = json!({
            "data": managed.data,
            "status": "success",
            "request_id": self.request_id,
            "timestamp": self.timestamp,
            "node": "edge",
            "version": env!("CARGO_PKG_VERSION"),
        });
        if let Some(message) = &managed.message {
            // Kazoo has the status as a text.
            set(&mut body, "status", "error");
            set(&mut body, "error", managed.status.to_string());
            set(&mut body, "message", message.as_str());
            if managed.data.is_null() {
                set(
                    &mut body,
                    "data",
                    json!({ "message": message.replace('_', " ") }),
                );
            }
        }
        if let Some(revision) = managed.revision {
            set(&mut body, "revision", revision.to_string());
        }
        if let Some(rows) = managed.data.as_array() {
            set(&mut body, "page_size", rows.len());
        }
        if let Some(next) = &managed.next {
            set(&mut body, "next_start_key", next.as_str());
        }
        if let Some(token) = managed.data.get(AUTH_TOKEN) {
            set(&mut body, AUTH_TOKEN, token.clone());
            if let Some(data) = body.get_mut("data").and_then(Value::as_object_mut) {
                data.remove(AUTH_TOKEN);
            }
        }
        body
    }
}

/// Where `api_auth` puts the token that belongs to the envelope's top.
pub const AUTH_TOKEN: &str = "auth_token";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::account_room::trouble::Trouble;

    fn envelope(managed: impl Into<Managed>) -> Value {
        let wrapping = Wrapping {
            request_id: "r".to_owned(),
            timestamp: "2026-05-16T10:50:34".to_owned(),
        };
        wrapping.envelope(&managed.into())
    }

    #[test]
    fn a_no_has_its_status_as_a_text() {
        let body = envelope(Trouble::FORBIDDEN);
        assert_eq!(body["error"], "403");
        assert_eq!(body["message"], "forbidden");
        assert_eq!(body["data"], json!({"message": "forbidden"}));
        assert_eq!(body["status"], "error");
    }

    #[test]
    fn a_list_says_how_many_and_what_comes_next() {
        let body = envelope(Managed::page(vec![json!({})], Some("k".to_owned())));
        assert_eq!(body["page_size"], 1);
        assert_eq!(body["next_start_key"], "k");
        assert_eq!(body["status"], "success");
        assert!(body.get("message").is_none());
    }

    #[test]
    fn the_token_is_at_the_top() {
        let body = envelope(Managed::ok(json!({"auth_token": "t", "account_id": "a"})));
        assert_eq!(body["auth_token"], "t");
        assert_eq!(body["data"], json!({"account_id": "a"}));
    }
}
