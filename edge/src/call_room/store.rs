//! What a call's room keeps: one row, since every written row costs money. It
//! is read as a whole, changed in memory, and written at most once for whatever
//! is asked of the room.

use std::cell::{Cell, RefCell};

use call::{Entry, Log, Millis};
use worker::SqlStorage;

use super::course::Course;
use super::deadline::Deadline;
use super::first_store::{DROP_FIRST, first_version};
use super::words::Call;
use crate::sinks::{Kind, Pace, Sink};
use crate::sql::{Row, Tables, int};

/// The row's version. The first was not one row, but four tables.
const SCHEMA: u64 = 2;

const CREATE: &str = "
CREATE TABLE room (
  schema INTEGER NOT NULL, call TEXT NOT NULL, events TEXT NOT NULL,
  deadlines TEXT NOT NULL, sinks TEXT NOT NULL
)";

/// What is kept. Deadlines by number, as they are stored.
pub(super) struct Kept {
    pub(super) call: Call,
    /// The log, but for its first entry, which the call itself is.
    pub(super) events: Vec<Entry>,
    pub(super) deadlines: Vec<(u64, Millis)>,
    /// Who is to be told, and how far they have been.
    pub(super) sinks: Vec<(Sink, Pace)>,
}

/// What is in the storage.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Stored {
    Unread,
    Nothing,
    /// In the tables of the first version.
    First,
    /// In the one row.
    Row,
}

/// The room's storage. What is changed is not stored until [`Store::save`];
/// nobody may wait for anything in between, since others would read what was.
pub struct Store {
    tables: Tables,
    kept: RefCell<Option<Kept>>,
    stored: Cell<Stored>,
    changed: Cell<bool>,
    new_deadline: Cell<bool>,
}

impl Store {
    /// The room's storage.
    #[must_use]
    pub fn new(sql: SqlStorage) -> Self {
        Self {
            tables: Tables::new(sql),
            kept: RefCell::new(None),
            stored: Cell::new(Stored::Unread),
            changed: Cell::new(false),
            new_deadline: Cell::new(false),
        }
    }

    /// The call, if the room has one. A look at an empty room writes nothing.
    pub fn load(&self) -> worker::Result<Option<Course>> {
        self.read(|kept| Course {
            call: kept.call.clone(),
            log: Log::replay(kept.call.opened_at, &kept.events),
        })
    }

    /// Keeps a new call, and who is to be told of it.
    pub fn create(&self, call: &Call, sinks: &[Sink]) {
        let sinks = sinks.iter().map(|sink| (sink.clone(), Pace::default()));
        self.kept.replace(Some(Kept {
            call: call.clone(),
            events: Vec::new(),
            deadlines: Vec::new(),
            sinks: sinks.collect(),
        }));
        self.changed.set(true);
    }

    /// Who is to be told of the call, and how far they have been.
    pub fn sinks(&self) -> worker::Result<Vec<(Sink, Pace)>> {
        Ok(self.read(|kept| kept.sinks.clone())?.unwrap_or_default())
    }

    /// How far one of them has been told.
    pub fn pace(&self, kind: Kind) -> worker::Result<Option<Pace>> {
        let sinks = self.sinks()?.into_iter();
        let mut paces = sinks.filter(|(sink, _)| sink.kind == kind);
        Ok(paces.next().map(|(_, pace)| pace))
    }

    /// Keeps how far one of them has been told.
    pub fn keep_pace(&self, kind: Kind, pace: &Pace) -> worker::Result<()> {
        self.change(|kept| {
            for (sink, known) in &mut kept.sinks {
                if sink.kind == kind {
                    known.clone_from(pace);
                }
            }
        })
    }

    /// Whether the sink that came with the call is not told any more.
    pub fn has_given_up(&self) -> worker::Result<bool> {
        Ok(self.pace(Kind::Call)?.is_some_and(|pace| pace.given_up))
    }

    /// Keeps a changed call.
    pub fn update(&self, call: &Call) -> worker::Result<()> {
        self.change(|kept| kept.call.clone_from(call))
    }

    /// Keeps a new entry of the log.
    pub fn append(&self, entry: &Entry) -> worker::Result<()> {
        self.change(|kept| kept.events.push(*entry))
    }

    /// The entries after `seq`, but for the first, which the call itself is.
    pub fn events_after(&self, seq: u64) -> worker::Result<Vec<Entry>> {
        let after = |kept: &Kept| {
            let after = kept.events.iter().filter(|entry| entry.seq > seq);
            after.copied().collect()
        };
        Ok(self.read(after)?.unwrap_or_default())
    }

    /// Sets a deadline, or moves it.
    pub fn set(&self, kind: Deadline, at: Millis) -> worker::Result<()> {
        self.new_deadline.set(true);
        self.change(|kept| {
            kept.deadlines.retain(|(known, _)| *known != kind as u64);
            kept.deadlines.push((kind as u64, at));
        })
    }

