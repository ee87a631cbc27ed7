//! `POST /oauth2/token`: client credentials (RFC 6749, 2.3.1 and 4.4).

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use std::collections::HashMap;
use std::sync::Arc;

use super::assertion::{Assertions, KIND};
use crate::lab::door::json_answer;
use crate::lab::fault::{Fault, Orders};
use crate::lab::spoiling;
use crate::lab::switchboard::Switchboard;

type Form = HashMap<String, String>;

pub(super) async fn give(
    State(board): State<Arc<Switchboard>>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let orders = board.token_orders();
    if let Some(answer) = instead(&orders, &headers) {
        return answer;
    }
    match grant(&board, &headers, &body) {
        Ok(response) => spoiling::spoil(&orders, response).await,
        Err((status, error)) => {
            let mut response = json_answer(status, &json!({"error": error}));
            if status == StatusCode::UNAUTHORIZED {
                let challenge = HeaderValue::from_static("Basic realm=\"lab\"");
                response
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, challenge);
            }
            response
        }
    }
}

/// A fault's answer, where no token is given (errors: RFC 6749, 5.2).
fn instead(orders: &Orders, headers: &HeaderMap) -> Option<Response> {
    if let Some((status, error, words)) = orders.refused() {
        let words = spoiling::carelessly(words, headers, &[]);
        let body = json!({"error": error, "error_description": words});
        let status = StatusCode::from_u16(status).unwrap_or(StatusCode::BAD_REQUEST);
        return Some(json_answer(status, &body));
    }
    if orders.has(Fault::WrongShapeAnswer) {
        let body = json!({"access_token": {"value": 17}});
        return Some(json_answer(StatusCode::OK, &body));
    }
    spoiling::proxied(orders)
}

type Denied = (StatusCode, &'static str);
const INVALID_REQUEST: Denied = (StatusCode::BAD_REQUEST, "invalid_request");
const INVALID_CLIENT: Denied = (StatusCode::UNAUTHORIZED, "invalid_client");

fn grant(board: &Switchboard, headers: &HeaderMap, body: &[u8]) -> Result<Response, Denied> {
    // 1. The request is a form, and names nothing twice.
    let form = form(headers, body)?;
    // 2. The client proves who it is, in exactly one way.
    match &board.bearers.assertions {
        None => by_secret(board, headers, &form)?,
        Some(assertions) => by_key(board, assertions, headers, &form)?,
    }
    // 3. It asks for what this endpoint can do.
    match form.get("grant_type").map(String::as_str) {
        Some("client_credentials") => {}
        Some(_) => return Err((StatusCode::BAD_REQUEST, "unsupported_grant_type")),
        None => return Err(INVALID_REQUEST),
    }
    let given = board
        .bearers
        .give(form.get("scope").map(String::as_str))
        .ok_or((StatusCode::BAD_REQUEST, "invalid_scope"))?;
    let mut response = json_answer(
        StatusCode::OK,
        &json!({
            "access_token": given.token,
            "token_type": "Bearer",
            "expires_in": given.seconds,
            "scope": given.scope,
        }),
    );
    response
        .headers_mut()
        .insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    Ok(response)
}

fn form(headers: &HeaderMap, body: &[u8]) -> Result<Form, Denied> {
    let kind = headers.get(header::CONTENT_TYPE);
    let kind = kind.and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    if kind.split(';').next().map(str::trim) != Some("application/x-www-form-urlencoded") {
        return Err(INVALID_REQUEST);
    }
    let mut form = Form::new();
    for (name, value) in form_urlencoded::parse(body) {
        if form.insert(name.into_owned(), value.into_owned()).is_some() {
            return Err(INVALID_REQUEST);
        }
    }
    Ok(form)
}

fn by_secret(board: &Switchboard, headers: &HeaderMap, form: &Form) -> Result<(), Denied> {
    let (id, secret) = client(headers, form)?;
    if id != board.bearers.client_id || secret != board.bearers.client_secret {
        return Err(INVALID_CLIENT);
    }
    Ok(())
}

/// `private_key_jwt` (RFC 7523, 2.2).
fn by_key(
    board: &Switchboard,
    assertions: &Assertions,
    headers: &HeaderMap,
    form: &Form,
) -> Result<(), Denied> {
    let field = |name: &str| form.get(name).map(String::as_str);
    if field("client_assertion_type") != Some(KIND) || headers.contains_key(header::AUTHORIZATION) {
        return Err(INVALID_CLIENT);
    }
    let assertion = field("client_assertion").ok_or(INVALID_CLIENT)?;
    let endpoint = super::token_url(&server(headers));
    if !assertions.take(assertion, &board.bearers.client_id, &endpoint) {
        return Err(INVALID_CLIENT);
    }
    Ok(())
}

/// The server as the client addresses it.
fn server(headers: &HeaderMap) -> String {
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    format!("http://{}", host.unwrap_or_default())
}

/// OpenID Connect Discovery 1.0, section 3: what clients of this API need.
pub(super) async fn metadata(headers: HeaderMap) -> Response {
    let server = server(&headers);
    let metadata = json!({
        "issuer": server,
        "token_endpoint": super::token_url(&server),
        "grant_types_supported": ["client_credentials"],
        "scopes_supported": super::SCOPES,
    });
    json_answer(StatusCode::OK, &metadata)
}

/// `client_secret_basic` or `client_secret_post`.
fn client(headers: &HeaderMap, form: &Form) -> Result<(String, String), Denied> {
    let posted = form.get("client_id").zip(form.get("client_secret"));
    match (headers.get(header::AUTHORIZATION), posted) {
        (Some(_), Some(_)) => Err(INVALID_REQUEST),
        (Some(basic), None) => basic
            .to_str()
            .ok()
            .and_then(read_basic)
            .ok_or(INVALID_CLIENT),
        (None, Some((id, secret))) => Ok((id.clone(), secret.clone())),
        (None, None) => Err(INVALID_CLIENT),
    }
}

/// Both halves are form-encoded before they are joined (RFC 6749, 2.3.1).
fn read_basic(value: &str) -> Option<(String, String)> {
    let joined = BASE64_STANDARD.decode(value.strip_prefix("Basic ")?).ok()?;
    let joined = String::from_utf8(joined).ok()?;
    let (id, secret) = joined.split_once(':')?;
    Some((decode(id), decode(secret)))
}

fn decode(text: &str) -> String {
    form_urlencoded::parse(format!("x={text}").as_bytes())
        .next()
        .map(|(_, value)| value.into_owned())
        .unwrap_or_default()
}
