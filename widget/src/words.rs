//! Every text that a visitor reads, in one place, so that other languages can
//! come. `@` stands for whom the visitor calls, `#` for the platform number.

use call::{Failure, Reason, State};

use crate::model::{HangUp, Line, Live, Model, Over, Problem, Stage};
use crate::number::{self, Flaw};

/// Whom the visitor calls while the button's name is not known yet.
const SOMEBODY: &str = "us";

pub const TITLE: &str = "Call @";
pub const CLOSE: &str = "Close";
pub const FIELD: &str = "Your phone number";
pub const EXAMPLE: &str = "+1 202 555 0123";
pub const SUBMIT: &str = "Call me now";
pub const HANG_UP: &str = "Hang up";
pub const CALLED_FROM: &str = "You will be called from ";
pub const SANDBOX: &str = "Sandbox: no real phone rings";
pub const YOU: &str = "You";
const CONTACT_FIRST: &str = "We ring your phone first, then connect you with @.";
const EXTENSION_FIRST: &str = "We ring @ first, then your phone.";

/// A headline, and a sentence below it.
pub type Text = (&'static str, &'static str);

/// Which phone a reason is about, as the visitor sees it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Who {
    You,
    Them,
}

/// Fills in the button's name and number.
pub fn fill(text: &str, model: &Model) -> String {
    let button = model.button.as_ref();
    let mut filled = String::new();
    for c in text.chars() {
        match c {
            '@' => filled.push_str(button.map_or(SOMEBODY, |b| &b.name)),
            '#' => match button {
                // A number is not broken into two lines.
                Some(button) => filled.extend(
                    number::pretty(&button.display_number)
                        .chars()
                        .map(|c| if c == ' ' { '\u{a0}' } else { c }),
                ),
                None => filled.push_str("our number"),
            },
            other => filled.push(other),
        }
    }
    filled
}

/// The button that leads back to the form.
pub fn again(model: &Model) -> &'static str {
    match &model.stage {
        Stage::Over(over) if over.talked => "Call again",
        _ => "Try again",
    }
}

/// What will happen, said before the visitor decides.
pub fn promise(model: &Model) -> &'static str {
    if model.contact_first() {
        CONTACT_FIRST
    } else {
        EXTENSION_FIRST
    }
}

/// What is true now.
pub fn status(model: &Model) -> Text {
    match (&model.stage, model.hang_up) {
        (Stage::Form, _) => ("", ""),
        (Stage::Over(over), _) => ending(over, model.contact_first()),
        (Stage::Error(problem), _) => error(problem),
        (_, HangUp::Asked) => ("Hanging up…", ""),
        (_, HangUp::Overdue) => (
            "Please hang up your phone",
            "We asked to end the call, but have not heard that it has ended.",
        ),
        (_, HangUp::Refused) => (
            "Please hang up your phone",
            "The call could not be ended from here.",
        ),
        (Stage::Starting { .. }, _) => starting(model.contact_first()),
        (Stage::Live(live), _) => calling(live, model.contact_first()),
    }
}

fn starting(contact_first: bool) -> Text {
    let detail = if contact_first {
        "Keep your phone at hand. It will show #."
    } else {
        "We ring @ first, then your phone."
    };
    ("Starting your call…", detail)
}

fn calling(live: &Live, contact_first: bool) -> Text {
    match (live.state, contact_first) {
        (State::CallingCaller, true) => ("Calling you… pick up", "Your phone shows #."),
        (State::CallingCaller, false) => ("Calling @…", "Your phone rings next."),
        (State::CallingCallee, true) => ("Calling @…", "Please stay on the line."),
        (State::CallingCallee, false) => (
            "Calling you… pick up",
            "@ is on the line. Your phone shows #.",
        ),
        (State::Connected, _) => ("Connected", "You can talk with @ now."),
        _ => starting(contact_first),
    }
}

/// What is wrong with the line, if anything.
pub fn line(model: &Model) -> &'static str {
    match (model.line, &model.stage) {
        (Line::Fine | Line::Broken, _) => "",
        (Line::Slow, _) => "This takes longer than usual. Please wait…",
        (Line::Lost, Stage::Live(_)) => {
            "No connection to our server. Your call is not affected; we keep trying…"
        }
        (Line::Lost, _) => "No connection to our server. We keep trying…",
    }
}

/// What is wrong with the number in the field.
pub fn flaw(flaw: Flaw) -> &'static str {
    match flaw {
        Flaw::Empty => "Please enter your phone number.",
        Flaw::NoCountry => {
            "Please start with + and your country code, for example +1 202 555 0123."
        }
        Flaw::TooShort => "This number is too short. Please check it.",
        Flaw::TooLong => "This number is too long. Please check it.",
        Flaw::NotANumber => "This is not a phone number. Please use digits, starting with +.",
    }
}

/// How it ended, from the visitor's point of view.
fn ending(over: &Over, contact_first: bool) -> Text {
    if over.state == State::Failed {
        return failure(over.failure, contact_first);
    }
    let (caller, callee) = if contact_first {
        (Who::You, Who::Them)
    } else {
        (Who::Them, Who::You)
    };
    match over.reason {
        Some(Reason::CallerBusy) => busy(caller),
        Some(Reason::CalleeBusy) => busy(callee),
        Some(Reason::CallerNoAnswer) => no_answer(caller),
        Some(Reason::CalleeNoAnswer) => no_answer(callee),
        Some(Reason::CallerFailure) => unreachable(caller),
        Some(Reason::CalleeFailure) => unreachable(callee),
        Some(Reason::CallerAbandon) if over.by_us => CANCELLED,
        Some(Reason::CallerAbandon) => abandoned(caller),
        Some(Reason::HangUp) if !over.talked && !over.assumed => CANCELLED,
        _ if over.assumed => (
            "Call ended",
            "We were not told how the call ended. If you are still talking, just go on.",
        ),
        Some(Reason::HangUp) if over.by_us => ("Call ended", "You hung up."),
        Some(Reason::HangUp) => ("Call ended", ""),
        _ => ("Call ended", "The call was cut off."),
    }
}

