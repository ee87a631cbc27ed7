use super::*;
use crate::admission::Parties;
use crate::ids::HexId;
use call::Party;
use proptest::prelude::{Just, Strategy, prop, prop_assert, prop_oneof, proptest};

fn course() -> Course {
    let number = |text| Party::parse(text).unwrap();
    Course::open(Call {
        id: "c1".to_owned(),
        account: HexId::from([1; 16]),
        key: "k".to_owned(),
        connection: "main".to_owned(),
        parties: Parties {
            caller: number("+12025550123"),
            callee: number("+12025550142"),
        },
        opened_at: Millis(0),
        operator_call: None,
        hang_up_wanted: false,
        hung_up_at: None,
        record: false,
        recording_id: None,
        has_sinks: false,
    })
}

fn bound() -> Course {
    let mut course = course();
    course.bind("op");
    course
}

fn at(seconds: u64) -> Millis {
    Millis(0).plus_seconds(seconds)
}

fn ended(reason: Reason) -> Status {
    Status::ended(State::Disconnected, Some(reason), Some(3))
}

#[test]
fn a_hang_up_before_the_operator_has_answered_is_kept_until_it_does() {
    let mut course = course();
    assert_eq!(
        course.hang_up(),
        Change {
            entry: None,
            call: true,
            hang_up: None
        }
    );
    assert_eq!(course.bind("op").hang_up.as_deref(), Some("op"));
}

#[test]
fn a_kept_hang_up_is_also_carried_out_when_an_event_names_the_call_first() {
    let mut course = course();
    course.hang_up();
    assert_eq!(
        course
            .tell("op", Status::CallingCaller, at(1))
            .hang_up
            .as_deref(),
        Some("op")
    );
}

#[test]
fn a_hang_up_that_was_accepted_is_not_sent_again() {
    let mut course = bound();
    assert_eq!(course.hang_up().hang_up.as_deref(), Some("op"));
    course.hung_up(None, at(2));
    assert_eq!(course.hang_up(), Change::default());
    assert_eq!(course.tell("op", Status::Connected, at(3)).hang_up, None);
}

#[test]
fn an_answer_that_was_lost_is_made_up_for_by_the_first_event() {
    let mut course = course();
    let change = course.tell("op", Status::CallingCaller, at(1));
    assert!(change.call && change.entry.is_some());
    assert_eq!(
        course.give_up(Failure::OperatorDown, at(2)),
        Change::default()
    );
    assert_eq!(course.log.state(), State::CallingCaller);
}

#[test]
fn a_call_that_was_given_up_but_rings_after_all_is_hung_up() {
    let mut course = course();
    course.give_up(Failure::OperatorSilent, at(30));
    assert_eq!(
        course
            .tell("op", Status::CallingCaller, at(40))
            .hang_up
            .as_deref(),
        Some("op")
    );
    assert_eq!(course.log.state(), State::Failed, "an end stays an end");
    course.hung_up(None, at(41));
    assert_eq!(
        course.tell("op", Status::CallingCallee, at(42)),
        Change::default()
    );
}

#[test]
fn a_late_event_after_a_true_end_changes_nothing() {
    let mut course = bound();
    course.tell("op", ended(Reason::HangUp), at(9));
    let before = course.clone();
    assert_eq!(
        course.tell("op", Status::Connected, at(10)),
        Change::default()
    );
    assert_eq!(course.hang_up(), Change::default());
    assert_eq!(course, before);
}

#[test]
fn an_event_of_a_call_by_another_name_is_not_about_this_call() {
    let mut course = bound();
    assert_eq!(
        course.tell("other", Status::Connected, at(1)),
        Change::default()
    );
    assert_eq!(course.log.state(), State::Initiating);
}

#[test]
fn an_end_without_a_reason_after_our_hang_up_is_our_hang_up() {
    let mut course = bound();
    course.hang_up();
    course.hung_up(None, at(1));
    course.tell("op", ended(Reason::Other), at(2));
    assert!(matches!(
        course.log.last().status,
        Status::Disconnected {
            reason: Reason::HangUp,
            ..
        }
    ));
}

#[test]
fn a_network_that_names_no_party_is_understood_by_how_far_the_call_had_come() {
    let mut course = bound();
    course.tell("op", Status::CallingCallee, at(1));
    course.tell("op", Cause::Busy, at(2));
    let busy = Status::ended(State::Disconnected, Some(Reason::CalleeBusy), Some(0));
    assert_eq!(course.log.last().status, busy);
}

