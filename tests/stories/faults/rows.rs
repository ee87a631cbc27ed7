//! A row of a table of faults, and the rows that all dialects have.

use std::time::Duration;

use stories::lab::Fault;

/// A number that does nothing by itself.
const SILENT: &str = "0150";
/// A number whose call is answered and ends, if there is one.
const ANSWERED: &str = "0100";
/// Longer than any operator is waited for.
const NEVER: Duration = Duration::from_secs(60);
/// A slow answer that is still in time.
const SLOWLY: Duration = Duration::from_secs(3);

/// What a visitor gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// 201, and a call that is followed to its end.
    Call,
    /// Status and stable code.
    Refusal(u16, &'static str),
}

/// What only the operator or the enterprise can mend is one and the same to a page.
pub const UNAVAILABLE: Told = Told::Refusal(503, "OPERATOR_UNAVAILABLE");
/// The operator answers something that makes no sense.
pub const NONSENSE: Told = Told::Refusal(502, "OPERATOR_ERROR");

/// A fault and what follows from it.
#[derive(Clone, Debug)]
pub struct Row {
    /// What goes wrong.
    pub fault: Fault,
    /// The last digits of the contact: what the call does if there is one.
    pub ending: &'static str,
    /// What the visitor gets.
    pub told: Told,
    /// What the line of the log begins with, after the address, and what else
    /// it says.
    pub log: (String, &'static str),
    /// How often the operator is asked for a call.
    pub asked: usize,
}

impl Row {
    /// Where no call comes about.
    pub fn new(fault: Fault, told: Told, log: &str) -> Self {
        Self {
            fault,
            ending: SILENT,
            told,
            log: (log.to_owned(), ""),
            asked: 1,
        }
    }

    /// The operator refuses in its own form.
    pub fn refused(status: u16, code: &'static str, words: &'static str, told: Told) -> Self {
        let fault = Fault::Refused {
            status,
            code,
            words,
        };
        let row = Self::new(fault, told, &format!("{status} "));
        Self {
            log: (row.log.0, words),
            ..row
        }
    }

    /// The same fault with a call that is there and goes on, whatever becomes
    /// of the answer: what the operator tells of it is enough.
    fn goes_on(self) -> Self {
        Self {
            ending: ANSWERED,
            told: Told::Call,
            ..self
        }
    }
}

/// What the dialects spell in different ways.
pub struct Spelling {
    /// The status of a yes.
    pub yes: &'static str,
    /// How long an answer is waited for, as the log has it.
    pub limit: &'static str,
}

/// What can happen to whatever an operator says.
pub fn every_dialects(spelling: &Spelling) -> Vec<Row> {
    let Spelling { yes, limit } = spelling;
    let new = Row::new;
    let late = format!("failed: no answer within {limit}");
    let broken = format!("failed: status {yes}, but ");
    let huge = format!("failed: status {yes}, but the answer is too large");
    let mut rows = vec![
        new(Fault::SlowAnswer(SLOWLY), Told::Call, yes).goes_on(),
        new(Fault::SlowAnswer(NEVER), UNAVAILABLE, &late),
        new(Fault::AnswerLost, UNAVAILABLE, "failed: "),
        new(Fault::AnswerLost, UNAVAILABLE, "failed: ").goes_on(),
        new(Fault::ClosedInMidBody, UNAVAILABLE, &broken),
        new(Fault::ClosedInMidBody, UNAVAILABLE, &broken).goes_on(),
        new(Fault::HugeAnswer, UNAVAILABLE, &huge),
        new(Fault::HugeAnswer, UNAVAILABLE, &huge).goes_on(),
        new(Fault::WebPage(200), NONSENSE, "200"),
        new(Fault::HtmlAnswer, NONSENSE, yes),
        new(Fault::WrongShapeAnswer, NONSENSE, yes),
        new(Fault::CredentialsRefused, UNAVAILABLE, "401 "),
        new(Fault::AccountSuspended, UNAVAILABLE, "403 "),
        new(Fault::PermissionDenied, UNAVAILABLE, "403 "),
    ];
    // In the dialect's own words, and in a proxy's.
    for status in [429, 500, 502, 503, 504] {
        for fault in [Fault::ErrorAnswer(status), Fault::WebPage(status)] {
            rows.push(new(fault, UNAVAILABLE, &format!("{status} ")));
        }
    }
    rows
}
