//! The accounts that a deployment starts with.
//!
//! An account's room copies its seed when it is first opened; from then on its
//! own documents are the truth, and a changed seed changes nothing.

use serde_json::{Value, json};

use super::SANDBOX;
use crate::account_room::documents::Kind;
use crate::auth::api_key;
use crate::auth::client::ApiClient;
use crate::auth::embed_key::EmbedKey;
use crate::document::{Account, Button, Flaw, Flaws, HASHES, Place, read_name, set};
use crate::ids::HexId;

/// From the range that is kept for fiction (+1 … 555 0100 to 0199).
const DEMO_EXTENSION: &str = "+12025550142";

/// An account's first documents.
#[derive(Clone, Debug, PartialEq)]
pub struct Seed {
    /// Kazoo's account id.
    pub id: HexId,
    /// The account's document.
    pub account: Value,
    /// Its buttons' documents with their ids.
    pub buttons: Vec<(HexId, Value)>,
    /// Its other documents.
    pub others: Vec<(Kind, HexId, Value)>,
}

impl Seed {
    /// The name of the connection that its buttons use.
    #[must_use]
    pub fn connection(&self) -> &str {
        let connections = self.account.get("connections");
        let first = connections.and_then(|names| names.get(0)?.as_str());
        first.unwrap_or(SANDBOX)
    }
}

/// The seed of a deployment that has configured none: one button that only
/// the deployment's own pages may use, at the sandbox.
pub(super) fn demo_seeds() -> Vec<Seed> {
    let button = json!({
        "name": "Sales", "extension": DEMO_EXTENSION, "dial_first": "contact",
        "auth_required": false, "origins": ["self"],
    });
    vec![Seed {
        id: HexId::from([0; 16]),
        // Nothing rings there, and everybody tries the same few numbers.
        account: json!({
            "name": "Demo", "connections": [SANDBOX],
            "calls_per_number": { "per_15_minutes": 100, "per_60_minutes": 200, "per_24_hours": 1_000 },
            "numbers_per_address": { "per_60_minutes": 30, "per_24_hours": 100 },
        }),
        buttons: vec![(HexId::from([1; 16]), button)],
        others: Vec::new(),
    }]
}

/// Reads `ACCOUNTS`: a list of accounts' documents, each with its `id`, its
/// `buttons`, and perhaps its `api_keys` (each with its `key`), `api_clients`
/// (each with a `secret`) and `embed_keys`. Keys and secrets are kept as hashes.
pub(super) fn read_seeds(place: &Place<'_>) -> Result<Vec<Seed>, Flaws> {
    place.list()?.iter().map(read_seed).collect()
}

fn read_seed(place: &Place<'_>) -> Result<Seed, Flaws> {
    Account::read(place)?;
    let buttons = place.field("buttons")?.list()?;
    let read = |button: &Place<'_>| -> Result<_, Flaws> {
        Button::read(button)?;
        Ok((read_id(button)?, without(button.value(), &["id"])))
    };
    let mut others = Vec::new();
    for (name, kind, check) in OTHERS {
        let list = place.optional(name)?;
        for at in list.map_or(Ok(Vec::new()), |list| list.list())? {
            let mut document = without(at.value(), &["id", "secret"]);
            if let Some(secret) = at.optional("secret")? {
                let hash = api_key::hash(secret.text()?);
                set(&mut document, "secrets", json!([{ "hash": hash }]));
            }
            check(&Place::whole(&document)).map_err(|flaw| at.wrong(&flaw.to_string()))?;
            others.push((*kind, read_id(&at)?, document));
        }
    }
    let id = read_id(place)?;
    let keys = place.optional("api_keys")?;
    for at in keys.map_or(Ok(Vec::new()), |list| list.list())? {
        let (key, document) = read_key(&at, id)?;
        others.push((Kind::ApiKey, key, document));
    }
    Ok(Seed {
        id,
        account: without(
            place.value(),
            &["id", "buttons", "api_keys", "api_clients", "embed_keys"],
        ),
        buttons: buttons.iter().map(read).collect::<Result<_, _>>()?,
        others,
    })
}

/// Lists of a seed's other documents, and who reads them.
type Others = (&'static str, Kind, fn(&Place<'_>) -> Result<(), Flaw>);
const OTHERS: &[Others] = &[
    ("api_clients", Kind::ApiClient, |at| {
        ApiClient::read(at).map(|_| ())
    }),
    ("embed_keys", Kind::EmbedKey, |at| {
        EmbedKey::read(at).map(|_| ())
    }),
];

/// An API key: what is kept of it is its hash.
fn read_key(place: &Place<'_>, account: HexId) -> Result<(HexId, Value), Flaw> {
    let key = place.field("key")?;
    let text = key.text()?;
    if api_key::account(text) != Some(account) {
        return Err(key.wrong("is not the account's id and 32 further hexadecimal characters"));
    }
    read_name(place)?;
    let mut document = without(place.value(), &["id", "key"]);
    set(&mut document, HASHES, json!([api_key::hash(text)]));
    Ok((read_id(place)?, document))
}

fn read_id(place: &Place<'_>) -> Result<HexId, Flaw> {
    let id = place.field("id")?;
    HexId::parse(id.text()?).ok_or_else(|| id.wrong("is not 32 hexadecimal characters"))
}

fn without(document: &Value, names: &[&str]) -> Value {
    let mut kept = document.as_object().cloned().unwrap_or_default();
    kept.retain(|name, _| !names.contains(&name.as_str()));
    Value::Object(kept)
}
