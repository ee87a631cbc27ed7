//! Recordings, from every operator that has them, to the account's own
//! programs and to nobody else.

use std::time::Duration;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use call::{Number, Reason, State};
use serde_json::Value;
use stories::harness::program::Program;
use stories::harness::visitor::Placed;
use stories::harness::wait::until;
use stories::lab::{Fault, Spoilt};
use tokio::join;

use crate::answers::assert_refused;
use crate::world::{ALL_SCOPES, Account, READ, SECRET, contact, world};

/// The account's own program.
pub async fn program(account: Account) -> Program {
    let edge = world().await.edge.url("");
    Program::new(&edge, &account.client(), SECRET, ALL_SCOPES).await
}

/// A call of these, from its click to its end, recorded.
async fn recorded(account: Account, contact: &Number) -> Placed {
    let visitor = world().await.visitor();
    let button = if account == Account::Kazoo {
        world().await.kazoo.record(contact);
        account.button()
    } else {
        account.recorded()
    };
    let call = visitor.place(&button, contact).await;
    let frames = visitor.follow(&call).await;
    let end = &frames.last().unwrap().data;
    let told = end.get("recording").and_then(Value::as_str);
    // Whether a Kazoo system records is not told. And an end that was found out
    // by asking has no reason, and no result.
    let expected = match (account, end["reason"].as_str()) {
        (Account::Kazoo, _) | (_, Some("other")) => None,
        _ => Some("success"),
    };
    assert_eq!(told, expected, "{account:?}: {end}");
    call
}

#[tokio::test]
async fn a_recording_is_had_as_json_and_as_the_bytes_from_every_operator() {
    for account in [Account::OPERATORS.as_slice(), &[Account::Sandbox]].concat() {
        let call = recorded(account, &contact("0100")).await;
        let program = program(account).await;
        let answer = program.recording(&call.id).send().await;
        assert_eq!(answer.status, 200, "{account:?}: {}", answer.body);
        assert_eq!(answer.header("content-type"), Some("application/json"));
        let resource = answer.json();
        assert_eq!(resource["callId"], call.id.as_str());
        assert_eq!(resource["contentType"], "audio/wav");
        let content = BASE64_STANDARD.decode(resource["content"].as_str().unwrap());
        let content = content.unwrap();
        assert!(content.starts_with(b"RIFF"), "{account:?}");
        assert_eq!(
            resource["generatedAt"].is_string(),
            account == Account::Camara,
            "{account:?}"
        );
        let audio = program.recording(&call.id).header("accept", "audio/*");
        let audio = audio.open().await;
        assert_eq!(audio.status(), 200, "{account:?}");
        let kind = audio.headers()["content-type"].to_str().unwrap().to_owned();
        assert_eq!(kind, "audio/wav", "{account:?}");
        assert_eq!(audio.bytes().await.unwrap(), content, "{account:?}");
    }
    world().await.assert_no_panic();
}

#[tokio::test]
async fn of_an_end_that_nobody_told_nothing_is_said_and_the_recording_is_there() {
    let (world, contact) = (world().await, contact("0100"));
    let end = Fault::EventLost(State::Disconnected);
    world.lab.fault(&contact, end);
    let call = recorded(Account::Camara, &contact).await;
    let known = world.visitor().read(&call).await;
    assert_eq!(known["reason"], "other", "found out by asking");
    assert_eq!(known.get("recording"), None, "nobody knows");
    let answer = program(Account::Camara)
        .await
        .recording(&call.id)
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    assert_eq!(answer.json()["contentType"], "audio/wav");
}

