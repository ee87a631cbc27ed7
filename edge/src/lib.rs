//! The worker at the edge: holds the operators' credentials, places calls,
//! receives the operators' webhooks and tells pages what becomes of a call.
//!
//! `api` answers HTTP, the rooms own what must be counted or ordered,
//! `operator` speaks with operators; everything that decides is pure and tested
//! on the host.

mod account_room;
mod admin;
mod admission;
mod api;
mod assertion;
mod auth;
mod binding;
mod call_room;
mod captcha;
mod clock;
mod config;
mod document;
mod error;
mod hanging_up;
mod ids;
mod keys;
mod operator;
mod operator_call_room;
mod origin;
mod outbound;
mod path;
mod placing;
mod policy;
mod query;
mod recording;
mod redact;
#[cfg(test)]
mod reference_tests;
mod room;
mod route;
mod send;
mod sign;
mod sinks;
mod sql;
mod sse;
mod ticket;
mod tokens;
mod webcrypto;
mod zone;

use std::cell::OnceCell;
use std::rc::Rc;

use worker::wasm_bindgen::JsCast;
use worker::{Context, Env, Request, Response, event};

use account_room::documents::Kind;
use config::{SettingError, Settings};
use ids::{ButtonId, PublicId};
use keys::Purpose;

/// Answers a request.
#[event(fetch)]
async fn fetch(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    api::answer(request, env, context).await
}

thread_local! {
    static SETTINGS: OnceCell<Result<Rc<Settings>, SettingError>> = const { OnceCell::new() };
}

/// The deployment's settings: read once, since they change only with a new
/// deployment, which starts new isolates.
fn settings(env: &Env) -> Result<Rc<Settings>, SettingError> {
    SETTINGS.with(|cell| {
        let names = js_sys::Object::keys(env.unchecked_ref::<js_sys::Object>());
        let names: Vec<String> = names.iter().filter_map(|name| name.as_string()).collect();
        let get = |name: &str| env.var(name).ok().map(|value| value.to_string());
        let read = || {
            let settings = Settings::read(&names, get)?;
            settings.check_zones(|name| zone::Zone::named(name).is_some())?;
            Ok(settings)
        };
        cell.get_or_init(|| read().map(Rc::new).inspect(|settings| name_seeds(settings)))
            .clone()
    })
}

/// Whoever deploys needs the public ids of what the deployment starts with;
/// nothing else derives them.
fn name_seeds(settings: &Settings) {
    for seed in &settings.seeds {
        for (kind, document, content) in &seed.others {
            if *kind == Kind::ApiClient {
                let id = PublicId {
                    account: seed.id,
                    document: *document,
                };
                worker::console_log!(
                    "API client {}: client_id=\"{}\"",
                    name(content),
                    id.encode(&settings.key, Purpose::ClientId)
                );
            }
        }
        for (clicktocall, document) in &seed.buttons {
            let id = ButtonId {
                account: seed.id,
                clicktocall: *clicktocall,
            };
            worker::console_log!(
                "button {}: data-button=\"{}\"",
                name(document),
                id.encode(&settings.key)
            );
        }
    }
}

fn name(document: &serde_json::Value) -> &str {
    let name = document.get("name").and_then(|name| name.as_str());
    name.unwrap_or_default()
}
