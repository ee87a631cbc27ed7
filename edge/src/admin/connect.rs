//! `…/clicktocall/{C2C_ID}/connect`: a call through a button without a page.

use std::time::Duration;

use call::{Party, State, Status};
use serde_json::{Map, Value, json};
use worker::Delay;

use super::manage::{Question, ask};
use super::read::optional_body;
use super::{connect_open, contact, enter, originate};
use crate::account_room::documents::Kind;
use crate::account_room::manage::Verb;
use crate::account_room::trouble::{Managed, Trouble};
use crate::account_room::words::{Admit, Wanted};
use crate::admission::{Captcha, Refusal, Way};
use crate::api::Asked;
use crate::call_room::words::{Ask, View};
use crate::error::Problem;
use crate::ids::{ButtonId, CallId, HexId};
use crate::keys::short_digest;
use crate::placing::Placing;
use crate::{clock, query, room};

/// How often a call is looked at while somebody waits for its first party.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How many such looks: Kazoo waits 20 seconds.
const LOOKS: usize = 40;

/// Places a call, and answers as Kazoo does: 200 and the request to the switch,
/// or with `blocking` what came of it.
pub async fn connect(
    asked: &mut Asked,
    method: &str,
    account: HexId,
    id: &str,
) -> Result<Managed, Trouble> {
    let trusted = asked.header("x-auth-token").is_some() || asked.bearer().is_some();
    let unknown = if trusted {
        Trouble::unknown(id)
    } else {
        Trouble::STRANGER
    };
    let clicktocall = HexId::parse(id).ok_or(unknown)?;
    let button = ButtonId {
        account,
        clicktocall,
    };
    let document = if trusted {
        read_with_token(asked, button).await?
    } else {
        connect_open::read_open(asked, method, button).await?
    };
    let request = Request::read(asked, &document, method).await?;
    let blocking = request.blocking;
    let vars = Value::Object(request.vars.clone());
    let (call, view) = place(asked, button, trusted, request).await?;
    if blocking {
        let view = wait(asked, &call, view).await?;
        return Ok(Managed::ok(item(&view)));
    }
    let parties = trusted.then_some(&view.call.parties);
    Ok(Managed::ok(originate::originated(
        call.as_str(),
        parties,
        &vars,
    )))
}

async fn read_with_token(asked: &Asked, button: ButtonId) -> Result<Value, Trouble> {
    let who = enter::who(asked, button.account)?;
    let question = Question {
        id: button.clicktocall.to_string(),
        ..Question::new(button.account, who, Verb::Read, Kind::Clicktocall)
    };
    let read = ask(asked, question).await?;
    match read.message {
        None => Ok(read.data),
        Some(_) if read.status == 404 => Err(Trouble::unknown(&button.clicktocall.to_string())),
        Some(_) => Err(Trouble::STRANGER),
    }
}

/// What is asked for.
struct Request {
    contact: Party,
    blocking: bool,
    vars: Map<String, Value>,
}

impl Request {
    /// Reads body and query; the body goes first.
    async fn read(asked: &mut Asked, document: &Value, method: &str) -> Result<Self, Trouble> {
        let data = if method == "GET" {
            json!({})
        } else {
            optional_body(asked).await?
        };
        let parameter = |name: &str| {
            let given = query::parameter(&asked.url, name);
            given.map(|value| Value::from(contact::decode(value)))
        };
        let value = |name: &str| data.get(name).cloned().or_else(|| parameter(name));
        let text = match value("contact") {
            Some(Value::String(text)) => text,
            Some(Value::Number(number)) => number.to_string(),
            _ => {
                let message = "The contact extension for this click to call has not been set";
                return Err(Trouble::invalid("contact", "required", message));
            }
        };
        let contact = contact::read(&text).ok_or_else(|| {
            Trouble::invalid(
                "contact",
                "invalid",
                "is no phone number such as +4930123456",
            )
        })?;
        // Kazoo's own code stumbles over the text.
        let blocking = value("blocking").is_some_and(|it| it == true || it == "true");
        let object = |value: Option<&Value>| value.and_then(Value::as_object).cloned();
        let mut vars = object(document.get("custom_application_vars")).unwrap_or_default();
        vars.extend(object(data.get("custom_application_vars")).unwrap_or_default());
        Ok(Self {
            contact,
            blocking,
            vars,
        })
    }
}

