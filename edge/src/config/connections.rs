//! Connections: one account at one operator each, a setting each.

use call::Number;
use serde_json::Value;

use super::{Seed, SettingError, document, wrong};
use crate::document::{Flaw, Place};
use crate::operator::{camara, china_mobile, kazoo};

/// The connection that needs no setting.
pub const SANDBOX: &str = "sandbox";

/// One account at one operator. Has no `Debug`: it holds credentials.
#[derive(Clone)]
pub enum Connection {
    /// The built-in sandbox.
    Sandbox(SandboxConnection),
    /// An operator that speaks CAMARA Click to Dial.
    Camara(camara::Connection),
    /// China Mobile's open platform.
    ChinaMobile(china_mobile::Connection),
    /// A 2600Hz Kazoo system.
    Kazoo(kazoo::Connection),
}

/// The built-in sandbox as a connection.
#[derive(Clone)]
pub struct SandboxConnection {
    /// What both phones would show.
    pub platform_number: Number,
}

impl Connection {
    /// The number that both phones show. Without one there is no connection:
    /// the parties' own numbers would leak.
    #[must_use]
    pub fn platform_number(&self) -> &Number {
        match self {
            Self::Sandbox(sandbox) => &sandbox.platform_number,
            Self::Camara(camara) => &camara.platform_number,
            Self::ChinaMobile(china_mobile) => &china_mobile.platform_number,
            Self::Kazoo(kazoo) => &kazoo.platform_number,
        }
    }

    /// The dialect's name.
    #[must_use]
    pub fn dialect(&self) -> &'static str {
        match self {
            Self::Sandbox(_) => SANDBOX,
            Self::Camara(_) => "camara",
            Self::ChinaMobile(_) => "china-mobile",
            Self::Kazoo(_) => "kazoo",
        }
    }
}

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
    if let Ok(platform_number) = Number::parse(DEMO_PLATFORM_NUMBER) {
        let sandbox = SandboxConnection { platform_number };
        connections.push((SANDBOX.to_owned(), Connection::Sandbox(sandbox)));
    }
    for setting in names {
        let (Some(name), Some(text)) = (setting.strip_prefix(CONNECTION), get(setting)) else {
            continue;
        };
        let name = name.to_ascii_lowercase().replace('_', "-");
        let read = |place: &Place<'_>| Ok(read_connection(place, loopback)?);
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

fn read_connection(place: &Place<'_>, loopback: bool) -> Result<Connection, Flaw> {
    let dialect = place.field("dialect")?;
    match dialect.text()? {
        SANDBOX => {
            place.only(&["dialect", "platform_number"])?;
            let platform_number = place.field("platform_number")?.number()?;
            Ok(Connection::Sandbox(SandboxConnection { platform_number }))
        }
        "camara" => camara::Connection::read(place, loopback).map(Connection::Camara),
        "china-mobile" => {
            china_mobile::Connection::read(place, loopback).map(Connection::ChinaMobile)
        }
        "kazoo" => kazoo::Connection::read(place, loopback).map(Connection::Kazoo),
        _ => Err(dialect.wrong("is none of sandbox, camara, china-mobile, kazoo")),
    }
}
