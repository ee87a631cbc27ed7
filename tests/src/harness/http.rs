//! A small HTTP client: ask, and look at the whole answer.

use reqwest::Method;
use serde_json::Value;

/// One story's client. Not shared between stories: its connections belong to
/// the runtime that opened them.
#[derive(Clone, Debug)]
pub struct Http(reqwest::Client);

/// A request being put together.
pub struct Ask(reqwest::RequestBuilder);

/// A whole answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    headers: reqwest::header::HeaderMap,
    /// The body as text.
    pub body: String,
}

impl Default for Http {
    fn default() -> Self {
        let client = reqwest::Client::builder()
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            // workerd closes a connection that was idle for five seconds: whoever
            // sent at that very moment would be reset.
            .pool_max_idle_per_host(0)
            .build();
        Self(client.expect("an HTTP client"))
    }
}

impl Http {
    /// Begins a request.
    pub fn ask(&self, method: &str, url: &str) -> Ask {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        Ask(self.0.request(method, url))
    }

    /// Begins a GET.
    pub fn get(&self, url: &str) -> Ask {
        self.ask("GET", url)
    }

    /// Begins a POST.
    pub fn post(&self, url: &str) -> Ask {
        self.ask("POST", url)
    }
}

impl Ask {
    /// Adds a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        Self(self.0.header(name, value))
    }

    /// Adds a bearer token.
    #[must_use]
    pub fn bearer(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// Adds a body and says what it is.
    #[must_use]
    pub fn body(self, kind: &str, body: impl Into<Vec<u8>>) -> Self {
        Self(self.0.header("content-type", kind).body(body.into()))
    }

    /// Adds a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// The same request once more.
    #[must_use]
    pub fn again(&self) -> Self {
        Self(self.0.try_clone().expect("a body that is at hand"))
    }

    /// Sends it and reads the whole answer.
    pub async fn send(self) -> Answer {
        self.try_send().await.expect("an answer")
    }

    /// The same; an error where the connection breaks.
    pub async fn try_send(self) -> reqwest::Result<Answer> {
        let response = self.0.send().await?;
        Ok(Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.text().await?,
        })
    }

    /// Sends it and leaves the body to be read as it comes.
    pub async fn open(self) -> reqwest::Response {
        self.0.send().await.expect("an answer")
    }
}

impl Answer {
    /// A header's value, or nothing.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON.
    #[must_use]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body)
            .unwrap_or_else(|_| panic!("no JSON ({}): {}", self.status, self.body))
    }

    /// One property of the body, as text.
    #[must_use]
    pub fn text(&self, name: &str) -> String {
        let body = self.json();
        let value = body.get(name).and_then(Value::as_str);
        value
            .unwrap_or_else(|| panic!("no {name} in {}", self.body))
            .to_owned()
    }

    /// The stable error code.
    #[must_use]
    pub fn code(&self) -> String {
        self.text("code")
    }

    /// Status and stable code of a refusal.
    #[must_use]
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.code())
    }
}
