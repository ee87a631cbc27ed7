//! What admins ask of an account's room: to list, make, read, change and delete
//! its documents. Kazoo's manners: its words for what is wrong, a deleted
//! document comes back once more, a patch with `null` takes a property away.

use call::Millis;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::body::{READ_ONLY, changed, coerce, incoming, list, public};
use super::check::check_unkept;
use super::documents::{Documents, Kind};
use super::history::History;
use super::paging::Page;
use super::trouble::{Managed, Trouble};
use crate::admission::Breaker;
use crate::auth::client::MOST_CREDENTIALS;
use crate::auth::kazoo_token::Role;
use crate::clock::rfc3339;
use crate::config::Settings;
use crate::document::{ApiKey, Place, has_hash, set};
use crate::ids::HexId;

/// Documents of one kind: more than any enterprise has buttons or keys, and few
/// enough that a stolen key cannot fill the room.
const MOST_DOCUMENTS: usize = 1_000;
/// A further secret's hash for an API client, which only the worker can send.
pub const NEW_SECRET: &str = "pvt_new_secret";
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
        let secrets = list(old.get("secrets")).len();
        if ask.data.get(NEW_SECRET).is_some() && secrets >= MOST_CREDENTIALS {
            return Ok(Trouble::CONFLICT.into());
        }
        let new = incoming(&ask.data, false);
        if let Err(flaws) = check_unkept(ask, &new) {
            return Ok(Trouble::flawed(&flaws).into());
        }
        self.keep(ask, &Value::Object(changed(ask, &old, new)), 200)
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
