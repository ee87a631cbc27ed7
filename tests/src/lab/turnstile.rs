//! The captcha's verifier, as Cloudflare documents Turnstile's: a token is good
//! once, and for five minutes; asked again with the same `idempotency_key`, the
//! verifier repeats itself.

use std::collections::HashMap;
use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::{ACCESS_CONTROL_ALLOW_ORIGIN, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use serde_json::{Value, json};

use super::door::json_answer;

const SECRET: &str = "0x4AAAAAAAAlab-secret";
const SITE_KEY: &str = "0x4AAAAAAAAlab-site";
/// What a page names the check for.
const ACTION: &str = "place-call";

/// A running verifier; it lasts as long as the process.
#[derive(Debug)]
pub struct Turnstile {
    address: SocketAddr,
    given: Arc<Mutex<Given>>,
}

#[derive(Debug, Default)]
struct Given {
    tokens: HashMap<String, Token>,
    asked: Vec<String>,
}

/// What somebody got who passed.
#[derive(Debug)]
struct Token {
    action: String,
    hostname: String,
    broken: bool,
    used_with: Option<String>,
}

impl Turnstile {
    /// Starts a verifier on a thread of its own.
    pub fn start() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()?;
        let given = Arc::new(Mutex::new(Given::default()));
        let router = Router::new()
            .route("/siteverify", post(siteverify))
            .route("/api.js", get(script))
            .route("/pass", post(pass))
            .with_state(Arc::clone(&given));
        std::thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router).await
            })
        });
        Ok(Self { address, given })
    }

    /// The settings of an edge that asks it.
    #[must_use]
    pub fn settings(&self) -> [(&'static str, String); 4] {
        let at = |path: &str| format!("http://{}/{path}", self.address);
        [
            ("TURNSTILE_VERIFY_URL", at("siteverify")),
            ("TURNSTILE_SCRIPT_URL", at("api.js")),
            ("TURNSTILE_SITE_KEY", SITE_KEY.to_owned()),
            ("TURNSTILE_SECRET", SECRET.to_owned()),
        ]
    }

    /// The token of a visitor who has passed on the edge's own page.
    #[must_use]
    pub fn pass(&self) -> String {
        self.pass_elsewhere(ACTION, "127.0.0.1")
    }

    /// The token of a visitor who has passed for something else or elsewhere.
    #[must_use]
    pub fn pass_elsewhere(&self, action: &str, hostname: &str) -> String {
        self.give(action, hostname, false)
    }

    /// A token at which the verifier breaks.
    #[must_use]
    pub fn breaking(&self) -> String {
        self.give(ACTION, "127.0.0.1", true)
    }

    /// How often it was asked for this token.
    #[must_use]
    pub fn asked_for(&self, token: &str) -> usize {
        let given = lock(&self.given);
        given.asked.iter().filter(|asked| *asked == token).count()
    }

    fn give(&self, action: &str, hostname: &str, broken: bool) -> String {
        give(&self.given, action, hostname, broken)
    }
}

fn give(given: &Mutex<Given>, action: &str, hostname: &str, broken: bool) -> String {
    let name = format!("token-{}", uuid::Uuid::new_v4());
    let token = Token {
        action: action.to_owned(),
        hostname: hostname.to_owned(),
        broken,
        used_with: None,
    };
    lock(given).tokens.insert(name.clone(), token);
    name
}

/// What a page loads: it paints a check in the place that it is given, and hands over
/// a token to whoever presses it.
const SCRIPT: &str = r#"
const lab = new URL(document.currentScript.src).origin;
window.turnstile = {
  render(place, { sitekey, action, callback }) {
    const check = document.createElement("button");
    check.textContent = "I am a person";
    check.onclick = async () => {
      const body = JSON.stringify({ sitekey, action, hostname: location.hostname });
      const answer = await fetch(`${lab}/pass`, { method: "POST", body });
      callback(await answer.text());
    };
    place.append(check);
    return "widget-1";
  },
};
"#;

async fn script() -> impl IntoResponse {
    ([(CONTENT_TYPE, "text/javascript")], SCRIPT)
}

/// Somebody has pressed it, on a page of this host.
async fn pass(State(given): State<Arc<Mutex<Given>>>, body: Bytes) -> impl IntoResponse {
    let asked: Value = serde_json::from_slice(&body).unwrap_or_default();
    let text = |name: &str| asked.get(name).and_then(Value::as_str).unwrap_or_default();
    let token = if text("sitekey") == SITE_KEY {
        give(&given, text("action"), text("hostname"), false)
    } else {
        String::new()
    };
    ([(ACCESS_CONTROL_ALLOW_ORIGIN, "*")], token)
}

fn lock(given: &Mutex<Given>) -> MutexGuard<'_, Given> {
    given.lock().unwrap_or_else(PoisonError::into_inner)
}

async fn siteverify(State(given): State<Arc<Mutex<Given>>>, body: Bytes) -> Response {
    let Ok(Value::Object(asked)) = serde_json::from_slice(&body) else {
        return no("bad-request");
    };
    let text = |name: &str| asked.get(name).and_then(Value::as_str);
    let known = ["secret", "response", "remoteip", "idempotency_key"];
    if asked.keys().any(|name| !known.contains(&name.as_str())) {
        return no("bad-request");
    }
    if text("secret") != Some(SECRET) {
        return no("invalid-input-secret");
    }
    let key = text("idempotency_key").map(ToOwned::to_owned);
    if key
        .as_ref()
        .is_some_and(|key| uuid::Uuid::parse_str(key).is_err())
    {
        return no("bad-request");
    }
    let Some(response) = text("response") else {
        return no("missing-input-response");
    };
    let mut given = lock(&given);
    given.asked.push(response.to_owned());
    let Some(token) = given.tokens.get_mut(response) else {
        return no("invalid-input-response");
    };
    if token.broken {
        return json_answer(StatusCode::BAD_GATEWAY, &json!("the verifier is down"));
    }
    match &token.used_with {
        Some(before) if key.as_ref() != Some(before) => return no("timeout-or-duplicate"),
        _ => token.used_with = Some(key.unwrap_or_default()),
    }
    let answer = json!({
        "success": true, "challenge_ts": "2026-11-21T12:00:00.000Z", "error-codes": [],
        "hostname": token.hostname, "action": token.action, "cdata": "",
    });
    json_answer(StatusCode::OK, &answer)
}

fn no(code: &str) -> Response {
    let answer = json!({ "success": false, "error-codes": [code], "messages": [] });
    json_answer(StatusCode::OK, &answer)
}
