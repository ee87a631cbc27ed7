//! `POST /buttons/{buttonId}/calls`: a visitor has clicked.

use call::Status;
use serde::Serialize;
use worker::Response;

use super::agent::Agent;
use super::asked::NO_KEY;
use super::click::{self, Body};
use super::{Asked, reply};
use crate::account_room::words::{Admit, Wanted};
use crate::admission::{Captcha, Refusal, Way};
use crate::call_room::words::View;
use crate::config::Settings;
use crate::error::Problem;
use crate::ids::{ButtonId, CallId};
use crate::keys::{Purpose, short_digest};
use crate::placing::Placing;
use crate::room::failed;
use crate::{clock, tokens};

/// Bytes of a body: what the route takes fits a hundred times.
const LARGEST_BODY: usize = 16 * 1024;

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
    let key = asked.idempotency_key()?.ok_or(NO_KEY)?;
    let mut body = Body::read(&asked.body(LARGEST_BODY).await?)?;
    let agent = asked.agent(&settings.key, button, id).await?;
    let contact = match (&agent, body.contact.take()) {
        (Some(agent), by_page) => agent.contact(by_page)?,
        (None, by_page) => by_page.ok_or(click::SHAPE)?,
    };
    // A token that was renewed says the same in another way.
    let said = agent.as_ref().map_or_else(String::new, Agent::meaning);
    let random = clock::random().map_err(|error| failed(error.to_string().into()))?;
    let call = CallId::new(&settings.key, button.account, random);
    let address = asked.address();
    let admit = Admit {
        account: button.account,
        way: agent.as_ref().map_or(Way::Click, |_| Way::Agent),
        wanted: Wanted::Button {
            clicktocall: button.clicktocall,
            contact,
            extension: agent.as_ref().map(|agent| agent.extension().clone()),
        },
        grant: agent.as_ref().map(Agent::grant),
        origin: asked.header("origin"),
        framed: asked.has_ticket(id)?,
        own_origin: asked.own_origin().to_owned(),
        consent: body.consent,
        captcha: match (&settings.turnstile, &body.captcha_token) {
            (None, _) => Captcha::Unavailable,
            (Some(_), None) => Captcha::Missing,
            (Some(_), Some(_)) => Captcha::Unverified,
        },
        // An office full of agents is no visitor.
        address: match &agent {
            Some(_) => None,
            None => asked.address_code(&settings, button.account),
        },
        page: match &agent {
            Some(agent) => agent.signs(body.page),
            None => body.page,
        },
        key: short_digest(&[id.as_bytes(), key.as_bytes()]),
        body: short_digest(&[body.meaning.as_bytes(), said.as_bytes()]),
        call_id: call.as_str().to_owned(),
        now: asked.now,
    };
    let placing = Placing {
        captcha_token: body.captcha_token,
        address,
        ..asked.placing()?
    };
    let (call, view) = asked
        .see_through(placing.admit_and_place(call, admit))
        .await??;
    created(&settings, &call, &view)
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
