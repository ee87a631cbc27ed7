//! What becomes of a document's content on its way in and out.

use serde_json::{Map, Value, json};

use super::documents::{Kind, Stored};
use super::manage::{Manage, NEW_SECRET, Verb, Who};
use crate::clock::rfc3339;
use crate::config::Settings;
use crate::document::{HASHES, set};
use crate::ids::{ButtonId, HexId};

/// Properties that begin so are ours alone, as in Kazoo.
const PRIVATE: &str = "pvt_";
/// What Kazoo adds to a document on the way out.
pub(super) const READ_ONLY: &str = "_read_only";
/// Who is told of an account's calls, at which address, and by which token.
const SINK: &str = "sink";
const URL: &str = "url";
const TOKEN: &str = "token";

/// A document as it may be written: without what is private or ours to say.
pub(super) fn incoming(data: &Value, with_private: bool) -> Map<String, Value> {
    let mut all = data.as_object().cloned().unwrap_or_default();
    // A new document's hashes come with it from the worker, which has taken
    // private properties of the request away.
    let private = |name: &str| name.starts_with(PRIVATE) && !(with_private && name == HASHES);
    let ours = |name: &str| name == "id" || name == READ_ONLY || private(name);
    all.retain(|name, _| !ours(name));
    all
}

/// What a document becomes by a change that brings `new`.
pub(super) fn changed(
    ask: &Manage,
    old: &Map<String, Value>,
    new: Map<String, Value>,
) -> Map<String, Value> {
    let patch = ask.verb == Verb::Patch;
    // What may be spent and where is for whoever runs the deployment to say.
    let spending = |name: &str| ask.kind == Kind::Account && name == "connections";
    let mut body = old.clone();
    body.retain(|name, _| patch || name.starts_with(PRIVATE) || spending(name));
    let token = asked_token(&new);
    for (name, value) in new {
        if spending(&name) && ask.who != Who::Deployment {
            continue;
        }
        if patch {
            merge(body.entry(name).or_insert(Value::Null), value);
        } else {
            body.insert(name, value);
        }
    }
    body.retain(|_, value| !value.is_null());
    match ask.kind {
        Kind::Clicktocall => coerce(&mut body),
        Kind::ApiClient => keep_secrets(&mut body, list(old.get("secrets")), &ask.data),
        Kind::Account => keep_token(&mut body, old.get(SINK), token),
        Kind::ApiKey | Kind::EmbedKey => {}
    }
    body
}

/// Merges as Kazoo patches: objects by property, all else as a whole.
fn merge(old: &mut Value, new: Value) {
    match (old, new) {
        (Value::Object(old), Value::Object(new)) => {
            for (name, value) in new {
                if value.is_null() {
                    old.remove(&name);
                } else {
                    merge(old.entry(name).or_insert(Value::Null), value);
                }
            }
        }
        (old, new) => *old = new,
    }
}

/// Kazoo takes numbers and booleans that are spelled as texts.
pub(super) fn coerce(body: &mut Map<String, Value>) {
    const COERCED: &[&str] = &["auth_required", "throttle", "timeout"];
    for name in COERCED {
        let Some(Value::String(text)) = body.get(*name) else {
            continue;
        };
        let meant = serde_json::from_str::<Value>(text);
        if let Some(meant) = meant.ok().filter(|it| it.is_boolean() || it.is_u64()) {
            body.insert((*name).to_owned(), meant);
        }
    }
}

/// Secrets can be taken away by whoever manages a client, and added by the
/// worker alone: what somebody thinks up may be guessed.
fn keep_secrets(body: &mut Map<String, Value>, known: Vec<Value>, data: &Value) {
    let wanted = body.get("secrets").map(|secrets| list(Some(secrets)));
    let mut kept = known;
    if let Some(wanted) = wanted {
        kept.retain(|secret| wanted.contains(secret));
    }
    kept.extend(data.get(NEW_SECRET).map(|hash| json!({ "hash": hash })));
    body.insert("secrets".to_owned(), kept.into());
}

/// The token that a change brings for the account's sink; `null` takes it away.
fn asked_token(new: &Map<String, Value>) -> Option<Value> {
    new.get(SINK).and_then(|sink| sink.get(TOKEN)).cloned()
}

/// A sink's token is shown to nobody, so whoever sends back what was read does
/// not have it: it stays. It stays with its address alone: nobody who may change
/// the address gets the token told there.
fn keep_token(body: &mut Map<String, Value>, old: Option<&Value>, asked: Option<Value>) {
    let Some(sink) = body.get_mut(SINK).and_then(Value::as_object_mut) else {
        return;
    };
    let same = old.and_then(|old| old.get(URL)) == sink.get(URL);
    let known = old.and_then(|old| old.get(TOKEN)).filter(|_| same);
    match asked.or_else(|| known.cloned()) {
        Some(token) if !token.is_null() => sink.insert(TOKEN.to_owned(), token),
        _ => sink.remove(TOKEN),
    };
}

pub(super) fn list(value: Option<&Value>) -> Vec<Value> {
    value.and_then(Value::as_array).cloned().unwrap_or_default()
}

/// A document as admins see it.
pub(super) fn public(ask: &Manage, id: &str, stored: &Stored, settings: &Settings) -> Value {
    let mut body = stored.body.as_object().cloned().unwrap_or_default();
    body.retain(|name, _| !name.starts_with(PRIVATE));
    let sink = body.get_mut(SINK).and_then(Value::as_object_mut);
    let token = sink.and_then(|sink| sink.remove(TOKEN));
    body.insert("id".to_owned(), id.into());
    let mut read_only = json!({
        "created": rfc3339(stored.created), "modified": rfc3339(stored.modified),
    });
    if let (Kind::Clicktocall, Some(clicktocall)) = (ask.kind, HexId::parse(id)) {
        let account = ask.account;
        let button = ButtonId {
            account,
            clicktocall,
        };
        set(&mut read_only, "button_id", button.encode(&settings.key));
    }
    if ask.kind == Kind::Account {
        set(&mut read_only, "sink_has_token", token.is_some());
    }
    body.insert(READ_ONLY.to_owned(), read_only);
    Value::Object(body)
}

/// A document's line in a list. Of buttons Kazoo shows so much and no more.
pub(super) fn summary(ask: &Manage, id: &str, stored: &Stored) -> Value {
    let field = |name: &str| stored.body.get(name).cloned().unwrap_or_default();
    match ask.kind {
        Kind::Clicktocall => {
            json!({ "id": id, "name": field("name"), "extension": field("extension") })
        }
        Kind::ApiKey => json!({ "id": id, "name": field("name"), "role": field("role") }),
        _ => json!({ "id": id, "name": field("name") }),
    }
}

#[cfg(test)]
#[path = "body_tests.rs"]
mod tests;
