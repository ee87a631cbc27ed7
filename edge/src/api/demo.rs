//! `GET /`, `/three`, `/gallery`: pages of ours with this deployment's own buttons
//! in them.

use worker::{Headers, Response};

use super::{Asked, reply};
use crate::error::Problem;
use crate::outbound;
use crate::room::failed;

/// Where the pages are within the assets.
const PAGES: &str = "https://assets/";
/// The places that pages have for buttons; with fewer buttons, the first is there again.
const PLACES: [&str; 3] = ["{{BUTTON}}", "{{BUTTON_2}}", "{{BUTTON_3}}"];

pub(super) async fn answer(asked: &Asked, page: &str) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    let Some((buttons, connection)) = settings.demo_buttons() else {
        return Err(Problem::NotFound("No account has a button yet."));
    };
    let assets = asked.env.assets("ASSETS").map_err(failed)?;
    let mut page = assets
        .fetch_request(outbound::request("GET", &[PAGES, page].concat(), [], None).map_err(failed)?)
        .await
        .map_err(failed)?;
    if page.status_code() != 200 {
        return Err(Problem::NotFound("The demo page is not deployed."));
    }
    let mut html = page
        .text()
        .await
        .map_err(failed)?
        .replace("{{EDGE}}", asked.own_origin())
        .replace("{{OPERATOR}}", connection.operator().name());
    for (place, button) in PLACES.iter().zip(buttons.iter().cycle()) {
        html = html.replace(place, &button.encode(&settings.key));
    }
    let headers = Headers::new();
    reply::set(&headers, "content-type", "text/html; charset=utf-8")?;
    reply::set(&headers, "cache-control", "no-cache")?;
    Ok(Response::ok(html).map_err(failed)?.with_headers(headers))
}
