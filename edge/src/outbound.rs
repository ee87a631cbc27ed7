//! Building requests that leave the worker. The runtime crate's own builder
//! brings a serializer for image resizing along; this one brings nothing.

use web_sys::{Headers, RequestInit, RequestRedirect};
use worker::Request;
use worker::wasm_bindgen::JsValue;

/// A request. Redirects are not followed: one would carry credentials to a
/// place that nobody configured.
pub fn request<'a>(
    method: &str,
    url: &str,
    headers: impl IntoIterator<Item = (&'a str, &'a str)>,
    body: Option<&str>,
) -> worker::Result<Request> {
    let init = RequestInit::new();
    init.set_method(method);
    init.set_redirect(RequestRedirect::Manual);
    if let Some(body) = body {
        init.set_body(&JsValue::from_str(body));
    }
    let all = Headers::new()?;
    for (name, value) in headers {
        all.set(name, value)?;
    }
    init.set_headers(&all);
    Ok(web_sys::Request::new_with_str_and_init(url, &init)?.into())
}
