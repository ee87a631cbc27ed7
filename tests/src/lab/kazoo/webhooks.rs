//! The account's webhooks: who is told of which events, and in which format.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use serde_json::{Value, json};

use super::clicktocall::found;
use super::documents::{Document, merge, text};
use super::envelope::{Trouble, Wanted, yes};
use super::telling::ATTEMPTS;
use crate::lab::switchboard::Switchboard;

type Board = State<Arc<Switchboard>>;

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
