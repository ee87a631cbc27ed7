//! `GET /`: the demo page, with this deployment's own button in it.

use worker::{Headers, Response};

use super::{Asked, reply};
use crate::error::Problem;
use crate::outbound;
use crate::room::failed;

/// The page within the assets.
const PAGE: &str = "https://assets/demo";

pub(super) async fn answer(asked: &Asked) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    let Some((button, connection)) = settings.demo_button() else {
        return Err(Problem::NotFound("No account has a button yet."));
    };
    let assets = asked.env.assets("ASSETS").map_err(failed)?;
    let mut page = assets
        .fetch_request(outbound::request("GET", PAGE, [], None).map_err(failed)?)
        .await
        .map_err(failed)?;
    if page.status_code() != 200 {
        return Err(Problem::NotFound("The demo page is not deployed."));
    }
    let html = page.text().await.map_err(failed)?;
    let html = html
        .replace("{{BUTTON}}", &button.encode(&settings.key))
        .replace("{{EDGE}}", asked.own_origin())
        .replace("{{OPERATOR}}", connection.dialect());
    let headers = Headers::new();
    reply::set(&headers, "content-type", "text/html; charset=utf-8")?;
    reply::set(&headers, "cache-control", "no-cache")?;
    Ok(Response::ok(html).map_err(failed)?.with_headers(headers))
}
