//! Tokens that no agent has, and keys that are changed while agents work.

use data_encoding::BASE64URL_NOPAD;
use serde_json::{Value, json};
use stories::harness::agents::{Crm, seal};
use stories::harness::codes;
use stories::harness::visitor::{contact_body, key};
use time::OffsetDateTime;

use crate::agent_clicks::{Team, assert_placed, click};
use crate::answers::assert_refused;
use crate::world::{World, contact, world};

async fn assert_no_call(world: &World, team: &Team, token: &str, what: &str) {
    let answer = click(world, &team.button, token, &json!({})).await;
    assert_refused(&answer, 401, "UNAUTHENTICATED", what);
    assert_eq!(answer.header("www-authenticate"), Some("Bearer"), "{what}");
}

#[tokio::test]
async fn a_button_for_agents_is_nobody_elses() {
    let (world, number) = (world().await, contact("0100"));
    let team = Team::new(world).await;
    let visitor = world.visitor();
    let body = contact_body(number.e164());
    let without = visitor.click(&team.button, &key()).json(&body).send().await;
    assert_refused(&without, 401, "UNAUTHENTICATED", "no token");
    for header in [
        "Basic Zm9vOmJhcg==",
        "Bearer",
        "Bearer guess",
        "Bearer a.b.c",
    ] {
        let click = visitor.click(&team.button, &key());
        let answer = click
            .header("authorization", header)
            .json(&body)
            .send()
            .await;
        assert_refused(&answer, 401, "UNAUTHENTICATED", header);
    }
    assert_eq!(world.lab.placed(&number), 0);
    let public = visitor.ask("GET", &format!("/buttons/{}", team.button));
    assert_eq!(public.send().await.json()["authRequired"], true);
}

#[tokio::test]
async fn a_token_is_for_its_account_its_button_and_its_time() {
    let (world, number) = (world().await, contact("0100"));
    let (team, other) = (Team::new(world).await, Team::new(world).await);
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let with = |changes: &[(&str, Value)]| {
        let mut claims = team.crm.claims(Some(&number));
        for (name, value) in changes {
            claims[name] = value.clone();
        }
        team.crm.seal(&claims)
    };
    let foreign = other.crm.claims(Some(&number));
    let mine = team.crm.claims(Some(&number));
    for (what, token) in [
        ("another account's", other.crm.token(Some(&number))),
        ("another account's key, for us", other.crm.seal(&mine)),
        ("our key, for another account", team.crm.seal(&foreign)),
        ("another button's", with(&[("button", json!(other.button))])),
        (
            "expired",
            with(&[("iat", json!(now - 400)), ("exp", json!(now - 90))]),
        ),
        ("for an hour", with(&[("exp", json!(now + 3_600))])),
        (
            "of tomorrow",
            with(&[("iat", json!(now + 86_400)), ("exp", json!(now + 86_500))]),
        ),
        ("without an end", with(&[("exp", json!(null))])),
        ("without a name", with(&[("jti", json!(null))])),
        (
            "a misspelt claim",
            with(&[("contacts", json!(number.e164()))]),
        ),
        ("no number", with(&[("contact", json!("030 1234"))])),
        ("no phone", with(&[("extension", json!("ada"))])),
    ] {
        assert_no_call(world, &team, &token, what).await;
    }
    assert_eq!(world.lab.placed(&number), 0);
    let late = with(&[("iat", json!(now - 300)), ("exp", json!(now - 30))]);
    assert_placed(&click(world, &team.button, &late, &json!({})).await);
}

