//! The channels that one call is made of, and what is told of them.
//!
//! 1. The first leg, with the name that `connect` has answered; a loopback.
//! 2. Its other half, which looks for the first party.
//! 3. The first party's phone.
//! 4. Once that has answered, the second party's.
//!
//! Somebody who listens is told of all of them, and of other people's calls.
//! After the answer the first leg has lost its custom variables; the others
//! keep them.

use std::sync::Arc;

use call::{Reason, State, Status};
use serde_json::{Map, Value, json};

use super::GREGORIAN_S;
use super::access::{System, random_id};
use super::telling::Webhooks;
use crate::lab::courier::Envelope;
use crate::lab::fault::Fault;
use crate::lab::line::{Line, Moment, Voice};

/// The legs of one call.
#[derive(Debug)]
pub(super) struct Legs {
    account_id: String,
    document: String,
    variables: Map<String, Value>,
    webhooks: Arc<Webhooks>,
    address: Option<String>,
    loopback: String,
    first_phone: String,
    second_phone: String,
}

pub(super) type Fields = Map<String, Value>;

/// One event: of which leg, with which other, and what it adds.
struct Told<'a> {
    hook: &'static str,
    leg: &'a str,
    other: Option<&'a str>,
    keeps_variables: bool,
    more: Value,
}

impl Legs {
    pub(super) fn new(system: &System, document: &str, variables: Map<String, Value>) -> Self {
        Self {
            account_id: system.account_id.clone(),
            document: document.to_owned(),
            variables,
            webhooks: Arc::clone(&system.webhooks),
            address: system.webhooks.address(),
            loopback: random_id(),
            first_phone: format!("{}@127.0.0.1", random_id()),
            second_phone: random_id(),
        }
    }

    fn leg<'a>(&self, hook: &'static str, leg: &'a str, other: Option<&'a str>) -> Told<'a> {
        Told {
            hook,
            leg,
            other,
            keeps_variables: true,
            more: json!({}),
        }
    }

    /// The events of one status; the flag marks the one that tells it.
    fn story<'a>(&'a self, line: &'a Line, status: Status) -> Vec<(Told<'a>, bool)> {
        let (own, loopback) = (line.id(), self.loopback.as_str());
        let (first, second) = (self.first_phone.as_str(), self.second_phone.as_str());
        let later = |hook, more| Told {
            keeps_variables: false,
            more,
            ..self.leg(hook, own, Some(second))
        };
        match status {
            // Nothing is told of a call that nobody rings for.
            Status::Initiating => vec![],
            Status::CallingCaller => vec![
                (self.leg("channel_create", loopback, Some(own)), false),
                (self.leg("channel_create", own, None), true),
                (self.leg("channel_create", first, Some(loopback)), false),
            ],
            Status::CallingCallee => vec![
                (self.leg("channel_answer", first, Some(loopback)), false),
                (self.leg("channel_bridge", loopback, Some(first)), false),
                (self.leg("channel_answer", loopback, Some(own)), false),
                (later("channel_answer", json!({})), true),
                (self.leg("channel_create", second, Some(own)), false),
            ],
            Status::Connected => vec![
                (self.leg("channel_answer", second, Some(own)), false),
                (later("channel_bridge", json!({})), true),
                (self.leg("channel_bridge", second, Some(own)), false),
            ],
            Status::Disconnected { .. } | Status::Failed { .. } => {
                let (mine, theirs) = endings(line, status);
                let ended = |leg, other, more| Told {
                    more,
                    ..self.leg("channel_destroy", leg, Some(other))
                };
                vec![
                    (ended(second, own, theirs.clone()), false),
                    (later("channel_destroy", mine), true),
                    (ended(loopback, own, theirs.clone()), false),
                    (ended(first, loopback, theirs), false),
                ]
            }
        }
    }

    fn event(&self, line: &Line, told: &Told<'_>, moment: &Moment) -> Fields {
        let timestamp = moment.at.unix_timestamp() + GREGORIAN_S;
        let mut event = object(json!({
            "hook_event": told.hook,
            "account_id": self.account_id,
            "authorizing_id": self.document,
            "authorizing_type": "clicktocall",
            "call_direction": "outbound",
            "call_id": told.leg,
            "caller_id_name": "Click & dial",
            "caller_id_number": line.callee().e164(),
            "callee_id_number": line.caller().e164(),
            "custom_channel_vars": {},
            "is_internal_leg": told.leg == line.id() || told.leg == self.loopback,
            "timestamp": timestamp.to_string(),
        }));
        if let Some(other) = told.other {
            event.insert("other_leg_call_id".into(), json!(other));
        }
        if told.keeps_variables {
            let variables = Value::Object(self.variables.clone());
            event.insert("custom_application_vars".into(), variables);
        }
        event.extend(object(told.more.clone()));
        event
    }

    fn envelopes(&self, event: &Fields, moment: &Moment) -> Vec<Envelope> {
        self.webhooks.envelopes(&self.account_id, event, moment)
    }

    /// An event of a call that is none of ours: a colleague's, or one through
    /// somebody else's document.
    fn of_another_call(&self, hook: &str, moment: &Moment) -> Vec<Envelope> {
        let theirs = format!("c2c-{}-0123456789", random_id());
        let ids = match hook {
            "channel_create" => vec![random_id(), theirs],
            _ => vec![random_id()],
        };
        let event = |id: String| {
            object(json!({
                "hook_event": hook,
                "account_id": self.account_id,
                "call_id": id,
                "other_leg_call_id": random_id(),
                "call_direction": "inbound",
                "hangup_cause": "USER_BUSY",
                "custom_channel_vars": {},
            }))
        };
        let events = ids.into_iter().map(event);
        events
            .flat_map(|event| self.envelopes(&event, moment))
            .collect()
    }
}

