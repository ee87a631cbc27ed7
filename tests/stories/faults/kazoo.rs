//! 2600Hz Kazoo: what `connect` refuses, as its code has it.

use stories::lab::Fault;

use super::rows::{NONSENSE, Row, Spelling, Told, UNAVAILABLE, every_dialects};

const SPELLING: Spelling = Spelling {
    yes: "200",
    limit: "8s",
};

/// Status, `message`, and what is said in `data`.
const REFUSALS: [(u16, &str, &str, Told); 14] = [
    (400, "validation error", "Field is required", NONSENSE),
    (402, "no_credit", "Not enough credit", UNAVAILABLE),
    (403, "forbidden", "Of another account", UNAVAILABLE),
    (404, "bad_identifier", "Of a document", NONSENSE),
    (405, "invalid_method", "Not a method", NONSENSE),
    (409, "datastore_conflict", "Conflicting documents", NONSENSE),
    (410, "gone", "Of another version", NONSENSE),
    (413, "request entity too large", "Too long", NONSENSE),
    (423, "locked", "Of an account", UNAVAILABLE),
    (429, "too_many_requests", "Too many requests", UNAVAILABLE),
    (500, "datastore_fault", "Unknown failure", UNAVAILABLE),
    (500, "init failed", "Crashed", UNAVAILABLE),
    (
        503,
        "datastore_unreachable",
        "Datastore timeout",
        UNAVAILABLE,
    ),
    (503, "datastore fatal error", "Fatal", UNAVAILABLE),
];

pub fn rows() -> Vec<Row> {
    let mut rows = every_dialects(&SPELLING);
    for row in &mut rows {
        match row.fault {
            // An account that has expired is an error of validation here.
            Fault::AccountSuspended => row.log = ("400 ".to_owned(), "account expired"),
            // The token may have expired, so that it is renewed once.
            Fault::CredentialsRefused => row.asked = 2,
            _ => {}
        }
    }
    rows.extend(REFUSALS.into_iter().map(|(status, message, words, told)| {
        let row = Row::refused(status, message, words, told);
        // The document to dial through may be gone: it is looked for once more.
        let asked = if status == 404 { 2 } else { 1 };
        Row { asked, ..row }
    }));
    rows
}
