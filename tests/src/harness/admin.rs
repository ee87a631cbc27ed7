//! An admin with an API key, as a Kazoo client would ask.

use serde_json::{Value, json};

use super::codes::ADMIN_KEY;
use super::http::{Answer, Ask, Http};

/// Characters of an account's id, with which its keys begin.
const ACCOUNT_CHARS: usize = 32;

/// An account as its admin sees it.
#[derive(Clone, Debug)]
pub struct Admin {
    /// The deployment.
    edge: String,
    /// The account's id.
    pub account: String,
    /// The API key that opened it.
    pub key: String,
    token: String,
    http: Http,
}

impl Admin {
    /// Makes an account, as whoever runs the deployment does, and opens it.
    pub async fn found(edge: &str, account: &Value) -> Self {
        let ask = Http::default().ask("PUT", &format!("{edge}/v2/accounts"));
        let ask = ask.header("x-auth-token", ADMIN_KEY);
        let made = ask.json(&json!({ "data": account })).send().await;
        assert_eq!(made.status, 201, "{}", made.body);
        Self::enter(edge, &text(&made.json(), "/data/api_key")).await
    }

    /// Opens an account with its key.
    pub async fn enter(edge: &str, key: &str) -> Self {
        let http = Http::default();
        let ask = http.ask("PUT", &format!("{edge}/v2/api_auth"));
        let entered = ask.json(&json!({"data": {"api_key": key}})).send().await;
        assert_eq!(entered.status, 201, "{}", entered.body);
        Self {
            edge: edge.to_owned(),
            account: key.chars().take(ACCOUNT_CHARS).collect(),
            key: key.to_owned(),
            token: entered.text("auth_token"),
            http,
        }
    }

    /// What goes into the header `X-Auth-Token`.
    #[must_use]
    pub fn token(&self) -> &str {
        &self.token
    }

    /// A question about the account: `clicktocall`, `clicktocall/{id}` …
    #[must_use]
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        self.ask_of(&self.account, method, path)
    }

    /// The same about another account.
    #[must_use]
    pub fn ask_of(&self, account: &str, method: &str, path: &str) -> Ask {
        let url = format!("{}/v2/accounts/{account}/{path}", self.edge);
        let ask = self.http.ask(method, url.trim_end_matches('/'));
        ask.header("x-auth-token", &self.token)
    }

    /// Asks without a body.
    pub async fn get(&self, path: &str) -> Answer {
        self.ask("GET", path).send().await
    }

    /// Asks with a body.
    pub async fn send(&self, method: &str, path: &str, data: &Value) -> Answer {
        let ask = self.ask(method, path);
        ask.json(&json!({ "data": data })).send().await
    }

    /// Makes a document, and gives it back.
    pub async fn make(&self, kind: &str, data: &Value) -> Value {
        let made = self.send("PUT", kind, data).await;
        assert_eq!(made.status, 201, "{}", made.body);
        made.json().pointer("/data").cloned().unwrap_or_default()
    }

    /// Makes a button that the pages of this origin may use, and gives its
    /// document's id and the id for the tag.
    pub async fn button(&self, data: &Value) -> (String, String) {
        let made = self.make("clicktocall", data).await;
        (text(&made, "/id"), text(&made, "/_read_only/button_id"))
    }
}

fn text(value: &Value, pointer: &str) -> String {
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("no {pointer} in {value}"))
        .to_owned()
}
