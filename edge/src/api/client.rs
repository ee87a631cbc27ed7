//! Who asks with an access token.

use std::cell::OnceCell;

use serde_json::Value;
use wasm_bindgen::JsValue;

use super::Asked;
use crate::account_room::documents::Kind;
use crate::account_room::words::{Ask, Decision};
use crate::auth::client::{ApiClient, Client};
use crate::auth::scopes::Scope;
use crate::auth::{access_token, signing_key};
use crate::config::Settings;
use crate::document::Place;
use crate::error::Problem;
use crate::ids::PublicId;
use crate::keys::Key;
use crate::operator::Algorithm;
use crate::room::failed;
use crate::{room, webcrypto};

impl Asked {
    /// The name of this deployment in its tokens: its public address.
    pub fn issuer(&self, settings: &Settings) -> String {
        let public = settings.public_url.as_deref();
        public.unwrap_or_else(|| self.own_origin()).to_owned()
    }

    /// The API client that asks, if its token stands and is for this. 401: it
    /// does not stand, or there is none; 403: it is for something else.
    pub async fn client(&self, scope: Scope) -> Result<Client, Problem> {
        let settings = self.settings()?;
        let token = self.bearer().ok_or(Problem::Unauthenticated)?;
        let issuer = self.issuer(&settings);
        let claimed = access_token::read(&settings.key, &issuer, &token, self.now)
            .ok_or(Problem::Unauthenticated)?;
        let public = public_key(&settings.key).await?;
        let (signed, signature) = (&claimed.unverified.signed, &claimed.unverified.signature);
        let verified =
            webcrypto::verifies(&public, Algorithm::Es256, signed.as_bytes(), signature).await;
        if !verified.map_err(went_wrong)? {
            return Err(Problem::Unauthenticated);
        }
        let client = claimed.client;
        let id = PublicId {
            account: client.account,
            document: client.document,
        };
        // What its account has revoked a moment ago does not stand any more.
        let registered = self.api_client(id).await?;
        let registered = registered.filter(|known| known.stands(&client.credential));
        let registered = registered.ok_or(Problem::Unauthenticated)?;
        if client.scopes.has(scope) && registered.scopes.has(scope) {
            Ok(client)
        } else {
            Err(Problem::PermissionDenied)
        }
    }

    /// The registered client with this id, as its account has it now.
    pub async fn api_client(&self, id: PublicId) -> Result<Option<ApiClient>, Problem> {
        let account = room::account_room(&self.env, id.account).map_err(failed)?;
        let question = Ask::Document {
            account: id.account,
            kind: Kind::ApiClient,
            id: id.document,
        };
        let Decision::Document(document) = room::ask(&account, &question).await.map_err(failed)?
        else {
            return Err(Problem::Internal);
        };
        let read = |document| ApiClient::read(&Place::whole(&document));
        document.map(read).transpose().map_err(|flaw| {
            worker::console_error!("API client {}: {flaw}", id.document);
            Problem::Internal
        })
    }
}

thread_local! {
    static PUBLIC_KEY: OnceCell<Value> = const { OnceCell::new() };
}

/// The key that verifies access tokens, as a JWKS has it. Worked out once.
pub async fn public_key(key: &Key) -> Result<Value, Problem> {
    if let Some(known) = PUBLIC_KEY.with(|cell| cell.get().cloned()) {
        return Ok(known);
    }
    let point = webcrypto::public_point(&signing_key::signing_key(key)).await;
    let (x, y) = point.map_err(went_wrong)?;
    let jwk = signing_key::public_jwk(key, &x, &y);
    Ok(PUBLIC_KEY.with(|cell| cell.get_or_init(|| jwk).clone()))
}

/// What the runtime's cryptography refuses of ours is our own fault.
pub fn went_wrong(error: JsValue) -> Problem {
    failed(error.into())
}
