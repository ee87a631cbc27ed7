//! The dialect of operators that speak CAMARA Click to Dial, as clients of it.
//!
//! Source: CAMARA ClickToDial OpenAPI 0.2.0-rc.1 and the API document of the
//! same working group (its 0.1 form of `status`), OAuth 2.0 client credentials
//! (RFC 6749 section 4.4).

use std::time::Duration;

use base64ct::{Base64, Encoding};
use call::{Failure, Millis, Number, Reason, State, Status};

use serde::Deserialize;
use serde_json::{Value, json};

use crate::config::Place;
use crate::keys::digest;

use super::{Heard, Memory, Outcome, Outgoing, Step, Want};

/// A token server that takes longer is out of order.
const TOKEN_LIMIT: Duration = Duration::from_secs(5);
/// Operators set calls up before they answer; the visitor waits for it.
const CALL_LIMIT: Duration = Duration::from_secs(8);
/// A token is renewed this many seconds before it expires: more than any clock
/// difference and one exchange.
const RENEW_BEFORE_S: u64 = 30;
/// Seconds a token is used where its server does not say.
const DEFAULT_TOKEN_LIFE_S: u64 = 300;
/// The longest call id that the document allows.
const LONGEST_CALL_ID: usize = 256;
/// Event types of the document, all versions: `org.camaraproject.click-to-dial.v0.status-changed`.
const EVENT_PREFIX: &str = "org.camaraproject.click-to-dial.";
const EVENT_SUFFIX: &str = "status-changed";

/// An account at a CAMARA operator. Has no `Debug`: it holds a secret.
#[derive(Clone)]
pub struct Connection {
    /// What both phones show.
    pub platform_number: Number,
    /// Base of the API, up to and without `/calls`.
    base_url: String,
    /// The token server's address.
    token_url: String,
    client_id: String,
    client_secret: String,
    /// Scopes to ask for.
    scope: String,
}

/// The document's scopes for what we do.
const SCOPE: &str =
    "click-to-dial:calls:create click-to-dial:calls:read click-to-dial:calls:delete";

impl Connection {
    /// Reads a connection. `loopback`: development, where plain http is
    /// allowed in any case.
    pub fn read(place: &Place<'_>, loopback: bool) -> Result<Self, String> {
        place.only(&[
            "dialect",
            "platform_number",
            "base_url",
            "token_url",
            "client_id",
            "client_secret",
            "scope",
            "allow_http",
        ])?;
        let http = loopback
            || place
                .optional("allow_http")?
                .map_or(Ok(false), |at| at.flag())?;
        let text = |name| place.field(name)?.text().map(str::to_owned);
        let scope = place
            .optional("scope")?
            .map_or(Ok(SCOPE), |scope| scope.text())?;
        Ok(Self {
            platform_number: place.field("platform_number")?.number()?,
            base_url: place.field("base_url")?.url(http)?.to_owned(),
            token_url: place.field("token_url")?.url(http)?.to_owned(),
            client_id: text("client_id")?,
            client_secret: text("client_secret")?,
            scope: scope.to_owned(),
        })
    }

    /// Names the token cache's entry. The whole of what a token was given for
    /// is in it: whoever does not know the secret gets no token out of it.
    #[must_use]
    pub fn cache_name(&self) -> String {
        let parts = [
            &self.token_url,
            &self.client_id,
            &self.client_secret,
            &self.scope,
        ];
        base16ct::lower::encode_string(&digest(&parts.map(|part| part.as_bytes())))
    }

    fn calls(&self, id: Option<&str>) -> String {
        let base = self.base_url.trim_end_matches('/');
        id.map_or_else(
            || format!("{base}/calls"),
            |id| format!("{base}/calls/{id}"),
        )
    }
}

/// What was sent last.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Sent {
    Nothing,
    TokenRequest,
    Request,
}

/// One conversation: a token if none is at hand, the request, and once more
/// both if the token is refused.
pub struct Conversation<'a> {
    connection: &'a Connection,
    want: &'a Want,
    memory: Memory,
    sent: Sent,
    renewed: bool,
}

