//! `GET /buttons/{buttonId}`: what everybody may know of a button.

use serde::Serialize;
use worker::Response;

use super::{Asked, reply};
use crate::admission::Refusal;
use crate::config::{Connection, DialFirst};
use crate::error::Problem;
use crate::ids::ButtonId;

/// The public view. No extension, no secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    button_id: &'a str,
    name: &'a str,
    /// The number that both phones show.
    display_number: &'a str,
    dial_first: DialFirst,
    /// Whether no real phone rings.
    sandbox: bool,
}

pub(super) fn answer(asked: &Asked, id: &str) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    let found = ButtonId::decode(&settings.key, id).and_then(|id| settings.button(id));
    let (_, button, connection) = found.ok_or(Problem::Refused(Refusal::NoSuchButton))?;
    let response = reply::json(
        200,
        &View {
            button_id: id,
            name: &button.name,
            display_number: connection.platform_number().e164(),
            dial_first: button.dial_first,
            sandbox: matches!(connection, Connection::Sandbox(_)),
        },
    )?;
    reply::set(response.headers(), "cache-control", "public, max-age=60")?;
    Ok(response)
}
