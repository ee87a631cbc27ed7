//! Webhooks: who is told of which events, and in which format.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use ring::hmac;
use serde_json::{Map, Value, json};
use time::OffsetDateTime;

use super::GREGORIAN_S;
use super::clicktocall::found;
use super::documents::{Document, Documents, merge};
use super::envelope::{Trouble, Wanted, yes};
use super::legs::object;
use crate::lab::courier::Envelope;
use crate::lab::line::Moment;
use crate::lab::switchboard::Switchboard;

type Board = State<Arc<Switchboard>>;
/// So many failures within a minute disable a webhook.
const MOST_FAILURES: usize = 6;
const FAILURES_COUNT_FOR: time::Duration = time::Duration::seconds(60);
/// The pause between two attempts at a receiver that is not there.
const PAUSE: Duration = Duration::from_secs(2);
/// Attempts where the webhook does not say.
const ATTEMPTS: u64 = 2;

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

    fn forgive(&self, id: &str) {
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

fn text(document: &Document, name: &str) -> String {
    let text = document.get(name).and_then(Value::as_str);
    text.unwrap_or_default().to_owned()
}

/// `GET webhooks`.
pub(super) async fn list(
    State(board): Board,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let all = json!(board.system.webhooks.documents.all());
    Ok(yes(StatusCode::OK, &all, &token))
}

/// `PUT webhooks`.
pub(super) async fn create(
    State(board): Board,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let webhook = board.system.webhooks.documents.add(checked(&body)?);
    Ok(yes(StatusCode::CREATED, &json!(webhook), &token))
}

/// `PATCH webhooks` with `re-enable`.
pub(super) async fn enable_all(
    State(board): Board,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let wanted = Wanted::read(None, &body)?;
    if wanted.data.get("re-enable") != Some(&json!(true)) {
        return Err(Trouble::missing("re-enable"));
    }
    let webhooks = &board.system.webhooks;
    for webhook in webhooks.documents.all() {
        let id = text(&webhook, "id");
        webhooks.forgive(&id);
        webhooks.documents.change(&id, enable);
    }
    Ok(yes(StatusCode::OK, &json!({}), &token))
}

/// `GET webhooks/{id}`.
pub(super) async fn read(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    found(board.system.webhooks.documents.find(&id), &id, &token)
}

/// `POST webhooks/{id}`: replaces all.
pub(super) async fn replace(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let new = checked(&body)?;
    board.system.webhooks.forgive(&id);
    let change = |known: &mut Document| *known = new;
    let changed = board.system.webhooks.documents.change(&id, change);
    found(changed, &id, &token)
}

/// `PATCH webhooks/{id}`.
pub(super) async fn patch(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let wanted = Wanted::read(None, &body)?;
    let enables = wanted.data.get("enabled") == Some(&json!(true));
    let change = |known: &mut Document| {
        merge(known, wanted.data);
        if enables {
            enable(known);
        }
    };
    board.system.webhooks.forgive(&id);
    let changed = board.system.webhooks.documents.change(&id, change);
    found(changed, &id, &token)
}

/// `DELETE webhooks/{id}`.
pub(super) async fn delete(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    found(board.system.webhooks.documents.remove(&id), &id, &token)
}

fn enable(webhook: &mut Document) {
    webhook.insert("enabled".into(), json!(true));
    webhook.remove("disable_reason");
}

/// The webhook as the schema has it, with its defaults.
fn checked(body: &[u8]) -> Result<Document, Trouble> {
    let wanted = Wanted::read(None, body)?;
    for required in ["hook", "name", "uri"] {
        wanted.text(required)?;
    }
    let mut webhook = wanted.data;
    let retries = webhook.get("retries").and_then(Value::as_u64);
    // With 0 it would never stop.
    if retries.is_some_and(|retries| !(1..=4).contains(&retries)) {
        let data = json!({"retries": {"maximum": {"target": 4}}});
        return Err(Trouble::with(400, "validation error", data));
    }
    for (name, value) in [
        ("http_verb", json!("post")),
        ("format", json!("form-data")),
        ("retries", json!(ATTEMPTS)),
        ("enabled", json!(true)),
        ("include_internal_legs", json!(true)),
    ] {
        webhook.entry(name).or_insert(value);
    }
    Ok(webhook)
}
