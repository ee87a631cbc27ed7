//! A CRM admin's tools: accounts, buttons and keys through Kazoo's API.

use serde_json::{Value, json};
use stories::harness::admin::Admin;
use stories::harness::codes::ADMIN_KEY;
use stories::harness::http::Http;

use crate::world::{World, contact, world};

fn account() -> Value {
    json!({ "name": "Acme", "connections": ["box"] })
}

/// A button for visitors of this story's pages.
pub fn button(world: &World) -> Value {
    json!({
        "name": "Sales", "extension": "+12025550142", "dial_first": "contact",
        "auth_required": false, "origins": [world.pages.origin()],
    })
}

async fn acme(world: &World) -> Admin {
    Admin::found(&world.edge.url(""), &account()).await
}

#[tokio::test]
async fn a_new_account_gets_a_button_and_a_visitor_calls_through_it() {
    let world = world().await;
    let admin = acme(world).await;
    let (id, public) = admin.button(&button(world)).await;
    let listed = admin.get("clicktocall").await.json();
    assert_eq!(
        listed["data"],
        json!([{"id": id, "name": "Sales", "extension": "+12025550142"}])
    );
    assert_eq!(listed["page_size"], 1);
    let click = world.visitor().dial(&public, "first", &contact("0100"));
    let placed = click.send().await;
    assert_eq!(placed.status, 201, "{}", placed.body);
}

#[tokio::test]
async fn a_document_is_made_read_replaced_patched_and_deleted() {
    let world = world().await;
    let admin = acme(world).await;
    let made = admin.send("PUT", "clicktocall", &button(world)).await;
    let document = made.json()["data"].clone();
    let path = format!("clicktocall/{}", document["id"].as_str().unwrap());
    let location = made.header("location").unwrap();
    assert!(location.ends_with(&path), "{location}");
    assert_eq!(document["custom_application_vars"], json!({}), "a default");

    let mut other = button(world);
    other["name"] = json!("Support");
    other["crm_tag"] = json!({"kept": true});
    let replaced = admin.send("POST", &path, &other).await;
    assert_eq!(replaced.status, 200, "{}", replaced.body);
    assert_eq!(replaced.json()["revision"], "2");

    let patch = json!({"dial_first": null, "timeout": "30"});
    let patched = admin.send("PATCH", &path, &patch).await.json()["data"].clone();
    assert_eq!(
        (&patched["name"], &patched["timeout"]),
        (&json!("Support"), &json!(30))
    );
    assert_eq!(patched["crm_tag"], json!({"kept": true}), "the owner's own");
    assert!(patched.get("dial_first").is_none());

    let public = patched["_read_only"]["button_id"]
        .as_str()
        .unwrap()
        .to_owned();
    let deleted = admin.ask("DELETE", &path).send().await;
    assert_eq!(deleted.json()["data"]["_read_only"]["deleted"], true);
    let gone = admin.get(&path).await;
    assert_eq!(
        (gone.status, gone.text("message")),
        (404, "bad_identifier".into())
    );
    let click = world.visitor().dial(&public, "later", &contact("0100"));
    let placed = click.send().await;
    assert_eq!(placed.refusal(), (404, "NOT_FOUND".into()));
}

#[tokio::test]
async fn a_change_that_came_second_is_told_so() {
    let world = world().await;
    let admin = acme(world).await;
    let (id, _) = admin.button(&button(world)).await;
    let change = |name: &str| {
        let ask = admin.ask("PATCH", &format!("clicktocall/{id}"));
        let ask = ask.header("if-match", "\"1\"");
        ask.json(&json!({"data": {"name": name}}))
    };
    assert_eq!(change("First").send().await.status, 200);
    let second = change("Second").send().await;
    assert_eq!(
        (second.status, second.text("message")),
        (409, "datastore_conflict".into())
    );
    let read = admin.get(&format!("clicktocall/{id}")).await;
    assert_eq!(read.json()["data"]["name"], "First");
    assert_eq!(read.header("etag"), Some("\"2\""));
}

#[tokio::test]
async fn everything_that_is_wrong_with_a_button_is_told_by_its_property() {
    let world = world().await;
    let admin = acme(world).await;
    let wrong = json!({
        "extension": "2600", "name": "", "dial_first": "nobody", "origins": ["crm.example.com"],
        "connection": "main",
    });
    let refused = admin.send("PUT", "clicktocall", &wrong).await;
    assert_eq!((refused.status, refused.text("error")), (400, "400".into()));
    assert_eq!(refused.text("message"), "validation error");
    let data = refused.json()["data"].clone();
    assert!(data["name"]["minLength"]["message"].is_string(), "{data}");
    assert!(data["dial_first"]["enum"].is_object(), "{data}");
    assert!(data["origins.0"]["invalid"].is_object(), "{data}");
    let mut internal = button(world);
    internal["extension"] = json!("2600");
    let refused = admin.send("PUT", "clicktocall", &internal).await.json();
    assert!(
        refused["data"]["extension"]["invalid"].is_object(),
        "{refused}"
    );
    let mut foreign = button(world);
    foreign["connection"] = json!("main");
    let refused = admin.send("PUT", "clicktocall", &foreign).await.json();
    assert!(
        refused["data"]["connection"]["invalid"].is_object(),
        "{refused}"
    );
    let mut spelled = button(world);
    spelled["get_connect"] = json!("true");
    let refused = admin.send("PUT", "clicktocall", &spelled).await.json();
    assert!(
        refused["data"]["get_connect"]["type"].is_object(),
        "{refused}"
    );
    assert_eq!(admin.get("clicktocall").await.json()["data"], json!([]));
}