#[tokio::test]
async fn a_recording_is_not_lost_where_the_call_is_over_before_its_answer() {
    let (world, contact) = (world().await, contact("0100"));
    let (visitor, lab) = (world.visitor(), &world.china_mobile);
    lab.by_hand(&contact);
    lab.fault(&contact, Fault::SlowAnswer(Duration::from_secs(3)));
    let button = Account::ChinaMobile.recorded();
    let (call, told) = join!(visitor.place(&button, &contact), async {
        let line = until("the call", async || lab.call_of(&contact)).await;
        for state in [State::CallingCaller, State::CallingCallee, State::Connected] {
            line.tell(state);
        }
        line.end(Reason::HangUp, 7);
        until("all is told", async || {
            let told = line.deliveries();
            (told.len() == 4).then_some(told)
        })
        .await
    });
    assert!(told.iter().all(|told| told.status == 200), "{told:?}");
    let end = visitor.follow(&call).await.pop().unwrap();
    assert_eq!(end.data["recording"], "success", "{}", end.data);
    assert_eq!(end.data["durationSeconds"], 7);
    let answer = program(Account::ChinaMobile).await.recording(&call.id);
    let answer = answer.send().await;
    assert_eq!(answer.status, 200, "{}", answer.body);
}

#[tokio::test]
async fn there_is_none_before_the_end_nor_of_what_was_not_recorded() {
    let visitor = world().await.visitor();
    for account in [Account::OPERATORS.as_slice(), &[Account::Sandbox]].concat() {
        let program = program(account).await;
        let none = async |call: &Placed, what: &str| {
            let answer = program.recording(&call.id).send().await;
            assert_refused(&answer, 404, "NOT_FOUND", &format!("{account:?}: {what}"));
        };
        let call = visitor.place(&account.button(), &contact("0100")).await;
        none(&call, "not yet").await;
        visitor.follow(&call).await;
        none(&call, "never").await;
        if account != Account::Kazoo {
            let busy = visitor.place(&account.recorded(), &contact("0101")).await;
            let told = visitor.follow(&busy).await.pop().unwrap();
            // An end that was found out by asking has no reason, and no result.
            assert_ne!(told.data["recording"], "success", "{account:?}");
            none(&busy, "nothing was said").await;
        }
    }
}

#[tokio::test]
async fn where_calls_cannot_be_recorded_on_demand_nothing_rings() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0100"));
    let key = stories::harness::visitor::key();
    let dial = visitor.dial(&Account::Kazoo.recorded(), &key, &contact);
    let answer = dial.send().await;
    assert_refused(&answer, 422, "RECORDING_NOT_SUPPORTED", "Kazoo");
    assert_eq!(world.kazoo.placed(&contact), 0);
}

#[tokio::test]
async fn only_the_accounts_own_program_with_that_scope_gets_it() {
    let world = world().await;
    let program = program(Account::Sandbox).await;
    let edge = world.edge.url("");
    let reader = Program::new(&edge, &Account::Sandbox.reader(), SECRET, READ).await;
    let narrow = Program::new(&edge, &Account::Sandbox.client(), SECRET, READ).await;
    let strange = self::program(Account::Camara).await;
    let call = recorded(Account::Sandbox, &contact("0100")).await;
    for (what, token, status, code) in [
        ("the call's own token", &call.token, 401, "UNAUTHENTICATED"),
        (
            "its events token",
            &call.events_token,
            401,
            "UNAUTHENTICATED",
        ),
        ("a guess", &"guess".to_owned(), 401, "UNAUTHENTICATED"),
        (
            "a client without the scope",
            &reader.token,
            403,
            "PERMISSION_DENIED",
        ),
        (
            "a token without the scope",
            &narrow.token,
            403,
            "PERMISSION_DENIED",
        ),
        ("another account's client", &strange.token, 404, "NOT_FOUND"),
    ] {
        let mut other = program.clone();
        other.token.clone_from(token);
        let answer = other.recording(&call.id).send().await;
        assert_refused(&answer, status, code, what);
    }
    let bare = format!("{}/calls/{}/recording", program.api, call.id);
    let answer = program.http.get(&bare).send().await;
    assert_refused(&answer, 401, "UNAUTHENTICATED", "nobody");
    for (id, status, code) in [
        ("a b", 400, "INVALID_ARGUMENT"),
        (&"x".repeat(257), 400, "INVALID_ARGUMENT"),
        ("guess", 404, "NOT_FOUND"),
    ] {
        let answer = program.recording(id).send().await;
        assert_refused(&answer, status, code, id);
    }
    let neither = program.recording(&call.id).header("accept", "text/html");
    assert_refused(&neither.send().await, 406, "NOT_ACCEPTABLE", "text/html");
}

