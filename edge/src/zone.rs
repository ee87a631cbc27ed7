//! Time zones, which the runtime knows: its tables are ICU's.

use call::Millis;
use js_sys::{Array, Date, Function, Intl, Object, Reflect, global};
use worker::wasm_bindgen::{JsCast, JsValue};

use crate::admission::hours::wall_minutes;

/// A time zone that the runtime knows.
pub struct Zone(Intl::DateTimeFormat);

impl Zone {
    /// The zone with this name (IANA). Asked through `Reflect`: an unknown name
    /// throws, which no binding but this one catches.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let options = Object::new();
        let fields = ["year", "month", "day", "hour", "minute"];
        let all = [
            ("timeZone", name),
            ("hourCycle", "h23"),
            ("calendar", "gregory"),
        ];
        for (name, value) in fields
            .map(|field| (field, "numeric"))
            .into_iter()
            .chain(all)
        {
            Reflect::set(&options, &name.into(), &value.into()).ok()?;
        }
        let intl = Reflect::get(&global(), &"Intl".into()).ok()?;
        let format = Reflect::get(&intl, &"DateTimeFormat".into()).ok()?;
        let arguments = Array::of2(&"en-US".into(), &options);
        let made = Reflect::construct(format.dyn_ref::<Function>()?, &arguments).ok()?;
        Some(Self(made.unchecked_into()))
    }

    /// Its wall clock, in minutes since 1970-01-01 00:00 as that clock counts them.
    #[must_use]
    pub fn wall(&self, at: Millis) -> Option<i64> {
        #[expect(
            clippy::cast_precision_loss,
            reason = "milliseconds since 1970, far below 2^53"
        )]
        let at = Date::new(&JsValue::from_f64(at.0 as f64));
        let parts = self.0.format_to_parts(&at);
        let part = |name: &str| {
            let kind = |part: &JsValue| Reflect::get(part, &"type".into()).ok()?.as_string();
            let found = parts
                .iter()
                .find(|part| kind(part).as_deref() == Some(name))?;
            let text = Reflect::get(&found, &"value".into()).ok()?.as_string()?;
            text.parse::<u32>().ok()
        };
        wall_minutes(
            (part("year")?, part("month")?, part("day")?),
            part("hour")?,
            part("minute")?,
        )
    }
}
