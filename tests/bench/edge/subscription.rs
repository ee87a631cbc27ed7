//! Who is told of calls. Some operators are told with every call, one has a
//! single server that it tells, and one has webhooks that are set up.

use serde_json::{Value, json};
use stories::harness::http::Http;
use stories::lab::{Dialect, Lab};

use crate::Outcome;
use crate::side::PLATFORM;

/// The webhooks that a Kazoo system has for the edge.
const HOOKS: [&str; 4] = [
    "channel_create",
    "channel_answer",
    "channel_bridge",
    "channel_destroy",
];

/// What can be pointed at one worker and then at the other.
pub struct Subscription<'a> {
    lab: &'a Lab,
    webhooks: Option<Webhooks>,
}

struct Webhooks {
    http: Http,
    /// Where the account's API begins.
    account: String,
    token: String,
    secret: String,
    ids: Vec<String>,
    points_to: String,
}

impl<'a> Subscription<'a> {
    pub async fn open(lab: &'a Lab, dialect: Dialect) -> Outcome<Self> {
        let webhooks = match dialect {
            Dialect::Kazoo => Some(Webhooks::open(lab).await?),
            _ => None,
        };
        Ok(Self { lab, webhooks })
    }

    /// From now on whoever is here is told.
    pub async fn point_to(&mut self, server: &str) -> Outcome {
        self.lab.notify(server);
        match &mut self.webhooks {
            Some(webhooks) => webhooks.point_to(server).await,
            None => Ok(()),
        }
    }
}

impl Webhooks {
    async fn open(lab: &Lab) -> Outcome<Self> {
        let (http, connection) = (Http::default(), lab.connection(PLATFORM));
        let base = text(&connection, "/base_url")?;
        let key = json!({"data": {"api_key": text(&connection, "/api_key")?}});
        let given = http.ask("PUT", &format!("{base}/api_auth")).json(&key);
        Ok(Self {
            http,
            account: format!("{base}/accounts/{}", text(&connection, "/account_id")?),
            token: text(&given.send().await.json(), "/auth_token")?,
            secret: text(&connection, "/webhook_secret")?,
            ids: Vec::new(),
            points_to: String::new(),
        })
    }

    async fn point_to(&mut self, server: &str) -> Outcome {
        if self.points_to == server {
            return Ok(());
        }
        let uri = format!("{server}/operators/kazoo/main/{}", self.secret);
        if self.ids.is_empty() {
            for hook in HOOKS {
                let webhook = json!({
                    "name": hook, "hook": hook, "uri": uri, "format": "json",
                    "retries": 2, "include_internal_legs": true,
                });
                let made = self.ask("PUT", "webhooks", &webhook).await?;
                self.ids.push(text(&made, "/data/id")?);
            }
        }
        for id in &self.ids {
            let path = format!("webhooks/{id}");
            self.ask("PATCH", &path, &json!({"uri": uri})).await?;
        }
        server.clone_into(&mut self.points_to);
        Ok(())
    }

    async fn ask(&self, method: &str, path: &str, data: &Value) -> Outcome<Value> {
        let ask = self.http.ask(method, &format!("{}/{path}", self.account));
        let ask = ask.header("x-auth-token", &self.token);
        let answer = ask.json(&json!({ "data": data })).send().await;
        if (200..300).contains(&answer.status) {
            Ok(answer.json())
        } else {
            Err(format!("{method} {path} got {}", answer.status))
        }
    }
}

fn text(value: &Value, at: &str) -> Outcome<String> {
    let text = value.pointer(at).and_then(Value::as_str);
    text.map(str::to_owned)
        .ok_or_else(|| format!("the operator has no {at}"))
}
