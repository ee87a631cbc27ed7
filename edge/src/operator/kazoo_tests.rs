use super::answer::GREGORIAN_S;
use super::event::Unreadable;
use super::*;
use crate::document::{DialFirst, Flaw};
use crate::operator::{Asked, Heard, Memory, Order, Outcome, Outgoing, Recorded, Step, Want};
use base64ct::{Base64UrlUnpadded, Encoding};
use call::{Cause, Failure, Millis, News, Party, Status};
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
const DOCUMENT: &str = "fedcba9876543210fedcba9876543210";
const NAME: &str = "c2c-fedcba9876543210fedcba9876543210-0123456789";
const NOW: Millis = Millis(1_700_000_000_000);

fn setting() -> Value {
    json!({
        "dialect": "kazoo",
        "platform_number": "+12025550199",
        "base_url": "https://pbx.example:8443/v2/",
        "account_id": ACCOUNT,
        "api_key": "k".repeat(64),
        "webhook_secret": "a-secret-of-16-or-more",
    })
}

fn read(setting: &Value) -> Result<Connection, Flaw> {
    Connection::read(&Place::whole(setting), false)
}

fn connection() -> Connection {
    read(&setting()).ok().unwrap()
}

fn order(dial_first: DialFirst) -> Order {
    let (contact, extension) = ("+442071838750", "+12025550142");
    let (caller, callee) = match dial_first {
        DialFirst::Contact => (contact, extension),
        DialFirst::Extension => (extension, contact),
    };
    Order {
        call: "our-call".to_owned(),
        caller: Party::parse(caller).unwrap(),
        callee: Party::parse(callee).unwrap(),
        dial_first,
        sink: String::new(),
        sink_bearer: String::new(),
        sink_expires: String::new(),
        correlator: "correlator".to_owned(),
        manner: Box::default(),
        record: false,
    }
}

/// A conversation being played: what the operator answers, in order.
struct Play {
    sent: Vec<Outgoing>,
    outcome: Outcome,
    memory: Memory,
}

fn play(want: &Want, memory: Memory, answers: &[(u16, Value)]) -> Play {
    let connection = connection();
    let mut conversation = Conversation::new(&connection, want, memory);
    let (mut sent, mut heard) = (Vec::new(), None);
    let mut answers = answers.iter();
    let mut opening = false;
    loop {
        match conversation.next(heard, NOW) {
            Step::Send(outgoing) => sent.push(outgoing),
            Step::Open(outgoing) => {
                sent.push(outgoing);
                opening = true;
            }
            Step::Done(outcome) => {
                assert_eq!(answers.next(), None, "not asked for");
                let memory = conversation.memory();
                return Play {
                    sent,
                    outcome,
                    memory,
                };
            }
            Step::Sign { .. } => panic!("nothing is signed"),
        }
        let last = sent.last().unwrap();
        let answer = answers.next();
        let (status, body) = answer.unwrap_or_else(|| panic!("no answer to {}", last.url));
        heard = Some(match status {
            0 => Heard::Nothing,
            // What is opened says only what it is.
            200 if opening => Heard::Opened {
                kind: body.as_str().unwrap().to_owned(),
            },
            status => Heard::Answer {
                status: *status,
                body: body.to_string(),
            },
        });
    }
}

impl Play {
    fn asked(&self) -> Vec<String> {
        let path = |url: &str| url.split_once("/v2/").unwrap().1.replace(ACCOUNT, "A");
        let line = |sent: &Outgoing| format!("{} {}", sent.method, path(&sent.url));
        self.sent.iter().map(line).collect()
    }

    fn body(&self, at: usize) -> Value {
        serde_json::from_str(self.sent[at].body.as_deref().unwrap()).unwrap()
    }
}

fn place() -> Want {
    Want::Place(order(DialFirst::Contact))
}

fn token() -> (u16, Value) {
    (201, json!({"auth_token": "t0k3n", "data": {}}))
}

fn placed() -> (u16, Value) {
    (
        200,
        json!({"data": {"outbound_call_id": NAME, "origination_call_id": NAME}}),
    )
}

fn ask() -> Want {
    Want::Ask(Asked {
        operator_call: NAME.to_owned(),
        // 2026-11-21.
        opened_at: Millis(1_795_219_200_000),
    })
}

fn document() -> (u16, Value) {
    (201, json!({"data": {"id": DOCUMENT}}))
}

