//! What can go wrong, sorted by whose fault it is, and how the caller is told
//! (CAMARA `ErrorInfo`). Internals are logged, never told.

use call::Failure;
use serde::Serialize;

use crate::admission::Refusal;
use crate::auth::agent_token::UNKNOWN_KEY;
use crate::recording::Spoiled;

/// A refusal with everything that its answer needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// The request breaks a rule of the API; says which.
    InvalidArgument(&'static str),
    /// The request breaks a rule of the API at some place; says which and where.
    Flawed(String),
    /// The request has come from here.
    Loop,
    /// The service is not for these numbers.
    NotApplicable,
    /// No token, or none that opens this.
    Unauthenticated,
    /// The agent token is not good; says why, for whoever writes the CRM's side.
    AgentToken(&'static str),
    /// The token is good, but not for this.
    PermissionDenied,
    /// No such thing here.
    NotFound(&'static str),
    /// The path exists for other methods.
    MethodNotAllowed(&'static str),
    /// The call is already over.
    CallEnded,
    /// The body is larger than the route takes.
    TooLarge,
    /// The body is not what the route reads.
    UnsupportedMediaType(&'static str),
    /// Not an E.164 number.
    InvalidNumber,
    /// The account's rules say no.
    Refused(Refusal),
    /// Too many listen to one call.
    TooManyListeners,
    /// The operator kept the call from coming about.
    Operator(Failure),
    /// The captcha's verifier does not answer.
    CaptchaUnavailable,
    /// The deployment lacks a setting; the log says which.
    NotConfigured,
    /// A recording cannot be handed on.
    Recording(Spoiled),
    /// The answer exists in other forms only.
    NotAcceptable,
    /// Our own fault; the log says what.
    Internal,
}

/// CAMARA's error body (CAMARA_common `ErrorInfo`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct ErrorInfo<'a> {
    /// The HTTP status again.
    pub status: u16,
    /// Stable, for programs.
    pub code: &'static str,
    /// For people.
    pub message: &'a str,
}

impl Problem {
    /// The answer's status and body.
    #[must_use]
    pub fn info(&self) -> ErrorInfo<'_> {
        let (status, code, message) = match *self {
            Self::Flawed(ref message) => (400, "INVALID_ARGUMENT", message.as_str()),
            Self::Loop => (
                508,
                "LOOP_DETECTED",
                "This request has come from here: an event must not lead to a call.",
            ),
            Self::NotApplicable => (
                422,
                "SERVICE_NOT_APPLICABLE",
                "Calls to one of these numbers are not allowed.",
            ),
            Self::InvalidArgument(message) => (400, "INVALID_ARGUMENT", message),
            Self::Unauthenticated => (
                401,
                "UNAUTHENTICATED",
                "The token is missing, wrong or expired, or belongs to something else.",
            ),
            Self::AgentToken(why) => (401, "UNAUTHENTICATED", why),
            Self::PermissionDenied => (
                403,
                "PERMISSION_DENIED",
                "The token is not for this. Ask for one with the scope that the operation needs.",
            ),
            Self::NotFound(what) => (404, "NOT_FOUND", what),
            Self::MethodNotAllowed(_) => (
                405,
                "METHOD_NOT_ALLOWED",
                "This path does not take this method; see Allow.",
            ),
            Self::CallEnded => (409, "ALREADY_EXISTS", "The call has already ended."),
            Self::TooLarge => (413, "PAYLOAD_TOO_LARGE", "The body is too large."),
            Self::UnsupportedMediaType(wanted) => (415, "UNSUPPORTED_MEDIA_TYPE", wanted),
            Self::InvalidNumber => (
                422,
                "INVALID_PHONE_NUMBER",
                "The number is not in international format, such as +4930123456.",
            ),
            Self::Refused(refusal) => refused(refusal),
            Self::TooManyListeners => (
                429,
                "TOO_MANY_REQUESTS",
                "Too many listen to this call already.",
            ),
            Self::Operator(failure) => operator(failure),
            Self::CaptchaUnavailable => (
                503,
                "CAPTCHA_UNAVAILABLE",
                "The captcha cannot be checked at the moment. Try again later.",
            ),
            Self::Recording(spoiled) => recording(spoiled),
            Self::NotAcceptable => (
                406,
                "NOT_ACCEPTABLE",
                "There is this only as application/json, and a recording as audio/*.",
            ),
            Self::NotConfigured => (
                503,
                "NOT_CONFIGURED",
                "This deployment lacks a setting. Its operator finds the reason in the log.",
            ),
            Self::Internal => (500, "INTERNAL", "Something went wrong on our side."),
        };
        ErrorInfo {
            status,
            code,
            message,
        }
    }

    /// Seconds for `Retry-After`, where waiting helps.
    #[must_use]
    pub fn retry_after(&self) -> Option<u64> {
        match self {
            Self::Refused(Refusal::QuotaExceeded(seconds) | Refusal::TooMany(seconds)) => {
                Some(*seconds)
            }
            Self::TooManyListeners => Some(5),
            _ => None,
        }
    }
}

/// What the outside learns of an operator's refusal. Money and credentials are
/// the enterprise's business: to everybody else the service is unavailable.
fn operator(failure: Failure) -> (u16, &'static str, &'static str) {
    match failure {
        Failure::BadNumber => (
            422,
            failure.as_str(),
            "The operator does not accept one of the numbers.",
        ),
        Failure::NotApplicable => (
            422,
            failure.as_str(),
            "The phone service does not connect one of the numbers.",
        ),
        Failure::CallerUnavailable => (
            422,
            failure.as_str(),
            "The first party cannot be called at the moment.",
        ),
        Failure::CalleeUnavailable => (
            422,
            failure.as_str(),
            "The second party cannot be called at the moment.",
        ),
        Failure::RecordingUnsupported => (
            422,
            failure.as_str(),
            "The operator cannot record this call.",
        ),
        Failure::AlreadyInCall => refused(Refusal::AlreadyActive),
        Failure::AccountSuspended | Failure::CredentialsRefused | Failure::OperatorDown => (
            503,
            Failure::OperatorDown.as_str(),
            "The phone service is not available at the moment. Try again later.",
        ),
        Failure::OperatorUnreadable | Failure::NotEstablished => (
            502,
            Failure::OperatorUnreadable.as_str(),
            "The phone service could not set up the call.",
        ),
        Failure::OperatorSilent => (
            502,
            failure.as_str(),
            "The phone service did not answer. No call was set up.",
        ),
    }
}

/// What the outside learns of a recording that the operator has spoilt.
fn recording(spoiled: Spoiled) -> (u16, &'static str, &'static str) {
    match spoiled {
        Spoiled::Missing => (404, "NOT_FOUND", "There is no recording of this call."),
        Spoiled::TooLarge => (
            502,
            "RECORDING_TOO_LARGE",
            "The recording is larger than this API hands on (20,971,520 characters of base64).",
        ),
        Spoiled::NotAudio | Spoiled::Unreadable => (
            502,
            "RECORDING_UNREADABLE",
            "What the phone service sent is no recording in a form that this API knows.",
        ),
    }
}

/// What the outside learns of a refusal by the account's rules. Never a
/// threshold, so that nobody can stay just below it.
fn refused(refusal: Refusal) -> (u16, &'static str, &'static str) {
    match refusal {
        Refusal::NoSuchButton => (404, "NOT_FOUND", "There is no such button."),
        Refusal::OriginNotAllowed => (
            403,
            "ORIGIN_NOT_ALLOWED",
            "This page may not use this button. Its owner has to add the page's origin to the button.",
        ),
        Refusal::SameNumber => (
            422,
            "SAME_CALLER_CALLEE",
            "The two parties of a call need different numbers.",
        ),
        Refusal::NumberNotAllowed => (
            422,
            "NUMBER_NOT_ALLOWED",
            "Calls to this number are not allowed.",
        ),
        Refusal::KeyReused => (
            422,
            "IDEMPOTENCY_KEY_REUSED",
            "This Idempotency-Key was used with another body. Use a new key for a new call.",
        ),
        Refusal::AlreadyActive => (
            409,
            Failure::AlreadyInCall.as_str(),
            "There is already an active call with this number. Hang up first, or wait for its end.",
        ),
        Refusal::EmbedKeyGone => (401, "UNAUTHENTICATED", UNKNOWN_KEY),
        Refusal::TokenUsed => (
            401,
            "UNAUTHENTICATED",
            "The token has been used already. Make a new one for every call.",
        ),
        Refusal::QuotaExceeded(_) => (
            429,
            "QUOTA_EXCEEDED",
            "No more calls can be placed for now. Try again later.",
        ),
        Refusal::TooMany(_) => (
            429,
            "TOO_MANY_REQUESTS",
            "Too many calls were asked for. Try again later.",
        ),
        Refusal::CaptchaRequired => (
            403,
            "CAPTCHA_REQUIRED",
            "Show first that you are a person: pass the captcha, and send its token along.",
        ),
        Refusal::ConsentRequired => (
            403,
            "CONSENT_REQUIRED",
            "The current consent text has to be agreed to first.",
        ),
        Refusal::TokenRequired => (
            401,
            "UNAUTHENTICATED",
            "This button needs a token of an agent.",
        ),
        Refusal::Closed => (
            403,
            "CLOSED",
            "Nobody takes calls at this time. Try again in the opening hours.",
        ),
    }
}

/// The failure's code as the outside may see it; see [`Problem::Operator`].
#[must_use]
pub fn public_code(failure: Failure) -> &'static str {
    match failure {
        Failure::NotEstablished => failure.as_str(),
        other => operator(other).1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn money_and_credentials_are_nobody_elses_business() {
        for failure in [Failure::AccountSuspended, Failure::CredentialsRefused] {
            assert_eq!(
                Problem::Operator(failure).info().code,
                "OPERATOR_UNAVAILABLE"
            );
            assert_eq!(public_code(failure), "OPERATOR_UNAVAILABLE");
        }
    }

    #[test]
    fn every_operator_failure_has_a_client_or_gateway_status_and_words() {
        for failure in Failure::ALL {
            let problem = Problem::Operator(*failure);
            let info = problem.info();
            assert!([409, 422, 502, 503].contains(&info.status), "{info:?}");
            assert!(!info.message.is_empty());
        }
    }
}
