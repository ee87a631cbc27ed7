//! What Kazoo answers, read by meaning. The `data` of its errors is an object,
//! a list or a bare text, as it comes.

use base64ct::{Base64UrlUnpadded, Encoding};
use call::{Cause, Failure, Millis, News, Status};
use serde_json::Value;

use super::is_name;
use crate::operator::{Heard, Outcome};

/// Seconds that a token is used where it does not say when it expires: Kazoo's
/// own default is an hour.
const TOKEN_LIFE_S: u64 = 3_000;
/// A token is renewed this many seconds before it expires.
const RENEW_BEFORE_S: u64 = 60;
/// Kazoo counts seconds from the year 0.
pub const GREGORIAN_S: u64 = 62_167_219_200;

/// An answer, taken apart.
pub struct Answer {
    /// The HTTP status; 0 where there was no whole answer.
    pub status: u16,
    /// The envelope.
    body: Value,
}

impl Answer {
    /// Reads the envelope, if it is one.
    #[must_use]
    pub fn read(heard: &Heard) -> Self {
        match heard {
            Heard::Nothing | Heard::Signed(_) | Heard::Opened { .. } => Self {
                status: 0,
                body: Value::Null,
            },
            Heard::Answer { status, body } => Self {
                status: *status,
                body: serde_json::from_str(body).unwrap_or_default(),
            },
        }
    }

    /// Whether the operator said yes.
    #[must_use]
    pub fn is_yes(&self) -> bool {
        (200..300).contains(&self.status)
    }

    /// Whether there is no such channel any more. Kazoo 4 answers with a
    /// time-out, since nobody has the channel and so nobody answers.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self.status, 404 | 410 | 503)
    }

    /// A text of `data`.
    fn text(&self, name: &str) -> Option<&str> {
        self.body.get("data")?.get(name)?.as_str()
    }

    /// The rows of a list in `data`.
    fn rows(&self) -> &[Value] {
        let rows = self.body.get("data").and_then(Value::as_array);
        rows.map(Vec::as_slice).unwrap_or_default()
    }

    /// The token, and when to renew it.
    #[must_use]
    pub fn token(&self, now: Millis) -> Option<(String, Millis)> {
        let token = self.body.get("auth_token")?.as_str()?;
        let fits = !token.is_empty() && token.bytes().all(|b| b.is_ascii_graphic());
        let most = now.plus_seconds(TOKEN_LIFE_S);
        let renew_at = expiry(token).map_or(most, |at| at.min(most));
        fits.then(|| (token.to_owned(), renew_at))
    }

    /// The id of the document with this name, in a list.
    #[must_use]
    pub fn document_named(&self, name: &str) -> Option<String> {
        let named = |row: &&Value| row.get("name").and_then(Value::as_str) == Some(name);
        id(self.rows().iter().find(named)?.get("id")?.as_str()?)
    }

    /// The id of the document that was made.
    #[must_use]
    pub fn document(&self) -> Option<String> {
        id(self.text("id")?)
    }

    /// Kazoo's name for the call that it places.
    #[must_use]
    pub fn name(&self) -> Option<String> {
        let names = ["outbound_call_id", "origination_call_id"];
        let mut names = names.iter().filter_map(|name| self.text(name));
        names.find(|name| is_name(name)).map(str::to_owned)
    }

    /// The id of the row of a list of which this is true, by its texts.
    #[must_use]
    pub fn row_with<'a>(
        &'a self,
        is_meant: impl Fn(&dyn Fn(&str) -> Option<&'a str>) -> bool,
    ) -> Option<&'a str> {
        let text = |row: &'a Value, name: &str| row.get(name).and_then(Value::as_str);
        let mut rows = self.rows().iter();
        let row = rows.find(|row| is_meant(&|name| text(row, name)))?;
        text(row, "id")
    }

    /// What all legs of a call share, in its detail record.
    #[must_use]
    pub fn interaction(&self) -> Option<String> {
        self.text("interaction_id").map(str::to_owned)
    }

    /// What is certain of a channel that is there: whether the first party has
    /// answered. Whether the second has, it does not say.
    #[must_use]
    pub fn channel(&self) -> Option<Status> {
        match self.body.get("data")?.get("answered")? {
            Value::Bool(true) => Some(Status::CallingCallee),
            Value::String(word) if word == "true" => Some(Status::CallingCallee),
            _ => Some(Status::CallingCaller),
        }
    }

    /// What the history has of a call whose channel is gone.
    #[must_use]
    pub fn past(&self, name: &str) -> Outcome {
        let about = |row: &&Value| row.get("call_id").and_then(Value::as_str) == Some(name);
        let Some(row) = self.rows().iter().find(about) else {
            return Outcome::Gone;
        };
        let text = |name| row.get(name).and_then(Value::as_str).unwrap_or_default();
        // A success is that the first party answered. What came then, it does
        // not say; nor does an error that is not the network's.
        match (text("result"), cause(text("cause"))) {
            ("success", _) => Outcome::Is(Cause::Unknown.into()),
            (_, Cause::Unknown) => Outcome::Gone,
            (_, cause) => Outcome::Is(cause.into()),
        }
    }

    /// How a call ended, in the detail record of its first leg. `answered`: the
    /// first party has answered for certain, be it for less than a second.
    #[must_use]
    pub fn ended(&self, name: &str, answered: bool) -> Option<News> {
        if !self.is_yes() || self.text("call_id") != Some(name) {
            return None;
        }
        let cause = cause(self.text("hangup_cause")?);
        let seconds: Option<u32> = match self.body.get("data")?.get("billing_seconds") {
            Some(Value::String(digits)) => digits.parse().ok(),
            Some(number) => number.as_u64().and_then(|n| n.try_into().ok()),
            None => None,
        };
        let least = answered.then_some(1);
        Some(News::Ended {
            cause,
            answered_seconds: seconds.max(least),
        })
    }

    /// Why the operator says no.
    #[must_use]
    pub fn failure(&self) -> Failure {
        let data = self.body.get("data");
        let names = |name| data.is_some_and(|data| data.get(name).is_some());
        match self.status {
            // The bare text is the number that the document's whitelist refuses.
            400 if data.is_some_and(Value::is_string) || names("contact") => Failure::BadNumber,
            400 if names("account") => Failure::AccountSuspended,
            402 | 423 => Failure::AccountSuspended,
            401 | 403 => Failure::CredentialsRefused,
            0 | 429 | 500..=599 => Failure::OperatorDown,
            _ => Failure::OperatorUnreadable,
        }
    }
}