const CANCELLED: Text = ("Call ended", "It ended before you were connected.");

fn busy(who: Who) -> Text {
    match who {
        Who::You => ("Your phone was busy", "End your other call and try again."),
        Who::Them => ("@ is on another call", "Please try again in a few minutes."),
    }
}

fn no_answer(who: Who) -> Text {
    match who {
        Who::You => (
            "You did not pick up",
            "Have your phone at hand and try again. It will show #.",
        ),
        Who::Them => ("@ did not pick up", "Please try again later."),
    }
}

fn unreachable(who: Who) -> Text {
    match who {
        Who::You => (
            "Your phone could not be reached",
            "Check the number and that your phone has reception.",
        ),
        Who::Them => ("@ could not be reached", "Please try again later."),
    }
}

fn abandoned(who: Who) -> Text {
    match who {
        Who::You => ("You hung up", "That was before @ could answer."),
        Who::Them => ("@ hung up", "That was before you could answer."),
    }
}

const NOT_PLACED: &str = "The call could not be placed";

/// Why it never came about.
fn failure(failure: Option<Failure>, contact_first: bool) -> Text {
    let code = failure.map_or("", Failure::as_str);
    let (head, detail) = refusal(code, contact_first);
    match failure {
        Some(Failure::OperatorSilent) => (
            NOT_PLACED,
            "The phone company did not answer in time. If your phone rings, please hang up.",
        ),
        _ => (head, detail),
    }
}

/// Why there is no call.
fn error(problem: &Problem) -> Text {
    if problem.code == "QUOTA_EXCEEDED" {
        let soon = problem.retry_after.is_some_and(|seconds| seconds <= 300);
        let detail = if soon {
            "Please try again in a few minutes."
        } else {
            "Please try again later."
        };
        return ("Too many calls right now", detail);
    }
    refusal(&problem.code, true)
}

/// What a stable code means, and what the visitor can do about it.
fn refusal(code: &str, contact_first: bool) -> Text {
    let (caller, callee) = if contact_first {
        (Who::You, Who::Them)
    } else {
        (Who::Them, Who::You)
    };
    match code {
        "CALLER_NOT_AVAILABLE" => unreachable(caller),
        "CALLEE_NOT_AVAILABLE" => unreachable(callee),
        "INVALID_PHONE_NUMBER" => (
            "This number is not accepted",
            "Check it, with + and the country code, and try again.",
        ),
        "NUMBER_NOT_ALLOWED" => (
            "This number cannot be called from here",
            "Please try another number.",
        ),
        "SAME_CALLER_CALLEE" => (
            "This is the number of @",
            "Please enter your own phone number.",
        ),
        "ALREADY_EXISTS" => (
            "There is already a call to this number",
            "Please end that call first, or wait until it is over.",
        ),
        "RECORDING_NOT_SUPPORTED" => (
            NOT_PLACED,
            "It would have to be recorded, which is not possible. Please tell the owner of this page.",
        ),
        "ORIGIN_NOT_ALLOWED" => (
            "This button does not work on this page",
            "Its owner has to allow the page's address first.",
        ),
        "NOT_FOUND" => (
            "This button does not exist any more",
            "Please tell the owner of this page.",
        ),
        "CALL_LOST" => (
            "We can no longer follow this call",
            "If you are talking, just go on. Hang up your phone to end the call.",
        ),
        "NETWORK" => (
            "No connection to our server",
            "Check your connection. If your phone rings after all, you can pick up.",
        ),
        "OPERATOR_TIMEOUT" => (
            NOT_PLACED,
            "The phone company did not answer in time. Please try again in a few minutes.",
        ),
        "OPERATOR_UNAVAILABLE" | "OPERATOR_ERROR" | "NOT_CONFIGURED" => (
            NOT_PLACED,
            "The phone company has a problem. Please try again in a few minutes.",
        ),
        "CALL_NOT_ESTABLISHED" => (
            NOT_PLACED,
            "The phones could not be connected. Please try again.",
        ),
        _ => (
            "Something went wrong",
            "Your call was not placed. Please try again in a few minutes.",
        ),
    }
}

/// `1:05`, or `1:02:03` for those who talk that long.
pub fn clock(seconds: u32) -> String {
    let mut text = String::new();
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    if hours > 0 {
        text.push_str(&hours.to_string());
        text.push(':');
        text.push_str(&two(minutes));
    } else {
        text.push_str(&minutes.to_string());
    }
    text.push(':');
    text.push_str(&two(seconds % 60));
    text
}

fn two(number: u32) -> String {
    let mut text = String::from(if number < 10 { "0" } else { "" });
    text.push_str(&number.to_string());
    text
}

/// How long they talked, if they did.
pub fn duration(over: &Over) -> Option<String> {
    over.talked.then(|| {
        let mut text = String::from(if over.assumed {
            "Duration: about "
        } else {
            "Duration: "
        });
        text.push_str(&clock(over.duration_seconds));
        text
    })
}
