//! Lost answers, broken streams, reloads: it stays the same call.

use call::{Reason, State};

use super::{
    KEY, NOW, NUMBER, button, ended, head, live, open_form, refused, starting, tell, told, wanted,
};
use crate::event::{Alarm, Effect, Event};
use crate::follow::GIVE_UP_MS;
use crate::model::{Line, Model};
use crate::step::PENDING_MS;
use crate::told::{Button, Consent, Record, Told, Trouble};
use crate::words;

#[test]
fn a_lost_answer_is_asked_for_again_with_the_same_key_until_nobody_waits_any_more() {
    let mut model = starting();
    let lost = || Event::Placed(KEY.into(), Err(Trouble::Network));
    let pauses = [1_000, 2_000, 4_000, 8_000, 15_000, 15_000];
    for pause in pauses {
        let effects = tell(&mut model, lost());
        assert_eq!(effects, [Effect::Wake(Alarm::Place, pause)]);
        assert_eq!(model.line, Line::Lost);
        let again = Effect::Place {
            key: KEY.into(),
            wanted: wanted(),
        };
        assert_eq!(tell(&mut model, Event::Alarm(Alarm::Place)), [again]);
    }
    let effects = model.step(lost(), NOW + GIVE_UP_MS + 1.0);
    assert!(effects.contains(&Effect::Forget));
    assert_eq!(model.word(), "error");
}

#[test]
fn a_stream_that_gave_up_is_read_once_and_opened_again_unless_the_call_has_ended() {
    let mut model = live();
    assert_eq!(
        tell(&mut model, Event::StreamClosed),
        [Effect::Deafen, Effect::Read]
    );
    let answer = Event::Read("call-1".into(), Ok(Told::bare(State::Connected)));
    let effects = tell(&mut model, answer);
    assert!(effects.contains(&Effect::Wake(Alarm::Listen, 1_000)));
    assert_eq!(
        tell(&mut model, Event::Alarm(Alarm::Listen)),
        [Effect::Listen]
    );
    let answer = Event::Read("call-1".into(), Ok(ended(Reason::HangUp, 4)));
    let effects = tell(&mut model, answer);
    let wakes = |e: &Effect| matches!(e, Effect::Wake(..));
    assert!(!effects.iter().any(wakes), "{effects:?}");
    assert_eq!(model.word(), "disconnected");
}

#[test]
fn where_no_stream_can_be_had_news_and_a_hang_up_bring_the_next_look_near() {
    let mut model = live();
    let look = |model: &mut Model, state| {
        let effects = tell(model, Event::Read("call-1".into(), Ok(Told::bare(state))));
        let pause = |e: &Effect| match e {
            Effect::Wake(Alarm::Listen, pause) => Some(*pause),
            _ => None,
        };
        effects.iter().find_map(pause)
    };
    let (caller, callee) = (State::CallingCaller, State::CallingCallee);
    for (state, pause) in [
        (caller, 1_000),
        (caller, 2_000),
        (caller, 4_000),
        (callee, 1_000),
    ] {
        assert_eq!(look(&mut model, state), Some(pause));
    }
    look(&mut model, callee);
    tell(&mut model, Event::HangUp);
    let effects = tell(&mut model, Event::HungUp("call-1".into(), Ok(())));
    assert!(effects.contains(&Effect::Wake(Alarm::Listen, 1_000)));
}

#[test]
fn a_short_break_of_the_stream_is_not_worth_a_word() {
    let mut model = live();
    tell(&mut model, Event::StreamDown);
    assert_eq!(
        tell(&mut model, Event::StreamDown),
        [],
        "one alarm is enough"
    );
    assert_eq!(words::line(&model), "");
    tell(&mut model, Event::StreamUp);
    tell(&mut model, Event::Alarm(Alarm::Lost));
    assert_eq!(words::line(&model), "");
    tell(&mut model, Event::StreamDown);
    tell(&mut model, Event::Alarm(Alarm::Lost));
    assert_ne!(words::line(&model), "");
}

#[test]
fn a_call_that_the_edge_no_longer_knows_is_let_go() {
    let mut model = live();
    let answer = Event::Read("call-1".into(), Err(refused("NOT_FOUND")));
    assert!(tell(&mut model, answer).contains(&Effect::Forget));
    assert_eq!(head(&model), "We can no longer follow this call");
}

#[test]
fn after_a_reload_the_same_call_goes_on_with_its_clock() {
    let mut before = live();
    told(&mut before, Told::bare(State::Connected));
    let record = before.record().expect("a call under way is remembered");
    assert_eq!(record.number, None, "nobody needs the number any more");
    let mut after = Model::default();
    let found = Event::Found { record, show: true };
    assert_eq!(after.step(found, NOW + 9_000.0), [Effect::Listen]);
    assert!(after.open);
    let seen = Event::Told("call-1".into(), Told::bare(State::Connected));
    after.step(seen, NOW + 9_500.0);
    assert_eq!(after.talking_since(), Some(NOW));
}

#[test]
fn a_request_cut_off_by_a_reload_is_repeated_only_while_somebody_waits() {
    let record = || Record {
        key: KEY.into(),
        number: Some(NUMBER.into()),
        consent: None,
        started: NOW,
        call: None,
        connected: None,
    };
    let found = |later: f64| {
        let mut model = Model::default();
        let record = record();
        model.step(Event::Found { record, show: true }, NOW + later)
    };
    let places = |e: &Effect| matches!(e, Effect::Place { .. });
    assert!(found(2_000.0).iter().any(places));
    assert_eq!(found(PENDING_MS), [Effect::Forget]);
}

#[test]
fn what_was_agreed_to_is_asked_for_again_before_the_button_is_read() {
    let mut before = open_form();
    let terms = Consent {
        version: "7".into(),
        text: "I agree.".into(),
    };
    let button = Button {
        consent: Some(terms),
        ..button(true)
    };
    tell(&mut before, Event::ButtonRead(Ok(button)));
    for event in [
        Event::Typed(NUMBER.into()),
        Event::Agree(true),
        Event::Submit,
    ] {
        tell(&mut before, event);
    }
    let first = tell(&mut before, Event::Permitted(Some(KEY.into())));
    let place = |effects: &[Effect]| {
        let places = |e: &&Effect| matches!(e, Effect::Place { .. });
        effects.iter().find(places).cloned()
    };
    let record = before.record().expect("a call under way is remembered");
    let mut after = Model::default();
    let again = tell(&mut after, Event::Found { record, show: true });
    assert!(place(&first).is_some());
    assert_eq!(place(&first), place(&again), "the same call");
}

#[test]
fn a_call_that_connected_before_this_page_listened_counts_from_the_edges_time() {
    let record = live().record().expect("a call");
    let mut model = Model::default();
    model.step(Event::Found { record, show: true }, NOW + 20_000.0);
    let connected = Told {
        at: Some(NOW + 12_000.0),
        ..Told::bare(State::Connected)
    };
    model.step(Event::Told("call-1".into(), connected), NOW + 20_000.0);
    assert_eq!(model.talking_since(), Some(NOW + 12_000.0));
}
