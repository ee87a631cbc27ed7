//! Which of our calls an operator means by its own name for it.

mod known;

use call::News;
use worker::{Env, Stub};

use crate::account_room::words::{Ask as AskAccount, Decision};
use crate::admission::Parties;
use crate::call_room::words::{Ask, View};
use crate::error::Problem;
use crate::ids::CallId;
use crate::operator::Event;
use crate::operator_call_room::words::{Answer, Ask as AskName};
use crate::room::{self, ask_call, failed};

/// Binds a call to the operator's name for it, and tells it what was parked
/// under that name. `None`: the name is another call's.
pub async fn bind(
    env: &Env,
    connection: &str,
    call: &CallId,
    name: &str,
) -> Result<Option<View>, Problem> {
    let Some(parked) = lead(env, connection, call, name).await? else {
        return Ok(None);
    };
    let stub = room::call_room(env, call).map_err(failed)?;
    let view = tell_parked(&stub, name, parked).await?;
    known::keep(connection, name, call.as_str());
    Ok(Some(view))
}

/// Has the operator's name lead to a call that knows it already, and tells the
/// call what was parked under that name. `None`: nothing was.
pub async fn name(
    env: &Env,
    connection: &str,
    call: &CallId,
    name: &str,
) -> Result<Option<View>, Problem> {
    match lead(env, connection, call, name).await? {
        Some(parked) => {
            let stub = room::call_room(env, call).map_err(failed)?;
            let later = match parked {
                (news, None) if news.is_empty() => None,
                parked => Some(tell_parked(&stub, name, parked).await?),
            };
            known::keep(connection, name, call.as_str());
            Ok(later)
        }
        None => Ok(None),
    }
}

/// What was parked under a name.
type Parked = (Vec<News>, Option<String>);

/// Has a name lead to a call. `None`: it is another call's.
async fn lead(
    env: &Env,
    connection: &str,
    call: &CallId,
    name: &str,
) -> Result<Option<Parked>, Problem> {
    let names_room = room::operator_call_room(env, connection, name).map_err(failed)?;
    let bind = AskName::Bind(call.as_str().to_owned());
    Ok(match room::ask(&names_room, &bind).await.map_err(failed)? {
        Answer::Parked(parked, recording) => Some((parked, recording)),
        _ => None,
    })
}

/// Tells a call its name, and at once what was parked under it.
async fn tell_parked(
    stub: &Stub,
    name: &str,
    (parked, recording): Parked,
) -> Result<View, Problem> {
    let view = ask_call(stub, &Ask::Parked(name.to_owned(), parked)).await?;
    if let Some(recording) = recording {
        ask_call(stub, &Ask::Recorded(recording)).await?;
    }
    Ok(view)
}

/// A call whose placing got no answer waits for its name; if the operator has
/// told of it already, it is bound at once.
pub async fn await_name(
    env: &Env,
    connection: &str,
    call: &CallId,
    parties: &Parties,
) -> Result<Option<View>, Problem> {
    let (caller, callee) = (parties.caller.digits(), parties.callee.digits());
    let pair = room::pair_room(env, connection, caller, callee).map_err(failed)?;
    let wait = AskName::AwaitName(call.as_str().to_owned());
    let Answer::Names(names) = room::ask(&pair, &wait).await.map_err(failed)? else {
        return Ok(None);
    };
    for name in names {
        // A name of an earlier call of the same pair is taken.
        if let Some(view) = bind(env, connection, call, &name).await? {
            return Ok(Some(view));
        }
    }
    Ok(None)
}