/// What a first call leaves behind.
fn warm(want: &Want) -> Memory {
    let answers = [token(), (200, json!({"data": []})), document(), placed()];
    play(want, Memory::default(), &answers).memory
}

fn outcome(want: &Want, answers: &[(u16, Value)]) -> Outcome {
    play(want, warm(&place()), answers).outcome
}

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
fn a_token_is_renewed_once_when_it_is_refused_and_before_it_expires() {
    let expired = || (401, json!({"message": "invalid credentials", "data": {}}));
    let answers = [expired(), token(), placed()];
    assert_eq!(
        outcome(&place(), &answers),
        Outcome::Placed(NAME.to_owned())
    );
    let refused = Outcome::Refused(Failure::CredentialsRefused);
    assert_eq!(outcome(&place(), &[expired(), token(), expired()]), refused);
    let mut old = warm(&place());
    old.token = Some(("old".to_owned(), NOW));
    let renewed = play(&place(), old, &[token(), placed()]);
    assert_eq!(renewed.asked()[0], "PUT api_auth");
}

#[test]
fn a_token_that_says_when_it_expires_is_believed() {
    let renew_at = |exp: u64| {
        let claims = Base64UrlUnpadded::encode_string(json!({"exp": exp}).to_string().as_bytes());
        let token = (201, json!({"auth_token": format!("e30.{claims}.c2ln")}));
        let answers = [token, (200, json!({"data": []})), document(), placed()];
        play(&place(), Memory::default(), &answers)
            .memory
            .token
            .unwrap()
            .1
    };
    let now = NOW.0 / 1000;
    assert_eq!(renew_at(now + 600), NOW.plus_seconds(540));
    assert_eq!(renew_at(now + GREGORIAN_S + 600), NOW.plus_seconds(540));
    assert_eq!(renew_at(now + 90_000), NOW.plus_seconds(3_000));
}

