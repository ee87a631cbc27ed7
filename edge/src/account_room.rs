//! The Durable Object of one account: the one place that counts its calls.
//!
//! An admission is a lease: it counts as an active call until the call's room
//! reports the end, which it repeats until we answer, or until the longest call
//! is over.

mod admit;
mod body;
mod check;
pub mod documents;
mod history;
mod lists;
pub mod manage;
pub mod paging;
mod plan;
mod store;
pub mod trouble;
pub mod words;

use call::Millis;
use worker::wasm_bindgen;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use crate::admission::{Parties, Refusal};
use crate::config::Settings;
use crate::ids::ButtonId;
use crate::{clock, room, settings};
use manage::Manager;
use store::Store;
use words::{Ask, Decision};

/// How long a history row is kept, in seconds: a month of calls to look back on.
const HISTORY_LIFE_S: u64 = 31 * 86_400;
/// Seconds between two clean-ups.
const CLEAN_UP_EVERY_S: u64 = 86_400;

/// See the module.
#[durable_object]
pub struct AccountRoom {
    state: State,
    env: Env,
}

impl DurableObject for AccountRoom {
    fn new(state: State, env: Env) -> Self {
        Self { state, env }
    }

    async fn fetch(&self, mut request: Request) -> worker::Result<Response> {
        let ask: Ask = room::question(&mut request).await?;
        let store = Store::open(self.state.storage().sql())?;
        let decision = match ask {
            Ask::Admit(admit) => {
                let settings = settings(&self.env).map_err(|error| error.to_string())?;
                let decision = admit::decide(&settings, &store, &admit)?;
                self.keep_clean(admit.now).await?;
                decision
            }
            Ask::Ended(ended) => {
                store.end(&ended, clock::now())?;
                Decision::Noted
            }
            Ask::Manage(ask) => {
                let manager = Manager {
                    settings: &*settings(&self.env).map_err(|error| error.to_string())?,
                    documents: store.documents(),
                    history: store.history(),
                    breaker: store.tally(clock::now())?.breaker(),
                    now: clock::now(),
                };
                Decision::Managed(manager.answer(&ask)?)
            }
            Ask::Button(id) => {
                let settings = settings(&self.env).map_err(|error| error.to_string())?;
                read_button(&settings, &store, id)?
            }
            Ask::Document { account, kind, id } => {
                let settings = settings(&self.env).map_err(|error| error.to_string())?;
                let documents = store.documents();
                // The account, too, has to be there; and its first look makes its seed's.
                let account = documents.account(account, settings.seed(account), clock::now())?;
                let found = account.map(|_| documents.read(kind, &id.to_string()));
                let found = found.transpose()?.flatten();
                Decision::Document(found.map(|stored| stored.body))
            }
            Ask::Spend { token, until } => {
                let now = clock::now();
                self.keep_clean(now).await?;
                if store.spend(&token, until, now)? {
                    Decision::Noted
                } else {
                    Decision::Refused(Refusal::TokenUsed)
                }
            }
            Ask::InCall(Parties { caller, callee }) => {
                let now = clock::now();
                let tally = store.tally(now)?;
                let active = tally.active_of(caller.as_str(), callee.as_str());
                active.map_or(Decision::Noted, |lease| Decision::Active(lease.clone()))
            }
            Ask::Looked { open, void } => {
                let mut tally = store.tally(clock::now())?;
                tally.looked(&open, &void);
                store.keep_tally(&tally)?;
                Decision::Noted
            }
        };
        room::answer(&decision)
    }

    async fn alarm(&self) -> worker::Result<Response> {
        let now = clock::now();
        let store = Store::open(self.state.storage().sql())?;
        if store.forget_before(Millis(now.0.saturating_sub(HISTORY_LIFE_S * 1000)), now)? {
            self.keep_clean(now).await?;
        }
        Response::empty()
    }
}

impl AccountRoom {
    /// Sees to it that there is a next clean-up.
    async fn keep_clean(&self, now: Millis) -> worker::Result<()> {
        let storage = self.state.storage();
        if storage.get_alarm().await?.is_none() {
            storage
                .set_alarm(clock::alarm_time(now.plus_seconds(CLEAN_UP_EVERY_S)))
                .await?;
        }
        Ok(())
    }
}

fn read_button(settings: &Settings, store: &Store, id: ButtonId) -> worker::Result<Decision> {
    let (documents, now) = (store.documents(), clock::now());
    let account = documents.account(id.account, settings.seed(id.account), now)?;
    let found = documents.button(id.clicktocall)?;
    let (Some(account), Some((button, document))) = (account, found) else {
        return Ok(Decision::Refused(Refusal::NoSuchButton));
    };
    let connection = account.connection(button.connection.as_deref());
    Ok(match connection {
        Some(connection) => Decision::Button {
            document,
            connection: connection.to_owned(),
        },
        None => Decision::Refused(Refusal::NoSuchButton),
    })
}
