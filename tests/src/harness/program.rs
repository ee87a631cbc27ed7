//! A program that calls: a client of the call API, written from CAMARA's
//! OpenAPI document alone.

use serde_json::{Value, json};

use super::clients;
use super::events::Events;
use super::http::{Answer, Ask, Http};
use super::wait::until;

/// A program with its access token.
#[derive(Clone, Debug)]
pub struct Program {
    /// The client, for requests that are not among these.
    pub http: Http,
    /// Where the API begins.
    pub api: String,
    /// What it shows.
    pub token: String,
}

impl Program {
    /// A program that has got a token for these scopes.
    pub async fn new(edge: &str, id: &str, secret: &str, scope: &str) -> Self {
        Self {
            http: Http::default(),
            api: format!("{edge}/click-to-dial/v0.2"),
            token: clients::token(edge, id, secret, scope).await,
        }
    }

    /// The same program, speaking another version of the API.
    #[must_use]
    pub fn version(&self, version: &str) -> Self {
        let api = self.api.replace("/v0.2", &format!("/{version}"));
        Self {
            api,
            ..self.clone()
        }
    }

    /// A request with its token.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        let url = format!("{}{path}", self.api);
        self.http.ask(method, &url).bearer(&self.token)
    }

    /// `createCall` with this body.
    pub async fn create(&self, body: &Value) -> Answer {
        self.ask("POST", "/calls").json(body).send().await
    }

    /// Creates a call, and gives its id.
    pub async fn place(&self, body: &Value) -> String {
        let answer = self.create(body).await;
        assert_eq!(answer.status, 201, "{}", answer.body);
        answer.text("callId")
    }

    /// `getCall`.
    pub async fn get(&self, id: &str) -> Answer {
        self.ask("GET", &format!("/calls/{id}")).send().await
    }

    /// `terminateCall`.
    pub async fn terminate(&self, id: &str) -> Answer {
        self.ask("DELETE", &format!("/calls/{id}")).send().await
    }

    /// `getRecording`.
    #[must_use]
    pub fn recording(&self, id: &str) -> Ask {
        self.ask("GET", &format!("/calls/{id}/recording"))
    }

    /// A call's events, from the first on.
    pub async fn events(&self, id: &str) -> Events {
        Events::open(self.ask("GET", &format!("/calls/{id}/events?after=0"))).await
    }

    /// Waits until the call is in this state, by asking.
    pub async fn until(&self, id: &str, state: &str) -> Value {
        until(&format!("{id} is {state}"), async || {
            let call = self.get(id).await.json();
            (call.get("status")?.as_str()? == state).then_some(call)
        })
        .await
    }
}

/// `CreateCallRequest` with what it has to have.
#[must_use]
pub fn between(caller: &str, callee: &str) -> Value {
    json!({"caller": {"number": caller}, "callee": {"number": callee}})
}
