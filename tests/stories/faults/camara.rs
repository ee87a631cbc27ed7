//! CAMARA Click to Dial 0.2.0-rc.1: the refusals of `createCall`.

use stories::lab::Fault;

use super::rows::{NONSENSE, Row, Spelling, Told, UNAVAILABLE, every_dialects};

const SPELLING: Spelling = Spelling {
    yes: "201",
    limit: "8s",
};

/// The visitor is told the same code.
const fn same(code: &'static str) -> Told {
    Told::Refusal(422, code)
}

/// Every code of the document, and 402 and 429 of CAMARA's other documents.
const REFUSALS: [(u16, &str, Told); 24] = [
    (400, "INVALID_ARGUMENT", NONSENSE),
    (400, "OUT_OF_RANGE", NONSENSE),
    (400, "INVALID_CREDENTIAL", NONSENSE),
    (400, "INVALID_TOKEN", NONSENSE),
    (400, "INVALID_SINK", NONSENSE),
    (402, "PAYMENT_REQUIRED", UNAVAILABLE),
    (403, "PERMISSION_DENIED", UNAVAILABLE),
    (403, "INVALID_TOKEN_CONTEXT", UNAVAILABLE),
    (404, "NOT_FOUND", NONSENSE),
    (404, "IDENTIFIER_NOT_FOUND", NONSENSE),
    (409, "ALREADY_EXISTS", Told::Refusal(409, "ALREADY_EXISTS")),
    (409, "CONFLICT", NONSENSE),
    (
        422,
        "SERVICE_NOT_APPLICABLE",
        same("SERVICE_NOT_APPLICABLE"),
    ),
    (422, "MISSING_IDENTIFIER", NONSENSE),
    (422, "UNSUPPORTED_IDENTIFIER", NONSENSE),
    (422, "UNNECESSARY_IDENTIFIER", NONSENSE),
    (422, "INVALID_PHONE_NUMBER", same("INVALID_PHONE_NUMBER")),
    // Ours have been compared before: to the operator they are one subscriber.
    (422, "SAME_CALLER_CALLEE", same("INVALID_PHONE_NUMBER")),
    (
        422,
        "RECORDING_NOT_SUPPORTED",
        same("RECORDING_NOT_SUPPORTED"),
    ),
    (422, "CALLER_NOT_AVAILABLE", same("CALLER_NOT_AVAILABLE")),
    (422, "CALLEE_NOT_AVAILABLE", same("CALLEE_NOT_AVAILABLE")),
    (422, "", NONSENSE),
    (429, "QUOTA_EXCEEDED", UNAVAILABLE),
    (429, "TOO_MANY_REQUESTS", UNAVAILABLE),
];

pub fn rows() -> Vec<Row> {
    let mut rows = every_dialects(&SPELLING);
    for row in &mut rows {
        // The token is known from calls before. It may have expired, so that
        // the operator is asked once more with a new one: a 401 placed nothing.
        if row.fault == Fault::CredentialsRefused {
            row.asked = 2;
        }
    }
    let refusals = REFUSALS.into_iter();
    rows.extend(refusals.map(|(status, code, told)| Row::refused(status, code, code, told)));
    rows
}
