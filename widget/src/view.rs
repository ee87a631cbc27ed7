//! The panel, drawn from the model. No decisions beyond what is shown where.

mod form;

use yew::{Callback, Html, MouseEvent, html};

use crate::bridge::Tongue;
use crate::event::Event;
use crate::legs::{Leg, legs};
use crate::model::{HangUp, Model, Stage};
use crate::widget::Places;
use crate::{number, words};

/// Takes what the visitor does.
pub type Tell = Callback<Event>;

/// What is shown, and in which language.
pub struct Said<'a> {
    pub model: &'a Model,
    pub tongue: &'a Tongue,
}

impl Said<'_> {
    /// A text, with its gaps filled from what is known; `more` is for all gaps
    /// but the name and the platform's number.
    fn with(&self, key: &str, more: Option<String>) -> String {
        let number = self
            .model
            .button
            .as_ref()
            .map(|b| unbroken(&b.display_number));
        self.tongue.say(key, self.them(), number, more)
    }

    fn text(&self, key: &str) -> String {
        if key.is_empty() {
            return String::new();
        }
        let model = self.model;
        let more = match (key, &model.stage) {
            ("opens", _) => model.button.as_ref().and_then(|b| b.opens_at),
            _ => None,
        };
        let more = more.map(|at| self.tongue.moment(at));
        let wait = match &model.stage {
            Stage::Error(problem) => problem.retry_after.map(|s| self.tongue.wait(s)),
            _ => None,
        };
        self.with(key, more.or(wait))
    }

    /// Whom the visitor talks with; an agent calls somebody else.
    fn them(&self) -> Option<String> {
        let model = self.model;
        if !model.facts.agent {
            return model.button.as_ref().map(|button| button.name.clone());
        }
        let named = model.facts.contact_name.clone();
        Some(named.unwrap_or_else(|| self.tongue.say("customer", None, None, None)))
    }
}

/// A number that is not broken into two lines.
fn unbroken(number: &str) -> String {
    let pretty = number::pretty(number);
    let chars = pretty.chars();
    chars.map(|c| if c == ' ' { '\u{a0}' } else { c }).collect()
}

/// A callback that tells one thing.
fn on(tell: &Tell, event: fn() -> Event) -> Callback<MouseEvent> {
    let tell = tell.clone();
    Callback::from(move |_| tell.emit(event()))
}

/// The whole panel, or nothing where it is closed.
pub fn panel(said: &Said<'_>, places: &Places, tell: &Tell, now: f64) -> Html {
    let model = said.model;
    if !model.open {
        return html! {};
    }
    let sandbox = model.button.as_ref().is_some_and(|button| button.sandbox);
    html! {
        <div ref={places.panel.clone()} part="panel" class="panel" popover="manual" role="dialog"
            lang={said.tongue.lang()} dir={said.tongue.dir()} tabindex="-1"
            aria-labelledby="title" data-state={model.word()}>
            <header>
                <h2 part="title" id="title">{ said.text("title") }</h2>
                <button part="close" class="close" type="button" aria-label={said.text("close")}
                    onclick={on(tell, || Event::Close)}>
                    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18"/></svg>
                </button>
            </header>
            { phones(said) }
            { status(said) }
            { timer(said, now) }
            <p part="note" class="note" role="status">{ said.text(words::line(model)) }</p>
            { match model.stage {
                Stage::Form if model.is_closed() => html! {},
                Stage::Form => form::form(said, places, tell),
                Stage::Starting { .. } | Stage::Live(_) => hang_up(said, places, tell),
                Stage::Captcha { .. } => html! { <>
                    <div ref={places.captcha.clone()} part="captcha" class="captcha"></div>
                    { again(said, places, tell) }
                </> },
                Stage::Over(_) | Stage::Error(_) => again(said, places, tell),
            } }
            { fallback(said) }
            if sandbox {
                <p part="sandbox" class="sandbox">{ said.text("sandbox") }</p>
            }
        </div>
    }
}

