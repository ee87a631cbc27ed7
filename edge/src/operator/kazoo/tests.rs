//! Conversations with a Kazoo system, without one.

mod channel;
mod event;
mod placing;
mod recording;

use super::answer::GREGORIAN_S;
use super::*;
use crate::document::{DialFirst, Flaw};
use crate::operator::{Asked, Converse, Heard, Moment, Order, Outcome, Outgoing, Step};
use base64ct::{Base64UrlUnpadded, Encoding};
use call::{Cause, Failure, Millis, News, Party, Status};
use proptest::prelude::{prop_assert, prop_assert_eq, proptest};
use serde_json::{Value, json};

const ACCOUNT: &str = "0123456789abcdef0123456789abcdef";
const DOCUMENT: &str = "fedcba9876543210fedcba9876543210";
const NAME: &str = "c2c-fedcba9876543210fedcba9876543210-0123456789";
const NOW: Millis = Millis(1_700_000_000_000);
const MOMENT: Moment = Moment {
    now: NOW,
    random: [0; 16],
};

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
        match conversation.next(heard, MOMENT) {
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
            conversation.next(None, MOMENT);
            conversation.next(Some(Heard::Answer { status, body: body.clone() }), MOMENT);
            prop_assert!(conversation.memory().documents.len() <= 1);
        }
    }
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
    let opens = |connection_name: &str, secret: &str| {
        let envelope = Envelope {
            names: [connection_name, secret, ""],
            header: &|_| None,
        };
        connection().is_authorized("main", &envelope)
    };
    assert!(opens("main", "a-secret-of-16-or-more"));
    for wrong in ["", "a-secret", "A-secret-of-16-or-more"] {
        assert!(!opens("main", wrong), "{wrong}");
    }
    assert!(!opens("other", "a-secret-of-16-or-more"));
}

#[test]
fn whatever_can_be_read_is_answered_with_200() {
    assert_eq!(Connection::taken(), Reply::empty(200));
    let ours = Connection::refusal(&Problem::Internal);
    assert_eq!(ours, Some(Reply::empty(200)));
    for senders in [
        Problem::Unauthenticated,
        Problem::TooLarge,
        Problem::InvalidArgument(""),
        Problem::NotConfigured,
    ] {
        assert_eq!(Connection::refusal(&senders), None, "{senders:?}");
    }
}
