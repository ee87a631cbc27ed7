//! An access token opens what it is for, as long as its account lets it.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair};
use serde_json::{Value, json};
use stories::harness::admin::Admin;
use stories::harness::clients::{self, basic};
use stories::harness::codes;
use stories::harness::http::{Answer, Http};
use stories::harness::keys::KeyPair;
use stories::harness::visitor::Placed;
use time::OffsetDateTime;

use crate::answers::assert_refused;
use crate::world::{ALL_SCOPES, Account, READ, SECRET, World, contact, world};

/// Asks for a call with this token.
async fn read(world: &World, call: &Placed, token: &str) -> Answer {
    let url = world
        .edge
        .url(&format!("/click-to-dial/v0.2/calls/{}", call.id));
    Http::default().get(&url).bearer(token).send().await
}

/// A visitor's call that lasts.
async fn call(world: &World, account: Account) -> Placed {
    world
        .visitor()
        .place(&account.button(), &contact("0111"))
        .await
}

async fn token(world: &World, account: Account, scope: &str) -> String {
    clients::token(&world.edge.url(""), &account.client(), SECRET, scope).await
}

#[tokio::test]
async fn a_token_opens_its_own_accounts_calls_for_what_it_is_for() {
    let world = world().await;
    let call = call(world, Account::Sandbox).await;
    for scope in [READ, ALL_SCOPES] {
        let answer = read(world, &call, &token(world, Account::Sandbox, scope).await).await;
        assert_eq!(answer.status, 200, "{scope}: {}", answer.body);
        assert_eq!(answer.text("callId"), call.id);
    }
    for scope in [
        "click-to-dial:calls:create",
        "click-to-dial:recordings:read",
    ] {
        let token = token(world, Account::Sandbox, scope).await;
        assert_refused(
            &read(world, &call, &token).await,
            403,
            "PERMISSION_DENIED",
            scope,
        );
    }
    let other = token(world, Account::Camara, ALL_SCOPES).await;
    assert_refused(
        &read(world, &call, &other).await,
        404,
        "NOT_FOUND",
        "another account's",
    );
}

/// What signs this deployment's tokens: a thief of its key could make any.
struct Forger {
    key: EcdsaKeyPair,
    kid: Value,
    issuer: String,
}

impl Forger {
    async fn new(world: &World) -> Self {
        let jwks = Http::default()
            .get(&world.edge.url("/oauth2/jwks"))
            .send()
            .await
            .json();
        let jwk = &jwks["keys"][0];
        let coordinate = |name: &str| {
            let text = jwk[name].as_str().expect("a coordinate");
            BASE64_URL_SAFE_NO_PAD.decode(text).expect("base64url")
        };
        let point = [vec![4], coordinate("x"), coordinate("y")].concat();
        let key = EcdsaKeyPair::from_private_key_and_public_key(
            &ECDSA_P256_SHA256_FIXED_SIGNING,
            &codes::signing_key(),
            &point,
            &SystemRandom::new(),
        );
        Self {
            key: key.expect("the private key is the public one's"),
            kid: jwk["kid"].clone(),
            issuer: world.edge.url(""),
        }
    }

    fn header(&self) -> Value {
        json!({ "alg": "ES256", "typ": "at+jwt", "kid": self.kid })
    }

    /// The claims of a good token; its credential is that of [`SECRET`].
    fn claims(&self, client: &str) -> Value {
        let now = OffsetDateTime::now_utc().unix_timestamp();
        json!({
            "iss": self.issuer, "aud": self.issuer, "sub": client, "client_id": client,
            "scope": READ, "credential": &clients::hash(SECRET)[..16],
            "iat": now, "exp": now + 600, "jti": "1",
        })
    }

    fn input(header: &Value, claims: &Value) -> String {
        let part = |value: &Value| BASE64_URL_SAFE_NO_PAD.encode(value.to_string());
        format!("{}.{}", part(header), part(claims))
    }

    fn sign(&self, header: &Value, claims: &Value) -> String {
        let input = Self::input(header, claims);
        let signature = self.key.sign(&SystemRandom::new(), input.as_bytes());
        let signature = BASE64_URL_SAFE_NO_PAD.encode(signature.expect("a signature"));
        format!("{input}.{signature}")
    }
}

