//! `GET /buttons/{buttonId}/frame`: the app as a page of our own, for pages
//! whose policy forbids wasm. `POST` there: a new ticket for an old one.

use serde::Serialize;
use worker::{Headers, Response};

use super::{Asked, button, reply};
use crate::error::Problem;
use crate::ids::ButtonId;
use crate::room::failed;
use crate::{admission::Refusal, policy, query, ticket};

/// The page. Its scripts are the assets' newest: whoever opens a frame gets
/// the release of that moment.
const PAGE: &str = include_str!("frame.html");
/// What browsers call a request for the content of a frame.
const FRAMES: [&str; 2] = ["iframe", "frame"];

#[derive(Serialize)]
struct Renewed {
    ticket: String,
}

/// The page, with a ticket in it.
pub(super) async fn page(asked: &Asked, id: &str) -> Result<Response, Problem> {
    // As a page of its own it would ask for a call that no page has offered.
    if asked
        .header("sec-fetch-dest")
        .is_some_and(|wanted| !FRAMES.contains(&wanted.as_str()))
    {
        return Err(Problem::NotFound("This is shown only within another page."));
    }
    let (button, _) = button::read(asked, id).await?;
    let ticket = ticket::make(&asked.settings()?.key, id, asked.now);
    let html = PAGE
        .replace("{{BUTTON}}", id)
        .replace("{{TICKET}}", &ticket);
    let headers = Headers::new();
    for (name, value) in [
        ("content-type", "text/html; charset=utf-8"),
        ("cache-control", "no-store"),
        ("content-security-policy", &policy::of_app(&button.origins)),
        ("cross-origin-resource-policy", "cross-origin"),
        ("referrer-policy", "no-referrer"),
    ] {
        reply::set(&headers, name, value)?;
    }
    // A page that isolates itself takes only frames that do so, too; and these
    // have no captcha, which is not made for that.
    if query::parameter(&asked.url, "isolated").is_some() {
        reply::set(&headers, "cross-origin-embedder-policy", "require-corp")?;
    }
    Ok(Response::ok(html).map_err(failed)?.with_headers(headers))
}

/// A new ticket, for a frame that stays open longer than its first one is valid.
pub(super) fn renew(asked: &Asked, id: &str) -> Result<Response, Problem> {
    let key = &asked.settings()?.key;
    ButtonId::decode(key, id).ok_or(Problem::Refused(Refusal::NoSuchButton))?;
    if !asked.has_ticket(id)? {
        return Err(Problem::Unauthenticated);
    }
    let ticket = ticket::make(key, id, asked.now);
    reply::json(200, &Renewed { ticket })
}
