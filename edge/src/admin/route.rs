//! Which `/v2` path means what. Pure.

use crate::account_room::documents::Kind;
use crate::account_room::trouble::Trouble;
use crate::ids::HexId;
use crate::path::{Names, names};

/// What a path names.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    /// `/v2/api_auth`.
    ApiAuth,
    /// `/v2/accounts`.
    Accounts,
    /// `/v2/accounts/{ACCOUNT_ID}`.
    Account(HexId),
    /// `/v2/accounts/{ACCOUNT_ID}/clicktocall` and the like.
    Documents(HexId, Kind),
    /// `/v2/accounts/{ACCOUNT_ID}/clicktocall/{C2C_ID}` and the like.
    Document(HexId, Kind, &'a str),
    /// `/v2/accounts/{ACCOUNT_ID}/api_clients/{id}/secrets`.
    Secrets(HexId, &'a str),
    /// `/v2/accounts/{ACCOUNT_ID}/clicktocall/{C2C_ID}/connect`.
    Connect(HexId, &'a str),
    /// `/v2/accounts/{ACCOUNT_ID}/clicktocall/{C2C_ID}/history`, or without a
    /// button `/v2/accounts/{ACCOUNT_ID}/history`.
    History(HexId, &'a str),
    /// `/v2/accounts/{ACCOUNT_ID}/connections`.
    Connections(HexId),
    /// `/v2/accounts/{ACCOUNT_ID}/audit`.
    Audit(HexId),
}

/// Kinds of documents by their place in a path; Kazoo's singular for its own.
const KINDS: &[(&str, Kind)] = &[
    ("clicktocall", Kind::Clicktocall),
    ("api_keys", Kind::ApiKey),
    ("api_clients", Kind::ApiClient),
    ("embed_keys", Kind::EmbedKey),
];

/// What a path's names are for.
type Make = for<'a> fn(Names<'a>) -> Result<Target<'a>, Trouble>;

/// Reading and changing a document.
const DOCUMENT: &[&str] = &["GET", "POST", "PATCH", "DELETE"];

/// Every path as the API reference has it, with its methods. `{kind}` is one of
/// [`KINDS`]; the first row that fits is the one.
const TABLE: &[(&str, &[&str], Make)] = &[
    ("/v2/api_auth", &["PUT"], |_| Ok(Target::ApiAuth)),
    ("/v2/accounts", &["PUT"], |_| Ok(Target::Accounts)),
    ("/v2/accounts/{ACCOUNT_ID}", DOCUMENT, |[id, ..]| {
        Ok(Target::Account(account(id)?))
    }),
    (
        "/v2/accounts/{ACCOUNT_ID}/connections",
        &["GET"],
        |[id, ..]| Ok(Target::Connections(account(id)?)),
    ),
    ("/v2/accounts/{ACCOUNT_ID}/audit", &["GET"], |[id, ..]| {
        Ok(Target::Audit(account(id)?))
    }),
    (
        "/v2/accounts/{ACCOUNT_ID}/api_clients/{API_CLIENT_ID}/secrets",
        &["PUT"],
        |[id, client, _]| Ok(Target::Secrets(account(id)?, client)),
    ),
    (
        "/v2/accounts/{ACCOUNT_ID}/clicktocall/{C2C_ID}/connect",
        &["GET", "POST"],
        |[id, button, _]| Ok(Target::Connect(account(id)?, button)),
    ),
    (
        "/v2/accounts/{ACCOUNT_ID}/clicktocall/{C2C_ID}/history",
        &["GET"],
        |[id, button, _]| Ok(Target::History(account(id)?, button)),
    ),
    ("/v2/accounts/{ACCOUNT_ID}/history", &["GET"], |[id, ..]| {
        Ok(Target::History(account(id)?, ""))
    }),
    (
        "/v2/accounts/{ACCOUNT_ID}/{kind}",
        &["GET", "PUT"],
        |[id, kind, _]| Ok(Target::Documents(account(id)?, documents(kind)?)),
    ),
    (
        "/v2/accounts/{ACCOUNT_ID}/{kind}/{id}",
        DOCUMENT,
        |[id, kind, document]| Ok(Target::Document(account(id)?, documents(kind)?, document)),
    ),
];

/// Finds what a request is for.
pub fn find<'a>(method: &str, path: &'a str) -> Result<Target<'a>, Trouble> {
    let here = |row: &(&str, &'static [&str], Make)| Some((names(row.0, path)?, row.1, row.2));
    let (names, methods, make) = TABLE.iter().find_map(here).ok_or(Trouble::NOT_FOUND)?;
    let target = make(names)?;
    // A look ahead is no wish to call.
    let calls = matches!(target, Target::Connect(..));
    let method = if method == "HEAD" && !calls {
        "GET"
    } else {
        method
    };
    if methods.contains(&method) {
        Ok(target)
    } else {
        Err(Trouble::METHOD)
    }
}

/// The methods that a path takes, for the header `Allow`.
#[must_use]
pub fn allowed(path: &str) -> String {
    let here = TABLE.iter().find(|row| names(row.0, path).is_some());
    let methods = here.map(|row| row.1).unwrap_or_default();
    let head = methods.contains(&"GET").then_some("HEAD");
    let all: Vec<&str> = methods
        .iter()
        .copied()
        .chain(head)
        .chain(["OPTIONS"])
        .collect();
    all.join(", ")
}

/// Every operation, as the API reference names it.
#[cfg(test)]
pub fn operations() -> impl Iterator<Item = String> {
    let paths = TABLE.iter().flat_map(|(path, methods, _)| {
        let kinds = if path.contains("{kind}") {
            KINDS
        } else {
            &KINDS[..1]
        };
        kinds.iter().map(move |(kind, _)| {
            let id = match *kind {
                "clicktocall" => "{C2C_ID}".to_owned(),
                others => format!("{{{}_ID}}", others.trim_end_matches('s').to_uppercase()),
            };
            let path = path.replace("{kind}", kind).replace("{id}", &id);
            (path, *methods)
        })
    });
    paths.flat_map(|(path, methods)| methods.iter().map(move |method| format!("{method} {path}")))
}

fn account(id: &str) -> Result<HexId, Trouble> {
    HexId::parse(id).ok_or_else(|| Trouble::unknown(id))
}

fn documents(name: &str) -> Result<Kind, Trouble> {
    let found = KINDS.iter().find(|(known, _)| *known == name);
    found.map(|(_, kind)| *kind).ok_or(Trouble::NOT_FOUND)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn kazoos_paths_are_found() {
        let account = HexId::parse(ID).unwrap();
        assert_eq!(find("PUT", "/v2/api_auth"), Ok(Target::ApiAuth));
        assert_eq!(
            find("GET", &format!("/v2/accounts/{ID}/clicktocall")),
            Ok(Target::Documents(account, Kind::Clicktocall))
        );
        assert_eq!(
            find("PATCH", &format!("/v2/accounts/{ID}/clicktocall/x")),
            Ok(Target::Document(account, Kind::Clicktocall, "x"))
        );
    }

    #[test]
    fn a_path_says_which_methods_it_takes() {
        assert_eq!(allowed("/v2/api_auth"), "PUT, OPTIONS");
        let list = format!("/v2/accounts/{ID}/clicktocall");
        assert_eq!(allowed(&list), "GET, PUT, HEAD, OPTIONS");
    }

    #[test]
    fn what_is_wrong_is_said_in_kazoos_words() {
        let trouble = |method, path: &str| find(method, path).unwrap_err();
        assert_eq!(trouble("GET", "/v2/api_auth"), Trouble::METHOD);
        assert_eq!(trouble("GET", "/v2/"), Trouble::NOT_FOUND);
        let plural = format!("/v2/accounts/{ID}/clicktocalls");
        assert_eq!(trouble("GET", &plural), Trouble::NOT_FOUND);
        let short = trouble("GET", "/v2/accounts/12/clicktocall");
        assert_eq!((short.status, short.message), (404, "bad_identifier"));
    }
}