impl<'a> Conversation<'a> {
    /// Begins a conversation about `want`.
    #[must_use]
    pub fn new(connection: &'a Connection, want: &'a Want, memory: Memory) -> Self {
        Self {
            connection,
            want,
            memory,
            sent: Sent::Nothing,
            renewed: false,
        }
    }

    /// What to remember.
    #[must_use]
    pub fn memory(self) -> Memory {
        self.memory
    }

    /// See [`super::Conversation::next`].
    pub fn next(&mut self, heard: Option<Heard>, now: Millis) -> Step {
        match (self.sent, heard) {
            (Sent::TokenRequest, Some(heard)) => match read_token(&heard, now) {
                Ok(token) => {
                    self.memory.token = Some(token);
                    self.renewed = true;
                    self.request()
                }
                Err(failure) => Step::Done(Outcome::Refused(failure)),
            },
            (Sent::Request, Some(heard)) if refuses_token(&heard) => {
                self.memory.token = None;
                if self.renewed {
                    return Step::Done(Outcome::Refused(Failure::CredentialsRefused));
                }
                self.request_token()
            }
            (Sent::Request, Some(heard)) => Step::Done(self.read(&heard)),
            _ => match &self.memory.token {
                Some((_, renew_at)) if now < *renew_at => self.request(),
                _ => self.request_token(),
            },
        }
    }

    fn request_token(&mut self) -> Step {
        self.sent = Sent::TokenRequest;
        let Connection {
            client_id,
            client_secret,
            scope,
            token_url,
            ..
        } = self.connection;
        // RFC 6749 section 2.3.1: both are form-encoded before they are joined.
        let credentials = format!("{}:{}", form_encode(client_id), form_encode(client_secret));
        Step::Send(Outgoing {
            method: "POST",
            url: token_url.clone(),
            headers: vec![
                (
                    "authorization",
                    format!("Basic {}", Base64::encode_string(credentials.as_bytes())),
                ),
                (
                    "content-type",
                    "application/x-www-form-urlencoded".to_owned(),
                ),
                ("accept", "application/json".to_owned()),
            ],
            body: Some(format!(
                "grant_type=client_credentials&scope={}",
                form_encode(scope)
            )),
            limit: TOKEN_LIMIT,
        })
    }

    fn request(&mut self) -> Step {
        self.sent = Sent::Request;
        let token = self
            .memory
            .token
            .as_ref()
            .map(|(token, _)| token.as_str())
            .unwrap_or_default();
        let mut headers = vec![
            ("authorization", format!("Bearer {token}")),
            ("accept", "application/json".to_owned()),
        ];
        let (method, url, body) = match self.want {
            Want::Place(order) => {
                headers.push(("content-type", "application/json".to_owned()));
                headers.push(("x-correlator", order.correlator.clone()));
                (
                    "POST",
                    self.connection.calls(None),
                    Some(create_call(order).to_string()),
                )
            }
            Want::HangUp(id) => ("DELETE", self.connection.calls(Some(id)), None),
            Want::Ask(id) => ("GET", self.connection.calls(Some(id)), None),
        };
        Step::Send(Outgoing {
            method,
            url,
            headers,
            body,
            limit: CALL_LIMIT,
        })
    }

    fn read(&self, heard: &Heard) -> Outcome {
        let Heard::Answer { status, body } = heard else {
            return Outcome::Unsure(Failure::OperatorDown);
        };
        match (self.want, *status) {
            (Want::Place(_), 200..=299) => match call_id(body) {
                Some(id) => Outcome::Placed(id),
                None => Outcome::Unsure(Failure::OperatorUnreadable),
            },
            (Want::Place(_), _) => read_refusal(*status, body),
            (Want::HangUp(_), 200..=299) => Outcome::HungUp(None),
            (Want::HangUp(_) | Want::Ask(_), 404 | 409 | 410) => Outcome::Gone,
            (Want::Ask(_), 200..=299) => match read_call(body) {
                Some(status) => Outcome::Is(status.into()),
                None => Outcome::Refused(Failure::OperatorUnreadable),
            },
            (_, status) => Outcome::Refused(by_status(status)),
        }
    }
}

