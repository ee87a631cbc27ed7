//! `GET /buttons/{buttonId}/captcha`: the captcha alone as a page of our own, so that
//! the page around meets no foreign host.

use worker::{Headers, Response};

use super::{Asked, button, reply};
use crate::admission::captcha::ACTION;
use crate::error::Problem;
use crate::room::failed;
use crate::{policy, query};

const PAGE: &str = include_str!("captcha.html");

pub(super) async fn page(asked: &Asked, id: &str) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    let Some(turnstile) = &settings.turnstile else {
        return Err(Problem::NotFound("This deployment has no captcha."));
    };
    let (button, _) = button::read(asked, id).await?;
    let html = PAGE
        .replace("{{SCRIPT}}", &in_attribute(&turnstile.script_url))
        .replace("{{SITE_KEY}}", &in_attribute(&turnstile.site_key))
        .replace("{{ACTION}}", ACTION);
    let foreign = query::origin(&turnstile.script_url);
    let headers = Headers::new();
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        (
            "content-security-policy",
            &policy::of_captcha(&button.origins, foreign),
        ),
        ("referrer-policy", "strict-origin"),
    ] {
        reply::set(&headers, name, value)?;
    }
    Ok(Response::ok(html).map_err(failed)?.with_headers(headers))
}

/// A setting's text within a quoted attribute.
fn in_attribute(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;")
}
