//! The one door through which JSON comes in: text -> types, or nothing.

use js_sys::{Array, JSON, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::bridge::Tongue;
use crate::told::{Button, Consent, Fallback, Named, Placed, Record, Told};

/// A value from outside that has not yet been believed.
pub struct Unchecked(JsValue);

impl Unchecked {
    pub fn new(value: JsValue) -> Self {
        Self(value)
    }

    /// Any JSON value; one that is no object has no fields.
    pub fn parse(text: &str) -> Option<Self> {
        JSON::parse(text).ok().map(Self)
    }

    pub fn field(&self, name: &str) -> Option<JsValue> {
        Reflect::get(&self.0, &name.into())
            .ok()
            .filter(|value| !value.is_undefined() && !value.is_null())
    }

    pub fn inner(&self, name: &str) -> Option<Self> {
        self.field(name).map(Self)
    }

    pub fn text(&self, name: &str) -> Option<String> {
        self.field(name)?.as_string()
    }

    fn number(&self, name: &str) -> Option<f64> {
        self.field(name)?.as_f64().filter(|n| n.is_finite())
    }

    pub fn flag(&self, name: &str) -> bool {
        self.field(name).is_some_and(|value| value.is_truthy())
    }

    /// A point in time: RFC 3339, or milliseconds.
    fn time(&self, name: &str) -> Option<f64> {
        let time = js_sys::Date::new(&self.field(name)?).get_time();
        time.is_finite().then_some(time)
    }

    fn texts(&self, name: &str) -> Vec<String> {
        let list = self.field(name).filter(Array::is_array);
        let list = list.map(|list| Array::from(&list)).unwrap_or_default();
        list.iter().filter_map(|text| text.as_string()).collect()
    }

    /// The button, in this language; `country` is the visitor's.
    pub fn button(&self, tongue: &Tongue, country: Option<String>) -> Option<Button> {
        let countries = self.inner("countries");
        let listed = |name| {
            let found = countries.as_ref();
            found.map(|found| found.texts(name)).unwrap_or_default()
        };
        Some(Button {
            name: self.text("name")?,
            display_number: self.text("displayNumber")?,
            contact_first: self.text("dialFirst").as_deref() != Some("extension"),
            sandbox: self.flag("sandbox"),
            auth_required: self.flag("authRequired"),
            closed: self.field("open").is_some_and(|open| open.is_falsy()),
            opens_at: self.time("opensAt"),
            consent: self.inner("consent").and_then(|it| it.consent(tongue)),
            fallback: self.inner("fallback").and_then(|it| it.fallback()),
            allow: listed("allow"),
            deny: listed("deny"),
            country,
        })
    }

    /// Terms without a text in any language are no terms that anybody could read.
    fn consent(&self, tongue: &Tongue) -> Option<Consent> {
        Some(Consent {
            version: self.text("version")?,
            text: tongue.among(&self.field("texts")?)?,
        })
    }

    /// Only addresses that are links: no other scheme runs or loads here.
    fn fallback(&self) -> Option<Fallback> {
        let number = self.text("number").filter(|number| {
            let rest = number.strip_prefix('+');
            rest.is_some_and(|rest| rest.bytes().all(|c| c.is_ascii_digit()))
        });
        let url = self.text("url").filter(|url| url.starts_with("https://"));
        let href = number.as_ref().map(|number| ["tel:", number].concat());
        Some(Fallback {
            href: href.or(url)?,
            number,
            text: self.text("text"),
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
            consent: self.text("consent"),
            started: self.number("started")?,
            call: self.named(),
            connected: self.number("connected"),
        })
    }
}

/// A plain object of these fields; those without a value are left out.
pub fn object(fields: &[(&str, Option<JsValue>)]) -> Object {
    let object = Object::new();
    for (name, value) in fields {
        if let Some(value) = value {
            // Setting a field of a fresh plain object cannot fail.
            let _ = Reflect::set(&object, &(*name).into(), value);
        }
    }
    object
}

/// … and its JSON text.
pub fn write(fields: &[(&str, Option<JsValue>)]) -> String {
    JSON::stringify(object(fields).unchecked_ref())
        .map(String::from)
        .unwrap_or_default()
}
