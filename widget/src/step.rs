//! The reducer: what happened -> what is now true, and what is to be done.
//! Pure; the clock's time and fresh keys are arguments. What a visitor enters is in
//! `entry`, what concerns a call that has been asked for in `follow`.

use call::State;

use crate::event::{Alarm, Effect, Event, Focus};
use crate::model::{HangUp, Line, Live, Model, Stage};
use crate::number;
use crate::told::{Button, Record, Trouble, Wanted};

/// A request that was cut off by a reload is repeated within this time only:
/// later, nobody waits for that call any more.
pub const PENDING_MS: f64 = 60_000.0;
/// A page that was not heard of for this long was asleep. Browsers let hidden
/// pages wait up to a minute between two ticks.
const SLEPT_MS: f64 = 90_000.0;
/// An opening is not waited for in shorter steps, as clocks differ, nor in longer
/// ones: a browser's alarm ends after 24 days.
const LEAST_WAIT_MS: f64 = 5_000.0;
const LONGEST_WAIT_MS: f64 = 86_400_000.0;
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
            Event::Toggle if self.facts.agent => self.dial(),
            Event::Toggle => self.show(),
            Event::Dial => self.dial(),
            Event::Submit => self.submit(),
            Event::Typed(text) => self.type_in(text),
            Event::Linked(number) => self.link(number),
            Event::Country(country) => self.choose(country),
            Event::Agree(agreed) => self.agree(agreed),
            Event::Remember(remember) => self.keep_number(remember),
            Event::Again => self.again(),
            Event::Permitted(key) => self.permitted(key, now),
            Event::Solved(solved) => self.solved(solved, now),
            Event::Words => vec![],
            Event::Found { record, show } => self.found(record, show, now),
            Event::ButtonRead(answer) => self.button_read(answer, now),
            Event::Alarm(alarm) => self.alarm(alarm),
            Event::Tick => self.tick(now),
            Event::Back => self.back(),
            Event::Offline => self.offline(),
            of_a_call => self.follow(of_a_call, now),
        }
    }

    fn mounted(&mut self) -> Vec<Effect> {
        if let Some(number) = self.facts.remembered.clone() {
            self.remember = true;
            self.type_in(number::pretty(&number));
        }
        let mut effects = vec![Effect::Recall];
        effects.extend(self.want_button());
        effects
    }

    pub(crate) fn show(&mut self) -> Vec<Effect> {
        self.open = true;
        let focus = match self.stage {
            Stage::Form | Stage::Captcha { .. } => Focus::Number,
            Stage::Starting { .. } | Stage::Live(_) => Focus::HangUp,
            Stage::Over(_) | Stage::Error(_) => Focus::Again,
        };
        let mut effects = vec![Effect::Recall, Effect::Focus(focus)];
        if self.is_closed() && !self.reading {
            effects.push(self.read_button(true));
        }
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
        self.asking = false;
        self.eager = false;
        self.renewed = false;
        self.hang_up = HangUp::Not;
        self.line = Line::Fine;
        self.tries = 0;
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
        wanted.then(|| self.read_button(false))
    }

    pub(crate) fn read_button(&mut self, fresh: bool) -> Effect {
        self.reading = true;
        Effect::ReadButton { fresh }
    }

    /// A machine that has slept has missed whatever happened meanwhile.
    fn tick(&mut self, now: f64) -> Vec<Effect> {
        let slept = now - self.awake > SLEPT_MS;
        self.awake = now;
        match self.stage {
            Stage::Live(_) if slept => vec![Effect::Deafen, Effect::Read],
            _ => vec![],
        }
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
                self.awake = now;
                vec![Effect::Listen]
            }
            (None, number)
                if now - record.started < PENDING_MS
                    && (number.is_some() || !self.enters_number()) =>
            {
                self.open |= show;
                let wanted = Wanted {
                    number,
                    consent: record.consent,
                    proof: None,
                };
                self.start(record.key, wanted, record.started)
            }
            _ => vec![Effect::Forget],
        }
    }

    fn button_read(&mut self, answer: Result<Button, Trouble>, now: f64) -> Vec<Effect> {
        self.reading = false;
        match answer {
            Ok(button) => {
                let opens_in = button.opens_at.map(|at| at - now);
                self.button = Some(button);
                if self.stage == Stage::Form {
                    self.line = Line::Fine;
                }
                let mut effects = vec![];
                if let Some(wait) = opens_in.filter(|_| self.is_closed()) {
                    let wait = wait.clamp(LEAST_WAIT_MS, LONGEST_WAIT_MS) as u32;
                    effects.push(Effect::Wake(Alarm::Opening, wait));
                }
                if std::mem::take(&mut self.eager) && self.stage == Stage::Form {
                    effects.extend(self.submit());
                }
                effects
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
