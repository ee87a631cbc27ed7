//! The form: whom to call, on which terms.

use web_sys::{HtmlInputElement, HtmlSelectElement, InputEvent, SubmitEvent};
use yew::{Callback, Event as Change, Html, TargetCast, html};

use super::{Said, Tell, unbroken};
use crate::event::Event;
use crate::number::{self, Flaw};
use crate::widget::Places;
use crate::{countries, words};

pub fn form(said: &Said<'_>, places: &Places, tell: &Tell) -> Html {
    let model = said.model;
    let submit = {
        let tell = tell.clone();
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            tell.emit(Event::Submit);
        })
    };
    let agent = model.facts.agent;
    let label = if agent { "submitThem" } else { "submit" };
    html! {
        <form onsubmit={submit} novalidate=true>
            <p part="promise" class="detail" id="promise">{ said.text(words::promise(model.you_first())) }</p>
            if model.enters_number() {
                { entry(said, places, tell) }
            }
            { terms(said, places, tell) }
            { flaw(said) }
            <button ref={places.submit.clone()} part="submit" class="main submit" type="submit"
                aria-disabled={model.asking.then_some("true")}>{ said.text(label) }</button>
            { from(said) }
        </form>
    }
}

/// The number that the phones will show, set apart in its sentence.
fn from(said: &Said<'_>) -> Html {
    let Some(button) = &said.model.button else {
        return html! {};
    };
    /// What stands for the number until the sentence is cut there.
    const GAP: char = '\u{1}';
    let sentence = said.tongue.say("from", said.them(), Some(GAP.into()), None);
    let number = unbroken(&button.display_number);
    let Some((before, after)) = sentence.split_once(GAP) else {
        return html! { <p part="from" class="from">{ sentence }</p> };
    };
    html! {
        <p part="from" class="from">
            { before.to_owned() }<b part="display-number" dir="ltr">{ number }</b>{ after.to_owned() }
        </p>
    }
}

fn entry(said: &Said<'_>, places: &Places, tell: &Tell) -> Html {
    let model = said.model;
    let agent = model.facts.agent;
    let label = if agent { "fieldThem" } else { "field" };
    let wrong = model.flaw.is_some_and(|flaw| !is_of_terms(flaw));
    let code = model.home().and_then(countries::code);
    // What is called is said where it is not what stands in the field.
    let whole = model
        .number()
        .ok()
        .filter(|_| number::country(&model.typed).is_none())
        .map(|number| said.with("willCall", Some(unbroken(&number))));
    let choose = {
        let tell = tell.clone();
        Callback::from(move |event: Change| {
            if let Some(list) = event.target_dyn_into::<HtmlSelectElement>() {
                tell.emit(Event::Country(list.value()));
            }
        })
    };
    html! { <>
        <label part="field" for="number">{ said.text(label) }</label>
        <div part="entry" class="entry" dir="ltr">
            <span part="country" class="country">
                <span aria-hidden="true">{ "+" }{ code.unwrap_or("…") }</span>
                <svg viewBox="0 0 24 24" aria-hidden="true"><path d="M7 10l5 5 5-5"/></svg>
                <select ref={places.country.clone()} aria-label={said.text("country")}
                    autocomplete="tel-country-code" onchange={choose}></select>
            </span>
            <input ref={places.number.clone()} part="number" id="number" name="tel" type="tel" inputmode="tel"
                autocomplete={if agent { "off" } else { "tel" }} value={model.typed.clone()}
                aria-invalid={wrong.then_some("true")} aria-describedby="flaw whole promise"
                oninput={typing(tell)} />
        </div>
        <p part="hint" class="hint" id="whole">{ whole.unwrap_or_default() }</p>
        if !agent {
            { tick("remember", "remember", model.remember, said.text("remember"), None, tell, Event::Remember) }
        }
    </> }
}

fn is_of_terms(flaw: Flaw) -> bool {
    matches!(flaw, Flaw::NoConsent | Flaw::OtherTerms)
}

/// What the owner wants agreed to before a call.
fn terms(said: &Said<'_>, places: &Places, tell: &Tell) -> Html {
    let Some(consent) = said.model.consent() else {
        return html! {};
    };
    let (agreed, text) = (said.model.agreed, consent.text.clone());
    tick(
        "consent",
        "consent",
        agreed,
        text,
        Some(places),
        tell,
        Event::Agree,
    )
}

fn tick(
    part: &'static str,
    id: &'static str,
    checked: bool,
    text: String,
    places: Option<&Places>,
    tell: &Tell,
    event: fn(bool) -> Event,
) -> Html {
    let tell = tell.clone();
    let change = Callback::from(move |change: Change| {
        if let Some(tick) = change.target_dyn_into::<HtmlInputElement>() {
            tell.emit(event(tick.checked()));
        }
    });
    let place = places.map(|places| places.consent.clone());
    html! {
        <label part={part} class="tick">
            <input ref={place.unwrap_or_default()} id={id} type="checkbox" checked={checked}
                aria-describedby={places.map(|_| "flaw")} onchange={change} />
            <span>{ text }</span>
        </label>
    }
}

/// One place for whatever is wrong, read out as soon as it is there.
fn flaw(said: &Said<'_>) -> Html {
    let text = said.model.flaw.map(|flaw| said.text(words::flaw(flaw)));
    html! {
        <p part="error" class="flaw" id="flaw" role="alert" hidden={text.is_none()}>{ text.unwrap_or_default() }</p>
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
