//! The reducer, for what a visitor enters: from the first digit to the request. Pure, as
//! `step` is.

use crate::countries;
use crate::event::{Alarm, Effect, Focus};
use crate::model::{Model, Stage};
use crate::number::{self, Flaw};
use crate::told::Wanted;

/// A request without an answer is called slow after this long: most operators
/// answer within two or three seconds.
pub const SLOW_MS: u32 = 6_000;

impl Model {
    pub(crate) fn type_in(&mut self, text: String) -> Vec<Effect> {
        // A typed code chooses its country, unless that shares it with the chosen one.
        let code = |country: &str| countries::code(country);
        if let Some(typed) = number::country(&text)
            && self.home().and_then(code) != code(typed)
        {
            self.country = Some(typed.to_owned());
        }
        self.typed = text;
        self.linked = None;
        self.flaw = None;
        vec![]
    }

    pub(crate) fn link(&mut self, number: String) -> Vec<Effect> {
        let effects = self.type_in(number.clone());
        self.linked = Some(number);
        effects
    }

    /// A number that names another country becomes one of the chosen country.
    pub(crate) fn choose(&mut self, country: String) -> Vec<Effect> {
        if let (Some(typed), Some(new)) = (number::country(&self.typed), countries::code(&country))
            && countries::code(typed) != Some(new)
        {
            self.typed = number::recoded(&self.typed, new);
        }
        self.country = Some(country);
        self.flaw = None;
        vec![]
    }

    pub(crate) fn agree(&mut self, agreed: bool) -> Vec<Effect> {
        self.agreed = agreed;
        self.flaw = None;
        vec![]
    }

    /// What was remembered is forgotten at once, a number written down when it
    /// is called.
    pub(crate) fn keep_number(&mut self, remember: bool) -> Vec<Effect> {
        self.remember = remember;
        if remember {
            vec![]
        } else {
            vec![Effect::Remember(None)]
        }
    }

    /// A page that dials with an empty field only opens it: nobody has done
    /// anything that could be wrong. An agent's token may hold the number; then
    /// the click is enough, once it is known what the button asks for.
    pub(crate) fn dial(&mut self) -> Vec<Effect> {
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

    pub(crate) fn submit(&mut self) -> Vec<Effect> {
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
    pub(crate) fn permitted(&mut self, key: Option<String>, now: f64) -> Vec<Effect> {
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
    pub(crate) fn solved(&mut self, solved: Option<(String, String)>, now: f64) -> Vec<Effect> {
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

    pub(crate) fn start(&mut self, key: String, wanted: Wanted, since: f64) -> Vec<Effect> {
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
}
