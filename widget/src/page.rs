//! The page around the widget: the element it lives in, the events that the
//! page hears, the button that the loader painted.

use wasm_bindgen::JsValue;
use web_sys::{HtmlElement, ShadowRoot};

use crate::ask::Edge;
use crate::bridge::Bridge;
use crate::door;
use crate::model::Facts;
use crate::record;
use crate::told::Told;

/// What the loader hands over. Cheap to clone.
#[derive(Clone, PartialEq, yew::Properties)]
pub struct Page {
    /// The `<click-to-dial>` element.
    pub host: HtmlElement,
    /// What opens the panel: the button in its shadow root, or the page's own trigger.
    pub button: HtmlElement,
    /// Where requests go.
    pub edge: Edge,
    /// What the loader does for the app.
    pub bridge: Bridge,
}

impl Page {
    /// Shows on the element and its button where the visitor is.
    pub fn reflect(&self, state: Option<&str>, open: bool) {
        // An attribute with a valid constant name can always be set.
        let _ = match state {
            Some(state) => self.host.set_attribute("state", state),
            None => self.host.remove_attribute("state"),
        };
        let expanded = if open { "true" } else { "false" };
        let _ = self.button.set_attribute("aria-expanded", expanded);
    }

    /// What the page says of itself, at this moment.
    pub fn facts(&self) -> Facts {
        let browser = self.bridge.browser();
        Facts {
            agent: browser.agent(),
            entry: self.host.has_attribute("contact-entry"),
            contact_name: self.host.get_attribute("contact-name"),
            home: self.bridge.tongue().home(),
            remembered: record::number(&browser),
        }
    }

    /// Whether the focus is somewhere in the widget.
    pub fn has_focus(&self) -> bool {
        let root = self.host.shadow_root();
        root.as_ref().and_then(ShadowRoot::active_element).is_some()
    }

    /// Asks the page whether the call may be placed.
    pub fn ask(&self) {
        self.bridge.browser().permit(&door::object(&[self.named()]));
    }

    /// Tells the page what is true of the call now.
    pub fn say_told(&self, name: &str, call_id: &str, told: &Told) {
        let ended = told.state.is_end();
        self.say(
            name,
            &[
                self.named(),
                ("callId", Some(call_id.into())),
                ("state", Some(told.state.as_str().into())),
                ("reason", told.reason.map(|reason| reason.as_str().into())),
                ("durationSeconds", told.duration_seconds.map(Into::into)),
                ("code", told.code.as_deref().map(Into::into)),
                ("assumed", ended.then(|| told.assumed.into())),
            ],
        );
    }

    /// Tells the page what went wrong.
    pub fn say_error(&self, call_id: Option<&str>, code: &str) {
        self.say(
            "ctd-error",
            &[
                self.named(),
                ("callId", call_id.map(Into::into)),
                ("code", Some(code.into())),
            ],
        );
    }

    fn named(&self) -> (&'static str, Option<JsValue>) {
        ("button", Some(self.edge.button().into()))
    }

    /// A detail never holds a phone number or a token: any script on the page
    /// can listen.
    fn say(&self, name: &str, fields: &[(&str, Option<JsValue>)]) {
        self.bridge.browser().say(name, &door::object(fields));
    }
}
