//! `POST /operators/camara/calls/{callId}`: a CAMARA operator tells of a call.

use worker::Response;

use super::asked::NO_SUCH_CALL;
use super::{Asked, reply};
use crate::call_room::words::Ask;
use crate::error::Problem;
use crate::hanging_up::{HangUp, hang_up_persistently};
use crate::keys::Purpose;
use crate::operator::camara::{Event, read_event};
use crate::redact::redact;
use crate::room;
use crate::room::failed;

/// Bytes of an event: the document's own example is 600.
const LARGEST_EVENT: usize = 64 * 1024;

pub(super) async fn answer(mut asked: Asked, id: &str) -> Result<Response, Problem> {
    let call = asked.call(id, Purpose::OperatorBearer, asked.bearer().as_deref())?;
    asked.demand_media_type(
        "application/cloudevents+json",
        "The body has to be application/cloudevents+json (structured mode).",
    )?;
    let body = asked.body(LARGEST_EVENT).await?;
    let event = read_event(&body).map_err(|malformed| Problem::InvalidArgument(malformed.0))?;
    let (operator_call, status) = match event {
        Event::Status(operator_call, status) => (operator_call, status),
        Event::Unknown(what) => {
            worker::console_warn!("call {}: ignored an unknown event: {}", id, redact(&what));
            return reply::empty(204);
        }
    };
    let room = room::call_room(&asked.env, &call).map_err(failed)?;
    let tell = Ask::Tell {
        operator_call,
        news: status.into(),
        connection: None,
    };
    let view = room::ask(&room, &tell)
        .await
        .map_err(failed)?
        .ok_or(NO_SUCH_CALL)?;
    if let Some(due) = HangUp::of(&view, &call) {
        let settings = asked.settings()?;
        asked.in_background(hang_up_persistently(asked.env.clone(), settings, due));
    }
    reply::empty(204)
}
