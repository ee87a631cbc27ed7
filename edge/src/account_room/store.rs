//! The tables of an account's room. Every written row costs money, so there
//! are few, with no index but their keys.

use call::{Millis, Number, Status};
use serde::Deserialize;
use worker::{SqlStorage, SqlStorageValue, State};

use super::words::{Admit, Ended};

/// The tables' version. A later version migrates from here.
const SCHEMA: i64 = 1;

/// One row per call is at once its idempotency record and its history.
const CREATE: &str = "
CREATE TABLE IF NOT EXISTS room (schema INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS call (
  key TEXT PRIMARY KEY, body TEXT NOT NULL, call_id TEXT NOT NULL, button TEXT NOT NULL,
  contact TEXT NOT NULL, at INTEGER NOT NULL,
  state TEXT, reason TEXT, duration INTEGER, ended_at INTEGER
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS lease (
  contact TEXT PRIMARY KEY, call_id TEXT NOT NULL, until INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS day (day INTEGER PRIMARY KEY, placed INTEGER NOT NULL);
";

/// The room's storage.
pub struct Store {
    sql: SqlStorage,
}

/// An earlier request with the same key.
#[derive(Deserialize)]
pub struct Earlier {
    /// Digest of its body.
    pub body: String,
    /// The call it became.
    pub call_id: String,
}

/// An active call's lease.
pub struct Active {
    /// When it ends by itself.
    pub until: Millis,
}

#[derive(Deserialize)]
struct Count {
    count: u32,
}

#[derive(Deserialize)]
struct Schema {
    schema: i64,
}

impl Store {
    /// The room's storage, with its tables made or migrated.
    pub fn open(state: &State) -> worker::Result<Self> {
        let store = Self {
            sql: state.storage().sql(),
        };
        store.sql.exec(CREATE, None)?;
        let schema = store.rows::<Schema>("SELECT schema FROM room", vec![])?;
        match schema.first().map(|row| row.schema) {
            None => store.run("INSERT INTO room VALUES (?)", vec![SCHEMA.into()])?,
            Some(SCHEMA) => {}
            Some(newer) => return Err(format!("account room has schema {newer}").into()),
        }
        Ok(store)
    }

    /// The request that used this key since `since`, if any.
    pub fn earlier(&self, key: &str, since: Millis) -> worker::Result<Option<Earlier>> {
        let query = "SELECT body, call_id FROM call WHERE key = ? AND at >= ?";
        Ok(self.rows(query, vec![key.into(), int(since.0)])?.pop())
    }

    /// Whether the contact has an active call.
    pub fn is_active(&self, contact: &Number, now: Millis) -> worker::Result<bool> {
        let query = "SELECT COUNT(*) AS count FROM lease WHERE contact = ? AND until > ?";
        let count = self.rows::<Count>(query, vec![contact.e164().into(), int(now.0)])?;
        Ok(count.first().is_some_and(|row| row.count > 0))
    }

    /// Calls placed on this day (days since 1970, UTC).
    pub fn placed_on(&self, day: u64) -> worker::Result<u32> {
        let query = "SELECT placed AS count FROM day WHERE day = ?";
        Ok(self
            .rows::<Count>(query, vec![int(day)])?
            .first()
            .map_or(0, |row| row.count))
    }

    /// Books an admitted call: its row, its lease, its day.
    pub fn book(&self, admit: &Admit, day: u64, lease: Active) -> worker::Result<()> {
        self.run(
            "INSERT OR REPLACE INTO call (key, body, call_id, button, contact, at) VALUES (?, ?, ?, ?, ?, ?)",
            vec![
                admit.key.as_str().into(),
                admit.body.as_str().into(),
                admit.call_id.as_str().into(),
                admit.clicktocall.to_string().into(),
                admit.contact.e164().into(),
                int(admit.now.0),
            ],
        )?;
        self.run(
            "INSERT OR REPLACE INTO lease VALUES (?, ?, ?)",
            vec![
                admit.contact.e164().into(),
                admit.call_id.as_str().into(),
                int(lease.until.0),
            ],
        )?;
        self.run(
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
        self.run(
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
        let lease = "DELETE FROM lease WHERE call_id = ? AND contact IN (SELECT contact FROM call WHERE key = ?)";
        self.run(
            lease,
            vec![ended.call_id.as_str().into(), ended.key.as_str().into()],
        )
    }

    /// Forgets what is older. True while anything is left.
    pub fn forget_before(&self, at: Millis) -> worker::Result<bool> {
        self.run("DELETE FROM call WHERE at < ?", vec![int(at.0)])?;
        self.run("DELETE FROM lease WHERE until < ?", vec![int(at.0)])?;
        self.run(
            "DELETE FROM day WHERE day < ?",
            vec![int(at.0 / 86_400_000)],
        )?;
        let left = self.rows::<Count>("SELECT COUNT(*) AS count FROM day", vec![])?;
        Ok(left.first().is_some_and(|row| row.count > 0))
    }

    fn run(&self, query: &str, values: Vec<SqlStorageValue>) -> worker::Result<()> {
        self.sql.exec(query, values).map(|_| ())
    }

    fn rows<T: serde::de::DeserializeOwned>(
        &self,
        query: &str,
        values: Vec<SqlStorageValue>,
    ) -> worker::Result<Vec<T>> {
        self.sql.exec(query, values)?.to_array()
    }
}

/// Times and days stay far below JavaScript's largest safe integer.
fn int(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