#[test]
fn a_hang_up_of_ours_is_not_taken_for_the_callers_giving_up() {
    let mut course = bound();
    course.tell("op", Status::CallingCallee, at(1));
    course.hang_up();
    course.tell("op", Cause::Normal, at(2));
    let hung_up = Status::ended(State::Disconnected, Some(Reason::HangUp), Some(0));
    assert_eq!(course.log.last().status, hung_up);
}

#[test]
fn a_call_that_the_operator_has_forgotten_gets_an_honest_end() {
    let mut ringing = bound();
    ringing.tell("op", Status::CallingCaller, at(1));
    ringing.gone(at(50));
    assert_eq!(ringing.log.state(), State::Failed);
    let mut talking = bound();
    talking.tell("op", Status::Connected, at(1));
    talking.gone(at(50));
    let expected = Status::Disconnected {
        reason: Reason::Other,
        duration_seconds: Some(49),
        assumed: true,
        recording: None,
    };
    assert_eq!(talking.log.last().status, expected);
}

proptest! {
    /// Whatever comes in whatever order: one end, and never two different hang-ups wanted.
    #[test]
    fn any_course_is_told_forwards_and_once(
        asks in prop::collection::vec(any_ask(), 0..30)
    ) {
        let mut course = course();
        let mut entries: Vec<Entry> = Vec::new();
        for (second, ask) in asks.into_iter().enumerate() {
            let now = at(second as u64);
            let before = course.clone();
            let change = ask(&mut course, now);
            prop_assert!(change.call || before.call == course.call, "an unsaid change");
            entries.extend(change.entry);
        }
        let ranks: Vec<u8> = entries.iter().map(|entry| entry.status.state().rank()).collect();
        prop_assert!(ranks.windows(2).all(|pair| pair[0] < pair[1]));
    }
}

type Play = fn(&mut Course, Millis) -> Change;

#[test]
fn an_end_that_was_found_out_by_asking_blames_nobody_without_evidence() {
    let ended = |cause| News::Ended {
        cause,
        answered_seconds: Some(9),
    };
    let reason = |heard: &[Status], cause| {
        let mut course = bound();
        for status in heard {
            course.tell("op", *status, at(1));
        }
        course.found_out("op", ended(cause), at(10));
        match course.log.last().status {
            Status::Disconnected { reason, .. } => reason,
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(reason(&[], Cause::Busy), Reason::CalleeBusy);
    assert_eq!(
        reason(&[Status::CallingCallee], Cause::Normal),
        Reason::Other
    );
    assert_eq!(reason(&[Status::Connected], Cause::Normal), Reason::HangUp);
}

fn any_ask() -> impl Strategy<Value = Play> {
    prop_oneof![
        Just((|c, _| c.bind("op")) as Play),
        Just((|c, now| c.give_up(Failure::OperatorDown, now)) as Play),
        Just((|c, now| c.tell("op", Status::CallingCaller, now)) as Play),
        Just((|c, now| c.tell("op", Status::CallingCallee, now)) as Play),
        Just((|c, now| c.tell("op", Status::Connected, now)) as Play),
        Just((|c, now| c.tell("op", ended(Reason::CalleeBusy), now)) as Play),
        Just((|c, now| c.tell("op", Cause::Busy, now)) as Play),
        Just((|c, now| c.tell("op", Cause::Normal, now)) as Play),
        Just((|c, now| c.tell("other", Status::Connected, now)) as Play),
        Just((|c, _| c.hang_up()) as Play),
        Just((|c, now| c.hung_up(None, now)) as Play),
        Just((|c, now| c.gone(now)) as Play),
    ]
}

#[test]
fn what_became_of_a_recording_is_said_where_it_is_told_or_certain() {
    let result = |record: bool, status: Status| {
        let mut course = bound();
        course.call.record = record;
        course.tell("op", Status::CallingCallee, at(1));
        course.tell("op", status, at(2));
        match course.log.last().status {
            Status::Disconnected { recording, .. } => recording,
            other => panic!("{other:?}"),
        }
    };
    let told = ended(Reason::HangUp).with_recording(Some(Recording::Success));
    assert_eq!(result(true, told), Some(Recording::Success));
    assert_eq!(result(false, told), None);
    assert_eq!(result(true, ended(Reason::HangUp)), None, "nobody knows");
    assert_eq!(
        result(true, ended(Reason::CalleeBusy)),
        Some(Recording::NoRecord)
    );
    let mut course = bound();
    course.recorded("REC-1".to_owned());
    assert_eq!(course.call.recording_id, None);
    course.call.record = true;
    assert!(course.recorded("REC-1".to_owned()).call);
    assert!(!course.recorded("REC-2".to_owned()).call);
    assert_eq!(course.call.recording_id.as_deref(), Some("REC-1"));
}
