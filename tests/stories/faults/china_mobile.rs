//! China Mobile Click to Dial 1.0.0: the refusals of section 4.4.

use super::rows::{NONSENSE, Row, Spelling, Told, UNAVAILABLE, every_dialects};

const SPELLING: Spelling = Spelling {
    yes: "200",
    limit: "10s",
};

/// Every error of the document, and two that it lacks.
const REFUSALS: [(u16, &str, &str, Told); 13] = [
    (
        400,
        "0001001",
        "Expected property is missing: APPID",
        NONSENSE,
    ),
    (
        400,
        "0001001",
        "Expected property is missing: sponsor",
        NONSENSE,
    ),
    (
        400,
        "0001001",
        "Expected property is missing: caller",
        NONSENSE,
    ),
    (
        400,
        "0001001",
        "Expected property is missing: callee",
        NONSENSE,
    ),
    (
        401,
        "0001002",
        "No authorization to invoke operation",
        UNAVAILABLE,
    ),
    (403, "0001003", "Customer status abnormality", UNAVAILABLE),
    (403, "0001004", "Abnormal application status", UNAVAILABLE),
    (403, "0001005", "Message length is too long", NONSENSE),
    (404, "", "No such application server", NONSENSE),
    (500, "0000001", "Internal Service Error", UNAVAILABLE),
    (503, "0000002", "Service unavailable", UNAVAILABLE),
    // An error in an answer that says 200 is an error.
    (200, "0001003", "", UNAVAILABLE),
    (200, "0000002", "", UNAVAILABLE),
];

pub fn rows() -> Vec<Row> {
    let mut rows = every_dialects(&SPELLING);
    let refusals = REFUSALS.into_iter();
    rows.extend(refusals.map(|(status, code, words, told)| {
        let row = Row::refused(status, code, words, told);
        let begins = if status < 400 {
            "200"
        } else {
            row.log.0.as_str()
        };
        Row {
            log: (begins.to_owned(), words),
            ..row
        }
    }));
    rows
}
