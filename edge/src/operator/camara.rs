//! The dialect of operators that speak CAMARA Click to Dial, as clients of it.
//!
//! Source: CAMARA ClickToDial OpenAPI 0.2.0-rc.1 and the API document of the
//! same working group (its 0.1 form of `status`). Tokens: [`token`].

mod answer;
mod connection;
mod event;
mod token;

use std::time::Duration;

use call::Failure;

use answer::{by_status, call_id, create_call, read_call, read_refusal};
pub use connection::Connection;
use connection::Issuer;

use super::{
    Converse, Dialect, Form, Heard, Memory, Moment, Outcome, Outgoing, Step, Want, is_json,
};
use crate::recording::Source;

/// Operators set calls up before they answer; the visitor waits for it.
const CALL_LIMIT: Duration = Duration::from_secs(8);

/// `RecordingResource`.
const RECORDING: Form = Form::Body {
    source: Source::Json(&["content", "contentType", "generatedAt", ""]),
    success: "",
};

/// What was sent last.
#[derive(Clone, PartialEq, Eq)]
enum Sent {
    Nothing,
    Discovery,
    /// To be signed: the assertion's first two parts, for this endpoint.
    Assertion {
        message: String,
        endpoint: String,
    },
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
    /// Whether a token server that was out of order was asked once more.
    insisted: bool,
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
            insisted: false,
        }
    }
}

impl Converse for Conversation<'_> {
    fn next(&mut self, heard: Option<Heard>, moment: Moment) -> Step {
        match (std::mem::replace(&mut self.sent, Sent::Nothing), heard) {
            (Sent::Discovery, Some(heard)) => self.discovered(&heard, moment),
            (Sent::Assertion { message, endpoint }, Some(Heard::Signed(signature))) => {
                self.sent = Sent::TokenRequest;
                let scope = self.connection.scope(self.want);
                token::signed_request(&endpoint, scope, &message, &signature)
            }
            // The runtime cannot use the key.
            (Sent::Assertion { .. }, Some(_)) => refused(Failure::CredentialsRefused),
            (Sent::TokenRequest, Some(heard)) => self.take_token(&heard, moment),
            (Sent::Request, Some(Heard::Answer { status: 401, .. })) => {
                self.memory.token = None;
                if self.renewed {
                    return refused(Failure::CredentialsRefused);
                }
                self.request_token(moment)
            }
            (Sent::Request, Some(heard)) => Step::Done(self.read(&heard)),
            _ => match &self.memory.token {
                // Whether a token is given, only its server knows.
                Some((_, renew_at)) if moment.now < *renew_at && !self.is_trial() => self.request(),
                _ => self.request_token(moment),
            },
        }
    }

    fn memory(self) -> Memory {
        self.memory
    }
}

impl Conversation<'_> {
    /// Whether there is nothing to do with the token.
    fn is_trial(&self) -> bool {
        matches!(self.want, Want::Readiness)
    }

    fn take_token(&mut self, heard: &Heard, moment: Moment) -> Step {
        match token::read(heard, moment.now) {
            Ok(_) if self.is_trial() => {
                let scope = self.connection.scope(self.want);
                if token::is_granted(heard, scope) {
                    Step::Done(Outcome::Ready)
                } else {
                    refused(Failure::CredentialsRefused)
                }
            }
            Ok(token) => {
                self.memory.token = Some(token);
                self.renewed = true;
                self.request()
            }
            Err(failure) => self.without_token(failure, moment),
        }
    }

    /// A call that is under way must not go on because a token server failed
    /// just now: whoever hangs up waits a little longer instead.
    fn without_token(&mut self, failure: Failure, moment: Moment) -> Step {
        let hangs_up = matches!(self.want, Want::HangUp(_));
        if failure != Failure::OperatorDown || !hangs_up || self.insisted {
            return refused(failure);
        }
        self.insisted = true;
        self.request_token(moment)
    }

    fn discovered(&mut self, heard: &Heard, moment: Moment) -> Step {
        let Issuer::Discovery(issuer) = &self.connection.issuer else {
            return refused(Failure::OperatorUnreadable);
        };
        match token::read_discovery(heard, issuer, self.connection.http) {
            Ok(endpoint) => {
                self.memory.endpoint = Some(endpoint);
                self.request_token(moment)
            }
            Err(failure) => self.without_token(failure, moment),
        }
    }

    fn request_token(&mut self, moment: Moment) -> Step {
        let endpoint = match (&self.connection.issuer, &self.memory.endpoint) {
            (Issuer::TokenUrl(endpoint), _) | (_, Some(endpoint)) => endpoint.clone(),
            (Issuer::Discovery(issuer), None) => {
                self.sent = Sent::Discovery;
                return token::discovery_request(issuer);
            }
        };
        let scope = self.connection.scope(self.want);
        let step = token::request(self.connection, &endpoint, scope, moment);
        self.sent = match &step {
            Step::Sign { message, .. } => Sent::Assertion {
                message: message.clone(),
                endpoint,
            },
            _ => Sent::TokenRequest,
        };
        step
    }

    fn request(&mut self) -> Step {
        self.sent = Sent::Request;
        let token = self.memory.token.as_ref().map(|(token, _)| token.as_str());
        let mut headers = vec![
            (
                "authorization",
                format!("Bearer {}", token.unwrap_or_default()),
            ),
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
            Want::Ask(asked) => {
                let call = self.connection.calls(Some(&asked.operator_call));
                ("GET", call, None)
            }
            Want::Readiness => return Step::Done(Outcome::Ready),
            Want::Recording(recorded) => {
                let call = self.connection.calls(Some(&recorded.operator_call));
                ("GET", format!("{call}/recording"), None)
            }
        };
        let outgoing = Outgoing {
            method,
            url,
            headers,
            body,
            limit: CALL_LIMIT,
        };
        match self.want {
            Want::Recording(_) => Step::Open(outgoing),
            _ => Step::Send(outgoing),
        }
    }

    fn read(&self, heard: &Heard) -> Outcome {
        let (status, body) = match heard {
            Heard::Answer { status, body } => (status, body),
            Heard::Opened { kind } if is_json(kind) => return Outcome::Recording(RECORDING),
            Heard::Opened { .. } => return Outcome::Refused(Failure::OperatorUnreadable),
            Heard::Nothing | Heard::Signed(_) => return Outcome::Unsure(Failure::OperatorDown),
        };
        match (self.want, *status) {
            (Want::Place(_), 200..=299) => match call_id(body) {
                Some(id) => Outcome::Placed(id),
                None => Outcome::Unsure(Failure::OperatorUnreadable),
            },
            (Want::Place(_), _) => read_refusal(*status, body),
            (Want::HangUp(_), 200..=299) => Outcome::HungUp(None),
            (Want::HangUp(_) | Want::Ask(_), 404 | 409 | 410) => Outcome::Gone,
            (Want::Recording(_), 404 | 410) => Outcome::Gone,
            (Want::Ask(_), 200..=299) => match read_call(body) {
                Some(status) => Outcome::Is(status.into()),
                None => Outcome::Refused(Failure::OperatorUnreadable),
            },
            (_, status) => Outcome::Refused(by_status(status)),
        }
    }
}

fn refused(failure: Failure) -> Step {
    Step::Done(Outcome::Refused(failure))
}

#[cfg(test)]
mod tests;
