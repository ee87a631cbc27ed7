//! An agent clicks in the CRM: the CRM's server has said who may call whom, and
//! neither number is in the page.

use std::process::Command;

use call::Number;
use serde_json::{Value, json};
use stories::harness::admin::Admin;
use stories::harness::agents::{AGENT, Crm};
use stories::harness::edge::{root, target};
use stories::harness::http::Answer;
use stories::harness::visitor::{Placed, contact_body, key};

use crate::answers::assert_refused;
use crate::world::{World, contact, world};

/// An account at the lab operator with a button for agents.
pub struct Team {
    pub admin: Admin,
    pub button: String,
    pub crm: Crm,
}

impl Team {
    pub async fn new(world: &World) -> Self {
        let account = json!({ "name": "Acme", "connections": ["main"] });
        let admin = Admin::found(&world.edge.url(""), &account).await;
        let button = json!({
            "name": "Contact", "extension": "+4930555000", "dial_first": "extension",
            "auth_required": true, "origins": [world.pages.origin()],
        });
        let (_, button) = admin.button(&button).await;
        let crm = Crm::new(&admin, &button).await;
        Self { admin, button, crm }
    }
}

/// Asserts that a click became a call.
#[track_caller]
pub fn assert_placed(answer: &Answer) {
    assert_eq!(answer.status, 201, "{}", answer.body);
}

/// The agent's click with this token and body.
pub async fn click(world: &World, button: &str, token: &str, body: &Value) -> Answer {
    let click = world.visitor().click(button, &key()).bearer(token);
    click.json(body).send().await
}

#[track_caller]
fn assert_rings(world: &World, contact: &Number) {
    let line = world.lab.call_of(contact).expect("the operator was asked");
    let (caller, callee) = (line.caller().e164(), line.callee().e164());
    assert_eq!((caller, callee), (AGENT, contact.e164()));
}

#[tokio::test]
async fn a_click_calls_whom_the_token_says_and_the_page_never_knows() {
    let (world, contact) = (world().await, contact("0100"));
    let team = Team::new(world).await;
    let token = team.crm.token(Some(&contact));
    let answer = click(world, &team.button, &token, &json!({})).await;
    let call = Placed::read(&answer);
    assert_rings(world, &contact);
    let visitor = world.visitor();
    let mut seen = vec![token, answer.body, visitor.read(&call).await.to_string()];
    let path = format!("/buttons/{}", team.button);
    seen.push(visitor.ask("GET", &path).send().await.body);
    let frames = visitor.follow(&call).await;
    assert_eq!(frames.last().expect("an end").state(), "disconnected");
    seen.extend(frames.iter().map(|frame| frame.data.to_string()));
    for number in [contact.digits(), &AGENT[1..], "4930555000"] {
        for text in &seen {
            assert!(!text.contains(&number[number.len() - 7..]), "{text}");
        }
    }
}

#[tokio::test]
async fn with_a_contact_in_it_a_token_is_good_for_one_call() {
    let (world, number) = (world().await, contact("0101"));
    let team = Team::new(world).await;
    let token = team.crm.token(Some(&number));
    let visitor = world.visitor();
    let first = key();
    let dial = |key: &str| {
        visitor
            .click(&team.button, key)
            .bearer(&token)
            .json(&json!({}))
    };
    let call = Placed::read(&dial(&first).send().await);
    // The same click again, because its answer was lost, is the same call.
    assert_eq!(Placed::read(&dial(&first).send().await).id, call.id);
    visitor.follow(&call).await;
    let again = dial(&key()).send().await;
    assert_refused(&again, 401, "UNAUTHENTICATED", "the same token");
    assert_eq!(world.lab.placed(&number), 1);
    // A new token, a new call.
    let next = team.crm.token(Some(&number));
    assert_placed(&click(world, &team.button, &next, &json!({})).await);
}