/// What goes into a path.
fn id(text: &str) -> Option<String> {
    (text.len() == 32 && text.bytes().all(|b| b.is_ascii_alphanumeric())).then(|| text.to_owned())
}

/// When a token is to be renewed, if it is one that says so (RFC 7519).
fn expiry(token: &str) -> Option<Millis> {
    let claims = Base64UrlUnpadded::decode_vec(token.split('.').nth(1)?).ok()?;
    let claims: Value = serde_json::from_slice(&claims).ok()?;
    let seconds = claims.get("exp")?.as_u64()?;
    let seconds = seconds.checked_sub(GREGORIAN_S).unwrap_or(seconds);
    Some(Millis(0).plus_seconds(seconds.saturating_sub(RENEW_BEFORE_S)))
}

/// A `FreeSWITCH` hangup cause. A word in capitals that is not here is some
/// fault of a line or a network.
#[must_use]
pub fn cause(word: &str) -> Cause {
    let word = word.trim();
    match word {
        "USER_BUSY" | "CALL_REJECTED" => Cause::Busy,
        "NO_ANSWER" | "NO_USER_RESPONSE" | "ALLOTTED_TIMEOUT" | "PROGRESS_TIMEOUT" => {
            Cause::NoAnswer
        }
        "SUCCESS" | "NORMAL_CLEARING" | "ORIGINATOR_CANCEL" | "BLIND_TRANSFER"
        | "ATTENDED_TRANSFER" | "LOSE_RACE" | "PICKED_OFF" => Cause::Normal,
        "" | "NONE" | "UNSPECIFIED" | "NORMAL_UNSPECIFIED" => Cause::Unknown,
        _ if word
            .bytes()
            .all(|b| b.is_ascii_uppercase() || b"_0123456789".contains(&b)) =>
        {
            Cause::Failure
        }
        _ => Cause::Unknown,
    }
}
