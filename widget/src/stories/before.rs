//! Before there is a call: the terms, the captcha, opening hours, agents, and
//! the number that the visitor means.

use call::State;

use super::{KEY, NOW, NUMBER, button, head, named, open_form, refused, starting, tell, wanted};
use crate::event::{Alarm, Effect, Event, Focus};
use crate::model::{Facts, Model, Stage};
use crate::number::Flaw;
use crate::told::{Button, Consent, Placed, Trouble, Wanted};
use crate::words;

const OTHER_KEY: &str = "22222222-2222-4222-8222-222222222222";

fn with(button: Button) -> Model {
    let mut model = Model::default();
    tell(&mut model, Event::Mounted);
    tell(&mut model, Event::ButtonRead(Ok(button)));
    tell(&mut model, Event::Open);
    model
}

fn terms() -> Button {
    Button {
        consent: Some(Consent {
            version: "2".into(),
            text: "I agree.".into(),
        }),
        ..button(true)
    }
}

/// An agent's page; the token has the contact.
fn agent(button: Option<Button>) -> Model {
    let mut model = Model {
        facts: Facts {
            agent: true,
            ..Facts::default()
        },
        ..Model::default()
    };
    tell(&mut model, Event::Mounted);
    if let Some(button) = button {
        tell(&mut model, Event::ButtonRead(Ok(button)));
    }
    model
}

fn answered(code: &str) -> Event {
    Event::Placed(KEY.into(), Err(refused(code)))
}

#[test]
fn nothing_is_sent_until_the_visitor_has_agreed() {
    let mut model = with(terms());
    tell(&mut model, Event::Typed(NUMBER.into()));
    let effects = tell(&mut model, Event::Submit);
    assert_eq!(effects, [Effect::Focus(Focus::Consent)]);
    assert_eq!(model.flaw, Some(Flaw::NoConsent));
    tell(&mut model, Event::Agree(true));
    assert_eq!(model.flaw, None);
    assert_eq!(tell(&mut model, Event::Submit), [Effect::AskPage]);
}

#[test]
fn terms_that_have_changed_are_read_again_and_agreed_to_again() {
    let mut model = with(terms());
    tell(&mut model, Event::Typed(NUMBER.into()));
    tell(&mut model, Event::Agree(true));
    tell(&mut model, Event::Submit);
    tell(&mut model, Event::Permitted(Some(KEY.into())));
    let effects = tell(&mut model, answered("CONSENT_REQUIRED"));
    assert!(
        effects.contains(&Effect::ReadButton { fresh: true }),
        "{effects:?}"
    );
    assert!(effects.contains(&Effect::Forget));
    assert_eq!((model.word(), model.agreed), ("form", false));
    assert_eq!(model.flaw, Some(Flaw::OtherTerms));
}

#[test]
fn a_captcha_is_solved_only_when_the_edge_asks_and_its_request_is_a_new_one() {
    let mut model = starting();
    let effects = tell(&mut model, answered("CAPTCHA_REQUIRED"));
    assert!(effects.contains(&Effect::Captcha), "{effects:?}");
    assert_eq!(model.word(), "captcha");
    let solved = Event::Solved(Some(("proof".into(), OTHER_KEY.into())));
    let effects = tell(&mut model, solved);
    let place = Effect::Place {
        key: OTHER_KEY.into(),
        wanted: Wanted {
            proof: Some("proof".into()),
            ..wanted()
        },
    };
    assert!(effects.contains(&place), "{effects:?}");
    // A proof that is refused is not asked for for ever.
    let answer = Event::Placed(OTHER_KEY.into(), Err(refused("CAPTCHA_REQUIRED")));
    tell(&mut model, answer);
    assert_eq!(model.word(), "error");
}

#[test]
fn a_captcha_that_is_left_or_fails_places_nothing() {
    let solved = || Event::Solved(Some(("proof".into(), OTHER_KEY.into())));
    let mut model = starting();
    tell(&mut model, answered("CAPTCHA_REQUIRED"));
    tell(&mut model, Event::Close);
    assert_eq!(tell(&mut model, solved()), []);
    let mut model = starting();
    tell(&mut model, answered("CAPTCHA_REQUIRED"));
    tell(&mut model, Event::Solved(None));
    assert_eq!(model.word(), "error");
    assert_eq!(tell(&mut model, solved()), [], "too late");
}

