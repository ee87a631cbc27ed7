//! The button's app: everything that happens after the click.
//!
//! The loader (`loader/widget.js`) paints the button and owns it; when somebody
//! means to use it, its second stage (`loader/stage.js`) mounts this app once per
//! element.
//! Decisions are in `step` and `follow`, pure and tested on the host; the files
//! that touch the browser only carry them out.

mod ask;
mod bridge;
mod countries;
mod door;
mod entry;
mod event;
mod follow;
mod legs;
mod line;
mod model;
mod number;
mod page;
mod record;
mod step;
#[cfg(test)]
mod stories;
mod told;
mod view;
mod widget;
mod words;

use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, HtmlElement};
use yew::{AppHandle, Renderer};

use crate::ask::Edge;
use crate::bridge::Bridge;
use crate::door::Unchecked;
use crate::event::{Alarm, Event};
use crate::page::Page;
use crate::widget::Widget;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// The app in one element. Freeing it takes it off the page.
#[wasm_bindgen]
pub struct View {
    app: Option<AppHandle<Widget>>,
    bridge: Bridge,
    button: String,
}

#[wasm_bindgen]
impl View {
    /// Mounts the app into `place`, an empty element of the host's shadow root.
    #[wasm_bindgen(constructor)]
    pub fn new(
        host: HtmlElement,
        button: HtmlElement,
        place: Element,
        origin: String,
        id: String,
        bridge: Bridge,
    ) -> Self {
        let page = Page {
            host,
            button,
            edge: Edge::new(origin, id.clone()),
            bridge: bridge.clone(),
        };
        Self {
            app: Some(Renderer::with_root_and_props(place, page).render()),
            bridge,
            button: id,
        }
    }

    /// Passes on what the page wants, in the words of the element's methods, and
    /// what the browser has told (`browser.js`). `what` belongs to the word: a
    /// number to dial, the data of an event.
    pub fn tell(&self, word: &str, what: Option<String>) {
        let event = match word {
            "open" => Some(Event::Open),
            "close" => Some(Event::Close),
            "toggle" => Some(Event::Toggle),
            "hangUp" => Some(Event::HangUp),
            "dial" => {
                if let Some(number) = what {
                    self.send(Event::Linked(number));
                }
                Some(Event::Dial)
            }
            "words" => Some(Event::Words),
            "back" => Some(Event::Back),
            "offline" => Some(Event::Offline),
            "up" => Some(Event::StreamUp),
            "down" => Some(Event::StreamDown),
            "gone" => Some(Event::StreamClosed),
            "tick" => Some(Event::Tick),
            "permitted" => Some(Event::Permitted(what)),
            "solved" => {
                let key = self.bridge.browser().key();
                Some(Event::Solved(what.map(|proof| (proof, key))))
            }
            "told" => what.and_then(|data| told(&data)),
            "stored" => self.stored(),
            _ => None,
        };
        if let Some(event) = event {
            self.send(event);
        }
    }

    /// An alarm has come.
    pub fn alarm(&self, which: u8) {
        if let Some(alarm) = Alarm::ALL.get(usize::from(which)) {
            self.send(Event::Alarm(*alarm));
        }
    }

    /// The answer to a request of this kind, about this topic.
    pub fn answer(&self, kind: &str, topic: String, answer: JsValue) {
        let answer = Unchecked::new(answer);
        if let Some(event) = ask::heard(kind, topic, &answer, &self.bridge) {
            self.send(event);
        }
    }

    fn send(&self, event: Event) {
        if let Some(app) = &self.app {
            app.send_message(event);
        }
    }

    /// Another tab has written something down. A call that has no name yet is
    /// that tab's to place.
    fn stored(&self) -> Option<Event> {
        let record = record::recall(&self.bridge.browser(), &self.button)?;
        record.call.is_some().then_some(Event::Found {
            record,
            show: false,
        })
    }
}

/// A frame of the stream; what cannot be read says nothing.
fn told(data: &str) -> Option<Event> {
    let frame = Unchecked::parse(data)?;
    Some(Event::Told(frame.text("callId")?, frame.told()?))
}

impl Drop for View {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
    }
}
