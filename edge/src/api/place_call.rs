//! `POST /buttons/{buttonId}/calls`: a visitor has clicked.

use call::{Number, Status};

use serde::{Deserialize, Serialize};
use worker::Response;

use super::asked::internal;
use super::{Asked, reply};
use crate::account_room::words::{Admit, Ask as AskAccount, Decision};
use crate::admission::{Parties, Refusal};
use crate::call_room::words::{Ask, Call, View};
use crate::config::Settings;
use crate::error::Problem;
use crate::ids::{ButtonId, CallId};
use crate::keys::{Purpose, digest};
use crate::{clock, operate, room, tokens};

/// Bytes of a body: what the route takes fits a hundred times.
const LARGEST_BODY: usize = 16 * 1024;
/// Characters of an `Idempotency-Key`.
const LONGEST_KEY: usize = 255;
/// Bytes of the digests that are kept of key and body: far from any collision.
const DIGEST_BYTES: usize = 16;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body {
    contact: Contact,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Contact {
    number: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Created<'a> {
    call_id: &'a str,
    status: &'static str,
    created_at: String,
    /// Reads and ends this call; goes into a header.
    token: String,
    /// Listens to this call's events; goes into a query.
    events_token: String,
}

pub(super) async fn answer(mut asked: Asked, id: &str) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    let button =
        ButtonId::decode(&settings.key, id).ok_or(Problem::Refused(Refusal::NoSuchButton))?;
    asked.demand_media_type("application/json", "The body has to be application/json.")?;
    let key = asked.header("idempotency-key").filter(|key| is_key(key)).ok_or(
        Problem::InvalidArgument("The header Idempotency-Key is needed: 1 to 255 visible ASCII characters, new for every call."),
    )?;
    let body = asked.body(LARGEST_BODY).await?;
    let contact = read_body(&body)?;
    let random = clock::random().map_err(|_| Problem::Internal)?;
    let call = CallId::new(&settings.key, button.account, random);
    let key = short_digest(&[id.as_bytes(), key.as_bytes()]);
    let admit = Admit {
        account: button.account,
        clicktocall: button.clicktocall,
        origin: asked.header("origin"),
        own_origin: asked.own_origin().to_owned(),
        contact,
        key: key.clone(),
        body: short_digest(&[body.as_bytes()]),
        call_id: call.as_str().to_owned(),
        now: asked.now,
    };
    let account = room::account_room(&asked.env, button.account).map_err(internal)?;
    let question = AskAccount::Admit(admit);
    match room::ask(&account, &question).await.map_err(internal)? {
        Decision::Admitted(parties) => place(&asked, &settings, call, key, parties).await,
        Decision::Replay(call_id) => replay(&asked, &settings, &call_id).await,
        Decision::Refused(refusal) => Err(Problem::Refused(refusal)),
        Decision::Noted => Err(Problem::Internal),
    }
}

fn read_body(body: &str) -> Result<Number, Problem> {
    let body: Body = serde_json::from_str(body).map_err(|_| {
        Problem::InvalidArgument(
            "The body has to be {\"contact\":{\"number\":\"+…\"}} and nothing else.",
        )
    })?;
    Number::parse(&body.contact.number).map_err(|_| Problem::InvalidNumber)
}

/// Opens the room, before anybody is asked for anything, and places the call.
async fn place(
    asked: &Asked,
    settings: &std::rc::Rc<Settings>,
    call: CallId,
    key: String,
    parties: Parties,
) -> Result<Response, Problem> {
    let connection = settings
        .account(call.account)
        .map(|account| account.connection.clone());
    let opened = Call {
        id: call.as_str().to_owned(),
        account: call.account,
        key,
        connection: connection.ok_or(Problem::Internal)?,
        parties,
        opened_at: asked.now,
        operator_call: None,
        hang_up_wanted: false,
        hung_up_at: None,
    };
    let (env, settings_, call_) = (asked.env.clone(), settings.clone(), call.clone());
    let base = settings
        .public_url
        .clone()
        .unwrap_or_else(|| asked.own_origin().to_owned());
    let correlator = asked.correlator.clone();
    let work = async move {
        let stub = room::call_room(&env, &call_).map_err(internal)?;
        let ask = Ask::Open(Box::new(opened.clone()));
        room::ask(&stub, &ask).await.map_err(internal)?;
        operate::place(env, settings_, call_, opened, base, correlator).await
    };
    let view = asked.see_through(work).await??;
    created(settings, &call, &view)
}

/// The same request came before: the same call, as it is now.
async fn replay(asked: &Asked, settings: &Settings, call_id: &str) -> Result<Response, Problem> {
    let call = CallId::decode(&settings.key, call_id).ok_or(Problem::Internal)?;
    let room = room::call_room(&asked.env, &call).map_err(internal)?;
    let view = room::ask(&room, &Ask::Read).await.map_err(internal)?;
    // Admitted but not opened yet, or ended so long ago that it is forgotten.
    let view = view.ok_or(Problem::NotFound(
        "The call of this Idempotency-Key is not there.",
    ))?;
    created(settings, &call, &view)
}

fn created(settings: &Settings, call: &CallId, view: &View) -> Result<Response, Problem> {
    if let Status::Failed { failure } = view.last.status {
        return Err(Problem::Operator(failure));
    }
    let expires = tokens::expiry(view.call.opened_at);
    let token = |purpose| tokens::make(&settings.key, purpose, call, expires);
    reply::json(
        201,
        &Created {
            call_id: call.as_str(),
            status: view.last.status.state().as_str(),
            created_at: clock::rfc3339(view.call.opened_at),
            token: token(Purpose::CallToken),
            events_token: token(Purpose::EventsToken),
        },
    )
}

fn is_key(key: &str) -> bool {
    (1..=LONGEST_KEY).contains(&key.len()) && key.bytes().all(|b| b.is_ascii_graphic())
}

fn short_digest(parts: &[&[u8]]) -> String {
    let digest = digest(parts);
    base16ct::lower::encode_string(digest.get(..DIGEST_BYTES).unwrap_or(&digest))
}
