//! What the worker does at an operator for a call: place it, end it. Each is
//! seen through to its end, whoever has left in the meantime.

use std::rc::Rc;
use std::time::Duration;

use call::{Failure, State};
use worker::{Delay, Env, Stub};

use crate::call_room::words::{Ask, Call, View};
use crate::config::Settings;
use crate::error::Problem;
use crate::ids::CallId;
use crate::keys::Purpose;
use crate::operator::{self, Order, Outcome, Want};
use crate::{clock, room, tokens};

/// How often a room is looked at while it is unclear whether a call was placed.
const UNSURE_LOOK: Duration = Duration::from_millis(500);
/// How many such looks: an operator that has placed the call tells within
/// these five seconds, or the call is given up.
const UNSURE_LOOKS: usize = 10;
/// How often a hang-up that nobody waits for is tried.
const HANG_UP_TRIES: usize = 3;
/// The pause between two of them.
const HANG_UP_PAUSE: Duration = Duration::from_secs(2);

/// Places an opened call. Never places twice: what is unclear is waited for,
/// and given up if nothing is heard.
pub async fn place(
    env: Env,
    settings: Rc<Settings>,
    call: CallId,
    opened: Call,
    base: String,
    correlator: String,
) -> Result<View, Problem> {
    let stub = room::call_room(&env, &call).map_err(failed)?;
    let Some(connection) = settings.connection(&opened.connection) else {
        return Err(Problem::Internal);
    };
    let expires = tokens::expiry(opened.opened_at);
    let want = Want::Place(Order {
        caller: opened.parties.caller,
        callee: opened.parties.callee,
        sink: format!("{base}/operators/camara/calls/{}", call.as_str()),
        sink_bearer: tokens::make(&settings.key, Purpose::OperatorBearer, &call, expires),
        sink_expires: clock::rfc3339(expires),
        correlator,
    });
    let view = match operator::run::ask(connection, &want).await {
        Outcome::Placed(name) => ask(&stub, &Ask::Bind(name)).await?,
        Outcome::Unsure(failure) => wait_for_news(&stub, failure).await?,
        Outcome::Refused(failure) => ask(&stub, &Ask::GiveUp(failure)).await?,
        Outcome::HungUp(_) | Outcome::Gone | Outcome::Is(_) => {
            ask(&stub, &Ask::GiveUp(Failure::OperatorUnreadable)).await?
        }
    };
    if let Some(due) = HangUp::of(&view, call) {
        hang_up_persistently(env, settings, due).await;
    }
    Ok(view)
}

/// Waits whether the operator tells of a call that it may have placed.
async fn wait_for_news(stub: &Stub, failure: Failure) -> Result<View, Problem> {
    for _ in 0..UNSURE_LOOKS {
        let view = ask(stub, &Ask::Read).await?;
        if view.last.status.state() != State::Initiating || view.call.operator_call.is_some() {
            return Ok(view);
        }
        Delay::from(UNSURE_LOOK).await;
    }
    ask(stub, &Ask::GiveUp(failure)).await
}

/// A hang-up that is due at the operator.
pub struct HangUp {
    call: CallId,
    connection: String,
    operator_call: String,
}

impl HangUp {
    /// The hang-up that a room's answer asks for, if any.
    #[must_use]
    pub fn of(view: &View, call: CallId) -> Option<Self> {
        let operator_call = view.hang_up.clone()?;
        Some(Self {
            call,
            connection: view.call.connection.clone(),
            operator_call,
        })
    }
}

/// Ends a call at its operator and notes it in the room.
pub async fn hang_up(env: Env, settings: Rc<Settings>, due: HangUp) -> Result<(), Problem> {
    let stub = room::call_room(&env, &due.call).map_err(failed)?;
    let Some(connection) = settings.connection(&due.connection) else {
        return Err(Problem::Internal);
    };
    let status = match operator::run::ask(connection, &Want::HangUp(due.operator_call)).await {
        Outcome::HungUp(status) => status,
        // Over at the operator; how it ended is told, or found out by asking.
        Outcome::Gone => None,
        Outcome::Refused(failure) | Outcome::Unsure(failure) => {
            return Err(Problem::Operator(failure));
        }
        Outcome::Placed(_) | Outcome::Is(_) => return Err(Problem::Internal),
    };
    ask(&stub, &Ask::HungUp(status)).await.map(|_| ())
}

/// Ends a call that nobody waits for: tries more than once, since somewhere a
/// phone may be ringing for nothing.
pub async fn hang_up_persistently(env: Env, settings: Rc<Settings>, due: HangUp) {
    for _ in 0..HANG_UP_TRIES {
        let again = HangUp {
            call: due.call.clone(),
            connection: due.connection.clone(),
            operator_call: due.operator_call.clone(),
        };
        if hang_up(env.clone(), settings.clone(), again).await.is_ok() {
            return;
        }
        Delay::from(HANG_UP_PAUSE).await;
    }
    worker::console_error!(
        "call {}: could not be hung up at the operator",
        due.call.as_str()
    );
}

async fn ask(stub: &Stub, question: &Ask) -> Result<View, Problem> {
    let answer = room::ask(stub, question).await.map_err(failed)?;
    answer.ok_or(Problem::Internal)
}

fn failed(error: worker::Error) -> Problem {
    worker::console_error!("{error}");
    Problem::Internal
}
