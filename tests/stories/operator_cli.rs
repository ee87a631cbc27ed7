//! What whoever runs a deployment does at a Kazoo system, on the command line.

use std::process::Stdio;

use serde_json::{Value, json};
use stories::harness::edge::Edge;
use stories::harness::http::Http;
use stories::harness::visitor::Visitor;
use stories::lab::{Dialect, Lab, Settings};
use tokio::process::Command;

use crate::webhooks::System;
use crate::world::{Account, PLATFORM, contact, settings, start_lab};

const ORIGIN: &str = "http://127.0.0.1:8000";

fn system() -> Lab {
    start_lab(Settings {
        dialect: Dialect::Kazoo,
        ..Settings::default()
    })
}

/// Runs `cargo xtask operator`, with the connection in the environment; gives
/// what it says.
async fn operator(lab: &Lab, public_url: &str, words: &[&str]) -> String {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--package", "operator", "--"])
        .args(words)
        .env("CONNECTION_KAZOO", lab.connection(PLATFORM).to_string())
        .env("PUBLIC_URL", public_url)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    assert!(output.status.success(), "{said}");
    let connection = lab.connection(PLATFORM);
    for secret in ["api_key", "webhook_secret"] {
        assert!(
            !said.contains(connection[secret].as_str().unwrap()),
            "{said}"
        );
    }
    said
}

async fn edge(lab: &Lab) -> (Edge, Visitor) {
    let camara = start_lab(Settings::default());
    let mut settings = settings(&[Account::Kazoo], &camara, ORIGIN);
    settings.push(("CONNECTION_KAZOO", lab.connection(PLATFORM).to_string()));
    let edge = Edge::start(&settings).await;
    let visitor = Visitor::new(&edge.url(""), ORIGIN);
    (edge, visitor)
}

#[tokio::test]
async fn webhooks_are_set_up_by_one_command_that_may_be_repeated_and_repairs_them() {
    let lab = system();
    let (edge, visitor) = edge(&lab).await;
    let system = System::open(&lab).await;
    let set_up = async || operator(&lab, &edge.url(""), &["webhooks"]).await;
    let said = set_up().await;
    assert_eq!(said.matches(": made").count(), 4, "{said}");
    let said = set_up().await;
    assert_eq!(said.matches(": is as it should be").count(), 4, "{said}");
    let webhooks = system.ask("GET", "webhooks", None).await;
    assert_eq!(webhooks.as_array().unwrap().len(), 4, "{webhooks}");
    // One is switched off, another tells somebody else.
    for (at, change) in [
        (0, json!({"enabled": false})),
        (3, json!({"uri": "https://elsewhere.example/"})),
    ] {
        let path = format!("webhooks/{}", webhooks[at]["id"].as_str().unwrap());
        system.ask("PATCH", &path, Some(&change)).await;
    }
    let said = set_up().await;
    for word in ["repaired (enabled)", "repaired (uri)"] {
        assert!(said.contains(word), "{said}");
    }
    let call = visitor
        .place(&Account::Kazoo.button(), &contact("0100"))
        .await;
    let end = visitor.follow(&call).await.pop().unwrap();
    assert_eq!(end.data["reason"], "hangUp");
}

