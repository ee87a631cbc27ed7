//! The built-in sandbox: rings no phone, needs no network and no account.
//!
//! It answers at once; what follows is played by the call room's own deadlines
//! (see [`call::sandbox`]).

use call::sandbox::Script;
use call::{Number, Reason, Recording, State, Status};

use super::{Converse, Dialect, Form, Heard, Memory, Moment, Outcome, Right, Step, Want};
use crate::document::{Flaw, Place};

/// The name by which the sandbox knows every call: a room has only one.
const CALL_NAME: &str = "sandbox";

/// The sandbox as a connection.
#[derive(Clone)]
pub struct Connection {
    /// What both phones would show.
    pub platform_number: Number,
}

impl Dialect for Connection {
    type Conversation<'a> = Conversation<'a>;

    const NAME: &'static str = "sandbox";
    const HARMLESS: &'static [Right] = &[Right::Place];
    const TELLS_AT: Option<&'static str> = None;

    fn read(place: &Place<'_>, _loopback: bool) -> Result<Self, Flaw> {
        place.only(&["dialect", "platform_number"])?;
        let platform_number = place.field("platform_number")?.number()?;
        Ok(Self { platform_number })
    }

    fn platform_number(&self) -> &Number {
        &self.platform_number
    }

    fn converse<'a>(&'a self, want: &'a Want, _memory: Memory) -> Conversation<'a> {
        Conversation(want)
    }

    fn script(&self, caller: &str, callee: &str) -> Option<Script> {
        Some(Script::choose(caller, callee))
    }
}

/// What is wanted, and answered at once.
pub struct Conversation<'a>(&'a Want);

impl Converse for Conversation<'_> {
    fn next(&mut self, _heard: Option<Heard>, _moment: Moment) -> Step {
        Step::Done(answer(self.0))
    }
}

fn answer(want: &Want) -> Outcome {
    match want {
        Want::Place(order) => {
            match Script::choose(order.caller.digits(), order.callee.digits()).answer() {
                Ok(()) => Outcome::Placed(CALL_NAME.to_owned()),
                Err(failure) => Outcome::Refused(failure),
            }
        }
        Want::HangUp(_) => {
            let ended = Status::ended(State::Disconnected, Some(Reason::HangUp), None);
            Outcome::HungUp(Some(ended.with_recording(Some(Recording::Success))))
        }
        Want::Ask(_) => Outcome::Gone,
        Want::Recording(_) => Outcome::Recording(Form::Tone),
        Want::Readiness => Outcome::Ready,
    }
}
