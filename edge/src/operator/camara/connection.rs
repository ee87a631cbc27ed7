//! An account at a CAMARA operator, and how it proves itself.

use call::Number;

use super::Conversation;
use super::event::read_event;
use crate::document::{Flaw, Place};
use crate::error::Problem;
use crate::keys::digest;
use crate::operator::{Dialect, Envelope, Habits, Memory, Right, SigningKey, Told, Want, is_kind};

/// An account at a CAMARA operator. Has no `Debug`: it holds a secret.
#[derive(Clone)]
pub struct Connection {
    /// What both phones show.
    pub platform_number: Number,
    /// Base of the API, up to and without `/calls`.
    pub(super) base_url: String,
    /// Where tokens come from.
    pub(super) issuer: Issuer,
    pub(super) client_id: String,
    pub(super) proof: Proof,
    /// Scopes to ask for, instead of those that an operation needs.
    scope: Option<String>,
    /// Whether addresses may be plain http.
    pub(super) http: bool,
}

/// Where tokens come from.
#[derive(Clone)]
pub(super) enum Issuer {
    /// The token endpoint itself.
    TokenUrl(String),
    /// OpenID Connect Discovery names the token endpoint at
    /// `<issuer>/.well-known/openid-configuration`.
    Discovery(String),
}

/// How the client proves that it is the client (OpenID Connect Core, section 9).
#[derive(Clone)]
pub(super) enum Proof {
    /// `client_secret_basic`.
    Secret(String),
    /// `private_key_jwt`.
    PrivateKey(SigningKey),
}

/// The document's scopes, one per operation.
const CREATE: &str = "click-to-dial:calls:create";
const READ: &str = "click-to-dial:calls:read";
const DELETE: &str = "click-to-dial:calls:delete";
const RECORDINGS: &str = "click-to-dial:recordings:read";

/// The media type of its events (CloudEvents 1.0, JSON format, section 3).
const EVENT: &str = "application/cloudevents+json";

/// The properties that a connection may have.
const KNOWN: &[&str] = &[
    "dialect",
    "platform_number",
    "base_url",
    "token_url",
    "issuer",
    "client_id",
    "client_secret",
    "private_key",
    "private_key_id",
    "private_key_algorithm",
    "scope",
    "allow_http",
];

impl Dialect for Connection {
    type Conversation<'a> = Conversation<'a>;

    const NAME: &'static str = "camara";
    const HABITS: Habits = Habits {
        can_ask: true,
        ..Habits::NONE
    };
    const HARMLESS: &'static [Right] = &[Right::Place, Right::Read, Right::End, Right::Record];
    const TELLS_AT: Option<&'static str> = Some("/operators/camara/calls/{callId}");

    fn read(place: &Place<'_>, loopback: bool) -> Result<Self, Flaw> {
        place.only(KNOWN)?;
        let allowed = place.optional("allow_http")?;
        let http = loopback || allowed.map_or(Ok(false), |at| at.flag())?;
        let scope = place.optional("scope")?;
        Ok(Self {
            platform_number: place.field("platform_number")?.number()?,
            base_url: base(place.field("base_url")?.url(http)?),
            issuer: read_issuer(place, http)?,
            client_id: place.field("client_id")?.text()?.to_owned(),
            proof: read_proof(place)?,
            scope: scope
                .map(|scope| scope.text().map(str::to_owned))
                .transpose()?,
            http,
        })
    }

    fn platform_number(&self) -> &Number {
        &self.platform_number
    }

    fn converse<'a>(&'a self, want: &'a Want, memory: Memory) -> Conversation<'a> {
        Conversation::new(self, want, memory)
    }

    fn cache_name(&self) -> String {
        let issuer = match &self.issuer {
            Issuer::TokenUrl(url) | Issuer::Discovery(url) => url.as_bytes(),
        };
        let secret = match &self.proof {
            Proof::Secret(secret) => secret.as_bytes(),
            Proof::PrivateKey(key) => key.der.as_slice(),
        };
        let parts = [issuer, self.client_id.as_bytes(), secret];
        base16ct::lower::encode_string(&digest(&parts))
    }

    /// The scope that is asked for: what the operation needs and no more, so
    /// that a token which gets lost opens little, and a client that may not
    /// fetch recordings places calls all the same.
    fn scope(&self, want: &Want) -> &str {
        let needed = match want {
            Want::Place(_) | Want::Readiness => CREATE,
            Want::Ask(_) => READ,
            Want::HangUp(_) => DELETE,
            Want::Recording(_) => RECORDINGS,
        };
        self.scope.as_deref().unwrap_or(needed)
    }

    fn read_event(
        _connection: Option<&Self>,
        envelope: &Envelope<'_>,
        body: &str,
    ) -> Result<Told, Problem> {
        if !is_kind(&envelope.text("content-type"), EVENT) {
            return Err(Problem::UnsupportedMediaType(
                "The body has to be application/cloudevents+json (structured mode).",
            ));
        }
        let [call, ..] = envelope.names;
        read_event(call, body).map_err(Problem::InvalidArgument)
    }
}

impl Connection {
    pub(super) fn calls(&self, id: Option<&str>) -> String {
        let base = &self.base_url;
        id.map_or_else(
            || format!("{base}/calls"),
            |id| format!("{base}/calls/{id}"),
        )
    }
}

fn base(url: &str) -> String {
    url.trim_end_matches('/').to_owned()
}

fn read_issuer(place: &Place<'_>, http: bool) -> Result<Issuer, Flaw> {
    match (place.optional("token_url")?, place.optional("issuer")?) {
        (Some(url), None) => Ok(Issuer::TokenUrl(url.url(http)?.to_owned())),
        (None, Some(issuer)) => Ok(Issuer::Discovery(base(issuer.url(http)?))),
        _ => Err(place.wrong("needs either token_url or issuer")),
    }
}

fn read_proof(place: &Place<'_>) -> Result<Proof, Flaw> {
    match (
        place.optional("client_secret")?,
        place.optional("private_key")?,
    ) {
        (Some(secret), None) => Ok(Proof::Secret(secret.text()?.to_owned())),
        (None, Some(key)) => {
            let algorithm = place.field("private_key_algorithm")?;
            let id = place.optional("private_key_id")?;
            let id = id.map(|id| id.text().map(str::to_owned)).transpose()?;
            let key = SigningKey::read(key.text()?, algorithm.text()?, id);
            Ok(Proof::PrivateKey(key.map_err(|error| place.wrong(error))?))
        }
        _ => Err(place.wrong("needs either client_secret or private_key")),
    }
}
