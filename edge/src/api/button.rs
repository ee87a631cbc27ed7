//! `GET /buttons/{buttonId}`: what everybody may know of a button.

use call::Millis;
use serde::Serialize;
use serde_json::{Value, json};
use worker::Response;

use super::{Asked, reply};
use crate::account_room::words::{Ask, Decision};
use crate::admission::hours::Hours;
use crate::admission::{Consent, CountryRules, Refusal};
use crate::clock;
use crate::document::{Button, DialFirst, Place};
use crate::error::Problem;
use crate::ids::ButtonId;
use crate::operator::Operator;
use crate::room::{self, failed};
use crate::zone::Zone;

/// The public view. No extension, no secret.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct View<'a> {
    button_id: &'a str,
    name: &'a str,
    /// The number that both phones show.
    display_number: &'a str,
    dial_first: DialFirst,
    /// Whether the page has to bring an agent's token.
    auth_required: bool,
    /// Whether no real phone rings.
    sandbox: bool,
    /// The opening hours, where it has any; and then whether it is open now,
    /// and if not, when it opens.
    #[serde(skip_serializing_if = "Option::is_none")]
    hours: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    open: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    opens_at: Option<String>,
    /// What a visitor has to agree to.
    #[serde(skip_serializing_if = "Option::is_none")]
    consent: Option<&'a Value>,
    /// The captcha that a visitor has to pass.
    #[serde(skip_serializing_if = "Option::is_none")]
    captcha: Option<Value>,
    /// Which countries' contacts it is for.
    #[serde(skip_serializing_if = "Option::is_none")]
    countries: Option<Value>,
    /// What the owner has chosen for visitors to see.
    #[serde(skip_serializing_if = "Option::is_none")]
    texts: Option<&'a Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    theme: Option<&'a Value>,
    /// The way out where a page lets nothing of ours run.
    #[serde(skip_serializing_if = "Option::is_none")]
    fallback: Option<&'a Value>,
}

/// A button by its public id, and the name of the connection that places its calls.
pub(super) async fn read(asked: &Asked, id: &str) -> Result<(Button, String), Problem> {
    let settings = asked.settings()?;
    let no_such_button = Problem::Refused(Refusal::NoSuchButton);
    let button = ButtonId::decode(&settings.key, id).ok_or(no_such_button)?;
    let room = room::account_room(&asked.env, button.account).map_err(failed)?;
    let decision = room::ask(&room, &Ask::Button(button))
        .await
        .map_err(failed)?;
    match decision {
        Decision::Button {
            document,
            connection,
        } => {
            let button = Button::read(&Place::whole(&document)).map_err(|_| Problem::Internal)?;
            Ok((button, connection))
        }
        Decision::Refused(refusal) => Err(Problem::Refused(refusal)),
        _ => Err(Problem::Internal),
    }
}

pub(super) async fn answer(asked: &Asked, id: &str) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    let (button, connection) = read(asked, id).await?;
    let connection = settings
        .connection(&connection)
        .ok_or(Problem::NotConfigured)?;
    let rules = &button.rules;
    let (open, opens_at) = opening(rules.hours.as_ref(), asked.now);
    let site_key = settings.turnstile.as_ref().filter(|_| rules.captcha);
    let response = reply::json(
        200,
        &View {
            button_id: id,
            name: &button.name,
            display_number: connection.platform_number().e164(),
            dial_first: button.dial_first,
            auth_required: button.auth_required,
            sandbox: connection.operator() == Operator::Sandbox,
            hours: rules.hours.as_ref().map(Hours::public),
            open,
            opens_at,
            consent: rules.consent.as_ref().map(Consent::public),
            captcha: site_key.map(|turnstile| json!({ "siteKey": turnstile.site_key })),
            countries: rules.countries.as_ref().map(CountryRules::public),
            texts: button.look.texts.as_ref(),
            theme: button.look.theme.as_ref(),
            fallback: button.look.fallback.as_ref(),
        },
    )?;
    reply::set(response.headers(), "cache-control", "public, max-age=60")?;
    // Where the visitor is, as Cloudflare has found out: the number field begins there.
    if let Some(country) = asked.header("cf-ipcountry") {
        reply::set(response.headers(), "x-visitor-country", &country)?;
    }
    Ok(response)
}

/// Whether it is open, and if not, when it opens.
fn opening(hours: Option<&Hours>, now: Millis) -> (Option<bool>, Option<String>) {
    let Some(hours) = hours else {
        return (None, None);
    };
    let zone = Zone::named(&hours.time_zone);
    let wall = |at: Millis| zone.as_ref().and_then(|zone| zone.wall(at));
    let open = wall(now).is_some_and(|wall| hours.is_open_at(wall));
    (Some(open), hours.opens_at(now, &wall).map(clock::rfc3339))
}
