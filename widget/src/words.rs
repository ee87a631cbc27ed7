//! Which words are said when: keys into the texts of a language
//! (`locales/*.json`). Pure; `tongue` turns keys into text.

use call::{Failure, Reason, State};

use crate::model::{HangUp, Line, Live, Model, Over, Problem, Stage};
use crate::number::Flaw;

/// A text's name in all languages.
pub type Key = &'static str;

/// A headline, and a sentence below it; an empty key is no text.
pub type Text = (Key, Key);

/// Which phone a reason is about, as whoever looks at this page sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    You,
    Them,
}

/// A retry later than this many seconds is "later", not a time that is waited for.
const WORTH_WAITING_SECONDS: u32 = 6 * 3_600;

/// The button that leads back to the form.
pub fn again(model: &Model) -> Key {
    match &model.stage {
        Stage::Over(over) if over.talked => "callAgain",
        Stage::Captcha { .. } => "back",
        _ => "again",
    }
}

/// What will happen, said before the visitor decides.
pub fn promise(you_first: bool) -> Key {
    if you_first {
        "promiseYou"
    } else {
        "promiseThem"
    }
}

/// What is true now.
pub fn status(model: &Model) -> Text {
    match (&model.stage, model.hang_up) {
        (Stage::Form, _) if model.is_closed() => closed(model),
        (Stage::Form, _) => ("", ""),
        (Stage::Captcha { .. }, _) => ("captcha", "captchaHow"),
        (Stage::Over(over), _) => ending(over, model.you_first()),
        (Stage::Error(problem), _) => error(problem, model),
        (_, HangUp::Asked) => ("hangingUp", ""),
        (_, HangUp::Overdue) => ("hangUpPhone", "noEndYet"),
        (_, HangUp::Refused) => ("hangUpPhone", "cannotEnd"),
        (Stage::Starting { .. }, _) => starting(model.you_first()),
        (Stage::Live(live), _) => calling(live, model.you_first()),
    }
}

fn closed(model: &Model) -> Text {
    let known = model.button.as_ref().is_some_and(|b| b.opens_at.is_some());
    ("closed", if known { "opens" } else { "later" })
}

fn starting(you_first: bool) -> Text {
    ("starting", if you_first { "atHand" } else { "promiseThem" })
}

fn calling(live: &Live, you_first: bool) -> Text {
    match (live.state, you_first) {
        (State::CallingCaller, true) => ("callingYou", "shows"),
        (State::CallingCaller, false) => ("callingThem", "yourTurn"),
        (State::CallingCallee, true) => ("callingThem", "stay"),
        (State::CallingCallee, false) => ("callingYou", "theyWait"),
        (State::Connected, _) => ("connected", "talk"),
        _ => starting(you_first),
    }
}

/// What is wrong with the line, if anything.
pub fn line(model: &Model) -> Key {
    match (model.line, &model.stage) {
        (Line::Fine | Line::Broken, _) => "",
        (Line::Slow, _) => "slow",
        (Line::Lost, Stage::Live(_)) => "lostLive",
        // Nothing is tried any more.
        (Line::Lost, Stage::Over(_) | Stage::Error(_)) => "",
        (Line::Lost, _) => "lost",
    }
}

/// What is wrong with what was entered.
pub fn flaw(flaw: Flaw) -> Key {
    match flaw {
        Flaw::Empty => "numberEmpty",
        Flaw::NoCountry => "numberNoCountry",
        Flaw::TooShort => "numberShort",
        Flaw::TooLong => "numberLong",
        Flaw::NotANumber => "numberOdd",
        Flaw::NoConsent => "consentFirst",
        Flaw::OtherTerms => "consentNew",
    }
}

/// How it ended, from the point of view of whoever looks at this page.
fn ending(over: &Over, you_first: bool) -> Text {
    if over.state == State::Failed {
        return failure(over.failure, you_first);
    }
    let (caller, callee) = parties(you_first);
    match over.reason {
        Some(Reason::CallerBusy) => busy(caller),
        Some(Reason::CalleeBusy) => busy(callee),
        Some(Reason::CallerNoAnswer) => no_answer(caller),
        Some(Reason::CalleeNoAnswer) => no_answer(callee),
        Some(Reason::CallerFailure) => unreachable(caller),
        Some(Reason::CalleeFailure) => unreachable(callee),
        Some(Reason::CallerAbandon) if over.by_us => ("ended", "cancelled"),
        Some(Reason::CallerAbandon) => abandoned(caller),
        Some(Reason::HangUp) if !over.talked && !over.assumed => ("ended", "cancelled"),
        _ if over.assumed => ("ended", "assumed"),
        Some(Reason::HangUp) if over.by_us => ("ended", "youHungUp"),
        Some(Reason::HangUp) => ("ended", ""),
        _ => ("ended", "cutOff"),
    }
}

