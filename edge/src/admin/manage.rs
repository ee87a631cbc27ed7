//! Accounts, buttons and keys: what a request asks the account's room.

use serde_json::{Value, json};

use super::enter::{demand_deployment, who};
use super::originate;
use super::read::{body, page, revision};
use super::secret::{self, Secret};
use crate::account_room::documents::Kind;
use crate::account_room::manage::{Manage, NEW_SECRET, Verb, Who};
use crate::account_room::paging::Page;
use crate::account_room::trouble::{Managed, Trouble};
use crate::account_room::words::{Ask, Decision};
use crate::api::Asked;
use crate::config::SANDBOX;
use crate::document::set;
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
            "dialect": connection.map(|it| it.operator().name()),
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
