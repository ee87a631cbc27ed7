//! What a visitor lives through, told to the reducer alone: no browser, no
//! edge, no clock.

mod before;
mod contract;
mod returns;
mod tongues;

use call::{Reason, State};

use crate::event::{Alarm, Effect, Event, Focus};
use crate::follow::HANG_UP_MS;
use crate::legs::{Leg, legs};
use crate::model::{HangUp, Model, Stage};
use crate::number::Flaw;
use crate::told::{Button, Named, Placed, Told, Trouble, Wanted};
use crate::words;

const NOW: f64 = 1_000_000.0;
const KEY: &str = "11111111-1111-4111-8111-111111111111";
const NUMBER: &str = "+12025550123";

fn button(contact_first: bool) -> Button {
    Button {
        name: "Sales".into(),
        display_number: "+12025550199".into(),
        contact_first,
        sandbox: true,
        ..Button::default()
    }
}

/// What is asked for without further ado.
fn wanted() -> Wanted {
    Wanted {
        number: Some(NUMBER.into()),
        ..Wanted::default()
    }
}

fn named() -> Named {
    Named {
        id: "call-1".into(),
        token: "token".into(),
        events_token: "events".into(),
    }
}

fn refused(code: &str) -> Trouble {
    Trouble::Refused {
        code: code.into(),
        retry_after: None,
    }
}

fn ended(reason: Reason, duration_seconds: u32) -> Told {
    Told {
        reason: Some(reason),
        duration_seconds: Some(duration_seconds),
        ..Told::bare(State::Disconnected)
    }
}

/// Told at `NOW`.
fn tell(model: &mut Model, event: Event) -> Vec<Effect> {
    model.step(event, NOW)
}

fn told(model: &mut Model, told: Told) -> Vec<Effect> {
    tell(model, Event::Told("call-1".into(), told))
}

fn open_form() -> Model {
    let mut model = Model::default();
    tell(&mut model, Event::Mounted);
    tell(&mut model, Event::ButtonRead(Ok(button(true))));
    tell(&mut model, Event::Open);
    model
}

fn starting() -> Model {
    let mut model = open_form();
    tell(&mut model, Event::Typed("+1 202 555 0123".into()));
    assert_eq!(tell(&mut model, Event::Submit), [Effect::AskPage]);
    tell(&mut model, Event::Permitted(Some(KEY.into())));
    model
}

fn placed() -> Event {
    let placed = Placed {
        call: named(),
        state: State::Initiating,
    };
    Event::Placed(KEY.into(), Ok(placed))
}

fn live() -> Model {
    let mut model = starting();
    tell(&mut model, placed());
    model
}

/// What the visitor reads first.
fn head(model: &Model) -> String {
    english(words::status(model).0)
}

/// An English text, with the button's name in it.
fn english(key: &str) -> String {
    let texts: serde_json::Value =
        serde_json::from_str(include_str!("../locales/en.json")).expect("the texts are JSON");
    let text = texts.get(key).and_then(serde_json::Value::as_str);
    let text = text.unwrap_or_else(|| panic!("no text {key}"));
    text.replace("{name}", "Sales")
}

#[test]
fn the_key_is_written_down_before_the_call_is_placed() {
    let mut model = open_form();
    tell(&mut model, Event::Typed(NUMBER.into()));
    tell(&mut model, Event::Submit);
    let effects = tell(&mut model, Event::Permitted(Some(KEY.into())));
    let kept = effects.iter().position(|e| *e == Effect::Keep);
    let placed = effects
        .iter()
        .position(|e| matches!(e, Effect::Place { .. }));
    assert!(kept.is_some() && kept < placed, "{effects:?}");
    assert_eq!(model.record().map(|r| r.key).as_deref(), Some(KEY));
}

#[test]
fn a_number_without_a_country_code_is_told_and_nothing_is_placed() {
    let mut model = open_form();
    tell(&mut model, Event::Typed("202 555 0123".into()));
    assert_eq!(
        tell(&mut model, Event::Submit),
        [Effect::Focus(Focus::Number)]
    );
    assert_eq!(model.flaw, Some(Flaw::NoCountry));
    tell(&mut model, Event::Typed("+".into()));
    assert_eq!(model.flaw, None);
}

#[test]
fn each_leg_is_told_in_the_visitors_words() {
    let mut model = live();
    assert_eq!(head(&model), "Starting your call…");
    let course = [
        (State::CallingCaller, "Calling you… Please pick up"),
        (State::CallingCallee, "Calling Sales…"),
        (State::Connected, "Connected"),
    ];
    for (state, words) in course {
        told(&mut model, Told::bare(state));
        assert_eq!(head(&model), words);
        assert_eq!(model.word(), state.as_str());
    }
    model.button = Some(button(false));
    let Stage::Live(live) = &mut model.stage else {
        panic!("no call");
    };
    live.state = State::CallingCaller;
    assert_eq!(head(&model), "Calling Sales…");
    assert_eq!(legs(&model), Some((Leg::Ringing, Leg::Idle)));
}

#[test]
fn a_frame_that_repeats_or_comes_late_says_nothing() {
    let mut model = live();
    told(&mut model, Told::bare(State::Connected));
    for state in [State::Connected, State::CallingCaller] {
        let effects = told(&mut model, Told::bare(state));
        let said = |e: &Effect| matches!(e, Effect::SayStatus(..));
        assert!(!effects.iter().any(said), "{effects:?}");
    }
    assert_eq!(model.word(), "connected");
}

