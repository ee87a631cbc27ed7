//! `clicktocall/{id}/connect`.

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use call::sandbox::Script;
use call::{Failure, Number};
use regex_lite::Regex;
use serde_json::{Map, Value, json};

use super::access::random_id;
use super::documents::Document;
use super::envelope::{Trouble, Wanted, yes};
use super::legs::Legs;
use super::number;
use crate::lab::door::json_answer;
use crate::lab::fault::{Fault, Orders};
use crate::lab::line::Line;
use crate::lab::playing;
use crate::lab::spoiling;
use crate::lab::switchboard::Switchboard;

type Board = State<Arc<Switchboard>>;
/// Seconds that the first phone rings where the document does not say.
const RING_S: u64 = 30;

/// Dials, while it is still checking. A GET does as well as a POST.
pub(super) async fn connect(
    State(board): Board,
    Path((account, id)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
    body: Bytes,
) -> Result<Response, Trouble> {
    // 1. Who asks? A document that is not there needs a token.
    board.system.check_account(&account)?;
    let document = board.system.documents.find(&id);
    let open = |document: &Document| document.get("auth_required") == Some(&json!(false));
    let token = match board.system.token(&headers) {
        Ok(token) => token,
        Err(_) if document.as_ref().is_some_and(open) => "undefined".to_owned(),
        Err(trouble) => return Err(trouble),
    };
    let document = document.ok_or_else(|| Trouble::unknown(&id))?;
    // 2. For whom?
    let wanted = Wanted::read(query.as_deref(), &body)?;
    let contact = contact(&wanted)?;
    if !matches!(
        wanted.parameter("blocking"),
        None | Some(Value::Bool(false))
    ) {
        return Err(Trouble::CRASHED);
    }
    check_whitelist(&document, &contact)?;
    // 3. The call. The document's own variables are not used, nor its throttle.
    let request = Originate {
        id,
        contact,
        variables: variables(&wanted),
        document,
    };
    let name = request.name();
    let placed = yes(StatusCode::OK, &request.echo(&name), &token);
    match request.parties() {
        Some(parties) => {
            careless(&board, &headers, &parties)?;
            place(&board, &request, name, parties, placed).await
        }
        // Nobody has this number: it is dialled, and nothing comes of it.
        None => Ok(placed),
    }
}

async fn place(
    board: &Switchboard,
    request: &Originate,
    name: String,
    (caller, callee): (Number, Number),
    placed: Response,
) -> Result<Response, Trouble> {
    let script = playing::script(board, &caller, &callee);
    if let Some(script) = script {
        refuse(script)?;
    }
    let orders = board.orders(&caller, &callee);
    if let Some(answer) = instead(&orders) {
        return answer;
    }
    let legs = Legs::new(&board.system, &request.id, request.variables.clone());
    let line = Line::open(name, (caller, callee), orders, Box::new(legs));
    board.add_to_others(Arc::clone(&line));
    Ok(playing::begin(board, &line, script, placed).await)
}

/// A fault's refusal, in the system's own form.
fn careless(
    board: &Switchboard,
    headers: &HeaderMap,
    (caller, callee): &(Number, Number),
) -> Result<(), Trouble> {
    let Some((status, message, words)) = board.orders(caller, callee).refused() else {
        return Ok(());
    };
    let said = spoiling::carelessly(words, headers, &[caller.digits(), callee.digits()]);
    Err(Trouble::with(status, message, json!({"message": said})))
}

/// The contact as it is dialled.
fn contact(wanted: &Wanted) -> Result<String, Trouble> {
    match wanted.parameter("contact") {
        None => {
            let message = "The contact extension for this click to call has not been set";
            let data = json!({"contact": {"required": {"message": message}}});
            Err(Trouble::with(400, "validation error", data))
        }
        Some(Value::String(text)) if !text.is_empty() => Ok(number::contact(&text)),
        Some(_) => Err(Trouble::CRASHED),
    }
}

/// Patterns match anywhere unless they say otherwise; one is enough.
fn check_whitelist(document: &Document, contact: &str) -> Result<(), Trouble> {
    let Some(patterns) = document.get("whitelist").and_then(Value::as_array) else {
        return Ok(());
    };
    for pattern in patterns {
        let pattern = Regex::new(pattern.as_str().unwrap_or_default());
        if pattern.map_err(|_| Trouble::CRASHED)?.is_match(contact) {
            return Ok(());
        }
    }
    // A bare text.
    let data = json!(contact);
    Err(Trouble::with(400, "Contact doesn't match whitelist", data))
}

/// Those of the body, and the whole query, which wins.
fn variables(wanted: &Wanted) -> Map<String, Value> {
    let given = wanted.data.get("custom_application_vars");
    let mut all = given
        .and_then(Value::as_object)
        .cloned()
        .unwrap_or_default();
    for (name, value) in &wanted.query {
        all.insert(name.clone(), json!(value));
    }
    all
}

/// What somebody asked for.
struct Originate {
    id: String,
    contact: String,
    variables: Map<String, Value>,
    document: Document,
}

impl Originate {
    /// `c2c-<document>-<ten digits>`.
    fn name(&self) -> String {
        let random = random_id();
        let ten = random.get(..10).unwrap_or_default();
        format!("c2c-{}-{ten}", self.id)
    }

    fn text(&self, name: &str) -> Option<String> {
        self.document.get(name)?.as_str().map(str::to_owned)
    }

    fn extension(&self) -> String {
        number::normalised(&self.text("extension").unwrap_or_default())
    }

    fn contact_is_first(&self) -> bool {
        self.text("dial_first").as_deref() == Some("contact")
    }

    /// Who is rung first, and who then.
    fn routes(&self) -> (String, String) {
        let (extension, contact) = (self.extension(), self.contact.clone());
        if self.contact_is_first() {
            (contact, extension)
        } else {
            (extension, contact)
        }
    }

    fn parties(&self) -> Option<(Number, Number)> {
        let (first, second) = self.routes();
        Some((Number::parse(&first).ok()?, Number::parse(&second).ok()?))
    }

    /// The originate request, which is what is answered.
    fn echo(&self, name: &str) -> Value {
        let (first, second) = self.routes();
        let timeout = self.document.get("timeout").cloned();
        json!({
            "application_name": "transfer",
            "application_data": {"route": second},
            "endpoints": [{"invite_format": "loopback", "route": first, "to_did": first}],
            "timeout": timeout.unwrap_or(json!(RING_S)),
            "ignore_early_media": true,
            "outbound_callee_id_number": self.text("outbound_callee_id_number")
                .unwrap_or_else(|| self.extension()),
            "outbound_caller_id_number": self.text("caller_id_number")
                .unwrap_or_else(|| self.contact.clone()),
            "outbound_call_id": name,
            "origination_call_id": name,
            "dial_endpoint_method": "single",
            "continue_on_fail": true,
            "custom_channel_vars": {
                "authorizing_id": self.id,
                "authorizing_type": "clicktocall",
                "auto_answer_loopback": self.variables.get("auto_answer") != Some(&json!("false")),
            },
            "custom_application_vars": self.variables,
            "simplify_loopback": "false",
            "loopback_bowout": "false",
            "start_control_process": "false",
        })
    }
}

/// What a script refuses, as far as this system can say it: it knows no party
/// that is not available before it has dialled.
fn refuse(script: Script) -> Result<(), Trouble> {
    script.answer().map_err(|failure| match failure {
        Failure::OperatorDown => unreachable_store(),
        _ => Trouble::with(403, "forbidden", json!({"message": "forbidden"})),
    })
}

pub(super) fn unreachable_store() -> Trouble {
    let data = json!({"message": "datastore timeout"});
    Trouble::with(503, "datastore_unreachable", data)
}

/// A fault's answer, where no call is placed.
fn instead(orders: &Orders) -> Option<Result<Response, Trouble>> {
    let forbidden = || Trouble::with(403, "forbidden", json!({"message": "forbidden"}));
    let expired = || {
        let data = json!({"account": {"expired": {"message": "account expired"}}});
        Trouble::with(400, "validation error", data)
    };
    let refused = || Trouble::with(401, "invalid credentials", json!({}));
    let refusals: [(Fault, &dyn Fn() -> Trouble); 3] = [
        (Fault::PermissionDenied, &forbidden),
        (Fault::AccountSuspended, &expired),
        (Fault::CredentialsRefused, &refused),
    ];
    if let Some((_, trouble)) = refusals.iter().find(|(fault, _)| orders.has(*fault)) {
        return Some(Err(trouble()));
    }
    if let Some(status) = orders.error_answer() {
        let words = if status == 503 {
            unreachable_store()
        } else {
            Trouble::CRASHED
        };
        return Some(Err(Trouble { status, ..words }));
    }
    if let Some(page) = spoiling::proxied(orders) {
        return Some(Ok(page));
    }
    if orders.has(Fault::HtmlAnswer) {
        return Some(Ok(playing::web_page(StatusCode::OK)));
    }
    let wrong = || json_answer(StatusCode::OK, &json!({"data": 17, "status": "success"}));
    orders.has(Fault::WrongShapeAnswer).then(|| Ok(wrong()))
}
