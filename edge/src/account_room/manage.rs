//! What admins ask of an account's room: to list, make, read, change and delete
//! its documents. Kazoo's manners: its words for what is wrong, a deleted
//! document comes back once more, a patch with `null` takes a property away.

use call::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::documents::{Documents, Kind, Stored};
use super::history::{self, History, Search};
use super::paging::{self, Page};
use super::trouble::{Managed, Trouble};
use crate::admission::hours::Hours;
use crate::admission::{Breaker, ButtonRules};
use crate::auth::client::{ApiClient, MOST_CREDENTIALS};
use crate::auth::embed_key::EmbedKey;
use crate::auth::kazoo_token::Role;
use crate::clock::rfc3339;
use crate::config::{Connection, Settings};
use crate::document::{Account, ApiKey, Button, Flaw, Flaws, HASHES, Place, has_hash, set};
use crate::ids::{ButtonId, HexId};
use crate::operator;
use crate::sinks::{Sink, host, is_allowed};
use crate::zone::Zone;

/// Documents of one kind: more than any enterprise has buttons or keys, and few
/// enough that a stolen key cannot fill the room.
const MOST_DOCUMENTS: usize = 1_000;
/// Seconds of the longest range of a history: what is kept, and an hour for
/// clocks that differ (Kazoo's).
const LONGEST_RANGE_S: u64 = 31 * 86_400 + 3_600;
/// Properties that begin so are ours alone, as in Kazoo.
const PRIVATE: &str = "pvt_";
/// A further secret's hash for an API client, which only the worker can send.
pub const NEW_SECRET: &str = "pvt_new_secret";
/// What Kazoo adds to a document on the way out.
const READ_ONLY: &str = "_read_only";

/// A question of an admin.
#[derive(Debug, Serialize, Deserialize)]
pub struct Manage {
    /// The account.
    pub account: HexId,
    /// Who asks.
    pub who: Who,
    /// What for.
    pub verb: Verb,
    /// Of which documents.
    pub kind: Kind,
    /// Of which of them; of a new one the id that it gets.
    pub id: String,
    /// What a write brings.
    pub data: Value,
    /// The revision that the asker has seen (`If-Match`).
    pub revision: Option<u64>,
    /// Which part of a list.
    pub page: Page,
}

/// Who asks. An API key's document has to stand still.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Who {
    /// Whoever runs the deployment.
    Deployment,
    /// The holder of an API key.
    Key(HexId),
    /// Somebody who shows an API key.
    Guest,
}

/// What is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Verb {
    /// Which API key has this hash?
    Enter,
    /// List.
    List,
    /// List what was changed by whom.
    Audit,
    /// List the account's calls, or those of the button `id`.
    History,
    /// Make a new one.
    Create,
    /// Read one.
    Read,
    /// Put other public properties in the place of all.
    Replace,
    /// Change some properties.
    Patch,
    /// Delete.
    Delete,
}

impl Verb {
    fn writes(self) -> bool {
        matches!(
            self,
            Self::Create | Self::Replace | Self::Patch | Self::Delete
        )
    }

    fn name(self) -> &'static str {
        match self {
            Self::Create => "create",
            Self::Replace => "replace",
            Self::Patch => "patch",
            Self::Delete => "delete",
            Self::Enter | Self::List | Self::Audit | Self::History | Self::Read => "read",
        }
    }
}

/// A room's documents, with all that deciding about them needs.
pub struct Manager<'a> {
    /// The deployment's settings.
    pub settings: &'a Settings,
    /// The documents.
    pub documents: Documents<'a>,
    /// The calls.
    pub history: History<'a>,
    /// When the account's spend breaker tripped last.
    pub breaker: Option<Breaker>,
    /// Now.
    pub now: Millis,
}

