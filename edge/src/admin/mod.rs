//! The admin API: Kazoo's, so that its clients work here, and in the same style
//! what Kazoo has not. Reads the request, asks the account's room, and wraps its
//! answer. Differs from Kazoo on purpose: `api_auth` never echoes a key, there
//! is no JSONP, no token in a query, and no verb in a body.

mod connect;
mod connect_open;
mod contact;
mod enter;
mod envelope;
mod manage;
pub mod originate;
mod read;
mod route;
mod secret;

use worker::Response;

use crate::account_room::trouble::{Managed, Trouble};
use crate::api::Asked;
use envelope::Wrapping;
use route::Target;
#[cfg(test)]
pub use route::operations;

/// Bytes of a body: a button with texts in all languages fits ten times.
const LARGEST_BODY: usize = 64 * 1024;

/// The status that has to say which methods there are (RFC 9110, section 15.5.6).
const METHOD_NOT_ALLOWED: u16 = 405;

/// Answers a request under `/v2`. Whatever goes wrong is an answer too.
pub async fn answer(mut asked: Asked, method: &str, path: &str) -> worker::Result<Response> {
    let wrapping = Wrapping::of(&asked);
    let result = match route::find(method, path) {
        Ok(target) => serve(&mut asked, method, target).await,
        Err(trouble) => Err(trouble),
    };
    let response = wrapping.wrap(&result.unwrap_or_else(Managed::from), path)?;
    if response.status_code() == METHOD_NOT_ALLOWED {
        response.headers().set("allow", &route::allowed(path))?;
    }
    Ok(response)
}

async fn serve(asked: &mut Asked, method: &str, target: Target<'_>) -> Result<Managed, Trouble> {
    match target {
        Target::ApiAuth => enter::api_auth(asked).await,
        Target::Accounts => manage::create_account(asked).await,
        Target::Account(account) => manage::account(asked, method, account).await,
        Target::Documents(account, kind) => manage::documents(asked, method, account, kind).await,
        Target::Document(account, kind, id) => {
            manage::document(asked, method, account, kind, id).await
        }
        Target::Secrets(account, id) => manage::add_secret(asked, account, id).await,
        Target::Connect(account, id) => connect::connect(asked, method, account, id).await,
        Target::History(account, id) => manage::history(asked, account, id).await,
        Target::Connections(account) => manage::connections(asked, account).await,
        Target::Audit(account) => manage::audit(asked, account).await,
    }
}
