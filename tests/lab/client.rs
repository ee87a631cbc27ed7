//! A client of the operator, as the edge will be one.

use call::Number;
use serde_json::{Value, json};
use stories::harness::http::{Answer, Ask, Http};
use stories::lab::{Lab, Settings};

use crate::sink::Sink;

pub struct Client {
    pub lab: Lab,
    pub http: Http,
    pub token: String,
}

pub fn number(text: &str) -> Number {
    Number::parse(text).unwrap()
}

impl Client {
    pub async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    pub async fn with(settings: Settings) -> Self {
        let lab = Lab::start(settings).unwrap();
        let http = Http::default();
        let token = token(&http, &lab).await;
        Self { lab, http, token }
    }

    pub fn post(&self) -> Ask {
        let url = format!("{}/calls", self.lab.base_url());
        self.http.post(&url).bearer(&self.token)
    }

    pub async fn place(&self, caller: &str, callee: &str) -> Answer {
        self.post().json(&request(caller, callee)).send().await
    }

    /// Places a call whose events go to the sink.
    pub async fn place_to(&self, sink: &Sink, caller: &str, callee: &str) -> Answer {
        self.post().json(&told(sink, caller, callee)).send().await
    }

    pub fn on_call(&self, method: &str, id: &str) -> Ask {
        let url = format!("{}/calls/{id}", self.lab.base_url());
        self.http.ask(method, &url).bearer(&self.token)
    }
}

pub async fn token(http: &Http, lab: &Lab) -> String {
    let form = format!(
        "grant_type=client_credentials&client_id={}&client_secret={}",
        lab.client_id(),
        lab.client_secret()
    );
    let ask = http.post(&lab.token_url());
    let answer = ask.body("application/x-www-form-urlencoded", form);
    answer.send().await.text("access_token")
}

pub fn request(caller: &str, callee: &str) -> Value {
    json!({"caller": {"number": caller}, "callee": {"number": callee}})
}

pub fn told(sink: &Sink, caller: &str, callee: &str) -> Value {
    let mut body = request(caller, callee);
    body["sink"] = json!(sink.url());
    body["sinkCredential"] = json!({
        "credentialType": "ACCESSTOKEN",
        "accessToken": "sink-secret",
        "accessTokenExpiresUtc": "2126-01-01T00:00:00Z",
        "accessTokenType": "bearer",
    });
    body
}
