//! Clicks that must not place a call: each has its status and stable code,
//! reaches no operator, and leaves nothing open.

use call::Number;
use serde_json::json;
use stories::harness::codes::button_id;
use stories::harness::http::Ask;
use stories::harness::visitor::{Placed, Visitor, contact_body, key};
use stories::harness::wait::until;

use crate::answers::assert_refused;
use crate::world::{Account, EXTENSION, contact, world};

const JSON: &str = "application/json";
/// The largest body that is read.
const LARGEST_BODY: usize = 16 * 1024;

struct Case {
    what: &'static str,
    ask: Ask,
    status: u16,
    code: &'static str,
}

fn case(what: &'static str, ask: Ask, status: u16, code: &'static str) -> Case {
    Case {
        what,
        ask,
        status,
        code,
    }
}

/// Every case, then a good click for the same contact.
async fn all_refused(visitor: &Visitor, contact: &Number, cases: Vec<Case>) {
    let world = world().await;
    for case in cases {
        let answer = case.ask.send().await;
        assert_refused(&answer, case.status, case.code, case.what);
        assert_eq!(world.lab.placed(contact), 0, "{}", case.what);
    }
    let call = visitor.place(&Account::Camara.button(), contact).await;
    assert_eq!(
        visitor.follow(&call).await.last().unwrap().state(),
        "disconnected"
    );
    assert_eq!(world.lab.placed(contact), 1);
    world.assert_no_panic();
}

