//! The Durable Object of one account: the one place that counts its calls.
//!
//! An admission is a lease: it counts as an active call until the call's room
//! reports the end, which it repeats until we answer, or until the longest call
//! is over.

pub mod documents;
pub mod manage;
pub mod paging;
mod store;
pub mod trouble;
pub mod words;

use call::{Millis, watch};
use serde_json::Value;
use worker::wasm_bindgen;
use worker::{DurableObject, Env, Request, Response, State, durable_object};

use crate::admission::{self, Admitted, Parties, Refusal};
use crate::config::Settings;
use crate::document::{Account, Button};
use crate::ids::ButtonId;
use crate::{clock, room, settings};
use manage::Manager;
use store::{Active, DAY_MS, Earlier, Store};
use words::{Admit, Ask, Decision};

/// How long the same idempotency key means the same call, in seconds.
const KEY_LIFE_S: u64 = 86_400;
/// How long a history row is kept, in seconds: a month of calls to look back on.
const HISTORY_LIFE_S: u64 = 31 * 86_400;
/// Seconds between two clean-ups.
const CLEAN_UP_EVERY_S: u64 = 86_400;
/// A lease outlives the longest call by this many seconds.
const LEASE_GRACE_S: u64 = 60;

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
                let decision = decide(&settings, &store, &admit)?;
                self.keep_clean(admit.now).await?;
                decision
            }
            Ask::Ended(ended) => {
                store.end(&ended)?;
                Decision::Noted
            }
            Ask::Manage(ask) => {
                let manager = Manager {
                    settings: &*settings(&self.env).map_err(|error| error.to_string())?,
                    documents: store.documents(),
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
                let active = match store.active(caller.as_str(), now)? {
                    None => store.active(callee.as_str(), now)?,
                    found => found,
                };
                active.map_or(Decision::Noted, |Active { call_id, since }| {
                    Decision::Active { call_id, since }
                })
            }
            Ask::Release { contact, call_id } => {
                store.release(&contact, &call_id)?;
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

/// The button, and the connection that places its calls.
fn find_button(
    settings: &Settings,
    store: &Store,
    id: ButtonId,
    now: Millis,
) -> worker::Result<Option<Found>> {
    let documents = store.documents();
    let Some(account) = documents.account(id.account, settings.seed(id.account), now)? else {
        return Ok(None);
    };
    let Some((button, document)) = documents.button(id.clicktocall)? else {
        return Ok(None);
    };
    let connection = account.connection(button.connection.as_deref());
    Ok(connection.map(str::to_owned).map(|connection| Found {
        account,
        button,
        document,
        connection,
    }))
}

/// A button with all that belongs to it.
struct Found {
    account: Account,
    button: Button,
    document: Value,
    connection: String,
}

fn read_button(settings: &Settings, store: &Store, id: ButtonId) -> worker::Result<Decision> {
    let found = find_button(settings, store, id, clock::now())?;
    Ok(match found {
        Some(Found {
            document,
            connection,
            ..
        }) => Decision::Button {
            document,
            connection,
        },
        None => Decision::Refused(Refusal::NoSuchButton),
    })
}

/// Decides on one request, cheapest check first, and books it if admitted.
/// Nothing here waits, so nothing comes between the counting and the booking.
fn decide(settings: &Settings, store: &Store, admit: &Admit) -> worker::Result<Decision> {
    Ok(match admission(settings, store, admit)? {
        Ok(decision) => decision,
        Err(refusal) => Decision::Refused(refusal),
    })
}

fn admission(
    settings: &Settings,
    store: &Store,
    admit: &Admit,
) -> worker::Result<Result<Decision, Refusal>> {
    let Some(found) = find_button(settings, store, admit.button, admit.now)? else {
        return Ok(Err(Refusal::NoSuchButton));
    };
    let Found {
        account,
        button,
        connection,
        ..
    } = &found;
    let origin = admit.origin.as_deref();
    let from_page = admission::check_origin(button, origin, &admit.own_origin);
    if let (Err(refusal), false) = (from_page, admit.framed) {
        return Ok(Err(refusal));
    }
    let key_since = Millis(admit.now.0.saturating_sub(KEY_LIFE_S * 1000));
    if let Some(Earlier { body, call_id }) = store.earlier(&admit.key, key_since)? {
        let same = body == admit.body;
        return Ok(if same {
            Ok(Decision::Replay(call_id))
        } else {
            Err(Refusal::KeyReused)
        });
    }
    let parties = match admission::check_numbers(button, &admit.contact) {
        Ok(parties) => parties,
        Err(refusal) => return Ok(Err(refusal)),
    };
    if let Some(Active { call_id, since }) = store.active(admit.contact.e164(), admit.now)? {
        return Ok(Ok(Decision::Active { call_id, since }));
    }
    let (day, second) = (admit.now.0 / DAY_MS, admit.now.0 % DAY_MS / 1000);
    if let Err(refusal) = admission::check_quota(account, store.placed_on(day)?, second) {
        return Ok(Err(refusal));
    }
    let lease_s =
        watch::SETUP_LIMIT_S + watch::LONGEST_CALL_S + watch::HANG_UP_LIMIT_S + LEASE_GRACE_S;
    store.book(admit, day, admit.now.plus_seconds(lease_s))?;
    Ok(Ok(Decision::Admitted(Admitted {
        parties,
        dial_first: button.dial_first,
        connection: connection.clone(),
    })))
}