impl Manager<'_> {
    /// Answers an admin.
    pub fn answer(&self, ask: &Manage) -> worker::Result<Managed> {
        let seed = self.settings.seed(ask.account);
        let account = self.documents.account(ask.account, seed, self.now)?;
        let founding = ask.kind == Kind::Account && ask.verb == Verb::Create;
        if account.is_none() && !(founding && ask.who == Who::Deployment) {
            return Ok(Trouble::unknown(&ask.account.to_string()).into());
        }
        if ask.verb == Verb::Enter {
            return self.enter(ask);
        }
        if let Some(trouble) = self.refuses(ask)? {
            return Ok(trouble.into());
        }
        match ask.verb {
            Verb::List | Verb::Enter => self.list(ask),
            Verb::Audit => self.audit(ask),
            Verb::History => self.history(ask),
            Verb::Read => self.read(ask),
            Verb::Create => self.create(ask),
            Verb::Replace | Verb::Patch => self.change(ask),
            Verb::Delete => self.delete(ask),
        }
    }

    /// Finds the API key with the hash in `data`.
    fn enter(&self, ask: &Manage) -> worker::Result<Managed> {
        let hash = ask.data.as_str().unwrap_or_default();
        let keys = self.documents.list(Kind::ApiKey, "", MOST_DOCUMENTS)?;
        let found = keys.iter().find(|(_, key)| has_hash(&key.body, hash));
        Ok(match found {
            Some((id, key)) => Managed::ok(public(ask, id, key, self.settings)),
            None => Trouble::unknown("").into(),
        })
    }

    /// Why whoever asks may not. A key that was deleted opens nothing more.
    fn refuses(&self, ask: &Manage) -> worker::Result<Option<Trouble>> {
        let Who::Key(id) = ask.who else {
            return Ok((ask.who == Who::Guest).then_some(Trouble::STRANGER));
        };
        let Some(key) = self.documents.read(Kind::ApiKey, &id.to_string())? else {
            return Ok(Some(Trouble::STRANGER));
        };
        let role = ApiKey::read(&Place::whole(&key.body)).map(|key| key.role);
        let viewer = role != Ok(Role::Admin);
        // Accounts are made and ended by whoever runs the deployment.
        let beyond = ask.kind == Kind::Account && matches!(ask.verb, Verb::Create | Verb::Delete);
        Ok((beyond || viewer && ask.verb.writes()).then_some(Trouble::FORBIDDEN))
    }

    fn list(&self, ask: &Manage) -> worker::Result<Managed> {
        let name = ask.kind.as_str();
        let Some(from) = ask.page.start(&ask.account, name) else {
            return Ok(Trouble::bad_start_key().into());
        };
        let size = ask.page.size();
        let mut found = self.documents.list(ask.kind, &from, size + 1)?;
        let next = found.get(size).map(|(id, _)| id.clone());
        found.truncate(size);
        let row = |(id, stored): &(String, Stored)| summary(ask, id, stored);
        let rows: Vec<Value> = found.iter().map(row).collect();
        let next = next.map(|id| paging::key(&ask.account, name, &id));
        Ok(Managed::page(rows, next))
    }

    fn audit(&self, ask: &Manage) -> worker::Result<Managed> {
        let Some(before) = ask.page.start(&ask.account, "audit") else {
            return Ok(Trouble::bad_start_key().into());
        };
        let before = before.parse().unwrap_or(u64::from(u32::MAX));
        let size = ask.page.size();
        let mut found = self.documents.notes(before, size + 1)?;
        let more = found.len() > size;
        found.truncate(size);
        let last = found.last().filter(|_| more).map(|(seq, _)| *seq);
        let next = last.map(|seq| paging::key(&ask.account, "audit", &seq.to_string()));
        let rows = found.into_iter().map(|(_, entry)| entry).collect();
        Ok(Managed::page(rows, next))
    }

    /// Calls, newest first. An unknown button has none, as in Kazoo.
    fn history(&self, ask: &Manage) -> worker::Result<Managed> {
        let list = format!("history {}", ask.id);
        let Some(place) = ask.page.start(&ask.account, &list) else {
            return Ok(Trouble::bad_start_key().into());
        };
        let bound = |name: &str| ask.data.get(name).and_then(Value::as_u64).map(Millis);
        let to = bound("to").unwrap_or(self.now.plus_seconds(1));
        let earliest = Millis(to.0.saturating_sub(LONGEST_RANGE_S * 1000));
        let from = bound("from").unwrap_or(earliest);
        if from.0 < earliest.0 {
            let message = "The range is longer than the 31 days that are kept";
            return Ok(Trouble::invalid("created_from", "date_range", message).into());
        }
        let size = ask.page.size();
        let mut found = self.history.find(&Search {
            button: &ask.id,
            from,
            to,
            before: history::read_place(&place),
            most: size + 1,
        })?;
        let more = found.len() > size;
        found.truncate(size);
        let last = found
            .last()
            .filter(|_| more)
            .map(|(place, _)| place.clone());
        let next = last.map(|place| paging::key(&ask.account, &list, &place));
        let rows = found.into_iter().map(|(_, item)| item).collect();
        Ok(Managed::page(rows, next))
    }

    fn read(&self, ask: &Manage) -> worker::Result<Managed> {
        let found = self.documents.read(ask.kind, &ask.id)?;
        Ok(match found {
            Some(stored) => {
                let mut data = public(ask, &ask.id, &stored, self.settings);
                self.add_breaker(ask, &mut data);
                Managed::ok(data).with_revision(stored.revision)
            }
            None => Trouble::unknown(&ask.id).into(),
        })
    }

    fn create(&self, ask: &Manage) -> worker::Result<Managed> {
        let known = self.documents.list(ask.kind, "", MOST_DOCUMENTS)?;
        if known.len() >= MOST_DOCUMENTS || self.documents.read(ask.kind, &ask.id)?.is_some() {
            return Ok(Trouble::CONFLICT.into());
        }
        let mut body = incoming(&ask.data, true);
        body.retain(|_, value| !value.is_null());
        if ask.kind == Kind::Clicktocall {
            coerce(&mut body);
            body.entry("auth_required").or_insert(true.into());
            body.entry("custom_application_vars")
                .or_insert_with(|| json!({}));
        }
        self.keep(ask, &Value::Object(body), 201)
    }

    fn change(&self, ask: &Manage) -> worker::Result<Managed> {
        let Some(old) = self.documents.read(ask.kind, &ask.id)? else {
            return Ok(Trouble::unknown(&ask.id).into());
        };
        if ask.revision.is_some_and(|seen| seen != old.revision) {
            return Ok(Trouble::CONFLICT.into());
        }
        let old = old.body.as_object().cloned().unwrap_or_default();
        let known_secrets = list(old.get("secrets"));
        if ask.data.get(NEW_SECRET).is_some() && known_secrets.len() >= MOST_CREDENTIALS {
            return Ok(Trouble::CONFLICT.into());
        }
        let new = incoming(&ask.data, false);
        if let Err(flaws) = check_unkept(ask, &new) {
            return Ok(Trouble::flawed(&flaws).into());
        }
        let patch = ask.verb == Verb::Patch;
        let kept = |name: &str| {
            patch
                || name.starts_with(PRIVATE)
                // What may be spent and where is for whoever runs the deployment to say.
                || (ask.kind == Kind::Account && name == "connections")
        };
        let mut body: Map<String, Value> = old.into_iter().filter(|(name, _)| kept(name)).collect();
        for (name, value) in new {
            let fixed = ask.kind == Kind::Account && name == "connections";
            if fixed && ask.who != Who::Deployment {
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
            Kind::ApiClient => keep_secrets(&mut body, known_secrets, &ask.data),
            _ => {}
        }
        self.keep(ask, &Value::Object(body), 200)
    }

    fn delete(&self, ask: &Manage) -> worker::Result<Managed> {
        let Some(stored) = self.documents.read(ask.kind, &ask.id)? else {
            return Ok(Trouble::unknown(&ask.id).into());
        };
        if ask.revision.is_some_and(|seen| seen != stored.revision) {
            return Ok(Trouble::CONFLICT.into());
        }
        self.documents.delete(ask.kind, &ask.id)?;
        self.note(ask)?;
        let mut data = public(ask, &ask.id, &stored, self.settings);
        if let Some(read_only) = data.get_mut(READ_ONLY) {
            set(read_only, "deleted", true);
        }
        Ok(Managed::ok(data).with_revision(stored.revision))
    }

    /// Stores a document if it is one.
    fn keep(&self, ask: &Manage, body: &Value, status: u16) -> worker::Result<Managed> {
        if let Err(flaws) = self.check(ask, body) {
            return Ok(Trouble::flawed(&flaws).into());
        }
        self.documents.write(ask.kind, &ask.id, body, self.now)?;
        self.note(ask)?;
        let read = self.read(ask)?;
        Ok(Managed { status, ..read })
    }

    fn note(&self, ask: &Manage) -> worker::Result<()> {
        let who = match ask.who {
            Who::Key(id) => id.to_string(),
            Who::Deployment | Who::Guest => "deployment".to_owned(),
        };
        let entry = json!({
            "at": rfc3339(self.now), "who": who, "action": ask.verb.name(),
            "kind": ask.kind.as_str(), "id": ask.id,
        });
        self.documents.note(&entry, self.now)
    }

    fn check(&self, ask: &Manage, body: &Value) -> Result<(), Flaws> {
        let place = Place::whole(body);
        match ask.kind {
            Kind::Account => {
                let account = Account::read(&place)?;
                self.check_connections(&place, &account.connections)?;
                Ok(self.check_sink(&place, account.sink.as_ref())?)
            }
            Kind::Clicktocall => {
                let button = Button::read(&place)?;
                Ok(self.check_button(ask, &place, &button)?)
            }
            Kind::ApiKey => ApiKey::read(&place).map(|_| ()),
            Kind::ApiClient => Ok(ApiClient::read(&place).map(|_| ())?),
            Kind::EmbedKey => Ok(EmbedKey::read(&place).map(|_| ())?),
        }
    }

    fn check_connections(&self, place: &Place<'_>, names: &[String]) -> Result<(), Flaw> {
        let unknown = |name: &&String| self.settings.connection(name).is_none();
        if names.iter().any(|name| unknown(&name)) {
            let place = place.field("connections")?;
            return Err(place.wrong("names a connection that the deployment does not have"));
        }
        Ok(())
    }

    /// Whether this deployment may tell the account's sink.
    fn check_sink(&self, place: &Place<'_>, sink: Option<&Sink>) -> Result<(), Flaw> {
        let public = self.settings.public_url.as_deref().unwrap_or_default();
        let own = [host(public); 2];
        match sink {
            Some(sink) if !is_allowed(sink, own, self.settings.loopback) => {
                let url = place.field("sink")?.field("url")?;
                Err(url.wrong("has to begin with https:// and must not be our own address"))
            }
            _ => Ok(()),
        }
    }

    /// What a button's document alone cannot tell: whether its connection is
    /// the account's, and takes such an extension.
    fn check_button(&self, ask: &Manage, place: &Place<'_>, button: &Button) -> Result<(), Flaw> {
        let id = ask.account.to_string();
        let account = self.documents.read(Kind::Account, &id).ok().flatten();
        let account = account.and_then(|it| Account::read(&Place::whole(&it.body)).ok());
        let wanted = button.connection.as_deref();
        let name = account.as_ref().and_then(|it| it.connection(wanted));
        let Some(connection) = name.and_then(|name| self.settings.connection(name)) else {
            let field = place.optional("connection")?;
            let problem = "is none of the account's connections";
            return Err(field.map_or_else(|| place.wrong(problem), |at| at.wrong(problem)));
        };
        let internal = button.extension.number().is_none();
        if internal && !matches!(connection, Connection::Kazoo(_)) {
            let problem =
                "has to be a phone number such as +4930123456: only a Kazoo system has extensions";
            return Err(place.field("extension")?.wrong(problem));
        }
        if button.record && operator::records_by_itself(connection) {
            let problem = "cannot be asked for there: a Kazoo system records by its own settings";
            return Err(place.field("recording")?.wrong(problem));
        }
        self.check_rules(place, &button.rules)
    }

    /// What of a button's rules only the runtime and the settings can tell.
    fn check_rules(&self, place: &Place<'_>, rules: &ButtonRules) -> Result<(), Flaw> {
        let unknown = |hours: &Hours| Zone::named(&hours.time_zone).is_none();
        if rules.hours.as_ref().is_some_and(unknown) {
            let zone = place.field("hours")?.field("timeZone")?;
            return Err(zone.wrong("is no time zone that is known, such as Europe/Berlin"));
        }
        if rules.captcha && self.settings.turnstile.is_none() {
            let problem = "needs a captcha, which the deployment does not have";
            return Err(place.field("captcha")?.wrong(problem));
        }
        Ok(())
    }

    /// What only the room knows of an account: when and why it stopped spending.
    fn add_breaker(&self, ask: &Manage, data: &mut Value) {
        let Some(breaker) = self.breaker.filter(|_| ask.kind == Kind::Account) else {
            return;
        };
        if let Some(read_only) = data.get_mut(READ_ONLY) {
            let told = json!({ "at": rfc3339(breaker.at), "spent": breaker.spent.as_str() });
            set(read_only, "breaker", told);
        }
    }
}

