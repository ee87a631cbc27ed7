//! CAMARA `ErrorInfo`.

use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use serde_json::json;

use crate::lab::door::json_answer;

/// Why a request is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refusal {
    pub(super) status: StatusCode,
    pub(super) code: &'static str,
    pub(super) message: &'static str,
}

macro_rules! refusals {
    ($($name:ident = $status:ident $code:literal $message:literal;)+) => {
        impl Refusal { $(pub(super) const $name: Self = Self {
            status: StatusCode::$status, code: $code, message: $message,
        };)+ }
    };
}

refusals! {
    INVALID_ARGUMENT = BAD_REQUEST "INVALID_ARGUMENT" "Client specified an invalid argument, request body or query param.";
    INVALID_CREDENTIAL = BAD_REQUEST "INVALID_CREDENTIAL" "Only Access token is supported";
    INVALID_TOKEN = BAD_REQUEST "INVALID_TOKEN" "Only bearer token is supported";
    INVALID_SINK = BAD_REQUEST "INVALID_SINK" "sink not valid for the specified protocol";
    UNAUTHENTICATED = UNAUTHORIZED "UNAUTHENTICATED" "Request not authenticated due to missing, invalid, or expired credentials.";
    PERMISSION_DENIED = FORBIDDEN "PERMISSION_DENIED" "Client does not have sufficient permissions to perform this action.";
    NOT_FOUND = NOT_FOUND "NOT_FOUND" "The specified resource is not found.";
    METHOD_NOT_ALLOWED = METHOD_NOT_ALLOWED "METHOD_NOT_ALLOWED" "The requested method is not allowed on the target resource.";
    UNSUPPORTED_MEDIA_TYPE = UNSUPPORTED_MEDIA_TYPE "UNSUPPORTED_MEDIA_TYPE" "The server refuses to accept the request because the payload format is in an unsupported format.";
    ALREADY_EXISTS = CONFLICT "ALREADY_EXISTS" "An active call already exists for the given caller and callee.";
    CALL_ENDED = CONFLICT "ALREADY_EXISTS" "The call has ended.";
    INVALID_PHONE_NUMBER = UNPROCESSABLE_ENTITY "INVALID_PHONE_NUMBER" "Caller or callee number is not a valid E.164 phone number.";
    SAME_CALLER_CALLEE = UNPROCESSABLE_ENTITY "SAME_CALLER_CALLEE" "Caller and callee cannot be the same number.";
    RECORDING_NOT_SUPPORTED = UNPROCESSABLE_ENTITY "RECORDING_NOT_SUPPORTED" "Recording is not supported for this call.";
    CALLER_NOT_AVAILABLE = UNPROCESSABLE_ENTITY "CALLER_NOT_AVAILABLE" "Caller number is currently not reachable or not allowed to start a call.";
    CALLEE_NOT_AVAILABLE = UNPROCESSABLE_ENTITY "CALLEE_NOT_AVAILABLE" "Callee number is currently not reachable or not allowed to receive a call.";
    UNAVAILABLE = SERVICE_UNAVAILABLE "UNAVAILABLE" "Service Unavailable.";
    INTERNAL = INTERNAL_SERVER_ERROR "INTERNAL" "Unknown server error. Typically a server bug.";
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let body = json!({
            "status": self.status.as_u16(),
            "code": self.code,
            "message": self.message,
        });
        json_answer(self.status, &body)
    }
}
