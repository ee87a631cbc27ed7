//! Which `/v2` path means what. Pure.

use crate::account_room::documents::Kind;
use crate::account_room::trouble::Trouble;
use crate::ids::HexId;

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

/// Finds what a request is for.
pub fn find<'a>(method: &str, path: &'a str) -> Result<Target<'a>, Trouble> {
    let segments: Vec<&str> = path.trim_start_matches("/v2/").split('/').collect();
    let (target, methods): (Target<'a>, &[&str]) = match *segments.as_slice() {
        ["api_auth"] => (Target::ApiAuth, &["PUT"]),
        ["accounts"] => (Target::Accounts, &["PUT"]),
        ["accounts", id] => (
            Target::Account(account(id)?),
            &["GET", "POST", "PATCH", "DELETE"],
        ),
        ["accounts", id, "connections"] => (Target::Connections(account(id)?), &["GET"]),
        ["accounts", id, "audit"] => (Target::Audit(account(id)?), &["GET"]),
        ["accounts", id, kind] => (
            Target::Documents(account(id)?, documents(kind)?),
            &["GET", "PUT"],
        ),
        ["accounts", id, "api_clients", client, "secrets"] => {
            (Target::Secrets(account(id)?, client), &["PUT"])
        }
        ["accounts", id, kind, document] => (
            Target::Document(account(id)?, documents(kind)?, document),
            &["GET", "POST", "PATCH", "DELETE"],
        ),
        _ => return Err(Trouble::NOT_FOUND),
    };
    let method = if method == "HEAD" { "GET" } else { method };
    if methods.contains(&method) {
        Ok(target)
    } else {
        Err(Trouble::METHOD)
    }
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
