//! Requests to the edge. Each has a time limit and ends in a type or in trouble.

use js_sys::Promise;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortSignal, Headers, RequestInit, Response};

use crate::door::{self, Unchecked};
use crate::told::{Named, Trouble};

/// The edge gives an operator 25 s; what has not come after this is lost.
const LIMIT_MS: u32 = 35_000;

/// What came back, not yet believed.
pub type Answer = Result<Unchecked, Trouble>;

/// Where the edge is, and the paths of its API.
#[derive(Clone, PartialEq)]
pub struct Edge {
    origin: String,
    button: String,
}

impl Edge {
    pub fn new(origin: String, button: String) -> Self {
        Self { origin, button }
    }

    pub fn button(&self) -> &str {
        &self.button
    }

    fn url(&self, parts: &[&str]) -> String {
        let mut url = self.origin.clone();
        for part in parts {
            url.push_str(part);
        }
        url
    }

    fn button_url(&self, tail: &str) -> String {
        let button = String::from(js_sys::encode_uri_component(&self.button));
        self.url(&["/buttons/", &button, tail])
    }

    fn call_url(&self, id: &str, tail: &[&str]) -> String {
        let mut parts = vec!["/click-to-dial/v0.2/calls/", id];
        parts.extend_from_slice(tail);
        self.url(&parts)
    }

    /// The button's public view.
    pub fn read_button(&self) -> Ask {
        Ask::new("GET", self.button_url(""))
    }

    /// Places the call; the same key and number again is the same call. A
    /// ticket stands in for the page's origin, which our own frame does not have.
    pub fn place(&self, key: &str, number: &str, ticket: Option<String>) -> Ask {
        let contact = door::write(&[("number", Some(number.into()))]);
        let mut body = String::from("{\"contact\":");
        body.push_str(&contact);
        body.push('}');
        let mut ask = Ask::new("POST", self.button_url("/calls"))
            .header("content-type", "application/json")
            .header("idempotency-key", key);
        if let Some(ticket) = ticket {
            ask = ask.header("frame-ticket", &ticket);
        }
        ask.init.set_body(&body.into());
        ask
    }

    /// What is known of the call.
    pub fn read_call(&self, call: &Named) -> Ask {
        Ask::new("GET", self.call_url(&call.id, &[])).bearer(&call.token)
    }

    /// Ends the call.
    pub fn hang_up(&self, call: &Named) -> Ask {
        Ask::new("DELETE", self.call_url(&call.id, &[])).bearer(&call.token)
    }

    /// Where the call's events are.
    pub fn events_url(&self, call: &Named) -> String {
        let token = String::from(js_sys::encode_uri_component(&call.events_token));
        self.call_url(&call.id, &["/events?eventsToken=", &token])
    }
}

/// A request being put together.
pub struct Ask {
    url: String,
    init: RequestInit,
    headers: Option<Headers>,
}

impl Ask {
    fn new(method: &str, url: String) -> Self {
        let init = RequestInit::new();
        init.set_method(method);
        init.set_signal(Some(&AbortSignal::timeout_with_u32(LIMIT_MS)));
        Self {
            url,
            init,
            headers: Headers::new().ok(),
        }
    }

    fn header(self, name: &str, value: &str) -> Self {
        if let Some(headers) = &self.headers {
            // Only a value that no header can have is refused; the edge then
            // says what is missing.
            let _ = headers.set(name, value);
        }
        self
    }

    fn bearer(self, token: &str) -> Self {
        let mut value = String::from("Bearer ");
        value.push_str(token);
        self.header("authorization", &value)
    }

    /// Sends it. One function for all requests: each further one that waits
    /// would cost as much again.
    pub async fn send(self) -> Answer {
        if let Some(headers) = &self.headers {
            self.init.set_headers(headers);
        }
        let window = web_sys::window().ok_or(Trouble::Network)?;
        let response: Response = settled(window.fetch_with_str_and_init(&self.url, &self.init))
            .await?
            .unchecked_into();
        let text = response.text().map_err(|_| Trouble::Network)?;
        let text = settled(text).await?.as_string().unwrap_or_default();
        let body = Unchecked::parse(if text.is_empty() { "{}" } else { &text });
        if response.ok() {
            return body.ok_or(Trouble::Network);
        }
        // An error without a code is not the edge's: something on the way
        // answered for it, and it may answer the next time.
        match body.and_then(|body| body.text("code")) {
            Some(code) => Err(Trouble::Refused {
                code,
                retry_after: retry_after(&response),
            }),
            None => Err(Trouble::Network),
        }
    }
}

async fn settled(promise: Promise) -> Result<JsValue, Trouble> {
    JsFuture::from(promise).await.map_err(|_| Trouble::Network)
}

fn retry_after(response: &Response) -> Option<u32> {
    let value = response.headers().get("retry-after").ok().flatten()?;
    value.parse().ok()
}