fn parties(you_first: bool) -> (Who, Who) {
    if you_first {
        (Who::You, Who::Them)
    } else {
        (Who::Them, Who::You)
    }
}

fn busy(who: Who) -> Text {
    match who {
        Who::You => ("youBusy", "youBusyHow"),
        Who::Them => ("theyBusy", "soon"),
    }
}

fn no_answer(who: Who) -> Text {
    match who {
        Who::You => ("youMissed", "youMissedHow"),
        Who::Them => ("theyMissed", "later"),
    }
}

fn unreachable(who: Who) -> Text {
    match who {
        Who::You => ("youUnreachable", "youUnreachableHow"),
        Who::Them => ("theyUnreachable", "later"),
    }
}

fn abandoned(who: Who) -> Text {
    match who {
        Who::You => ("youLeft", "youLeftHow"),
        Who::Them => ("theyLeft", "theyLeftHow"),
    }
}

/// Why it never came about.
fn failure(failure: Option<Failure>, you_first: bool) -> Text {
    match failure {
        Some(Failure::OperatorSilent) => ("notPlaced", "operatorSilent"),
        _ => refusal(failure.map_or("", Failure::as_str), you_first),
    }
}

/// Why there is no call.
fn error(problem: &Problem, model: &Model) -> Text {
    match problem.code.as_str() {
        "QUOTA_EXCEEDED" | "TOO_MANY_REQUESTS" => {
            let soon = problem
                .retry_after
                .is_some_and(|s| s <= WORTH_WAITING_SECONDS);
            ("tooMany", if soon { "retryWhen" } else { "later" })
        }
        "CLOSED" => closed(model),
        code => refusal(code, model.you_first()),
    }
}

/// What a stable code means, and what can be done about it.
fn refusal(code: &str, you_first: bool) -> Text {
    let (caller, callee) = parties(you_first);
    match code {
        "CALLER_NOT_AVAILABLE" => unreachable(caller),
        "CALLEE_NOT_AVAILABLE" => unreachable(callee),
        "INVALID_PHONE_NUMBER" => ("numberRefused", "numberRefusedHow"),
        "NUMBER_NOT_ALLOWED" | "SERVICE_NOT_APPLICABLE" => ("notAllowed", "otherNumber"),
        "SAME_CALLER_CALLEE" => ("sameNumber", "otherNumber"),
        "ALREADY_EXISTS" => ("exists", "existsHow"),
        "RECORDING_NOT_SUPPORTED" => ("notPlaced", "tellOwner"),
        "ORIGIN_NOT_ALLOWED" => ("wrongPage", "wrongPageHow"),
        "NOT_FOUND" => ("gone", "tellOwner"),
        "UNAUTHENTICATED" | "PERMISSION_DENIED" => ("signIn", "signInHow"),
        "CAPTCHA_REQUIRED" | "CAPTCHA_FAILED" => ("captchaFailed", "retry"),
        "CALL_LOST" => ("callLost", "callLostHow"),
        "NETWORK" => ("noNetwork", "noNetworkHow"),
        "OPERATOR_TIMEOUT" => ("notPlaced", "operatorSlow"),
        "OPERATOR_UNAVAILABLE" | "OPERATOR_ERROR" | "NOT_CONFIGURED" => {
            ("notPlaced", "operatorDown")
        }
        "CALL_NOT_ESTABLISHED" => ("notPlaced", "notConnected"),
        _ => ("wrong", "wrongHow"),
    }
}

/// The number of the telephone link that could not be served: it is the device's then.
/// What the owner does not want called is not offered.
pub fn device(model: &Model) -> Option<&str> {
    let barred =
        matches!(&model.stage, Stage::Error(problem) if problem.code == "NUMBER_NOT_ALLOWED");
    let linked = model.linked.as_deref();
    linked.filter(|_| wants_fallback(model) && !barred)
}

/// Whether the owner's other way is worth showing: not where the visitor has
/// only to enter something else.
pub fn wants_fallback(model: &Model) -> bool {
    match &model.stage {
        Stage::Form => model.is_closed(),
        Stage::Over(over) => over.state == State::Failed,
        Stage::Error(problem) => !matches!(
            problem.code.as_str(),
            "INVALID_PHONE_NUMBER"
                | "SAME_CALLER_CALLEE"
                | "ALREADY_EXISTS"
                | "CALL_LOST"
                | "CAPTCHA_FAILED"
        ),
        _ => false,
    }
}

/// How long they talked, if they did: the words, and the seconds.
pub fn duration(over: &Over) -> Option<(Key, u32)> {
    let key = if over.assumed {
        "durationAbout"
    } else {
        "duration"
    };
    over.talked.then_some((key, over.duration_seconds))
}
