//! Kazoo's clients place calls without a page, and look what became of them.

use serde_json::{Value, json};
use stories::harness::admin::Admin;
use stories::harness::http::{Answer, Ask, Http};
use stories::harness::wait::until;

use crate::admin_api::button;
use crate::world::{World, contact, world};

async fn account(world: &World) -> Admin {
    let account = json!({ "name": "Acme", "connections": ["box"] });
    Admin::found(&world.edge.url(""), &account).await
}

/// A button that only the account's own people may use, as Kazoo makes it.
async fn kazoo_button(admin: &Admin) -> String {
    let data = json!({ "name": "Sales", "extension": "+12025550142" });
    admin.button(&data).await.0
}

/// A request without a token.
fn stranger(world: &World, admin: &Admin, method: &str, path: &str) -> Ask {
    let account = &admin.account;
    let url = format!("/v2/accounts/{account}/clicktocall/{path}");
    Http::default().ask(method, &world.edge.url(&url))
}

fn message(answer: &Answer) -> (u16, String) {
    (answer.status, answer.text("message"))
}

/// The history's only item, once the call is over.
async fn item(admin: &Admin, button: &str) -> Value {
    let path = format!("clicktocall/{button}/history");
    until("a call in the history that is over", async || {
        let rows = admin.get(&path).await.json()["data"].clone();
        let row = rows.as_array()?.first()?.clone();
        row.get("result")
            .is_some_and(Value::is_string)
            .then_some(row)
    })
    .await
}

#[tokio::test]
async fn a_kazoo_client_lists_creates_connects_and_reads_the_history() {
    let world = world().await;
    let admin = account(world).await;
    let id = kazoo_button(&admin).await;
    let listed = admin.get("clicktocall?paginate=false").await.json();
    assert_eq!(listed["data"][0]["id"], id.as_str());

    let contact = contact("0100");
    let path = format!("clicktocall/{id}/connect?auto_answer=false");
    let data = json!({"contact": contact.digits(), "custom_application_vars": {"deal": "42"}});
    let placed = admin.send("POST", &path, &data).await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    let said = placed.json();
    assert!(said.get("message").is_none(), "a yes has no message");
    let data = said["data"].clone();
    assert_eq!(data["application_data"]["route"], contact.e164());
    assert_eq!(data["endpoints"][0]["to_did"], "+12025550142");
    assert_eq!(data["custom_application_vars"], json!({"deal": "42"}));

    let item = item(&admin, &id).await;
    assert_eq!(item["call_id"], data["outbound_call_id"]);
    assert_eq!(item["result"], "success");
    assert_eq!(item["contact"], contact.e164());
    assert!(item["timestamp"].as_u64().unwrap() > 62_167_219_200 + 1_700_000_000);
    let all = admin.get("history").await.json()["data"].clone();
    assert_eq!(all[0]["call_id"], item["call_id"]);
    assert_eq!(all[0]["context"], json!({"deal": "42"}));
}

#[tokio::test]
async fn a_buttons_variables_are_kept_with_the_calls_of_visitors() {
    let world = world().await;
    let admin = account(world).await;
    let mut data = button(world);
    data["custom_application_vars"] = json!({"team": "north"});
    let (id, public) = admin.button(&data).await;
    world.visitor().place(&public, &contact("0100")).await;
    let item = item(&admin, &id).await;
    assert_eq!(item["context"], json!({"team": "north"}), "{item}");
}

#[tokio::test]
async fn whoever_waits_for_the_first_party_learns_the_result() {
    let world = world().await;
    let admin = account(world).await;
    let id = kazoo_button(&admin).await;
    let path = format!("clicktocall/{id}/connect");
    let ask = |last: &str| json!({"contact": contact(last).e164(), "blocking": true});
    let answered = admin.send("POST", &path, &ask("0100")).await.json();
    assert_eq!(answered["data"]["result"], "success", "{answered}");
    // With the extension rung first, the contact is the callee.
    let busy = admin.send("POST", &path, &ask("0101")).await.json();
    assert_eq!(busy["status"], "success", "also of a call that failed");
    assert_eq!(busy["data"]["cause"], "USER_BUSY", "{busy}");
}