/// CAMARA `CreateCallRequest`.
fn create_call(order: &super::Order) -> Value {
    json!({
        "caller": { "number": order.caller.e164() },
        "callee": { "number": order.callee.e164() },
        "sink": order.sink,
        "sinkCredential": {
            "credentialType": "ACCESSTOKEN",
            "accessToken": order.sink_bearer,
            "accessTokenExpiresUtc": order.sink_expires,
            "accessTokenType": "bearer",
        },
    })
}

fn refuses_token(heard: &Heard) -> bool {
    matches!(heard, Heard::Answer { status: 401, .. })
}

/// The access token, and when to renew it. Nothing has been placed yet, so
/// every failure here is a plain refusal.
fn read_token(heard: &Heard, now: Millis) -> Result<(String, Millis), Failure> {
    #[derive(Deserialize)]
    struct Token {
        access_token: String,
        expires_in: Option<u64>,
    }
    match heard {
        Heard::Nothing => Err(Failure::OperatorDown),
        Heard::Answer {
            status: 200..=299,
            body,
        } => {
            let token: Token =
                serde_json::from_str(body).map_err(|_| Failure::OperatorUnreadable)?;
            if !is_token(&token.access_token) {
                return Err(Failure::OperatorUnreadable);
            }
            let life = token.expires_in.unwrap_or(DEFAULT_TOKEN_LIFE_S);
            Ok((
                token.access_token,
                now.plus_seconds(life.saturating_sub(RENEW_BEFORE_S)),
            ))
        }
        Heard::Answer {
            status: 400 | 401 | 403,
            ..
        } => Err(Failure::CredentialsRefused),
        Heard::Answer { status, .. } => Err(by_status(*status)),
    }
}

/// Whether the text can go into a header (RFC 6750 section 2.1, `b64token`, and
/// whatever else is visible).
fn is_token(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|b| b.is_ascii_graphic())
}

fn by_status(status: u16) -> Failure {
    match status {
        401 | 403 => Failure::CredentialsRefused,
        402 => Failure::AccountSuspended,
        429 | 500..=599 => Failure::OperatorDown,
        _ => Failure::OperatorUnreadable,
    }
}

/// A refusal to place. A 5xx other than 503 says nothing about whether the
/// call was placed before things went wrong.
fn read_refusal(status: u16, body: &str) -> Outcome {
    let code = serde_json::from_str::<Value>(body)
        .ok()
        .and_then(|info| info.get("code").and_then(Value::as_str).map(str::to_owned))
        .unwrap_or_default();
    let failure = match code.as_str() {
        "INVALID_PHONE_NUMBER" | "SAME_CALLER_CALLEE" => Failure::BadNumber,
        "CALLER_NOT_AVAILABLE" => Failure::CallerUnavailable,
        "CALLEE_NOT_AVAILABLE" => Failure::CalleeUnavailable,
        "RECORDING_NOT_SUPPORTED" => Failure::RecordingUnsupported,
        "SERVICE_NOT_APPLICABLE" => Failure::NotEstablished,
        "ALREADY_EXISTS" => Failure::AlreadyInCall,
        _ => by_status(status),
    };
    match status {
        500..=599 if status != 503 => Outcome::Unsure(failure),
        409 if code.is_empty() => Outcome::Refused(Failure::AlreadyInCall),
        _ => Outcome::Refused(failure),
    }
}

fn call_id(body: &str) -> Option<String> {
    let call: Value = serde_json::from_str(body).ok()?;
    let id = call.get("callId")?.as_str()?;
    is_call_id(id).then(|| id.to_owned())
}

