//! What the app is given from JavaScript: the second stage of the loader
//! (`loader/stage.js`) for all that has to do with the release's files, with
//! frames and with style sheets; the browser (`browser.js`); the visitor's
//! language (`tongue.js`). Thin shells: what is done when is decided in `step`.

use js_sys::{Object, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::{Element, HtmlElement};

#[wasm_bindgen]
extern "C" {
    /// One for each element.
    #[derive(Clone, PartialEq)]
    pub type Bridge;

    #[wasm_bindgen(method, getter)]
    pub fn browser(this: &Bridge) -> Browser;

    #[wasm_bindgen(method, getter)]
    pub fn tongue(this: &Bridge) -> Tongue;

    /// Stands in for the page's origin where the app runs in the edge's own frame.
    #[wasm_bindgen(method)]
    pub fn ticket(this: &Bridge) -> Option<String>;

    /// Shows the colours that the button's owner has chosen: the field `theme`
    /// of the button's public view, unchecked.
    #[wasm_bindgen(method)]
    pub fn theme(this: &Bridge, theme: &JsValue);

    /// Shows a captcha in this empty element, in a frame of the edge's own.
    /// Ends in its token, which serves one request, or is rejected.
    #[wasm_bindgen(method)]
    pub fn captcha(this: &Bridge, place: &Element) -> Promise;

    /// The browser, for one element.
    #[derive(Clone, PartialEq)]
    pub type Browser;

    /// A fresh `Idempotency-Key`.
    #[wasm_bindgen(method)]
    pub fn key(this: &Browser) -> String;

    /// Sends a request. The app hears the answer with the same kind and topic.
    /// `agent`: 0 without a token, 1 with the page's, 2 with another one.
    #[wasm_bindgen(method)]
    pub fn ask(
        this: &Browser,
        kind: &str,
        topic: &str,
        method: &str,
        url: &str,
        headers: &Object,
        body: Option<String>,
        fresh: bool,
        agent: u8,
    );

    #[wasm_bindgen(method)]
    pub fn listen(this: &Browser, url: &str);

    #[wasm_bindgen(method)]
    pub fn deafen(this: &Browser);

    #[wasm_bindgen(method)]
    pub fn wake(this: &Browser, alarm: u8, milliseconds: u32);

    #[wasm_bindgen(method)]
    pub fn still(this: &Browser, alarm: u8);

    /// Ticks in this rhythm from now on; 0 is never.
    #[wasm_bindgen(method)]
    pub fn tick(this: &Browser, milliseconds: u32);

    #[wasm_bindgen(method)]
    pub fn recall(this: &Browser, name: &str) -> Option<String>;

    /// Writes a text down; none removes every trace of it.
    #[wasm_bindgen(method)]
    pub fn keep(this: &Browser, name: &str, text: Option<String>);

    /// Tells the page something.
    #[wasm_bindgen(method)]
    pub fn say(this: &Browser, name: &str, detail: &Object);

    /// Asks the page whether it has anything against a call.
    #[wasm_bindgen(method)]
    pub fn permit(this: &Browser, detail: &Object);

    /// Where the page is, and what it says of itself: the field `page` of a click.
    #[wasm_bindgen(method)]
    pub fn about(this: &Browser) -> JsValue;

    /// Whether the page has an agent's token.
    #[wasm_bindgen(method, getter)]
    pub fn agent(this: &Browser) -> bool;

    #[wasm_bindgen(method)]
    pub fn solve(this: &Browser, token: &Promise);

    #[wasm_bindgen(method)]
    pub fn show(this: &Browser, panel: &Element);

    #[wasm_bindgen(method)]
    pub fn focus(this: &Browser, target: &HtmlElement);

    /// The words of one element, in its language.
    #[derive(Clone, PartialEq)]
    pub type Tongue;

    /// The language's tag.
    #[wasm_bindgen(method, getter)]
    pub fn lang(this: &Tongue) -> String;

    /// `ltr` or `rtl`.
    #[wasm_bindgen(method, getter)]
    pub fn dir(this: &Tongue) -> String;

    /// The texts of the button's owner, unchecked.
    #[wasm_bindgen(method, setter)]
    pub fn set_owner(this: &Tongue, texts: &JsValue);

    /// The text of this language among several, unchecked.
    #[wasm_bindgen(method)]
    pub fn among(this: &Tongue, texts: &JsValue) -> Option<String>;

    /// A text with its gaps filled; `more` is for any but the first two.
    #[wasm_bindgen(method)]
    pub fn say(
        this: &Tongue,
        key: &str,
        name: Option<String>,
        number: Option<String>,
        more: Option<String>,
    ) -> String;

    #[wasm_bindgen(method)]
    pub fn clock(this: &Tongue, seconds: u32) -> String;

    /// A point in time, in milliseconds.
    #[wasm_bindgen(method)]
    pub fn moment(this: &Tongue, time: f64) -> String;

    /// "in 5 minutes".
    #[wasm_bindgen(method)]
    pub fn wait(this: &Tongue, seconds: u32) -> String;

    /// The visitor's country, as far as the languages tell.
    #[wasm_bindgen(method)]
    pub fn home(this: &Tongue) -> Option<String>;

    /// Lists countries in a `<select>`.
    #[wasm_bindgen(method)]
    pub fn countries(
        this: &Tongue,
        select: &Element,
        table: &str,
        chosen: Option<&str>,
        allow: Vec<String>,
        deny: Vec<String>,
    );
}
