//! The reducer, for a call that has been asked for: from the first request to
//! its end. Pure, as `step` is.

use call::State;

use crate::event::{Alarm, Effect, Event, Focus};
use crate::model::{HangUp, Line, Live, Model, Over, Problem, Stage};
use crate::number::Flaw;
use crate::told::{Placed, Told, Trouble};

/// No end within this time of a hang-up: the visitor should use the phone.
pub const HANG_UP_MS: u32 = 5_000;
/// A visitor who gets nothing through for this long is told so for good.
pub const GIVE_UP_MS: f64 = 120_000.0;

/// What no longer matters once there is no call.
const OF_A_CALL: [Alarm; 6] = [
    Alarm::Place,
    Alarm::Listen,
    Alarm::HangUp,
    Alarm::Slow,
    Alarm::Overdue,
    Alarm::Lost,
];

impl Model {
    /// Applies an event that concerns a call.
    pub(crate) fn follow(&mut self, event: Event, now: f64) -> Vec<Effect> {
        match event {
            Event::HangUp => self.wish_hang_up(),
            Event::Placed(key, answer) => self.placed(&key, answer, now),
            Event::Told(id, told) if self.is_about(&id) => {
                self.tries = 0;
                self.told(told, now)
            }
            Event::Read(id, answer) if self.is_about(&id) => self.read(answer, now),
            Event::HungUp(id, answer) if self.is_about(&id) => self.hung_up(answer),
            Event::StreamUp => self.stream_up(),
            Event::StreamDown => self.stream_down(),
            Event::StreamClosed => vec![Effect::Deafen, Effect::Read],
            // An answer about a call that is no longer ours.
            _ => vec![],
        }
    }

    fn is_about(&self, id: &str) -> bool {
        self.live().is_some_and(|live| live.call.id == id)
    }

    fn placed(&mut self, key: &str, answer: Result<Placed, Trouble>, now: f64) -> Vec<Effect> {
        let Stage::Starting {
            key: ours, since, ..
        } = &self.stage
        else {
            return vec![];
        };
        if ours != key {
            return vec![];
        }
        let since = *since;
        match answer {
            Ok(placed) => self.named(placed, key, since),
            Err(Trouble::Network) if now - since > GIVE_UP_MS => {
                self.fail("NETWORK".to_owned(), None)
            }
            Err(Trouble::Network) => {
                self.line = Line::Lost;
                vec![Effect::Wake(Alarm::Place, self.pause())]
            }
            Err(Trouble::Refused { code, retry_after }) => self.refused(code, retry_after),
        }
    }

    /// Some refusals are no end: something is missing that can be brought.
    fn refused(&mut self, code: String, retry_after: Option<u32>) -> Vec<Effect> {
        let Stage::Starting { key, wanted, .. } = &self.stage else {
            return vec![];
        };
        let (key, wanted) = (key.clone(), wanted.clone());
        match code.as_str() {
            "UNAUTHENTICATED" if self.facts.agent && !self.renewed => {
                self.renewed = true;
                vec![Effect::Place { key, wanted }]
            }
            "CAPTCHA_REQUIRED" if wanted.proof.is_none() => {
                let mut effects = self.back_to(Stage::Captcha { wanted });
                effects.push(Effect::Captcha);
                effects
            }
            "CONSENT_REQUIRED" => {
                let mut effects = self.back_to(Stage::Form);
                self.agreed = false;
                self.flaw = Some(Flaw::OtherTerms);
                effects.extend([self.read_button(true), Effect::Focus(Focus::Consent)]);
                effects
            }
            "CLOSED" => {
                let mut effects = self.fail(code, retry_after);
                effects.push(self.read_button(true));
                effects
            }
            _ => self.fail(code, retry_after),
        }
    }

    /// There is no call, and the visitor has something to do before there is one.
    fn back_to(&mut self, stage: Stage) -> Vec<Effect> {
        self.reset();
        self.stage = stage;
        let mut effects = vec![Effect::Forget];
        effects.extend(OF_A_CALL.map(Effect::Still));
        effects
    }

