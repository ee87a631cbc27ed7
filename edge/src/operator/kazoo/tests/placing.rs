//! Documents to dial through, and placing a call.

use super::*;

#[test]
fn the_first_call_shows_the_key_makes_a_document_and_dials_through_it() {
    let answers = [token(), (200, json!({"data": []})), document(), placed()];
    let play = play(&place(), Memory::default(), &answers);
    assert_eq!(play.outcome, Outcome::Placed(NAME.to_owned()));
    let connect = format!("POST accounts/A/clicktocall/{DOCUMENT}/connect?auto_answer=false");
    assert_eq!(
        play.asked(),
        [
            "PUT api_auth",
            "GET accounts/A/clicktocall?paginate=false",
            "PUT accounts/A/clicktocall",
            &connect,
        ]
    );
    assert_eq!(play.body(0), json!({"data": {"api_key": "k".repeat(64)}}));
    let name = play.body(2)["data"]["name"].clone();
    assert!(name.as_str().unwrap().starts_with("c2d-"));
    assert_eq!(
        play.body(2)["data"],
        json!({
            "name": name,
            "extension": "12025550142",
            "dial_first": "contact",
            "auth_required": true,
            "caller_id_number": "12025550199",
            "outbound_callee_id_number": "12025550199",
            "timeout": 30,
            "whitelist": ["^\\+[1-9][0-9]{4,14}$"],
        })
    );
    assert_eq!(
        play.body(3),
        json!({"data": {
            "contact": "442071838750",
            "custom_application_vars": {"c2d_call": "our-call"},
        }})
    );
    assert!(
        play.sent[3]
            .headers
            .contains(&("x-auth-token", "t0k3n".to_owned()))
    );
}

#[test]
fn the_next_call_dials_at_once_and_the_other_way_round_needs_another_document() {
    let again = play(&place(), warm(&place()), &[placed()]);
    assert_eq!(again.asked().len(), 1);
    let other = Want::Place(order(DialFirst::Extension));
    let other = play(
        &other,
        warm(&place()),
        &[(200, json!({"data": []})), document(), placed()],
    );
    assert_eq!(other.body(1)["data"]["dial_first"], "extension");
    assert_eq!(other.body(1)["data"]["extension"], "12025550142");
    assert_eq!(other.body(2)["data"]["contact"], "442071838750");
}

#[test]
fn a_document_that_is_there_is_not_made_again() {
    let memory = warm(&place());
    let name = memory.documents[0].0.clone();
    let list = json!({"data": [
        {"id": "0".repeat(32), "name": "Sales", "extension": "2600"},
        {"id": DOCUMENT, "name": name, "extension": "12025550142"},
    ]});
    let cold = Memory {
        documents: vec![],
        ..memory
    };
    let play = play(&place(), cold, &[(200, list), placed()]);
    assert_eq!(play.outcome, Outcome::Placed(NAME.to_owned()));
}

#[test]
fn a_document_that_somebody_deleted_is_made_once_more_and_not_for_ever() {
    let gone = || (404, json!({"message": "bad_identifier"}));
    let empty = || (200, json!({"data": []}));
    let answers = [gone(), empty(), document(), placed()];
    assert_eq!(
        outcome(&place(), &answers),
        Outcome::Placed(NAME.to_owned())
    );
    let answers = [gone(), empty(), document(), gone()];
    let refused = Outcome::Refused(Failure::OperatorUnreadable);
    assert_eq!(outcome(&place(), &answers), refused);
}

#[test]
fn what_connect_can_end_in() {
    use Failure::{
        AccountSuspended, BadNumber, CredentialsRefused, OperatorDown, OperatorUnreadable,
    };
    let refused = Outcome::Refused;
    let unsure = Outcome::Unsure;
    let fallback = json!({"data": {"origination_call_id": NAME}});
    let cases = [
        ((202, fallback), Outcome::Placed(NAME.to_owned())),
        ((400, json!({"data": "+442071838750"})), refused(BadNumber)),
        (
            (400, json!({"data": {"contact": {"required": {}}}})),
            refused(BadNumber),
        ),
        (
            (400, json!({"data": {"account": {"expired": {}}}})),
            refused(AccountSuspended),
        ),
        ((423, json!({})), refused(AccountSuspended)),
        ((400, json!({"data": ["x"]})), refused(OperatorUnreadable)),
        (
            (403, json!({"data": {"message": "forbidden"}})),
            refused(CredentialsRefused),
        ),
        (
            (429, json!({"data": {"message": "too many requests"}})),
            refused(OperatorDown),
        ),
        (
            (500, json!({"message": "init failed"})),
            unsure(OperatorDown),
        ),
        ((503, json!({"data": {}})), unsure(OperatorDown)),
        ((0, Value::Null), unsure(OperatorDown)),
        ((200, json!("<html>")), unsure(OperatorUnreadable)),
        (
            (200, json!({"data": {"outbound_call_id": "../x"}})),
            unsure(OperatorUnreadable),
        ),
    ];
    for (answer, expected) in cases {
        assert_eq!(
            outcome(&place(), std::slice::from_ref(&answer)),
            expected,
            "{answer:?}"
        );
    }
}

#[test]
fn a_button_may_show_other_numbers_and_ring_longer() {
    let mut order = order(DialFirst::Contact);
    order.manner.caller_id_number = Some("+12025550100".to_owned());
    order.manner.outbound_callee_id_name = Some(r#"Acme "Sales""#.to_owned());
    order.manner.timeout_s = Some(45);
    let answers = [token(), (200, json!({"data": []})), document(), placed()];
    let play = play(&Want::Place(order), Memory::default(), &answers);
    let made = play.body(2)["data"].clone();
    assert_eq!(made["caller_id_number"], "12025550100");
    assert_eq!(made["outbound_callee_id_name"], r#"Acme "Sales""#);
    assert_eq!(
        made["outbound_callee_id_number"], "12025550199",
        "the platform's"
    );
    assert_eq!(made["timeout"], 45);
}