#[tokio::test]
async fn a_recording_that_comes_spoilt_is_never_taken_for_a_whole_one() {
    let bad_gateway = "RECORDING_UNREADABLE";
    for account in Account::OPERATORS {
        let program = program(account).await;
        for (spoilt, status, code) in [
            (Spoilt::Refused(404), 404, "NOT_FOUND"),
            (Spoilt::Refused(503), 503, "OPERATOR_UNAVAILABLE"),
            (Spoilt::Page, 502, bad_gateway),
            (Spoilt::NoAudio, 502, bad_gateway),
            (Spoilt::OtherKind, 502, bad_gateway),
            (Spoilt::ClosedInMidBody, 502, bad_gateway),
            (Spoilt::TooLong, 502, "RECORDING_TOO_LARGE"),
        ] {
            let china = account == Account::ChinaMobile;
            // That dialect has neither a word for none there, nor a media type.
            if china && matches!(spoilt, Spoilt::OtherKind | Spoilt::Refused(404)) {
                continue;
            }
            let contact = contact("0100");
            let lab = world().await.lab_of(account);
            lab.fault(&contact, Fault::RecordingSpoilt(spoilt));
            let call = recorded(account, &contact).await;
            for accept in ["application/json", "audio/*"] {
                let ask = program.recording(&call.id).header("accept", accept);
                let what = format!("{account:?}: {spoilt:?} as {accept}");
                assert_refused(&ask.send().await, status, code, &what);
            }
        }
    }
    world().await.assert_no_panic();
}

#[tokio::test]
async fn a_long_recording_that_breaks_off_late_is_broken_off_for_the_asker_too() {
    for account in Account::OPERATORS {
        let contact = contact("0100");
        let lab = world().await.lab_of(account);
        lab.fault(
            &contact,
            Fault::RecordingSpoilt(Spoilt::LongClosedInMidBody),
        );
        let call = recorded(account, &contact).await;
        let program = program(account).await;
        for accept in ["application/json", "audio/*"] {
            let ask = program.recording(&call.id).header("accept", accept);
            let answer = ask.open().await;
            // It was begun before anybody could know.
            assert_eq!(answer.status(), 200, "{account:?} as {accept}");
            let came = answer.bytes().await.unwrap_or_default();
            assert!(
                !looks_whole(&came, accept),
                "{account:?} as {accept}: {} bytes look whole",
                came.len()
            );
        }
    }
    world().await.assert_no_panic();
}

/// Whether nobody who got this could tell that there should be more.
fn looks_whole(came: &[u8], form: &str) -> bool {
    if form == "application/json" {
        return serde_json::from_slice::<Value>(came).is_ok();
    }
    // WAV says its length: all that follows these eight bytes.
    let length = came.get(4..8).and_then(|length| length.try_into().ok());
    length.is_some_and(|length| u32::from_le_bytes(length) as usize + 8 <= came.len())
}

#[tokio::test]
async fn a_recording_as_large_as_the_document_allows_comes_whole() {
    for account in Account::OPERATORS {
        let contact = contact("0100");
        let lab = world().await.lab_of(account);
        lab.fault(&contact, Fault::RecordingSpoilt(Spoilt::Long));
        let call = recorded(account, &contact).await;
        let program = program(account).await;
        let audio = program.recording(&call.id).header("accept", "audio/*");
        let audio = audio.open().await.bytes().await.unwrap();
        assert_eq!(audio.len(), 44 + 1_800 * 8_000, "{account:?}");
        let program = self::program(account).await;
        let resource = program.recording(&call.id).send().await.json();
        let content = BASE64_STANDARD.decode(resource["content"].as_str().unwrap());
        assert_eq!(content.unwrap(), audio, "{account:?}");
    }
    world().await.assert_no_panic();
}
