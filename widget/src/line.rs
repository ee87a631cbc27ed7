//! The reducer, for the line to the edge during a call: answers that come late or not at
//! all, streams that break, alarms. Pure, as `step` is.

use crate::event::{Alarm, Effect};
use crate::model::{HangUp, Line, Model, Stage};
use crate::told::{Told, Trouble};

/// A stream that is down this long is worth a word; the renewals that the
/// platform forces now and then are over sooner.
pub const LOST_MS: u32 = 2_500;

impl Model {
    /// The call, read once because its stream gave up.
    pub(crate) fn read(&mut self, answer: Result<Told, Trouble>, now: f64) -> Vec<Effect> {
        let before = self.live().map(|live| live.state);
        let mut effects = match answer {
            Ok(told) => {
                // Where no stream can be had, a call in motion is read as often as that.
                if before != Some(told.state) {
                    self.tries = 0;
                }
                self.told(told, now)
            }
            Err(Trouble::Refused { code, .. }) if is_unknown(&code) => {
                return self.fail("CALL_LOST".to_owned(), None);
            }
            Err(_) => {
                self.line = Line::Lost;
                vec![]
            }
        };
        if self.is_calling() {
            effects.push(Effect::Wake(Alarm::Listen, self.pause()));
        }
        effects
    }

    pub(crate) fn hung_up(&mut self, answer: Result<(), Trouble>) -> Vec<Effect> {
        match answer {
            // The end is near: whoever has no stream looks soon.
            Ok(()) => {
                self.tries = 0;
                let look = Effect::Wake(Alarm::Listen, self.pause());
                vec![Effect::Still(Alarm::HangUp), look]
            }
            Err(Trouble::Network) => {
                self.line = Line::Lost;
                vec![Effect::Wake(Alarm::HangUp, self.pause())]
            }
            Err(Trouble::Refused { code, .. }) if code == "ALREADY_EXISTS" || is_unknown(&code) => {
                vec![Effect::Read]
            }
            Err(Trouble::Refused { .. }) => {
                self.hang_up = HangUp::Refused;
                vec![Effect::Still(Alarm::Overdue)]
            }
        }
    }

    /// Told again and again while the browser tries; the first one counts.
    pub(crate) fn stream_down(&mut self) -> Vec<Effect> {
        if self.line != Line::Fine {
            return vec![];
        }
        self.line = Line::Broken;
        vec![Effect::Wake(Alarm::Lost, LOST_MS)]
    }

    pub(crate) fn stream_up(&mut self) -> Vec<Effect> {
        self.line = Line::Fine;
        vec![Effect::Still(Alarm::Lost)]
    }

    pub(crate) fn alarm(&mut self, alarm: Alarm) -> Vec<Effect> {
        let hanging_up = matches!(self.hang_up, HangUp::Asked | HangUp::Overdue);
        match (alarm, &self.stage) {
            (Alarm::Button, _) => self.want_button().into_iter().collect(),
            (Alarm::Place, Stage::Starting { key, wanted, .. }) => vec![Effect::Place {
                key: key.clone(),
                wanted: wanted.clone(),
            }],
            (Alarm::Opening, _) if self.is_closed() && !self.reading => {
                vec![self.read_button(true)]
            }
            (Alarm::Listen, Stage::Live(_)) => vec![Effect::Listen],
            (Alarm::HangUp, Stage::Live(_)) if hanging_up => vec![Effect::HangUp],
            (Alarm::Slow, Stage::Starting { .. }) if self.line == Line::Fine => {
                self.line = Line::Slow;
                vec![]
            }
            (Alarm::Lost, _) if self.line == Line::Broken => self.offline(),
            (Alarm::Overdue, _) if self.hang_up == HangUp::Asked => {
                self.hang_up = HangUp::Overdue;
                vec![]
            }
            _ => vec![],
        }
    }

    pub(crate) fn offline(&mut self) -> Vec<Effect> {
        self.line = Line::Lost;
        vec![]
    }

    /// The line may be up again, and things may have happened meanwhile.
    pub(crate) fn back(&mut self) -> Vec<Effect> {
        match self.stage {
            Stage::Live(_) => vec![Effect::Read],
            Stage::Starting { .. } if self.line == Line::Lost => {
                vec![Effect::Wake(Alarm::Place, 0)]
            }
            Stage::Starting { .. } => vec![],
            _ => {
                self.line = Line::Fine;
                self.want_button().into_iter().collect()
            }
        }
    }
}

/// Whether the edge does not know the call, or not our token for it.
fn is_unknown(code: &str) -> bool {
    matches!(code, "NOT_FOUND" | "UNAUTHENTICATED" | "PERMISSION_DENIED")
}
