//! The page around the widget: the element it lives in, the events that the
//! page hears, the button that the loader painted.

use wasm_bindgen::{JsCast, JsValue};
use web_sys::{CustomEvent, CustomEventInit, HtmlElement, ShadowRoot};

use crate::ask::Edge;
use crate::bridge::Bridge;
use crate::door;
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

    /// Whether the focus is somewhere in the widget.
    pub fn has_focus(&self) -> bool {
        let root = self.host.shadow_root();
        root.as_ref().and_then(ShadowRoot::active_element).is_some()
    }

    /// Whether the page lets the call be placed.
    pub fn allows_call(&self) -> bool {
        self.say("ctd-before-call", &[])
    }

    /// Tells the page what is true of the call now.
    pub fn say_told(&self, name: &str, call_id: &str, told: &Told) {
        let ended = told.state.is_end();
        self.say(
            name,
            &[
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
                ("callId", call_id.map(Into::into)),
                ("code", Some(code.into())),
            ],
        );
    }

    /// False where the page has cancelled the event. A detail never holds a
    /// phone number or a token: any script on the page can listen.
    fn say(&self, name: &str, fields: &[(&str, Option<JsValue>)]) -> bool {
        let mut fields = fields.to_vec();
        fields.push(("button", Some(self.edge.button().into())));
        let detail = js_sys::JSON::parse(&door::write(&fields)).unwrap_or_default();
        let init = CustomEventInit::new();
        init.set_bubbles(true);
        init.set_composed(true);
        init.set_cancelable(name == "ctd-before-call");
        init.set_detail(&detail);
        CustomEvent::new_with_event_init_dict(name, &init)
            .and_then(|event| self.host.dispatch_event(event.unchecked_ref()))
            .unwrap_or(true)
    }
}
