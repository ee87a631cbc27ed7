//! The stored `clicktocall` documents.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use serde_json::{Value, json};

use super::BASE_PATH;
use super::documents::{Document, merge};
use super::envelope::{Trouble, Wanted, yes};
use crate::lab::switchboard::Switchboard;

type Board = State<Arc<Switchboard>>;
/// Characters of a name.
const LONGEST_NAME: usize = 128;

/// `GET clicktocall`: only a few fields of each.
pub(super) async fn list(
    State(board): Board,
    Path(account): Path<String>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let row = |document: Document| {
        let field = |name: &str| document.get(name).cloned().unwrap_or_default();
        json!({"id": field("id"), "name": field("name"), "extension": field("extension")})
    };
    let rows: Vec<Value> = board.system.documents.all().into_iter().map(row).collect();
    Ok(yes(StatusCode::OK, &json!(rows), &token))
}

/// `PUT clicktocall`.
pub(super) async fn create(
    State(board): Board,
    Path(account): Path<String>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let document = board.system.documents.add(checked(&body)?);
    let id = document
        .get("id")
        .and_then(Value::as_str)
        .unwrap_or_default();
    let place = format!("{BASE_PATH}/accounts/{account}/clicktocall/{id}");
    let mut response = yes(StatusCode::CREATED, &json!(document), &token);
    if let Ok(place) = HeaderValue::from_str(&place) {
        response.headers_mut().insert(header::LOCATION, place);
    }
    Ok(response)
}

/// `GET clicktocall/{id}`.
pub(super) async fn read(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    found(board.system.documents.find(&id), &id, &token)
}

/// `POST clicktocall/{id}`: replaces all.
pub(super) async fn replace(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let new = checked(&body)?;
    let changed = board.system.documents.change(&id, |known| *known = new);
    found(changed, &id, &token)
}

/// `PATCH clicktocall/{id}`.
pub(super) async fn patch(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let wanted = Wanted::read(query.as_deref(), &body)?;
    let change = |known: &mut Document| merge(known, wanted.data);
    found(board.system.documents.change(&id, change), &id, &token)
}

/// `DELETE clicktocall/{id}`.
pub(super) async fn delete(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    headers: HeaderMap,
) -> Result<Response, Trouble> {
    let token = board.system.enter(&account, &headers)?;
    let mut gone = board.system.documents.remove(&id);
    if let Some(gone) = &mut gone {
        gone.insert("_read_only".into(), json!({"deleted": true}));
    }
    found(gone, &id, &token)
}

pub(super) fn found(
    document: Option<Document>,
    id: &str,
    token: &str,
) -> Result<Response, Trouble> {
    let document = document.ok_or_else(|| Trouble::unknown(id))?;
    Ok(yes(StatusCode::OK, &json!(document), token))
}

/// The document as the schema has it, with its defaults. What the schema does
/// not know is stored as well.
fn checked(body: &[u8]) -> Result<Document, Trouble> {
    let wanted = Wanted::read(None, body)?;
    wanted.text("extension")?;
    let name = wanted.text("name")?;
    if name.is_empty() || name.len() > LONGEST_NAME {
        let data = json!({"name": {"maxLength": {"target": LONGEST_NAME, "value": name}}});
        return Err(Trouble::with(400, "validation error", data));
    }
    if let Some(first) = wanted.data.get("dial_first")
        && !["extension", "contact"].map(Value::from).contains(first)
    {
        let message = "Value not found in enumerated list of values";
        let data = json!({"dial_first": {"enum": {"message": message, "value": first}}});
        return Err(Trouble::with(400, "validation error", data));
    }
    let mut document = wanted.data;
    document.entry("auth_required").or_insert(json!(true));
    document
        .entry("custom_application_vars")
        .or_insert(json!({}));
    Ok(document)
}
