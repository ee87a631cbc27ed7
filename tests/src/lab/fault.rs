//! What can go wrong at an operator.

use std::time::Duration;

use call::State;

/// One thing that goes wrong. A call may suffer from several.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// The call is placed, the answer comes late.
    SlowAnswer(Duration),
    /// The request is answered with this status and no call is placed.
    ErrorAnswer(u16),
    /// The request is refused as if the enterprise had no right to call.
    PermissionDenied,
    /// The request is refused since the enterprise has not paid.
    AccountSuspended,
    /// The request is refused as if nobody knew the credentials.
    CredentialsRefused,
    /// The call is placed, but the connection is closed without an answer.
    AnswerLost,
    /// A web page instead of JSON; no call is placed.
    HtmlAnswer,
    /// JSON that is not what the document promises; no call is placed.
    WrongShapeAnswer,
    /// The request is refused in the dialect's own form, with this code and
    /// these words, and with everything that a careless operator adds to them.
    Refused {
        /// The status.
        status: u16,
        /// The dialect's code for it.
        code: &'static str,
        /// Its words for it.
        words: &'static str,
    },
    /// A web page with this status, as of a proxy in between; no call is placed.
    WebPage(u16),
    /// The call is placed, and the connection closed amid the answer's body.
    ClosedInMidBody,
    /// The call is placed, the answer has 20 MB.
    HugeAnswer,
    /// The first event arrives before the answer to the request.
    EventBeforeAnswer,
    /// Every event is delivered twice.
    EventTwice,
    /// The event of this state is never delivered.
    EventLost(State),
    /// No event is ever delivered.
    EventsLost,
    /// `status` is a word instead of an object, where it should be one.
    StatusAsText,
    /// The duration is a number instead of a string.
    DurationAsNumber,
    /// Before every event comes one of a kind that nobody knows.
    UnknownEventsBetween,
    /// No detail record is written (Kazoo).
    RecordLost,
    /// A hang-up is answered with 500 and does nothing.
    HangUpRefused,
    /// A hang-up is accepted, and the end is never told.
    HangUpSilent,
    /// The recording comes so.
    RecordingSpoilt(Spoilt),
}

/// How a recording comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spoilt {
    /// With this status instead.
    Refused(u16),
    /// As a web page instead.
    Page,
    /// As something that is no audio, although it says so.
    NoAudio,
    /// With another media type (where the dialect has one).
    OtherKind,
    /// Closed in the middle.
    ClosedInMidBody,
    /// As large as the documents allow.
    Long,
    /// As large, and closed in the middle.
    LongClosedInMidBody,
    /// Larger.
    TooLong,
}

/// What has been arranged for the calls of one number.
#[derive(Clone, Debug, Default)]
pub(super) struct Orders {
    /// The call does only what it is told.
    pub(super) by_hand: bool,
    /// The call is recorded in any case.
    pub(super) recorded: bool,
    faults: Vec<Fault>,
}

impl Orders {
    pub(super) fn add(&mut self, fault: Fault) {
        self.faults.push(fault);
    }

    /// What holds for a call between two numbers.
    pub(super) fn and(mut self, other: Self) -> Self {
        self.by_hand |= other.by_hand;
        self.recorded |= other.recorded;
        self.faults.extend(other.faults);
        self
    }

    pub(super) fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    /// How long the answer is held back.
    pub(super) fn slow_answer(&self) -> Option<Duration> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::SlowAnswer(pause) => Some(*pause),
            _ => None,
        })
    }

    /// The status that is answered instead of placing a call.
    pub(super) fn error_answer(&self) -> Option<u16> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::ErrorAnswer(status) => Some(*status),
            _ => None,
        })
    }

    /// Status, code and words of a refusal.
    pub(super) fn refused(&self) -> Option<(u16, &'static str, &'static str)> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::Refused {
                status,
                code,
                words,
            } => Some((*status, *code, *words)),
            _ => None,
        })
    }

    /// How the recording comes, if not well.
    pub(super) fn spoilt(&self) -> Option<Spoilt> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::RecordingSpoilt(spoilt) => Some(*spoilt),
            _ => None,
        })
    }

    /// The status of a web page that is answered instead of placing a call.
    pub(super) fn web_page(&self) -> Option<u16> {
        self.faults.iter().find_map(|fault| match fault {
            Fault::WebPage(status) => Some(*status),
            _ => None,
        })
    }

    /// Whether the event of this state is never delivered.
    pub(super) fn loses(&self, state: State) -> bool {
        self.has(Fault::EventsLost) || self.has(Fault::EventLost(state))
    }
}