#[tokio::test]
async fn a_token_cannot_be_made_or_changed_without_the_key() {
    let (world, number) = (world().await, contact("0100"));
    let team = Team::new(world).await;
    let Crm { kid, key, .. } = &team.crm;
    let claims = team.crm.claims(Some(&number));
    let header = |alg: &str, enc: &str| json!({ "alg": alg, "enc": enc, "kid": kid });
    let stranger = BASE64URL_NOPAD.encode(&[7; 32]);
    let unknown = codes::public_id("embed-key-id", &team.crm.account, &"ab".repeat(16));
    let mut zipped = team.crm.header();
    zipped["zip"] = json!("DEF");
    let good = team.crm.token(Some(&number));
    let mut changed: Vec<String> = good.split('.').map(str::to_owned).collect();
    let flip = |part: &mut String| {
        let other = if part.starts_with('A') { "B" } else { "A" };
        part.replace_range(..1, other);
    };
    flip(&mut changed[3]);
    let mut renamed: Vec<&str> = good.split('.').collect();
    let typed = json!({ "alg": "dir", "enc": "A256GCM", "kid": kid, "typ": "JWT" });
    let typed = BASE64URL_NOPAD.encode(typed.to_string().as_bytes());
    renamed[0] = &typed;
    let part = |value: &Value| BASE64URL_NOPAD.encode(value.to_string().as_bytes());
    let signed = format!(
        "{}.{}",
        part(&json!({ "alg": "HS256", "kid": kid })),
        part(&claims)
    );
    let signed = format!("{signed}.{}", codes::hs256(key.as_bytes(), &signed));
    for (what, token) in [
        (
            "a stranger's key",
            seal(&stranger, &team.crm.header(), &claims),
        ),
        ("a key that is not there", {
            let header = json!({ "alg": "dir", "enc": "A256GCM", "kid": unknown });
            seal(&codes::embed_key(&unknown), &header, &claims)
        }),
        (
            "no key's name",
            seal(key, &json!({ "alg": "dir", "enc": "A256GCM" }), &claims),
        ),
        (
            "another alg",
            seal(key, &header("A256KW", "A256GCM"), &claims),
        ),
        ("alg none", seal(key, &header("none", "A256GCM"), &claims)),
        ("another enc", seal(key, &header("dir", "A128GCM"), &claims)),
        ("compressed", seal(key, &zipped, &claims)),
        ("changed", changed.join(".")),
        ("another header", renamed.join(".")),
        ("cut short", good[..good.len() - 4].to_owned()),
        ("signed, not encrypted", signed),
        ("too long", format!("{good}{}", "A".repeat(5_000))),
    ] {
        assert_no_call(world, &team, &token, what).await;
    }
    assert_eq!(world.lab.placed(&number), 0);
    assert_placed(&click(world, &team.button, &good, &json!({})).await);
    let log = world.edge.log().all();
    assert!(
        !log.contains(key.as_str()) && !log.contains(&good),
        "a secret is in the log"
    );
    assert!(!log.contains(number.digits()), "a number is in the log");
    world.assert_no_panic();
}

#[tokio::test]
async fn keys_change_without_a_break_and_a_deleted_one_is_worth_nothing_at_once() {
    let world = world().await;
    let team = Team::new(world).await;
    let next = Crm::new(&team.admin, &team.button).await;
    for crm in [&team.crm, &next] {
        let token = crm.token(Some(&contact("0101")));
        assert_placed(&click(world, &team.button, &token, &json!({})).await);
    }
    let early = team.crm.token(Some(&contact("0101")));
    let path = format!("embed_keys/{}", team.crm.document);
    let deleted = team.admin.ask("DELETE", &path).send().await;
    assert_eq!(deleted.status, 200, "{}", deleted.body);
    assert_no_call(world, &team, &early, "made before").await;
    let late = team.crm.token(Some(&contact("0101")));
    assert_no_call(world, &team, &late, "made after").await;
    let token = next.token(Some(&contact("0101")));
    assert_placed(&click(world, &team.button, &token, &json!({})).await);
    // Nothing that anybody may read has the key.
    let listed = team.admin.get("embed_keys").await.body;
    assert!(listed.contains(&next.document) && !listed.contains(&next.key));
    let read = team
        .admin
        .get(&format!("embed_keys/{}", next.document))
        .await;
    assert!(!read.body.contains(&next.key), "{}", read.body);
}
