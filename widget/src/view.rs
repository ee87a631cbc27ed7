//! The panel, drawn from the model. No decisions beyond what is shown where.

use web_sys::{HtmlInputElement, InputEvent, SubmitEvent};
use yew::{Callback, Html, MouseEvent, NodeRef, TargetCast, html};

use crate::event::Event;
use crate::legs::{Leg, legs};
use crate::model::{HangUp, Model, Stage};
use crate::widget::Places;
use crate::{number, words};

/// Takes what the visitor does.
pub type Tell = Callback<Event>;

/// A callback that tells one thing.
fn on(tell: &Tell, event: fn() -> Event) -> Callback<MouseEvent> {
    let tell = tell.clone();
    Callback::from(move |_| tell.emit(event()))
}

/// The whole panel, or nothing where it is closed.
pub fn panel(model: &Model, places: &Places, tell: &Tell, now: f64) -> Html {
    if !model.open {
        return html! {};
    }
    let sandbox = model.button.as_ref().is_some_and(|button| button.sandbox);
    html! {
        <div ref={places.panel.clone()} part="panel" class="panel" popover="manual" role="dialog"
            aria-labelledby="title" data-state={model.word()}>
            <header>
                <h2 id="title">{ words::fill(words::TITLE, model) }</h2>
                <button part="close" class="close" type="button" aria-label={words::CLOSE}
                    onclick={on(tell, || Event::Close)}>
                    <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M6 6l12 12M18 6L6 18"/></svg>
                </button>
            </header>
            { phones(model) }
            { status(model) }
            { timer(model, now) }
            <p part="note" class="note" role="status">{ words::line(model) }</p>
            { match model.stage {
                Stage::Form => form(model, places, tell),
                Stage::Starting { .. } | Stage::Live(_) => hang_up(model, &places.hang_up, tell),
                Stage::Over(_) | Stage::Error(_) => again(model, &places.again, tell),
            } }
            if sandbox {
                <p part="sandbox" class="sandbox">{ words::SANDBOX }</p>
            }
        </div>
    }
}

/// The headline and its sentence, in a region that is read out when it changes.
fn status(model: &Model) -> Html {
    let (head, detail) = words::status(model);
    let part = if matches!(model.stage, Stage::Error(_)) {
        "error"
    } else {
        "headline"
    };
    let duration = match &model.stage {
        Stage::Over(over) => words::duration(over),
        _ => None,
    };
    html! {
        <div part="status" class="status" role="status">
            if !head.is_empty() {
                <p part={part} class="head">{ words::fill(head, model) }</p>
            }
            if !detail.is_empty() {
                <p class="detail">{ words::fill(detail, model) }</p>
            }
            if let Some(duration) = duration {
                <p part="duration" class="detail">{ duration }</p>
            }
        </div>
    }
}

/// Beside the live region: a clock that was read out would never stop.
fn timer(model: &Model, now: f64) -> Html {
    model.talking_since().map_or_else(Html::default, |since| {
        let seconds = ((now - since) / 1000.0).max(0.0) as u32;
        html! { <p part="timer" class="timer" role="timer">{ words::clock(seconds) }</p> }
    })
}

/// The two phones. Decoration: the status says the same in words.
fn phones(model: &Model) -> Html {
    let Some((first, second)) = legs(model) else {
        return html! {};
    };
    let them = words::fill("@", model);
    let (one, two) = if model.contact_first() {
        (words::YOU, them.as_str())
    } else {
        (them.as_str(), words::YOU)
    };
    html! {
        <div class="phones" aria-hidden="true">
            { phone(one, first) }
            <span class="wire" data-leg={if second == Leg::Up { "up" } else { "" }}></span>
            { phone(two, second) }
        </div>
    }
}

fn phone(name: &str, leg: Leg) -> Html {
    html! {
        <div class="phone" data-leg={leg.word()}>
            <svg viewBox="0 0 24 24"><path d="M6.6 3.5l2.6.5 1.3 4-1.9 1.7a12 12 0 0 0 5.7 5.7l1.7-1.9 4 1.3.5 2.6a2 2 0 0 1-2 2.4A16.7 16.7 0 0 1 4.2 5.5a2 2 0 0 1 2.4-2z"/></svg>
            <span>{ name.to_owned() }</span>
        </div>
    }
}

fn form(model: &Model, places: &Places, tell: &Tell) -> Html {
    let submit = {
        let tell = tell.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tell.emit(Event::Submit);
        })
    };
    let flaw = model.flaw.map(words::flaw);
    let number = model
        .button
        .as_ref()
        .map(|b| number::pretty(&b.display_number));
    html! {
        <form onsubmit={submit} novalidate=true>
            <p class="detail" id="promise">{ words::fill(words::promise(model), model) }</p>
            <label for="number">{ words::FIELD }</label>
            <input ref={places.number.clone()} part="number" id="number" name="tel" type="tel" inputmode="tel"
                autocomplete="tel" placeholder={words::EXAMPLE} value={model.typed.clone()}
                aria-invalid={flaw.map(|_| "true")} aria-describedby="flaw promise"
                oninput={typing(tell)} />
            <p part="error" class="flaw" id="flaw" role="alert" hidden={flaw.is_none()}>{ flaw.unwrap_or_default() }</p>
            <button part="submit" class="main" type="submit">{ words::SUBMIT }</button>
            if let Some(number) = number {
                <p class="from">{ words::CALLED_FROM }<b part="display-number">{ number }</b></p>
            }
        </form>
    }
}

/// Tidies the text in the field before anything is drawn, so that the caret
/// never jumps. An input method in the middle of a word is left alone.
fn typing(tell: &Tell) -> Callback<InputEvent> {
    let tell = tell.clone();
    Callback::from(move |event: InputEvent| {
        let Some(field) = event.target_dyn_into::<HtmlInputElement>() else {
            return;
        };
        let text = field.value();
        let caret = field.selection_start().ok().flatten().unwrap_or(0);
        let (shown, caret) = number::tidy(&text, caret as usize);
        if shown != text && !event.is_composing() {
            field.set_value(&shown);
            let caret = caret as u32;
            // A field of type `tel` always has a selection.
            let _ = field.set_selection_range(caret, caret);
            tell.emit(Event::Typed(shown));
        } else {
            tell.emit(Event::Typed(text));
        }
    })
}

fn hang_up(model: &Model, place: &NodeRef, tell: &Tell) -> Html {
    let asked = model.hang_up == HangUp::Asked;
    html! {
        <button ref={place.clone()} part="hang-up" class="main stop" type="button"
            aria-disabled={asked.then_some("true")} onclick={on(tell, || Event::HangUp)}>
            { words::HANG_UP }
        </button>
    }
}

fn again(model: &Model, place: &NodeRef, tell: &Tell) -> Html {
    html! {
        <button ref={place.clone()} part="again" class="main quiet" type="button"
            onclick={on(tell, || Event::Again)}>
            { words::again(model) }
        </button>
    }
}
