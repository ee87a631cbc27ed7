//! Accounts, buttons and keys: what a request asks the account's room.

use serde_json::{Map, Value, json};

use super::LARGEST_BODY;
use super::enter::{demand_deployment, who};
use super::originate;
use super::secret::{self, Secret};
use crate::account_room::documents::Kind;
use crate::account_room::manage::{Manage, NEW_SECRET, Verb, Who};
use crate::account_room::paging::Page;
use crate::account_room::trouble::{Managed, Trouble};
use crate::account_room::words::{Ask, Decision};
use crate::api::Asked;
use crate::config::SANDBOX;
use crate::document::set;
use crate::error::Problem;
use crate::ids::{HexId, PublicId};
use crate::{clock, query, room};

/// A question under way.
pub type Question = Manage;

impl Question {
    /// A question without anything besides.
    #[must_use]
    pub fn new(account: HexId, who: Who, verb: Verb, kind: Kind) -> Self {
        Self {
            account,
            who,
            verb,
            kind,
            id: String::new(),
            data: Value::Null,
            revision: None,
            page: Page::default(),
        }
    }
}

/// `PUT /v2/accounts`: a new account, and the first key to it.
pub async fn create_account(asked: &mut Asked) -> Result<Managed, Trouble> {
    demand_deployment(asked)?;
    let mut data = body(asked).await?;
    if data.get("connections").is_none() {
        set(&mut data, "connections", json!([SANDBOX]));
    }
    let settings = asked.settings().map_err(|_| Trouble::NOT_CONFIGURED)?;
    let random = clock::random().map_err(|_| Trouble::INTERNAL)?;
    let account = HexId::new_account(&settings.key, random);
    let question = Question {
        id: account.to_string(),
        data,
        ..Question::new(account, Who::Deployment, Verb::Create, Kind::Account)
    };
    let mut made = ask(asked, question).await?;
    if made.status == 201 {
        let key = json!({ "name": "First key", "role": "admin" });
        let key = create(asked, account, Who::Deployment, Kind::ApiKey, key).await?;
        let key = key.data.get("api_key").cloned();
        set(&mut made.data, "api_key", key.unwrap_or_default());
    }
    Ok(made)
}

/// `/v2/accounts/{ACCOUNT_ID}`.
pub async fn account(asked: &mut Asked, method: &str, account: HexId) -> Result<Managed, Trouble> {
    let id = account.to_string();
    document(asked, method, account, Kind::Account, &id).await
}

/// A list of documents, and new ones.
pub async fn documents(
    asked: &mut Asked,
    method: &str,
    account: HexId,
    kind: Kind,
) -> Result<Managed, Trouble> {
    let who = who(asked, account)?;
    if method == "PUT" {
        let data = body(asked).await?;
        return create(asked, account, who, kind, data).await;
    }
    let question = Question {
        page: page(asked)?,
        ..Question::new(account, who, Verb::List, kind)
    };
    ask(asked, question).await
}

/// One document.
pub async fn document(
    asked: &mut Asked,
    method: &str,
    account: HexId,
    kind: Kind,
    id: &str,
) -> Result<Managed, Trouble> {
    let who = who(asked, account)?;
    if HexId::parse(id).is_none() {
        return Err(Trouble::unknown(id));
    }
    let verb = match method {
        "POST" => Verb::Replace,
        "PATCH" => Verb::Patch,
        "DELETE" => Verb::Delete,
        _ => Verb::Read,
    };
    let data = match verb {
        Verb::Replace | Verb::Patch => body(asked).await?,
        _ => Value::Null,
    };
    let question = Question {
        id: id.to_owned(),
        data,
        revision: revision(asked.header("if-match").as_deref())?,
        ..Question::new(account, who, verb, kind)
    };
    ask(asked, question).await
}