#[test]
fn the_end_is_said_once_and_leaves_no_trace() {
    let mut model = live();
    let effects = told(&mut model, ended(Reason::CalleeBusy, 0));
    for effect in [Effect::Deafen, Effect::Forget, Effect::Focus(Focus::Again)] {
        assert!(effects.contains(&effect), "{effects:?}");
    }
    assert_eq!(model.record(), None);
    assert_eq!(head(&model), "Sales is on another call");
    assert_eq!(told(&mut model, ended(Reason::HangUp, 3)), []);
}

#[test]
fn a_hang_up_before_the_call_has_a_name_asks_again_with_the_same_key() {
    let mut model = starting();
    let again = Effect::Place {
        key: KEY.into(),
        wanted: wanted(),
    };
    let effects = tell(&mut model, Event::HangUp);
    assert_eq!(effects, [again, Effect::Wake(Alarm::Overdue, HANG_UP_MS)]);
    assert_eq!(model.word(), "hangingUp");
    assert!(tell(&mut model, placed()).contains(&Effect::HangUp));
    // The first request's answer comes late and changes nothing.
    assert_eq!(tell(&mut model, placed()), []);
    told(&mut model, ended(Reason::HangUp, 0));
    assert_eq!(head(&model), "Call ended");
}

#[test]
fn a_call_hung_up_within_its_first_second_was_a_call() {
    let mut model = live();
    told(&mut model, Told::bare(State::Connected));
    tell(&mut model, Event::HangUp);
    told(&mut model, ended(Reason::HangUp, 0));
    assert_eq!(words::status(&model), ("ended", "youHungUp"));
}

#[test]
fn a_hang_up_that_nobody_confirms_sends_the_visitor_to_the_phone() {
    let mut model = live();
    told(&mut model, Told::bare(State::Connected));
    assert!(tell(&mut model, Event::HangUp).contains(&Effect::HangUp));
    assert_eq!(tell(&mut model, Event::HangUp), [], "pressed twice");
    tell(&mut model, Event::HungUp("call-1".into(), Ok(())));
    tell(&mut model, Event::Alarm(Alarm::Overdue));
    assert_eq!(head(&model), "Please hang up your phone");
    assert_eq!(model.word(), "hangingUp");
    assert!(tell(&mut model, Event::HangUp).contains(&Effect::HangUp));
}

#[test]
fn a_hang_up_that_the_edge_cannot_do_can_be_tried_again() {
    let mut model = live();
    tell(&mut model, Event::HangUp);
    let answer = Err(refused("OPERATOR_ERROR"));
    tell(&mut model, Event::HungUp("call-1".into(), answer));
    assert_eq!(model.hang_up, HangUp::Refused);
    assert_eq!(head(&model), "Please hang up your phone");
    assert!(tell(&mut model, Event::HangUp).contains(&Effect::HangUp));
}

#[test]
fn a_hang_up_of_a_call_that_has_ended_reads_how() {
    let mut model = live();
    tell(&mut model, Event::HangUp);
    let answer = Err(refused("ALREADY_EXISTS"));
    assert_eq!(
        tell(&mut model, Event::HungUp("call-1".into(), answer)),
        [Effect::Read]
    );
}

#[test]
fn closing_the_panel_leaves_the_call_alone_and_clears_an_ending() {
    let mut model = live();
    tell(&mut model, Event::Close);
    assert_eq!(model.host_word(), Some("initiating"));
    told(&mut model, ended(Reason::CallerNoAnswer, 0));
    assert_eq!(model.host_word(), None);
    tell(&mut model, Event::Open);
    assert_eq!(head(&model), "You did not pick up");
    tell(&mut model, Event::Close);
    tell(&mut model, Event::Open);
    assert_eq!(model.word(), "form");
}

#[test]
fn a_refusal_is_said_and_leads_back_to_the_form_with_the_number() {
    let mut model = starting();
    let answer = Event::Placed(KEY.into(), Err(refused("NUMBER_NOT_ALLOWED")));
    let effects = tell(&mut model, answer);
    assert!(effects.contains(&Effect::SayError(None, "NUMBER_NOT_ALLOWED".into())));
    assert!(effects.contains(&Effect::Forget));
    assert_eq!(model.word(), "error");
    tell(&mut model, Event::Again);
    assert_eq!(
        (model.word(), model.typed.as_str()),
        ("form", "+1 202 555 0123")
    );
}

#[test]
fn every_reason_and_failure_has_words_from_both_points_of_view() {
    for contact_first in [true, false] {
        for reason in Reason::ALL {
            let mut model = live();
            model.button = Some(button(contact_first));
            told(&mut model, ended(*reason, 0));
            assert!(!head(&model).is_empty(), "{reason}");
            assert_eq!(model.word(), "disconnected");
        }
        for failure in call::Failure::ALL {
            let mut model = live();
            model.button = Some(button(contact_first));
            let failed = Told {
                code: Some(failure.as_str().into()),
                ..Told::bare(State::Failed)
            };
            told(&mut model, failed);
            assert!(!head(&model).is_empty(), "{failure}");
            assert_eq!(model.word(), "failed");
        }
    }
}

#[test]
fn an_assumed_end_is_said_to_be_assumed() {
    let mut model = live();
    let assumed = Told {
        assumed: true,
        ..ended(Reason::Other, 70)
    };
    told(&mut model, assumed);
    assert_eq!(words::status(&model), ("ended", "assumed"));
    let Stage::Over(over) = &model.stage else {
        panic!("not over");
    };
    assert_eq!(words::duration(over), Some(("durationAbout", 70)));
}

#[test]
fn a_page_that_dials_with_an_empty_field_only_opens_it() {
    let mut model = open_form();
    tell(&mut model, Event::Close);
    tell(&mut model, Event::Dial);
    assert!(model.open);
    assert_eq!(model.flaw, None);
}
