//! Reads sinks: a request's (`sink`, `sinkCredential`) and an account's own.

use call::Millis;
use chrono::DateTime;

use super::address::{Address, Allowed};
use super::{Credential, Kind, Sink};
use crate::document::{Flaw, Place};

/// Characters of a time (CAMARA_event_common).
const LONGEST_TIME: usize = 64;
/// Characters of a token (`AccessTokenCredential.accessToken`).
const LONGEST_TOKEN: usize = 4_096;
/// Characters of a client id (`PrivateKeyJWTCredential.clientId`).
const LONGEST_CLIENT: usize = 128;

/// Reads `sink` and `sinkCredential` of `CreateCallRequest`.
pub fn read_sink(
    place: &Place<'_>,
    allowed: &Allowed<'_>,
    now: Millis,
) -> Result<Option<Sink>, Flaw> {
    let credential = place.optional("sinkCredential")?;
    let Some(url) = place.optional("sink")? else {
        return match credential {
            // A credential for nowhere is a mistake.
            Some(credential) => Err(credential.wrong("needs a sink")),
            None => Ok(None),
        };
    };
    Ok(Some(Sink {
        kind: Kind::Call,
        url: read_address(&url, allowed)?,
        credential: credential.map_or(Ok(Credential::None), |at| {
            read_credential(&at, allowed, now)
        })?,
        facts: serde_json::Value::Null,
        source: String::new(),
    }))
}

/// Reads the property `sink` of an account: `{"url": "https://…", "token"?: "…"}`.
/// Its own people choose the host; the deployment is checked by
/// [`is_allowed`] when a call is placed, since a document does not know it.
pub fn read_account_sink(place: &Place<'_>) -> Result<Sink, Flaw> {
    place.only(&["url", "token"])?;
    let allowed = Allowed {
        hosts: None,
        own: [""; 2],
        loopback: true,
    };
    let token = place.optional("token")?;
    Ok(Sink {
        kind: Kind::Account,
        url: read_address(&place.field("url")?, &allowed)?,
        credential: token.map_or(Ok(Credential::None), |at| {
            Ok(Credential::Token {
                token: visible(&at, LONGEST_TOKEN)?,
                expires: None,
            })
        })?,
        facts: serde_json::Value::Null,
        source: String::new(),
    })
}

/// Whether an account's own sink may be told by this deployment.
#[must_use]
pub fn is_allowed(sink: &Sink, own: [&str; 2], loopback: bool) -> bool {
    let allowed = Allowed {
        hosts: None,
        own,
        loopback,
    };
    Address::read(&sink.url).is_ok_and(|address| address.check(&allowed).is_ok())
}

fn read_address(place: &Place<'_>, allowed: &Allowed<'_>) -> Result<String, Flaw> {
    let url = place.text()?;
    let checked = Address::read(url).and_then(|address| address.check(allowed));
    checked.map_err(|problem| place.wrong(problem))?;
    Ok(url.to_owned())
}

fn read_credential(
    place: &Place<'_>,
    allowed: &Allowed<'_>,
    now: Millis,
) -> Result<Credential, Flaw> {
    let kinds = [("ACCESSTOKEN", true), ("PRIVATE_KEY_JWT", false)];
    if place.field("credentialType")?.word(&kinds)? {
        read_token(place, now)
    } else {
        place.only(&["credentialType", "clientId", "tokenUri"])?;
        Ok(Credential::Key {
            client: visible(&place.field("clientId")?, LONGEST_CLIENT)?,
            endpoint: read_address(&place.field("tokenUri")?, allowed)?,
        })
    }
}

fn read_token(place: &Place<'_>, now: Millis) -> Result<Credential, Flaw> {
    place.only(&[
        "credentialType",
        "accessToken",
        "accessTokenExpiresUtc",
        "accessTokenType",
    ])?;
    place.field("accessTokenType")?.word(&[("bearer", ())])?;
    let expiry = place.field("accessTokenExpiresUtc")?;
    let at = DateTime::parse_from_rfc3339(expiry.text_up_to(LONGEST_TIME)?);
    let at = at.map_err(|_| expiry.breaks("format", "is not a time as in RFC 3339"))?;
    let at = Millis(u64::try_from(at.timestamp_millis()).unwrap_or_default());
    if at <= now {
        return Err(expiry.wrong("has passed"));
    }
    Ok(Credential::Token {
        token: visible(&place.field("accessToken")?, LONGEST_TOKEN)?,
        expires: Some(at),
    })
}

