//! The tables of an account's room. Every written row costs money, so there
//! are few, with no index but their keys.

use call::{Millis, Status};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;
use worker::SqlStorage;

use super::documents::Documents;
use super::history::History;
use super::words::{Admit, Ended, Wanted};
use crate::admission::{Lease, Tally};
use crate::sql::{Tables, int};

/// The tables' version. The first had no documents; the first two had leases
/// and days in tables of their own.
const SCHEMA: u64 = 3;

/// One row per call is at once its idempotency record and its history. What is
/// going on, and today's sums, are one row (`tally`); what a number or an
/// address did lately, is one row each (`recent`).
const CREATE: &str = "
CREATE TABLE IF NOT EXISTS room (schema INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS call (
  key TEXT PRIMARY KEY, body TEXT NOT NULL, call_id TEXT NOT NULL, button TEXT NOT NULL,
  contact TEXT NOT NULL, at INTEGER NOT NULL,
  state TEXT, reason TEXT, duration INTEGER, ended_at INTEGER, consent TEXT, page TEXT
) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS tally (one INTEGER PRIMARY KEY, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS recent (
  what TEXT PRIMARY KEY, at INTEGER NOT NULL, body TEXT NOT NULL
) WITHOUT ROWID;
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

impl Store {
    /// The room's storage, with its tables made or migrated.
    pub fn open(sql: SqlStorage) -> worker::Result<Self> {
        let tables = Tables::new(sql);
        tables.run(CREATE, vec![])?;
        match tables.first("SELECT schema FROM room", vec![])? {
            None => tables.run("INSERT INTO room VALUES (?)", vec![int(SCHEMA)])?,
            Some(row) if row.int(0)? == SCHEMA => {}
            Some(row) if row.int(0)? < SCHEMA => migrate(&tables, row.int(0)?)?,
            Some(row) => return Err(format!("account room has schema {}", row.int(0)?).into()),
        }
        Ok(Self { tables })
    }

    /// The account's documents.
    #[must_use]
    pub fn documents(&self) -> Documents<'_> {
        Documents::new(&self.tables)
    }

    /// The account's calls.
    #[must_use]
    pub fn history(&self) -> History<'_> {
        History::new(&self.tables)
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

    /// What is going on and was spent, as of `now`.
    pub fn tally(&self, now: Millis) -> worker::Result<Tally> {
        let row = self.tables.first("SELECT body FROM tally", vec![])?;
        let kept = row.map(|row| Ok::<_, worker::Error>(serde_json::from_str(row.text(0)?)?));
        let mut tally: Tally = kept.transpose()?.unwrap_or_default();
        tally.advance(now);
        Ok(tally)
    }

    /// Keeps it.
    pub fn keep_tally(&self, tally: &Tally) -> worker::Result<()> {
        keep_tally(&self.tables, tally)
    }

    /// What a number or an address did lately.
    pub fn recent<T: DeserializeOwned + Default>(&self, what: &str) -> worker::Result<T> {
        let query = "SELECT body FROM recent WHERE what = ?";
        let row = self.tables.first(query, vec![what.into()])?;
        row.map_or(Ok(T::default()), |row| {
            Ok(serde_json::from_str(row.text(0)?)?)
        })
    }

    /// Keeps it.
    pub fn keep_recent<T: Serialize>(
        &self,
        what: &str,
        recent: &T,
        now: Millis,
    ) -> worker::Result<()> {
        let body = serde_json::to_string(recent)?;
        self.tables.run(
            "INSERT OR REPLACE INTO recent VALUES (?, ?, ?)",
            vec![what.into(), int(now.0), body.into()],
        )
    }

    /// Keeps an admitted call's row, and with it the consent, as of then.
    pub fn book(
        &self,
        admit: &Admit,
        page: Option<&Value>,
        consent: Option<&str>,
    ) -> worker::Result<()> {
        let (button, contact) = match &admit.wanted {
            Wanted::Button {
                clicktocall,
                contact,
                ..
            } => (clicktocall.to_string(), contact.e164()),
            Wanted::Pair { parties, .. } => (String::new(), parties.callee.as_str()),
        };
        let page = page.map(serde_json::to_string).transpose()?;
        self.tables.run(
            "INSERT OR REPLACE INTO call
             (key, body, call_id, button, contact, at, consent, page)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            vec![
                admit.key.as_str().into(),
                admit.body.as_str().into(),
                admit.call_id.as_str().into(),
                button.into(),
                contact.into(),
                int(admit.now.0),
                consent.into(),
                page.into(),
            ],
        )
    }

    /// Notes a call's end. Told twice, it changes nothing.
    pub fn end(&self, ended: &Ended, now: Millis) -> worker::Result<()> {
        let query = "SELECT 1 FROM call WHERE key = ? AND call_id = ? AND ended_at IS NULL";
        let values = vec![ended.key.as_str().into(), ended.call_id.as_str().into()];
        if self.tables.first(query, values)?.is_none() {
            return Ok(());
        }
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
             WHERE key = ?",
            vec![
                ended.status.state().as_str().into(),
                reason.into(),
                duration.map(i64::from).into(),
                int(ended.at.0),
                ended.key.as_str().into(),
            ],
        )?;
        let mut tally = self.tally(now)?;
        tally.end(&ended.call_id, u64::from(duration.unwrap_or_default()));
        self.keep_tally(&tally)
    }

    /// Whether a token that opens something once was used before.
    pub fn is_spent(&self, token: &str, now: Millis) -> worker::Result<bool> {
        let query = "SELECT 1 FROM spent WHERE token = ? AND until > ?";
        let used = self.tables.first(query, vec![token.into(), int(now.0)])?;
        Ok(used.is_some())
    }

    /// Notes that a token that opens something once is used, until it expires.
    /// False: it was used before.
    pub fn spend(&self, token: &str, until: Millis, now: Millis) -> worker::Result<bool> {
        if self.is_spent(token, now)? {
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
        let day_ago = now.0.saturating_sub(DAY_MS);
        self.tables
            .run("DELETE FROM recent WHERE at < ?", vec![int(day_ago)])?;
        let left =
            "SELECT 1 FROM call UNION ALL SELECT 1 FROM spent UNION ALL SELECT 1 FROM recent";
        Ok(self.tables.first(left, vec![])?.is_some())
    }
}

fn keep_tally(tables: &Tables, tally: &Tally) -> worker::Result<()> {
    let body = serde_json::to_string(tally)?;
    tables.run(
        "INSERT OR REPLACE INTO tally VALUES (1, ?)",
        vec![body.into()],
    )
}

/// Takes tables of an earlier version over.
fn migrate(tables: &Tables, from: u64) -> worker::Result<()> {
    if from < 3 {
        tables.run("ALTER TABLE call ADD COLUMN consent TEXT", vec![])?;
        tables.run("ALTER TABLE call ADD COLUMN page TEXT", vec![])?;
        let mut tally = Tally::default();
        for row in tables.rows("SELECT contact, call_id, since, until FROM lease", vec![])? {
            let lease = Lease {
                who: row.text(0)?.to_owned(),
                pair: String::new(),
                call_id: row.text(1)?.to_owned(),
                since: Millis(row.int(2)?),
                until: Millis(row.int(3)?),
                open: false,
            };
            tally.take_over(lease);
        }
        for row in tables.rows("SELECT day, placed FROM day ORDER BY day", vec![])? {
            tally.take_over_day(row.int(0)?, row.int(1)?);
        }
        keep_tally(tables, &tally)?;
        tables.run("DROP TABLE lease; DROP TABLE day;", vec![])?;
    }
    tables.run("UPDATE room SET schema = ?", vec![int(SCHEMA)])
}

/// Milliseconds of a day.
const DAY_MS: u64 = 86_400_000;
