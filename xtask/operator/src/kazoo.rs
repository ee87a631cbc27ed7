//! A Kazoo system's API: one request, one answer.

use std::time::Duration;

use serde_json::{Value, json};
use ureq::Agent;

use crate::Outcome;
use crate::settings::Connection;

/// How long one exchange may take: somebody is waiting, but far away.
const LIMIT: Duration = Duration::from_secs(20);

/// An account that has been opened.
pub struct Account {
    agent: Agent,
    base: String,
    token: String,
}

impl Account {
    /// Opens the account with its key.
    pub fn open(connection: &Connection) -> Outcome<Self> {
        let agent = agent();
        let key = json!({"data": {"api_key": connection.api_key}});
        let url = format!("{}/api_auth", connection.base_url);
        let (status, body) = exchange(&agent, "PUT", &url, None, Some(&key))?;
        let token = body.get("auth_token").and_then(Value::as_str);
        match (status, token) {
            (200..=299, Some(token)) => Ok(Self {
                base: format!("{}/accounts/{}", connection.base_url, connection.account_id),
                token: token.to_owned(),
                agent,
            }),
            // An unknown key is a thing that is not found; the answer repeats it.
            (400 | 401 | 403 | 404, _) => Err("the system refuses the api_key".to_owned()),
            _ => Err(format!("the system answers {status} to the api_key")),
        }
    }

    /// Asks for something in the account, and gives the `data` of a yes.
    pub fn ask(&self, method: &str, path: &str, data: Option<&Value>) -> Outcome<Value> {
        let url = format!("{}/{path}", self.base);
        let body = data.map(|data| json!({ "data": data }));
        let token = Some(self.token.as_str());
        let (status, mut body) = exchange(&self.agent, method, &url, token, body.as_ref())?;
        if (200..300).contains(&status) {
            return Ok(body.get_mut("data").map(Value::take).unwrap_or_default());
        }
        let words = body.get("message").and_then(Value::as_str);
        let words = words.unwrap_or("no reason is given");
        let what = path.split(['/', '?']).next().unwrap_or_default();
        Err(format!(
            "{method} {what}: the system answers {status}, {words}"
        ))
    }
}

fn agent() -> Agent {
    let config = Agent::config_builder()
        .timeout_global(Some(LIMIT))
        .http_status_as_error(false)
        // A redirect would carry the key to a place that nobody configured.
        .max_redirects(0)
        .build();
    config.into()
}

fn exchange(
    agent: &Agent,
    method: &str,
    url: &str,
    token: Option<&str>,
    body: Option<&Value>,
) -> Outcome<(u16, Value)> {
    let mut request = ureq::http::Request::builder().method(method).uri(url);
    request = request.header("accept", "application/json");
    if let Some(token) = token {
        request = request.header("x-auth-token", token);
    }
    let sent = match body {
        None => request.body(()).map(|request| agent.run(request)),
        Some(body) => request
            .header("content-type", "application/json")
            .body(body.to_string())
            .map(|request| agent.run(request)),
    };
    // The error names hosts and reasons, and nothing that was sent.
    let answer = sent.map_err(|_| "base_url or account_id is no part of an address")?;
    let mut answer = answer.map_err(|error| format!("the system cannot be asked: {error}"))?;
    let status = answer.status().as_u16();
    let body = answer.body_mut().read_json().unwrap_or_default();
    Ok((status, body))
}