#[test]
fn what_a_refused_key_means() {
    let key = "k".repeat(64);
    let answers = [(
        404,
        json!({"data": [key], "error": "404", "message": "bad identifier"}),
    )];
    let refused = play(&place(), Memory::default(), &answers).outcome;
    assert_eq!(refused, Outcome::Refused(Failure::CredentialsRefused));
    let down = play(&place(), Memory::default(), &[(0, Value::Null)]).outcome;
    assert_eq!(down, Outcome::Refused(Failure::OperatorDown));
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
fn a_hang_up_counts_once_the_channel_is_gone() {
    let want = Want::HangUp(NAME.to_owned());
    let accepted = || (200, json!({"data": "hangup initiated"}));
    let there = || (200, json!({"data": {"call_id": NAME, "answered": true}}));
    let gone = || (404, json!({"data": [NAME]}));
    assert_eq!(outcome(&want, &[accepted(), gone()]), Outcome::HungUp(None));
    let late = [accepted(), there(), there(), gone()];
    assert_eq!(outcome(&want, &late), Outcome::HungUp(None));
    assert_eq!(outcome(&want, &[gone()]), Outcome::Gone);
    let still = [accepted(), there(), there(), there(), there()];
    let refused = Outcome::Refused(Failure::OperatorUnreadable);
    assert_eq!(outcome(&want, &still), refused);
}

#[test]
fn only_what_is_certain_is_said_of_a_call() {
    let want = ask();
    let channel = |answered: Value| (200, json!({"data": {"answered": answered}}));
    let is = |status: Status| Outcome::Is(status.into());
    assert_eq!(
        outcome(&want, &[channel(json!(false))]),
        is(Status::CallingCaller)
    );
    assert_eq!(
        outcome(&want, &[channel(json!(true))]),
        is(Status::CallingCallee)
    );
    assert_eq!(
        outcome(&want, &[channel(json!("true"))]),
        is(Status::CallingCallee)
    );
    for status in [404, 503] {
        let busy = json!({"call_id": NAME, "result": "error", "cause": "USER_BUSY "});
        let answers = [(status, json!({})), (200, json!({"data": [busy]}))];
        assert_eq!(outcome(&want, &answers), Outcome::Is(Cause::Busy.into()));
    }
    let down = outcome(&want, &[(503, json!({})), (503, json!({}))]);
    assert_eq!(
        down,
        Outcome::Refused(Failure::OperatorDown),
        "a store that is down is no end"
    );
}

/// The history knows nothing, or only that the first party has answered.
#[test]
fn the_detail_record_says_how_a_call_ended_of_which_nothing_else_does() {
    let last = |row: Value, record: (u16, Value)| {
        let history = (200, json!({"data": [row]}));
        let answers = [(404, json!({})), history, record];
        play(&ask(), warm(&place()), &answers)
    };
    let answered = || json!({"call_id": NAME, "result": "success"});
    let late = json!({"call_id": NAME, "result": "error", "cause": "timed out"});
    let another = json!({"call_id": "c2c-another", "result": "error", "cause": "USER_BUSY"});
    let record = |cause: &str, seconds: Value| {
        let data = json!({"call_id": NAME, "hangup_cause": cause, "billing_seconds": seconds});
        (200, json!({ "data": data }))
    };
    let unknown = Outcome::Is(Cause::Unknown.into());
    for (row, otherwise) in [
        (answered(), unknown),
        (late, Outcome::Gone),
        (another, Outcome::Gone),
    ] {
        for seconds in [json!("12"), json!(12)] {
            let known = last(row.clone(), record("USER_BUSY", seconds));
            let path = format!("GET accounts/A/cdrs/202611-{NAME}");
            assert_eq!(known.asked().last(), Some(&path));
            let ended = News::Ended {
                cause: Cause::Busy,
                answered_seconds: Some(12),
            };
            assert_eq!(known.outcome, Outcome::Is(ended));
        }
        let answered = u32::from(otherwise != Outcome::Gone);
        let ended = News::Ended {
            cause: Cause::NoAnswer,
            answered_seconds: Some(answered),
        };
        let at_once = last(row.clone(), record("NO_ANSWER", json!("0")));
        assert_eq!(at_once.outcome, Outcome::Is(ended));
        let strange = json!({"data": {"call_id": "c2c-another", "hangup_cause": "USER_BUSY"}});
        for nothing in [
            (404, json!({"data": {}})),
            (503, json!({})),
            (200, json!({"data": []})),
            (200, strange),
            (0, Value::Null),
        ] {
            assert_eq!(last(row.clone(), nothing).outcome, otherwise);
        }
    }
}

fn event(payload: &Value) -> Option<(String, Option<String>, News)> {
    let event = read_event(&payload.to_string()).unwrap()?;
    Some((event.name, event.call, event.news))
}

#[test]
fn the_first_leg_speaks_for_the_call() {
    let event = |hook: &str| {
        event(&json!({
            "hook_event": hook, "call_id": NAME, "account_id": ACCOUNT,
            "custom_application_vars": {"c2d_call": "our-call", "contact": "442071838750"},
        }))
        .unwrap()
    };
    let ours = Some("our-call".to_owned());
    for (hook, status) in [
        ("channel_create", Status::CallingCaller),
        ("channel_answer", Status::CallingCallee),
        ("channel_bridge", Status::Connected),
    ] {
        assert_eq!(event(hook), (NAME.to_owned(), ours.clone(), status.into()));
    }
}

#[test]
fn an_end_carries_the_networks_cause_and_the_time_since_the_answer() {
    for seconds in [json!(42), json!("42")] {
        let destroyed = json!({
            "hook_event": "channel_destroy", "call_id": NAME,
            "hangup_cause": "NORMAL_CLEARING", "billing_seconds": seconds,
        });
        let news = News::Ended {
            cause: Cause::Normal,
            answered_seconds: Some(42),
        };
        assert_eq!(event(&destroyed), Some((NAME.to_owned(), None, news)));
    }
}

#[test]
fn other_legs_and_other_calls_are_not_taken_for_it() {
    let vars = json!({"c2d_call": "our-call"});
    for hook in [
        "channel_create",
        "channel_answer",
        "channel_destroy",
        "channel_hold",
    ] {
        for (own, other) in [("a1b2@10.0.0.1", NAME), ("a1b2", "c3d4")] {
            let event = event(&json!({
                "hook_event": hook, "call_id": own, "other_leg_call_id": other,
                "custom_application_vars": vars, "hangup_cause": "USER_BUSY",
            }));
            assert_eq!(event, None, "{hook} {own}");
        }
    }
    let bridged = json!({
        "hook_event": "channel_bridge", "call_id": "a1b2", "other_leg_call_id": NAME,
    });
    let connected = (NAME.to_owned(), None, Status::Connected.into());
    assert_eq!(event(&bridged), Some(connected));
    assert_eq!(
        event(&json!({"hook_event": "channel_bridge", "call_id": "a1b2"})),
        None
    );
    assert_eq!(event(&json!({})), None);
}

#[test]
fn a_form_is_read_as_well() {
    let form = format!(
        "hook_event=channel_destroy&&call_id={NAME}&caller_id_name=A+B%26&custom_application_vars%5Bc2d_call%5D=our-call&hangup_cause=USER_BUSY&billing_seconds=0&is_internal_leg=true"
    );
    let news = News::Ended {
        cause: Cause::Busy,
        answered_seconds: Some(0),
    };
    for form in [form.clone(), form.replace("%5B", "[").replace("%5D", "]")] {
        let event = read_event(&form).unwrap().unwrap();
        assert_eq!(event.call.as_deref(), Some("our-call"));
        assert_eq!((event.name.as_str(), event.news), (NAME, news));
    }
}

/// Kazoo 5, `"version": "v2"`: signed or not, as JSON or as a form.
#[test]
fn the_second_version_of_an_event_says_the_same() {
    let told = |news: News| Some((NAME.to_owned(), Some("our-call".to_owned()), news));
    let second = |name: &str| {
        json!({
            "action": "event", "name": name, "timestamp": 63_960_000_000_u64, "hmac": "c2ln",
            "data": {
                "call_id": NAME, "event_name": name, "hangup_cause": "NO_ANSWER",
                "billing_seconds": 7, "custom_application_vars": {"c2d_call": "our-call"},
            },
        })
    };
    for (name, status) in [
        ("CHANNEL_CREATE", Status::CallingCaller),
        ("CHANNEL_ANSWER", Status::CallingCallee),
        ("CHANNEL_BRIDGE", Status::Connected),
    ] {
        assert_eq!(event(&second(name)), told(status.into()));
    }
    let ended = News::Ended {
        cause: Cause::NoAnswer,
        answered_seconds: Some(7),
    };
    assert_eq!(event(&second("CHANNEL_DESTROY")), told(ended));
    assert_eq!(event(&second("CHANNEL_HOLD")), None);
    let form = format!(
        "action=event&name=CHANNEL_DESTROY&data%5Bcall_id%5D={NAME}&data[hangup_cause]=NO_ANSWER\
         &data[billing_seconds]=7&data[custom_application_vars][c2d_call]=our-call&timestamp=1"
    );
    let event = read_event(&form).unwrap().unwrap();
    assert_eq!((event.name.as_str(), event.news), (NAME, ended));
    assert_eq!(event.call.as_deref(), Some("our-call"));
}

#[test]
fn what_is_neither_json_nor_a_form_is_unreadable() {
    for body in ["", "hello", "{", "[]", "<html>"] {
        assert_eq!(read_event(body), Err(Unreadable), "{body}");
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

#[test]
fn settings_are_refused_by_field_and_never_by_value() {
    let secret = "s3cr3t that nobody may see";
    for field in [
        "account_id",
        "api_key",
        "webhook_secret",
        "base_url",
        "platform_number",
    ] {
        let mut wrong = setting();
        wrong[field] = secret.into();
        let problem = read(&wrong).err().unwrap().to_string();
        assert!(
            problem.contains(field) && !problem.contains(secret),
            "{problem}"
        );
        wrong.as_object_mut().unwrap().remove(field);
        assert!(read(&wrong).err().unwrap().to_string().contains(field));
    }
}

#[test]
fn only_the_secret_opens_the_webhooks() {
    assert!(connection().is_authorized("a-secret-of-16-or-more"));
    for wrong in ["", "a-secret", "A-secret-of-16-or-more"] {
        assert!(!connection().is_authorized(wrong), "{wrong}");
    }
}

proptest! {
    #[test]
    fn no_event_panics(body: String) {
        let read = read_event(&body);
        prop_assert_eq!(read_event(&body), read);
    }

    #[test]
    fn no_answer_panics(status in 0u16..600, body: String) {
        for want in [place(), Want::HangUp(NAME.to_owned()), ask()] {
            let connection = connection();
            let mut conversation = Conversation::new(&connection, &want, warm(&place()));
            conversation.next(None, NOW);
            conversation.next(Some(Heard::Answer { status, body: body.clone() }), NOW);
            prop_assert!(conversation.memory().documents.len() <= 1);
        }
    }
}

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
