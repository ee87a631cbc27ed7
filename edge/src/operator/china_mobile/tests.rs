mod notification;

use super::*;
use crate::document::{DialFirst, Place};
use crate::operator::Dialect;
use base64ct::{Base64, Encoding};
use call::{Millis, Party};

const CALL: &str = "A010B020";

fn moment() -> Moment {
    Moment {
        now: Millis(0),
        random: [0; 16],
    }
}

fn connection() -> Connection {
    let document = json!({
        "dialect": "china-mobile", "platform_number": "+861052680000", "sponsor": "01052680000",
        "base_url": "https://ct.open.example/clicktodial/v1/", "app_id": "12345678", "secret_key": "hush",
    });
    Connection::read(&Place::whole(&document), false).unwrap()
}

fn place() -> Want {
    Want::Place(Order {
        call: String::new(),
        dial_first: DialFirst::Contact,
        caller: Party::parse("+8613912345673").unwrap(),
        callee: Party::parse("+8613810268653").unwrap(),
        sink: String::new(),
        sink_bearer: String::new(),
        sink_expires: String::new(),
        correlator: String::new(),
        manner: Box::default(),
        record: false,
    })
}

fn outcome(want: &Want, status: u16, body: &str) -> Outcome {
    let connection = connection();
    let heard = Heard::Answer {
        status,
        body: body.to_owned(),
    };
    match Conversation::new(&connection, want).next(Some(heard), moment()) {
        Step::Done(outcome) => outcome,
        _ => panic!("one request is all there is"),
    }
}

fn request(want: &Want) -> Outgoing {
    let connection = connection();
    match Conversation::new(&connection, want).next(None, moment()) {
        Step::Send(request) => request,
        _ => panic!("no request"),
    }
}

#[test]
fn multimedia_messages_go_where_the_connection_says() {
    let with = |direction: &str| {
        let document = json!({
            "dialect": "china-mobile", "platform_number": "+861052680000",
            "base_url": "https://ct.open.example/clicktodial/v1", "app_id": "12345678",
            "secret_key": "hush", "send_direction": direction,
        });
        Connection::read(&Place::whole(&document), false)
    };
    let sent = |connection: &Connection| {
        let want = place();
        let Step::Send(begin) = Conversation::new(connection, &want).next(None, moment()) else {
            panic!("nothing is sent");
        };
        let body: Value = serde_json::from_str(&begin.body.unwrap()).unwrap();
        body.get("sendDirection").cloned()
    };
    for direction in ["MO", "MT", "BOTH"] {
        let connection = with(direction).ok().unwrap();
        assert_eq!(sent(&connection), Some(direction.into()));
    }
    assert_eq!(sent(&connection()), None);
    let problem = with("UP").err().unwrap().to_string();
    assert!(
        problem.contains("send_direction") && !problem.contains("UP"),
        "{problem}"
    );
}

#[test]
fn a_call_is_begun_with_digits_and_the_sponsor_verbatim() {
    let request = request(&place());
    assert_eq!(
        request.url,
        "https://ct.open.example/clicktodial/v1/clicktodialbegin"
    );
    assert_eq!(
        request.headers[0].1,
        format!("Basic {}", Base64::encode_string(b"12345678:hush"))
    );
    let body: Value = serde_json::from_str(request.body.as_deref().unwrap()).unwrap();
    assert_eq!(
        body,
        json!({"APPID": "12345678", "sponsor": "01052680000", "caller": "8613912345673", "callee": "8613810268653", "record": "0"})
    );
}

