//! Webhooks of a Kazoo system, as whoever runs it has set them up.

use serde_json::{Value, json};
use stories::harness::edge::Edge;
use stories::harness::http::Http;
use stories::lab::Lab;

use crate::world::PLATFORM;

/// The events that the edge wants to hear of, each in one of the two formats.
const HOOKS: [(&str, &str); 4] = [
    ("channel_create", "json"),
    ("channel_answer", "form-data"),
    ("channel_bridge", "json"),
    ("channel_destroy", "form-data"),
];

/// Has the system tell the edge of all its channels.
pub async fn subscribe(lab: &Lab, edge: &Edge, connection: &str) {
    subscribe_with(lab, edge, connection, &json!({})).await;
}

/// The same, with these properties of every webhook.
pub async fn subscribe_with(lab: &Lab, edge: &Edge, connection: &str, more: &Value) {
    let system = System::open(lab).await;
    let secret = text(&lab.connection(PLATFORM), "webhook_secret");
    let uri = edge.url(&format!("/operators/kazoo/{connection}/{secret}"));
    for (hook, format) in HOOKS {
        let mut webhook = json!({
            "name": hook, "hook": hook, "uri": uri, "format": format,
            "retries": 2, "include_internal_legs": true,
        });
        for (name, value) in more.as_object().expect("an object") {
            webhook[name] = value.clone();
        }
        let made = system.ask("PUT", "webhooks", Some(&webhook)).await;
        assert!(made["id"].is_string(), "{made}");
    }
}

/// The system's API, opened with its key.
pub struct System {
    base: String,
    token: String,
    http: Http,
}

impl System {
    /// How every token of the system begins: the head of a JWT.
    pub fn head_of_tokens(&self) -> &str {
        let (head, _) = self.token.split_once('.').expect("a JWT");
        head
    }

    pub async fn open(lab: &Lab) -> Self {
        let (http, connection) = (Http::default(), lab.own_connection());
        let base = text(&connection, "base_url");
        let key = json!({"data": {"api_key": connection["api_key"]}});
        let answer = http.ask("PUT", &format!("{base}/api_auth")).json(&key);
        let answer = answer.send().await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        Self {
            base: format!("{base}/accounts/{}", text(&connection, "account_id")),
            token: answer.text("auth_token"),
            http,
        }
    }

    /// Asks, and gives the `data` of a yes.
    pub async fn ask(&self, method: &str, path: &str, data: Option<&Value>) -> Value {
        let ask = self.http.ask(method, &format!("{}/{path}", self.base));
        let ask = ask.header("x-auth-token", &self.token);
        let ask = match data {
            Some(data) => ask.json(&json!({ "data": data })),
            None => ask,
        };
        let answer = ask.send().await;
        assert!((200..300).contains(&answer.status), "{}", answer.body);
        answer.json()["data"].clone()
    }
}

fn text(value: &Value, name: &str) -> String {
    value[name].as_str().expect("a text").to_owned()
}
