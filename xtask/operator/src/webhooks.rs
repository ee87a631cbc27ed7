//! The webhooks through which a Kazoo system tells of its channels.

use serde_json::{Map, Value, json};

use crate::Outcome;
use crate::kazoo::Account;
use crate::settings::Connection;

/// The events that a call is followed by, one webhook for each.
const EVENTS: [&str; 4] = [
    "channel_create",
    "channel_answer",
    "channel_bridge",
    "channel_destroy",
];

/// What is to be done about a webhook.
#[derive(Debug, PartialEq)]
enum Plan {
    /// There is none.
    Make,
    /// It is as it should be.
    Keep,
    /// These of its properties are to be set.
    Repair(Map<String, Value>),
}

/// Makes and repairs what is needed.
pub fn set_up(connection: &Connection, public_url: &str) -> Outcome {
    let account = Account::open(connection)?;
    let known = named(&account)?;
    for event in EVENTS {
        let wanted = wanted(connection, public_url, event);
        let known = match id_of(&known, &wanted) {
            Some(id) => Some(account.ask("GET", &format!("webhooks/{id}"), None)?),
            None => None,
        };
        let done = carry_out(&account, &wanted, known.as_ref())?;
        println!("  {event}: {done}");
    }
    Ok(())
}

/// The webhooks that are there. What a list leaves out of them differs from
/// version to version; without its name nobody could tell which is ours.
fn named(account: &Account) -> Outcome<Value> {
    let listed = account.ask("GET", "webhooks?paginate=false", None)?;
    let mut named = Vec::new();
    for row in listed
        .as_array()
        .ok_or("the system's list of webhooks is none")?
    {
        let id = row.get("id").and_then(Value::as_str);
        named.push(match id {
            Some(id) if row.get("name").is_none() => {
                account.ask("GET", &format!("webhooks/{id}"), None)?
            }
            _ => row.clone(),
        });
    }
    Ok(Value::Array(named))
}

fn carry_out(
    account: &Account,
    wanted: &Map<String, Value>,
    known: Option<&Value>,
) -> Outcome<String> {
    match plan(wanted, known) {
        Plan::Keep => Ok("is as it should be".to_owned()),
        Plan::Make => {
            account.ask("PUT", "webhooks", Some(&json!(wanted)))?;
            Ok("made".to_owned())
        }
        Plan::Repair(changes) => {
            let id = known.and_then(|known| known.get("id")?.as_str());
            let path = format!("webhooks/{}", id.unwrap_or_default());
            account.ask("PATCH", &path, Some(&json!(changes)))?;
            // Believed only once it is seen.
            let now = account.ask("GET", &path, None)?;
            let names: Vec<&str> = changes.keys().map(String::as_str).collect();
            match plan(wanted, Some(&now)) {
                Plan::Keep => Ok(format!("repaired ({})", names.join(", "))),
                _ => Err("the system accepted a repair and did not carry it out".to_owned()),
            }
        }
    }
}

/// A webhook as it should be. Only JSON keeps all that is told apart, and the
/// leg that speaks for a call is an internal one.
fn wanted(connection: &Connection, public_url: &str, event: &str) -> Map<String, Value> {
    let (name, secret) = (&connection.name, &connection.webhook_secret);
    let fields = [
        ("name", json!(format!("Click to Dial {name}: {event}"))),
        ("hook", json!(event)),
        (
            "uri",
            json!(format!("{public_url}/operators/kazoo/{name}/{secret}")),
        ),
        ("http_verb", json!("post")),
        ("format", json!("json")),
        ("retries", json!(2)),
        ("include_internal_legs", json!(true)),
        ("enabled", json!(true)),
    ];
    fields
        .map(|(name, value)| (name.to_owned(), value))
        .into_iter()
        .collect()
}

fn id_of<'a>(known: &'a Value, wanted: &Map<String, Value>) -> Option<&'a str> {
    let mut rows = known.as_array()?.iter();
    rows.find(|row| row.get("name") == wanted.get("name"))?
        .get("id")?
        .as_str()
}

fn plan(wanted: &Map<String, Value>, known: Option<&Value>) -> Plan {
    let Some(known) = known else {
        return Plan::Make;
    };
    let differs = |(name, value): &(&String, &Value)| known.get(name.as_str()) != Some(*value);
    let changes: Map<String, Value> = wanted
        .iter()
        .filter(differs)
        .map(|(name, value)| (name.clone(), value.clone()))
        .collect();
    if changes.is_empty() {
        Plan::Keep
    } else {
        Plan::Repair(changes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn webhook() -> Map<String, Value> {
        let connection = Connection {
            name: "main".to_owned(),
            base_url: String::new(),
            account_id: String::new(),
            api_key: String::new(),
            webhook_secret: "secret".to_owned(),
        };
        wanted(&connection, "https://dial.example", "channel_answer")
    }

    #[test]
    fn the_address_says_who_is_told_and_that_it_is_the_system() {
        let uri = "https://dial.example/operators/kazoo/main/secret";
        assert_eq!(webhook()["uri"], uri);
    }

    #[test]
    fn what_is_there_stays_and_what_was_changed_is_repaired() {
        let wanted = webhook();
        assert_eq!(plan(&wanted, None), Plan::Make);
        let mut known = json!(wanted);
        known["id"] = json!("1");
        known["owner"] = json!("somebody");
        assert_eq!(plan(&wanted, Some(&known)), Plan::Keep);
        known["enabled"] = json!(false);
        known["uri"] = json!("https://old.example");
        let Plan::Repair(changes) = plan(&wanted, Some(&known)) else {
            panic!("nothing is repaired");
        };
        assert_eq!(changes.keys().collect::<Vec<_>>(), ["enabled", "uri"]);
        assert_eq!(changes["enabled"], true);
    }

    #[test]
    fn a_webhook_is_known_by_its_name() {
        let known = json!([
            {"id": "1", "name": "Another", "hook": "channel_answer"},
            {"id": "2", "name": "Click to Dial main: channel_answer"},
        ]);
        assert_eq!(id_of(&known, &webhook()), Some("2"));
        assert_eq!(id_of(&json!([]), &webhook()), None);
    }
}
