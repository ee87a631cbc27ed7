//! The routes: read the request, decide, answer. One file per route; operators of
//! all dialects tell of calls through one.

mod agent;
mod asked;
mod button;
mod call;
mod captcha;
mod check;
mod click;
mod client;
mod create_call;
mod demo;
mod events;
mod frame;
mod health;
mod oauth;
mod operator_event;
mod place_call;
mod recording;
mod reply;
mod resource;
mod standing;

use std::rc::Rc;

use worker::{Context, Env, Request, Response};

use crate::admin;
use crate::error::Problem;
use crate::route::{self, NoRoute, Route};
use crate::sinks::HOP;
pub use asked::Asked;

/// Answers a request. Whatever goes wrong is an answer too.
pub async fn answer(request: Request, env: Env, context: Context) -> worker::Result<Response> {
    // As it was sent: the runtime's own type takes methods that it does not know for GET.
    let (method, path) = (request.inner().method(), request.path());
    let asked = match Asked::new(request, env, Rc::new(context)) {
        Ok(asked) => asked,
        Err(refused) => return reply::refusal(&refused.0, &refused.1),
    };
    let correlator = asked.correlator.clone();
    if path.starts_with("/v2/") && method != "OPTIONS" {
        let response = admin::answer(asked, &method, &path).await?;
        return reply::finish(response, &correlator);
    }
    let result = match route::find(&method, &path) {
        Err(NoRoute::NotFound) => Err(Problem::NotFound("There is nothing at this path.")),
        Err(NoRoute::MethodNotAllowed(allowed)) => Err(Problem::MethodNotAllowed(allowed)),
        // What has come from here comes no further.
        Ok(_) if asked.header(HOP).is_some() => Err(Problem::Loop),
        Ok(found) => serve(found, asked).await,
    };
    match result {
        Ok(response) => reply::finish(response, &correlator),
        Err(problem) => reply::refusal(&problem, &correlator),
    }
}

async fn serve(route: Route<'_>, asked: Asked) -> Result<Response, Problem> {
    match route {
        Route::Preflight => reply::preflight(),
        Route::Health => health::answer(&asked),
        Route::Demo(page) => demo::answer(&asked, page).await,
        Route::OperatorCheck => check::answer(&asked).await,
        Route::Button(id) => button::answer(&asked, id).await,
        Route::Frame(id) => frame::page(&asked, id).await,
        Route::RenewTicket(id) => frame::renew(&asked, id),
        Route::Captcha(id) => captcha::page(&asked, id).await,
        Route::PlaceCall(id) => place_call::answer(asked, id).await,
        Route::CreateCall => create_call::answer(asked).await,
        Route::GetCall(id) => call::get(&asked, id).await,
        Route::TerminateCall(id) => call::terminate(&asked, id).await,
        Route::Events(id) => events::answer(&asked, id).await,
        Route::Recording(id) => recording::answer(&asked, id).await,
        Route::Token => oauth::token(asked).await,
        Route::Jwks => oauth::jwks(&asked).await,
        Route::Metadata => oauth::metadata(&asked),
        Route::OperatorEvent(operator, names) => {
            operator_event::answer(asked, operator, names).await
        }
    }
}
