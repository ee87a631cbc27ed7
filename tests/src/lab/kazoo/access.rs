//! The one account of this system, its key, and the tokens given for it.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use time::OffsetDateTime;

use super::documents::Documents;
use super::envelope::{Trouble, Wanted, yes};
use super::telling::Webhooks;
use crate::lab::door::json_answer;
use crate::lab::fault::{Fault, Orders};
use crate::lab::spoiling;
use crate::lab::switchboard::Switchboard;

/// Seconds that a token lives; it does not slide.
const TOKEN_S: i64 = 3_600;
/// Characters of a key.
const KEY_LENGTH: usize = 64;

/// The system's own state.
#[derive(Debug)]
pub(in crate::lab) struct System {
    pub(super) account_id: String,
    pub(super) api_key: String,
    /// What the product makes webhook addresses with. The system does not know it.
    pub(super) webhook_secret: String,
    pub(super) documents: Documents,
    pub(super) webhooks: Arc<Webhooks>,
    tokens: Mutex<Tokens>,
}

#[derive(Debug, Default)]
struct Tokens {
    given: usize,
    valid: HashSet<String>,
}

impl Default for System {
    fn default() -> Self {
        Self {
            account_id: random_id(),
            api_key: random_id() + &random_id(),
            webhook_secret: random_id(),
            documents: Documents::default(),
            webhooks: Arc::default(),
            tokens: Mutex::default(),
        }
    }
}

/// 32 hexadecimal characters, as `CouchDB` makes them.
pub(super) fn random_id() -> String {
    uuid::Uuid::new_v4().simple().to_string()
}

impl System {
    pub(in crate::lab) fn revoke(&self) {
        self.tokens().valid.clear();
    }

    pub(in crate::lab) fn given(&self) -> usize {
        self.tokens().given
    }

    /// A token that looks like a JWT and says when it expires.
    fn give(&self) -> String {
        let exp = OffsetDateTime::now_utc().unix_timestamp() + TOKEN_S;
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(&json!({"typ": "JWT", "alg": "RS256"}));
        let claims = part(&json!({"iss": "kazoo", "account_id": self.account_id, "exp": exp}));
        let token = format!("{head}.{claims}.{}", random_id());
        let mut tokens = self.tokens();
        tokens.given += 1;
        tokens.valid.insert(token.clone());
        token
    }

    /// The token that the request shows, if it is one of ours.
    pub(super) fn token(&self, headers: &HeaderMap) -> Result<String, Trouble> {
        let Some(token) = headers.get("x-auth-token").and_then(|t| t.to_str().ok()) else {
            let data = json!({"message": "invalid credentials"});
            return Err(Trouble::with(401, "invalid_credentials", data));
        };
        if self.tokens().valid.contains(token) {
            Ok(token.to_owned())
        } else {
            // Another spelling, and no words.
            Err(Trouble::with(401, "invalid credentials", json!({})))
        }
    }

    /// Whether the path names this account.
    pub(super) fn check_account(&self, account: &str) -> Result<(), Trouble> {
        let is_hex = account.len() == 32 && account.bytes().all(|b| b.is_ascii_hexdigit());
        if !is_hex {
            let message = format!("invalid account_id '{account}'");
            let data = json!({"message": message});
            return Err(Trouble::with(404, "bad identifier", data));
        }
        if account == self.account_id {
            Ok(())
        } else {
            Err(Trouble::unknown(account))
        }
    }

    /// Account and token, as every request but the first needs them.
    pub(super) fn enter(&self, account: &str, headers: &HeaderMap) -> Result<String, Trouble> {
        self.check_account(account)?;
        self.token(headers)
    }

    fn tokens(&self) -> MutexGuard<'_, Tokens> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// `PUT api_auth`.
pub(super) async fn give(
    State(board): State<Arc<Switchboard>>,
    body: Bytes,
) -> Result<Response, Trouble> {
    let orders = board.token_orders();
    if let Some(answer) = instead(&orders, &body) {
        return answer;
    }
    Ok(spoiling::spoil(&orders, grant(&board, &body)?).await)
}

/// A fault's answer, where no token is given.
fn instead(orders: &Orders, body: &[u8]) -> Option<Result<Response, Trouble>> {
    if let Some((status, message, words)) = orders.refused() {
        // What it repeats has the key in it.
        let words = format!("{words}: {}", String::from_utf8_lossy(body));
        let data = json!({"message": words});
        return Some(Err(Trouble::with(status, message, data)));
    }
    if orders.has(Fault::WrongShapeAnswer) {
        let wrong = json!({"data": {}, "status": "success", "auth_token": 17});
        return Some(Ok(json_answer(StatusCode::CREATED, &wrong)));
    }
    spoiling::proxied(orders).map(Ok)
}

fn grant(board: &Switchboard, body: &[u8]) -> Result<Response, Trouble> {
    let wanted = Wanted::read(None, body)?;
    let key = wanted.text("api_key")?;
    if key.len() != KEY_LENGTH {
        let message = "String must be at least 64 characters";
        let data = json!({"api_key": {"minLength": {"message": message, "target": KEY_LENGTH}}});
        return Err(Trouble::with(400, "validation error", data));
    }
    let system = &board.system;
    if key != system.api_key {
        // It repeats the key.
        return Err(Trouble::with(404, "bad identifier", json!([key])));
    }
    let data = json!({"account_id": system.account_id, "account_name": "lab", "apps": []});
    Ok(yes(StatusCode::CREATED, &data, &system.give()))
}
