//! `…/clicktocall/{C2C_ID}/connect`: a call through a button without a page.
//!
//! Kazoo places a call on every GET, also one that a mail program or a search
//! engine sends by itself. Here a GET without a token places one only where the
//! button says so (`get_connect`), and only if a person is behind it as far as
//! its headers tell.

use std::time::Duration;

use call::{Party, State, Status};
use serde_json::{Map, Value, json};
use worker::Delay;

use super::manage::{Question, ask};
use super::read::optional_body;
use super::{contact, enter, originate};
use crate::account_room::documents::Kind;
use crate::account_room::manage::Verb;
use crate::account_room::trouble::{Managed, Trouble};
use crate::account_room::words::{Admit, Ask as AskAccount, Decision, Wanted};
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
        let document = read_in_public(asked, button).await?;
        check_public(asked, method, &document)?;
        document
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

/// Without a token an unknown button is a closed one, as in Kazoo.
async fn read_in_public(asked: &Asked, button: ButtonId) -> Result<Value, Trouble> {
    let settings = asked.settings().map_err(|_| Trouble::NOT_CONFIGURED)?;
    if !enter::is_ours(&settings, button.account) {
        return Err(Trouble::STRANGER);
    }
    let room = room::account_room(&asked.env, button.account).map_err(failed)?;
    match room::ask(&room, &AskAccount::Button(button)).await {
        Ok(Decision::Button { document, .. }) => Ok(document),
        Ok(_) => Err(Trouble::STRANGER),
        Err(error) => Err(failed(error)),
    }
}

/// Whether somebody without a token may connect in this way.
fn check_public(asked: &Asked, method: &str, document: &Value) -> Result<(), Trouble> {
    let is = |name: &str| document.get(name).and_then(Value::as_bool);
    if is("auth_required") != Some(false) {
        return Err(Trouble::STRANGER);
    }
    let by_get = method == "GET";
    let captcha = is("captcha") == Some(true);
    let may_get =
        is("get_connect") == Some(true) && !captcha && is_deliberate(|name| asked.header(name));
    if by_get && !may_get {
        return Err(Trouble::FORBIDDEN);
    }
    Ok(())
}

/// Whether a person has asked, and not a browser ahead of them or another
/// site's page (Fetch Metadata Request Headers, `Purpose`).
fn is_deliberate(header: impl Fn(&str) -> Option<String>) -> bool {
    let says = |name: &str, word: &str| {
        let value = header(name).unwrap_or_default();
        value.to_ascii_lowercase().contains(word)
    };
    let ahead = ["purpose", "sec-purpose", "x-purpose", "x-moz"];
    let early =
        |name: &&str| says(name, "prefetch") || says(name, "prerender") || says(name, "preview");
    let foreign = says("sec-fetch-site", "cross-site") || says("sec-fetch-site", "same-site");
    let embedded =
        header("sec-fetch-dest").is_some_and(|dest| dest != "document" && dest != "empty");
    !ahead.iter().any(early) && !foreign && !embedded
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

fn failed(error: worker::Error) -> Trouble {
    worker::console_error!("{error}");
    Trouble::INTERNAL
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_browser_ahead_of_its_user_and_another_sites_page_place_no_call() {
        let deliberate = |name: &str, value: &str| {
            is_deliberate(|asked| (asked == name).then(|| value.to_owned()))
        };
        for (name, value) in [
            ("purpose", "prefetch"),
            ("sec-purpose", "prefetch;prerender"),
            ("x-moz", "prefetch"),
            ("x-purpose", "preview"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("sec-fetch-dest", "image"),
            ("sec-fetch-dest", "script"),
        ] {
            assert!(!deliberate(name, value), "{name}: {value}");
        }
        assert!(deliberate("sec-fetch-site", "none"));
        assert!(deliberate("sec-fetch-dest", "document"));
        assert!(deliberate("user-agent", "curl"));
    }
}
