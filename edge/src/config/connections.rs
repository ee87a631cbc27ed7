//! Connections: one account at one operator each, a setting each.

use serde_json::{Value, json};

use super::{Seed, SettingError, document, wrong};
use crate::document::Place;
use crate::operator::Connection;

/// The connection that needs no setting, and its dialect.
pub const SANDBOX: &str = "sandbox";
/// From the same range of fiction as the demo button's number.
const DEMO_PLATFORM_NUMBER: &str = "+12025550199";

/// What a connection's setting is called: `CONNECTION_OUR_PBX` is `our-pbx`.
const CONNECTION: &str = "CONNECTION_";

/// Reads every connection among the settings.
pub(super) fn connections(
    names: &[String],
    get: &impl Fn(&str) -> Option<String>,
    loopback: bool,
) -> Result<Vec<(String, Connection)>, SettingError> {
    let mut connections = Vec::new();
    let sandbox = json!({ "dialect": SANDBOX, "platform_number": DEMO_PLATFORM_NUMBER });
    if let Ok(sandbox) = Connection::read(&Place::whole(&sandbox), loopback) {
        connections.push((SANDBOX.to_owned(), sandbox));
    }
    for setting in names {
        let (Some(name), Some(text)) = (setting.strip_prefix(CONNECTION), get(setting)) else {
            continue;
        };
        let name = name.to_ascii_lowercase().replace('_', "-");
        let read = |place: &Place<'_>| Ok(Connection::read(place, loopback)?);
        let connection = document(setting, &text, read)?;
        connections.retain(|(known, _)| *known != name);
        connections.push((name, connection));
    }
    Ok(connections)
}

/// An account whose connection is missing could never place a call.
pub(super) fn demand_connections(
    seed: &Seed,
    connections: &[(String, Connection)],
) -> Result<(), SettingError> {
    let listed = seed.account.get("connections").and_then(Value::as_array);
    let names = listed.into_iter().flatten().filter_map(Value::as_str);
    for name in names {
        if !connections.iter().any(|(known, _)| known == name) {
            let setting = format!(
                "{CONNECTION}{}",
                name.to_ascii_uppercase().replace('-', "_")
            );
            return Err(wrong(&setting, "is missing, but an account uses it"));
        }
    }
    Ok(())
}
