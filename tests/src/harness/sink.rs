//! Somebody else's server that wants to be told of calls, and its
//! authorization server.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::Value;

use super::wait::until;

/// What it was sent.
#[derive(Clone, Debug)]
pub struct Told {
    /// The path.
    pub path: String,
    /// The headers' values, by name.
    headers: axum::http::HeaderMap,
    /// The body as text.
    pub text: String,
    /// What it was answered.
    pub status: u16,
}

impl Told {
    /// A header's value, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        let value = self.headers.get(name).and_then(|value| value.to_str().ok());
        value.unwrap_or_default()
    }

    /// The event.
    #[must_use]
    pub fn event(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }

    /// The state that it tells.
    #[must_use]
    pub fn state(&self) -> String {
        let event = self.event();
        let state = event.pointer("/data/status/state").and_then(Value::as_str);
        state
            .unwrap_or_else(|| panic!("no state in {event}"))
            .to_owned()
    }
}

#[derive(Debug, Default)]
struct Memory {
    told: Vec<Told>,
    /// Refuses this many more.
    refusals: usize,
    /// Answers only after this.
    pause: Duration,
}

/// A sink on a thread of its own; it lasts as long as the process.
#[derive(Clone, Debug)]
pub struct Sink {
    address: SocketAddr,
    memory: Arc<Mutex<Memory>>,
}

impl Sink {
    /// A sink that takes everything.
    #[must_use]
    pub fn start() -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a port");
        listener.set_nonblocking(true).expect("a listener");
        let address = listener.local_addr().expect("an address");
        let memory = Arc::new(Mutex::new(Memory::default()));
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .expect("a runtime");
        let router = Router::new().fallback(take).with_state(Arc::clone(&memory));
        std::thread::spawn(move || {
            runtime.block_on(async {
                let listener = tokio::net::TcpListener::from_std(listener)?;
                axum::serve(listener, router).await
            })
        });
        Self { address, memory }
    }

    /// The address that is told of calls.
    #[must_use]
    pub fn url(&self) -> String {
        format!("http://{}/calls?secret=in-the-address", self.address)
    }

    /// The token endpoint of its authorization server.
    #[must_use]
    pub fn token_url(&self) -> String {
        format!("http://{}/token", self.address)
    }

    /// From now on it refuses this many events.
    pub fn refuse(&self, times: usize) {
        self.memory().refusals = times;
    }

    /// From now on it takes this long for an answer.
    pub fn take_time(&self, pause: Duration) {
        self.memory().pause = pause;
    }

    /// All that it was sent to the sink's address.
    #[must_use]
    pub fn told(&self) -> Vec<Told> {
        let memory = self.memory();
        let events = memory.told.iter().filter(|told| told.path == "/calls");
        events.cloned().collect()
    }

    /// All that it was sent to the token endpoint.
    #[must_use]
    pub fn asked_for_tokens(&self) -> Vec<Told> {
        let memory = self.memory();
        let asked = memory.told.iter().filter(|told| told.path == "/token");
        asked.cloned().collect()
    }

    /// The states that it has taken, in order.
    #[must_use]
    pub fn states(&self) -> Vec<String> {
        let taken = |told: &Told| told.status < 300;
        let told = self.told();
        told.iter()
            .filter(|told| taken(told))
            .map(Told::state)
            .collect()
    }

    /// Waits until it has taken this state.
    pub async fn until(&self, state: &str) {
        until(&format!("the sink is told {state}"), async || {
            self.states().iter().any(|told| told == state).then_some(())
        })
        .await;
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.memory.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn take(State(memory): State<Arc<Mutex<Memory>>>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let body = to_bytes(body, 1 << 20).await.unwrap_or_default();
    let path = parts.uri.path().to_owned();
    let lock = || memory.lock().unwrap_or_else(PoisonError::into_inner);
    let is_event = path == "/calls";
    let (status, pause) = {
        let mut memory = lock();
        let refused = is_event && memory.refusals > 0;
        if refused {
            memory.refusals -= 1;
        }
        (if refused { 503 } else { 200 }, memory.pause)
    };
    lock().told.push(Told {
        path,
        headers: parts.headers,
        text: String::from_utf8_lossy(&body).into_owned(),
        status,
    });
    if is_event {
        tokio::time::sleep(pause).await;
    }
    let answer = r#"{"access_token":"from-the-key","token_type":"bearer","expires_in":300}"#;
    let status = StatusCode::from_u16(status).unwrap_or(StatusCode::OK);
    (
        status,
        [("content-type", "application/json")],
        Body::from(answer),
    )
        .into_response()
}
