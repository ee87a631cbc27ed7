//! China Mobile Click to Dial 1.0.0: placing and ending calls, recordings, and
//! status notifications to the one application server that it knows.

mod calls;
mod notification;
mod refusal;
mod request;

use std::sync::Arc;

use axum::Router;
use axum::http::{HeaderMap, header};
use axum::routing::post;
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use call::Number;
use serde_json::{Value, json};

use super::switchboard::{Asked, Switchboard};
use refusal::Refusal;

/// How connections name the dialect.
pub(super) const NAME: &str = "china-mobile";
/// The number of the example in its document.
pub(super) const PLATFORM_NUMBER: &str = "+861052680000";
/// Where the API lives below the server's root.
pub(super) const BASE_PATH: &str = "/clicktodial/v1";
/// The platform number, as this operator wants to have it: as it is dialled in
/// its own country.
const SPONSOR: &str = "01052680000";

/// The application that may use this operator (section 3).
#[derive(Debug)]
pub(super) struct Application {
    pub(super) app_id: String,
    pub(super) secret_key: String,
}

impl Default for Application {
    fn default() -> Self {
        Self {
            app_id: "12345678".into(),
            secret_key: format!("secret-{}", uuid::Uuid::new_v4().simple()),
        }
    }
}

impl Application {
    fn authorization(&self) -> String {
        let plain = format!("{}:{}", self.app_id, self.secret_key);
        format!("Basic {}", BASE64_STANDARD.encode(plain))
    }

    fn check(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let shown = headers.get(header::AUTHORIZATION);
        if shown.is_some_and(|value| value.as_bytes() == self.authorization().as_bytes()) {
            Ok(())
        } else {
            Err(Refusal::NO_AUTHORIZATION)
        }
    }
}

pub(super) fn router(board: &Arc<Switchboard>) -> Router {
    let not_allowed = || async { Refusal::METHOD_NOT_ALLOWED };
    let begin = post(calls::begin).fallback(not_allowed);
    let release = post(calls::release).fallback(not_allowed);
    let download = post(calls::download).fallback(not_allowed);
    Router::new()
        .route(&format!("{BASE_PATH}/clicktodialbegin"), begin)
        .route(&format!("{BASE_PATH}/clicktodialrelease/{{id}}"), release)
        .route(&format!("{BASE_PATH}/recordingdownload/{{id}}"), download)
        .fallback(|| async { Refusal::NOT_FOUND })
        .with_state(Arc::clone(board))
}

pub(super) fn places(asked: &Asked, number: &Number) -> bool {
    let quoted = format!("\"{}\"", number.digits());
    asked.path.ends_with("/clicktodialbegin") && asked.body.contains(&quoted)
}

pub(super) fn connection(server: &str, board: &Switchboard, platform_number: &str) -> Value {
    json!({
        "dialect": NAME,
        "platform_number": platform_number,
        "sponsor": SPONSOR,
        "base_url": format!("{server}{BASE_PATH}"),
        "app_id": board.application.app_id,
        "secret_key": board.application.secret_key,
        "allow_http": true,
    })
}
