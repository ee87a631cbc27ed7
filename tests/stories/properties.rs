//! Thousands of requests that the API reference allows, and thousands that it
//! does not, made from the reference itself: whatever comes back has to be what
//! the reference says (schemathesis). Once with everybody's credentials, once
//! with none. Always the same requests.

mod narrowed;

use std::fs;
use std::path::Path;
use std::time::Duration;

use serde_json::{Value, json};
use stories::harness::admin::Admin;
use stories::harness::clients;
use stories::harness::edge::{Edge, target};
use stories::harness::http::Http;
use stories::harness::scratch;
use stories::harness::visitor::{Placed, Visitor, key};
use stories::harness::wait::until;
use stories::lab::Settings;
use tokio::process::Command;

use crate::world::{ALL_SCOPES, EXTENSION, contact, settings, start_lab};

/// How long one run may take; it takes a minute on two cores.
const PATIENCE: Duration = Duration::from_secs(300);
/// A page of nobody's in particular.
const ORIGIN: &str = "http://127.0.0.1:8000";
/// The file of the reference as it is told to the tool.
const REFERENCE: &str = "openapi.json";
/// Documents of an account, by their place and by their name in the reference.
const KINDS: [(&str, &str); 4] = [
    ("clicktocall", "C2C_ID"),
    ("api_keys", "API_KEY_ID"),
    ("api_clients", "API_CLIENT_ID"),
    ("embed_keys", "EMBED_KEY_ID"),
];

/// What of a deployment the requests are about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Known {
    /// Documents and a call that are there.
    Everything,
    /// The account alone: all else is made on the way.
    Account,
}

/// A deployment with everything in it that a path can name.
struct Scene {
    edge: Edge,
    account: String,
    documents: Vec<(&'static str, String)>,
    /// Real keys of the next page, by the lists' paths.
    pages: Vec<(String, String)>,
    button: String,
    /// A call that is over: its events end, and nothing of it changes.
    call: Placed,
    admin_token: String,
    access_token: String,
    client: (String, String),
}

impl Scene {
    async fn start() -> Self {
        let lab = start_lab(Settings::default());
        let edge = Edge::start(&settings(&[], &lab, ORIGIN)).await;
        let url = edge.url("");
        // Nothing but who runs the deployment may say how much is spent.
        let account = json!({"name": "Properties", "connections": [narrowed::CONNECTION], "calls_per_day": 100_000});
        let admin = Admin::found(&url, &account).await;
        let mut documents = Vec::new();
        let mut pages = Vec::new();
        let mut listed = String::new();
        for (kind, name) in KINDS {
            let first = admin.make(kind, &document(kind)).await;
            admin.make(kind, &document(kind)).await;
            if let Some(button) = first.pointer("/_read_only/button_id") {
                listed = button.as_str().unwrap_or_default().to_owned();
            }
            documents.push((name, text(&first, "/id")));
            pages.push(next_page(&admin, kind).await);
        }
        pages.push(next_page(&admin, "audit").await);
        // The lists of calls: of a button, and of the account.
        let visitor = Visitor::new(&url, ORIGIN);
        for _ in 0..2 {
            visitor.place(&listed, &contact("0100")).await;
        }
        for list in [
            "history".to_owned(),
            format!("clicktocall/{}/history", documents[0].1),
        ] {
            let path = list.replace(&documents[0].1, "{C2C_ID}");
            pages.push((
                format!("/v2/accounts/{{ACCOUNT_ID}}/{path}"),
                next_page(&admin, &list).await.1,
            ));
        }
        let client = admin.make("api_clients", &document("api_clients")).await;
        let client = (text(&client, "/client_id"), text(&client, "/client_secret"));
        let (_, button) = admin.button(&document("clicktocall")).await;
        Self {
            call: ended_call(&url, &button).await,
            access_token: clients::token(&url, &client.0, &client.1, ALL_SCOPES).await,
            admin_token: admin.token().to_owned(),
            account: admin.account.clone(),
            documents,
            pages,
            button,
            client,
            edge,
        }
    }

    /// What of the reference's parameters there really is.
    fn parameters(&self, known: Known) -> String {
        let mut lines = String::from("[parameters]\n");
        let mut add =
            |name: &str, value: &str| lines.push_str(&format!("\"{name}\" = {value:?}\n"));
        add("path.ACCOUNT_ID", &self.account);
        add("path.buttonId", &self.button);
        add("header.Origin", ORIGIN);
        if known == Known::Everything {
            add("path.callId", &self.call.id);
            for (name, id) in &self.documents {
                add(&format!("path.{name}"), id);
            }
        }
        for (path, key) in &self.pages {
            if known == Known::Account && path.contains("{C2C_ID}") {
                continue;
            }
            lines.push_str(&format!("[[operations]]\ninclude-name = \"GET {path}\"\n"));
            lines.push_str(&format!(
                "parameters = {{ \"query.start_key\" = {key:?} }}\n"
            ));
        }
        lines
    }

