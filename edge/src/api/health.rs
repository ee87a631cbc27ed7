//! `GET /healthz`: whether this deployment can serve.

use serde_json::json;
use worker::Response;

use super::{Asked, reply};
use crate::error::Problem;

pub(super) fn answer(asked: &Asked) -> Result<Response, Problem> {
    asked.settings()?;
    reply::json(200, &json!({ "status": "ok" }))
}