    fn named(&mut self, placed: Placed, key: &str, since: f64) -> Vec<Effect> {
        let id = placed.call.id.clone();
        self.stage = Stage::Live(Live {
            call: placed.call,
            key: key.to_owned(),
            since,
            state: State::Initiating,
            heard: true,
            connected: None,
        });
        self.line = Line::Fine;
        self.tries = 0;
        let mut effects = vec![
            Effect::Still(Alarm::Slow),
            Effect::Still(Alarm::Place),
            Effect::Keep,
            Effect::SayStatus(id, Told::bare(State::Initiating)),
            Effect::Listen,
        ];
        if self.hang_up != HangUp::Not {
            effects.push(Effect::HangUp);
        }
        effects
    }

    pub(crate) fn fail(&mut self, code: String, retry_after: Option<u32>) -> Vec<Effect> {
        let call_was_meant = self.is_calling();
        let id = self.live().map(|live| live.call.id.clone());
        self.reset();
        self.stage = Stage::Error(Problem {
            code: code.clone(),
            retry_after,
        });
        let mut effects = vec![Effect::SayError(id, code), Effect::Focus(Focus::Again)];
        if call_was_meant {
            effects.extend([Effect::Deafen, Effect::Forget]);
        }
        effects.extend(OF_A_CALL.map(Effect::Still));
        effects
    }

    pub(crate) fn told(&mut self, told: Told, now: f64) -> Vec<Effect> {
        self.line = Line::Fine;
        let Stage::Live(live) = &mut self.stage else {
            return vec![];
        };
        let mut effects = vec![Effect::Still(Alarm::Lost)];
        if told.state.is_end() {
            let id = live.call.id.clone();
            effects.extend(self.over(id, told));
        } else if !live.heard || told.state.rank() > live.state.rank() {
            if told.state == State::Connected && live.connected.is_none() {
                live.connected = Some(live.connected_at(&told, now));
                effects.push(Effect::Keep);
            }
            live.heard = true;
            live.state = told.state;
            effects.push(Effect::SayStatus(live.call.id.clone(), told));
        }
        effects
    }

    fn over(&mut self, id: String, told: Told) -> Vec<Effect> {
        let by_us = self.hang_up != HangUp::Not;
        let duration_seconds = told.duration_seconds.unwrap_or(0);
        let connected = self.live().and_then(|live| live.connected);
        self.reset();
        self.stage = Stage::Over(Over {
            state: told.state,
            reason: told.reason,
            failure: told.code.as_deref().and_then(|code| code.parse().ok()),
            talked: connected.is_some() || duration_seconds > 0,
            duration_seconds,
            assumed: told.assumed,
            by_us,
        });
        let mut effects = vec![
            Effect::Deafen,
            Effect::Forget,
            Effect::SayStatus(id.clone(), told.clone()),
            Effect::SayEnd(id, told),
            Effect::Focus(Focus::Again),
        ];
        effects.extend(OF_A_CALL.map(Effect::Still));
        effects
    }

    fn wish_hang_up(&mut self) -> Vec<Effect> {
        if self.hang_up == HangUp::Asked {
            return vec![];
        }
        let ask = match &self.stage {
            // The same again is the same call, and is answered at once, so
            // that there is something to hang up.
            Stage::Starting { key, wanted, .. } => Effect::Place {
                key: key.clone(),
                wanted: wanted.clone(),
            },
            Stage::Live(_) => Effect::HangUp,
            _ => return vec![],
        };
        self.hang_up = HangUp::Asked;
        self.tries = 0;
        vec![ask, Effect::Wake(Alarm::Overdue, HANG_UP_MS)]
    }
}

impl Live {
    /// News is from now by this machine's clock. What had happened before this
    /// page began to listen carries the edge's time, which is as good as it gets.
    fn connected_at(&self, told: &Told, now: f64) -> f64 {
        let told_at = told.at.filter(|at| (self.since..now).contains(at));
        if self.heard {
            now
        } else {
            told_at.unwrap_or(now)
        }
    }
}
