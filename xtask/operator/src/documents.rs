//! The documents through which a Kazoo system dials for us. One is made for
//! every extension, order of dialling and number shown, as soon as a call needs
//! it; nobody misses one that was taken away too early, since it is made again.

use serde_json::Value;

use crate::Outcome;
use crate::kazoo::Account;
use crate::settings::Connection;

/// How the edge names them: this, and 32 hexadecimal digits.
const PREFIX: &str = "c2d-";
/// Whom it lets them dial: whole numbers only.
const WHITELIST: &str = r"^\+[1-9][0-9]{4,14}$";
/// Documents that are looked at in one go: each costs up to three requests.
const MOST: usize = 200;

/// What is in the account.
struct Found<'a> {
    id: &'a str,
    name: &'a str,
}

/// Takes away what no call has gone through for as long as the system's history
/// goes back: a month, or in Kazoo 4.3 the current month.
pub fn prune(connection: &Connection) -> Outcome {
    let account = Account::open(connection)?;
    let listed = account.ask("GET", "clicktocall?paginate=false", None)?;
    let channels = account.ask("GET", "channels?paginate=false", None)?;
    let ours = ours(&listed);
    let (mut kept, mut gone) = (0, 0);
    for found in ours.iter().take(MOST) {
        if in_use(&channels, found.id) || !is_idle(&account, found)? {
            kept += 1;
            continue;
        }
        account.ask("DELETE", &format!("clicktocall/{}", found.id), None)?;
        println!("  {}: taken away", found.name);
        gone += 1;
    }
    let others = rows(&listed).len() - ours.len();
    println!("  {gone} taken away, {kept} kept, {others} of somebody else's left alone");
    if ours.len() > MOST {
        println!("  {} were not looked at: repeat this", ours.len() - MOST);
    }
    Ok(())
}

/// Whether nobody has called through it lately, and it is what we have made:
/// somebody may have given a document of theirs such a name.
fn is_idle(account: &Account, found: &Found<'_>) -> Outcome<bool> {
    let path = format!("clicktocall/{}", found.id);
    let history = account.ask("GET", &format!("{path}/history?paginate=false"), None)?;
    let Some(history) = history.as_array() else {
        return Err("the system's history of a document is none".to_owned());
    };
    if !history.is_empty() {
        return Ok(false);
    }
    Ok(is_ours(&account.ask("GET", &path, None)?))
}

fn is_ours(document: &Value) -> bool {
    let whitelist = document.get("whitelist").and_then(Value::as_array);
    whitelist.is_some_and(|list| list.as_slice() == [Value::from(WHITELIST)])
}

/// The documents that bear our mark.
fn ours(listed: &Value) -> Vec<Found<'_>> {
    let found = rows(listed).iter().filter_map(|row| {
        let text = |name: &str| row.get(name).and_then(Value::as_str);
        let (id, name) = (text("id")?, text("name")?);
        let digest = name.strip_prefix(PREFIX)?;
        (is_hex(digest) && is_hex(id)).then_some(Found { id, name })
    });
    found.collect()
}

/// Whether a call through it is alive: by who has allowed its channel, or by
/// the name of its first leg, `c2c-<the document's id>-<random>`.
fn in_use(channels: &Value, id: &str) -> bool {
    rows(channels).iter().any(|channel| {
        let text = |name: &str| channel.get(name).and_then(Value::as_str);
        let names = |uuid: &str| uuid.contains(&format!("c2c-{id}-"));
        text("authorizing_id") == Some(id)
            || ["uuid", "other_leg"]
                .into_iter()
                .any(|name| text(name).is_some_and(names))
    })
}

fn rows(listed: &Value) -> &[Value] {
    listed.as_array().map(Vec::as_slice).unwrap_or_default()
}

fn is_hex(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| b.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    const ID: &str = "0123456789abcdef0123456789abcdef";

    #[test]
    fn only_what_bears_our_mark_is_ours() {
        let name = format!("c2d-{ID}");
        let listed = json!([
            {"id": ID, "name": name}, {"id": ID, "name": "Sales"}, {"id": "../x", "name": name},
            {"id": ID, "name": "c2d-sales"}, {"id": ID}, 17,
        ]);
        assert_eq!(ours(&listed).len(), 1);
        assert!(ours(&json!({})).is_empty());
        assert!(is_ours(&json!({"whitelist": ["^\\+[1-9][0-9]{4,14}$"]})));
        for other in [
            json!({}),
            json!({"whitelist": []}),
            json!({"whitelist": ["^1$"]}),
        ] {
            assert!(!is_ours(&other));
        }
    }

    #[test]
    fn a_call_that_is_alive_keeps_its_document() {
        for channel in [
            json!({"uuid": "a", "authorizing_id": ID}),
            json!({"uuid": format!("c2c-{ID}-0123456789")}),
            json!({"uuid": "a", "other_leg": format!("c2c-{ID}-0123456789")}),
        ] {
            assert!(in_use(&json!([channel]), ID), "{channel}");
        }
        let other = json!({"uuid": "c2c-fedcba-0123456789", "authorizing_id": "fedcba"});
        assert!(!in_use(&json!([other]), ID));
    }
}
