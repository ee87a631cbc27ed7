//! Ending a call at its operator.

use std::rc::Rc;
use std::time::Duration;

use worker::{Delay, Env};

use crate::call_room::words::{Ask, View};
use crate::config::Settings;
use crate::error::Problem;
use crate::ids::CallId;
use crate::operator::{self, Outcome, Want};
use crate::room::{self, ask_call, failed};

/// How often a hang-up that nobody waits for is tried.
const TRIES: usize = 3;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_secs(2);

/// A hang-up that is due at the operator.
pub struct HangUp {
    call: CallId,
    connection: String,
    operator_call: String,
}

impl HangUp {
    /// The hang-up that a room's answer asks for, if any.
    #[must_use]
    pub fn of(view: &View, call: &CallId) -> Option<Self> {
        let operator_call = view.hang_up.clone()?;
        Some(Self {
            call: call.clone(),
            connection: view.call.connection.clone(),
            operator_call,
        })
    }
}

/// Ends a call at its operator and notes it in the room.
pub async fn hang_up(env: &Env, settings: &Settings, due: &HangUp) -> Result<(), Problem> {
    let stub = room::call_room(env, &due.call).map_err(failed)?;
    let connection = settings
        .connection(&due.connection)
        .ok_or(Problem::Internal)?;
    let want = Want::HangUp(due.operator_call.clone());
    let status = match operator::run::ask(connection, &want).await {
        Outcome::HungUp(status) => status,
        // Over at the operator; how it ended is told, or found out by asking.
        Outcome::Gone => None,
        Outcome::Refused(failure) | Outcome::Unsure(failure) => {
            return Err(Problem::Operator(failure));
        }
        Outcome::Placed(_) | Outcome::Is(_) | Outcome::Recording(_) | Outcome::Ready => {
            return Err(Problem::Internal);
        }
    };
    ask_call(&stub, &Ask::HungUp(status)).await.map(|_| ())
}

/// Ends a call that nobody waits for: tries more than once, since somewhere a
/// phone may be ringing for nothing.
pub async fn hang_up_persistently(env: Env, settings: Rc<Settings>, due: HangUp) {
    for _ in 0..TRIES {
        if hang_up(&env, &settings, &due).await.is_ok() {
            return;
        }
        Delay::from(PAUSE).await;
    }
    worker::console_error!(
        "call {}: could not be hung up at the operator",
        due.call.as_str()
    );
}
