//! An API client: a program that calls for an account (OAuth 2.0, RFC 6749).

use super::api_key::hash;
use super::jwk::PublicKey;
use super::scopes::{Scope, Scopes};
use crate::document::{Flaw, Place};
use crate::ids::HexId;
use crate::keys::same;

/// Secrets and keys of one client: some to be rotated, and one forgotten.
pub const MOST_CREDENTIALS: usize = 10;
/// Hosts that a client may have its events sent to.
const MOST_SINKS: usize = 20;
/// Characters of a client's name.
const LONGEST_NAME: usize = 128;
/// Characters of a DNS name (RFC 1035, section 2.3.4).
const LONGEST_HOST: usize = 253;
/// Characters of SHA-256 in hexadecimal.
const HASH_CHARS: usize = 64;
/// Characters by which a token names a credential: enough to tell any two apart.
const CREDENTIAL_CHARS: usize = 16;

/// Whoever asks with an access token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Client {
    /// The account.
    pub account: HexId,
    /// The id of the client's document.
    pub document: HexId,
    /// `client_id`.
    pub id: String,
    /// What this token is for.
    pub scopes: Scopes,
    /// Names the secret or key by which the client proved itself; the token is
    /// worth nothing once that is revoked.
    pub credential: String,
}

/// A registered client, as its document says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiClient {
    /// What its owner calls it.
    pub name: String,
    /// What it may ever do.
    pub scopes: Scopes,
    /// Hashes of its secrets.
    secrets: Vec<String>,
    /// Its public keys.
    keys: Vec<PublicKey>,
    /// The hosts that its events may be sent to.
    pub sinks: Vec<String>,
}

impl ApiClient {
    /// Reads a client's document: `name`, `scopes` (all four where nothing is
    /// said), `secrets` (of each the `hash`), `keys` (JWKs), `sinks` (hosts).
    pub fn read(place: &Place<'_>) -> Result<Self, Flaw> {
        place.only(&["name", "scopes", "secrets", "keys", "sinks"])?;
        let scopes = place.optional("scopes")?;
        let secrets = bounded(place, "secrets", MOST_CREDENTIALS)?;
        let keys = bounded(place, "keys", MOST_CREDENTIALS)?;
        let sinks = bounded(place, "sinks", MOST_SINKS)?;
        Ok(Self {
            name: place.field("name")?.text_up_to(LONGEST_NAME)?.to_owned(),
            scopes: scopes.map_or(Ok(Scopes::all()), |at| read_scopes(&at))?,
            secrets: secrets.iter().map(read_secret).collect::<Result<_, _>>()?,
            keys: keys.iter().map(PublicKey::read).collect::<Result<_, _>>()?,
            sinks: sinks.iter().map(read_host).collect::<Result<_, _>>()?,
        })
    }

    /// The name of the credential that this secret is, if it is one of the client's.
    #[must_use]
    pub fn secret(&self, secret: &str) -> Option<String> {
        let given = hash(secret);
        let known = self.secrets.iter();
        // Each is compared, so that the time does not tell how many there are before it.
        let found = known.fold(None, |found, hash| {
            let matches = same(hash.as_bytes(), given.as_bytes());
            found.or(matches.then_some(hash))
        });
        found.map(|hash| credential(hash))
    }

    /// The keys that may have made an assertion with this header: the one that
    /// it names, or every one of that algorithm.
    pub fn keys(&self, algorithm: &str, id: Option<&str>) -> impl Iterator<Item = &PublicKey> {
        self.keys.iter().filter(move |key| {
            key.algorithm.as_str() == algorithm && (id.is_none() || key.id.as_deref() == id)
        })
    }

    /// Whether a credential that proved this client still stands.
    #[must_use]
    pub fn stands(&self, named: &str) -> bool {
        let secrets = self.secrets.iter().map(|hash| credential(hash));
        let keys = self.keys.iter().map(key_credential);
        secrets.chain(keys).any(|known| known == named)
    }
}

/// The name of the credential that a key is.
#[must_use]
pub fn key_credential(key: &PublicKey) -> String {
    credential(&key.thumbprint())
}

/// The name of a secret with this hash: it can be shown, and revoked by.
#[must_use]
pub fn credential(hash: &str) -> String {
    hash.chars().take(CREDENTIAL_CHARS).collect()
}

fn bounded<'a>(place: &Place<'a>, name: &str, most: usize) -> Result<Vec<Place<'a>>, Flaw> {
    let Some(place) = place.optional(name)? else {
        return Ok(Vec::new());
    };
    let list = place.list()?;
    if list.len() > most {
        let message = format!("Array must not have more than {most} items");
        return Err(place.breaks("maxItems", &message));
    }
    Ok(list)
}

fn read_scopes(place: &Place<'_>) -> Result<Scopes, Flaw> {
    let words = Scope::ALL.map(|scope| (scope.as_str(), scope));
    let list = place.list()?;
    if list.is_empty() {
        return Err(place.breaks("minItems", "Array must have at least 1 items"));
    }
    list.iter().map(|scope| scope.word(&words)).collect()
}

fn read_secret(place: &Place<'_>) -> Result<String, Flaw> {
    let hash = place.field("hash")?;
    let text = hash.text()?;
    let hexadecimal = |b: u8| b.is_ascii_digit() || (b'a'..=b'f').contains(&b);
    if text.len() == HASH_CHARS && text.bytes().all(hexadecimal) {
        Ok(text.to_owned())
    } else {
        Err(hash.wrong("is not SHA-256 in lower-case hexadecimal"))
    }
}

/// A host: a DNS name in lower case, with a dot in it.
fn read_host(place: &Place<'_>) -> Result<String, Flaw> {
    let text = place.text_up_to(LONGEST_HOST)?;
    let label = |label: &str| {
        let inner = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        (1..=63).contains(&label.len())
            && label.bytes().all(inner)
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    // No top-level domain is a number, but the end of an IPv4 address is.
    let last = text.rsplit('.').next().unwrap_or_default();
    let address = last.bytes().all(|b| b.is_ascii_digit());
    if text.contains('.') && text.split('.').all(label) && !address {
        Ok(text.to_owned())
    } else {
        Err(place.wrong("is not a host name such as hooks.example.com"))
    }
}

#[cfg(test)]
#[path = "client_tests.rs"]
pub(crate) mod tests;
