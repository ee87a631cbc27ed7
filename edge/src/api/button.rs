//! `GET /buttons/{buttonId}`: what everybody may know of a button.

use serde::Serialize;
use worker::Response;

use super::{Asked, reply};
use crate::account_room::words::{Ask, Decision};
use crate::admission::Refusal;
use crate::config::Connection;
use crate::document::{Button, DialFirst, Place};
use crate::error::Problem;
use crate::ids::ButtonId;
use crate::room::{self, failed};

/// The public view. No extension, no secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    button_id: &'a str,
    name: &'a str,
    /// The number that both phones show.
    display_number: &'a str,
    dial_first: DialFirst,
    /// Whether the page has to bring an agent's token.
    auth_required: bool,
    /// Whether no real phone rings.
    sandbox: bool,
}

/// A button by its public id, and the name of the connection that places its calls.
pub(super) async fn read(asked: &Asked, id: &str) -> Result<(Button, String), Problem> {
    let settings = asked.settings()?;
    let no_such_button = Problem::Refused(Refusal::NoSuchButton);
    let button = ButtonId::decode(&settings.key, id).ok_or(no_such_button)?;
    let room = room::account_room(&asked.env, button.account).map_err(failed)?;
    let decision = room::ask(&room, &Ask::Button(button))
        .await
        .map_err(failed)?;
    match decision {
        Decision::Button {
            document,
            connection,
        } => {
            let button = Button::read(&Place::whole(&document)).map_err(|_| Problem::Internal)?;
            Ok((button, connection))
        }
        Decision::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

pub(super) async fn answer(asked: &Asked, id: &str) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    let (button, connection) = read(asked, id).await?;
    let connection = settings
        .connection(&connection)
        .ok_or(Problem::NotConfigured)?;
    let response = reply::json(
        200,
        &View {
            button_id: id,
            name: &button.name,
            display_number: connection.platform_number().e164(),
            dial_first: button.dial_first,
            auth_required: button.auth_required,
            sandbox: matches!(connection, Connection::Sandbox(_)),
        },
    )?;
    reply::set(response.headers(), "cache-control", "public, max-age=60")?;
    Ok(response)
}
