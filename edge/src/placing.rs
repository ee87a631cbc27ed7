//! One click, from admission to the operator's answer. Runs to its end even if
//! the visitor has left, so that nothing is ever left half open.

use std::rc::Rc;
use std::time::Duration;

use call::{Failure, Millis, State};
use worker::{Delay, Env, Stub};

use crate::account_room::words::{Admit, Ask as AskAccount, Decision};
use crate::admission::{Admitted, Parties, Refusal};
use crate::binding;
use crate::call_room::words::{Ask, Call, View};
use crate::config::Settings;
use crate::document::DialFirst;
use crate::error::Problem;
use crate::hanging_up::{HangUp, hang_up_persistently};
use crate::ids::CallId;
use crate::keys::Purpose;
use crate::operator::{self, Order, Outcome, Want};
use crate::room::{ask_call, failed};
use crate::{clock, room, tokens};

/// How often a room is looked at while it is unclear whether a call was placed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How many such looks: an operator that has placed the call tells within
/// these five seconds, or the call is given up.
const LOOKS: usize = 10;
/// Seconds after which an admitted call that has no room never gets one: its
/// worker has died in between.
const OPENED_WITHIN_S: u64 = 30;

/// What placing a call needs besides the request.
pub struct Placing {
    /// The runtime's bindings.
    pub env: Env,
    /// The deployment's settings.
    pub settings: Rc<Settings>,
    /// Base of the addresses that operators are given.
    pub base: String,
    /// Ties the operator's records to the request.
    pub correlator: String,
}

impl Placing {
    /// Admits the call and places it; or finds the call that the same request
    /// has become before.
    pub async fn admit_and_place(
        self,
        call: CallId,
        admit: Admit,
    ) -> Result<(CallId, View), Problem> {
        let (contact, key, now) = (admit.contact.clone(), admit.key.clone(), admit.now);
        let account = room::account_room(&self.env, call.account).map_err(failed)?;
        let question = AskAccount::Admit(admit);
        let mut decision = room::ask(&account, &question).await.map_err(failed)?;
        if let Decision::Active { call_id, since } = decision {
            if !self.is_void(&call_id, since).await? {
                return Err(Problem::Refused(Refusal::AlreadyActive));
            }
            let release = AskAccount::Release { contact, call_id };
            room::ask(&account, &release).await.map_err(failed)?;
            decision = room::ask(&account, &question).await.map_err(failed)?;
        }
        match decision {
            Decision::Admitted(admitted) => {
                let view = self.open_and_place(&call, key, admitted, now).await?;
                Ok((call, view))
            }
            Decision::Replay(call_id) => self.replay(&call_id).await,
            Decision::Refused(refusal) => Err(Problem::Refused(refusal)),
            Decision::Active { .. } => Err(Problem::Refused(Refusal::AlreadyActive)),
            Decision::Noted
            | Decision::Button { .. }
            | Decision::Document(_)
            | Decision::Managed(_) => Err(Problem::Internal),
        }
    }

    /// Whether a lease stands for no call: the worker died before it opened
    /// the room, or the end has not been reported yet.
    async fn is_void(&self, call_id: &str, since: Millis) -> Result<bool, Problem> {
        let call = CallId::decode(&self.settings.key, call_id).ok_or(Problem::Internal)?;
        let stub = room::call_room(&self.env, &call).map_err(failed)?;
        Ok(match room::ask(&stub, &Ask::Read).await.map_err(failed)? {
            Some(view) => view.last.status.state().is_end(),
            None => clock::now().seconds_since(since) >= OPENED_WITHIN_S,
        })
    }

    /// The same request came before: the same call, as it is now.
    async fn replay(&self, call_id: &str) -> Result<(CallId, View), Problem> {
        let call = CallId::decode(&self.settings.key, call_id).ok_or(Problem::Internal)?;
        let stub = room::call_room(&self.env, &call).map_err(failed)?;
        for _ in 0..LOOKS {
            if let Some(view) = room::ask(&stub, &Ask::Read).await.map_err(failed)? {
                return Ok((call, view));
            }
            // Admitted a moment ago, and not opened yet.
            Delay::from(LOOK_EVERY).await;
        }
        Err(Problem::NotFound(
            "The call of this Idempotency-Key is not there any more.",
        ))
    }

    /// Opens the room, before anybody is asked for anything, and places the
    /// call. Never places twice: what is unclear is waited for, and given up
    /// if nothing is heard.
    async fn open_and_place(
        self,
        id: &CallId,
        key: String,
        admitted: Admitted,
        now: Millis,
    ) -> Result<View, Problem> {
        let settings = self.settings.clone();
        let Admitted {
            parties,
            dial_first,
            connection: name,
        } = admitted;
        let connection = settings.connection(&name).ok_or(Problem::NotConfigured)?;
        let stub = room::call_room(&self.env, id).map_err(failed)?;
        let call = Call {
            id: id.as_str().to_owned(),
            account: id.account,
            key,
            connection: name.clone(),
            parties: parties.clone(),
            opened_at: now,
            operator_call: None,
            hang_up_wanted: false,
            hung_up_at: None,
        };
        ask_call(&stub, &Ask::Open(Box::new(call))).await?;
        let named = operator::names_its_calls(connection);
        let realm = operator::realm(connection, &name);
        let want = Want::Place(self.order(id, parties.clone(), dial_first, now));
        let view = match operator::run::ask(connection, &want).await {
            Outcome::Placed(name) if named => {
                let bound = binding::bind(&self.env, &realm, id, &name).await?;
                bound.ok_or(Problem::Operator(Failure::OperatorUnreadable))?
            }
            Outcome::Placed(name) => ask_call(&stub, &Ask::Bind(name)).await?,
            Outcome::Unsure(failure) => {
                if operator::is_found_by_numbers(connection) {
                    binding::await_name(&self.env, &realm, id, &parties).await?;
                }
                wait_for_news(&stub, failure).await?
            }
            Outcome::Refused(failure) => ask_call(&stub, &Ask::GiveUp(failure)).await?,
            Outcome::HungUp(_) | Outcome::Gone | Outcome::Is(_) => {
                ask_call(&stub, &Ask::GiveUp(Failure::OperatorUnreadable)).await?
            }
        };
        if let Some(due) = HangUp::of(&view, id) {
            hang_up_persistently(self.env, settings, due).await;
        }
        Ok(view)
    }

    fn order(&self, id: &CallId, parties: Parties, dial_first: DialFirst, now: Millis) -> Order {
        let expires = tokens::expiry(now);
        let key = &self.settings.key;
        Order {
            call: id.as_str().to_owned(),
            caller: parties.caller,
            callee: parties.callee,
            dial_first,
            sink: format!("{}/operators/camara/calls/{}", self.base, id.as_str()),
            sink_bearer: tokens::make(key, Purpose::OperatorBearer, id, expires),
            sink_expires: clock::rfc3339(expires),
            correlator: self.correlator.clone(),
        }
    }
}

/// Waits whether the operator tells of a call that it may have placed.
async fn wait_for_news(stub: &Stub, failure: Failure) -> Result<View, Problem> {
    for _ in 0..LOOKS {
        let view = ask_call(stub, &Ask::Read).await?;
        if view.last.status.state() != State::Initiating || view.call.operator_call.is_some() {
            return Ok(view);
        }
        Delay::from(LOOK_EVERY).await;
    }
    ask_call(stub, &Ask::GiveUp(failure)).await
}