/// CAMARA's pattern for `CallId`. Also what makes it safe in a path, but for
/// `.` and `..`.
fn is_call_id(id: &str) -> bool {
    (1..=LONGEST_CALL_ID).contains(&id.len())
        && id != "."
        && id != ".."
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"._~:-".contains(&b))
}

/// `GET /calls/{callId}`: the state, and a reason where an operator adds one.
fn read_call(body: &str) -> Option<Status> {
    let call: Value = serde_json::from_str(body).ok()?;
    read_status(&call)
}

/// The state in either of the documents' shapes, from an event's `data` or a
/// call: `status` as an object with `state` and `reason`, or as a bare word.
/// `None`: a word that the documents do not have.
fn read_status(data: &Value) -> Option<Status> {
    let status = data.get("status")?;
    let (state, reason) = match status {
        Value::String(state) => (state.as_str(), data.get("reason")),
        status => (
            status.get("state")?.as_str()?,
            status.get("reason").or(data.get("reason")),
        ),
    };
    let reason = reason.and_then(Value::as_str);
    // A reason that the document lacks is still an end.
    let reason: Option<Reason> = reason.map(|word| word.parse().unwrap_or(Reason::Other));
    Some(match state.parse().ok()? {
        State::Initiating => Status::Initiating,
        State::CallingCaller => Status::CallingCaller,
        State::CallingCallee => Status::CallingCallee,
        State::Connected => Status::Connected,
        end => Status::ended(end, reason, duration(data.get("callDuration"))),
    })
}

/// `callDuration`: a string of digits in the document, a number elsewhere.
fn duration(value: Option<&Value>) -> Option<u32> {
    match value? {
        Value::String(digits) => digits.parse().ok(),
        number => u32::try_from(number.as_u64()?).ok(),
    }
}

/// What an event tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A call's new status, and the operator's name for the call.
    Status(String, Status),
    /// Something that we do not know: accepted and ignored, never guessed.
    /// Holds the foreign word.
    Unknown(String),
}

/// The event breaks its document; says where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MalformedEvent(pub &'static str);

/// Reads a CloudEvent in structured mode. Its bearer has been checked before.
pub fn read_event(body: &str) -> Result<Event, MalformedEvent> {
    let event: Value =
        serde_json::from_str(body).map_err(|_| MalformedEvent("The body is not JSON."))?;
    let text = |name: &str| {
        event
            .get(name)
            .and_then(Value::as_str)
            .filter(|text| !text.is_empty())
    };
    if text("specversion") != Some("1.0") {
        return Err(MalformedEvent("specversion must be \"1.0\"."));
    }
    if text("id").is_none() || text("source").is_none() {
        return Err(MalformedEvent("A CloudEvent needs an id and a source."));
    }
    let kind = text("type").ok_or(MalformedEvent("A CloudEvent needs a type."))?;
    if !(kind.starts_with(EVENT_PREFIX) && kind.ends_with(EVENT_SUFFIX)) {
        return Ok(Event::Unknown(kind.to_owned()));
    }
    let data = event
        .get("data")
        .ok_or(MalformedEvent("The event has no data."))?;
    let id = data
        .get("callId")
        .and_then(Value::as_str)
        .filter(|id| is_call_id(id));
    let id = id.ok_or(MalformedEvent("data.callId is missing or not a call id."))?;
    let status = data
        .get("status")
        .ok_or(MalformedEvent("data.status is missing."))?;
    if !(status.is_string() || status.get("state").is_some_and(Value::is_string)) {
        return Err(MalformedEvent("data.status has no state."));
    }
    match read_status(data) {
        Some(status) => Ok(Event::Status(id.to_owned(), status)),
        None => Ok(Event::Unknown(status.to_string())),
    }
}

/// `application/x-www-form-urlencoded`, for what goes into a token request.
fn form_encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'*' => {
                encoded.push(char::from(byte));
            }
            b' ' => encoded.push('+'),
            other => encoded.push_str(&format!("%{other:02X}")),
        }
    }
    encoded
}

#[cfg(test)]
#[path = "camara_tests.rs"]
mod tests;