#[test]
fn a_closed_button_says_when_it_opens_and_looks_again_then() {
    let closed = || Button {
        closed: true,
        opens_at: Some(NOW + 60_000.0),
        ..button(true)
    };
    let mut model = Model::default();
    tell(&mut model, Event::Mounted);
    let effects = tell(&mut model, Event::ButtonRead(Ok(closed())));
    assert_eq!(effects, [Effect::Wake(Alarm::Opening, 60_000)]);
    tell(&mut model, Event::Open);
    assert_eq!(
        (model.word(), head(&model).as_str()),
        ("closed", "We are closed now")
    );
    tell(&mut model, Event::Typed(NUMBER.into()));
    assert_eq!(tell(&mut model, Event::Submit), []);
    tell(&mut model, Event::ButtonRead(Ok(closed())));
    let effects = tell(&mut model, Event::Alarm(Alarm::Opening));
    assert_eq!(effects, [Effect::ReadButton { fresh: true }]);
    tell(&mut model, Event::ButtonRead(Ok(button(true))));
    assert_eq!(model.word(), "form");
}

#[test]
fn a_button_that_closed_meanwhile_is_told_from_the_edges_answer() {
    let mut model = starting();
    let effects = tell(&mut model, answered("CLOSED"));
    assert!(
        effects.contains(&Effect::ReadButton { fresh: true }),
        "{effects:?}"
    );
    assert_eq!(
        (model.word(), head(&model).as_str()),
        ("error", "We are closed now")
    );
}

#[test]
fn an_agents_click_dials_at_once_and_the_page_has_no_number() {
    let mut model = agent(Some(button(false)));
    assert_eq!(tell(&mut model, Event::Toggle), [Effect::AskPage]);
    let effects = tell(&mut model, Event::Permitted(Some(KEY.into())));
    let place = Effect::Place {
        key: KEY.into(),
        wanted: Wanted::default(),
    };
    assert!(effects.contains(&place), "{effects:?}");
    assert!(model.you_first(), "the extension is the agent");
    // A click before the button is known waits for it.
    let mut model = agent(None);
    assert!(!tell(&mut model, Event::Toggle).contains(&Effect::AskPage));
    let read = Event::ButtonRead(Ok(button(false)));
    assert_eq!(tell(&mut model, read), [Effect::AskPage]);
}

#[test]
fn an_agents_token_is_renewed_once() {
    let mut model = agent(Some(button(false)));
    tell(&mut model, Event::Toggle);
    tell(&mut model, Event::Permitted(Some(KEY.into())));
    let effects = tell(&mut model, answered("UNAUTHENTICATED"));
    assert!(matches!(effects.as_slice(), [Effect::Place { key, .. }] if key == KEY));
    assert!(model.renewed);
    tell(&mut model, answered("UNAUTHENTICATED"));
    assert_eq!(head(&model), "You are no longer signed in");
    // Whoever is no agent has no token to renew.
    let mut model = starting();
    tell(&mut model, answered("UNAUTHENTICATED"));
    assert_eq!(model.word(), "error");
}

#[test]
fn a_page_that_takes_its_time_is_asked_once_and_closing_ends_the_question() {
    let mut model = open_form();
    tell(&mut model, Event::Typed(NUMBER.into()));
    assert_eq!(tell(&mut model, Event::Submit), [Effect::AskPage]);
    assert_eq!(tell(&mut model, Event::Submit), [], "pressed twice");
    tell(&mut model, Event::Close);
    assert_eq!(tell(&mut model, Event::Permitted(Some(KEY.into()))), []);
    tell(&mut model, Event::Submit);
    assert_eq!(tell(&mut model, Event::Permitted(None)), []);
    assert_eq!(model.word(), "form");
    assert_eq!(tell(&mut model, Event::Submit), [Effect::AskPage]);
}

