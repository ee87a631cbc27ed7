//! Recordings.

use super::*;
use crate::operator::Recorded;

fn recording() -> Want {
    Want::Recording(Recorded {
        operator_call: NAME.to_owned(),
        recording: None,
        // 2026-11-21.
        opened_at: call::Millis(1_795_219_200_000),
    })
}

#[test]
fn a_recording_is_found_by_the_leg_or_by_what_all_legs_share() {
    let record = (200, json!({"data": {"interaction_id": "i-1"}}));
    let gone = (404, json!({"data": {}}));
    let row = |id: &str, call: &str, interaction: &str| json!({"id": id, "call_id": call, "interaction_id": interaction});
    let rows = json!({"data": [row("202611-a", "x", "y"), row("202611-b", "leg", "i-1")]});
    let audio = (200, json!("audio/mpeg"));
    let heard = [record, (200, rows.clone()), audio.clone()];
    let first = play(&recording(), warm(&place()), &heard);
    let from = 1_795_219_200_u64 + 62_167_219_200;
    let to = from + 18_000;
    assert_eq!(
        first.asked(),
        [
            format!("GET accounts/A/cdrs/202611-{NAME}"),
            format!("GET accounts/A/recordings?paginate=false&created_from={from}&created_to={to}"),
            "GET accounts/A/recordings/202611-b".to_owned(),
        ]
    );
    assert!(
        first.sent[2]
            .headers
            .contains(&("accept", "audio/mpeg".to_owned()))
    );
    assert!(matches!(first.outcome, Outcome::Recording(_)));
    let own = json!({"data": [row("202611-c", NAME, "z")]});
    let by_leg = play(
        &recording(),
        warm(&place()),
        &[gone.clone(), (200, own), audio],
    );
    assert!(matches!(by_leg.outcome, Outcome::Recording(_)));
    let nothing = play(&recording(), warm(&place()), &[gone, (200, rows)]);
    assert_eq!(nothing.outcome, Outcome::Gone);
}

#[test]
fn a_recording_cannot_be_ordered() {
    let order = Order {
        record: true,
        ..order(DialFirst::Contact)
    };
    let play = play(&Want::Place(order), warm(&place()), &[]);
    assert_eq!(
        play.outcome,
        Outcome::Refused(Failure::RecordingUnsupported)
    );
}
