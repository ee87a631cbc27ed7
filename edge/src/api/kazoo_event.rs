//! `POST /operators/kazoo/{connection}/{secret}`: a Kazoo system tells of a channel.
//!
//! Anything but 200 counts as a failure there, and after a few failures the
//! system switches the webhook off for all calls. So whatever is readable is
//! answered with 200, also where it is none of our business.

use worker::Response;

use super::{Asked, reply};
use crate::binding::{self, Told};
use crate::call_room::words::View;
use crate::config::{Connection, Settings};
use crate::error::Problem;
use crate::hanging_up::{HangUp, hang_up_persistently};
use crate::ids::CallId;
use crate::operator::kazoo::{Event, read_event};

/// Bytes of an event: Kazoo's longest samples fit twenty times.
const LARGEST_EVENT: usize = 64 * 1024;

pub(super) async fn answer(
    mut asked: Asked,
    connection: &str,
    secret: &str,
) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    match settings.connection(connection) {
        Some(Connection::Kazoo(kazoo)) if kazoo.is_authorized(secret) => {}
        _ => return Err(Problem::Unauthenticated),
    }
    let body = asked.body(LARGEST_EVENT).await?;
    let event = read_event(&body)
        .map_err(|_| Problem::InvalidArgument("The body is neither JSON nor a form."))?;
    if let Some(event) = event {
        let told = tell(&asked, &settings, connection, event).await;
        // A problem of ours has been logged; sent again, the event would meet it again.
        if let Ok(Some((call, view))) = told
            && let Some(due) = HangUp::of(&view, &call)
        {
            let work = hang_up_persistently(asked.env.clone(), settings, due);
            asked.in_background(work);
        }
    }
    reply::empty(200)
}

/// Tells the call. It is known by our own id, and otherwise by its name.
async fn tell(
    asked: &Asked,
    settings: &Settings,
    connection: &str,
    event: Event,
) -> Result<Option<(CallId, View)>, Problem> {
    let env = &asked.env;
    let (name, news) = (event.name.as_str(), event.news);
    let read_id = |text: &str| CallId::decode(&settings.key, text);
    let ours = event.call.as_deref().and_then(read_id);
    match ours {
        Some(call) => {
            let told = binding::tell_call(env, &call, name, news, Some(connection)).await?;
            // Later events may have lost our id: from here on the name leads to
            // the call, which is this connection's, as its room has found.
            let (Some(view), true) = (&told, event.begins) else {
                return Ok(told.map(|view| (call, view)));
            };
            if view.call.operator_call.as_deref() != Some(name) {
                return Ok(None);
            }
            let later = binding::name(env, connection, &call, name).await?;
            Ok(later.or(told).map(|view| (call, view)))
        }
        None => {
            let told = Told {
                connection,
                name,
                pair: None,
                news,
                recording: None,
            };
            binding::tell(env, told, read_id).await
        }
    }
}
