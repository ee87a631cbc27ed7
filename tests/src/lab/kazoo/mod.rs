//! 2600Hz Kazoo, 4.3, bug for bug: what its code does, not what its documents
//! say. Tokens, `clicktocall` documents, `connect`, history, webhooks and
//! channels, as far as somebody needs them who places calls.
//!
//! Not here: blocking connects, sub-accounts, paging, and webhooks that are
//! not POSTs. Loopback addresses are taken for webhooks, which a real system
//! refuses unless it is told otherwise.

mod access;
mod channels;
mod clicktocall;
mod connect;
mod documents;
mod envelope;
mod history;
mod legs;
mod number;
mod recordings;
mod telling;
mod webhooks;

use std::sync::Arc;

use axum::Router;
use axum::routing::{get, put};
use call::Number;
use serde_json::{Value, json};

use super::switchboard::{Asked, Switchboard};
pub(super) use access::System;
use envelope::Trouble;
pub(super) use telling::Webhook;

/// How connections name the dialect.
pub(super) const NAME: &str = "kazoo";
/// A number of the range that is kept for fiction.
pub(super) const PLATFORM_NUMBER: &str = "+12025550199";
/// Where the API lives below the server's root.
pub(super) const BASE_PATH: &str = "/v2";
/// Kazoo counts seconds from the year 0.
const GREGORIAN_S: i64 = 62_167_219_200;

pub(super) fn router(board: &Arc<Switchboard>) -> Router {
    let not_allowed = || async { Trouble::METHOD_NOT_ALLOWED };
    let account = format!("{BASE_PATH}/accounts/{{account}}");
    let all = get(clicktocall::list)
        .put(clicktocall::create)
        .fallback(not_allowed);
    let one = get(clicktocall::read)
        .post(clicktocall::replace)
        .patch(clicktocall::patch)
        .delete(clicktocall::delete)
        .fallback(not_allowed);
    // A GET dials as well.
    let connect = get(connect::connect)
        .post(connect::connect)
        .fallback(not_allowed);
    let history = get(history::history).fallback(not_allowed);
    let webhooks = get(webhooks::list)
        .put(webhooks::create)
        .patch(webhooks::enable_all)
        .fallback(not_allowed);
    let webhook = get(webhooks::read)
        .post(webhooks::replace)
        .patch(webhooks::patch)
        .delete(webhooks::delete)
        .fallback(not_allowed);
    let channels = get(channels::list).fallback(not_allowed);
    let channel = get(channels::read)
        .post(channels::act)
        .fallback(not_allowed);
    let cdr = get(recordings::record).fallback(not_allowed);
    let list = get(recordings::list).fallback(not_allowed);
    let recording = get(recordings::read).fallback(not_allowed);
    Router::new()
        .route(
            &format!("{BASE_PATH}/api_auth"),
            put(access::give).fallback(not_allowed),
        )
        .route(&format!("{account}/clicktocall"), all)
        .route(&format!("{account}/clicktocall/{{id}}"), one)
        .route(&format!("{account}/clicktocall/{{id}}/connect"), connect)
        .route(&format!("{account}/clicktocall/{{id}}/history"), history)
        .route(&format!("{account}/webhooks"), webhooks)
        .route(&format!("{account}/webhooks/{{id}}"), webhook)
        .route(&format!("{account}/channels"), channels)
        .route(&format!("{account}/channels/{{id}}"), channel)
        .route(&format!("{account}/cdrs/{{id}}"), cdr)
        .route(&format!("{account}/recordings"), list)
        .route(&format!("{account}/recordings/{{id}}"), recording)
        .fallback(|| async { Trouble::NOT_FOUND })
        .with_state(Arc::clone(board))
}

pub(super) fn places(asked: &Asked, number: &Number) -> bool {
    let quoted = format!("\"{}\"", number.digits());
    asked.path.ends_with("/connect") && asked.body.contains(&quoted)
}

pub(super) fn connection(server: &str, board: &Switchboard, platform_number: &str) -> Value {
    let system = &board.system;
    json!({
        "dialect": NAME,
        "platform_number": platform_number,
        "base_url": format!("{server}{BASE_PATH}"),
        "account_id": system.account_id,
        "api_key": system.api_key,
        "webhook_secret": system.webhook_secret,
        "allow_http": true,
    })
}
