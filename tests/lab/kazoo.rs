//! The lab operator does what Kazoo's code does, bug for bug.

use serde_json::{Value, json};
use stories::harness::http::{Answer, Http};
use stories::harness::wait::until;
use stories::lab::{Dialect, Lab, Settings};

use crate::client::number;

const CONTACT: &str = "4930123450150";

struct Client {
    lab: Lab,
    http: Http,
    base: String,
    token: String,
}

impl Client {
    async fn new() -> Self {
        let lab = Lab::start(Settings {
            dialect: Dialect::Kazoo,
            ..Settings::default()
        });
        let (lab, http) = (lab.unwrap(), Http::default());
        let connection = lab.own_connection();
        let text = |name: &str| connection[name].as_str().unwrap().to_owned();
        let key = json!({"data": {"api_key": text("api_key")}});
        let url = format!("{}/api_auth", text("base_url"));
        let answer = http.ask("PUT", &url).json(&key).send().await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        let base = format!("{}/accounts/{}", text("base_url"), text("account_id"));
        let token = answer.text("auth_token");
        Self {
            lab,
            http,
            base,
            token,
        }
    }

    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let ask = self.http.ask(method, &format!("{}/{path}", self.base));
        let ask = ask.header("x-auth-token", &self.token);
        match body {
            Some(data) => ask.json(&json!({ "data": data })).send().await,
            None => ask.send().await,
        }
    }

    /// A new document, and the path to dial through it.
    async fn document(&self, more: Value) -> String {
        let mut document = json!({"name": "Sales", "extension": "12025550142"});
        let more = more.as_object().unwrap().clone();
        document.as_object_mut().unwrap().extend(more);
        let made = self.ask("PUT", "clicktocall", Some(document)).await;
        assert_eq!(made.status, 201, "{}", made.body);
        assert!(made.header("location").is_some());
        let id = made.json()["data"]["id"].as_str().unwrap().to_owned();
        format!("clicktocall/{id}")
    }
}

#[tokio::test]
async fn an_unknown_key_is_not_found_and_repeated() {
    let client = Client::new().await;
    let url = client.base.split("/accounts").next().unwrap().to_owned() + "/api_auth";
    let wrong = "x".repeat(64);
    for (key, status, data) in [
        (wrong.as_str(), 404, json!([wrong])),
        ("short", 400, Value::Null),
    ] {
        let body = json!({"data": {"api_key": key}});
        let answer = client.http.ask("PUT", &url).json(&body).send().await;
        assert_eq!(answer.status, status);
        assert_eq!(answer.json()["error"], status.to_string());
        if !data.is_null() {
            assert_eq!(answer.json()["data"], data);
        }
    }
}

#[tokio::test]
async fn connect_answers_200_by_post_and_by_get_and_ignores_the_throttle() {
    let client = Client::new().await;
    let document = client.document(json!({"throttle": 1})).await;
    client.lab.by_hand(&number("+4930123450150"));
    let connect = format!("{document}/connect");
    let body = json!({"contact": CONTACT, "custom_application_vars": {"mine": "1"}});
    let post = client
        .ask("POST", &format!("{connect}?auto_answer=false"), Some(body))
        .await;
    let get = client
        .ask("GET", &format!("{connect}?contact={CONTACT}"), None)
        .await;
    for answer in [&post, &get] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert!(answer.json().get("message").is_none());
    }
    let data = &post.json()["data"];
    let name = data["outbound_call_id"].as_str().unwrap();
    let id = document.strip_prefix("clicktocall/").unwrap();
    assert!(name.starts_with(&format!("c2c-{id}-")), "{name}");
    // The whole query becomes variables.
    let variables = json!({"mine": "1", "auto_answer": "false"});
    assert_eq!(data["custom_application_vars"], variables);
    assert_eq!(client.lab.calls().len(), 2, "a GET dials as well");
}

