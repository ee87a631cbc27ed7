//! `POST /oauth2/token`, and the documents by which a client finds it.

use serde_json::{Value, json};
use worker::Response;

use super::client::{public_key, went_wrong};
use super::{Asked, reply};
use crate::account_room::words::{Ask, Decision};
use crate::auth::assertion::{self, Assertion};
use crate::auth::client::{Client, key_credential};
use crate::auth::oauth::{self, Proof, Refusal, TOKEN_PATH, TokenRequest};
use crate::auth::{access_token, jws, signing_key};
use crate::config::Settings;
use crate::error::Problem;
use crate::ids::PublicId;
use crate::keys::{Purpose, digest};
use crate::room::failed;
use crate::{clock, room, sign, webcrypto};

/// Bytes of a request: the longest assertion fits.
const LARGEST_BODY: usize = 16 * 1024;
/// What is told to whoever has not proved to be a client, whatever was wrong,
/// so that nobody learns which clients there are.
const NOT_PROVED: Refusal = Refusal::InvalidClient("The client is unknown, or its proof is wrong.");

/// Whom the token is for, or why there is none.
type Granted = Result<Client, Refusal>;

pub(super) async fn token(mut asked: Asked) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    let authorization = asked.header("authorization");
    let form = asked.demand_media_type("application/x-www-form-urlencoded", "");
    let body = asked.body(LARGEST_BODY).await;
    let granted = match (form, body) {
        (Ok(()), Ok(body)) => match oauth::read(authorization.as_deref(), &body) {
            Ok(request) => grant(&asked, &settings, request).await?,
            Err(refusal) => Err(refusal),
        },
        _ => Err(Refusal::InvalidRequest(
            "The request has to be a form (application/x-www-form-urlencoded) of up to 16 KB.",
        )),
    };
    let client = match granted {
        Ok(client) => client,
        Err(refusal) => {
            let (status, body) = refusal.answer();
            let response = reply::json(status, &body)?;
            if status == 401 && authorization.is_some() {
                let challenge = "Basic realm=\"click-to-dial\"";
                reply::set(response.headers(), "www-authenticate", challenge)?;
            }
            return Ok(response);
        }
    };
    let nonce = clock::random().map_err(|error| failed(error.to_string().into()))?;
    let issuer = asked.issuer(&settings);
    let signed = access_token::signing_input(&settings.key, &issuer, &client, nonce, asked.now);
    let key = signing_key::signing_key(&settings.key);
    let signature = sign::sign(&key, signed.as_bytes())
        .await
        .map_err(went_wrong)?;
    let answer = json!({
        "access_token": jws::join(&signed, &signature),
        "token_type": "Bearer",
        "expires_in": access_token::LIFE_S,
        "scope": client.scopes.to_string(),
    });
    reply::json(200, &answer)
}

async fn grant(
    asked: &Asked,
    settings: &Settings,
    request: TokenRequest,
) -> Result<Granted, Problem> {
    let proved = match &request.proof {
        Proof::Secret { client, secret } => by_secret(asked, settings, client, secret).await?,
        Proof::Assertion { jwt, client } => {
            by_assertion(asked, settings, jwt, client.as_deref()).await?
        }
    };
    Ok(proved.and_then(|client| match request.scopes {
        None => Ok(client),
        Some(scopes) if scopes.are_within(client.scopes) => Ok(Client { scopes, ..client }),
        Some(_) => Err(Refusal::InvalidScope),
    }))
}

async fn by_secret(
    asked: &Asked,
    settings: &Settings,
    id: &str,
    secret: &str,
) -> Result<Granted, Problem> {
    let Some(client) = PublicId::decode(&settings.key, Purpose::ClientId, id) else {
        return Ok(Err(NOT_PROVED));
    };
    let registered = asked.api_client(client).await?;
    let proved = registered.and_then(|known| Some((known.secret(secret)?, known.scopes)));
    Ok(proved.ok_or(NOT_PROVED).map(|(credential, scopes)| Client {
        account: client.account,
        document: client.document,
        id: id.to_owned(),
        scopes,
        credential,
    }))
}

async fn by_assertion(
    asked: &Asked,
    settings: &Settings,
    jwt: &str,
    told: Option<&str>,
) -> Result<Granted, Problem> {
    let issuer = asked.issuer(settings);
    let endpoint = format!("{issuer}{TOKEN_PATH}");
    let read = assertion::read(&settings.key, &[&issuer, &endpoint], jwt, asked.now);
    let assertion = match read {
        Ok(assertion) if told.is_none_or(|told| told == assertion.client_id) => assertion,
        Ok(_) => return Ok(Err(NOT_PROVED)),
        Err(why) => return Ok(Err(Refusal::InvalidClient(why))),
    };
    let Some(registered) = asked.api_client(assertion.client).await? else {
        return Ok(Err(NOT_PROVED));
    };
    let unverified = &assertion.unverified;
    for key in registered.keys(&assertion.algorithm, assertion.key.as_deref()) {
        let signed = unverified.signed.as_bytes();
        let verified =
            webcrypto::verifies(&key.jwk, key.algorithm, signed, &unverified.signature).await;
        // A registered key that is no point of the curve verifies nothing.
        if !verified.unwrap_or(false) {
            continue;
        }
        if !is_new(asked, &assertion).await? {
            let why = "The assertion has been used already. Make a new one for every request.";
            return Ok(Err(Refusal::InvalidClient(why)));
        }
        return Ok(Ok(Client {
            account: assertion.client.account,
            document: assertion.client.document,
            id: assertion.client_id.clone(),
            scopes: registered.scopes,
            credential: key_credential(key),
        }));
    }
    Ok(Err(NOT_PROVED))
}

/// Notes the assertion's `jti`, and whether it was not used before.
async fn is_new(asked: &Asked, assertion: &Assertion<'_>) -> Result<bool, Problem> {
    let names = [assertion.client_id.as_bytes(), assertion.jti.as_bytes()];
    let question = Ask::Spend {
        token: base16ct::lower::encode_string(&digest(&names)),
        until: assertion.until,
    };
    let account = room::account_room(&asked.env, assertion.client.account).map_err(failed)?;
    let decision = room::ask(&account, &question).await.map_err(failed)?;
    Ok(matches!(decision, Decision::Noted))
}

/// `GET /.well-known/openid-configuration` and `/.well-known/oauth-authorization-server`.
pub(super) fn metadata(asked: &Asked) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    document(&oauth::metadata(&asked.issuer(&settings)))
}

/// `GET /oauth2/jwks` (RFC 7517, section 5).
pub(super) async fn jwks(asked: &Asked) -> Result<Response, Problem> {
    let settings = asked.settings()?;
    document(&json!({ "keys": [public_key(&settings.key).await?] }))
}

/// What changes only with a deployment.
fn document(body: &Value) -> Result<Response, Problem> {
    let response = reply::json(200, body)?;
    reply::set(response.headers(), "cache-control", "public, max-age=300")?;
    Ok(response)
}
