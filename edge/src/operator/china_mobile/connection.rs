//! An application at China Mobile's platform, and what it is answered when it
//! tells of a call.

use base64ct::{Base64, Encoding};
use call::Number;
use serde_json::json;

use super::notification::read_notification;
use super::{Conversation, MISSING, SUCCESS, is_call_id};
use crate::document::{Flaw, Place};
use crate::error::Problem;
use crate::keys::same;
use crate::operator::{Dialect, Envelope, Habits, Memory, Reply, Right, Told, Want};

/// An application at China Mobile's platform. Has no `Debug`: it holds a secret.
#[derive(Clone)]
pub struct Connection {
    /// What both phones show.
    platform_number: Number,
    /// The same, as the operator wants to have it (`sponsor`), sent verbatim.
    pub(super) sponsor: String,
    /// Base of the API, up to and without `/clicktodialbegin`.
    pub(super) base_url: String,
    pub(super) app_id: String,
    secret_key: String,
    /// To whom the operator sends multimedia messages; to nobody where it is
    /// not said.
    pub(super) send_direction: Option<&'static str>,
}

/// What `sendDirection` may be (section 4.2.1, table 1).
const SEND_DIRECTIONS: [&str; 3] = ["MO", "MT", "BOTH"];

impl Dialect for Connection {
    type Conversation<'a> = Conversation<'a>;

    const NAME: &'static str = "china-mobile";
    const HABITS: Habits = Habits {
        names_its_calls: true,
        is_found_by_numbers: true,
        ..Habits::NONE
    };
    const HARMLESS: &'static [Right] = &[Right::End];
    /// The operator fixes this path (section 4.3).
    const TELLS_AT: Option<&'static str> =
        Some("/clicktodial/v1/clicktodialstatusnotify/{callIdentifier}");
    /// The document's attributes fit fifty times.
    const LARGEST_EVENT: usize = 16 * 1024;

    fn read(place: &Place<'_>, loopback: bool) -> Result<Self, Flaw> {
        place.only(&[
            "dialect",
            "platform_number",
            "sponsor",
            "base_url",
            "app_id",
            "secret_key",
            "send_direction",
            "allow_http",
        ])?;
        let http = loopback
            || place
                .optional("allow_http")?
                .map_or(Ok(false), |at| at.flag())?;
        let platform_number = place.field("platform_number")?.number()?;
        let sponsor = place.optional("sponsor")?;
        let sponsor = sponsor.map_or(Ok(platform_number.digits()), |sponsor| sponsor.text())?;
        let app_id = place.field("app_id")?;
        if app_id.text()?.contains(':') {
            return Err(app_id.wrong("must not contain a colon"));
        }
        Ok(Self {
            sponsor: sponsor.to_owned(),
            base_url: place
                .field("base_url")?
                .url(http)?
                .trim_end_matches('/')
                .to_owned(),
            app_id: app_id.text()?.to_owned(),
            secret_key: place.field("secret_key")?.text()?.to_owned(),
            send_direction: place
                .optional("send_direction")?
                .map(|direction| send_direction(&direction))
                .transpose()?,
            platform_number,
        })
    }

    fn platform_number(&self) -> &Number {
        &self.platform_number
    }

    fn converse<'a>(&'a self, want: &'a Want, _memory: Memory) -> Conversation<'a> {
        Conversation::new(self, want)
    }

    /// An application may have several connections, each with its own number,
    /// and notifications tell of the application alone.
    fn realm(&self, _name: &str) -> String {
        format!("china-mobile:{}", self.app_id)
    }

    fn is_authorized(&self, _name: &str, envelope: &Envelope<'_>) -> bool {
        let shown = envelope.text("authorization");
        same(shown.as_bytes(), self.credentials().as_bytes())
    }

    fn read_event(
        connection: Option<&Self>,
        envelope: &Envelope<'_>,
        body: &str,
    ) -> Result<Told, Problem> {
        let [call, ..] = envelope.names;
        let connection = connection.ok_or(Problem::Unauthenticated)?;
        if !is_call_id(call) {
            return Err(missing("callidentifier"));
        }
        read_notification(&connection.app_id, call, body)
    }

    fn taken() -> Reply {
        reply(200, SUCCESS, "Success")
    }

    /// Section 4.4.
    fn refusal(problem: &Problem) -> Option<Reply> {
        Some(match problem {
            Problem::Unauthenticated => {
                reply(401, "0001002", "No authorization to invoke operation")
            }
            Problem::PermissionDenied => reply(403, "0001004", "Abnormal application status"),
            Problem::TooLarge => reply(403, "0001005", "Message length is too long"),
            Problem::NotConfigured => reply(503, "0000002", "Service unavailable"),
            problem if problem.info().status < 500 => reply(400, MISSING, problem.info().message),
            _ => reply(500, "0000001", "Internal Service Error"),
        })
    }
}

impl Connection {
    pub(super) fn credentials(&self) -> String {
        let plain = format!("{}:{}", self.app_id, self.secret_key);
        format!("Basic {}", Base64::encode_string(plain.as_bytes()))
    }
}

/// What the document says of a property that is not there.
pub(super) fn missing(property: &str) -> Problem {
    Problem::Flawed(format!("Expected property is missing: {property}"))
}

fn reply(status: u16, code: &str, description: &str) -> Reply {
    let body = json!({ "code": code, "description": description });
    Reply {
        status,
        body: Some(body),
    }
}

fn send_direction(place: &Place<'_>) -> Result<&'static str, Flaw> {
    let given = place.text()?;
    let known = SEND_DIRECTIONS.into_iter().find(|known| *known == given);
    known.ok_or_else(|| place.wrong("is none of MO, MT and BOTH"))
}
