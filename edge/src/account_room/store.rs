//! The tables of an account's room. Every written row costs money, so there
//! are few, with no index but their keys.

use call::{Millis, Number, Status};
use worker::SqlStorage;

use super::documents::Documents;
use super::words::{Admit, Ended};
use crate::sql::{Tables, int};

/// The tables' version. The first had no documents; otherwise it was the same.
const SCHEMA: u64 = 2;

/// One row per call is at once its idempotency record and its history.
const CREATE: &str = "
CREATE TABLE IF NOT EXISTS room (schema INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS call (
  key TEXT PRIMARY KEY, body TEXT NOT NULL, call_id TEXT NOT NULL, button TEXT NOT NULL,
  contact TEXT NOT NULL, at INTEGER NOT NULL,
  state TEXT, reason TEXT, duration INTEGER, ended_at INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lease (
  contact TEXT PRIMARY KEY, call_id TEXT NOT NULL, since INTEGER NOT NULL, until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS day (day INTEGER PRIMARY KEY, placed INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS document (
  kind TEXT NOT NULL, id TEXT NOT NULL, body TEXT NOT NULL,
  revision INTEGER NOT NULL, created INTEGER NOT NULL, modified INTEGER NOT NULL,
  PRIMARY KEY (kind, id)
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS spent (token TEXT PRIMARY KEY, until INTEGER NOT NULL) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS audit (seq INTEGER PRIMARY KEY, at INTEGER NOT NULL, entry TEXT NOT NULL);
";

/// The room's storage.
pub struct Store {
    tables: Tables,
}

/// An earlier request with the same key.
pub struct Earlier {
    /// Digest of its body.
    pub body: String,
    /// The call it became.
    pub call_id: String,
}

/// A contact's active call.
pub struct Active {
    /// The call.
    pub call_id: String,
    /// When it was admitted.
    pub since: Millis,
}

impl Store {
    /// The room's storage, with its tables made or migrated.
    pub fn open(sql: SqlStorage) -> worker::Result<Self> {
        let tables = Tables::new(sql);
        tables.run(CREATE, vec![])?;
        match tables.first("SELECT schema FROM room", vec![])? {
            None => tables.run("INSERT INTO room VALUES (?)", vec![int(SCHEMA)])?,
            Some(row) if row.int(0)? == SCHEMA => {}
            Some(row) if row.int(0)? == 1 => {
                tables.run("UPDATE room SET schema = ?", vec![int(SCHEMA)])?;
            }
            Some(row) => return Err(format!("account room has schema {}", row.int(0)?).into()),
        }
        Ok(Self { tables })
    }

    /// The account's documents.
    #[must_use]
    pub fn documents(&self) -> Documents<'_> {
        Documents::new(&self.tables)
    }

    /// The request that used this key since `since`, if any.
    pub fn earlier(&self, key: &str, since: Millis) -> worker::Result<Option<Earlier>> {
        let query = "SELECT body, call_id FROM call WHERE key = ? AND at >= ?";
        let Some(row) = self.tables.first(query, vec![key.into(), int(since.0)])? else {
            return Ok(None);
        };
        let (body, call_id) = (row.text(0)?.to_owned(), row.text(1)?.to_owned());
        Ok(Some(Earlier { body, call_id }))
    }

    /// The contact's active call, and since when.
    pub fn active(&self, contact: &str, now: Millis) -> worker::Result<Option<Active>> {
        let query = "SELECT call_id, since FROM lease WHERE contact = ? AND until > ?";
        let row = self.tables.first(query, vec![contact.into(), int(now.0)])?;
        row.map(|row| {
            Ok(Active {
                call_id: row.text(0)?.to_owned(),
                since: Millis(row.int(1)?),
            })
        })
        .transpose()
    }

    /// Ends a lease.
    pub fn release(&self, contact: &Number, call_id: &str) -> worker::Result<()> {
        let query = "DELETE FROM lease WHERE contact = ? AND call_id = ?";
        self.tables
            .run(query, vec![contact.e164().into(), call_id.into()])
    }

    /// Calls placed on this day (days since 1970, UTC).
    pub fn placed_on(&self, day: u64) -> worker::Result<u64> {
        let row = self
            .tables
            .first("SELECT placed FROM day WHERE day = ?", vec![int(day)])?;
        row.map_or(Ok(0), |row| row.int(0))
    }

    /// Books an admitted call: its row, its lease until `until`, its day.
    pub fn book(&self, admit: &Admit, day: u64, until: Millis) -> worker::Result<()> {
        let contact = || admit.contact.e164().into();
        let call_id = || admit.call_id.as_str().into();
        self.tables.run(
            "INSERT OR REPLACE INTO call (key, body, call_id, button, contact, at)
             VALUES (?, ?, ?, ?, ?, ?)",
            vec![
                admit.key.as_str().into(),
                admit.body.as_str().into(),
                call_id(),
                admit.button.clicktocall.to_string().into(),
                contact(),
                int(admit.now.0),
            ],
        )?;
        self.tables.run(
            "INSERT OR REPLACE INTO lease VALUES (?, ?, ?, ?)",
            vec![contact(), call_id(), int(admit.now.0), int(until.0)],
        )?;
        self.tables.run(
            "INSERT INTO day VALUES (?, 1) ON CONFLICT (day) DO UPDATE SET placed = placed + 1",
            vec![int(day)],
        )
    }

    /// Notes a call's end. Told twice, it changes nothing.
    pub fn end(&self, ended: &Ended) -> worker::Result<()> {
        let (reason, duration) = match ended.status {
            Status::Disconnected {
                reason,
                duration_seconds,
                ..
            } => (Some(reason.as_str()), duration_seconds),
            Status::Failed { failure } => (Some(failure.as_str()), None),
            _ => (None, None),
        };
        self.tables.run(
            "UPDATE call SET state = ?, reason = ?, duration = ?, ended_at = ?
             WHERE key = ? AND call_id = ? AND ended_at IS NULL",
            vec![
                ended.status.state().as_str().into(),
                reason.into(),
                duration.map(i64::from).into(),
                int(ended.at.0),
                ended.key.as_str().into(),
                ended.call_id.as_str().into(),
            ],
        )?;
        self.tables.run(
            "DELETE FROM lease
             WHERE contact = (SELECT contact FROM call WHERE key = ?) AND call_id = ?",
            vec![ended.key.as_str().into(), ended.call_id.as_str().into()],
        )
    }

    /// Notes that a token that opens something once is used, until it expires.
    /// False: it was used before.
    pub fn spend(&self, token: &str, until: Millis, now: Millis) -> worker::Result<bool> {
        let query = "SELECT 1 FROM spent WHERE token = ? AND until > ?";
        let used = self.tables.first(query, vec![token.into(), int(now.0)])?;
        if used.is_some() {
            return Ok(false);
        }
        let query = "INSERT OR REPLACE INTO spent VALUES (?, ?)";
        self.tables.run(query, vec![token.into(), int(until.0)])?;
        Ok(true)
    }

    /// Forgets what is older than `at`, and tokens that have expired. True while
    /// anything is left.
    pub fn forget_before(&self, at: Millis, now: Millis) -> worker::Result<bool> {
        self.tables
            .run("DELETE FROM spent WHERE until < ?", vec![int(now.0)])?;
        self.tables
            .run("DELETE FROM call WHERE at < ?", vec![int(at.0)])?;
        self.tables
            .run("DELETE FROM lease WHERE until < ?", vec![int(at.0)])?;
        self.tables
            .run("DELETE FROM day WHERE day < ?", vec![int(at.0 / DAY_MS)])?;
        let left = "SELECT 1 FROM day UNION ALL SELECT 1 FROM spent";
        Ok(self.tables.first(left, vec![])?.is_some())
    }
}

/// Milliseconds of a day.
pub const DAY_MS: u64 = 86_400_000;