    /// Whether a deadline was set, so that the alarm may have to be.
    pub fn has_new_deadline(&self) -> bool {
        self.new_deadline.get()
    }

    /// Takes a deadline away.
    pub fn clear(&self, kind: Deadline) -> worker::Result<()> {
        let is_set = |kept: &Kept| {
            kept.deadlines
                .iter()
                .any(|(known, _)| *known == kind as u64)
        };
        if self.read(is_set)? == Some(true) {
            self.change(|kept| kept.deadlines.retain(|(known, _)| *known != kind as u64))?;
        }
        Ok(())
    }

    /// Puts one deadline in the place of all others but for that of the sinks.
    pub fn set_only(&self, kind: Deadline, at: Millis) -> worker::Result<()> {
        let sinks = Deadline::Deliver as u64;
        self.change(|kept| kept.deadlines.retain(|(known, _)| *known == sinks))?;
        self.set(kind, at)
    }

    /// The deadlines that are due.
    pub fn due(&self, now: Millis) -> worker::Result<Vec<Deadline>> {
        let due = |kept: &Kept| {
            let is_due = |kind: &Deadline| {
                let mut all = kept.deadlines.iter();
                all.any(|(known, at)| *known == *kind as u64 && *at <= now)
            };
            Deadline::ALL.into_iter().filter(is_due).collect()
        };
        Ok(self.read(due)?.unwrap_or_default())
    }

    /// The time by which an alarm is needed.
    pub fn alarm_by(&self) -> worker::Result<Option<Millis>> {
        let earliest = |kept: &Kept| {
            let late = |(known, at): &(u64, Millis)| {
                let mut all = Deadline::ALL.into_iter();
                let kind = all.find(|kind| *kind as u64 == *known);
                at.plus_seconds(kind.map_or(0, Deadline::leeway_s))
            };
            kept.deadlines.iter().map(late).min()
        };
        Ok(self.read(earliest)?.flatten())
    }

    /// Stores what has changed.
    pub fn save(&self) -> worker::Result<()> {
        if !self.changed.replace(false) {
            return Ok(());
        }
        let kept = self.kept.borrow();
        let Some(kept) = kept.as_ref() else {
            return Ok(());
        };
        let query = match self.stored.replace(Stored::Row) {
            Stored::Row => {
                "UPDATE room SET schema = ?, call = ?, events = ?, deadlines = ?, sinks = ?"
            }
            before => {
                self.tables.run(CREATE, vec![])?;
                if before == Stored::First {
                    self.tables.run(DROP_FIRST, vec![])?;
                }
                "INSERT INTO room VALUES (?, ?, ?, ?, ?)"
            }
        };
        let values = vec![
            int(SCHEMA),
            serde_json::to_string(&kept.call)?.into(),
            serde_json::to_string(&kept.events)?.into(),
            serde_json::to_string(&kept.deadlines)?.into(),
            serde_json::to_string(&kept.sinks)?.into(),
        ];
        self.tables.run(query, values)
    }

    /// Looks at what is kept; `None` where there is nothing.
    fn read<T>(&self, look: impl FnOnce(&Kept) -> T) -> worker::Result<Option<T>> {
        if self.stored.get() == Stored::Unread && self.kept.borrow().is_none() {
            self.fetch()?;
        }
        Ok(self.kept.borrow().as_ref().map(look))
    }

    /// Changes what is kept; of an empty room nothing can be changed.
    fn change(&self, change: impl FnOnce(&mut Kept)) -> worker::Result<()> {
        self.read(|_| ())?;
        if let Some(kept) = self.kept.borrow_mut().as_mut() {
            change(kept);
            self.changed.set(true);
        }
        Ok(())
    }

    fn fetch(&self) -> worker::Result<()> {
        let tables = "SELECT name FROM sqlite_master WHERE name IN ('room', 'call')";
        let (stored, kept) = match self.tables.first(tables, vec![])? {
            None => (Stored::Nothing, None),
            Some(row) if row.text(0)? == "room" => {
                let query = "SELECT schema, call, events, deadlines, sinks FROM room";
                let row = self.tables.first(query, vec![])?;
                (Stored::Row, row.map(|row| read_row(&row)).transpose()?)
            }
            Some(_) => (Stored::First, first_version(&self.tables)?),
        };
        self.stored.set(stored);
        self.kept.replace(kept);
        Ok(())
    }
}

fn read_row(row: &Row) -> worker::Result<Kept> {
    if row.int(0)? != SCHEMA {
        return Err(format!("call room has schema {}", row.int(0)?).into());
    }
    Ok(Kept {
        call: serde_json::from_str(row.text(1)?)?,
        events: serde_json::from_str(row.text(2)?)?,
        deadlines: serde_json::from_str(row.text(3)?)?,
        sinks: serde_json::from_str(row.text(4)?)?,
    })
}
