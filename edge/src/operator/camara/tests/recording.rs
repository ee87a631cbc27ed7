//! Recordings.

use call::{Recording, State};

use super::*;
use crate::operator::camara::event::read_status;

fn opened(kind: &str) -> Heard {
    Heard::Opened {
        kind: kind.to_owned(),
    }
}

#[test]
fn a_recording_is_asked_for_with_its_own_scope_and_left_to_be_read() {
    let heard = [token(), opened("application/json; charset=utf-8")];
    let (sent, outcome, _) = converse(&recording(), Memory::default(), &heard);
    assert_eq!(outcome, Some(Outcome::Recording(RECORDING)));
    let scope = "grant_type=client_credentials&scope=click-to-dial%3Arecordings%3Aread";
    assert_eq!(sent[0].body.as_deref(), Some(scope));
    let url = "https://operator.example/c2d/calls/op-1/recording";
    assert_eq!((sent[1].method, sent[1].url.as_str()), ("GET", url));
    let call = converse(&place(), Memory::default(), &[token()]).0;
    assert!(!call[0].body.as_deref().unwrap().contains("recordings"));
}

#[test]
fn a_recording_that_is_not_there_is_told_from_one_that_cannot_be_had() {
    let end = |heard| outcome_of(&recording(), &[token(), heard]);
    assert_eq!(end(answer(404, "{}")), Outcome::Gone);
    assert_eq!(
        end(answer(403, "{}")),
        Outcome::Refused(Failure::CredentialsRefused)
    );
    assert_eq!(
        end(opened("text/html")),
        Outcome::Refused(Failure::OperatorUnreadable)
    );
    assert_eq!(end(Heard::Nothing), Outcome::Unsure(Failure::OperatorDown));
}

#[test]
fn a_recording_is_ordered_and_its_result_heard() {
    let Want::Place(order) = place() else {
        panic!("an order");
    };
    assert_eq!(create_call(&order).get("recordingEnabled"), None);
    let recorded = create_call(&Order {
        record: true,
        ..order
    });
    assert_eq!(recorded["recordingEnabled"], true);
    for (word, result) in [("success", Some(Recording::Success)), ("who knows", None)] {
        let data = json!({"status": {"state": "disconnected"}, "recordingResult": word});
        let told = read_status(&data).unwrap();
        assert_eq!(
            told,
            Status::ended(State::Disconnected, None, None).with_recording(result)
        );
    }
}
