//! The reducer: what happened -> what is now true, and what is to be done.
//! Pure; the clock's time and fresh keys are arguments. What concerns a call
//! that has been asked for is in `follow`.

use call::State;

use crate::event::{Alarm, Effect, Event, Focus};
use crate::model::{HangUp, Line, Live, Model, Stage};
use crate::number;
use crate::told::{Button, Record, Trouble};

/// A request without an answer is called slow after this long: most operators
/// answer within two or three seconds.
pub const SLOW_MS: u32 = 6_000;
/// A request that was cut off by a reload is repeated within this time only:
/// later, nobody waits for that call any more.
pub const PENDING_MS: f64 = 60_000.0;
/// The longest pause between two attempts.
const LONGEST_PAUSE_MS: u32 = 15_000;

impl Model {
    /// Applies an event.
    pub fn step(&mut self, event: Event, now: f64) -> Vec<Effect> {
        match event {
            Event::Mounted => self.mounted(),
            Event::Open => self.show(),
            Event::Close => self.hide(),
            Event::Toggle if self.open => self.hide(),
            Event::Toggle => self.show(),
            Event::Dial => self.dial(),
            Event::Submit => self.submit(),
            Event::Typed(text) => self.type_in(text),
            Event::Again => self.again(),
            Event::Go { key } => self.go(key, now),
            Event::Found { record, show } => self.found(record, show, now),
            Event::ButtonRead(answer) => self.button_read(answer),
            Event::Alarm(alarm) => self.alarm(alarm),
            Event::Tick => vec![],
            Event::Back => self.back(),
            Event::Offline => self.offline(),
            of_a_call => self.follow(of_a_call, now),
        }
    }

    fn mounted(&mut self) -> Vec<Effect> {
        let mut effects = vec![Effect::Recall];
        effects.extend(self.want_button());
        effects
    }

    fn show(&mut self) -> Vec<Effect> {
        self.open = true;
        let focus = match self.stage {
            Stage::Form => Focus::Number,
            Stage::Starting { .. } | Stage::Live(_) => Focus::HangUp,
            Stage::Over(_) | Stage::Error(_) => Focus::Again,
        };
        let mut effects = vec![Effect::Recall, Effect::Focus(focus)];
        effects.extend(self.want_button());
        effects
    }

    /// A call goes on behind a closed panel; an ending has been read.
    fn hide(&mut self) -> Vec<Effect> {
        self.open = false;
        if !self.is_calling() {
            self.reset();
        }
        vec![Effect::Focus(Focus::Button)]
    }

    pub(crate) fn reset(&mut self) {
        self.stage = Stage::Form;
        self.flaw = None;
        self.hang_up = HangUp::Not;
        self.line = Line::Fine;
        self.tries = 0;
    }

    fn type_in(&mut self, text: String) -> Vec<Effect> {
        self.typed = text;
        self.flaw = None;
        vec![]
    }

    fn again(&mut self) -> Vec<Effect> {
        if self.is_calling() {
            return vec![];
        }
        self.reset();
        let mut effects = vec![Effect::Focus(Focus::Number)];
        effects.extend(self.want_button());
        effects
    }

    /// The button is read once, and again only after that has failed.
    pub(crate) fn want_button(&mut self) -> Option<Effect> {
        let wanted = self.button.is_none() && !self.reading;
        self.reading |= wanted;
        wanted.then_some(Effect::ReadButton)
    }

    /// A page that dials with an empty field only opens it: nobody has done
    /// anything that could be wrong.
    fn dial(&mut self) -> Vec<Effect> {
        if self.is_calling() || self.typed.is_empty() {
            self.show()
        } else {
            self.submit()
        }
    }

    fn submit(&mut self) -> Vec<Effect> {
        if self.is_calling() {
            return vec![];
        }
        self.reset();
        self.open = true;
        match number::read(&self.typed) {
            Ok(_) => vec![Effect::AskPage],
            Err(flaw) => {
                self.flaw = Some(flaw);
                vec![Effect::Focus(Focus::Number)]
            }
        }
    }

    fn go(&mut self, key: String, now: f64) -> Vec<Effect> {
        let (Stage::Form, Ok(number)) = (&self.stage, number::read(&self.typed)) else {
            return vec![];
        };
        self.start(key, number, now)
    }

    fn start(&mut self, key: String, number: String, since: f64) -> Vec<Effect> {
        self.reset();
        self.stage = Stage::Starting {
            key: key.clone(),
            number: number.clone(),
            since,
        };
        vec![
            Effect::Keep,
            Effect::Place { key, number },
            Effect::Wake(Alarm::Slow, SLOW_MS),
            Effect::Focus(Focus::HangUp),
        ]
    }

    fn found(&mut self, record: Record, show: bool, now: f64) -> Vec<Effect> {
        if self.is_calling() {
            return vec![];
        }
        match (record.call, record.number) {
            (Some(call), _) => {
                self.reset();
                self.open |= show;
                self.stage = Stage::Live(Live {
                    call,
                    key: record.key,
                    since: record.started,
                    state: State::Initiating,
                    heard: false,
                    connected: record.connected,
                });
                vec![Effect::Listen]
            }
            (None, Some(number)) if now - record.started < PENDING_MS => {
                self.open |= show;
                self.start(record.key, number, record.started)
            }
            _ => vec![Effect::Forget],
        }
    }

    fn button_read(&mut self, answer: Result<Button, Trouble>) -> Vec<Effect> {
        self.reading = false;
        match answer {
            Ok(button) => {
                self.button = Some(button);
                if self.stage == Stage::Form {
                    self.line = Line::Fine;
                }
                vec![]
            }
            Err(Trouble::Network) => {
                if self.stage == Stage::Form {
                    self.line = Line::Lost;
                }
                vec![Effect::Wake(Alarm::Button, self.pause())]
            }
            Err(Trouble::Refused { code, retry_after }) if self.stage == Stage::Form => {
                self.fail(code, retry_after)
            }
            Err(Trouble::Refused { .. }) => vec![],
        }
    }

    /// A pause before the next attempt that doubles each time.
    pub(crate) fn pause(&mut self) -> u32 {
        let pause = 1_000_u32 << self.tries.min(4);
        self.tries += 1;
        pause.min(LONGEST_PAUSE_MS)
    }
}
