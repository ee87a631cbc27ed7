//! Section 4.4 of the document.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::lab::door::json_answer;

/// The code of an answer that says yes.
pub(super) const SUCCESS: &str = "0000000";

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) description: &'static str,
    /// The property that is meant, if one is.
    pub(super) property: &'static str,
}

macro_rules! refusals {
    ($($name:ident = $status:ident $code:literal $description:literal;)+) => {
        impl Refusal { $(pub(super) const $name: Self = Self {
            status: StatusCode::$status, code: $code, description: $description, property: "",
        };)+ }
    };
}

refusals! {
    NO_AUTHORIZATION = UNAUTHORIZED "0001002" "No authorization to invoke operation";
    CUSTOMER_ABNORMAL = FORBIDDEN "0001003" "Customer status abnormality";
    APPLICATION_ABNORMAL = FORBIDDEN "0001004" "Abnormal application status";
    INTERNAL = INTERNAL_SERVER_ERROR "0000001" "Internal Service Error";
    UNAVAILABLE = SERVICE_UNAVAILABLE "0000002" "Service unavailable";
    // The document words a 400 in no other way than "Invalid input.", unless a
    // property is missing, and knows nothing of the two that follow.
    INVALID = BAD_REQUEST "0001001" "Invalid input.";
    NOT_FOUND = NOT_FOUND "0001001" "Invalid input.";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED "0001001" "Invalid input.";
}

impl Refusal {
    /// A property is missing, or is not what it should be.
    pub(super) fn missing(property: &'static str) -> Self {
        Self {
            description: "Expected property is missing: ",
            property,
            ..Self::INVALID
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let description = format!("{}{}", self.description, self.property);
        let body = json!({"code": self.code, "description": description});
        json_answer(self.status, &body)
    }
}
