//! The one door through which JSON comes in: text -> types, or nothing.

use js_sys::{JSON, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::told::{Button, Named, Placed, Record, Told};

/// A JSON object that has been parsed and not yet been believed.
pub struct Unchecked(JsValue);

impl Unchecked {
    /// Any JSON value; one that is no object has no fields.
    pub fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    fn field(&self, name: &str) -> Option<JsValue> {
        Reflect::get(&self.0, &name.into())
            .ok()
            .filter(|value| !value.is_undefined() && !value.is_null())
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.field(name)?.as_string()
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.field(name)?.as_f64().filter(|n| n.is_finite())
    }

    fn flag(&self, name: &str) -> bool {
        self.field(name).is_some_and(|value| value.is_truthy())
    }

    /// A point in time: RFC 3339, or milliseconds.
    fn time(&self, name: &str) -> Option<f64> {
        let time = js_sys::Date::new(&self.field(name)?).get_time();
        time.is_finite().then_some(time)
    }

    /// The colours of the button's public view, for the loader to check.
    pub fn theme(&self) -> JsValue {
        self.field("theme").unwrap_or_default()
    }

    pub fn button(&self) -> Option<Button> {
        Some(Button {
            name: self.text("name")?,
            display_number: self.text("displayNumber")?,
            contact_first: self.text("dialFirst").as_deref() != Some("extension"),
            sandbox: self.flag("sandbox"),
        })
    }

    fn named(&self) -> Option<Named> {
        Some(Named {
            id: self.text("callId")?,
            token: self.text("token")?,
            events_token: self.text("eventsToken")?,
        })
    }

    pub fn placed(&self) -> Option<Placed> {
        Some(Placed {
            call: self.named()?,
            state: self.text("status")?.parse().ok()?,
        })
    }

    /// Events say `state`, the call itself says `status`.
    pub fn told(&self) -> Option<Told> {
        let state = self.text("state").or_else(|| self.text("status"))?;
        Some(Told {
            state: state.parse().ok()?,
            reason: self.text("reason").and_then(|word| word.parse().ok()),
            // A duration is never negative, and `as` stops at the ends.
            duration_seconds: self.number("durationSeconds").map(|n| n as u32),
            assumed: self.flag("assumed"),
            code: self.text("code"),
            at: self.time("at"),
        })
    }

    pub fn record(&self) -> Option<Record> {
        Some(Record {
            key: self.text("key")?,
            number: self.text("number"),
            started: self.number("started")?,
            call: self.named(),
            connected: self.number("connected"),
        })
    }
}

/// A JSON text of these fields; those without a value are left out.
pub fn write(fields: &[(&str, Option<JsValue>)]) -> String {
    let object = js_sys::Object::new();
    for (name, value) in fields {
        if let Some(value) = value {
            // Setting a field of a fresh plain object cannot fail.
            let _ = Reflect::set(&object, &(*name).into(), value);
        }
    }
    JSON::stringify(object.unchecked_ref())
        .map(String::from)
        .unwrap_or_default()
}
