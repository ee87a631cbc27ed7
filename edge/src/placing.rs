//! One click, from admission to the operator's answer. Runs to its end even if
//! the visitor has left, so that nothing is ever left half open.

mod admitting;

use std::rc::Rc;
use std::time::Duration;

use call::{Failure, Millis, State};
use serde_json::{Value, json};
use worker::{Delay, Env, Stub};

use crate::account_room::words::{Admit, Decision, Wanted};
use crate::admission::{Admitted, Parties};
use crate::binding;
use crate::call_room::words::{Ask, Call, View};
use crate::config::Settings;
use crate::document::{DialFirst, set};
use crate::error::Problem;
use crate::hanging_up::{HangUp, hang_up_persistently};
use crate::ids::{ButtonId, CallId};
use crate::keys::{Key, Purpose};
use crate::operator::{self, Connection, Order, Outcome, Want};
use crate::room::{ask_call, failed};
use crate::sinks::{Sink, host, is_allowed};
use crate::{clock, room, tokens};

/// How often a room is looked at while it is unclear whether a call was placed.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// The version of the call API that events name as their source.
const CALL_API_NOW: &str = "v0.2";
/// How many such looks: an operator that has placed the call tells within
/// these five seconds, or the call is given up.
const LOOKS: usize = 10;

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
    /// What the visitor got from the captcha.
    pub captcha_token: Option<String>,
    /// The visitor's address.
    pub address: Option<String>,
    /// Whether whoever asks wants it recorded.
    pub record: bool,
    /// Who is told of it, on behalf of whoever asks.
    pub sink: Option<Sink>,
}

impl Placing {
    /// Admits the call and places it; or finds the call that the same request
    /// has become before.
    pub async fn admit_and_place(
        self,
        call: CallId,
        admit: Admit,
    ) -> Result<(CallId, View), Problem> {
        let (key, now) = (admit.key.clone(), admit.now);
        let mut facts = facts(&self.settings.key, &admit);
        match self.admit(&call, admit).await? {
            Decision::Admitted(mut admitted) => {
                if let Some(page) = admitted.page.take() {
                    set(&mut facts, "page", page);
                }
                let view = self
                    .open_and_place(&call, key, *admitted, facts, now)
                    .await?;
                Ok((call, view))
            }
            Decision::Replay(call_id) => self.replay(&call_id).await,
            Decision::Refused(refusal) => Err(Problem::Refused(refusal)),
            _ => Err(Problem::Internal),
        }
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
        facts: Value,
        now: Millis,
    ) -> Result<View, Problem> {
        let settings = self.settings.clone();
        let Admitted {
            parties,
            dial_first,
            connection: name,
            manner,
            record,
            sink,
            page: _,
        } = admitted;
        let record = record || self.record;
        let sinks = self.sinks(sink, facts);
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
            record,
            recording_id: None,
            has_sinks: false,
        };
        ask_call(&stub, &Ask::Open(Box::new(call), sinks)).await?;
        let habits = connection.operator().habits();
        let realm = connection.realm(&name);
        let want = Want::Place(Order {
            manner: Box::new(manner),
            record,
            ..self.order(connection, id, parties.clone(), dial_first, now)
        });
        let view = match operator::run::ask(connection, &want).await {
            Outcome::Placed(name) if habits.names_its_calls => {
                let bound = binding::bind(&self.env, &realm, id, &name).await?;
                bound.ok_or(Problem::Operator(Failure::OperatorUnreadable))?
            }
            Outcome::Placed(name) => ask_call(&stub, &Ask::Bind(name)).await?,
            Outcome::Unsure(failure) => {
                if habits.is_found_by_numbers {
                    binding::await_name(&self.env, &realm, id, &parties).await?;
                }
                wait_for_news(&stub, failure).await?
            }
            Outcome::Refused(failure) => ask_call(&stub, &Ask::GiveUp(failure)).await?,
            Outcome::HungUp(_)
            | Outcome::Gone
            | Outcome::Is(_)
            | Outcome::Recording(_)
            | Outcome::Ready => ask_call(&stub, &Ask::GiveUp(Failure::OperatorUnreadable)).await?,
        };
        if let Some(due) = HangUp::of(&view, id) {
            hang_up_persistently(self.env, settings, due).await;
        }
        Ok(view)
    }

    /// Who is to be told: whoever the request names, and whoever the account does.
    fn sinks(&self, account: Option<Sink>, facts: Value) -> Vec<Sink> {
        let own = [host(&self.base); 2];
        let loopback = self.settings.loopback;
        let account = account.filter(|sink| {
            let allowed = is_allowed(sink, own, loopback);
            if !allowed {
                worker::console_error!("the account's sink at {} is not allowed", host(&sink.url));
            }
            allowed
        });
        let account = account.map(|sink| Sink { facts, ..sink });
        let mut sinks: Vec<Sink> = self.sink.clone().into_iter().chain(account).collect();
        for sink in &mut sinks {
            sink.source = format!("{}/click-to-dial/{}", self.base, CALL_API_NOW);
        }
        sinks
    }

    fn order(
        &self,
        connection: &Connection,
        id: &CallId,
        parties: Parties,
        dial_first: DialFirst,
        now: Millis,
    ) -> Order {
        let tells_at = connection.operator().tells_at().unwrap_or_default();
        let expires = tokens::expiry(now);
        let key = &self.settings.key;
        Order {
            call: id.as_str().to_owned(),
            caller: parties.caller,
            callee: parties.callee,
            dial_first,
            sink: format!("{}{}", self.base, tells_at.replace("{callId}", id.as_str())),
            sink_bearer: tokens::make(key, Purpose::OperatorBearer, id, expires),
            sink_expires: clock::rfc3339(expires),
            correlator: self.correlator.clone(),
            manner: Box::default(),
            record: false,
        }
    }
}

/// What an account's own sink is told besides the call, and its page: the button.
fn facts(key: &Key, admit: &Admit) -> Value {
    let Wanted::Button { clicktocall, .. } = &admit.wanted else {
        return Value::Null;
    };
    let button = ButtonId {
        account: admit.account,
        clicktocall: *clicktocall,
    };
    json!({ "buttonId": button.encode(key) })
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
