//! A sink that keeps what it is told.

use std::sync::{Arc, Mutex};

use axum::Router;
use axum::extract::{Request, State};
use axum::http::StatusCode;
use serde_json::Value;
use stories::harness::wait::until;

type Told = Arc<Mutex<Vec<Event>>>;

#[derive(Clone)]
pub struct Event {
    pub path: String,
    pub authorization: String,
    pub content_type: String,
    pub body: Value,
}

impl Event {
    /// The state, wherever it stands.
    pub fn state(&self) -> &str {
        let status = &self.body["data"]["status"];
        let word = status["state"].as_str().or(status.as_str());
        // China Mobile has no envelope around it.
        word.or(self.body["status"].as_str()).unwrap_or("none")
    }
}

pub struct Sink {
    port: u16,
    told: Told,
    failures_left: Arc<Mutex<usize>>,
}

impl Sink {
    /// A sink that answers 503 this many times before it works.
    pub async fn failing(times: usize) -> Self {
        let told = Told::default();
        let failures_left = Arc::new(Mutex::new(times));
        let state = (Arc::clone(&told), Arc::clone(&failures_left));
        let router = Router::new().fallback(take).with_state(state);
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self {
            port,
            told,
            failures_left,
        }
    }

    pub async fn new() -> Self {
        Self::failing(0).await
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}/", self.port)
    }

    /// The server's root.
    pub fn server(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    pub fn told(&self) -> Vec<Event> {
        self.told.lock().unwrap().clone()
    }

    pub fn states(&self) -> Vec<String> {
        self.told().iter().map(|e| e.state().to_owned()).collect()
    }

    pub async fn until_told(&self, state: &str) -> Vec<Event> {
        let what = format!("the event {state}");
        until(&what, async || {
            let told = self.told();
            told.iter().any(|e| e.state() == state).then_some(told)
        })
        .await
    }

    pub fn failures_left(&self) -> usize {
        *self.failures_left.lock().unwrap()
    }
}

async fn take(
    State((told, failures)): State<(Told, Arc<Mutex<usize>>)>,
    request: Request,
) -> StatusCode {
    {
        let mut left = failures.lock().unwrap();
        if *left > 0 {
            *left -= 1;
            return StatusCode::SERVICE_UNAVAILABLE;
        }
    }
    let (parts, body) = request.into_parts();
    let header = |name: &str| {
        let value = parts.headers.get(name);
        value.map_or_else(String::new, |value| value.to_str().unwrap().to_owned())
    };
    let (authorization, content_type) = (header("authorization"), header("content-type"));
    let body = axum::body::to_bytes(body, 65_536).await.unwrap();
    told.lock().unwrap().push(Event {
        path: parts.uri.path().to_owned(),
        authorization,
        content_type,
        body: serde_json::from_slice(&body).unwrap(),
    });
    StatusCode::NO_CONTENT
}
