//! Status notifications (section 4.2.1, table 2).

use call::{Reason, Status};
use serde_json::{Map, Value, json};
use time::macros::format_description;

use super::BASE_PATH;
use super::calls::recording_id;
use crate::lab::courier::Envelope;
use crate::lab::fault::Fault;
use crate::lab::line::{Line, Moment, Voice};
use crate::lab::recording;
use crate::lab::switchboard::Switchboard;

type Fields = Map<String, Value>;

/// Tells the application's server of one call.
#[derive(Debug)]
pub(super) struct Notifier {
    url: Option<String>,
    authorization: String,
    app_id: String,
    record: bool,
}

impl Notifier {
    pub(super) fn new(board: &Switchboard, id: &str, record: bool) -> Self {
        let path = format!("{BASE_PATH}/clicktodialstatusnotify/{id}");
        Self {
            url: board.app_server().map(|server| server + &path),
            authorization: board.application.authorization(),
            app_id: board.application.app_id.clone(),
            record,
        }
    }

    fn notification(&self, line: &Line, status: &str, moment: &Moment) -> Fields {
        let text = |(name, value): (&str, &str)| (name.to_owned(), json!(value));
        let fields = [
            ("APPID", self.app_id.as_str()),
            ("caller", line.caller().digits()),
            ("callee", line.callee().digits()),
            ("status", status),
            ("timeStamp", &time_stamp(moment)),
        ];
        fields.map(text).into_iter().collect()
    }

    /// What only the last notification has.
    fn end(&self, line: &Line, status: Status) -> Fields {
        let (reason, seconds) = ending(status);
        let duration = if line.orders().has(Fault::DurationAsNumber) {
            json!(seconds)
        } else {
            json!(seconds.to_string())
        };
        let mut fields = Fields::new();
        fields.insert("reason".into(), json!(reason));
        fields.insert("callDuration".into(), duration);
        if self.record {
            let result = if recording::exists(line) {
                "Success"
            } else {
                "NoRecord"
            };
            fields.insert("recordingResult".into(), json!(result));
            fields.insert("recordingId".into(), json!(recording_id(line)));
        }
        fields
    }

    fn envelope(&self, body: Fields, moment: &Moment) -> Option<Envelope> {
        Some(Envelope {
            event_id: moment.id.clone(),
            state: None,
            url: self.url.clone()?,
            headers: vec![
                ("authorization", self.authorization.clone()),
                ("content-type", "application/json".to_owned()),
            ],
            body: Value::Object(body).to_string(),
            webhook: None,
        })
    }
}

impl Voice for Notifier {
    fn sink(&self) -> Option<&str> {
        self.url.as_deref()
    }

    fn authorization(&self) -> Option<&str> {
        Some(&self.authorization)
    }

    fn records(&self) -> Option<bool> {
        Some(self.record)
    }

    fn tell(&self, line: &Line, status: Status, moment: &Moment) -> Vec<Envelope> {
        let mut body = self.notification(line, word(status), moment);
        if status.state().is_end() {
            body.extend(self.end(line, status));
        }
        let envelope = self.envelope(body, moment).map(|envelope| Envelope {
            state: Some(status.state()),
            ..envelope
        });
        envelope.into_iter().collect()
    }

    fn babble(&self, line: &Line, moment: &Moment) -> Option<Envelope> {
        self.envelope(self.notification(line, "Dancing", moment), moment)
    }
}

/// The document's statuses. It has none for a call that does not come about
/// but an end.
fn word(status: Status) -> &'static str {
    match status {
        // The document begins later, and sends nothing for this.
        Status::Initiating | Status::CallingCaller => "CallingCaller",
        Status::CallingCallee => "CallingCallee",
        Status::Connected => "Connected",
        Status::Disconnected { .. } | Status::Failed { .. } => "Disconnected",
    }
}

/// The document's reason for an end, and its duration.
fn ending(status: Status) -> (&'static str, u32) {
    let Status::Disconnected {
        reason,
        duration_seconds,
        ..
    } = status
    else {
        return ("Other", 0);
    };
    let reason = match reason {
        Reason::HangUp => "HangUp",
        Reason::CallerBusy => "CallerBusy",
        Reason::CallerNoAnswer => "CallerNoAnswer",
        Reason::CallerFailure => "CallerFailure",
        Reason::CallerAbandon => "CallerAbandon",
        Reason::CalleeBusy => "CalleeBusy",
        Reason::CalleeNoAnswer => "CalleeNoAnswer",
        Reason::CalleeFailure => "CalleeFailure",
        Reason::Other => "Other",
    };
    (reason, duration_seconds.unwrap_or(0))
}

/// `YYYY-MM-DDThh:mm:ss.SSSZ`.
fn time_stamp(moment: &Moment) -> String {
    let format =
        format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:3]Z");
    moment.at.format(format).unwrap_or_default()
}