#[tokio::test]
async fn no_other_token_is_taken() {
    let world = world().await;
    let call = call(world, Account::Sandbox).await;
    let forger = Forger::new(world).await;
    let id = Account::Sandbox.client();
    let (header, claims) = (forger.header(), forger.claims(&id));
    let good = forger.sign(&header, &claims);
    assert_eq!(
        read(world, &call, &good).await.status,
        200,
        "the forger can forge"
    );

    let now = OffsetDateTime::now_utc().unix_timestamp();
    let mut bad: Vec<(&str, String)> = Vec::new();
    for (name, value) in [
        ("exp", json!(now - 1)),
        ("exp", json!(null)),
        ("iat", json!(now + 600)),
        ("iss", json!("https://other.example")),
        ("aud", json!("https://other.example")),
        ("client_id", json!("guess")),
        (
            "client_id",
            json!(codes::public_id(
                "client-id",
                &"ab".repeat(16),
                &"cd".repeat(16)
            )),
        ),
        ("scope", json!("openid")),
        ("credential", json!("0123456789abcdef")),
    ] {
        let mut claims = claims.clone();
        claims[name] = value;
        bad.push((name, forger.sign(&header, &claims)));
    }
    for (name, value) in [
        ("alg", json!("none")),
        ("alg", json!("HS256")),
        ("alg", json!("RS256")),
        ("kid", json!("other")),
        ("typ", json!("JWT")),
        ("crit", json!(["exp"])),
    ] {
        let mut header = header.clone();
        header[name] = value;
        bad.push((name, forger.sign(&header, &claims)));
    }
    let input = Forger::input(&header, &claims);
    let jwks = Http::default()
        .get(&world.edge.url("/oauth2/jwks"))
        .send()
        .await;
    let public = jwks.json()["keys"][0].to_string();
    bad.push(("unsigned", format!("{input}.")));
    bad.push(("without a signature", input.clone()));
    bad.push(("HMAC with the public key", {
        format!("{input}.{}", codes::hs256(public.as_bytes(), &input))
    }));
    let mut hmac = header.clone();
    hmac["alg"] = json!("HS256");
    let hmac = Forger::input(&hmac, &claims);
    bad.push(("HS256 with the public key", {
        format!("{hmac}.{}", codes::hs256(public.as_bytes(), &hmac))
    }));
    bad.push((
        "another deployment's",
        clients::sign(&KeyPair::new("ES256"), &header, &claims),
    ));
    bad.push(("twice", format!("{good}.{good}")));
    bad.push(("a little longer", format!("{good}AA")));
    bad.push(("the visitor's events token", call.events_token.clone()));
    for (what, token) in bad {
        assert_refused(
            &read(world, &call, &token).await,
            401,
            "UNAUTHENTICATED",
            what,
        );
    }
    world.assert_no_panic();
}

#[tokio::test]
async fn what_is_revoked_opens_nothing_from_then_on() {
    let world = world().await;
    let edge = world.edge.url("");
    let account = json!({ "name": "Acme", "connections": ["box"] });
    let admin = Admin::found(&edge, &account).await;
    let made = admin.make("api_clients", &json!({ "name": "CRM" })).await;
    let text = |name: &str| made[name].as_str().expect(name).to_owned();
    let (id, first) = (text("client_id"), text("client_secret"));
    let path = format!("api_clients/{}", text("id"));
    let more = admin
        .send("PUT", &format!("{path}/secrets"), &json!({}))
        .await;
    let second = more.json()["data"]["client_secret"]
        .as_str()
        .expect("a secret")
        .to_owned();

    let button = crate::admin_api::button(world);
    let (_, button) = admin.button(&button).await;
    let call = world.visitor().place(&button, &contact("0111")).await;
    let old = clients::token(&edge, &id, &first, READ).await;
    let new = clients::token(&edge, &id, &second, READ).await;
    for token in [&old, &new] {
        assert_eq!(read(world, &call, token).await.status, 200);
    }

    // One secret goes, and with it the tokens that it got.
    let kept = json!({ "secrets": [{ "hash": clients::hash(&second) }] });
    assert_eq!(admin.send("PATCH", &path, &kept).await.status, 200);
    assert_refused(
        &read(world, &call, &old).await,
        401,
        "UNAUTHENTICATED",
        "its secret is gone",
    );
    assert_eq!(read(world, &call, &new).await.status, 200);
    let ask = clients::ask(&Http::default(), &edge, clients::GRANT);
    let ask = ask
        .header("authorization", &basic(&id, &first))
        .send()
        .await;
    assert_eq!(
        (ask.status, ask.text("error")),
        (401, "invalid_client".to_owned())
    );

    // Fewer scopes hold at once, too.
    let scopes = json!({ "scopes": ["click-to-dial:calls:create"] });
    assert_eq!(admin.send("PATCH", &path, &scopes).await.status, 200);
    assert_refused(
        &read(world, &call, &new).await,
        403,
        "PERMISSION_DENIED",
        "fewer scopes",
    );

    assert_eq!(admin.ask("DELETE", &path).send().await.status, 200);
    assert_refused(
        &read(world, &call, &new).await,
        401,
        "UNAUTHENTICATED",
        "the client is gone",
    );
}
