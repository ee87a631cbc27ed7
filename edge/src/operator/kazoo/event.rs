//! What Kazoo tells through its webhooks, as JSON or as a form.
//!
//! A system tells of all its channels: of other people's calls, and of the
//! many legs that one of our calls is made of. Only the first leg speaks for
//! the call; its name is the one that `connect` has answered.

use call::{News, Status};
use serde_json::Value;

use super::answer::cause;
use super::{OUR_CALL, is_name};
use crate::operator::{Event, Told};

/// The property with the custom variables.
const VARIABLES: &str = "custom_application_vars";

/// Reads an event. `None`: the body is neither JSON nor a form.
pub(super) fn read_event(body: &str) -> Option<Told> {
    let payload = Payload::read(body)?;
    let named = |name| payload.text(name).filter(|text| is_name(text));
    let hook = payload.hook();
    let (own, other) = (named("call_id"), named("other_leg_call_id"));
    let (name, news) = match (hook.as_str(), own, other) {
        ("channel_create", Some(own), _) => (own, Status::CallingCaller.into()),
        ("channel_answer", Some(own), _) => (own, Status::CallingCallee.into()),
        // Told of either leg that is bridged.
        ("channel_bridge", Some(name), _) | ("channel_bridge", None, Some(name)) => {
            (name, Status::Connected.into())
        }
        ("channel_destroy", Some(own), _) => (own, ended(&payload)),
        _ => return Some(Told::Nothing),
    };
    Some(Told::Event(Event {
        call: payload.variable(OUR_CALL),
        begins: hook == "channel_create",
        ..Event::of(&name, news)
    }))
}

fn ended(payload: &Payload<'_>) -> News {
    News::Ended {
        cause: cause(&payload.text("hangup_cause").unwrap_or_default()),
        answered_seconds: payload
            .text("billing_seconds")
            .and_then(|seconds| seconds.parse().ok()),
    }
}

/// A webhook's body. Kazoo 5 has two versions of it. In the second the event's
/// name stands beside its `data`, which has the same properties. That one may
/// be signed; but what it signs is not all of it, nor the time that it shows, so
/// that the secret in our address is what tells the system from others.
enum Payload<'a> {
    Json { body: Value, second: bool },
    Form { body: &'a str, second: bool },
}

impl<'a> Payload<'a> {
    fn read(body: &'a str) -> Option<Self> {
        if body.trim_start().starts_with('{') {
            let body: Value = serde_json::from_str(body).ok()?;
            let second = body.get("hook_event").is_none() && body.get("data").is_some();
            Some(Self::Json { body, second })
        } else {
            let second = field(body, "hook_event").is_none() && field(body, "name").is_some();
            body.contains('=').then_some(Self::Form { body, second })
        }
    }

    /// Which event it is: `channel_create` in the first version, in the second
    /// `CHANNEL_CREATE`.
    fn hook(&self) -> String {
        let name = match self {
            Self::Json { body, second: true } => body.get("name").and_then(spelled),
            Self::Form { body, second: true } => field(body, "name"),
            _ => self.text("hook_event"),
        };
        name.unwrap_or_default().to_ascii_lowercase()
    }

    /// A property; numbers and flags as they are spelled.
    fn text(&self, name: &str) -> Option<String> {
        match self {
            Self::Json { .. } => spelled(self.data()?.get(name)?),
            Self::Form { body, second: true } => field(body, &format!("data[{name}]")),
            Self::Form { body, .. } => field(body, name),
        }
    }

    /// The properties.
    fn data(&self) -> Option<&Value> {
        match self {
            Self::Json { body, second: true } => body.get("data"),
            Self::Json { body, .. } => Some(body),
            Self::Form { .. } => None,
        }
    }

    /// A custom variable.
    fn variable(&self, name: &str) -> Option<String> {
        match self {
            Self::Json { .. } => spelled(self.data()?.get(VARIABLES)?.get(name)?),
            Self::Form { body, second: true } => field(body, &format!("data[{VARIABLES}][{name}]")),
            Self::Form { body, .. } => field(body, &format!("{VARIABLES}[{name}]")),
        }
    }
}

fn spelled(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// A form's field (`application/x-www-form-urlencoded`).
fn field(form: &str, name: &str) -> Option<String> {
    form.split('&')
        .filter_map(|pair| pair.split_once('='))
        .find(|(encoded, _)| decoded(encoded) == name.as_bytes())
        .and_then(|(_, value)| String::from_utf8(decoded(value)).ok())
}

/// What is not well encoded stays as it is.
fn decoded(text: &str) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let code = match (first, after) {
            (b'%', [high, low, ..]) => hex(*high).zip(hex(*low)),
            _ => None,
        };
        rest = after;
        match (first, code) {
            (_, Some((high, low))) => {
                bytes.push(high * 16 + low);
                rest = after.get(2..).unwrap_or_default();
            }
            (b'+', None) => bytes.push(b' '),
            (other, None) => bytes.push(*other),
        }
    }
    bytes
}

fn hex(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        b'A'..=b'F' => Some(digit - b'A' + 10),
        _ => None,
    }
}
