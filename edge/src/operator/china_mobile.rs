//! The dialect of China Mobile's open platform.
//!
//! Source: China Mobile Click to Dial 1.0.0, sections 3 (authentication), 4.2
//! (attributes), 4.3 (endpoints) and 4.4 (errors). Every request is a POST with
//! Basic authentication; numbers have no `+`; every answer has a `code` of
//! seven digits. This operator tells of a call under its own name for it, at a
//! path that it fixes itself, and cannot be asked.

mod connection;
mod notification;

use std::time::Duration;

use call::Failure;
use serde_json::{Value, json};

use super::{
    Converse, Form, Heard, Moment, Order, Outcome, Outgoing, Recorded, Step, Want, is_json,
};
use crate::document::set;
use crate::recording::Source;
pub use connection::Connection;

/// Operators set calls up before they answer; the visitor waits for it.
const LIMIT: Duration = Duration::from_secs(10);
/// The longest call identifier that we take: the document sets no limit.
const LONGEST_CALL_ID: usize = 128;
/// The code of an answer that says yes.
const SUCCESS: &str = "0000000";

/// What `recordingdownload` answers: it says of no file what it is.
const RECORDING: Form = Form::Body {
    source: Source::Json(&["filedata", "", "", "code"]),
    success: SUCCESS,
};

/// The code for an attribute that is missing or unknown.
const MISSING: &str = "0001001";

/// One conversation: a request and its answer.
pub struct Conversation<'a> {
    connection: &'a Connection,
    want: &'a Want,
}

impl Converse for Conversation<'_> {
    fn next(&mut self, heard: Option<Heard>, _moment: Moment) -> Step {
        match heard {
            Some(heard) => Step::Done(self.read(&heard)),
            None => self.request(),
        }
    }
}

impl<'a> Conversation<'a> {
    fn new(connection: &'a Connection, want: &'a Want) -> Self {
        Self { connection, want }
    }

    fn request(&self) -> Step {
        let (path, body) = match self.want {
            Want::Place(order) => ("clicktodialbegin".to_owned(), self.begin(order)),
            Want::HangUp(id) => (format!("clicktodialrelease/{id}"), self.end_call()),
            // There is no way to ask.
            Want::Ask(_) => return Step::Done(Outcome::Refused(Failure::OperatorSilent)),
            Want::Recording(Recorded {
                operator_call,
                recording: Some(recording),
                ..
            }) => (
                format!("recordingdownload/{operator_call}"),
                self.download(recording),
            ),
            // Without its name there is no way to ask.
            Want::Recording(_) => return Step::Done(Outcome::Gone),
            // Every request carries its credentials; none of them is a question.
            Want::Readiness => return Step::Done(Outcome::Ready),
        };
        let outgoing = Outgoing {
            method: "POST",
            url: format!("{}/{path}", self.connection.base_url),
            headers: vec![
                ("authorization", self.connection.credentials()),
                ("content-type", "application/json".to_owned()),
                ("accept", "application/json".to_owned()),
            ],
            body: Some(body.to_string()),
            limit: LIMIT,
        };
        match self.want {
            Want::Recording(_) => Step::Open(outgoing),
            _ => Step::Send(outgoing),
        }
    }

    /// Section 4.2.1, table 1.
    fn begin(&self, order: &Order) -> Value {
        let mut begin = json!({
            "APPID": self.connection.app_id,
            "sponsor": self.connection.sponsor,
            "caller": order.caller.digits(),
            "callee": order.callee.digits(),
            "record": if order.record { "1" } else { "0" },
        });
        if let Some(direction) = self.connection.send_direction {
            set(&mut begin, "sendDirection", direction);
        }
        begin
    }

    /// Section 4.2.1, table 4.
    fn download(&self, recording: &str) -> Value {
        json!({ "APPID": self.connection.app_id, "recordingId": recording })
    }

    /// Section 4.2.1, table 3.
    fn end_call(&self) -> Value {
        json!({ "APPID": self.connection.app_id, "operation": "EndCall" })
    }

    fn read(&self, heard: &Heard) -> Outcome {
        let (status, body) = match heard {
            Heard::Answer { status, body } => (status, body),
            Heard::Opened { kind } if is_json(kind) => return Outcome::Recording(RECORDING),
            Heard::Opened { .. } => return Outcome::Refused(Failure::OperatorUnreadable),
            Heard::Nothing | Heard::Signed(_) => return Outcome::Unsure(Failure::OperatorDown),
        };
        let body: Value = serde_json::from_str(body).unwrap_or_default();
        let code = body.get("code").and_then(Value::as_str).unwrap_or_default();
        if let (Want::Recording(_), MISSING) = (self.want, code) {
            return Outcome::Gone;
        }
        if !(200..300).contains(status) || (!code.is_empty() && code != SUCCESS) {
            return refusal(*status, code);
        }
        match self.want {
            Want::Place(_) => match body
                .pointer("/result/callidentifier")
                .and_then(Value::as_str)
            {
                Some(id) if is_call_id(id) => Outcome::Placed(id.to_owned()),
                _ => Outcome::Unsure(Failure::OperatorUnreadable),
            },
            // A yes in another shape is still a yes to a hang-up.
            _ => Outcome::HungUp(None),
        }
    }
}

/// Section 4.4. A server error says nothing about whether the call was placed.
fn refusal(status: u16, code: &str) -> Outcome {
    match (code, status) {
        ("0001002", _) => Outcome::Refused(Failure::CredentialsRefused),
        ("0001003" | "0001004", _) => Outcome::Refused(Failure::AccountSuspended),
        ("0000002", _) | (_, 429 | 503) => Outcome::Refused(Failure::OperatorDown),
        ("0000001", _) | (_, 500..=599) => Outcome::Unsure(Failure::OperatorDown),
        ("", 401 | 403) => Outcome::Refused(Failure::CredentialsRefused),
        _ => Outcome::Refused(Failure::OperatorUnreadable),
    }
}

/// What is safe as a part of a path and as a room's name.
fn is_call_id(id: &str) -> bool {
    (1..=LONGEST_CALL_ID).contains(&id.len())
        && id
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || b"_-".contains(&b))
}

#[cfg(test)]
mod tests;
