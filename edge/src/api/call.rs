//! `GET` and `DELETE …/calls/{callId}` (CAMARA `getCall`, `terminateCall`).

use serde::Serialize;
use worker::Response;

use super::asked::NO_SUCH_CALL;
use super::standing::Standing;
use super::{Asked, reply, resource};
use crate::auth::scopes::Scope;
use crate::call_room::words::{Ask, View};
use crate::error::Problem;
use crate::hanging_up::{self, HangUp};
use crate::ids::CallId;
use crate::room::failed;
use crate::sse::Told;
use crate::{clock, room};

/// CAMARA `Call` without the numbers, for whoever holds the call's own token,
/// with the reason and duration that events carry.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Body<'a> {
    call_id: &'a str,
    status: &'static str,
    created_at: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    duration_seconds: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    assumed: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    code: Option<&'static str>,
}

pub(super) async fn get(asked: &Asked, id: &str) -> Result<Response, Problem> {
    let (call, standing) = asked.on_call(id, Scope::ReadCalls).await?;
    let view = ask(asked, &call, &Ask::Read).await?;
    if let Standing::Client(_) = standing {
        let settings = asked.settings()?;
        return reply::json(200, &resource::call(&settings, &view));
    }
    let told = Told::new(&view.call.id, view.last.status);
    reply::json(
        200,
        &Body {
            call_id: told.call_id,
            status: told.state,
            created_at: clock::rfc3339(view.call.opened_at),
            reason: told.reason,
            duration_seconds: told.duration_seconds,
            assumed: told.assumed,
            code: told.code,
        },
    )
}

/// 204 once the operator has accepted, or once the wish is kept because the
/// operator has not named the call yet.
pub(super) async fn terminate(asked: &Asked, id: &str) -> Result<Response, Problem> {
    let (call, _) = asked.on_call(id, Scope::DeleteCalls).await?;
    let view = ask(asked, &call, &Ask::HangUp).await?;
    if view.last.status.state().is_end() {
        return Err(Problem::CallEnded);
    }
    if let Some(due) = HangUp::of(&view, &call) {
        let (env, settings) = (asked.env.clone(), asked.settings()?);
        let work = async move { hanging_up::hang_up(&env, &settings, &due).await };
        asked.see_through(work).await??;
    }
    reply::empty(204)
}

async fn ask(asked: &Asked, call: &CallId, question: &Ask) -> Result<View, Problem> {
    let room = room::call_room(&asked.env, call).map_err(failed)?;
    room::ask(&room, question)
        .await
        .map_err(failed)?
        .ok_or(NO_SUCH_CALL)
}
