//! Lists of an account's room, a page at a time.

use call::Millis;
use serde_json::Value;

use super::body::summary;
use super::documents::Stored;
use super::history::{self, Search};
use super::manage::{Manage, Manager};
use super::paging;
use super::trouble::{Managed, Trouble};

/// Seconds of the longest range of a history: what is kept, and an hour for
/// clocks that differ (Kazoo's).
const LONGEST_RANGE_S: u64 = 31 * 86_400 + 3_600;

impl Manager<'_> {
    pub(super) fn list(&self, ask: &Manage) -> worker::Result<Managed> {
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

    pub(super) fn audit(&self, ask: &Manage) -> worker::Result<Managed> {
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
    pub(super) fn history(&self, ask: &Manage) -> worker::Result<Managed> {
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
}
