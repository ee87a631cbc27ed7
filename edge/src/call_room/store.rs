//! The tables of a call's room. Every written row costs money: an event is one
//! row, and the state is what the log adds up to.

use call::{Entry, Log, Millis};
use worker::SqlStorage;

use super::course::Course;
use super::words::Call;
use crate::sinks::{Kind, Pace, Sink};
use crate::sql::{Tables, int};

/// The tables' version. A later version migrates from here on load.
const SCHEMA: u64 = 1;

const CREATE: &str = "
CREATE TABLE call (schema INTEGER NOT NULL, call TEXT NOT NULL);
CREATE TABLE event (seq INTEGER PRIMARY KEY, entry TEXT NOT NULL);
CREATE TABLE sink (kind INTEGER PRIMARY KEY, sink TEXT NOT NULL, pace TEXT NOT NULL);
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
    /// Tell a sink what it has not taken.
    Deliver = 5,
}

impl Deadline {
    const ALL: [Self; 5] = [
        Self::Watch,
        Self::Script,
        Self::Report,
        Self::Deliver,
        Self::Forget,
    ];
}

/// The room's storage.
pub struct Store {
    tables: Tables,
}

impl Store {
    /// The room's storage.
    #[must_use]
    pub fn new(sql: SqlStorage) -> Self {
        Self {
            tables: Tables::new(sql),
        }
    }

    /// The call, if the room has one. A look at an empty room writes nothing.
    pub fn load(&self) -> worker::Result<Option<Course>> {
        let exists = "SELECT 1 FROM sqlite_master WHERE name = 'call'";
        if self.tables.first(exists, vec![])?.is_none() {
            return Ok(None);
        }
        let Some(row) = self.tables.first("SELECT schema, call FROM call", vec![])? else {
            return Ok(None);
        };
        if row.int(0)? != SCHEMA {
            return Err(format!("call room has schema {}", row.int(0)?).into());
        }
        let call: Call = serde_json::from_str(row.text(1)?)?;
        let log = Log::replay(call.opened_at, &self.events_after(0)?);
        Ok(Some(Course { call, log }))
    }

    /// Makes the tables and keeps the call, and who is to be told of it.
    pub fn create(&self, call: &Call, sinks: &[Sink]) -> worker::Result<()> {
        self.tables.run(CREATE, vec![])?;
        let call = serde_json::to_string(call)?;
        self.tables.run(
            "INSERT INTO call VALUES (?, ?)",
            vec![int(SCHEMA), call.into()],
        )?;
        let pace = serde_json::to_string(&Pace::default())?;
        for sink in sinks {
            self.tables.run(
                "INSERT INTO sink VALUES (?, ?, ?)",
                vec![
                    int(sink.kind as u64),
                    serde_json::to_string(sink)?.into(),
                    pace.as_str().into(),
                ],
            )?;
        }
        Ok(())
    }

    /// Who is to be told of the call, and how far they have been. Only of a
    /// call that has sinks: rooms of an earlier version lack the table.
    pub fn sinks(&self) -> worker::Result<Vec<(Sink, Pace)>> {
        let rows = self
            .tables
            .rows("SELECT sink, pace FROM sink ORDER BY kind", vec![])?;
        rows.iter()
            .map(|row| {
                let sink = serde_json::from_str(row.text(0)?)?;
                Ok((sink, serde_json::from_str(row.text(1)?)?))
            })
            .collect()
    }

    /// How far one of them has been told.
    pub fn pace(&self, kind: Kind) -> worker::Result<Option<Pace>> {
        let query = "SELECT pace FROM sink WHERE kind = ?";
        let row = self.tables.first(query, vec![int(kind as u64)])?;
        row.map(|row| Ok(serde_json::from_str(row.text(0)?)?))
            .transpose()
    }

    /// Keeps how far one of them has been told.
    pub fn keep_pace(&self, kind: Kind, pace: &Pace) -> worker::Result<()> {
        let query = "UPDATE sink SET pace = ? WHERE kind = ?";
        let pace = serde_json::to_string(pace)?;
        self.tables.run(query, vec![pace.into(), int(kind as u64)])
    }

    /// Whether the sink that came with the call is not told any more.
    pub fn has_given_up(&self) -> worker::Result<bool> {
        Ok(self.pace(Kind::Call)?.is_some_and(|pace| pace.given_up))
    }

    /// Keeps a changed call.
    pub fn update(&self, call: &Call) -> worker::Result<()> {
        self.tables.run(
            "UPDATE call SET call = ?",
            vec![serde_json::to_string(call)?.into()],
        )
    }

    /// Keeps a new entry of the log.
    pub fn append(&self, entry: &Entry) -> worker::Result<()> {
        let text = serde_json::to_string(entry)?;
        self.tables.run(
            "INSERT INTO event VALUES (?, ?)",
            vec![int(entry.seq), text.into()],
        )
    }

    /// The entries after `seq`, but for the first, which the call itself is.
    pub fn events_after(&self, seq: u64) -> worker::Result<Vec<Entry>> {
        let query = "SELECT entry FROM event WHERE seq > ? ORDER BY seq";
        let rows = self.tables.rows(query, vec![int(seq)])?;
        rows.iter()
            .map(|row| Ok(serde_json::from_str(row.text(0)?)?))
            .collect()
    }

    /// Sets a deadline, or moves it.
    pub fn set(&self, kind: Deadline, at: Millis) -> worker::Result<()> {
        let query = "INSERT OR REPLACE INTO deadline VALUES (?, ?)";
        self.tables.run(query, vec![int(kind as u64), int(at.0)])
    }

    /// Takes a deadline away.
    pub fn clear(&self, kind: Deadline) -> worker::Result<()> {
        let query = "DELETE FROM deadline WHERE kind = ?";
        self.tables.run(query, vec![int(kind as u64)])
    }

    /// Puts one deadline in the place of all others but for that of the sinks.
    pub fn set_only(&self, kind: Deadline, at: Millis) -> worker::Result<()> {
        self.tables.run(
            "DELETE FROM deadline WHERE kind NOT IN (?, ?)",
            vec![int(kind as u64), int(Deadline::Deliver as u64)],
        )?;
        self.set(kind, at)
    }

    /// The deadlines that are due.
    pub fn due(&self, now: Millis) -> worker::Result<Vec<Deadline>> {
        let query = "SELECT kind FROM deadline WHERE at <= ?";
        let rows = self.tables.rows(query, vec![int(now.0)])?;
        let kinds = rows
            .iter()
            .map(|row| row.int(0))
            .collect::<worker::Result<Vec<u64>>>()?;
        Ok(Deadline::ALL
            .into_iter()
            .filter(|kind| kinds.contains(&(*kind as u64)))
            .collect())
    }

    /// The earliest deadline.
    pub fn earliest(&self) -> worker::Result<Option<Millis>> {
        let query = "SELECT at FROM deadline ORDER BY at LIMIT 1";
        self.tables
            .first(query, vec![])?
            .map(|row| row.int(0).map(Millis))
            .transpose()
    }
}
