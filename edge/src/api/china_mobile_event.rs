//! `POST /clicktodial/v1/clicktodialstatusnotify/{callidentifier}`: China
//! Mobile tells of a call, and is answered in its own words (document 1.0.0,
//! sections 4.3 and 4.4).

use serde::Serialize;
use worker::Response;

use super::{Asked, reply};
use crate::binding::{self, Told};
use crate::config::{Connection, Settings};
use crate::error::Problem;
use crate::hanging_up::{HangUp, hang_up_persistently};
use crate::ids::CallId;
use crate::operator::china_mobile::{self, Malformed, is_call_id, read_notification};

/// Bytes of a notification: the document's attributes fit fifty times.
const LARGEST_NOTIFICATION: usize = 16 * 1024;

#[derive(Serialize)]
struct Answer {
    code: &'static str,
    description: String,
}

pub(super) async fn answer(asked: Asked, id: &str) -> Result<Response, Problem> {
    let (status, code, description) = match noted(asked, id).await {
        Ok(()) => (200, "0000000", "Success".to_owned()),
        Err(refusal) => in_its_words(&refusal),
    };
    reply::json(status, &Answer { code, description })
}

/// Why a notification is not taken.
enum Refusal {
    Malformed(Malformed),
    Ours(Problem),
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        Self::Ours(problem)
    }
}

async fn noted(mut asked: Asked, id: &str) -> Result<(), Refusal> {
    let settings = asked.settings()?;
    let authorization = asked.header("authorization").unwrap_or_default();
    let connection = authorized(&settings, &authorization).ok_or(Problem::Unauthenticated)?;
    if !is_call_id(id) {
        return Err(Refusal::Malformed(Malformed::Missing("callidentifier")));
    }
    let body = asked.body(LARGEST_NOTIFICATION).await?;
    let notification = read_notification(connection, &body).map_err(Refusal::Malformed)?;
    let Some(status) = notification.status else {
        worker::console_warn!("china-mobile call {id}: ignored an unknown status");
        return Ok(());
    };
    let pair = (notification.caller.as_str(), notification.callee.as_str());
    let told = Told {
        connection: &connection.realm(),
        name: id,
        pair: Some(pair),
        news: status.into(),
        recording: notification.recording,
    };
    let read_id = |text: &str| CallId::decode(&settings.key, text);
    let found = binding::tell(&asked.env, told, read_id).await?;
    if let Some(due) = found.and_then(|(call, view)| HangUp::of(&view, &call)) {
        let work = hang_up_persistently(asked.env.clone(), settings.clone(), due);
        asked.in_background(work);
    }
    Ok(())
}

/// A connection of the application that has these credentials.
fn authorized<'a>(
    settings: &'a Settings,
    authorization: &str,
) -> Option<&'a china_mobile::Connection> {
    let mut known = settings
        .connections
        .iter()
        .filter_map(|(_, connection)| match connection {
            Connection::ChinaMobile(connection) => Some(connection),
            _ => None,
        });
    known.find(|connection| connection.is_authorized(authorization))
}

/// Section 4.4.
fn in_its_words(refusal: &Refusal) -> (u16, &'static str, String) {
    let words = match refusal {
        Refusal::Malformed(Malformed::Missing(property)) => {
            return (
                400,
                "0001001",
                format!("Expected property is missing: {property}"),
            );
        }
        Refusal::Malformed(Malformed::NotJson) => (
            400,
            "0001001",
            "Expected property is missing: a JSON object",
        ),
        Refusal::Malformed(Malformed::OtherApplication) => {
            (403, "0001004", "Abnormal application status")
        }
        Refusal::Ours(Problem::Unauthenticated) => {
            (401, "0001002", "No authorization to invoke operation")
        }
        Refusal::Ours(Problem::TooLarge) => (403, "0001005", "Message length is too long"),
        Refusal::Ours(Problem::NotConfigured) => (503, "0000002", "Service unavailable"),
        Refusal::Ours(problem) if problem.info().status < 500 => {
            (400, "0001001", problem.info().message)
        }
        Refusal::Ours(_) => (500, "0000001", "Internal Service Error"),
    };
    (words.0, words.1, words.2.to_owned())
}
