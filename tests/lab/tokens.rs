//! Who may do what.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use stories::harness::http::Http;
use stories::lab::{Lab, Settings};

use crate::client::{Client, request};

const FORM: &str = "application/x-www-form-urlencoded";

#[tokio::test]
async fn both_ways_of_client_authentication_work() {
    let lab = Lab::start(Settings::default()).unwrap();
    let http = Http::default();
    let (id, secret) = (lab.client_id(), lab.client_secret());
    let basic = BASE64_STANDARD.encode(format!("{id}:{secret}"));
    let by_basic = http
        .post(&lab.token_url())
        .header("authorization", &format!("Basic {basic}"))
        .body(FORM, "grant_type=client_credentials")
        .send()
        .await;
    let form = format!("grant_type=client_credentials&client_id={id}&client_secret={secret}");
    let by_post = http.post(&lab.token_url()).body(FORM, form).send().await;
    for answer in [by_basic, by_post] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        assert_eq!(answer.json()["token_type"], "Bearer");
        assert_eq!(answer.json()["expires_in"], 3_600);
        assert_eq!(answer.header("cache-control"), Some("no-store"));
    }
    assert_eq!(lab.tokens_given(), 2);
}

#[tokio::test]
async fn every_mistake_in_asking_for_a_token_has_its_name() {
    let lab = Lab::start(Settings::default()).unwrap();
    let http = Http::default();
    let own = format!(
        "client_id={}&client_secret={}",
        lab.client_id(),
        lab.client_secret()
    );
    let cases = [
        (
            FORM,
            "grant_type=client_credentials".to_owned(),
            401,
            "invalid_client",
        ),
        (
            FORM,
            "grant_type=client_credentials&client_id=x&client_secret=y".to_owned(),
            401,
            "invalid_client",
        ),
        (FORM, own.clone(), 400, "invalid_request"),
        (
            FORM,
            format!("grant_type=password&{own}"),
            400,
            "unsupported_grant_type",
        ),
        (
            FORM,
            format!("grant_type=client_credentials&scope=everything&{own}"),
            400,
            "invalid_scope",
        ),
        (
            "application/json",
            format!("grant_type=client_credentials&{own}"),
            400,
            "invalid_request",
        ),
    ];
    for (kind, body, status, error) in cases {
        let answer = http
            .post(&lab.token_url())
            .body(kind, body.clone())
            .send()
            .await;
        assert_eq!(answer.status, status, "{body}");
        assert_eq!(answer.text("error"), error, "{body}");
    }
    assert_eq!(lab.tokens_given(), 0);
}

#[tokio::test]
async fn no_token_a_wrong_a_revoked_and_an_expired_one_are_refused() {
    let client = Client::new().await;
    let url = format!("{}/calls", client.lab.base_url());
    let body = request("+12025550198", "+12025550199");
    let none = client.http.post(&url).json(&body).send().await;
    let wrong = client
        .http
        .post(&url)
        .bearer("guess")
        .json(&body)
        .send()
        .await;
    client.lab.revoke_tokens();
    let revoked = client.post().json(&body).send().await;
    let short = Client::with(Settings {
        token_seconds: 0,
        ..Settings::default()
    })
    .await;
    let expired = short.post().json(&body).send().await;
    for answer in [none, wrong, revoked, expired] {
        assert_eq!(answer.refusal(), (401, "UNAUTHENTICATED".to_owned()));
    }
    assert!(client.lab.calls().is_empty() && short.lab.calls().is_empty());
}

#[tokio::test]
async fn a_token_without_the_scope_is_refused() {
    let client = Client::with(Settings {
        scopes: vec!["click-to-dial:calls:create"],
        ..Settings::default()
    })
    .await;
    let placed = client.place("+12025550198", "+12025550199").await;
    assert_eq!(placed.status, 201);
    for method in ["GET", "DELETE"] {
        let answer = client.on_call(method, &placed.text("callId")).send().await;
        assert_eq!(answer.refusal(), (403, "PERMISSION_DENIED".to_owned()));
    }
}
