//! An account's documents: itself, its buttons, its keys.

use call::Millis;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::config::Seed;
use crate::document::{Account, Button, Flaws, Place};
use crate::ids::HexId;
use crate::sql::{Row, Tables, int};

/// What a document is; Kazoo's names where it has them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// The account itself; its id is the account's.
    Account,
    /// A button.
    Clicktocall,
    /// Opens the account to people and their tools.
    ApiKey,
    /// Opens the call API to a program.
    ApiClient,
    /// Encrypts the tokens of agents.
    EmbedKey,
}

impl Kind {
    /// The name in the table and in the audit log.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Clicktocall => "clicktocall",
            Self::ApiKey => "api_key",
            Self::ApiClient => "api_client",
            Self::EmbedKey => "embed_key",
        }
    }
}

/// A stored document.
#[derive(Clone, Debug, PartialEq)]
pub struct Stored {
    /// Its content.
    pub body: Value,
    /// Counts its changes from 1.
    pub revision: u64,
    /// When it was made.
    pub created: Millis,
    /// When it was last changed.
    pub modified: Millis,
}

/// The table of documents.
pub struct Documents<'a> {
    tables: &'a Tables,
}

impl<'a> Documents<'a> {
    /// The documents in these tables.
    #[must_use]
    pub fn new(tables: &'a Tables) -> Self {
        Self { tables }
    }

    /// The document with this id.
    pub fn read(&self, kind: Kind, id: &str) -> worker::Result<Option<Stored>> {
        let query = "SELECT body, revision, created, modified FROM document
                     WHERE kind = ? AND id = ?";
        let row = self
            .tables
            .first(query, vec![kind.as_str().into(), id.into()])?;
        row.map(|row| stored(&row)).transpose()
    }

    /// Keeps a new document, or a new content of it.
    pub fn write(&self, kind: Kind, id: &str, body: &Value, now: Millis) -> worker::Result<()> {
        let query = "INSERT INTO document VALUES (?, ?, ?, 1, ?, ?) ON CONFLICT (kind, id)
                     DO UPDATE SET body = excluded.body, revision = revision + 1,
                     modified = excluded.modified";
        let body = serde_json::to_string(body)?;
        self.tables.run(
            query,
            vec![
                kind.as_str().into(),
                id.into(),
                body.into(),
                int(now.0),
                int(now.0),
            ],
        )
    }

    /// Forgets a document.
    pub fn delete(&self, kind: Kind, id: &str) -> worker::Result<()> {
        let query = "DELETE FROM document WHERE kind = ? AND id = ?";
        let values = vec![kind.as_str().into(), id.into()];
        self.tables.run(query, values)
    }

    /// The documents of a kind with their ids, by id, from `from` on.
    pub fn list(
        &self,
        kind: Kind,
        from: &str,
        most: usize,
    ) -> worker::Result<Vec<(String, Stored)>> {
        let query = "SELECT body, revision, created, modified, id FROM document
                     WHERE kind = ? AND id >= ? ORDER BY id LIMIT ?";
        let most = int(u64::try_from(most).unwrap_or(u64::MAX));
        let values = vec![kind.as_str().into(), from.into(), most];
        let rows = self.tables.rows(query, values)?;
        rows.iter()
            .map(|row| Ok((row.text(4)?.to_owned(), stored(row)?)))
            .collect()
    }

    /// Notes who changed what.
    pub fn note(&self, entry: &Value, now: Millis) -> worker::Result<()> {
        let entry = serde_json::to_string(entry)?;
        let query = "INSERT INTO audit (at, entry) VALUES (?, ?)";
        self.tables.run(query, vec![int(now.0), entry.into()])
    }

    /// What was changed, newest first, before the entry `before`.
    pub fn notes(&self, before: u64, most: usize) -> worker::Result<Vec<(u64, Value)>> {
        let query = "SELECT seq, entry FROM audit WHERE seq < ? ORDER BY seq DESC LIMIT ?";
        let most = int(u64::try_from(most).unwrap_or(u64::MAX));
        let rows = self.tables.rows(query, vec![int(before), most])?;
        rows.iter()
            .map(|row| Ok((row.int(0)?, serde_json::from_str(row.text(1)?)?)))
            .collect()
    }

    /// The account, if there is one. A room that is opened for the first time
    /// begins with the deployment's seed.
    pub fn account(
        &self,
        id: HexId,
        seed: Option<&Seed>,
        now: Millis,
    ) -> worker::Result<Option<Account>> {
        if self.read(Kind::Account, &id.to_string())?.is_none() {
            let Some(seed) = seed else {
                return Ok(None);
            };
            for (button, document) in &seed.buttons {
                self.write(Kind::Clicktocall, &button.to_string(), document, now)?;
            }
            for (kind, id, document) in &seed.others {
                self.write(*kind, &id.to_string(), document, now)?;
            }
            self.write(Kind::Account, &id.to_string(), &seed.account, now)?;
        }
        let stored = self.read(Kind::Account, &id.to_string())?;
        stored
            .map(|stored| Account::read(&Place::whole(&stored.body)).map_err(unreadable))
            .transpose()
    }

    /// The button with this id, and its document.
    pub fn button(&self, id: HexId) -> worker::Result<Option<(Button, Value)>> {
        let Some(stored) = self.read(Kind::Clicktocall, &id.to_string())? else {
            return Ok(None);
        };
        let button = Button::read(&Place::whole(&stored.body)).map_err(unreadable)?;
        Ok(Some((button, stored.body)))
    }
}

fn stored(row: &Row) -> worker::Result<Stored> {
    Ok(Stored {
        body: serde_json::from_str(row.text(0)?)?,
        revision: row.int(1)?,
        created: Millis(row.int(2)?),
        modified: Millis(row.int(3)?),
    })
}

/// A stored document was right when it was stored.
fn unreadable(flaws: Flaws) -> worker::Error {
    worker::Error::RustError(format!("stored document: {flaws}"))
}