/// The calls of a button, or of the account, newest first.
pub async fn history(asked: &mut Asked, account: HexId, id: &str) -> Result<Managed, Trouble> {
    let who = who(asked, account)?;
    let bound = |name: &str| {
        let given = query::parameter(&asked.url, name);
        let read = |text: &str| text.parse().map(|at| originate::from_gregorian(at).0);
        given.map(read).transpose().map_err(|_| {
            Trouble::invalid(name, "invalid", "is no number of seconds since the year 0")
        })
    };
    let question = Question {
        id: id.to_owned(),
        data: json!({ "from": bound("created_from")?, "to": bound("created_to")? }),
        page: page(asked)?,
        ..Question::new(account, who, Verb::History, Kind::Account)
    };
    ask(asked, question).await
}

/// What was changed by whom, newest first.
pub async fn audit(asked: &mut Asked, account: HexId) -> Result<Managed, Trouble> {
    let who = who(asked, account)?;
    let question = Question {
        page: page(asked)?,
        ..Question::new(account, who, Verb::Audit, Kind::Account)
    };
    ask(asked, question).await
}

/// The connections that the account may use. Their credentials are the
/// deployment's settings, and no one's to read.
pub async fn connections(asked: &mut Asked, account: HexId) -> Result<Managed, Trouble> {
    let who = who(asked, account)?;
    let question = Question {
        id: account.to_string(),
        ..Question::new(account, who, Verb::Read, Kind::Account)
    };
    let read = ask(asked, question).await?;
    if read.message.is_some() {
        return Ok(read);
    }
    let settings = asked.settings().map_err(|_| Trouble::NOT_CONFIGURED)?;
    let names = read.data.get("connections").and_then(Value::as_array);
    let names = names.into_iter().flatten().filter_map(Value::as_str);
    let row = |name: &str| {
        let connection = settings.connection(name);
        json!({
            "id": name,
            "dialect": connection.map(|it| it.dialect()),
            "platform_number": connection.map(|it| it.platform_number()),
        })
    };
    Ok(Managed::page(names.map(row).collect(), None))
}

/// Makes a document. The secret of one that opens something is in the answer,
/// this once.
async fn create(
    asked: &Asked,
    account: HexId,
    who: Who,
    kind: Kind,
    mut data: Value,
) -> Result<Managed, Trouble> {
    let settings = asked.settings().map_err(|_| Trouble::NOT_CONFIGURED)?;
    let id: [u8; 16] = clock::random().map_err(|_| Trouble::INTERNAL)?;
    let document = HexId::from(id);
    let random = clock::random().map_err(|_| Trouble::INTERNAL)?;
    let id = PublicId { account, document };
    let secret = Secret::new(&settings.key, kind, id, random);
    secret.keep(&mut data);
    let question = Question {
        id: document.to_string(),
        data,
        ..Question::new(account, who, Verb::Create, kind)
    };
    let mut made = ask(asked, question).await?;
    if made.status == 201 {
        secret.show(&mut made.data);
    }
    Ok(made)
}

/// `PUT …/api_clients/{id}/secrets`: a further secret, so that one can be
/// changed for another without a break. An older one goes by a patch.
pub async fn add_secret(asked: &mut Asked, account: HexId, id: &str) -> Result<Managed, Trouble> {
    let who = who(asked, account)?;
    let random = clock::random().map_err(|_| Trouble::INTERNAL)?;
    let (secret, hash) = secret::client_secret(random);
    let question = Question {
        id: id.to_owned(),
        data: json!({ NEW_SECRET: hash }),
        ..Question::new(account, who, Verb::Patch, Kind::ApiClient)
    };
    let mut made = ask(asked, question).await?;
    if made.status == 200 {
        made.status = 201;
        set(&mut made.data, "client_secret", secret);
    }
    Ok(made)
}

/// Asks the account's room.
pub async fn ask(asked: &Asked, question: Question) -> Result<Managed, Trouble> {
    let failed = |error: worker::Error| {
        worker::console_error!("{error}");
        Trouble::INTERNAL
    };
    let room = room::account_room(&asked.env, question.account).map_err(failed)?;
    let question = Ask::Manage(Box::new(question));
    match room::ask(&room, &question).await.map_err(failed)? {
        Decision::Managed(managed) => Ok(managed),
        _ => Err(Trouble::INTERNAL),
    }
}