#[tokio::test]
async fn of_many_clicks_at_once_with_one_token_one_becomes_a_call() {
    let (world, number) = (world().await, contact("0100"));
    let team = Team::new(world).await;
    let token = team.crm.token(Some(&number));
    let clicks = (0..10).map(|_| {
        let (button, token) = (team.button.clone(), token.clone());
        tokio::spawn(async move { click(world, &button, &token, &json!({})).await.status })
    });
    let mut placed = 0;
    for click in clicks.collect::<Vec<_>>() {
        placed += u32::from(click.await.expect("an answer") == 201);
    }
    assert_eq!((placed, world.lab.placed(&number)), (1, 1));
}

#[tokio::test]
async fn without_a_contact_in_it_the_page_says_whom_to_call() {
    let (world, one, other) = (world().await, contact("0101"), contact("0101"));
    let team = Team::new(world).await;
    let token = team.crm.token(None);
    for number in [&one, &other] {
        let body = contact_body(number.e164());
        assert_placed(&click(world, &team.button, &token, &body).await);
        assert_rings(world, number);
    }
    let nobody = click(world, &team.button, &token, &json!({})).await;
    assert_refused(&nobody, 400, "INVALID_ARGUMENT", "nobody to call");
}

#[tokio::test]
async fn the_page_may_not_name_another_than_the_token() {
    let (world, fixed, other) = (world().await, contact("0101"), contact("0101"));
    let team = Team::new(world).await;
    let token = team.crm.token(Some(&fixed));
    let body = contact_body(other.e164());
    let refused = click(world, &team.button, &token, &body).await;
    assert_refused(&refused, 400, "INVALID_ARGUMENT", "another number");
    assert!(!refused.body.contains(fixed.digits()), "{}", refused.body);
    let same = contact_body(fixed.e164());
    assert_placed(&click(world, &team.button, &token, &same).await);
    assert_eq!((world.lab.placed(&fixed), world.lab.placed(&other)), (1, 0));
}

#[tokio::test]
async fn an_internal_extension_is_rung_only_where_there_are_some() {
    let (world, number) = (world().await, contact("0101"));
    let team = Team::new(world).await;
    let mut claims = team.crm.claims(Some(&number));
    claims["extension"] = json!("2600");
    let token = team.crm.seal(&claims);
    let refused = click(world, &team.button, &token, &json!({})).await;
    assert_refused(&refused, 422, "NUMBER_NOT_ALLOWED", "no Kazoo system");
    assert_eq!(world.lab.placed(&number), 0);

    let account = json!({ "name": "Acme", "connections": ["kazoo"] });
    let admin = Admin::found(&world.edge.url(""), &account).await;
    let button = json!({
        "name": "Contact", "extension": "2601", "auth_required": true,
        "origins": [world.pages.origin()],
    });
    let (_, button) = admin.button(&button).await;
    let crm = Crm::new(&admin, &button).await;
    let mut claims = crm.claims(Some(&number));
    claims["extension"] = json!("2600");
    let token = crm.seal(&claims);
    assert_placed(&click(world, &button, &token, &json!({})).await);
    assert_eq!(world.kazoo.placed(&number), 1);
}

#[tokio::test]
async fn every_examples_token_places_a_call() {
    let world = world().await;
    let team = Team::new(world).await;
    let examples = root().join("examples/agent-token");
    let python = target().join("examples/python/bin/python");
    let mut node = Command::new("node");
    node.arg(examples.join("node/agent-token.mjs"));
    let mut python = Command::new(python);
    python.arg(examples.join("python/agent_token.py"));
    let rust = Command::new(target().join("debug/agent-token"));
    for mut example in [node, python, rust] {
        let number = contact("0101");
        example.args(["ada", AGENT, number.e164()]);
        example.envs([
            ("EMBED_KEY_ID", &team.crm.kid),
            ("EMBED_KEY", &team.crm.key),
            ("ACCOUNT_ID", &team.crm.account),
            ("BUTTON_ID", &team.button),
        ]);
        let output = example.output().expect("the example runs");
        let problem = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{example:?}: {problem}");
        let token = String::from_utf8(output.stdout).expect("a token");
        let answer = click(world, &team.button, token.trim(), &json!({})).await;
        assert_eq!(answer.status, 201, "{example:?}: {}", answer.body);
        assert_rings(world, &number);
    }
}