#[tokio::test]
async fn bodies_that_cannot_be_read() {
    let (visitor, contact) = (world().await.visitor(), contact("0101"));
    let button = Account::Camara.button();
    let number = contact.e164();
    let post = |body: String| visitor.click(&button, &key()).body(JSON, body);
    let bad = |what, body: String| case(what, post(body), 400, "INVALID_ARGUMENT");
    let cases = vec![
        bad("nothing", String::new()),
        bad("half", format!("{{\"contact\":{{\"number\":\"{number}\"")),
        bad("no JSON", format!("number={number}")),
        bad(
            "a list",
            json!([{"contact": {"number": number}}]).to_string(),
        ),
        bad("null", "null".to_owned()),
        bad("no contact", "{}".to_owned()),
        bad(
            "two numbers",
            format!(r#"{{"contact":{{"number":"{number}","number":"+4930123456"}}}}"#),
        ),
        bad(
            "a contact that is a text",
            json!({"contact": number}).to_string(),
        ),
        bad("no number", json!({"contact": {}}).to_string()),
        bad(
            "a number that is none",
            json!({"contact": {"number": 4930}}).to_string(),
        ),
        bad(
            "an unknown property",
            json!({"contact": {"number": number}, "extension": "+12025550100"}).to_string(),
        ),
        bad(
            "an unknown property within",
            json!({"contact": {"number": number, "name": "Ann"}}).to_string(),
        ),
        case(
            "a body too large",
            post(format!(
                "{}{}",
                contact_body(number),
                " ".repeat(LARGEST_BODY)
            )),
            413,
            "PAYLOAD_TOO_LARGE",
        ),
        case(
            "a text",
            visitor
                .click(&button, &key())
                .body("text/plain", contact_body(number).to_string()),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        case(
            "a form",
            visitor
                .click(&button, &key())
                .body("application/x-www-form-urlencoded", "contact=1"),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
        case(
            "no content type",
            visitor.click(&button, &key()),
            415,
            "UNSUPPORTED_MEDIA_TYPE",
        ),
    ];
    all_refused(&visitor, &contact, cases).await;
}

#[tokio::test]
async fn numbers_that_nobody_may_call() {
    let (visitor, good) = (world().await.visitor(), contact("0101"));
    let button = Account::Camara.button();
    let dial = |number: &str| visitor.click(&button, &key()).json(&contact_body(number));
    let invalid = [
        "",
        "+",
        "12025550123",
        "+1234",
        "+0123456789",
        "+1234567890123456",
        "+49 30 123456",
        "0049301234567",
        "tel:+49301234567",
        "+49301234567\n",
        "+4930123456a",
        "+４９30123456",
    ];
    let mut cases: Vec<Case> = invalid
        .into_iter()
        .map(|number| case(number, dial(number), 422, "INVALID_PHONE_NUMBER"))
        .collect();
    cases.push(case(
        "the extension itself",
        dial(EXTENSION),
        422,
        "SAME_CALLER_CALLEE",
    ));
    for denied in ["+8811234567", "+8821234567", "+8831234567", "+9791234567"] {
        cases.push(case(denied, dial(denied), 422, "NUMBER_NOT_ALLOWED"));
    }
    all_refused(&visitor, &good, cases).await;
}

#[tokio::test]
async fn buttons_and_pages_that_may_not() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0101"));
    let button = Account::Camara.button();
    let body = contact_body(contact.e164());
    let dial = |button: &str| visitor.click(button, &key()).json(&body);
    let mut forged = button.clone();
    forged.replace_range(..1, if button.starts_with('A') { "B" } else { "A" });
    let nobodys = button_id(&"a".repeat(32), &"b".repeat(32));
    let mut cases = vec![
        case("a word", dial("sales"), 404, "NOT_FOUND"),
        case("a forged id", dial(&forged), 404, "NOT_FOUND"),
        case(
            "a well-made id of no account",
            dial(&nobodys),
            404,
            "NOT_FOUND",
        ),
    ];
    let stranger = world.pages.stranger();
    for origin in [stranger.as_str(), "https://evil.example", "null"] {
        let page = Visitor::new(&world.edge.url(""), origin);
        let ask = page.click(&button, &key()).json(&body);
        cases.push(case("a foreign page", ask, 403, "ORIGIN_NOT_ALLOWED"));
    }
    let nowhere = visitor
        .http
        .post(&world.edge.url(&format!("/buttons/{button}/calls")));
    let nowhere = nowhere.header("idempotency-key", &key()).json(&body);
    cases.push(case("no origin", nowhere, 403, "ORIGIN_NOT_ALLOWED"));
    all_refused(&visitor, &contact, cases).await;
}

#[tokio::test]
async fn idempotency_keys_that_are_none() {
    let (visitor, contact) = (world().await.visitor(), contact("0101"));
    let button = Account::Camara.button();
    let body = contact_body(contact.e164());
    let missing = visitor
        .ask("POST", &format!("/buttons/{button}/calls"))
        .json(&body);
    let mut cases = vec![case("no key", missing, 400, "INVALID_ARGUMENT")];
    let (long, spaced) = ("k".repeat(256), "a key");
    for key in ["", &long, spaced, "schl\u{fc}ssel"] {
        let ask = visitor.click(&button, key).json(&body);
        cases.push(case("a bad key", ask, 400, "INVALID_ARGUMENT"));
    }
    all_refused(&visitor, &contact, cases).await;
}

#[tokio::test]
async fn methods_that_a_path_does_not_have_are_named_with_those_it_has() {
    let visitor = world().await.visitor();
    let button = Account::Camara.button();
    let call = "/click-to-dial/v0.2/calls/x";
    let wrong = [
        ("GET", format!("/buttons/{button}/calls"), "POST"),
        ("DELETE", format!("/buttons/{button}/calls"), "POST"),
        ("POST", format!("/buttons/{button}"), "GET"),
        ("PUT", call.to_owned(), "GET"),
        ("PUT", call.to_owned(), "DELETE"),
        ("POST", format!("{call}/events"), "GET"),
        ("GET", "/operators/camara/calls/x".to_owned(), "POST"),
        ("POST", "/healthz".to_owned(), "GET"),
    ];
    for (method, path, allowed) in wrong {
        let answer = visitor.ask(method, &path).send().await;
        let what = format!("{method} {path}");
        assert_refused(&answer, 405, "METHOD_NOT_ALLOWED", &what);
        let allow = answer.header("allow").unwrap_or_default();
        assert!(allow.contains(allowed), "{what}: Allow: {allow}");
    }
}

#[tokio::test]
async fn a_second_call_to_a_contact_in_a_call_is_a_conflict_until_the_first_ends() {
    let world = world().await;
    let (visitor, contact) = (world.visitor(), contact("0111"));
    let call = visitor.place(&Account::Camara.button(), &contact).await;
    for button in [Account::Camara.button(), Account::Camara.extension_first()] {
        let again = visitor.dial(&button, &key(), &contact).send().await;
        assert_refused(&again, 409, "ALREADY_EXISTS", "while the first is active");
    }
    assert_eq!(world.lab.placed(&contact), 1);
    visitor.hang_up(&call).await;
    visitor.until(&call, "disconnected").await;
    // The contact is given free as soon as the end is known to the account.
    let answer = until("the contact is free again", async || {
        let dial = visitor.dial(&Account::Camara.button(), &key(), &contact);
        let answer = dial.send().await;
        (answer.status != 409).then_some(answer)
    })
    .await;
    visitor.hang_up(&Placed::read(&answer)).await;
}

#[tokio::test]
async fn the_breaker_trips_and_says_when_to_come_back() {
    let visitor = world().await.visitor();
    let button = Account::Limited.button();
    for _ in 0..2 {
        visitor.place(&button, &contact("0101")).await;
    }
    let answer = visitor.dial(&button, &key(), &contact("0101")).send().await;
    assert_refused(&answer, 429, "QUOTA_EXCEEDED", "the third call of the day");
    let seconds: u64 = answer.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=86_400).contains(&seconds));
}
