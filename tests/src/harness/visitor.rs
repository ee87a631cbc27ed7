//! A visitor without a browser: the requests that a page would send.

use call::Number;
use serde_json::{Value, json};

use super::events::{Events, Frame};
use super::http::{Answer, Ask, Http};
use super::wait::until;

/// Somebody on a page.
#[derive(Clone, Debug)]
pub struct Visitor {
    /// The client, for requests that are not among these.
    pub http: Http,
    edge: String,
    origin: String,
}

/// A call that the edge has taken on.
#[derive(Clone, Debug)]
pub struct Placed {
    /// The call.
    pub id: String,
    /// For reading and ending it.
    pub token: String,
    /// For listening to it.
    pub events_token: String,
}

impl Placed {
    /// Reads the edge's answer.
    #[must_use]
    pub fn read(answer: &Answer) -> Self {
        assert_eq!(answer.status, 201, "{}", answer.body);
        Self {
            id: answer.text("callId"),
            token: answer.text("token"),
            events_token: answer.text("eventsToken"),
        }
    }
}

impl Visitor {
    /// Somebody on a page of this origin, with the edge at this URL.
    #[must_use]
    pub fn new(edge: &str, origin: &str) -> Self {
        Self {
            http: Http::default(),
            edge: edge.trim_end_matches('/').to_owned(),
            origin: origin.to_owned(),
        }
    }

    /// A request to the edge from this visitor's page.
    #[must_use]
    pub fn ask(&self, method: &str, path: &str) -> Ask {
        let url = format!("{}{path}", self.edge);
        self.http.ask(method, &url).header("origin", &self.origin)
    }

    /// The click with everything but a body.
    #[must_use]
    pub fn click(&self, button: &str, key: &str) -> Ask {
        let ask = self.ask("POST", &format!("/buttons/{button}/calls"));
        ask.header("idempotency-key", key)
    }

    /// The click for this contact.
    #[must_use]
    pub fn dial(&self, button: &str, key: &str, contact: &Number) -> Ask {
        self.click(button, key).json(&contact_body(contact.e164()))
    }

    /// Clicks, and gets a call.
    pub async fn place(&self, button: &str, contact: &Number) -> Placed {
        Placed::read(&self.dial(button, &key(), contact).send().await)
    }

    /// A request about a call.
    #[must_use]
    pub fn on(&self, method: &str, call: &Placed) -> Ask {
        let path = format!("/click-to-dial/v0.2/calls/{}", call.id);
        self.ask(method, &path).bearer(&call.token)
    }

    /// What is known of a call.
    pub async fn read(&self, call: &Placed) -> Value {
        let answer = self.on("GET", call).send().await;
        assert_eq!(answer.status, 200, "{}", answer.body);
        answer.json()
    }

    /// Asks for the end of a call.
    pub async fn hang_up(&self, call: &Placed) -> Answer {
        self.on("DELETE", call).send().await
    }

    /// The request for a call's events.
    #[must_use]
    pub fn events(&self, call: &Placed, after: Option<u64>) -> Ask {
        let (id, token) = (&call.id, &call.events_token);
        let after = after.map_or_else(String::new, |after| format!("&after={after}"));
        let path = format!("/click-to-dial/v0.2/calls/{id}/events?eventsToken={token}{after}");
        self.ask("GET", &path)
    }

    /// Listens to a call.
    pub async fn listen(&self, call: &Placed) -> Events {
        Events::open(self.events(call, None)).await
    }

    /// Listens from the current state to the end.
    pub async fn follow(&self, call: &Placed) -> Vec<Frame> {
        let frames = self.listen(call).await.rest().await;
        let ended = frames.last().is_some_and(|last| is_end(last.state()));
        assert!(ended, "the stream closed before the end: {frames:?}");
        frames
    }

    /// Waits until the call is in this state, by asking.
    pub async fn until(&self, call: &Placed, state: &str) -> Value {
        until(&format!("{} is {state}", call.id), async || {
            let known = self.read(call).await;
            (known.get("status")?.as_str()? == state).then_some(known)
        })
        .await
    }
}

/// Whether nothing can follow this state.
#[must_use]
pub fn is_end(state: &str) -> bool {
    state.parse::<call::State>().is_ok_and(call::State::is_end)
}

/// A fresh idempotency key.
#[must_use]
pub fn key() -> String {
    uuid::Uuid::new_v4().to_string()
}

/// The body of a click.
#[must_use]
pub fn contact_body(number: &str) -> Value {
    json!({"contact": {"number": number}})
}