#[tokio::test]
async fn a_plus_is_lost_and_patterns_match_anywhere() {
    let client = Client::new().await;
    let narrow = json!({"whitelist": ["^\\+49", "^\\+1"]});
    let document = client.document(narrow).await;
    let connect = format!("{document}/connect");
    for (contact, status) in [("4930123450150", 200), ("442071838750", 400)] {
        let body = json!({"contact": contact});
        let answer = client.ask("POST", &connect, Some(body)).await;
        assert_eq!(answer.status, status, "{contact}");
    }
    let plus = json!({"contact": "+4930123450150"});
    let refused = client.ask("POST", &connect, Some(plus)).await;
    assert_eq!(refused.status, 400);
    // A bare text.
    assert_eq!(refused.json()["data"], "%2B4930123450150");
    assert_eq!(refused.json()["message"], "Contact doesn't match whitelist");
}

#[tokio::test]
async fn what_is_wrong_is_answered_as_the_code_does() {
    let client = Client::new().await;
    let document = client.document(json!({})).await;
    let connect = format!("{document}/connect");
    let unknown = format!("clicktocall/{}/connect", "0".repeat(32));
    let cases = [
        (connect.clone(), json!({}), 400, "validation error"),
        (connect.clone(), json!({"contact": ""}), 500, "init failed"),
        (
            connect,
            json!({"contact": CONTACT, "blocking": "true"}),
            500,
            "init failed",
        ),
        (
            unknown.clone(),
            json!({"contact": CONTACT}),
            404,
            "bad_identifier",
        ),
    ];
    for (path, body, status, message) in cases {
        let answer = client.ask("POST", &path, Some(body)).await;
        assert_eq!(answer.status, status, "{}", answer.body);
        assert_eq!(answer.json()["message"], message);
    }
    // Who shows no token is not told whether the document is there.
    let url = format!("{}/{unknown}", client.base);
    let stranger = client.http.post(&url).send().await;
    assert_eq!(stranger.status, 401);
    assert_eq!(stranger.json()["message"], "invalid_credentials");
    let expired = client.http.post(&url).header("x-auth-token", "old");
    let expired = expired.send().await;
    assert_eq!(expired.json()["message"], "invalid credentials");
    let put = client.ask("PUT", &document, Some(json!({}))).await;
    assert_eq!(put.status, 405);
}

#[tokio::test]
async fn a_channel_is_there_until_it_ends_and_then_nobody_answers_for_it() {
    let client = Client::new().await;
    let document = client.document(json!({})).await;
    let body = json!({"contact": "4930123450111"});
    let placed = client
        .ask("POST", &format!("{document}/connect"), Some(body))
        .await;
    let name = placed.json()["data"]["outbound_call_id"].clone();
    let channel = format!("channels/{}", name.as_str().unwrap());
    assert_eq!(client.ask("GET", &channel, None).await.status, 200);
    let hang_up = json!({"action": "hangup"});
    let answer = client.ask("POST", &channel, Some(hang_up)).await;
    assert_eq!(answer.json()["data"], "hangup initiated");
    until("the channel is gone", async || {
        (client.ask("GET", &channel, None).await.status == 503).then_some(())
    })
    .await;
    let unknown = client.ask("GET", "channels/c2c-never", None).await;
    assert_eq!(unknown.status, 404);
    let history = client
        .ask("GET", &format!("{document}/history"), None)
        .await;
    assert_eq!(history.json()["data"][0]["call_id"], name);
}

#[tokio::test]
async fn a_webhook_that_is_not_answered_with_200_is_switched_off() {
    let client = Client::new().await;
    // The lab's own address: it answers, but never with 200.
    let uri = format!("{}/nothing", client.base);
    let webhook = json!({"name": "n", "hook": "all", "uri": uri});
    let made = client.ask("PUT", "webhooks", Some(webhook)).await;
    assert_eq!(made.status, 201, "{}", made.body);
    let data = made.json()["data"].clone();
    assert_eq!(
        (&data["format"], &data["retries"]),
        (&json!("form-data"), &json!(2))
    );
    let path = format!("webhooks/{}", data["id"].as_str().unwrap());
    let document = client.document(json!({})).await;
    let body = json!({"contact": "4930123450100"});
    client
        .ask("POST", &format!("{document}/connect"), Some(body))
        .await;
    let known = async || client.ask("GET", &path, None).await.json()["data"].clone();
    until("the webhook is off", async || {
        (known().await["enabled"] == false).then_some(())
    })
    .await;
    assert!(known().await["disable_reason"].is_string());
    client
        .ask("PATCH", &path, Some(json!({"enabled": true})))
        .await;
    assert_eq!(known().await["enabled"], true);
}