/// A document as it may be written: without what is private or ours to say.
fn incoming(data: &Value, with_private: bool) -> Map<String, Value> {
    let all = data.as_object().cloned().unwrap_or_default();
    // A new document's hashes come with it from the worker, which has taken
    // private properties of the request away.
    let private = |name: &str| name.starts_with(PRIVATE) && !(with_private && name == HASHES);
    let ours = |name: &str| name == "id" || name == READ_ONLY || private(name);
    all.into_iter().filter(|(name, _)| !ours(name)).collect()
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
fn coerce(body: &mut Map<String, Value>) {
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

/// What a change brings and is not kept as it comes still has to be right: what
/// is no list must not pass for an empty one.
fn check_unkept(ask: &Manage, new: &Map<String, Value>) -> Result<(), Flaws> {
    let given = |name: &str| new.get(name).filter(|value| !value.is_null());
    if let (Kind::ApiClient, Some(secrets)) = (ask.kind, given("secrets")) {
        let client = json!({ "name": "-", "secrets": secrets });
        ApiClient::read(&Place::whole(&client))?;
    }
    if let (Kind::Account, Some(connections)) = (ask.kind, given("connections")) {
        let account = json!({ "connections": connections });
        Account::read(&Place::whole(&account))?;
    }
    Ok(())
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

fn list(value: Option<&Value>) -> Vec<Value> {
    value.and_then(Value::as_array).cloned().unwrap_or_default()
}

/// A document as admins see it.
fn public(ask: &Manage, id: &str, stored: &Stored, settings: &Settings) -> Value {
    let mut body = stored.body.as_object().cloned().unwrap_or_default();
    body.retain(|name, _| !name.starts_with(PRIVATE));
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
    body.insert(READ_ONLY.to_owned(), read_only);
    Value::Object(body)
}

/// A document's line in a list. Of buttons Kazoo shows so much and no more.
fn summary(ask: &Manage, id: &str, stored: &Stored) -> Value {
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
#[path = "manage_tests.rs"]
mod tests;
