//! The tables of a call's room. Every written row costs money: an event is one
//! row, and the state is what the log adds up to.

use call::{Entry, Log, Millis};
use serde::Deserialize;
use worker::{SqlStorage, SqlStorageValue};

use super::course::Course;
use super::words::Call;

/// The tables' version. A later version migrates from here on load.
const SCHEMA: i64 = 1;

const CREATE: &str = "
CREATE TABLE call (schema INTEGER NOT NULL, call TEXT NOT NULL);
CREATE TABLE event (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL);
CREATE TABLE deadline (kind INTEGER PRIMARY KEY, at INTEGER NOT NULL);
";

/// What a room has to do at a certain time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Deadline {
    /// Look whether the call has gone quiet.
    Watch = 1,
    /// Play the sandbox's next step.
    Script = 2,
    /// Report the end to the account's room.
    Report = 3,
    /// Forget the call.
    Forget = 4,
}

impl Deadline {
    const ALL: [Self; 4] = [Self::Watch, Self::Script, Self::Report, Self::Forget];
}

/// The room's storage.
pub struct Store {
    sql: SqlStorage,
}

#[derive(Deserialize)]
struct CallRow {
    schema: i64,
    call: String,
}

#[derive(Deserialize)]
struct EventRow {
    entry: String,
}

#[derive(Deserialize)]
struct DeadlineRow {
    kind: i64,
    at: f64,
}

#[derive(Deserialize)]
struct Count {
    count: u32,
}

impl Store {
    /// The room's storage.
    #[must_use]
    pub fn new(sql: SqlStorage) -> Self {
        Self { sql }
    }

    /// The call, if the room has one. A look at an empty room writes nothing.
    pub fn load(&self) -> worker::Result<Option<Course>> {
        let tables = "SELECT COUNT(*) AS count FROM sqlite_master WHERE name = 'call'";
        if self
            .rows::<Count>(tables, vec![])?
            .first()
            .is_none_or(|row| row.count == 0)
        {
            return Ok(None);
        }
        let Some(row) = self
            .rows::<CallRow>("SELECT schema, call FROM call", vec![])?
            .pop()
        else {
            return Ok(None);
        };
        if row.schema != SCHEMA {
            return Err(format!("call room has schema {}", row.schema).into());
        }
        let call: Call = serde_json::from_str(&row.call)?;
        let log = Log::replay(call.opened_at, &self.events_after(0)?);
        Ok(Some(Course { call, log }))
    }

    /// Makes the tables and keeps the call.
    pub fn create(&self, call: &Call) -> worker::Result<()> {
        self.sql.exec(CREATE, None)?;
        let call = serde_json::to_string(call)?;
        self.run(
            "INSERT INTO call VALUES (?, ?)",
            vec![SCHEMA.into(), call.into()],
        )
    }

    /// Keeps a changed call.
    pub fn update(&self, call: &Call) -> worker::Result<()> {
        self.run(
            "UPDATE call SET call = ?",
            vec![serde_json::to_string(call)?.into()],
        )
    }

    /// Keeps a new entry of the log.
    pub fn append(&self, entry: &Entry) -> worker::Result<()> {
        let text = serde_json::to_string(entry)?;
        self.run(
            "INSERT INTO event VALUES (?, ?)",
            vec![int(entry.seq), text.into()],
        )
    }

    /// The entries after `seq`, but for the first, which the call itself is.
    pub fn events_after(&self, seq: u64) -> worker::Result<Vec<Entry>> {
        let query = "SELECT entry FROM event WHERE seq > ? ORDER BY seq";
        let rows = self.rows::<EventRow>(query, vec![int(seq)])?;
        rows.iter()
            .map(|row| Ok(serde_json::from_str(&row.entry)?))
            .collect()
    }

    /// Sets a deadline, or moves it.
    pub fn set(&self, kind: Deadline, at: Millis) -> worker::Result<()> {
        let query = "INSERT OR REPLACE INTO deadline VALUES (?, ?)";
        self.run(query, vec![(kind as i64).into(), int(at.0)])
    }

    /// Puts one deadline in the place of all others.
    pub fn set_only(&self, kind: Deadline, at: Millis) -> worker::Result<()> {
        self.run(
            "DELETE FROM deadline WHERE kind <> ?",
            vec![(kind as i64).into()],
        )?;
        self.set(kind, at)
    }

    /// The deadlines that are due.
    pub fn due(&self, now: Millis) -> worker::Result<Vec<Deadline>> {
        let rows = self.rows::<DeadlineRow>(
            "SELECT kind, at FROM deadline WHERE at <= ?",
            vec![int(now.0)],
        )?;
        let kind = |row: &DeadlineRow| Deadline::ALL.into_iter().find(|d| *d as i64 == row.kind);
        Ok(rows.iter().filter_map(kind).collect())
    }

    /// The earliest deadline.
    pub fn earliest(&self) -> worker::Result<Option<Millis>> {
        let query = "SELECT kind, at FROM deadline ORDER BY at LIMIT 1";
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "milliseconds since 1970, far below 2^53"
        )]
        let at = |row: &DeadlineRow| Millis(row.at as u64);
        Ok(self.rows::<DeadlineRow>(query, vec![])?.first().map(at))
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

/// Times and sequence numbers stay far below JavaScript's largest safe integer.
fn int(value: u64) -> SqlStorageValue {
    SqlStorageValue::Integer(i64::try_from(value).unwrap_or(i64::MAX))
}