    fn credentials(&self) -> String {
        let [admin, access] = [&self.admin_token, &self.access_token];
        let (client, secret) = &self.client;
        let call = &self.call.token;
        format!(
            "[auth.openapi.kazooToken]\napi_key = \"{admin}\"\n\
             [auth.openapi.openId]\nbearer = \"{access}\"\n\
             [auth.openapi.clientCredentials]\nbearer = \"{access}\"\n\
             [auth.openapi.clientSecret]\nusername = \"{client}\"\npassword = \"{secret}\"\n\
             [auth.openapi.callToken]\nbearer = \"{call}\"\n"
        )
    }

    async fn assert_events_need_a_token(&self) {
        let events = format!("/click-to-dial/v0.2/calls/{}/events", self.call.id);
        let ask = || Http::default().get(&self.edge.url(&events));
        for ask in [ask(), ask().bearer("x"), ask().bearer(&self.call.token)] {
            assert_eq!(
                ask.send().await.refusal(),
                (401, "UNAUTHENTICATED".to_owned())
            );
        }
    }

    async fn run(&self, options: &[&str], known: Known, credentials: &str) {
        let folder = scratch::directory("properties-");
        let settings = format!(
            "{}{}{credentials}",
            include_str!("properties.toml"),
            self.parameters(known)
        );
        fs::write(folder.path().join("schemathesis.toml"), settings).expect("a file");
        let reference = Http::default().get(&self.edge.url("/docs/openapi.json"));
        let reference = narrowed::narrowed(reference.send().await.json());
        fs::write(folder.path().join(REFERENCE), reference.to_string()).expect("a file");
        let (status, said) = schemathesis(folder.path(), &self.edge.url(""), options).await;
        assert!(status, "schemathesis has found:\n{said}");
        let log = self.edge.log().all();
        for word in ["panicked", "RuntimeError", "Reinitializing"] {
            assert!(!log.contains(word), "the worker panicked:\n{log}");
        }
    }
}

fn document(kind: &str) -> Value {
    match kind {
        "clicktocall" => json!({
            "name": "Sales", "extension": EXTENSION, "auth_required": false, "origins": [ORIGIN],
        }),
        "api_clients" => json!({ "name": "Sales", "sinks": [narrowed::SINK_HOST] }),
        _ => json!({ "name": "Sales" }),
    }
}

fn text(value: &Value, pointer: &str) -> String {
    let text = value.pointer(pointer).and_then(Value::as_str);
    text.unwrap_or_else(|| panic!("no {pointer} in {value}"))
        .to_owned()
}

/// The reference's path of a list, and the key of its second page.
async fn next_page(admin: &Admin, list: &str) -> (String, String) {
    let page = admin.get(&format!("{list}?page_size=1")).await;
    (
        format!("/v2/accounts/{{ACCOUNT_ID}}/{list}"),
        page.text("next_start_key"),
    )
}

async fn ended_call(edge: &str, button: &str) -> Placed {
    let visitor = Visitor::new(edge, ORIGIN);
    let answer = visitor.dial(button, &key(), &contact("0100")).send().await;
    let call = Placed::read(&answer);
    until("the call ends", async || {
        let path = format!("/click-to-dial/v0.2/calls/{}", call.id);
        let read = visitor.ask("GET", &path).bearer(&call.token).send().await;
        (read.text("status") == "disconnected").then_some(())
    })
    .await;
    call
}

/// Whether it found nothing, and what it said.
async fn schemathesis(folder: &Path, edge: &str, options: &[&str]) -> (bool, String) {
    let mut command = Command::new(target().join("tools/python/bin/schemathesis"));
    command.current_dir(folder).kill_on_drop(true);
    command
        .args(["run", REFERENCE, "--url", edge])
        .args(options)
        .env("NO_COLOR", "1");
    let output = tokio::time::timeout(PATIENCE, command.output()).await;
    let output = output
        .expect("schemathesis ends")
        .expect("`cargo xtask test` installs it");
    (
        output.status.success(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[tokio::test]
async fn whatever_is_asked_the_answer_is_what_the_reference_says() {
    let scene = Scene::start().await;
    scene.assert_events_need_a_token().await;
    let credentials = scene.credentials();
    let kinds = "examples,coverage,fuzzing";
    scene
        .run(
            &["--max-examples", "5", "--phases", kinds],
            Known::Everything,
            &credentials,
        )
        .await;
    scene
        .run(
            &["--max-examples", "2", "--phases", "examples,fuzzing"],
            Known::Everything,
            "",
        )
        .await;
    // What is made is read, changed, used and deleted, as the links say.
    scene
        .run(
            &["--max-examples", "20", "--phases", "stateful"],
            Known::Account,
            &credentials,
        )
        .await;
}