/// What can stand in a header, or in a form without escapes.
fn visible(place: &Place<'_>, most: usize) -> Result<String, Flaw> {
    let text = place.text_up_to(most)?;
    if text.bytes().all(|b| b.is_ascii_graphic()) {
        Ok(text.to_owned())
    } else {
        Err(place.wrong("has characters other than visible ASCII"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    const NOW: Millis = Millis(1_800_000_000_000);

    fn read(body: &Value) -> Result<Option<Sink>, String> {
        let hosts = ["hooks.example.com".to_owned()];
        let allowed = Allowed {
            hosts: Some(&hosts),
            own: ["edge.example"; 2],
            loopback: false,
        };
        read_sink(&Place::whole(body), &allowed, NOW).map_err(|flaw| flaw.path)
    }

    fn with_token(name: &str, value: Value) -> Value {
        let mut credential = json!({
            "credentialType": "ACCESSTOKEN", "accessToken": "ya29.A0AR", "accessTokenType": "bearer",
            "accessTokenExpiresUtc": "2030-01-01T00:00:00Z",
        });
        credential[name] = value;
        json!({"sink": "https://hooks.example.com/c", "sinkCredential": credential})
    }

    #[test]
    fn a_sink_with_any_credential_of_the_document_is_read() {
        assert_eq!(read(&json!({})), Ok(None));
        let sink = read(&json!({"sink": "https://hooks.example.com/c"}))
            .unwrap()
            .unwrap();
        assert!(sink.credential == Credential::None);
        let sink = read(&with_token("accessTokenType", json!("bearer")))
            .unwrap()
            .unwrap();
        let Credential::Token { token, expires } = &sink.credential else {
            panic!("a token");
        };
        assert_eq!(
            (token.as_str(), *expires),
            ("ya29.A0AR", Some(Millis(1_893_456_000_000)))
        );
        assert_eq!(format!("{sink:?}"), "Sink(Call, hooks.example.com)");
        let key = json!({
            "credentialType": "PRIVATE_KEY_JWT", "clientId": "me",
            "tokenUri": "https://hooks.example.com/token",
        });
        let sink = read(&json!({"sink": "https://hooks.example.com/c", "sinkCredential": key}));
        assert!(matches!(
            sink.unwrap().unwrap().credential,
            Credential::Key { .. }
        ));
    }

    #[test]
    fn what_is_wrong_is_named() {
        for (name, value) in [
            ("credentialType", json!("PLAIN")),
            ("accessToken", json!("a\r\nx: y")),
            ("accessToken", json!("")),
            ("accessToken", json!("x".repeat(4_097))),
            ("accessTokenType", json!("Bearer")),
            ("accessTokenExpiresUtc", json!("2020-01-01T00:00:00Z")),
            ("accessTokenExpiresUtc", json!("2030-01-01T00:00:00")),
            ("accessTokenExpiresUtc", json!(1)),
        ] {
            let path = format!("sinkCredential.{name}");
            assert_eq!(read(&with_token(name, value)), Err(path));
        }
        let unknown = read(&with_token("secret", json!("x")));
        assert_eq!(unknown, Err("sinkCredential".to_owned()));
        let nowhere = json!({"sinkCredential": {"credentialType": "ACCESSTOKEN"}});
        assert_eq!(read(&nowhere), Err("sinkCredential".to_owned()));
        for sink in [
            json!("https://evil.example/"),
            json!(1),
            json!(null),
            json!(""),
        ] {
            assert_eq!(read(&json!({"sink": sink})), Err("sink".to_owned()));
        }
        let foreign = json!({
            "sink": "https://hooks.example.com/", "sinkCredential": {
                "credentialType": "PRIVATE_KEY_JWT", "clientId": "me",
                "tokenUri": "https://evil.example/token",
            },
        });
        assert_eq!(read(&foreign), Err("sinkCredential.tokenUri".to_owned()));
    }
}