/// The body's `data`, without what only the room may write.
pub async fn body(asked: &mut Asked) -> Result<Value, Trouble> {
    read_data(&text(asked).await?)
}

/// The same where there may be none.
pub async fn optional_body(asked: &mut Asked) -> Result<Value, Trouble> {
    let text = text(asked).await?;
    if text.is_empty() {
        return Ok(json!({}));
    }
    read_data(&text)
}

async fn text(asked: &mut Asked) -> Result<String, Trouble> {
    asked
        .body(LARGEST_BODY)
        .await
        .map_err(|problem| match problem {
            Problem::TooLarge => Trouble {
                status: 413,
                ..Trouble::invalid("file", "maxSize", "File size must be at most 65536 bytes")
            },
            _ => Trouble::invalid("json", "invalid", "The body broke off or is not UTF-8"),
        })
}

fn read_data(text: &str) -> Result<Value, Trouble> {
    let read: Result<Value, _> = serde_json::from_str(text);
    let Ok(Value::Object(mut envelope)) = read else {
        return Err(Trouble::invalid(
            "json",
            "invalid",
            "The body is not a JSON object",
        ));
    };
    match envelope.remove("data") {
        Some(Value::Object(data)) => {
            let public = data
                .into_iter()
                .filter(|(name, _)| !name.starts_with("pvt_"));
            Ok(Value::Object(public.collect::<Map<_, _>>()))
        }
        Some(_) => Err(Trouble::invalid(
            "data",
            "type",
            "Value did not match type(s): object",
        )),
        None => Err(Trouble::invalid(
            "data",
            "required",
            "Field is required but missing",
        )),
    }
}

/// The revision in an `If-Match` header: `"3"`; `*` is any. What is neither must
/// not pass for none: a change would be made that the asker did not want.
fn revision(tag: Option<&str>) -> Result<Option<u64>, Trouble> {
    let Some(tag) = tag.map(str::trim).filter(|tag| !["", "*"].contains(tag)) else {
        return Ok(None);
    };
    let revision = tag.trim_matches('"').parse().ok();
    let wrong = || Trouble::invalid("If-Match", "invalid", "is no revision such as \"3\"");
    revision.map(Some).ok_or_else(wrong)
}

fn page(asked: &Asked) -> Result<Page, Trouble> {
    let parameter = |name| query::parameter(&asked.url, name);
    Ok(Page {
        size: parameter("page_size").map(page_size).transpose()?,
        start_key: parameter("start_key").map(str::to_owned),
    })
}

fn page_size(text: &str) -> Result<u64, Trouble> {
    let size = text.parse().ok().filter(|size| *size > 0);
    size.ok_or_else(|| Trouble::invalid("page_size", "invalid", "is no number of rows"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_body_is_an_envelope() {
        assert_eq!(
            read_data(r#"{"data":{"name":"x","pvt_hashes":["y"]}}"#),
            Ok(json!({"name": "x"}))
        );
        for (text, property, rule) in [
            ("", "json", "invalid"),
            ("[]", "json", "invalid"),
            ("name=x", "json", "invalid"),
            ("{}", "data", "required"),
            (r#"{"data":[]}"#, "data", "type"),
        ] {
            let trouble = read_data(text).unwrap_err();
            assert!(trouble.data[property].get(rule).is_some(), "{text}");
        }
    }

    #[test]
    fn a_revision_is_what_an_etag_says() {
        for (tag, seen) in [
            (None, None),
            (Some(""), None),
            (Some("*"), None),
            (Some("\"3\""), Some(3)),
            (Some("3"), Some(3)),
        ] {
            assert_eq!(revision(tag), Ok(seen));
        }
        for bad in ["{}", "W/\"3\"", "three"] {
            assert_eq!(revision(Some(bad)).unwrap_err().status, 400, "{bad}");
        }
    }

    #[test]
    fn a_page_has_rows() {
        assert_eq!(page_size("7"), Ok(7));
        for bad in ["", "0", "-1", "null", "1.5"] {
            assert_eq!(page_size(bad).unwrap_err().status, 400, "{bad}");
        }
    }
}
