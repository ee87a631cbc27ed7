//! The built-in sandbox: rings no phone, needs no network and no account.
//!
//! It answers at once; what follows is played by the call room's own deadlines
//! (see [`call::sandbox`]).

use call::sandbox::Script;
use call::{Reason, Recording, State, Status};

use super::{Form, Outcome, Want};

/// The name by which the sandbox knows every call: a room has only one.
const CALL_NAME: &str = "sandbox";

/// What the sandbox answers.
#[must_use]
pub fn answer(want: &Want) -> Outcome {
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