async fn place(
    asked: &Asked,
    button: ButtonId,
    trusted: bool,
    request: Request,
) -> Result<(CallId, View), Trouble> {
    let settings = asked.settings().map_err(|_| Trouble::NOT_CONFIGURED)?;
    let Some(contact) = request.contact.number().cloned() else {
        let message = "has to be a phone number: a call between two extensions needs no operator";
        return Err(Trouble::invalid("contact", "invalid", message));
    };
    let random = clock::random().map_err(|_| Trouble::INTERNAL)?;
    let call = CallId::new(&settings.key, button.account, random);
    let key = asked.header("idempotency-key");
    let key = key.unwrap_or_else(|| call.as_str().to_owned());
    let id = button.clicktocall.to_string();
    let address = asked.address();
    let admit = Admit {
        account: button.account,
        way: if trusted {
            Way::TrustedConnect
        } else {
            Way::Connect
        },
        body: short_digest(&[contact.e164().as_bytes()]),
        wanted: Wanted::Button {
            clicktocall: button.clicktocall,
            contact,
            extension: None,
        },
        grant: None,
        origin: asked.header("origin"),
        framed: false,
        own_origin: asked.own_origin().to_owned(),
        consent: None,
        captcha: if trusted || settings.turnstile.is_none() {
            Captcha::Unavailable
        } else {
            Captcha::Missing
        },
        address: asked
            .address_code(&settings, button.account)
            .filter(|_| !trusted),
        page: (!request.vars.is_empty()).then(|| json!({ "context": request.vars })),
        key: short_digest(&[b"connect", id.as_bytes(), key.as_bytes()]),
        call_id: call.as_str().to_owned(),
        now: asked.now,
    };
    let placing = Placing {
        address,
        ..asked.placing().map_err(|it| trouble(&it, &id))?
    };
    let placed = asked
        .see_through(placing.admit_and_place(call, admit))
        .await;
    let (call, view) = placed
        .and_then(|placed| placed)
        .map_err(|it| trouble(&it, &id))?;
    match view.last.status {
        Status::Failed { failure } => Err(trouble(&Problem::Operator(failure), &id)),
        _ => Ok((call, view)),
    }
}

/// Waits until the first party has answered, or it is over.
async fn wait(asked: &Asked, call: &CallId, mut view: View) -> Result<View, Trouble> {
    let room = room::call_room(&asked.env, call).map_err(failed)?;
    for _ in 0..LOOKS {
        let ringing = [State::Initiating, State::CallingCaller];
        if !ringing.contains(&view.last.status.state()) {
            break;
        }
        Delay::from(LOOK_EVERY).await;
        let read = room::ask(&room, &Ask::Read).await.map_err(failed)?;
        view = read.unwrap_or(view);
    }
    Ok(view)
}

/// What came of a call, as Kazoo's history has it.
fn item(view: &View) -> Value {
    let answered = Some(("success", None));
    let (result, cause) = match view.last.status {
        Status::Initiating | Status::CallingCaller => ("error", Some("timed out".to_owned())),
        status => originate::result(status).or(answered).unwrap_or_default(),
    };
    json!({
        "id": view.call.id, "call_id": view.call.id, "result": result, "cause": cause,
        "timestamp": originate::gregorian(view.call.opened_at),
    })
}

/// A problem of placing in Kazoo's words.
fn trouble(problem: &Problem, id: &str) -> Trouble {
    let info = problem.info();
    let told = |status: u16, message: &'static str| Trouble {
        status,
        message,
        data: json!({ "message": info.message, "code": info.code }),
    };
    match problem {
        Problem::Refused(Refusal::NoSuchButton) => Trouble::unknown(id),
        Problem::Refused(Refusal::TokenRequired) => Trouble::STRANGER,
        _ => match info.status {
            422 => Trouble::invalid("contact", "forbidden", info.message),
            429 => told(429, "too_many_requests"),
            403 => told(403, "forbidden"),
            409 => told(409, "conflict"),
            status => told(status, "request failed"),
        },
    }
}

/// What went wrong on the way to a room.
pub(super) fn failed(error: worker::Error) -> Trouble {
    worker::console_error!("{error}");
    Trouble::INTERNAL
}