impl Voice for Legs {
    fn sink(&self) -> Option<&str> {
        self.address.as_deref()
    }

    fn authorization(&self) -> Option<&str> {
        None
    }

    fn records(&self) -> Option<bool> {
        None
    }

    fn tell(&self, line: &Line, status: Status, moment: &Moment) -> Vec<Envelope> {
        let mut all = Vec::new();
        for (told, tells_it) in self.story(line, status) {
            if tells_it {
                all.extend(self.of_another_call(told.hook, moment));
            }
            let event = self.event(line, &told, moment);
            let state: Option<State> = tells_it.then(|| status.state());
            let envelopes = self.envelopes(&event, moment).into_iter();
            all.extend(envelopes.map(|envelope| Envelope { state, ..envelope }));
        }
        all
    }

    /// Nobody is told of channels that hum, unless of all that happens.
    fn babble(&self, line: &Line, moment: &Moment) -> Option<Envelope> {
        let told = self.leg("channel_create", line.id(), None);
        let mut event = self.event(line, &told, moment);
        let envelope = self.envelopes(&event, moment).into_iter().next()?;
        event.insert("hook_event".into(), json!("channel_hum"));
        let kind = envelope
            .headers
            .iter()
            .find(|(name, _)| *name == "content-type");
        let is_json = kind.is_some_and(|(_, kind)| kind.contains("json"));
        let body = is_json.then(|| Value::Object(event).to_string());
        Some(Envelope {
            body: body.unwrap_or_else(|| "hook_event=channel_hum".to_owned()),
            ..envelope
        })
    }

    /// The secret is in the address.
    fn forge(&self, line: &Line, status: Status, moment: &Moment) -> Vec<Envelope> {
        let mut forged = self.tell(line, status, moment);
        for envelope in &mut forged {
            envelope.url.push('x');
            // What somebody else sends is not this system's failure.
            envelope.webhook = None;
        }
        forged
    }
}

/// What the ends of the first leg and of the others add. Time costs money from
/// the first answer on.
pub(super) fn endings(line: &Line, status: Status) -> (Value, Value) {
    let (reason, talked) = match status {
        Status::Disconnected {
            reason,
            duration_seconds,
            ..
        } => (Some(reason), duration_seconds.unwrap_or(0)),
        _ => (None, 0),
    };
    let cause = reason.map_or("NORMAL_TEMPORARY_FAILURE", cause);
    let answered = talked.saturating_add(line.second_phone_rang_s());
    let seconds = |seconds: u32| {
        if line.orders().has(Fault::DurationAsNumber) {
            json!(seconds)
        } else {
            json!(seconds.to_string())
        }
    };
    let ending = |billed: u32| {
        json!({
            "hangup_cause": cause,
            "hangup_code": "sip:200",
            "duration_seconds": seconds(billed.saturating_add(1)),
            "ringing_seconds": seconds(1),
            "billing_seconds": seconds(billed),
        })
    };
    (ending(answered), ending(talked))
}

/// What the network says.
pub(super) fn cause(reason: Reason) -> &'static str {
    match reason {
        Reason::HangUp | Reason::CallerAbandon => "NORMAL_CLEARING",
        Reason::CallerBusy | Reason::CalleeBusy => "USER_BUSY",
        Reason::CallerNoAnswer | Reason::CalleeNoAnswer => "NO_ANSWER",
        Reason::CallerFailure | Reason::CalleeFailure => "NO_ROUTE_DESTINATION",
        Reason::Other => "NORMAL_UNSPECIFIED",
    }
}

pub(super) fn object(value: Value) -> Fields {
    match value {
        Value::Object(fields) => fields,
        _ => Fields::new(),
    }
}
