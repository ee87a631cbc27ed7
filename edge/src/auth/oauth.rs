//! What the token endpoint is asked and how it refuses (RFC 6749, sections 2.3,
//! 4.4 and 5.2; RFC 7523, section 2.2), and where clients find it.

use base64ct::{Base64, Encoding};
use serde_json::{Value, json};

use super::form::{self, Form, Repeated};
use super::scopes::{Scope, Scopes};

/// The path of the token endpoint.
pub const TOKEN_PATH: &str = "/oauth2/token";
/// The path of the public keys.
pub const JWKS_PATH: &str = "/oauth2/jwks";
/// The only kind of assertion (RFC 7523, section 2.2).
const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// Why there is no token (RFC 6749, section 5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The request breaks a rule; says which.
    InvalidRequest(&'static str),
    /// Whoever asks did not prove to be a client. Says why as far as it helps
    /// the honest.
    InvalidClient(&'static str),
    /// Another grant than the only one there is.
    UnsupportedGrantType,
    /// A scope that there is not, or that this client does not have.
    InvalidScope,
}

impl Refusal {
    /// The answer's status and body.
    #[must_use]
    pub fn answer(self) -> (u16, Value) {
        let (status, code, description) = match self {
            Self::InvalidRequest(why) => (400, "invalid_request", why),
            Self::InvalidClient(why) => (401, "invalid_client", why),
            Self::UnsupportedGrantType => (
                400,
                "unsupported_grant_type",
                "The only grant_type is client_credentials.",
            ),
            Self::InvalidScope => (
                400,
                "invalid_scope",
                "One of the scopes is unknown, or this client does not have it.",
            ),
        };
        (
            status,
            json!({ "error": code, "error_description": description }),
        )
    }
}

impl From<Repeated> for Refusal {
    fn from(_: Repeated) -> Self {
        Self::InvalidRequest("A parameter may come only once.")
    }
}

/// How a client proves who it is.
#[derive(Clone, PartialEq, Eq)]
pub enum Proof {
    /// A secret, with the client's id (`client_secret_basic`, `client_secret_post`).
    Secret {
        /// `client_id`.
        client: String,
        /// `client_secret`.
        secret: String,
    },
    /// A signed assertion (`private_key_jwt`).
    Assertion {
        /// The JWT.
        jwt: String,
        /// `client_id`, where it is told besides.
        client: Option<String>,
    },
}

/// A request for a token.
pub struct TokenRequest {
    /// How the client proves who it is.
    pub proof: Proof,
    /// What the token is to be for; everything that the client may, if it does
    /// not say.
    pub scopes: Option<Scopes>,
}

/// Reads a request; `authorization` is the header.
pub fn read(authorization: Option<&str>, body: &str) -> Result<TokenRequest, Refusal> {
    let form = Form::read(body).ok_or(Refusal::InvalidRequest("The body is not a form."))?;
    let proof = proof(authorization, &form)?;
    match form.field("grant_type")? {
        Some("client_credentials") => {}
        Some(_) => return Err(Refusal::UnsupportedGrantType),
        None => {
            return Err(Refusal::InvalidRequest(
                "The parameter grant_type is missing.",
            ));
        }
    }
    let scopes = match form.field("scope")? {
        Some(text) => Some(Scopes::parse(text).ok_or(Refusal::InvalidScope)?),
        None => None,
    };
    Ok(TokenRequest { proof, scopes })
}

/// Exactly one proof: two might be of two clients.
fn proof(authorization: Option<&str>, form: &Form) -> Result<Proof, Refusal> {
    let id = form.field("client_id")?;
    let secret = form.field("client_secret")?;
    let assertion = form.field("client_assertion")?;
    let kind = form.field("client_assertion_type")?;
    if kind.is_some() && assertion.is_none() {
        return Err(Refusal::InvalidRequest(
            "The parameter client_assertion is missing.",
        ));
    }
    match (authorization, secret, assertion) {
        (None, None, None) => Err(Refusal::InvalidClient(
            "The client has to prove who it is: by Basic, client_secret or client_assertion.",
        )),
        (Some(header), None, None) => {
            let (client, secret) = basic(header).ok_or(Refusal::InvalidClient(
                "The header Authorization is not Basic with id and secret.",
            ))?;
            if id.is_some_and(|id| id != client) {
                return Err(Refusal::InvalidRequest(
                    "client_id is another than that of Basic.",
                ));
            }
            Ok(Proof::Secret { client, secret })
        }
        (None, Some(secret), None) => Ok(Proof::Secret {
            client: id
                .ok_or(Refusal::InvalidRequest(
                    "The parameter client_id is missing.",
                ))?
                .to_owned(),
            secret: secret.to_owned(),
        }),
        (None, None, Some(jwt)) if kind == Some(ASSERTION_TYPE) => Ok(Proof::Assertion {
            jwt: jwt.to_owned(),
            client: id.map(str::to_owned),
        }),
        (None, None, Some(_)) => Err(Refusal::InvalidRequest(
            "client_assertion_type has to be urn:ietf:params:oauth:client-assertion-type:jwt-bearer.",
        )),
        _ => Err(Refusal::InvalidRequest(
            "The client has to prove who it is in one way, not in several.",
        )),
    }
}

/// RFC 6749 section 2.3.1: both parts are form-encoded before they are joined.
fn basic(header: &str) -> Option<(String, String)> {
    let (scheme, credentials) = header.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let joined = String::from_utf8(Base64::decode_vec(credentials.trim()).ok()?).ok()?;
    let (client, secret) = joined.split_once(':')?;
    Some((form::decode(client)?, form::decode(secret)?))
}

/// Where everything is (OpenID Connect Discovery 1.0, section 3; RFC 8414,
/// section 2). There are no users here, so there is nothing of theirs in it.
#[must_use]
pub fn metadata(issuer: &str) -> Value {
    json!({
        "issuer": issuer,
        "token_endpoint": format!("{issuer}{TOKEN_PATH}"),
        "jwks_uri": format!("{issuer}{JWKS_PATH}"),
        "grant_types_supported": ["client_credentials"],
        "response_types_supported": [],
        "subject_types_supported": ["public"],
        "id_token_signing_alg_values_supported": ["ES256"],
        "token_endpoint_auth_methods_supported":
            ["client_secret_basic", "client_secret_post", "private_key_jwt"],
        "token_endpoint_auth_signing_alg_values_supported": ["ES256", "RS256"],
        "scopes_supported": Scope::ALL.map(Scope::as_str),
    })
}

#[cfg(test)]
#[path = "oauth_tests.rs"]
mod tests;