#[tokio::test]
async fn a_key_that_opens_nothing_is_not_shown_again() {
    let world = world().await;
    let http = Http::default();
    let admin = acme(world).await;
    let ours = format!("{}{}", admin.account, "0".repeat(32));
    for key in ["f".repeat(64), ours] {
        let ask = http.ask("PUT", &world.edge.url("/v2/api_auth"));
        let refused = ask.json(&json!({"data": {"api_key": key}})).send().await;
        assert_eq!(refused.status, 404, "{}", refused.body);
        assert!(!refused.body.contains(&key[32..]), "{}", refused.body);
    }
    let ask = http.ask("PUT", &world.edge.url("/v2/api_auth"));
    let short = ask
        .json(&json!({"data": {"api_key": "short"}}))
        .send()
        .await;
    assert_eq!(short.status, 400);
    assert!(short.json()["data"]["api_key"]["minLength"].is_object());
    let log = world.edge.log().all();
    assert!(!log.contains(&admin.key), "a key is in the log");
    assert!(!log.contains(ADMIN_KEY), "the admin key is in the log");
}

#[tokio::test]
async fn a_viewer_reads_and_a_revoked_key_opens_nothing_at_once() {
    let world = world().await;
    let admin = acme(world).await;
    let key = admin
        .make("api_keys", &json!({"name": "Wallboard", "role": "viewer"}))
        .await;
    let viewer = Admin::enter(&world.edge.url(""), key["api_key"].as_str().unwrap()).await;
    assert_eq!(viewer.get("clicktocall").await.status, 200);
    let refused = viewer.send("PUT", "clicktocall", &button(world)).await;
    assert_eq!(
        (refused.status, refused.text("message")),
        (403, "forbidden".into())
    );

    let path = format!("api_keys/{}", key["id"].as_str().unwrap());
    let shown = admin.get(&path).await;
    assert!(!shown.body.contains("pvt_") && !shown.body.contains(&viewer.key[32..]));
    assert_eq!(admin.ask("DELETE", &path).send().await.status, 200);
    let stranger = viewer.get("clicktocall").await;
    assert_eq!(
        (stranger.status, stranger.text("message")),
        (401, "invalid_credentials".into())
    );
}

#[tokio::test]
async fn secrets_are_shown_once_and_every_change_is_in_the_audit_log() {
    let world = world().await;
    let admin = acme(world).await;
    let client = admin.make("api_clients", &json!({"name": "CRM"})).await;
    let embed = admin
        .make("embed_keys", &json!({"name": "CRM pages"}))
        .await;
    let id = |document: &Value| document["id"].as_str().unwrap().to_owned();
    let path = format!("api_clients/{}/secrets", id(&client));
    let more = admin.send("PUT", &path, &json!({})).await;
    let more = more.json()["data"].clone();
    assert_eq!(more["secrets"].as_array().unwrap().len(), 2);
    for (kind, document, secret) in [
        ("api_clients", &client, &client["client_secret"]),
        ("api_clients", &client, &more["client_secret"]),
        ("embed_keys", &embed, &embed["key"]),
    ] {
        let read = admin.get(&format!("{kind}/{}", id(document))).await;
        assert!(
            !read.body.contains(secret.as_str().unwrap()),
            "{}",
            read.body
        );
    }
    // What somebody thinks up is no secret of a client.
    let patch = json!({"secrets": [{"hash": "0".repeat(64)}]});
    let patched = admin
        .send("PATCH", &format!("api_clients/{}", id(&client)), &patch)
        .await;
    assert_eq!(patched.json()["data"]["secrets"], json!([]));

    let audit = admin.get("audit").await.json()["data"].clone();
    let first = &audit.as_array().unwrap()[0];
    assert_eq!(
        (&first["action"], &first["kind"]),
        (&json!("patch"), &json!("api_client"))
    );
    assert_eq!(first["id"], client["id"]);
    let page = admin.get("audit?page_size=2").await.json();
    let rest = page["next_start_key"].as_str().unwrap();
    let rest = admin.get(&format!("audit?start_key={rest}")).await.json();
    let count = |page: &Value| page["data"].as_array().unwrap().len();
    assert_eq!(count(&page) + count(&rest), audit.as_array().unwrap().len());
}

#[tokio::test]
async fn what_was_made_survives_a_restart() {
    let world = world().await;
    let settings = crate::world::settings(&[crate::world::Account::Sandbox], &world.lab, "self");
    let mut edge = stories::harness::edge::Edge::start(&settings).await;
    let admin = Admin::found(&edge.url(""), &account()).await;
    let (id, _) = admin.button(&button(world)).await;
    edge.restart().await;
    let again = Admin::enter(&edge.url(""), &admin.key).await;
    let read = again.get(&format!("clicktocall/{id}")).await;
    assert_eq!(read.json()["data"]["name"], "Sales");
}
