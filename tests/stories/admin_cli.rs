//! The first steps on the command line: an account, a button, the tag to paste.

use std::process::Stdio;

use serde_json::json;
use stories::harness::admin::Admin;
use stories::harness::codes::ADMIN_KEY;
use tokio::process::Command;

use crate::world::{contact, world};

/// Runs `cargo xtask` as far as it speaks with a deployment, with one key in
/// the environment; gives what it says, and whether it did well.
async fn admin(key: (&str, &str), words: &[&str]) -> (bool, String) {
    let cargo = option_env!("CARGO").unwrap_or("cargo");
    let output = Command::new(cargo)
        .args(["run", "--quiet", "--package", "admin", "--"])
        .args(words)
        .env(key.0, key.1)
        .stdin(Stdio::null())
        .output()
        .await
        .unwrap();
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test]
async fn an_account_and_a_button_are_made_and_the_tag_works() {
    let world = world().await;
    let url = world.edge.url("");
    let (well, said) = admin(
        ("CTD_ADMIN_KEY", ADMIN_KEY),
        &[
            "account",
            "create",
            "--url",
            &url,
            "--name",
            "Acme",
            "--connection",
            "box",
        ],
    )
    .await;
    assert!(well, "{said}");
    let key = said.lines().find_map(|line| line.strip_prefix("API key "));
    let key = key.unwrap_or_else(|| panic!("no key: {said}"));

    let origin = world.pages.origin();
    let words = [
        "button",
        "create",
        "--url",
        &url,
        "--name",
        "Sales",
        "--extension",
    ];
    let words = [&words[..], &["+12025550142", "--origin", &origin]].concat();
    let (well, tag) = admin(("CTD_API_KEY", key), &words).await;
    assert!(well, "{tag}");
    let button = tag.split("data-button=\"").nth(1).unwrap();
    let button = button.split('"').next().unwrap();
    let placed = world.visitor().place(button, &contact("0100")).await;
    assert!(!placed.id.is_empty());
    let listed = Admin::enter(&url, key).await.get("clicktocall").await;
    assert_eq!(listed.json()["data"][0]["name"], json!("Sales"));
}

#[tokio::test]
async fn what_is_wrong_is_said_in_a_line() {
    let world = world().await;
    let url = world.edge.url("");
    let create = ["account", "create", "--url", &url, "--name", "Acme"];
    let (well, said) = admin(("CTD_ADMIN_KEY", &"0".repeat(64)), &create).await;
    assert!(
        !well && said.contains("the key is not known there"),
        "{said}"
    );
    let nobody = [
        "account",
        "create",
        "--url",
        "http://127.0.0.1:9",
        "--name",
        "Acme",
    ];
    let (well, said) = admin(("CTD_ADMIN_KEY", ADMIN_KEY), &nobody).await;
    assert!(
        !well && said.contains("cannot reach the deployment"),
        "{said}"
    );
}
