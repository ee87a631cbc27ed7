//! The calls of an account, for whoever looks back: Kazoo's history items, with
//! what is known here besides.

use call::Millis;
use serde_json::{Map, Value, json};

use crate::admin::originate;
use crate::clock::rfc3339;
use crate::sql::{Row, Tables, int};

/// Which calls are looked for.
#[derive(Clone, Debug)]
pub struct Search<'a> {
    /// Of this button; all where it is empty.
    pub button: &'a str,
    /// From then on.
    pub from: Millis,
    /// Before then.
    pub to: Millis,
    /// Of those at this point in time, only calls before this id.
    pub before: Option<(Millis, &'a str)>,
    /// At most so many.
    pub most: usize,
}

/// The table of calls.
pub struct History<'a> {
    tables: &'a Tables,
}

impl<'a> History<'a> {
    /// The calls in these tables.
    #[must_use]
    pub fn new(tables: &'a Tables) -> Self {
        Self { tables }
    }

    /// The calls, newest first, each with its place in the list.
    pub fn find(&self, search: &Search<'_>) -> worker::Result<Vec<(String, Value)>> {
        // There is no index but the key: history is read seldom, calls are written often.
        let query = "SELECT call_id, button, contact, at, state, reason, duration, ended_at, page,
                     consent
                     FROM call WHERE (?1 = '' OR button = ?1) AND at >= ?2 AND at < ?3
                     AND (at < ?4 OR (at = ?4 AND call_id < ?5))
                     ORDER BY at DESC, call_id DESC LIMIT ?6";
        let (at, id) = search.before.unwrap_or((search.to, ""));
        let most = u64::try_from(search.most).unwrap_or(u64::MAX);
        let values = vec![
            search.button.into(),
            int(search.from.0),
            int(search.to.0),
            int(at.0),
            id.into(),
            int(most),
        ];
        let rows = self.tables.rows(query, values)?;
        rows.iter().map(item).collect()
    }
}

/// A place in the list.
fn place(at: u64, call_id: &str) -> String {
    format!("{at}-{call_id}")
}

/// Reads a place in the list.
#[must_use]
pub fn read_place(place: &str) -> Option<(Millis, &str)> {
    let (at, call_id) = place.split_once('-')?;
    Some((Millis(at.parse().ok()?), call_id))
}

fn item(row: &Row) -> worker::Result<(String, Value)> {
    let (call_id, at) = (row.text(0)?, row.int(3)?);
    let contact = row.text(2)?;
    let mut item = Map::from_iter([
        ("id".to_owned(), call_id.into()),
        ("call_id".to_owned(), call_id.into()),
        (
            "timestamp".to_owned(),
            originate::gregorian(Millis(at)).into(),
        ),
        ("created_at".to_owned(), rfc3339(Millis(at)).into()),
        ("contact".to_owned(), contact.into()),
    ]);
    let mut add = |name: &str, value: Value| item.insert(name.to_owned(), value);
    let button = row.text(1)?;
    if !button.is_empty() {
        add("button", button.into());
    }
    let (state, reason) = (row.optional_text(4)?, row.optional_text(5)?);
    if let Some(state) = state {
        let (result, cause) = originate::stored_result(state, reason);
        add("result", result.into());
        if let Some(cause) = cause {
            add("cause", cause.into());
        }
        add("state", state.into());
        add("reason", reason.into());
        add("duration_seconds", row.optional_int(6)?.into());
        add(
            "ended_at",
            row.optional_int(7)?.map(|at| rfc3339(Millis(at))).into(),
        );
    }
    if let Some(page) = row.optional_text(8)? {
        // What the page says of itself: `url` and `context`.
        let page: Value = serde_json::from_str(page).unwrap_or_else(|_| json!({}));
        for name in ["url", "context"] {
            if let Some(value) = page.get(name) {
                add(name, value.clone());
            }
        }
    }
    if let Some(version) = row.optional_text(9)? {
        // What the visitor agreed to, with the click.
        let consent = json!({ "version": version, "at": rfc3339(Millis(at)) });
        item.insert("consent".to_owned(), consent);
    }
    Ok((place(at, call_id), Value::Object(item)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_reads_back_also_of_ids_with_dashes() {
        assert_eq!(read_place(&place(7, "a-b_c")), Some((Millis(7), "a-b_c")));
        assert_eq!(read_place("x-y"), None);
    }
}
