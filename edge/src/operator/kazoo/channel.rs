//! What is asked of a call that goes on, or has ended: that it be hung up, and
//! what became of it. Its channel is there or gone; then there is the history,
//! and at last the call's detail record.

use std::time::Duration;

use call::{Cause, Failure, Millis, News};

use super::NAME_PREFIX;
use super::answer::{Answer, GREGORIAN_S};
use super::conversation::{Conversation, Sent, refused};
use super::recording;
use crate::operator::{Asked, Outcome, Step};

/// How long after a hang-up, and after each look, it is looked whether the
/// channel is gone: a phone system needs a moment, and the visitor waits.
pub(super) const LOOKS: [Duration; 4] = [
    Duration::from_millis(200),
    Duration::from_millis(400),
    Duration::from_millis(800),
    Duration::from_millis(1_600),
];
/// Seconds into the past that the history is read for: the longest call, and some.
const HISTORY_S: u64 = 5 * 3_600;

impl Conversation<'_> {
    /// A hang-up is accepted in any case, but carried out only where metaflows
    /// are on.
    pub(super) fn look_whether_gone(&mut self, answer: &Answer, name: &str) -> Step {
        if answer.is_gone() {
            Step::Done(Outcome::Gone)
        } else if answer.is_yes() {
            self.send(Sent::Look(0), "GET", &channel(name), None)
        } else {
            refused(answer.failure())
        }
    }

    pub(super) fn look_again(&mut self, answer: &Answer, name: &str, before: usize) -> Step {
        if answer.is_gone() {
            Step::Done(Outcome::HungUp(None))
        } else if answer.is_yes() && before + 1 < LOOKS.len() {
            self.send(Sent::Look(before + 1), "GET", &channel(name), None)
        } else {
            // It is still there: whoever wanted it to end has to be told.
            refused(Failure::OperatorUnreadable)
        }
    }

    pub(super) fn take_channel(&mut self, answer: &Answer, asked: &Asked, now: Millis) -> Step {
        if answer.is_yes() {
            let status = answer.channel().map(|status| Outcome::Is(status.into()));
            return status.map_or_else(|| refused(Failure::OperatorUnreadable), Step::Done);
        }
        if !answer.is_gone() {
            return refused(answer.failure());
        }
        // `c2c-<the document's id>-<random>`.
        let name = asked.operator_call.strip_prefix(NAME_PREFIX);
        let Some((document, _)) = name.unwrap_or_default().split_once('-') else {
            return Step::Done(Outcome::Gone);
        };
        let from = GREGORIAN_S + (now.0 / 1000).saturating_sub(HISTORY_S);
        let path = format!("clicktocall/{document}/history?paginate=false&created_from={from}");
        self.send(Sent::History, "GET", &path, None)
    }

    /// What the history says is said, if it is certain. Otherwise there is still
    /// the detail record, which is written some time after the end; it is asked
    /// for once.
    pub(super) fn take_past(&mut self, past: Outcome, asked: &Asked) -> Step {
        match past {
            Outcome::Gone
            | Outcome::Is(News::Ended {
                cause: Cause::Unknown,
                ..
            }) => {
                self.otherwise = Some(past);
                let path = recording::record_path(&asked.operator_call, asked.opened_at);
                self.send(Sent::Detail, "GET", &path, None)
            }
            certain => Step::Done(certain),
        }
    }
}

/// Where a call's channel is.
pub(super) fn channel(name: &str) -> String {
    format!("channels/{name}")
}

/// The answer to a question for the history of a call whose channel is gone.
pub(super) fn past(answer: &Answer, name: &str) -> Outcome {
    if answer.is_yes() || answer.status == 404 {
        answer.past(name)
    } else {
        Outcome::Refused(answer.failure())
    }
}