#[tokio::test]
async fn what_we_made_at_a_system_and_no_call_needs_is_taken_away_and_nothing_else() {
    let lab = system();
    let (_edge, visitor) = edge(&lab).await;
    let system = System::open(&lab).await;
    let names = async || -> Vec<String> {
        let all = system.ask("GET", "clicktocall", None).await;
        let name = |row: &Value| row["name"].as_str().unwrap().to_owned();
        all.as_array().unwrap().iter().map(name).collect()
    };
    // One of somebody else's, one of theirs that looks like ours, two of ours
    // that were never called through, and one with a call alive.
    let looks = format!("c2d-{}", "0".repeat(32));
    for (name, whitelist) in [
        ("Sales", json!([])),
        (&looks, json!(["^1$"])),
        (&format!("c2d-{}", "1".repeat(32)), json!([WHITELIST])),
        (&format!("c2d-{}", "2".repeat(32)), json!([WHITELIST])),
    ] {
        let document = json!({"name": name, "extension": "2600", "whitelist": whitelist});
        system.ask("PUT", "clicktocall", Some(&document)).await;
    }
    let number = contact("0100");
    lab.by_hand(&number);
    let call = visitor.place(&Account::Kazoo.button(), &number).await;
    let ours = names().await.pop().unwrap();
    let said = operator(&lab, ORIGIN, &["prune"]).await;
    assert!(
        said.contains("2 taken away, 2 kept, 1 of somebody else"),
        "{said}"
    );
    assert_eq!(names().await, ["Sales", looks.as_str(), ours.as_str()]);
    let line = lab.call_of(&number).unwrap();
    assert!(!line.state().is_end(), "the call goes on");
    assert!(visitor.hang_up(&call).await.status < 300);
    // Called through lately: it stays, and the next call finds it there.
    let said = operator(&lab, ORIGIN, &["prune"]).await;
    assert!(said.contains("0 taken away"), "{said}");
    visitor
        .place(&Account::Kazoo.button(), &contact("0100"))
        .await;
    assert_eq!(names().await.len(), 3);
}

/// What `cargo xtask operator check` reads to say it in words.
#[tokio::test]
async fn what_we_may_do_at_each_operator_is_found_out_without_any_call() {
    let camara = start_lab(Settings::default());
    let narrow = start_lab(Settings {
        scopes: vec!["click-to-dial:calls:create", "click-to-dial:calls:read"],
        ..Settings::default()
    });
    let china = start_lab(Settings {
        dialect: Dialect::ChinaMobile,
        ..Settings::default()
    });
    let kazoo = system();
    let mut settings = settings(&[], &camara, ORIGIN);
    settings.extend([
        ("CONNECTION_NARROW", narrow.connection(PLATFORM).to_string()),
        ("CONNECTION_CHINA", china.connection(PLATFORM).to_string()),
        ("CONNECTION_KAZOO", kazoo.connection(PLATFORM).to_string()),
        ("OPERATOR_CHECK", "1".to_owned()),
    ]);
    let edge = Edge::start(&settings).await;
    let answer = Http::default()
        .get(&edge.url("/operators/check"))
        .send()
        .await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let found = answer.json();
    let of = |connection: &str| -> Vec<(String, Option<String>)> {
        let rows = found.as_array().unwrap().iter();
        let own = rows.filter(|row| row["connection"] == connection);
        let text = |value: &Value| value.as_str().map(str::to_owned);
        own.map(|row| (text(&row["right"]).unwrap(), text(&row["failure"])))
            .collect()
    };
    let well = |right: &str| (right.to_owned(), None);
    let refused = |right: &str| {
        let code = "OPERATOR_CREDENTIALS_REFUSED".to_owned();
        (right.to_owned(), Some(code))
    };
    assert_eq!(of("main"), ["place", "read", "end", "record"].map(well));
    assert_eq!(
        of("narrow"),
        [
            well("place"),
            well("read"),
            refused("end"),
            refused("record")
        ]
    );
    assert_eq!(of("wrong"), ["place", "read", "end", "record"].map(refused));
    assert_eq!(of("kazoo"), ["place", "read"].map(well));
    // It was asked to end a call that it does not know, and has said so.
    assert_eq!(of("china")[0].1.as_deref(), Some("OPERATOR_ERROR"));
    let down = of("down");
    let unavailable = Some("OPERATOR_UNAVAILABLE".to_owned());
    assert!(
        down.iter().all(|(_, failure)| *failure == unavailable),
        "{down:?}"
    );
    for lab in [&camara, &narrow, &china, &kazoo] {
        assert!(lab.calls().is_empty(), "a call was placed");
        let placing = |path: &str| {
            ["/calls", "/connect", "/clicktodialbegin"]
                .iter()
                .any(|end| path.ends_with(end))
        };
        assert!(!lab.asked().iter().any(|asked| placing(&asked.path)));
    }
}

/// What the edge lets its documents dial.
const WHITELIST: &str = r"^\+[1-9][0-9]{4,14}$";
