//! CAMARA Click to Dial 0.2.0-rc.1: placing, reading and ending calls, client
//! credentials, CloudEvents to the sink.

mod assertion;
mod bearer;
mod calls;
mod event;
mod refusal;
mod request;
mod token;

use std::sync::Arc;

use axum::Router;
use axum::extract::Request;
use axum::http::HeaderValue;
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use call::Number;
use serde_json::{Value, json};

use super::door::CORRELATOR;
use super::switchboard::{Asked, Switchboard};
use refusal::Refusal;

pub use assertion::ClientKey;
pub(super) use bearer::Bearers;

/// How connections name the dialect.
pub(super) const NAME: &str = "camara";
/// A number of the range that is kept for fiction.
pub(super) const PLATFORM_NUMBER: &str = "+12025550199";
/// Where the API lives below the server's root.
pub(super) const BASE_PATH: &str = "/click-to-dial/v0.2";
/// Where tokens are given out.
const TOKEN_PATH: &str = "/oauth2/token";
/// The scopes of the document.
pub(super) const SCOPES: [&str; 4] = [
    "click-to-dial:calls:create",
    "click-to-dial:calls:read",
    "click-to-dial:calls:delete",
    "click-to-dial:recordings:read",
];
/// `XCorrelator.maxLength`.
const LONGEST_CORRELATOR: usize = 256;

pub(super) fn router(board: &Arc<Switchboard>) -> Router {
    let not_allowed = || async { Refusal::METHOD_NOT_ALLOWED };
    Router::new()
        .route(TOKEN_PATH, post(token::give).fallback(not_allowed))
        .route(
            "/.well-known/openid-configuration",
            get(token::metadata).fallback(not_allowed),
        )
        .route(
            &format!("{BASE_PATH}/calls"),
            post(calls::create).fallback(not_allowed),
        )
        .route(
            &format!("{BASE_PATH}/calls/{{id}}"),
            get(calls::read).delete(calls::end).fallback(not_allowed),
        )
        .route(
            &format!("{BASE_PATH}/calls/{{id}}/recording"),
            get(calls::recording).fallback(not_allowed),
        )
        .fallback(|| async { Refusal::NOT_FOUND })
        .layer(from_fn(correlated))
        .with_state(Arc::clone(board))
}

/// Refuses a correlator that is none, and echoes every other.
async fn correlated(request: Request, next: Next) -> Response {
    let correlator = request.headers().get(CORRELATOR).cloned();
    let mut response = match &correlator {
        Some(value) if !is_correlator(value) => Refusal::INVALID_ARGUMENT.into_response(),
        _ => next.run(request).await,
    };
    if let Some(value) = correlator {
        response.headers_mut().insert(CORRELATOR, value);
    }
    response
}

/// `XCorrelator.pattern`.
fn is_correlator(value: &HeaderValue) -> bool {
    let allowed = |b: &u8| b.is_ascii_alphanumeric() || b"-_:;./<>{}".contains(b);
    value.len() <= LONGEST_CORRELATOR && value.as_bytes().iter().all(allowed)
}

pub(super) fn places(asked: &Asked, number: &Number) -> bool {
    let quoted = format!("\"{}\"", number.e164());
    asked.method == "POST" && asked.path.ends_with("/calls") && asked.body.contains(&quoted)
}

pub(super) fn token_url(server: &str) -> String {
    format!("{server}{TOKEN_PATH}")
}

pub(super) fn connection(server: &str, board: &Switchboard, platform_number: &str) -> Value {
    json!({
        "dialect": NAME,
        "platform_number": platform_number,
        "base_url": format!("{server}{BASE_PATH}"),
        "token_url": token_url(server),
        "client_id": board.bearers.client_id,
        "client_secret": board.bearers.client_secret,
        "allow_http": true,
    })
}
