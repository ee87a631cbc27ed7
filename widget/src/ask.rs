//! Requests to the edge, and what their answers mean.

use js_sys::Object;

use crate::bridge::Bridge;
use crate::door::{self, Unchecked};
use crate::event::Event;
use crate::model::Model;
use crate::told::{Named, Trouble, Wanted};

/// What came back, not yet believed.
type Answer = Result<Unchecked, Trouble>;

/// Where the edge is, and the paths of its API.
#[derive(Clone, PartialEq)]
pub struct Edge {
    origin: String,
    button: String,
}

/// Whether a request carries an agent's token.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Agent {
    No,
    Token,
    /// Another one, because the first was refused.
    Renewed,
}

impl Edge {
    pub fn new(origin: String, button: String) -> Self {
        Self { origin, button }
    }

    pub fn button(&self) -> &str {
        &self.button
    }

    fn button_url(&self, tail: &str) -> String {
        let button = String::from(js_sys::encode_uri_component(&self.button));
        [&self.origin, "/buttons/", &button, tail].concat()
    }

    fn call_url(&self, id: &str, tail: &str) -> String {
        [&self.origin, "/click-to-dial/v0.2/calls/", id, tail].concat()
    }

    /// The button's public view; past all caches if it must be fresh.
    pub fn read_button(&self, bridge: &Bridge, fresh: bool) {
        let none = Object::new();
        let url = self.button_url("");
        let browser = bridge.browser();
        browser.ask(
            "button",
            "",
            "GET",
            &url,
            &none,
            None,
            fresh,
            Agent::No as u8,
        );
    }

    /// Places the call; the same key and body again is the same call. A ticket
    /// stands in for the page's origin, which our own frame does not have.
    pub fn place(&self, bridge: &Bridge, model: &Model, key: &str, wanted: Wanted) {
        let headers = door::object(&[
            ("content-type", Some("application/json".into())),
            ("idempotency-key", Some(key.into())),
            ("frame-ticket", bridge.ticket().map(Into::into)),
        ]);
        let within = |name, text: Option<String>| {
            text.map(|text| door::object(&[(name, Some(text.into()))]).into())
        };
        let browser = bridge.browser();
        let body = door::write(&[
            ("contact", within("number", wanted.number)),
            ("consent", within("version", wanted.consent)),
            ("captchaToken", wanted.proof.map(Into::into)),
            ("page", Some(browser.about())),
        ]);
        let agent = match (model.facts.agent, model.renewed) {
            (false, _) => Agent::No,
            (true, false) => Agent::Token,
            (true, true) => Agent::Renewed,
        };
        let url = self.button_url("/calls");
        browser.ask(
            "placed",
            key,
            "POST",
            &url,
            &headers,
            Some(body),
            false,
            agent as u8,
        );
    }

    /// What is known of the call.
    pub fn read_call(&self, bridge: &Bridge, call: &Named) {
        self.about(bridge, "read", "GET", call);
    }

    /// Ends the call.
    pub fn hang_up(&self, bridge: &Bridge, call: &Named) {
        self.about(bridge, "hungUp", "DELETE", call);
    }

    fn about(&self, bridge: &Bridge, kind: &str, method: &str, call: &Named) {
        let bearer = ["Bearer ", &call.token].concat();
        let headers = door::object(&[("authorization", Some(bearer.into()))]);
        let url = self.call_url(&call.id, "");
        let browser = bridge.browser();
        browser.ask(
            kind,
            &call.id,
            method,
            &url,
            &headers,
            None,
            false,
            Agent::No as u8,
        );
    }

    /// Where the call's events are.
    pub fn events_url(&self, call: &Named) -> String {
        let token = String::from(js_sys::encode_uri_component(&call.events_token));
        self.call_url(&call.id, &["/events?eventsToken=", &token].concat())
    }
}

/// What an answer is to the app.
pub fn heard(kind: &str, topic: String, whole: &Unchecked, bridge: &Bridge) -> Option<Event> {
    let answer = believed(whole);
    Some(match kind {
        "button" => Event::ButtonRead(answer.and_then(|view| {
            let tongue = bridge.tongue();
            let button = view.button(&tongue, whole.text("country"));
            let button = button.ok_or(Trouble::Network)?;
            tongue.set_owner(&view.field("texts").unwrap_or_default());
            bridge.theme(&view.field("theme").unwrap_or_default());
            Ok(button)
        })),
        "placed" => Event::Placed(topic, answer.and_then(|told| sure(told.placed()))),
        "read" => Event::Read(topic, answer.and_then(|told| sure(told.told()))),
        "hungUp" => Event::HungUp(topic, answer.map(|_| ())),
        _ => return None,
    })
}

/// An answer that lacks what it must have is no answer.
fn sure<T>(told: Option<T>) -> Result<T, Trouble> {
    told.ok_or(Trouble::Network)
}

/// An error without a code is not the edge's: something on the way answered for
/// it, and it may answer the next time.
fn believed(whole: &Unchecked) -> Answer {
    if whole.flag("ok") {
        return sure(whole.inner("told"));
    }
    Err(match whole.text("code") {
        Some(code) => Trouble::Refused {
            code,
            retry_after: whole.text("retryAfter").and_then(|text| text.parse().ok()),
        },
        None => Trouble::Network,
    })
}
