//! Building answers: CORS, correlator, errors.

use serde::Serialize;
use worker::{Headers, Response};

use crate::error::Problem;
use crate::room::failed;

/// What browsers may send. There are no cookies, so any origin may read our
/// answers, refusals included: a developer sees why.
const ALLOWED_HEADERS: &str = "authorization, content-type, idempotency-key, if-match, last-event-id, x-auth-token, x-correlator, x-request-id";
/// Seconds a browser may remember a preflight; browsers cap it anyway.
const PREFLIGHT_AGE: &str = "86400";

/// A JSON answer that nobody may cache.
pub fn json<T: Serialize>(status: u16, body: &T) -> Result<Response, Problem> {
    let text = serde_json::to_string(body).map_err(|_| Problem::Internal)?;
    let headers = Headers::new();
    set(&headers, "content-type", "application/json")?;
    set(&headers, "cache-control", "no-store")?;
    Ok(Response::ok(text)
        .map_err(failed)?
        .with_headers(headers)
        .with_status(status))
}

/// An answer without a body.
pub fn empty(status: u16) -> Result<Response, Problem> {
    Ok(Response::empty().map_err(failed)?.with_status(status))
}

/// The answer to a browser that asks before it sends.
pub fn preflight() -> Result<Response, Problem> {
    let response = empty(204)?;
    set(
        response.headers(),
        "access-control-allow-methods",
        "GET, PUT, POST, PATCH, DELETE",
    )?;
    set(
        response.headers(),
        "access-control-allow-headers",
        ALLOWED_HEADERS,
    )?;
    set(response.headers(), "access-control-max-age", PREFLIGHT_AGE)?;
    Ok(response)
}

/// Adds what every answer has.
pub fn finish(response: Response, correlator: &str) -> worker::Result<Response> {
    let headers = response.headers();
    headers.set("x-correlator", correlator)?;
    // A page of ours has things in it that are only for itself.
    if !headers.has("content-security-policy")? {
        headers.set("access-control-allow-origin", "*")?;
    }
    headers.set(
        "access-control-expose-headers",
        "x-correlator, retry-after, etag, location, x-request-id, x-visitor-country",
    )?;
    headers.set("x-content-type-options", "nosniff")?;
    Ok(response)
}

/// The answer to a request that is refused.
pub fn refusal(problem: &Problem, correlator: &str) -> worker::Result<Response> {
    let info = problem.info();
    let response = json(info.status, &info).map_err(|_| "no answer could be built")?;
    if let Some(seconds) = problem.retry_after() {
        response
            .headers()
            .set("retry-after", &seconds.to_string())?;
    }
    if let Problem::MethodNotAllowed(allowed) = problem {
        response.headers().set("allow", allowed)?;
    }
    if info.status == 401 {
        response.headers().set("www-authenticate", "Bearer")?;
    }
    finish(response, correlator)
}

/// Sets a header.
pub fn set(headers: &Headers, name: &str, value: &str) -> Result<(), Problem> {
    headers.set(name, value).map_err(failed)
}
