//! The reducer: what happened -> what is now true, and what is to be done.
//! Pure; the clock's time and fresh keys are arguments. What concerns a call
//! that has been asked for is in `follow`.

use call::State;

use crate::countries;
use crate::event::{Alarm, Effect, Event, Focus};
use crate::model::{HangUp, Line, Live, Model, Stage};
use crate::number::{self, Flaw};
use crate::told::{Button, Record, Trouble, Wanted};

/// A request without an answer is called slow after this long: most operators
/// answer within two or three seconds.
pub const SLOW_MS: u32 = 6_000;
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

    fn show(&mut self) -> Vec<Effect> {
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

    fn type_in(&mut self, text: String) -> Vec<Effect> {
        // A typed code chooses its country, unless that shares it with the chosen one.
        let code = |country: &str| countries::code(country);
        if let Some(typed) = number::country(&text)
            && self.home().and_then(code) != code(typed)
        {
            self.country = Some(typed.to_owned());
        }
        self.typed = text;
        self.flaw = None;
        vec![]
    }

    /// A number that names another country becomes one of the chosen country.
    fn choose(&mut self, country: String) -> Vec<Effect> {
        if let (Some(typed), Some(new)) = (number::country(&self.typed), countries::code(&country))
            && countries::code(typed) != Some(new)
        {
            self.typed = number::recoded(&self.typed, new);
        }
        self.country = Some(country);
        self.flaw = None;
        vec![]
    }

    fn agree(&mut self, agreed: bool) -> Vec<Effect> {
        self.agreed = agreed;
        self.flaw = None;
        vec![]
    }

    /// What was remembered is forgotten at once, a number written down when it
    /// is called.
    fn keep_number(&mut self, remember: bool) -> Vec<Effect> {
        self.remember = remember;
        if remember {
            vec![]
        } else {
            vec![Effect::Remember(None)]
        }
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

    /// A page that dials with an empty field only opens it: nobody has done
    /// anything that could be wrong. An agent's token may hold the number; then
    /// the click is enough, once it is known what the button asks for.
    fn dial(&mut self) -> Vec<Effect> {
        if self.is_calling() || (self.enters_number() && self.typed.is_empty()) {
            return self.show();
        }
        if self.button.is_some() {
            return self.submit();
        }
        let effects = self.show();
        self.eager = true;
        effects
    }

    fn submit(&mut self) -> Vec<Effect> {
        if self.is_calling() || self.asking {
            return vec![];
        }
        self.reset();
        self.open = true;
        if self.is_closed() {
            return vec![];
        }
        let number = if self.enters_number() {
            self.number().map(Some)
        } else {
            Ok(None)
        };
        match number {
            Err(flaw) => {
                self.flaw = Some(flaw);
                vec![Effect::Focus(Focus::Number)]
            }
            Ok(_) if self.consent().is_some() && !self.agreed => {
                self.flaw = Some(Flaw::NoConsent);
                vec![Effect::Focus(Focus::Consent)]
            }
            Ok(number) => {
                self.asking = true;
                let mut effects = vec![Effect::AskPage];
                if self.remember {
                    effects.push(Effect::Remember(number));
                }
                effects
            }
        }
    }

    /// The page's answer may come after the visitor has thought better of it.
    fn permitted(&mut self, key: Option<String>, now: f64) -> Vec<Effect> {
        if !std::mem::take(&mut self.asking) {
            return vec![];
        }
        let number = self.enters_number().then(|| self.number());
        let consent = self.consent().map(|consent| consent.version.clone());
        match (key, number.transpose()) {
            (Some(key), Ok(number)) => {
                let wanted = Wanted {
                    number,
                    consent,
                    proof: None,
                };
                self.start(key, wanted, now)
            }
            _ => vec![],
        }
    }

    /// The captcha's token belongs to the request that comes next.
    fn solved(&mut self, solved: Option<(String, String)>, now: f64) -> Vec<Effect> {
        let Stage::Captcha { wanted } = &self.stage else {
            return vec![];
        };
        let mut wanted = wanted.clone();
        match solved {
            Some((proof, key)) => {
                wanted.proof = Some(proof);
                self.start(key, wanted, now)
            }
            None => self.fail("CAPTCHA_FAILED".to_owned(), None),
        }
    }

    fn start(&mut self, key: String, wanted: Wanted, since: f64) -> Vec<Effect> {
        self.reset();
        self.awake = since;
        self.stage = Stage::Starting {
            key: key.clone(),
            wanted: wanted.clone(),
            since,
        };
        vec![
            Effect::Keep,
            Effect::Place { key, wanted },
            Effect::Wake(Alarm::Slow, SLOW_MS),
            Effect::Focus(Focus::HangUp),
        ]
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
