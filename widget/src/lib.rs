//! The button's app: everything that happens after the click.
//!
//! The loader (`loader/widget.js`) paints the button and owns it; when somebody
//! means to use it, its second stage (`loader/stage.js`) mounts this app once per
//! element.
//! Decisions are in `step` and `follow`, pure and tested on the host; the files
//! that touch the browser only carry them out.

mod ask;
mod bridge;
mod door;
mod event;
mod follow;
mod legs;
mod listen;
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

use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, HtmlElement};
use yew::{AppHandle, Renderer};

use crate::ask::Edge;
use crate::bridge::Bridge;
use crate::event::Event;
use crate::page::Page;
use crate::widget::Widget;

#[cfg(target_arch = "wasm32")]
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();

/// The panel's style sheet; the loader adopts it into each shadow root.
#[wasm_bindgen]
#[must_use]
pub fn style() -> String {
    include_str!("panel.css").to_owned()
}

/// The app in one element. Freeing it takes it off the page.
#[wasm_bindgen]
pub struct View {
    app: Option<AppHandle<Widget>>,
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
            edge: Edge::new(origin, id),
            bridge,
        };
        Self {
            app: Some(Renderer::with_root_and_props(place, page).render()),
        }
    }

    /// Passes on what the page wants, in the words of the element's methods.
    /// `number` is what to dial: an international number.
    pub fn tell(&self, word: &str, number: Option<String>) {
        let event = match word {
            "open" => Event::Open,
            "close" => Event::Close,
            "toggle" => Event::Toggle,
            "dial" => Event::Dial,
            "hangUp" => Event::HangUp,
            _ => return,
        };
        if let Some(app) = &self.app {
            if let Some(number) = number {
                app.send_message(Event::Typed(number));
            }
            app.send_message(event);
        }
    }
}

impl Drop for View {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
    }
}