/// Finds the call that an event is about and tells it; its name is one of this
/// realm (see [`crate::operator::Connection::realm`]). `None`: not known yet; the
/// event is parked.
pub async fn tell(
    env: &Env,
    connection: &str,
    event: &Event,
    read_id: impl Fn(&str) -> Option<CallId>,
) -> Result<Option<(CallId, View)>, Problem> {
    let name = event.name.as_str();
    if let Some(call) = known::recall(connection, name).and_then(|id| read_id(&id)) {
        let view = tell_call(env, &call, event, None).await?;
        if let Some(view) = view {
            return Ok(Some((call, view)));
        }
    }
    let names_room = room::operator_call_room(env, connection, name).map_err(failed)?;
    let tell = AskName::Tell(event.news, event.recording.clone());
    if let Answer::Call(id) = room::ask(&names_room, &tell).await.map_err(failed)? {
        let Some(call) = read_id(&id) else {
            return Ok(None);
        };
        known::keep(connection, name, &id);
        let view = tell_call(env, &call, event, None).await?;
        return Ok(view.map(|view| (call, view)));
    }
    let Some((caller, callee)) = &event.pair else {
        return Ok(None);
    };
    let pair = room::pair_room(env, connection, caller, callee).map_err(failed)?;
    let wait = AskName::AwaitCall(name.to_owned());
    let Answer::Call(id) = room::ask(&pair, &wait).await.map_err(failed)? else {
        return Ok(None);
    };
    let Some(call) = read_id(&id) else {
        return Ok(None);
    };
    if !is_meant(env, &call).await? {
        return Ok(None);
    }
    let view = bind(env, connection, &call, name).await?;
    Ok(view.map(|view| (call, view)))
}

/// Tells the call whose id the operator has repeated, by this connection, whose
/// names are of this realm. `None`: it is not this connection's, or forgotten.
pub async fn tell_ours(
    env: &Env,
    connection: &str,
    realm: &str,
    call: CallId,
    event: &Event,
) -> Result<Option<(CallId, View)>, Problem> {
    let told = tell_call(env, &call, event, Some(connection)).await?;
    // Later events may have lost our id: from here on the name leads to the
    // call, which is this connection's, as its room has found.
    let (Some(view), true) = (&told, event.begins) else {
        return Ok(told.map(|view| (call, view)));
    };
    if view.call.operator_call.as_deref() != Some(event.name.as_str()) {
        return Ok(None);
    }
    let later = name(env, realm, &call, &event.name).await?;
    Ok(later.or(told).map(|view| (call, view)))
}

/// Whether a name that nobody knows may be that of a call which waited for its
/// own. Not if the call has got another meanwhile. A call that was given up may
/// ring after all; but if the same two are in a later call, the name is taken
/// for that one's, and stays parked until the operator's answer says so.
async fn is_meant(env: &Env, call: &CallId) -> Result<bool, Problem> {
    let stub = room::call_room(env, call).map_err(failed)?;
    let view = ask_call(&stub, &Ask::Read).await?;
    if view.call.operator_call.is_some() {
        return Ok(false);
    }
    if !view.last.status.state().is_end() {
        return Ok(true);
    }
    let account = room::account_room(env, call.account).map_err(failed)?;
    let in_call = AskAccount::InCall(view.call.parties);
    Ok(match room::ask(&account, &in_call).await.map_err(failed)? {
        Decision::Active(lease) => lease.call_id == call.as_str(),
        _ => true,
    })
}

/// Tells a call this news of it and the name of its recording, told by this
/// connection where that is not certain otherwise. `None`: the call is forgotten,
/// or another connection's.
pub async fn tell_call(
    env: &Env,
    call: &CallId,
    event: &Event,
    connection: Option<&str>,
) -> Result<Option<View>, Problem> {
    let stub = room::call_room(env, call).map_err(failed)?;
    let tell = Ask::Tell {
        operator_call: event.name.clone(),
        news: event.news,
        connection: connection.map(str::to_owned),
    };
    let view: Option<View> = room::ask(&stub, &tell).await.map_err(failed)?;
    if let (Some(_), Some(recording)) = (&view, &event.recording) {
        ask_call(&stub, &Ask::Recorded(recording.clone())).await?;
    }
    Ok(view)
}
