//! An operator tells of a call, at the path that its dialect names
//! (`Dialect::TELLS_AT`): who it is, then what it says, then the call. What the
//! words mean and how they are answered is the dialect's.

use worker::Response;

use super::asked::NO_SUCH_CALL;
use super::{Asked, reply};
use crate::binding;
use crate::call_room::words::View;
use crate::config::Settings;
use crate::error::Problem;
use crate::hanging_up::{HangUp, hang_up_persistently};
use crate::ids::CallId;
use crate::keys::Purpose;
use crate::operator::{Connection, Envelope, Event, Operator, Told};
use crate::path::Names;
use crate::redact::redact;

pub(super) async fn answer(
    mut asked: Asked,
    operator: Operator,
    names: Names<'_>,
) -> Result<Response, Problem> {
    let answer = match take(&mut asked, operator, names).await {
        Ok(()) => operator.taken(),
        Err(problem) => operator.refusal(&problem).ok_or(problem)?,
    };
    match answer.body {
        Some(body) => reply::json(answer.status, &body),
        None => reply::empty(answer.status),
    }
}

/// Who tells something, proven.
enum Sender<'a> {
    /// The operator of this call, at an address that it alone was given.
    OfCall(CallId),
    /// The operator of this connection.
    Of(&'a str, &'a Connection),
}

async fn take(asked: &mut Asked, operator: Operator, names: Names<'_>) -> Result<(), Problem> {
    let settings = asked.settings()?;
    let sender = sender(asked, &settings, operator, names)?;
    let connection = match &sender {
        Sender::OfCall(_) => None,
        Sender::Of(_, connection) => Some(*connection),
    };
    let body = asked.body(operator.largest_event()).await?;
    let header = |name: &str| asked.header(name);
    let header = &header;
    let told = operator.read_event(connection, &Envelope { names, header }, &body)?;
    let event = match told {
        Told::Event(event) => event,
        Told::Unknown { call, word } => {
            let (name, word) = (operator.name(), redact(&word));
            worker::console_warn!("{name} call {call}: ignored an unknown event: {word}");
            return Ok(());
        }
        Told::Nothing => return Ok(()),
    };
    if let Some((call, view)) = tell(asked, &settings, &sender, &event).await?
        && let Some(due) = HangUp::of(&view, &call)
    {
        let work = hang_up_persistently(asked.env.clone(), settings.clone(), due);
        asked.in_background(work);
    }
    Ok(())
}

/// Finds out who it is, before anything else is read.
fn sender<'a>(
    asked: &Asked,
    settings: &'a Settings,
    operator: Operator,
    names: Names<'_>,
) -> Result<Sender<'a>, Problem> {
    if !operator.habits().names_its_calls {
        let [id, ..] = names;
        let bearer = asked.bearer();
        let call = asked.call(id, Purpose::OperatorBearer, bearer.as_deref())?;
        return Ok(Sender::OfCall(call));
    }
    let header = |name: &str| asked.header(name);
    let header = &header;
    let envelope = Envelope { names, header };
    let mut own = settings
        .connections
        .iter()
        .filter(|it| it.1.operator() == operator);
    let found = own.find(|(name, connection)| connection.is_authorized(name, &envelope));
    let (name, connection) = found.ok_or(Problem::Unauthenticated)?;
    Ok(Sender::Of(name, connection))
}

/// Tells the call. `None`: it is not known yet, or not ours.
async fn tell(
    asked: &Asked,
    settings: &Settings,
    sender: &Sender<'_>,
    event: &Event,
) -> Result<Option<(CallId, View)>, Problem> {
    let env = &asked.env;
    match sender {
        Sender::OfCall(call) => {
            let told = binding::tell_call(env, call, event, None).await?;
            let view = told.ok_or(NO_SUCH_CALL)?;
            Ok(Some((call.clone(), view)))
        }
        Sender::Of(name, connection) => {
            let read_id = |text: &str| CallId::decode(&settings.key, text);
            let realm = connection.realm(name);
            match event.call.as_deref().and_then(read_id) {
                Some(call) => binding::tell_ours(env, name, &realm, call, event).await,
                None => binding::tell(env, &realm, event, read_id).await,
            }
        }
    }
}
