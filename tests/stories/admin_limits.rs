//! Where the admin API ends: other accounts, bad ids, bodies, keys and methods.

use serde_json::{Value, json};
use stories::harness::admin::Admin;
use stories::harness::codes::ADMIN_KEY;
use stories::harness::http::{Answer, Http};

use crate::admin_api::button;
use crate::world::{World, world};

async fn account(world: &World, name: &str) -> Admin {
    let account = json!({ "name": name, "connections": ["box"] });
    Admin::found(&world.edge.url(""), &account).await
}

fn kazoo(answer: &Answer) -> (u16, String) {
    assert_eq!(answer.text("error"), answer.status.to_string());
    (answer.status, answer.text("message"))
}

#[tokio::test]
async fn another_accounts_documents_are_not_there() {
    let world = world().await;
    let ours = account(world, "Ours").await;
    let theirs = account(world, "Theirs").await;
    let (id, _) = theirs.button(&button(world)).await;
    let unknown = || (404, "bad_identifier".to_owned());
    for (method, path) in [
        ("GET", String::new()),
        ("GET", "clicktocall".to_owned()),
        ("GET", format!("clicktocall/{id}")),
        ("DELETE", format!("clicktocall/{id}")),
        ("GET", "api_keys".to_owned()),
        ("GET", "api_clients".to_owned()),
        ("GET", "embed_keys".to_owned()),
        ("GET", "connections".to_owned()),
        ("GET", "audit".to_owned()),
    ] {
        let refused = ours.ask_of(&theirs.account, method, &path).send().await;
        assert_eq!(kazoo(&refused), unknown(), "{method} {path}");
        let at_home = ours.ask(method, &path).send().await;
        let expected = if path.contains(&id) { 404 } else { 200 };
        assert_eq!(at_home.status, expected, "{method} {path}");
    }
    let write = ours.ask_of(&theirs.account, "PUT", "clicktocall");
    let refused = write.json(&json!({ "data": button(world) })).send().await;
    assert_eq!(kazoo(&refused), unknown());
    assert_eq!(theirs.get(&format!("clicktocall/{id}")).await.status, 200);
}

#[tokio::test]
async fn a_paging_key_of_another_account_or_list_is_refused() {
    let world = world().await;
    let (ours, theirs) = (account(world, "Ours").await, account(world, "Theirs").await);
    for admin in [&ours, &theirs] {
        for _ in 0..2 {
            admin.button(&button(world)).await;
        }
    }
    let page = theirs.get("clicktocall?page_size=1").await.json();
    let key = page["next_start_key"].as_str().unwrap();
    let next = theirs
        .get(&format!("clicktocall?start_key={key}"))
        .await
        .json();
    assert_eq!(next["data"].as_array().unwrap().len(), 1, "their own");
    assert!(next.get("next_start_key").is_none(), "the last page");
    for (admin, list) in [(&ours, "clicktocall"), (&theirs, "audit")] {
        let refused = admin.get(&format!("{list}?start_key={key}")).await;
        assert_eq!(kazoo(&refused), (400, "validation error".into()));
        assert!(refused.json()["data"]["start_key"].is_object());
    }
}

#[tokio::test]
async fn bad_ids_bodies_and_methods_are_told_in_kazoos_words() {
    let world = world().await;
    let admin = account(world, "Acme").await;
    let ask = |method: &str, path: &str| admin.ask(method, path);
    for (method, path, expected) in [
        ("GET", "clicktocall/1234", (404, "bad_identifier")),
        ("GET", "clicktocalls", (404, "not_found")),
        ("POST", "clicktocall", (405, "invalid_method")),
        ("PUT", "audit", (405, "invalid_method")),
        ("GET", "clicktocall/a/b/c", (404, "not_found")),
    ] {
        let refused = ask(method, path).send().await;
        let (status, message) = kazoo(&refused);
        assert_eq!((status, message.as_str()), expected, "{method} {path}");
    }
    for (body, property) in [
        ("", "json"),
        ("name=Sales", "json"),
        ("{\"data\":", "json"),
        ("{}", "data"),
        ("{\"data\":7}", "data"),
    ] {
        let refused = ask("PUT", "clicktocall")
            .body("application/json", body)
            .send()
            .await;
        assert_eq!(refused.status, 400, "{body}");
        let data = refused.json()["data"].clone();
        assert!(data[property].is_object(), "{body}: {data}");
    }
    let mut large = button(world);
    large["note"] = json!("x".repeat(64 * 1024));
    let refused = admin.send("PUT", "clicktocall", &large).await;
    assert_eq!(refused.status, 413, "{}", refused.body);
    assert_eq!(admin.get("clicktocall").await.json()["data"], json!([]));
}

#[tokio::test]
async fn only_whoever_runs_the_deployment_makes_accounts_and_gives_connections() {
    let world = world().await;
    let admin = account(world, "Acme").await;
    let put = |token: Option<&str>| {
        let ask = Http::default().ask("PUT", &world.edge.url("/v2/accounts"));
        let ask = token
            .into_iter()
            .fold(ask, |ask, token| ask.header("x-auth-token", token));
        ask.json(&json!({"data": {"name": "Mine"}}))
    };
    for token in [None, Some("f"), Some(admin.key.as_str())] {
        assert_eq!(put(token).send().await.status, 401, "{token:?}");
    }
    let patch = json!({"connections": ["main"], "name": "Acme 2"});
    let patched = admin.send("PATCH", "", &patch).await.json()["data"].clone();
    assert_eq!(patched["name"], "Acme 2");
    assert_eq!(patched["connections"], json!(["box"]), "not theirs to give");
    let ask = Http::default().ask(
        "PATCH",
        &world.edge.url(&format!("/v2/accounts/{}", admin.account)),
    );
    let ask = ask.header("x-auth-token", ADMIN_KEY);
    let given = ask
        .json(&json!({"data": {"connections": ["box", "main"]}}))
        .send()
        .await;
    assert_eq!(given.json()["data"]["connections"], json!(["box", "main"]));
    let listed: Value = admin.get("connections").await.json()["data"].clone();
    assert_eq!(listed[1]["dialect"], "camara", "{listed}");
    assert!(!listed.to_string().contains("secret"), "{listed}");
}
