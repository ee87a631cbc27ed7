use super::*;
use proptest::prelude::proptest;

const GRANT: &str = "grant_type=client_credentials";

fn refused(authorization: Option<&str>, body: &str) -> Option<&'static str> {
    let refusal = read(authorization, body).err()?;
    let (_, body) = refusal.answer();
    let code = body.get("error").and_then(Value::as_str);
    [
        "invalid_request",
        "invalid_client",
        "unsupported_grant_type",
        "invalid_scope",
    ]
    .into_iter()
    .find(|known| Some(*known) == code)
}

fn is_secret(proof: &Proof, id: &str, hush: &str) -> bool {
    matches!(proof, Proof::Secret { client, secret } if client == id && secret == hush)
}

#[test]
fn a_secret_comes_by_header_or_by_form() {
    // "a:b" and "c d", each encoded, then joined.
    let header = format!("Basic {}", Base64::encode_string(b"a%3Ab:c+d"));
    let request = read(Some(&header), GRANT).ok().unwrap();
    assert!(is_secret(&request.proof, "a:b", "c d"));
    assert!(request.scopes.is_none());
    let body =
        format!("{GRANT}&client_id=a&client_secret=b&scope=click-to-dial%3Acalls%3Aread&x=y");
    let request = read(None, &body).ok().unwrap();
    assert!(is_secret(&request.proof, "a", "b"));
    assert_eq!(request.scopes, Scopes::parse("click-to-dial:calls:read"));
}

#[test]
fn an_assertion_has_its_type() {
    let kind = "urn%3Aietf%3Aparams%3Aoauth%3Aclient-assertion-type%3Ajwt-bearer";
    let body = format!("{GRANT}&client_assertion=a.b.c&client_assertion_type={kind}&client_id=i");
    let request = read(None, &body).ok().unwrap();
    let Proof::Assertion { jwt, client } = request.proof else {
        panic!("no assertion");
    };
    assert_eq!((jwt.as_str(), client.as_deref()), ("a.b.c", Some("i")));
    let without = format!("{GRANT}&client_assertion=a.b.c");
    assert_eq!(refused(None, &without), Some("invalid_request"));
}

#[test]
fn there_is_one_proof_and_not_two() {
    let basic = format!("Basic {}", Base64::encode_string(b"a:b"));
    let both = format!("{GRANT}&client_id=a&client_secret=b");
    assert_eq!(refused(Some(&basic), &both), Some("invalid_request"));
    assert_eq!(refused(Some(&basic), &format!("{GRANT}&client_id=a")), None);
    let other = format!("{GRANT}&client_id=other");
    assert_eq!(refused(Some(&basic), &other), Some("invalid_request"));
    let twice = format!("{both}&client_assertion=x");
    assert_eq!(refused(None, &twice), Some("invalid_request"));
}

#[test]
fn every_refusal_has_oauths_name() {
    let secret = "client_id=a&client_secret=b";
    for (body, code) in [
        (GRANT.to_owned(), "invalid_client"),
        (secret.to_owned(), "invalid_request"),
        (format!("{secret}&{GRANT}&{GRANT}"), "invalid_request"),
        (format!("{GRANT}&client_secret=b"), "invalid_request"),
        (
            format!("{secret}&grant_type=password"),
            "unsupported_grant_type",
        ),
        (
            format!("{secret}&grant_type=authorization_code"),
            "unsupported_grant_type",
        ),
        (format!("{secret}&{GRANT}&scope=openid"), "invalid_scope"),
        (format!("{secret}&{GRANT}&scope=%zz"), "invalid_request"),
        (
            "{\"grant_type\":\"client_credentials\"}".to_owned(),
            "invalid_client",
        ),
    ] {
        assert_eq!(refused(None, &body), Some(code), "{body}");
    }
    for header in [
        "Basic",
        "Basic !",
        "Basic YQ==",
        "Bearer x",
        "Basic /w==",
        "",
    ] {
        assert_eq!(
            refused(Some(header), GRANT),
            Some("invalid_client"),
            "{header}"
        );
    }
}

#[test]
fn the_metadata_names_what_there_is() {
    let metadata = metadata("https://edge.example");
    assert_eq!(
        metadata["token_endpoint"],
        "https://edge.example/oauth2/token"
    );
    assert_eq!(metadata["scopes_supported"].as_array().unwrap().len(), 4);
}

proptest! {
    #[test]
    fn nothing_from_outside_panics(header: String, body: String) {
        let _ = read(Some(&header), &body);
        let _ = read(Some(&format!("Basic {header}")), GRANT);
    }
}
