//! Finding the recording of a call at a Kazoo system. Nothing asks for one
//! there: whether calls are recorded is a setting of the account, the user or
//! the callflow. A recording names the leg that it was made of, and that need
//! not be the first; all legs of a call share an interaction.

use call::Millis;
use chrono::DateTime;

use super::answer::{Answer, GREGORIAN_S};
use crate::operator::{Form, Outcome, Recorded};
use crate::recording::{Kind, Source};

/// Seconds after a call was opened in which its recording began: the longest
/// call, and some.
const BEGUN_WITHIN_S: u64 = 5 * 3_600;
/// The longest id of a recording that we take; Kazoo's own have 39 characters.
const LONGEST_ID: usize = 64;

/// The path of a call's detail record: its id begins with year and month.
pub(super) fn record_path(operator_call: &str, opened_at: Millis) -> String {
    let millis = i64::try_from(opened_at.0).unwrap_or(i64::MAX);
    let at = DateTime::from_timestamp_millis(millis).unwrap_or_default();
    // The first seven characters of RFC 3339, without the hyphen between them.
    let month: String = at
        .to_rfc3339()
        .chars()
        .take(7)
        .filter(|c| *c != '-')
        .collect();
    format!("cdrs/{month}-{operator_call}")
}

/// The path of the recordings that may be the call's.
pub(super) fn list_path(recorded: &Recorded) -> String {
    let from = GREGORIAN_S + recorded.opened_at.0 / 1000;
    let to = from + BEGUN_WITHIN_S;
    format!("recordings?paginate=false&created_from={from}&created_to={to}")
}

/// The path of the call's recording, in the list of them. `interaction`: what
/// all its legs share, where that is known.
pub(super) fn path_of(
    answer: &Answer,
    recorded: &Recorded,
    interaction: Option<&str>,
) -> Option<String> {
    let name = recorded.operator_call.as_str();
    let id = answer.row_with(|text| {
        text("call_id") == Some(name)
            || text("cdr_id").is_some_and(|id| id.ends_with(name))
            || (interaction.is_some() && text("interaction_id") == interaction)
    })?;
    let fits = |b: u8| b.is_ascii_alphanumeric() || b"-_".contains(&b);
    (id.len() <= LONGEST_ID && id.bytes().all(fits)).then(|| format!("recordings/{id}"))
}

/// The answer to the question for the file itself, once it begins.
pub(super) fn opened(kind: &str) -> Option<Outcome> {
    let source = Source::Audio(Kind::parse(kind)?);
    let success = "";
    Some(Outcome::Recording(Form::Body { source, success }))
}