#[test]
fn a_call_is_ended_by_its_identifier() {
    let request = request(&Want::HangUp("A010B020".to_owned()));
    assert_eq!(
        request.url,
        "https://ct.open.example/clicktodial/v1/clicktodialrelease/A010B020"
    );
    assert_eq!(
        request.body.as_deref(),
        Some(r#"{"APPID":"12345678","operation":"EndCall"}"#)
    );
}

#[test]
fn what_placing_can_end_in() {
    let placed =
        r#"{"code":"0000000","description":"Success","result":{"callidentifier":"A010B020"}}"#;
    assert_eq!(
        outcome(&place(), 200, placed),
        Outcome::Placed("A010B020".to_owned())
    );
    let error = |code: &str| format!(r#"{{"code":"{code}","description":"no"}}"#);
    let cases = [
        (
            400,
            error("0001001"),
            Outcome::Refused(Failure::OperatorUnreadable),
        ),
        (
            401,
            error("0001002"),
            Outcome::Refused(Failure::CredentialsRefused),
        ),
        (
            403,
            error("0001003"),
            Outcome::Refused(Failure::AccountSuspended),
        ),
        (
            403,
            error("0001004"),
            Outcome::Refused(Failure::AccountSuspended),
        ),
        (
            500,
            error("0000001"),
            Outcome::Unsure(Failure::OperatorDown),
        ),
        (
            503,
            error("0000002"),
            Outcome::Refused(Failure::OperatorDown),
        ),
        (
            200,
            error("0001003"),
            Outcome::Refused(Failure::AccountSuspended),
        ),
        (
            401,
            String::new(),
            Outcome::Refused(Failure::CredentialsRefused),
        ),
        (
            502,
            "<html>".to_owned(),
            Outcome::Unsure(Failure::OperatorDown),
        ),
        (
            200,
            "<html>".to_owned(),
            Outcome::Unsure(Failure::OperatorUnreadable),
        ),
        (
            200,
            r#"{"code":"0000000","result":{"callidentifier":"../x"}}"#.to_owned(),
            Outcome::Unsure(Failure::OperatorUnreadable),
        ),
    ];
    for (status, body, expected) in cases {
        assert_eq!(
            outcome(&place(), status, &body),
            expected,
            "{status} {body}"
        );
    }
}

#[test]
fn connections_of_one_application_share_the_realm_of_its_names() {
    let mut other = connection();
    other.sponsor = "01052680001".to_owned();
    assert_eq!(other.realm("one"), connection().realm("another"));
    other.app_id = "87654321".to_owned();
    assert_ne!(other.realm("one"), connection().realm("one"));
}

fn recording(name: Option<&str>) -> Want {
    Want::Recording(Recorded {
        operator_call: "A010B020".to_owned(),
        recording: name.map(str::to_owned),
        opened_at: call::Millis(0),
    })
}

#[test]
fn a_recording_is_ordered_and_downloaded_by_its_name() {
    let Want::Place(order) = place() else {
        panic!("an order");
    };
    let ordered = Want::Place(Order {
        record: true,
        ..order
    });
    assert!(request(&ordered).body.unwrap().contains(r#""record":"1""#));
    let connection = connection();
    let want = recording(Some("REC-1"));
    let Step::Open(download) = Conversation::new(&connection, &want).next(None, moment()) else {
        panic!("no download");
    };
    assert_eq!(
        (download.url.as_str(), download.body.as_deref()),
        (
            "https://ct.open.example/clicktodial/v1/recordingdownload/A010B020",
            Some(r#"{"APPID":"12345678","recordingId":"REC-1"}"#)
        )
    );
}

#[test]
fn what_a_download_can_end_in() {
    let connection = connection();
    let open = |kind: &str| {
        let heard = Heard::Opened {
            kind: kind.to_owned(),
        };
        match Conversation::new(&connection, &recording(Some("R"))).next(Some(heard), moment()) {
            Step::Done(outcome) => outcome,
            _ => panic!("one request is all there is"),
        }
    };
    assert_eq!(open("application/json"), Outcome::Recording(RECORDING));
    assert_eq!(
        open("text/html"),
        Outcome::Refused(Failure::OperatorUnreadable)
    );
    let unknown = r#"{"code":"0001001","description":"Expected property is missing: recordingId"}"#;
    assert_eq!(outcome(&recording(Some("R")), 400, unknown), Outcome::Gone);
    let without_a_name = Conversation::new(&connection, &recording(None)).next(None, moment());
    assert!(matches!(without_a_name, Step::Done(Outcome::Gone)));
}
