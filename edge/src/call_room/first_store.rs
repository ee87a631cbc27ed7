//! What rooms kept in the first version: four tables instead of one row. They
//! are read where they are found, and dropped as soon as the room writes.

use call::Millis;

use super::store::Kept;
use super::words::Call;
use crate::sql::Tables;

/// Takes the tables of the first version away; it may lack that of the sinks.
pub const DROP_FIRST: &str = "
DROP TABLE call; DROP TABLE event; DROP TABLE IF EXISTS sink; DROP TABLE deadline;
";

/// What a room of the first version has.
pub fn first_version(tables: &Tables) -> worker::Result<Option<Kept>> {
    let rows = |query: &str| tables.rows(query, vec![]);
    let calls = rows("SELECT call FROM call")?;
    let Some(call) = calls.first() else {
        return Ok(None);
    };
    let call: Call = serde_json::from_str(call.text(0)?)?;
    let mut kept = Kept {
        events: Vec::new(),
        deadlines: Vec::new(),
        sinks: Vec::new(),
        call,
    };
    for row in rows("SELECT entry FROM event ORDER BY seq")? {
        kept.events.push(serde_json::from_str(row.text(0)?)?);
    }
    for row in rows("SELECT kind, at FROM deadline")? {
        kept.deadlines.push((row.int(0)?, Millis(row.int(1)?)));
    }
    // The earliest rooms of that version have no such table.
    if kept.call.has_sinks {
        for row in rows("SELECT sink, pace FROM sink ORDER BY kind")? {
            let sink = serde_json::from_str(row.text(0)?)?;
            kept.sinks.push((sink, serde_json::from_str(row.text(1)?)?));
        }
    }
    Ok(Some(kept))
}