/// The headline and its sentence, in a region that is read out when it changes.
fn status(said: &Said<'_>) -> Html {
    let (head, detail) = words::status(said.model);
    let part = if matches!(said.model.stage, Stage::Error(_)) {
        "error"
    } else {
        "headline"
    };
    let duration = match &said.model.stage {
        Stage::Over(over) => words::duration(over),
        _ => None,
    };
    let duration = duration.map(|(key, seconds)| said.with(key, Some(said.tongue.clock(seconds))));
    html! {
        <div part="status" class="status" role="status">
            if !head.is_empty() {
                <p part={part} class="head">{ said.text(head) }</p>
            }
            if !detail.is_empty() {
                <p part="detail" class="detail">{ said.text(detail) }</p>
            }
            if let Some(duration) = duration {
                <p part="duration" class="detail">{ duration }</p>
            }
        </div>
    }
}

/// Beside the live region: a clock that was read out would never stop.
fn timer(said: &Said<'_>, now: f64) -> Html {
    said.model
        .talking_since()
        .map_or_else(Html::default, |since| {
            let seconds = ((now - since) / 1000.0).max(0.0) as u32;
            html! { <p part="timer" class="timer" role="timer">{ said.tongue.clock(seconds) }</p> }
        })
}

/// The two phones. Decoration: the status says the same in words.
fn phones(said: &Said<'_>) -> Html {
    let Some((first, second)) = legs(said.model) else {
        return html! {};
    };
    let them = said.them().unwrap_or_else(|| said.text("us"));
    let you = said.text("you");
    let (one, two) = if said.model.you_first() {
        (you, them)
    } else {
        (them, you)
    };
    html! {
        <div part="phones" class="phones" aria-hidden="true">
            { phone(one, first) }
            <span part="wire" class="wire" data-leg={if second == Leg::Up { "up" } else { "" }}></span>
            { phone(two, second) }
        </div>
    }
}

fn phone(name: String, leg: Leg) -> Html {
    html! {
        <div part="phone" class="phone" data-leg={leg.word()}>
            <svg viewBox="0 0 24 24"><path d="M6.6 3.5l2.6.5 1.3 4-1.9 1.7a12 12 0 0 0 5.7 5.7l1.7-1.9 4 1.3.5 2.6a2 2 0 0 1-2 2.4A16.7 16.7 0 0 1 4.2 5.5a2 2 0 0 1 2.4-2z"/></svg>
            <span>{ name }</span>
        </div>
    }
}

fn hang_up(said: &Said<'_>, places: &Places, tell: &Tell) -> Html {
    let asked = said.model.hang_up == HangUp::Asked;
    html! {
        <button ref={places.hang_up.clone()} part="hang-up" class="main stop" type="button"
            aria-disabled={asked.then_some("true")} onclick={on(tell, || Event::HangUp)}>
            { said.text("hangUp") }
        </button>
    }
}

fn again(said: &Said<'_>, places: &Places, tell: &Tell) -> Html {
    html! {
        <button ref={places.again.clone()} part="again" class="main quiet" type="button"
            onclick={on(tell, || Event::Again)}>
            { said.text(words::again(said.model)) }
        </button>
    }
}

/// The other way, where no call can be had: the device's for a telephone link, or the owner's.
fn fallback(said: &Said<'_>) -> Html {
    let model = said.model;
    if let Some(number) = words::device(model) {
        let text = said.with("callInstead", Some(unbroken(number)));
        return way(["tel:", number].concat(), text);
    }
    let button = model
        .button
        .as_ref()
        .filter(|_| words::wants_fallback(model));
    let Some(other) = button.and_then(|button| button.fallback.as_ref()) else {
        return html! {};
    };
    let text = match (&other.text, &other.number) {
        (Some(text), _) => text.clone(),
        (None, Some(number)) => said.with("callInstead", Some(unbroken(number))),
        (None, None) => said.text("contactInstead"),
    };
    way(other.href.clone(), text)
}

fn way(href: String, text: String) -> Html {
    html! { <a part="fallback" class="main quiet" href={href}>{ text }</a> }
}
