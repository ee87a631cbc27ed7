//! What the second stage of the loader (`loader/stage.js`) does for the app: all
//! that has to do with the release's files, with frames and with style sheets.

use js_sys::Promise;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use web_sys::Element;

#[wasm_bindgen]
extern "C" {
    /// One for each element.
    #[derive(Clone, PartialEq)]
    pub type Bridge;

    /// The folder of this release's files, with a slash at its end.
    #[wasm_bindgen(method, getter)]
    pub fn base(this: &Bridge) -> String;

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
}