#[tokio::test]
async fn without_a_token_only_what_the_button_allows() {
    let world = world().await;
    let admin = account(world).await;
    let (open, _) = admin.button(&button(world)).await;
    let mut by_get = button(world);
    by_get["get_connect"] = json!(true);
    let (by_get, _) = admin.button(&by_get).await;
    let closed = kazoo_button(&admin).await;
    let digits = || contact("0100").digits().to_owned();
    let connect = |method: &str, id: &str| {
        let path = format!("{id}/connect?contact={}", digits());
        stranger(world, &admin, method, &path)
    };
    let nobody = || (401, "invalid_credentials".to_owned());
    let unknown = "0".repeat(32);
    assert_eq!(message(&connect("POST", &closed).send().await), nobody());
    assert_eq!(message(&connect("POST", &unknown).send().await), nobody());
    assert_eq!(connect("POST", &open).send().await.status, 200);
    assert_eq!(connect("GET", &open).send().await.status, 403);

    for (name, value) in [
        ("purpose", "prefetch"),
        ("sec-purpose", "prefetch"),
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-dest", "image"),
    ] {
        let early = connect("GET", &by_get).header(name, value).send().await;
        assert_eq!(message(&early), (403, "forbidden".into()), "{name}");
    }
    assert_eq!(connect("HEAD", &by_get).send().await.status, 405);
    let rows = admin
        .get(&format!("clicktocall/{by_get}/history"))
        .await
        .json();
    assert_eq!(rows["data"], json!([]), "nothing was placed");

    let placed = connect("GET", &by_get).send().await;
    assert_eq!(placed.status, 200, "{}", placed.body);
    assert!(!placed.body.contains("2025550142"), "{}", placed.body);
}

#[tokio::test]
async fn what_is_wrong_with_a_connect_is_told_in_kazoos_words() {
    let world = world().await;
    let admin = account(world).await;
    let data = json!({
        "name": "Sales", "extension": "+12025550142", "whitelist": ["^\\+49"], "throttle": 1,
    });
    let (id, _) = admin.button(&data).await;
    let path = format!("clicktocall/{id}/connect");
    let missing = admin.send("POST", &path, &json!({})).await;
    assert_eq!(message(&missing), (400, "validation error".into()));
    assert!(missing.json()["data"]["contact"]["required"].is_object());
    for contact in ["nobody", "2600", "+14155550123", "+12025550142"] {
        let refused = admin
            .send("POST", &path, &json!({"contact": contact}))
            .await;
        assert_eq!(
            message(&refused),
            (400, "validation error".into()),
            "{contact}"
        );
        assert!(
            refused.json()["data"]["contact"].is_object(),
            "{}",
            refused.body
        );
        assert!(!refused.body.contains("4155550123"), "{}", refused.body);
    }
    let connect = || json!({"contact": contact("0100").digits()});
    assert_eq!(admin.send("POST", &path, &connect()).await.status, 200);
    let throttled = admin.send("POST", &path, &connect()).await;
    assert_eq!(message(&throttled), (429, "too_many_requests".into()));
    let unknown = format!("clicktocall/{}/connect", "0".repeat(32));
    let unknown = admin.send("POST", &unknown, &connect()).await;
    assert_eq!(message(&unknown), (404, "bad_identifier".into()));
}

#[tokio::test]
async fn the_history_has_pages_and_a_range() {
    let world = world().await;
    let admin = account(world).await;
    let other = account(world).await;
    let id = kazoo_button(&admin).await;
    let path = format!("clicktocall/{id}/connect");
    for _ in 0..3 {
        let data = json!({"contact": contact("0100").digits()});
        assert_eq!(admin.send("POST", &path, &data).await.status, 200);
    }
    let history = format!("clicktocall/{id}/history");
    let page = admin.get(&format!("{history}?page_size=2")).await.json();
    assert_eq!(page["data"].as_array().unwrap().len(), 2);
    let key = page["next_start_key"].as_str().unwrap();
    let rest = admin
        .get(&format!("{history}?start_key={key}"))
        .await
        .json();
    assert_eq!(rest["data"].as_array().unwrap().len(), 1);
    assert!(rest.get("next_start_key").is_none());
    let time = |row: &Value| row["timestamp"].as_u64().unwrap();
    assert!(
        time(&page["data"][0]) >= time(&rest["data"][0]),
        "newest first"
    );
    let foreign = other.get(&format!("history?start_key={key}")).await;
    assert_eq!(message(&foreign), (400, "validation error".into()));

    let now = time(&page["data"][0]);
    let before = admin
        .get(&format!("{history}?created_to={}", now - 3_600))
        .await;
    assert_eq!(before.json()["data"], json!([]));
    let wide = admin
        .get(&format!("{history}?created_from={}", now - 40 * 86_400))
        .await;
    assert_eq!(message(&wide), (400, "validation error".into()));
    assert!(wide.json()["data"]["created_from"]["date_range"].is_object());
    let unknown = admin
        .get(&format!("clicktocall/{}/history", "0".repeat(32)))
        .await;
    assert_eq!(unknown.json()["data"], json!([]), "as in Kazoo");
    let foreign = other.ask_of(&admin.account, "GET", &history).send().await;
    assert_eq!(message(&foreign), (404, "bad_identifier".into()));
}
