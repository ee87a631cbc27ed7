//! What webhooks deliver: an event for everybody who wants it, in two versions
//! and two formats, and what comes of a receiver that does not take it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::GREGORIAN_S;
use super::documents::{Document, Documents, text};
use super::legs::object;
use crate::lab::courier::Envelope;
use crate::lab::line::Moment;

/// So many failures within a minute disable a webhook.
const MOST_FAILURES: usize = 6;
const FAILURES_COUNT_FOR: time::Duration = time::Duration::seconds(60);
/// The pause between two attempts at a receiver that is not there.
const PAUSE: Duration = Duration::from_secs(2);
/// Attempts where the webhook does not say.
pub(super) const ATTEMPTS: u64 = 2;

/// All webhooks of the account.
#[derive(Debug, Default)]
pub(in crate::lab) struct Webhooks {
    pub(super) documents: Documents,
    failures: Mutex<Vec<(String, OffsetDateTime)>>,
}

/// One webhook, on its way.
#[derive(Clone, Debug)]
pub(in crate::lab) struct Webhook {
    id: String,
    attempts: u64,
    all: Arc<Webhooks>,
}

impl Webhook {
    /// Tries to reach the receiver. Its first answer counts, whatever it is.
    pub(in crate::lab) async fn attempt<T, A>(
        &self,
        mut send: impl FnMut() -> A,
    ) -> Option<(u16, T)>
    where
        A: Future<Output = Option<(u16, T)>>,
    {
        for attempt in 0..self.attempts {
            if attempt > 0 {
                tokio::time::sleep(PAUSE).await;
            }
            if let Some(answer) = send().await {
                // Nothing else is a success, not even 204.
                if answer.0 != 200 {
                    self.all.note_failure(&self.id);
                }
                return Some(answer);
            }
        }
        self.all.note_failure(&self.id);
        None
    }
}

impl Webhooks {
    fn note_failure(&self, id: &str) {
        let now = OffsetDateTime::now_utc();
        let mut failures = self.failures();
        failures.push((id.to_owned(), now));
        failures.retain(|(_, at)| now - *at < FAILURES_COUNT_FOR);
        let recent = failures.iter().filter(|(failed, _)| failed == id).count();
        if recent >= MOST_FAILURES {
            self.documents.change(id, |webhook| {
                webhook.insert("enabled".into(), json!(false));
                let reason = "too many failed attempts";
                webhook.insert("disable_reason".into(), json!(reason));
            });
        }
    }

    pub(super) fn forgive(&self, id: &str) {
        self.failures().retain(|(failed, _)| failed != id);
    }

    fn failures(&self) -> MutexGuard<'_, Vec<(String, OffsetDateTime)>> {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first address that is told of anything.
    pub(super) fn address(&self) -> Option<String> {
        self.documents
            .all()
            .first()
            .map(|webhook| text(webhook, "uri"))
    }

    /// An event, for everybody who wants it.
    pub(super) fn envelopes(
        self: &Arc<Self>,
        account: &str,
        event: &Map<String, Value>,
        moment: &Moment,
    ) -> Vec<Envelope> {
        let hook = text(event, "hook_event");
        let internal = event.get("is_internal_leg") == Some(&json!(true));
        let wants = |webhook: &Document| {
            let wanted = text(webhook, "hook");
            webhook.get("enabled") == Some(&json!(true))
                && (wanted == hook || wanted == "all")
                && (!internal || webhook.get("include_internal_legs") == Some(&json!(true)))
        };
        let all = self.documents.all().into_iter().filter(wants);
        all.map(|webhook| self.envelope(account, &webhook, event, moment))
            .collect()
    }

    fn envelope(
        self: &Arc<Self>,
        account: &str,
        webhook: &Document,
        event: &Map<String, Value>,
        moment: &Moment,
    ) -> Envelope {
        let event = match text(webhook, "version").as_str() {
            "v2" => second_version(webhook, event, moment),
            _ => event.clone(),
        };
        let (kind, body) = if text(webhook, "format") == "json" {
            ("application/json", Value::Object(event).to_string())
        } else {
            ("application/x-www-form-urlencoded", form(&event))
        };
        let attempts = webhook.get("retries").and_then(Value::as_u64);
        Envelope {
            event_id: moment.id.clone(),
            state: None,
            url: text(webhook, "uri"),
            headers: vec![
                ("content-type", kind.to_owned()),
                ("x-hook-id", text(webhook, "id")),
                ("x-account-id", account.to_owned()),
            ],
            body,
            webhook: Some(Webhook {
                id: text(webhook, "id"),
                attempts: attempts.unwrap_or(ATTEMPTS),
                all: Arc::clone(self),
            }),
        }
    }
}

/// `format_v2_event` and `add_hmac` of Kazoo 5: what is signed is the data and
/// a time, which need not be the one that is shown.
fn second_version(webhook: &Document, event: &Document, moment: &Moment) -> Document {
    let mut data = event.clone();
    data.remove("hook_event");
    let name = text(event, "hook_event").to_uppercase();
    let timestamp = moment.at.unix_timestamp() + GREGORIAN_S;
    let key = webhook.get("security_settings");
    let key = key.and_then(|settings| settings.get("sha256_key")?.as_str());
    let signature = key.map(|key| {
        let signed = format!("{timestamp}{}", Value::Object(data.clone()));
        let key = hmac::Key::new(hmac::HMAC_SHA256, key.as_bytes());
        BASE64_STANDARD.encode(hmac::sign(&key, signed.as_bytes()))
    });
    let whole = json!({"action": "event", "name": name, "data": data, "timestamp": timestamp});
    let mut whole = object(whole);
    if let Some(signature) = signature {
        whole.insert("hmac".into(), json!(signature));
    }
    whole
}

/// `kz_http_util:json_to_querystring`: an empty object leaves an empty segment.
fn form(event: &Map<String, Value>) -> String {
    let segments = event.iter().flat_map(|(name, value)| segments(name, value));
    segments.collect::<Vec<_>>().join("&")
}

fn segments(name: &str, value: &Value) -> Vec<String> {
    match value {
        Value::Object(fields) if fields.is_empty() => vec![String::new()],
        Value::Object(fields) => fields
            .iter()
            .flat_map(|(inner, value)| segments(&format!("{name}[{inner}]"), value))
            .collect(),
        value => vec![pair(name, value)],
    }
}

fn pair(name: &str, value: &Value) -> String {
    let value = value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned);
    form_urlencoded::Serializer::new(String::new())
        .append_pair(name, &value)
        .finish()
}
