//! Whoever is no client gets no token.

use serde_json::{Value, json};
use stories::harness::clients::{self, GRANT, basic, hash};
use stories::harness::codes;
use stories::harness::http::{Answer, Http};
use stories::harness::keys::KeyPair;
use time::OffsetDateTime;

use crate::world::{Account, SECRET, es256, rs256, world};

/// Asserts a refusal (RFC 6749, section 5.2).
#[track_caller]
fn assert_no_token(answer: &Answer, status: u16, error: &str, what: &str) {
    assert_eq!(answer.status, status, "{what}: {}", answer.body);
    let body = answer.json();
    assert_eq!(body["error"], error, "{what}: {}", answer.body);
    assert!(body.get("access_token").is_none(), "{what}");
    assert_eq!(answer.header("cache-control"), Some("no-store"), "{what}");
    assert!(!answer.body.contains(SECRET), "{what}: the secret is told");
}

#[tokio::test]
async fn a_wrong_secret_and_an_unknown_client_look_the_same() {
    let (edge, http) = (world().await.edge.url(""), Http::default());
    let id = Account::Sandbox.client();
    let mut forged = id.clone();
    forged.replace_range(..1, if id.starts_with('A') { "B" } else { "A" });
    let nobody = codes::public_id("client-id", &"ab".repeat(16), &"cd".repeat(16));
    let embed_key = codes::public_id("embed-key-id", &"ab".repeat(16), &"cd".repeat(16));
    let mut answers = Vec::new();
    for (id, secret) in [
        (id.as_str(), "wrong"),
        (&id, &hash(SECRET)),
        (&Account::Camara.reader(), "wrong"),
        (&forged, SECRET),
        (&nobody, SECRET),
        (&embed_key, SECRET),
        ("guess", SECRET),
    ] {
        let ask = clients::ask(&http, &edge, GRANT).header("authorization", &basic(id, secret));
        let answer = ask.send().await;
        assert_no_token(&answer, 401, "invalid_client", id);
        let challenge = answer.header("www-authenticate").unwrap_or_default();
        assert!(challenge.starts_with("Basic"), "{challenge}");
        answers.push(answer.body);
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    world().await.assert_no_panic();
}

#[tokio::test]
async fn a_request_that_breaks_oauths_rules_is_told_which() {
    let (edge, http) = (world().await.edge.url(""), Http::default());
    let id = Account::Sandbox.client();
    let form = format!("client_id={id}&client_secret={SECRET}");
    for (body, status, error) in [
        (form.clone(), 400, "invalid_request"),
        (
            format!("{form}&grant_type=password"),
            400,
            "unsupported_grant_type",
        ),
        (format!("{form}&{GRANT}&{GRANT}"), 400, "invalid_request"),
        (format!("{form}&{GRANT}&scope=%ff"), 400, "invalid_request"),
        (GRANT.to_owned(), 401, "invalid_client"),
        (
            format!("{GRANT}&x={}", "x".repeat(20_000)),
            400,
            "invalid_request",
        ),
    ] {
        let answer = clients::ask(&http, &edge, &body).send().await;
        assert_no_token(&answer, status, error, &body);
    }
    let two = clients::ask(&http, &edge, &format!("{form}&{GRANT}"));
    let two = two
        .header("authorization", &basic(&id, SECRET))
        .send()
        .await;
    assert_no_token(&two, 400, "invalid_request", "two proofs");
    let json = http.post(&format!("{edge}{}", clients::TOKEN_PATH));
    let json = json.json(&json!({ "grant_type": "client_credentials" }));
    assert_no_token(&json.send().await, 400, "invalid_request", "JSON");
    let get = http
        .get(&format!("{edge}{}", clients::TOKEN_PATH))
        .send()
        .await;
    assert_eq!(get.refusal(), (405, "METHOD_NOT_ALLOWED".to_owned()));
}

/// Asks with what a story has changed of a good assertion.
async fn forged(change: impl FnOnce(&mut Value)) -> Answer {
    let edge = world().await.edge.url("");
    let mut claims = clients::claims(&edge, &Account::Sandbox.client());
    change(&mut claims);
    let assertion = clients::sign(es256(), &json!({ "alg": "ES256" }), &claims);
    clients::assert(&Http::default(), &edge, &assertion).await
}

#[tokio::test]
async fn an_assertion_counts_once() {
    let (edge, http) = (world().await.edge.url(""), Http::default());
    let claims = clients::claims(&edge, &Account::Sandbox.client());
    let sign = |pair: &KeyPair| {
        let header = json!({ "alg": pair.public.algorithm, "kid": pair.public.id });
        clients::sign(pair, &header, &claims)
    };
    let first = sign(es256());
    assert_eq!(clients::assert(&http, &edge, &first).await.status, 200);
    for again in [first, sign(es256()), sign(rs256())] {
        let answer = clients::assert(&http, &edge, &again).await;
        assert_no_token(&answer, 401, "invalid_client", "the same jti");
    }
}

#[tokio::test]
async fn of_many_who_show_one_assertion_at_once_one_gets_a_token() {
    let (edge, http) = (world().await.edge.url(""), Http::default());
    let claims = clients::claims(&edge, &Account::Sandbox.client());
    let assertion = clients::sign(es256(), &json!({ "alg": "ES256" }), &claims);
    let asked = (0..10).map(|_| {
        let (http, edge, assertion) = (http.clone(), edge.clone(), assertion.clone());
        tokio::spawn(async move { clients::assert(&http, &edge, &assertion).await.status })
    });
    let mut given = 0;
    for asked in asked.collect::<Vec<_>>() {
        given += u32::from(asked.await.expect("an answer") == 200);
    }
    assert_eq!(given, 1);
}

#[tokio::test]
async fn an_assertion_is_for_us_and_for_now() {
    let now = OffsetDateTime::now_utc().unix_timestamp();
    let other = Account::Camara.client();
    let ok = forged(|claims| claims["exp"] = json!(now - 30)).await;
    assert_eq!(ok.status, 200, "within a minute's difference: {}", ok.body);
    let late = forged(|claims| claims["exp"] = json!(now - 90)).await;
    assert_no_token(&late, 401, "invalid_client", "expired");
    let early = forged(|claims| claims["nbf"] = json!(now + 120)).await;
    assert_no_token(&early, 401, "invalid_client", "not yet");
    let long = forged(|claims| claims["exp"] = json!(now + 86_400)).await;
    assert_no_token(&long, 401, "invalid_client", "a day");
    for (name, value) in [
        ("aud", json!("https://other.example/oauth2/token")),
        ("iss", json!(other)),
        ("sub", json!(other)),
        ("jti", json!(null)),
        ("exp", json!(null)),
    ] {
        let answer = forged(|claims| claims[name] = value).await;
        assert_no_token(&answer, 401, "invalid_client", name);
    }
    let reader = Account::Sandbox.reader();
    let answer = forged(|claims| {
        claims["iss"] = json!(reader);
        claims["sub"] = json!(reader);
    });
    assert_no_token(
        &answer.await,
        401,
        "invalid_client",
        "a client without keys",
    );
}

#[tokio::test]
async fn no_other_key_or_algorithm_signs_for_a_client() {
    let (edge, http) = (world().await.edge.url(""), Http::default());
    let id = Account::Sandbox.client();
    let stranger = KeyPair::new("ES256");
    let fresh = || clients::claims(&edge, &id);
    let (es, rs) = (es256(), rs256());
    let mut attacks = vec![
        (
            "a stranger's key",
            clients::sign(&stranger, &json!({ "alg": "ES256" }), &fresh()),
        ),
        (
            "a stranger's key under a known name",
            clients::sign(
                &stranger,
                &json!({ "alg": "ES256", "kid": es.public.id }),
                &fresh(),
            ),
        ),
        (
            "a key that it brings along",
            clients::sign(
                &stranger,
                &json!({ "alg": "ES256", "jwk": stranger.jwk }),
                &fresh(),
            ),
        ),
        ("one key's algorithm for the other", {
            clients::sign(
                rs,
                &json!({ "alg": "ES256", "kid": rs.public.id }),
                &fresh(),
            )
        }),
        ("a critical extension", {
            clients::sign(es, &json!({ "alg": "ES256", "crit": ["x"] }), &fresh())
        }),
    ];
    // Unsigned, and signed with the public key as if it were a secret.
    for header in [
        json!({ "alg": "none" }),
        json!({ "alg": "HS256", "kid": es.public.id }),
    ] {
        let signed = clients::sign(es, &header, &fresh());
        let (input, _) = signed.rsplit_once('.').expect("a signature");
        attacks.push(("unsigned", format!("{input}.")));
        let code = codes::hs256(es.jwk.to_string().as_bytes(), input);
        attacks.push(("HMAC with the public key", format!("{input}.{code}")));
    }
    let good = clients::sign(es, &json!({ "alg": "ES256" }), &fresh());
    let (input, signature) = good.rsplit_once('.').expect("a signature");
    attacks.push(("cut short", format!("{input}.{}", &signature[..40])));
    attacks.push(("no signature", input.to_owned()));
    for (what, assertion) in attacks {
        let answer = clients::assert(&http, &edge, &assertion).await;
        assert_no_token(&answer, 401, "invalid_client", what);
    }
    assert_eq!(clients::assert(&http, &edge, &good).await.status, 200);
    world().await.assert_no_panic();
}
