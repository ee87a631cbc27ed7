//! What opens an account: API keys for people and their tools, API clients for
//! programs, embed keys for the servers of CRMs. Their secrets are no part of
//! the documents: kept is at most a hash, under a private name.

use serde_json::Value;

use super::account::LONGEST_NAME;
use super::{Flaws, Place};
use crate::auth::kazoo_token::Role;

/// The private property with the hashes of a document's secrets.
pub const HASHES: &str = "pvt_hashes";

/// An API key's document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ApiKey {
    /// What it may do.
    pub role: Role,
}

impl ApiKey {
    /// Reads an API key's document.
    pub fn read(place: &Place<'_>) -> Result<Self, Flaws> {
        let roles = [("admin", Role::Admin), ("viewer", Role::Viewer)];
        let mut flaws = Flaws::default();
        let name = flaws.keep(read_name(place));
        let role = flaws.keep(place.optional_or("role", Role::Admin, |at| at.word(&roles)));
        match (name, role) {
            (Some(()), Some(role)) => Ok(Self { role }),
            _ => Err(flaws),
        }
    }
}

/// Everything that opens something has a name, by which people know it again.
pub fn read_name(place: &Place<'_>) -> Result<(), super::Flaw> {
    place.field("name")?.text_up_to(LONGEST_NAME).map(|_| ())
}

/// Whether one of the document's secrets has this hash.
#[must_use]
pub fn has_hash(document: &Value, hash: &str) -> bool {
    let hashes = document.get(HASHES).and_then(Value::as_array);
    let mut hashes = hashes.into_iter().flatten().filter_map(Value::as_str);
    hashes.any(|known| crate::keys::same(known.as_bytes(), hash.as_bytes()))
}