#[test]
fn a_number_is_one_of_the_country_that_is_chosen_typed_or_told() {
    let mut model = Model::default();
    model.facts.home = Some("FR".into());
    assert_eq!(model.home(), Some("FR"));
    let told = Button {
        country: Some("DE".into()),
        ..button(true)
    };
    model.button = Some(told);
    assert_eq!(model.home(), Some("DE"));
    tell(&mut model, Event::Typed("030 123456".into()));
    assert_eq!(model.number(), Ok("+4930123456".into()));
    tell(&mut model, Event::Country("AT".into()));
    assert_eq!(model.number(), Ok("+4330123456".into()));
    tell(&mut model, Event::Typed("+44 20 7946 0123".into()));
    assert_eq!(model.home(), Some("GB"));
    tell(&mut model, Event::Country("US".into()));
    assert_eq!(model.typed, "+1 207 946 0123");
    // Canada shares its code: what is chosen stays.
    tell(&mut model, Event::Country("CA".into()));
    tell(&mut model, Event::Typed("+1 416 555 0123".into()));
    assert_eq!(model.home(), Some("CA"));
}

#[test]
fn only_countries_that_are_called_are_preset() {
    let mut model = Model::default();
    model.facts.home = Some("FR".into());
    model.button = Some(Button {
        country: Some("DE".into()),
        allow: vec!["AT".into(), "CH".into()],
        ..button(true)
    });
    assert_eq!(model.home(), Some("AT"));
    model.button = Some(Button {
        country: Some("DE".into()),
        deny: vec!["DE".into()],
        ..button(true)
    });
    assert_eq!(model.home(), Some("FR"));
}

#[test]
fn a_number_is_remembered_only_if_the_visitor_wishes() {
    let mut model = open_form();
    tell(&mut model, Event::Typed(NUMBER.into()));
    assert_eq!(tell(&mut model, Event::Submit), [Effect::AskPage]);
    tell(&mut model, Event::Permitted(None));
    tell(&mut model, Event::Remember(true));
    let effects = tell(&mut model, Event::Submit);
    assert!(
        effects.contains(&Effect::Remember(Some(NUMBER.into()))),
        "{effects:?}"
    );
    assert_eq!(
        tell(&mut model, Event::Remember(false)),
        [Effect::Remember(None)]
    );
    let mut next = Model::default();
    next.facts.remembered = Some(NUMBER.into());
    tell(&mut next, Event::Mounted);
    assert_eq!(
        (next.typed.as_str(), next.remember),
        ("+1 202 555 0123", true)
    );
}

#[test]
fn a_machine_that_has_slept_asks_what_it_has_missed() {
    let mut model = starting();
    let placed = Placed {
        call: named(),
        state: State::Initiating,
    };
    tell(&mut model, Event::Placed(KEY.into(), Ok(placed)));
    assert_eq!(model.step(Event::Tick, NOW + 5_000.0), []);
    let awake = model.step(Event::Tick, NOW + 600_000.0);
    assert_eq!(awake, [Effect::Deafen, Effect::Read]);
    assert_eq!(model.step(Event::Tick, NOW + 605_000.0), []);
}

#[test]
fn a_refusal_that_says_when_is_worth_waiting_for() {
    for (seconds, key) in [
        (Some(600), "retryWhen"),
        (Some(86_400), "later"),
        (None, "later"),
    ] {
        let mut model = starting();
        let answer = Err(Trouble::Refused {
            code: "TOO_MANY_REQUESTS".into(),
            retry_after: seconds,
        });
        tell(&mut model, Event::Placed(KEY.into(), answer));
        assert!(matches!(model.stage, Stage::Error(_)));
        assert_eq!(crate::words::status(&model), ("tooMany", key));
    }
}

#[test]
fn a_telephone_link_that_cannot_be_served_is_handed_back_to_the_device() {
    let linked = |code: &str| {
        let mut model = with(Button::default());
        tell(&mut model, Event::Linked(NUMBER.into()));
        assert_eq!(words::device(&model), None);
        assert_eq!(tell(&mut model, Event::Dial), [Effect::AskPage]);
        tell(&mut model, Event::Permitted(Some(KEY.into())));
        tell(&mut model, answered(code));
        model
    };
    for code in [
        "UNAUTHENTICATED",
        "ORIGIN_NOT_ALLOWED",
        "OPERATOR_UNAVAILABLE",
    ] {
        let mut model = linked(code);
        assert_eq!(words::device(&model), Some(NUMBER), "{code}");
        // What the visitor enters is nobody's link.
        tell(&mut model, Event::Typed(NUMBER.into()));
        assert_eq!(words::device(&model), None, "{code}");
    }
    for code in ["NUMBER_NOT_ALLOWED", "ALREADY_EXISTS"] {
        assert_eq!(words::device(&linked(code)), None, "{code}");
    }
}
